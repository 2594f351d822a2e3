"""Long lines are cut for models, and no secret is cut: its half would not be known for one.

So a cut goes in front of a secret that is told by its surroundings, and never into a run of
characters that could be a token. What was cut in spite of it, `redact` knows by the mark.
"""

import re

from indict_review.tools.secrets_seen import credentials

CUT = "… (line cut)"
_RUN = re.compile(r"[A-Za-z0-9_+/=.~%-]")
_NEAR = 2_000
"""Characters before and after a cut that are looked through."""


def cut(line: str, most: int) -> str:
    """At most so many characters, and a mark where there were more."""
    if len(line) <= most:
        return line
    start = max(0, most - _NEAR)
    near, end = line[start : most + _NEAR], most - start
    values = {each.value for each in credentials(near)}
    while through := [at for value in values if (at := _across(near, value, end)) != -1]:
        end = min(through)
    while end and not may_be_cut(near, end):
        end -= 1
    return f"{line[: start + end]}{CUT}"


def ending(text: str, most: int) -> str:
    """At most its last so many characters: whole lines, or where one is longer, no part of a run.

    What was cut off has no mark, so that the end of a secret would not be known for one.
    """
    if len(text) <= most:
        return text
    start = len(text) - most
    if newline := text.find("\n", start - 1, -1) + 1:
        return text[newline:]
    while start < len(text) and not may_be_cut(text, start):
        start += 1
    return text[start:]


def may_be_cut(text: str, at: int) -> bool:
    """Whether there is no run of a token's characters across this place."""
    return not (_RUN.match(text, at - 1) and _RUN.match(text, at))


def _across(text: str, value: str, end: int) -> int:
    """Where a value begins that goes across this place, or -1."""
    return text.find(value, max(0, end - len(value) + 1), end + len(value) - 1)
