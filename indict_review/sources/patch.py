"""A change that comes as a patch, or as an AI's reply that has one in it."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from indict_review import git
from indict_review.change import Change
from indict_review.errors import ConfigError, PatchError, ToolError
from indict_review.patches import trees, unified
from indict_review.patches.quoting import shown
from indict_review.patches.render import unified_diff
from indict_review.patches.reply import read_reply
from indict_review.sources.interface import Store
from indict_review.sources.listing import file_changes
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
        if len(self.text) > MAX_INPUT:
            limit = f"{MAX_INPUT // 2**20} MiB"
            raise PatchError(f"the patch is larger than {limit}", "Split it into smaller ones.")
        if self.text.count(b"\n") > MAX_LINES:
            raise PatchError(
                f"the patch has more than {MAX_LINES:,} lines", "Split it into smaller ones."
            )
        reply = read_reply(self.text)
        patches = unified.parse(reply.diff)
        if not patches:
            raise _no_patch(self.text)
        paths = {path for patch in patches for path in (patch.old_path, patch.new_path) if path}
        applied = trees.apply(patches, read_tree(self.repo, paths))
        files = file_changes(applied)
        if not files:
            raise PatchError("the patch changes nothing", "Both sides of it are the same.")
        return Change(
            source="patch",
            before=applied.before,
            after=applied.after,
            files=files,
            patch=unified_diff(applied.before, applied.after, applied.renames),
            task=self.task,
            account=reply.account,
            notes=applied.notes,
        )


def _no_patch(text: bytes) -> PatchError:
    if not text.strip():
        return PatchError("the patch is empty", "Give it a unified diff, as `git diff` writes it.")
    return PatchError(
        "there is no patch in this text",
        "A unified diff has lines `--- a/FILE`, `+++ b/FILE` and `@@ … @@`; a reply may fence it.",
    )
