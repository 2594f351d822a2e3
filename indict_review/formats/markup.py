"""Text of a change made fit for Markdown, as GitHub and GitLab read it.

Both make links of addresses, of `@names`, of `#12` and `!12`, of commit hashes, after the Markdown
is done: no backslash keeps them from it, and code spans do. So a word is plain prose only if it has
nothing that could mean something; any other is a code span, which leaves it to the letter.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indict_review.formats.safe_text import cut, flat, visible

MOST_OF_A_LINE = 200
"""Characters of a line of code."""
ROOM_FOR_A_LIST = 3_500
"""Characters."""

_MOST_OF_A_SPAN = 24
"""Words, and the spaces between them."""

_PLAIN = re.compile(r"""(?:[^\W_]|[.,;?!'"()/%+=-])*:?""")
_LINKED = re.compile(r"(?i)(?:.*\bwww\.|.*[!%]\w|.*\bgh-\d|.*\b[0-9a-f]{7,40}\b)")
_CALL = re.compile(r"\w\((?!e?s\))")
_ADDRESS = re.compile(r"https?://[\w.~:/?#@!$&+,;=%-]+", re.ASCII)
_MARKED = re.compile(r"(`[^`]+`)")


@dataclass(frozen=True)
class Pen:
    """Writes what others said. Nothing of it can end what it stands in."""

    ascii_only: bool = False

    def prose(self, text: str, limit: int = 600) -> str:
        """One line. What stood between backticks stays code."""
        written = ""
        # Without a space at its end, where the cut may fall: emphasis would not end behind it.
        for piece in _pieces(self._shown(flat(text, limit), limit).rstrip()):
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
        return _fenced(shown, language if re.fullmatch("[a-z]+", language) else "")

    def _shown(self, text: str, limit: int) -> str:
        """Spelt out, and cut again if that made it much longer: one character may become nine."""
        return visible(text, ascii_only=self.ascii_only)[: limit + 50]


def verbatim(code: str, info: str) -> str:
    """A block of code to the letter, to be applied: only of what `shows_as_it_is`."""
    return _fenced(code.split("\n") if code else [], info)


def shows_as_it_is(code: str) -> bool:
    """Whether a reader sees all of it: nothing that `visible` would spell out, but for tabs."""
    lines = code.replace("\t", " ").split("\n")
    return all(visible(line) == line for line in lines)


def linked(text: str, url: str | None) -> str:
    """Markdown of ours as a link, or as it is where the address could end what it stands in."""
    return f"[{text}]({url})" if url and _ADDRESS.fullmatch(url) else text


def folded(title: str, inside: str) -> str:
    """Closed until somebody opens it. The title is ours."""
    return f"<details><summary>{title}</summary>\n\n{inside}\n\n</details>"


def listed(items: Iterable[str], head: str = "", room: int = ROOM_FOR_A_LIST) -> str:
    """As many as there is room for, and the count of the others; nothing for none."""
    room, left_out = room - len(head), 0
    rows = [head, ""] if head else []
    empty = len(rows)
    for item in items:
        room -= len(item) + 3
        if room < 0:
            left_out += 1
        else:
            rows.append(f"- {item}")
    if left_out:
        rows.append(f"- ... and {left_out:,} more, left out for want of room")
    return "\n".join(rows) if len(rows) > empty else ""


def capital(text: str) -> str:
    """As a sentence begins."""
    return text[:1].upper() + text[1:]


def _fenced(lines: Sequence[str], info: str) -> str:
    fence = "`" * max(3, 1 + _longest_run("\n".join(lines)))
    return "\n".join((fence + info, *lines, fence))


def _pieces(text: str) -> Iterable[str]:
    for number, part in enumerate(_MARKED.split(text)):
        if number % 2:
            yield _span(part[1:-1])
            continue
        words = re.split("( )", part)
        while words:
            if words[0] == " " or _is_plain(words[0]):
                yield words.pop(0)
                continue
            end = _closed(words)
            word, words = "".join(words[:end]), words[end:]
            bare = _without_end(word)
            yield _span(bare) + word[len(bare) :]


def _is_plain(word: str) -> bool:
    return bool(_PLAIN.fullmatch(word)) and not (_LINKED.match(word) or _CALL.search(word))


def _closed(words: Sequence[str]) -> int:
    """How many words a piece of code goes on for: to where its brackets are closed, if they are."""
    depth = 0
    for number, word in enumerate(words[:_MOST_OF_A_SPAN], start=1):
        depth += len(re.findall(r"[(\[{]", word)) - len(re.findall(r"[)\]}]", word))
        if depth <= 0:
            return number
    return 1


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
