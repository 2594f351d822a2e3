"""The files of a merge: what is read, and where it goes without anything being lost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from indict_review.bench.merging.merging import Merged, merged
from indict_review.bench.record import Records, parse, read
from indict_review.bench.runs.journal import RECORDS
from indict_review.errors import ConfigError
from indict_review.output import write_whole


def gather(out: Path, places: Sequence[Path], *, mixed: bool = False) -> Merged:
    """Merge runs and files of records into the file `out`, which is written whole or not at all.

    Raises `ConfigError` as `merging.merged` does, for what is no file of records, and for an `out`
    that holds anything that is not among what is merged.
    """
    files = [place / RECORDS if place.is_dir() else place for place in places]
    torn = [
        f"{file}: its last line has no end, as a kill leaves it" for file in files if _cut(file)
    ]
    whole = merged([_whole(file) for file in files], mixed=mixed)
    _check(out, whole)
    write_whole(out, "".join(whole.lines).encode("ascii"))
    return Merged(whole.records, (*torn, *whole.notes))


def _cut(file: Path) -> bool:
    try:
        content = file.read_bytes()
    except OSError:
        return False  # the one who reads it says so
    return not content.endswith(b"\n")


def _whole(file: Path) -> Records:
    """Its lines that have an end."""
    if not _cut(file):
        return read(file)
    lines = file.read_bytes().split(b"\n")[:-1]
    # What is no ASCII cannot be read as JSON then, and is refused.
    return parse([line.decode("ascii", "backslashreplace") for line in lines], str(file))


def _check(out: Path, whole: Merged) -> None:
    if (out.parent / "answers").is_dir() and out.name == RECORDS:
        raise ConfigError(f"{out} is a run's own", "Name a file outside of its folder.")
    if not out.exists():
        return
    try:
        there = merged([_whole(out)], mixed=True)
    except ConfigError as e:
        raise ConfigError(f"{out} is there, and is no file of records", "Name another file.") from e
    if not {*there.lines} <= {*whole.lines}:
        raise ConfigError(
            f"{out} is there, and holds what is not among what is merged",
            "To keep that, name it once more among those to be merged; or name another file.",
        )
