"""Marks around untrusted text that nobody can close who does not know them.

Prompts are written with plain marks, as in `<change>`. Each gets a word that is chosen only after
the text is known, so that it stands nowhere in it: the text cannot end its own fence. The word
follows from the text, so that the same review asks the same questions again, and caches serve it.
"""

import hashlib
import re
from collections.abc import Callable, Sequence, Set

SEAL = "\x00"
"""Stands in a mark for the word until the text is known. No prompt's value may bring one along."""
_BEGINS, _ENDS = "\x01", "\x02"
"""Stand around what others wrote, until it is sent: so its words are known from ours."""
_SIGNS = re.compile(f"[{SEAL}{_BEGINS}{_ENDS}]")
_VALUE = re.compile(f"{_BEGINS}([^{_BEGINS}{_ENDS}]*){_ENDS}")
_LEADER = re.compile(r"[-+]?\s*")
_COMMENT = re.compile(r"#|//|/\*|--|<!--")
_QUOTED = re.compile(r"""(["'`])(.+?)\1""")
"""By shape: a diff parses in no language. Code that looks like either is hidden with it."""

NAMES = (
    "task", "change", "account", "facts", "faults", "claims", "draft", "check", "output",
    "example", "answers",
)  # fmt: skip
_MARK = re.compile(rf"<(/?)({'|'.join(NAMES)})>")


def marked(template: str) -> str:
    """A prompt's own text, its marks ready to be closed."""
    return _MARK.sub(rf"<\1\2-{SEAL}>", template)


def word(texts: Sequence[str]) -> str:
    """Six characters that stand in none of the texts."""
    known = "\n".join(texts)
    for salt in range(2**24):  # ends at the first, but for a text that was made against it
        found = hashlib.sha256(f"{salt}\n{known}".encode("utf-8", "replace")).hexdigest()[:6]
        if found not in known:
            return found
    raise AssertionError("a text of 16 million words of six characters")


def sealed(text: str, closing: str) -> str:
    """The text as it is sent."""
    return text.replace(SEAL, closing)


TAKEN_OUT = "[words to the reviewing model, taken out]"


class Fence:
    """Closes the marks of all questions of one review, with one word."""

    def __init__(self) -> None:
        self._word: str | None = None

    def close(self, texts: Sequence[str]) -> list[str]:
        """The texts as they are sent. The first ones decide the word; later ones cannot forge it:
        whoever knows it by then still cannot bring a seal along."""
        if self._word is None:
            self._word = word(texts)
        return [sealed(text, self._word) for text in texts]


Unsaid = Callable[[str], Set[int]]
"""Which lines of a text, counted from 0, no model is to read."""


def untrusted(text: str) -> str:
    """What others wrote, to be told from our own words until it is sent."""
    clean = _SIGNS.sub("\ufffd", text)
    return f"{_BEGINS}{clean}{_ENDS}" if clean else ""


def is_untrusted(text: str) -> bool:
    """Whether all of it is what others wrote."""
    return _VALUE.fullmatch(text) is not None


def bare(text: str) -> str:
    """The text without the signs of what is whose. The seal stays."""
    return text.replace(_BEGINS, "").replace(_ENDS, "")


def taken_out(text: str, unsaid: Unsaid) -> str:
    """The text where such lines of what others wrote are a remark that they were there.

    Each goes where it stands: nothing of ours, and nothing that merely says the same elsewhere.
    Beside code the comment goes first, then long texts in quotes, and the whole line if it still
    speaks. Whole lines in a row get one remark, so that a text cannot be made to grow.
    """
    return _VALUE.sub(lambda value: untrusted(_left(value[1], unsaid)), text)


def _left(text: str, unsaid: Unsaid) -> str:
    lines, gone = text.split("\n"), unsaid(text)
    for shorter in (_less_comment, _less_quoted) if gone else ():
        lines = [shorter(line) if n in gone else line for n, line in enumerate(lines)]
        gone = unsaid("\n".join(lines))
    return "\n".join(
        _remark(line) if n in gone else line
        for n, line in enumerate(lines)
        if n not in gone or n - 1 not in gone
    )


def _less_comment(line: str) -> str:
    """Code without the words of the comment beside it."""
    found = _COMMENT.search(line)
    if found is None or _LEADER.fullmatch(line, 0, found.start()):
        return line
    return line[: found.end()]


def _less_quoted(line: str) -> str:
    """Each text in quotes is a remark, unless that would be longer."""
    return _QUOTED.sub(
        lambda q: f"{q[1]}{TAKEN_OUT}{q[1]}" if len(q[2]) >= len(TAKEN_OUT) else q[0], line
    )


def _remark(line: str) -> str:
    leader = _LEADER.match(line)
    return f"{leader[0] if leader else ''}{TAKEN_OUT}"
