"""Text of a change made fit for Markdown, as GitHub and GitLab read it.

Both make links of addresses, of `@names`, of `#12` and `!12`, of commit hashes, after the Markdown
is done: no backslash keeps them from it, and code spans do. So a word is plain prose only if it has
nothing that could mean something; any other is a code span, which leaves it to the letter.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from indict_review.formats.safe_text import cut, flat, visible

MOST_OF_A_LINE = 200
"""Characters of a line of code."""

_PLAIN = re.compile(r"""(?:[^\W_]|[.,;?!'"()/%+=-])*:?""")
_LINKED = re.compile(r"(?i)(?:.*\bwww\.|.*[!%]\w|\W*gh-\d|\W*[0-9a-f]{7,40}\W*$)")
_MARKED = re.compile(r"(`[^`]+`)")


@dataclass(frozen=True)
class Pen:
    """Writes what others said. Nothing of it can end what it stands in."""

    ascii_only: bool = False

    def prose(self, text: str, limit: int = 600) -> str:
        """One line. What stood between backticks stays code."""
        written = ""
        for piece in _pieces(self._shown(flat(text, limit), limit)):
            # Two spans that touch would be read as one.
            apart = " " if written.endswith("`") and piece.startswith("`") else ""
            written += apart + piece
        return written

    def code(self, text: str, limit: int = 200) -> str:
        """A code span, or nothing for nothing."""
        return _span(self._shown(flat(text, limit), limit))

    def fence(self, lines: Iterable[str], language: str = "") -> str:
        """A block of code, its fence longer than any in the code."""
        shown = []
        for line in lines:
            text, left_out = cut(line, MOST_OF_A_LINE)
            shown.append(self._shown(f"{text} {left_out}".rstrip(), MOST_OF_A_LINE))
        fence = "`" * max(3, 1 + _longest_run("\n".join(shown)))
        info = language if re.fullmatch("[a-z]+", language) else ""
        return "\n".join((fence + info, *shown, fence))

    def _shown(self, text: str, limit: int) -> str:
        """Spelt out, and cut again if that made it much longer: one character may become nine."""
        return visible(text, ascii_only=self.ascii_only)[: limit + 50]


def _pieces(text: str) -> Iterable[str]:
    for number, part in enumerate(_MARKED.split(text)):
        if number % 2:
            yield _span(part[1:-1])
            continue
        for word in re.split("( )", part):
            plain = _PLAIN.fullmatch(word) and not _LINKED.match(word)
            bare = word if plain else _without_end(word)
            yield (bare if plain or bare == " " else _span(bare)) + word[len(bare) :]


def _without_end(word: str) -> str:
    """Without what ends a sentence. A bracket that the word itself opened is its own."""
    bare = word.rstrip(".,;:!?")
    while bare.endswith(")") and bare.count(")") > bare.count("("):
        bare = bare[:-1].rstrip(".,;:!?")
    return bare


def _span(text: str) -> str:
    if not text:
        return ""
    ticks = "`" * (1 + _longest_run(text))
    # One space on each side is taken off again, and without it a backtick would join the fence.
    pad = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
