"""A change that comes as a patch, or as an AI's reply that has one in it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from indict_review import git
from indict_review.change import Change, Tree
from indict_review.errors import ConfigError, PatchError, ToolError
from indict_review.patches import reading, trees
from indict_review.patches.interface import FilePatch, Whole
from indict_review.patches.paths import REPOSITORY, check_no_repository
from indict_review.patches.quoting import shown
from indict_review.patches.render import unified_diff
from indict_review.sources.interface import Store
from indict_review.sources.listing import file_changes
from indict_review.sources.misnamed import is_version_of, meant
from indict_review.sources.stores import Folder, Stored
from indict_review.workspace import read_tree

MAX_INPUT = 16 * 2**20
"""Bytes of a patch with the prose around it."""

MAX_LINES = 1_000_000
"""Lines of it."""


@dataclass(frozen=True)
class PatchSource:
    """Reads a patch and applies it in memory. The directory it is for is only read."""

    text: bytes
    """The patch, or the reply. Hostile, like all it names."""
    repo: Path
    """The directory it applies to."""
    task: str | None = None
    form: str | None = None
    """What the user says it is written in, of `reading.FORMS`; None: it is found out."""
    name: str = "patch"
    """See `Change.source`."""

    @cached_property
    def base(self) -> Store:
        """See `Source.base`: HEAD, or the folder itself where git knows nothing of it.

        Raises `ConfigError` if it is no folder, or git cannot tell.
        """
        if not self.repo.is_dir():
            raise ConfigError(
                f"{shown(str(self.repo))} is no directory",
                "--repo names the directory the patch is for.",
            )
        try:
            if not git.is_repository(self.repo):
                return self.project
            found = git.located(self.repo, {})
            return Stored(git.Objects(found), found.head)
        except ToolError as e:
            raise ConfigError(str(e), "Install git, and see that --repo names a directory.") from e

    @cached_property
    def project(self) -> Store:
        """See `Source.project`."""
        return Folder(self.repo)

    @property
    def root(self) -> str:
        """See `Source.root`."""
        return os.fspath(self.repo)

    @cached_property
    def folder(self) -> Path | None:
        """See `Source.folder`."""
        return git.folder(self.repo, {}) if git.is_repository(self.repo) else None

    def collect(self) -> Change:
        """See `Source.collect`. Raises `PatchError` if it cannot be read or does not fit."""
        return self._change

    @cached_property
    def _change(self) -> Change:
        """Read once: who looks before the review sees what is reviewed."""
        if len(self.text) > MAX_INPUT:
            limit = f"{MAX_INPUT // 2**20} MiB"
            raise PatchError(f"the patch is larger than {limit}", "Split it into smaller ones.")
        if self.text.count(b"\n") > MAX_LINES:
            raise PatchError(
                f"the patch has more than {MAX_LINES:,} lines", "Split it into smaller ones."
            )
        read = reading.read(self.text, self.form)
        paths = {p for patch in read.patches for p in (patch.old_path, patch.new_path) if p}
        applied = self._applied(read.patches, read_tree(self.repo, paths))
        files = file_changes(applied)
        made = [file.path for file in files]
        check_no_repository({*applied.after.files, *self._repositories(made)}, made)
        if not files:
            raise PatchError("the patch changes nothing", "Both sides of it are the same.")
        return Change(
            source=self.name,
            before=applied.before,
            after=applied.after,
            files=files,
            patch=unified_diff(applied.before, applied.after, applied.renames),
            task=self.task,
            account=read.account,
            notes=(*self._found_out(read.forms), *read.notes, *applied.notes),
        )

    def _repositories(self, paths: Sequence[str]) -> list[str]:
        """What there is already, next to these, of all that makes a folder git's own."""
        folders = {""}
        for path in paths:
            parts = path.split("/")
            for end in range(1, len(parts)):
                folder = "/".join(parts[:end]) + "/"
                if folder not in folders and not os.path.isdir(self.repo / folder):
                    break
                folders.add(folder)
        beside = [f"{folder}{name}" for folder in folders for name in (*REPOSITORY, "HEAD")]
        return [path for path in beside if os.path.exists(self.repo / path)]

    def _found_out(self, forms: Sequence[str]) -> list[str]:
        if self.form is not None or forms == ("unified",):
            return []
        return [f"read as {', '.join(forms)}"]

    def _applied(self, patches: Sequence[FilePatch], before: Tree) -> trees.Applied:
        lost = [patch for patch in patches if patch.old_path not in {None, *before.files}]
        for patch in lost:
            self._check_new(patch)
        try:
            return trees.apply(patches, before)
        except PatchError as e:
            named = [
                patch.path for patch in lost if f"{shown(patch.path)}, and there is no" in str(e)
            ]
            other = self._meant(named[0]) if named else None
            if other is None:
                raise
            raise PatchError(str(e), f"Did you mean {shown(other)}?") from e

    def _check_new(self, patch: FilePatch) -> None:
        """Refuse a new file that is a version of one further down: its folder was left out."""
        whole = next((piece for piece in patch.pieces if isinstance(piece, Whole)), None)
        other = self._meant(patch.path) if whole else None
        if whole is None or other is None or patch.sure:
            return
        if is_version_of(whole.text, read_tree(self.repo, [other]).text(other)):
            raise PatchError(
                f"the patch is for {shown(patch.path)}, and there is no such file",
                f"Did you mean {shown(other)}? A new file is taken with --patch-format whole-file.",
            )

    def _meant(self, path: str) -> str | None:
        try:
            return meant(path, self.base.paths())
        except (ToolError, ConfigError):  # then there is no hint
            return None
