"""The folder of a run: what was answered, what was scored. It may be killed at any moment.

An answer is a file, moved into place whole; one that a power cut tore is asked for again. Records
are lines, appended with one write and brought to the disk; a line without its end is what a kill
left, and is cut off when the run goes on. So a sample is in the records once or not at all, and
what a model said is not asked again. One process at a time: the folder is locked.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from indict_review.bench.interface import Answer
from indict_review.bench.record import Manifest, Record, line_of, parse, read
from indict_review.bench.runs.kept_answers import answer_of, text_of
from indict_review.bench.runs.lines import append, mend, place, writing
from indict_review.bench.runs.manifest import difference
from indict_review.errors import ConfigError

RECORDS = "records.jsonl"


@dataclass(frozen=True)
class Journal:
    """What a run has done so far."""

    folder: Path
    manifest: Manifest
    records: Path
    """The lines: the manifest, and a record for each piece of work."""
    done: dict[str, Record] = field(default_factory=dict)
    """By key: no piece of work is in it twice."""

    def keep(self, key: str, answer: Answer) -> None:
        """Write an answer down before it is scored. Raises `Unwritable`."""
        with writing(self.folder):
            place(self._answer(key), text_of(answer))

    def kept(self, key: str) -> Answer | None:
        """The answer that was written down; None: it has to be asked for (anew, if it is torn)."""
        try:
            return answer_of(self._answer(key).read_text("ascii"))
        except (OSError, ValueError):
            return None

    def append(self, *records: Record) -> None:
        """Write them down, all or none. Raises `Unwritable`, and `ConfigError` if one is there."""
        new: dict[str, Record] = {}
        for record in records:
            if record.key in self.done or record.key in new:
                raise ConfigError(
                    f"the sample {record.sample!r} was scored twice by {record.strategy}",
                    "Its name is there twice in the data.",
                )
            new[record.key] = record
        with writing(self.folder):
            append(self.records, "".join(map(line_of, records)))
        self.done.update(new)

    def replace(self) -> None:
        """Put the records of a run that was scored anew in the place of the old ones."""
        with writing(self.folder):
            os.replace(self.records, self.folder / RECORDS)

    def _answer(self, key: str) -> Path:
        return self.folder / "answers" / f"{key}.json"


@contextmanager
def opened(folder: Path, manifest: Manifest) -> Iterator[Journal]:
    """The journal of this run, begun or gone on with.

    Raises `ConfigError` if another process is at it, or what is there was made with something else;
    `Unwritable`.
    """
    with _locked(folder):
        yield _begun(folder, manifest)


@contextmanager
def reopened(folder: Path, manifest: Manifest) -> Iterator[Journal]:
    """The journal of a run that is to be scored anew; nothing changes before `Journal.replace`.

    `manifest`: what it is to be then. Raises as `opened` does.
    """
    with _locked(folder):
        journal = Journal(folder, manifest, folder / f"{RECORDS}.new")
        with writing(folder):
            journal.records.unlink(missing_ok=True)  # what a kill left
            append(journal.records, line_of(manifest))
        yield journal


def manifest_in(folder: Path) -> Manifest:
    """The manifest of the run in a folder. Raises `ConfigError` if there is none."""
    path = folder / RECORDS
    try:
        with path.open(encoding="ascii", errors="replace") as file:
            return parse([file.readline()], str(path)).manifests[0]
    except OSError as e:
        raise ConfigError(f"{folder} holds no run", "Name the folder of one.") from e


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder} is no folder", "Name another one with --out.")
    with writing(folder):
        for part in ("answers", "transcripts"):
            (folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder / "lock").open("a")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as e:
            raise ConfigError(
                f"another run is at work in {folder}", "Wait for it, or name another --out."
            ) from e
        yield


def _begun(folder: Path, manifest: Manifest) -> Journal:
    journal = Journal(folder, manifest, folder / RECORDS)
    with writing(folder):
        mend(journal.records)
        if not journal.records.exists() or not journal.records.stat().st_size:
            _check_no_answers(folder)
            append(journal.records, line_of(manifest))
            return journal
    there = read(journal.records)
    if not there.records and not any((folder / "answers").iterdir()):
        with writing(folder):
            place(journal.records, line_of(manifest))  # nothing came of it: it may be another run
        return journal
    for each in there.manifests:
        if told := difference(each, manifest):
            raise ConfigError(f"{folder} holds another run: {told.what}", told.remedy)
    journal.done.update((r.key, r) for r in there.records)
    return journal


def _check_no_answers(folder: Path) -> None:
    """Nobody knows which model gave answers that have no manifest beside them."""
    if any((folder / "answers").iterdir()):
        raise ConfigError(
            f"{folder} holds answers of a run whose {RECORDS} is gone",
            "Put it back, or name another folder with --out.",
        )
