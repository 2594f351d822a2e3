"""Marks around untrusted text that nobody can close who does not know them.

Prompts are written with plain marks, as in `<change>`. Each gets a word that is chosen only after
the text is known, so that it stands nowhere in it: the text cannot end its own fence. The word
follows from the text, so that the same review asks the same questions again, and caches serve it.
"""

import hashlib
import re
from collections.abc import Sequence

SEAL = "\x00"
"""Stands in a mark for the word until the text is known. No prompt's value may bring one along."""

NAMES = (
    "task", "change", "account", "facts", "claims", "draft", "check", "output", "example",
    "answers",
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


def taken_out(text: str, spans: Sequence[str]) -> str:
    """The text with each span replaced by a remark that it was there."""
    for span in spans:
        text = text.replace(span, TAKEN_OUT)
    return text
