"""Files as they are to be: the difference to what is there, and writing all of them or none."""

import os
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from indict_review.change import File, Tree
from indict_review.errors import ConfigError
from indict_review.patches.quoting import shown
from indict_review.patches.render import unified_diff

_LARGEST = 2**20
"""Bytes of a file that is read."""


@dataclass(frozen=True)
class Step:
    """One file to write."""

    path: Path
    name: str
    """As it is shown: relative to the repository, where it lies in there."""
    before: File | None
    """What is there now."""
    after: File
    kept_as: Path | None = None
    """Where the file that is there goes."""


def read(path: Path) -> File | None:
    """A plain file, or None if nothing is there. No link is followed. Raises `ConfigError`."""
    try:
        facts = path.lstat()
        if not stat.S_ISREG(facts.st_mode):
            raise ConfigError(f"{shown(str(path))} is no plain file", "Move it away, or edit it.")
        if facts.st_size > _LARGEST:
            raise ConfigError(f"{shown(str(path))} is too large", f"{_LARGEST} bytes are read.")
        return File(path.read_bytes(), facts.st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as e:
        raise ConfigError(f"{shown(str(path))} cannot be read: {e.strerror}", "Check it.") from e


def within(root: Path, name: str) -> Path:
    """The file of that name below `root`. Raises `ConfigError` if a link leads out of there."""
    path = root / name
    if not path.parent.resolve().is_relative_to(root.resolve()):
        raise ConfigError(
            f"{shown(name)} lies behind a link that leads out of the repository",
            "Replace the link by a folder.",
        )
    return path


def diff(steps: Sequence[Step]) -> str:
    """All that would be done, as a unified diff."""
    before = Tree({step.name: step.before for step in steps if step.before is not None})
    return unified_diff(before, Tree({step.name: step.after for step in steps}))


def write(steps: Sequence[Step]) -> None:
    """Write all files, or none. Raises `ConfigError`, with everything as it was."""
    undo: list[tuple[Path, Path | None]] = []
    fresh: list[Path] = []
    try:
        drafts = []
        for step in steps:
            fresh += _folders(step.path.parent)
            handle, name = tempfile.mkstemp(dir=step.path.parent, prefix=f".{step.path.name}.")
            drafts.append(Path(name))
            fresh.append(drafts[-1])
            with os.fdopen(handle, "wb") as file:
                file.write(step.after.content)
            os.chmod(name, stat.S_IMODE(step.after.mode))
        for step, draft in zip(steps, drafts, strict=True):
            if read(step.path) != step.before:
                raise ConfigError(f"{step.name} has changed meanwhile", "Run it again.")
            undo.append((step.path, _set_aside(step)))
            os.replace(draft, step.path)
    except BaseException as e:  # an interrupt, too, must not leave half of it
        _restore(undo, fresh)
        if not isinstance(e, OSError):
            raise
        raise ConfigError(
            f"{shown(str(e.filename))} cannot be written: {e.strerror}",
            "Everything is as it was. See that the folder is yours and has space.",
        ) from e
    for step, (_, aside) in zip(steps, undo, strict=True):
        if aside is not None and step.kept_as is None:
            aside.unlink()


def _folders(folder: Path) -> Iterator[Path]:
    """Make those that are missing, from the top."""
    missing = [f for f in (folder, *folder.parents) if not f.exists()]
    for path in reversed(missing):
        path.mkdir()
        yield path


def _set_aside(step: Step) -> Path | None:
    """Move what is there out of the way; None if nothing is."""
    if step.before is None:
        return None
    aside = step.kept_as or step.path.with_name(f".{step.path.name}.before")
    if os.path.lexists(aside):
        raise ConfigError(f"{shown(str(aside))} is there already", "Move it away first.")
    os.rename(step.path, aside)
    return aside


def _restore(undo: Sequence[tuple[Path, Path | None]], fresh: Sequence[Path]) -> None:
    for path, aside in reversed(undo):
        path.unlink(missing_ok=True)
        if aside is not None:
            os.rename(aside, path)
    for path in reversed(fresh):
        with suppress(OSError):  # moved to its place and back already, or somebody uses the folder
            path.rmdir() if path.is_dir() else path.unlink()
