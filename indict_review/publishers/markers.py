"""Hidden marks by which a run knows what an earlier one posted.

Anybody can type one, so that it counts only in what was written by the account that we write as,
and only where it opens the text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

_FINDING = re.compile(r"<!-- indict-review:(finding|claim) ([0-9a-f]{16}) -->")
_SUMMARY = re.compile(
    r"<!-- indict-review:summary(?: reviewed=([0-9a-f]{40,64}))?"
    r"(?: base=([0-9a-f]{16}))?(?: outcome=([0-9a-f]{16}))?"
    r"(?: folded=(\d{1,20}(?:,\d{1,20})*))? -->"
)
_ARGUED, _ARGUED_END = "<!-- indict-review:argued -->", "<!-- indict-review:argued end -->"
_RUN = re.compile(
    r"<!-- indict-review:run ([0-9a-f]{16}) at=(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"
    r"(?: told=([0-9a-f]{16}(?:,[0-9a-f]{16})*))? -->"
)

_ROOM = 65_000
"""Characters of a sticky comment: GitHub takes 65,536."""
_ROOM_FOR_ID = 16


@dataclass(frozen=True)
class Summary:
    """What the sticky comment keeps from one run to the next."""

    reviewed: str | None = None
    """The head that critics looked at last, completely."""
    base: str | None = None
    """Against which branch that was: 16 hexadecimal digits."""
    outcome: str | None = None
    """A digest of what it tells, and of which head: 16 hexadecimal digits."""
    folded: tuple[int, ...] = ()
    """Our remarks that were folded: GitHub's lists do not say it of them."""

    def __str__(self) -> str:
        said = (
            f" reviewed={self.reviewed}" if self.reviewed else "",
            f" base={self.base}" if self.base else "",
            f" outcome={self.outcome}" if self.outcome else "",
            f" folded={','.join(map(str, self.folded))}" if self.folded else "",
        )
        return f"<!-- indict-review:summary{''.join(said)} -->"


@dataclass(frozen=True)
class Run:
    """One attempt at posting a review."""

    nonce: str
    """16 hexadecimal digits, of chance."""
    at: str
    """When it began, in UTC: `2026-11-22T06:00:00Z`."""
    told: tuple[str, ...] = ()
    """Keys of what its body says, since GitHub would not have it at the lines."""

    def __str__(self) -> str:
        told = f" told={','.join(self.told)}" if self.told else ""
        return f"<!-- indict-review:run {self.nonce} at={self.at}{told} -->"


def of_finding(key: str, kind: str = "finding") -> str:
    """What opens a comment about one finding (or `claim`)."""
    return f"<!-- indict-review:{kind} {key} -->"


def of_summary() -> str:
    """What opens the sticky comment, before anything is kept in it."""
    return str(Summary())


def key(body: str) -> str | None:
    """What a comment is about, or None if it is not one of ours."""
    found = _FINDING.match(body)
    return found[2] if found else None


def is_claim(body: str) -> bool:
    """Whether a comment is about what critics claim, and no tool saw."""
    found = _FINDING.match(body)
    return found is not None and found[1] == "claim"


def is_summary(body: str) -> bool:
    """Whether it is a sticky comment."""
    return _SUMMARY.match(body) is not None


def summary(body: str) -> tuple[Summary, str] | None:
    """What a sticky comment keeps, and its text without that; None if it is none."""
    found = _SUMMARY.match(body)
    if found is None:
        return None
    folded = tuple(map(int, found[4].split(","))) if found[4] else ()
    return Summary(found[1], found[2], found[3], folded), body[found.end() :]


def folding(body: str, ids: Iterable[int]) -> str:
    """A sticky comment that keeps these as folded: the newest that there is room for.

    What falls off is folded again, which changes nothing.
    """
    found = summary(body)
    if found is None:
        return body
    kept, text = found
    most = max(0, _ROOM - len(text)) // _ROOM_FOR_ID
    return f"{replace(kept, folded=tuple(sorted(ids)[-most:] if most else ()))}{text}"


def run(body: str) -> Run | None:
    """The attempt that a review belongs to, or None."""
    found = _RUN.match(body)
    if found is None:
        return None
    return Run(found[1], found[2], tuple(found[3].split(",")) if found[3] else ())


def of_argued(text: str) -> str:
    """What critics said, so that a later run can tell it on."""
    return f"{_ARGUED}\n\n{text}\n\n{_ARGUED_END}"


def argued(body: str) -> str:
    """What critics said by a sticky comment, or nothing."""
    _, begun, rest = body.partition(_ARGUED)
    text, ended, _ = rest.rpartition(_ARGUED_END)
    return text.strip() if begun and ended else ""
