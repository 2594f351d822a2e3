"""Which faults are used: candidates in an order that a hash gives, each tried until enough hold.

A proof takes a run of the tests, so each is written down at once: one line of `planted.jsonl`. Who
goes on with a run proves nothing twice.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import IO

from indict_review.bench.calibrate.interface import By, Candidate, Fault, Proof
from indict_review.bench.calibrate.mutations import is_sound
from indict_review.bench.runs.lines import append, mend, writing
from indict_review.errors import ConfigError
from indict_review.formats.safe_text import visible

TRIES = 5
"""Candidates that are tried for each fault that is wanted, at most."""


@dataclass
class Planted:
    """What came of the candidates."""

    possible: int
    """All candidates."""
    faults: list[Fault] = field(default_factory=list)
    unproven: list[Proof] = field(default_factory=list)
    """Of those that were tried and are not used."""
    is_cut_short: bool = False
    """Whether more could have been tried."""

    @property
    def tried(self) -> int:
        """Candidates that somebody was asked about."""
        return len(self.faults) + len(self.unproven)


def plant(
    candidates: Sequence[Candidate],
    limit: int,
    seed: int,
    prove: Callable[[Candidate], Proof],
    notes: Notes,
    tell: Callable[[Planted], None],
) -> Planted:
    """Try them until so many are proven, or `TRIES` times as many were tried."""
    planted = Planted(len(candidates))
    for candidate in in_turn(candidates, seed):
        if len(planted.faults) == limit:
            break
        if not is_sound(candidate):
            continue
        if planted.tried == TRIES * limit:
            planted.is_cut_short = True
            break
        proof = notes.known.get(candidate.ident)
        if proof is None:
            proof = prove(candidate)
            notes.add(candidate.ident, proof)
        if proof.by is By.NOTHING:
            planted.unproven.append(proof)
        else:
            planted.faults.append(Fault(candidate, proof))
        tell(planted)
    return planted


def in_turn(candidates: Iterable[Candidate], seed: int) -> list[Candidate]:
    """One of each kind, then the next of each; which one, a hash says."""
    kinds: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in sorted(candidates, key=lambda c: _place(c.ident, seed)):
        kinds[candidate.mutation.kind].append(candidate)
    rows = zip_longest(*(kinds[kind] for kind in sorted(kinds)))
    return [candidate for row in rows for candidate in row if candidate is not None]


def _place(ident: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}\0{ident}".encode()).digest()


@dataclass(frozen=True)
class Notes:
    """The proofs that are written down."""

    path: Path
    known: dict[str, Proof]
    """By candidate."""

    def add(self, ident: str, proof: Proof) -> None:
        """Write one down. Raises `Unwritable`."""
        with writing(self.path.parent):
            append(self.path, _line({"candidate": ident, **asdict(proof)}))
        self.known[ident] = proof


@contextmanager
def noted(folder: Path, asked: Mapping[str, str]) -> Iterator[Notes]:
    """The notes of a run. `asked` is what decides the proofs: the first line has it.

    Raises `ConfigError` if another process is at it, or it is a run of something else.
    """
    path = folder / "planted.jsonl"
    with _locked(path):
        yield Notes(path, dict(_read(path, asked)))


def _locked(path: Path) -> IO[bytes]:
    with writing(path.parent):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = path.open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as e:
        lock.close()
        raise ConfigError(
            f"another run is at work in {path.parent}", "Wait for it, or name another --out."
        ) from e
    return lock


def _read(path: Path, asked: Mapping[str, str]) -> Iterator[tuple[str, Proof]]:
    with writing(path.parent):
        mend(path)
        lines = path.read_text("ascii", "replace").splitlines()
        if not lines:
            append(path, _line(asked))
            return
    begun: Mapping[str, object] = {}
    try:
        begun, *rest = [json.loads(line) for line in lines]
        found = {str(told["candidate"]): _proof(told) for told in rest}
        other = [name for name in asked if begun.get(name) != asked[name]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as e:
        raise ConfigError(f"{path} is no file of ours", "Name another folder with --out.") from e
    if other:
        told = ", ".join(
            f"{name} was {visible(str(begun.get(name)))} and is {visible(asked[name])}"
            for name in other
        )
        raise ConfigError(
            f"{path.parent} holds another run: {told}",
            "Call it as it was called then, or name another folder with --out.",
        )
    yield from found.items()


def _proof(told: Mapping[str, object]) -> Proof:
    return Proof(By(told["by"]), str(told["told"]), bool(told["skipped"]))


def _line(told: Mapping[str, object]) -> str:
    return json.dumps(told, sort_keys=True) + "\n"
