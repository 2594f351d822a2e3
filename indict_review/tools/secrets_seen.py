"""Where a text has secrets: by their form, by their names, by the detectors of detect-secrets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indict_review.evidence import Confidence
from indict_review.tools.secrets_named import NEAR, WORTH, named
from indict_review.tools.secrets_shapes import LIKE_WORDS, private_keys, shapes

_RUN = re.compile(r"[A-Za-z0-9_+/=-]{20,}")
_WORD = r"[A-Za-z]*(?:\d{1,4}[A-Za-z]*)?"
_WORDS = re.compile(rf"{_WORD}(?:[-_/=+]+{_WORD})*")
_WIDTH, _OVERLAP = 2_000, 300
"""Characters of a line that are looked at together."""


@dataclass(frozen=True)
class Credential:
    """A secret in a text."""

    value: str
    kind: str
    """A few words, e.g. `AWS access key`."""
    line: int
    """From 1."""
    sure: Confidence


def credentials(text: str, path: str = "", read: set[int] | None = None) -> Iterator[Credential]:
    """All of a text, in no order; one may come twice. `path`: the file's, as far as it is known.

    Nearly every line has none: what rules it out is quick, and nothing is loaded for it. `read`:
    digests of the lines that were read before, which are left out, and remembered.
    """
    number, told = 1, 0
    for value, start in sorted(private_keys(text), key=lambda each: each[1]):
        number, told = number + text.count("\n", told, start), start
        yield Credential(value, "private key", number, Confidence.HIGH)
    lines = text.split("\n")
    for at, line in enumerate(lines):
        below = lines[at + 1][:_OVERLAP] if at + 1 < len(lines) else ""
        if read is not None:
            digest = hash((path, line, below))
            if digest in read:
                continue
            read.add(digest)
        if _RUN.search(line):
            for value, kind, sure in _by_form(line):
                yield Credential(value, kind, at + 1, sure)
        low = line.lower()
        if any(word in low for word in NEAR):
            for piece in _pieces(line):
                for found in named(f"{piece}\n{below}", path) if WORTH.search(piece) else ():
                    number = at + 1 + (found.start > len(piece))
                    yield Credential(found.value, found.kind, number, found.sure)


def _by_form(line: str) -> Iterator[tuple[str, str, Confidence]]:
    for value, kind in shapes(line):
        if kind not in LIKE_WORDS or _is_token(value):
            yield value, kind, Confidence.HIGH
    for piece in _pieces(line):
        if any(_is_token(run[0]) for run in _RUN.finditer(piece)):
            from indict_review.tools.secrets_library import tokens  # slow to load

            yield from tokens(piece)


def _is_token(run: str) -> bool:
    """Whether it could be one of a provider's: with digits, and not made of words."""
    return any(c.isdigit() for c in run) and not _WORDS.fullmatch(run)


def _pieces(line: str) -> Iterator[str]:
    """The line; if it is long, in pieces that overlap, so that no pattern takes long."""
    for start in range(0, max(len(line) - _OVERLAP, 1), _WIDTH - _OVERLAP):
        yield line[start : start + _WIDTH]
