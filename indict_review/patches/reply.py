"""Takes an AI's reply, or a mail, apart: the edits in it, and what is said around them."""

import codecs
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from indict_review.errors import PatchError
from indict_review.patches import naming
from indict_review.patches.fences import Fence, closing, fence
from indict_review.patches.forms.interface import Form
from indict_review.patches.grammar import is_blank, past_blank
from indict_review.patches.interface import Block
from indict_review.patches.prose import Prose
from indict_review.patches.quoting import shown

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_BEGINS_EDIT = re.compile(r"\*\*\* |<{5}|-{3}|\+{3}|@@|diff |[{\[]")
"""How what a fence without a language holds may begin, if it is more than a stray sign."""
_FURTHEST = 3
"""Lines above a block in which the file may be named; all but that one are empty, or a tag."""


@dataclass
class Reply:
    """What an actor wrote, in its order."""

    edits: list[tuple[str, Block]] = field(default_factory=list)
    """Each with the name of its form."""
    unread: list[Block] = field(default_factory=list)
    """Fenced blocks that no form recognises: part of the prose."""
    bare: list[int] = field(default_factory=list)
    """Lines with a fence that no form wants, and no word behind it: it may open, or close."""
    prose: list[str] = field(default_factory=list)
    """What the actor says it did."""


def decoded(raw: bytes | str) -> str:
    """The text, bytes that are not UTF-8 as surrogates.

    Raises `PatchError` for UTF-16, which Windows' PowerShell writes, and half a pair of it.
    """
    try:
        raw = raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else raw
    except UnicodeEncodeError as e:
        raise PatchError("the patch is not Unicode", "Save it as UTF-8.") from e
    if raw.startswith(_WIDE):
        raise PatchError(
            "the patch is written in UTF-16",
            "Save it as UTF-8; in PowerShell: git diff --output=FILE.",
        )
    return raw.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")


def take_apart(lines: Sequence[str], forms: Mapping[str, Form], sure: bool = False) -> Reply:
    """Find the edits, fenced or not, in the order of the text.

    Whichever begins first counts: what is within it is its text. Each line is read a bounded
    number of times. Raises `PatchError` for an edit that is cut off.
    """
    cut = _Cut(lines, forms, sure)
    at = 0
    while at < len(lines):
        at = cut.fenced(at) or cut.run(at) or cut.said(at)
    return cut.reply


@dataclass
class _Cut:
    """Each method takes what begins at a line, and gives the line behind it; None: not its own."""

    lines: Sequence[str]
    forms: Mapping[str, Form]
    sure: bool
    reply: Reply = field(default_factory=Reply)
    done: int = 0
    """Lines above belong to a block already: they name no other."""
    stray: set[str] = field(default_factory=set)
    """Signs of a fence that nothing closed: all that follow are open, too."""
    looked: dict[str, int] = field(default_factory=dict)
    """Up to which line a form has looked for the end of a run, and did not recognise it."""
    prose: Prose = field(default_factory=Prose)

    def said(self, at: int) -> int:
        self.reply.prose.append(self.lines[at])
        self.prose.take(self.lines[at])
        return at + 1

    def run(self, at: int) -> int | None:
        for name, form in self.forms.items():
            if form.run is None or at < self.looked.get(name, 0):
                continue
            if not form.run.starts(self.lines, at):
                continue
            end = form.run.end(self.lines, at)
            above, label = self._named_above(at)
            block = Block(
                tuple(self.lines[at:end]),
                at + 1,
                label,
                sure=self.sure,
                last=past_blank(self.lines, end) == len(self.lines),
            )
            if form.recognises(block):
                return self._take(name, block, above, at, end)
            self.looked[name] = end
        return None

    def fenced(self, at: int) -> int | None:
        opening = fence(self.lines[at])
        if opening is None or self.prose.is_code(opening.indent):
            return None
        above, label = self._named_above(at)
        named = naming.named_by_info(opening.info)
        if opening.signs[0] in self.stray:
            if label or named:
                raise _cut_off(at, label or named)
            return None
        end = closing(self.lines, self._sealed(at, opening), opening)
        content = opening.inside(self.lines[at + 1 : end])
        block = Block(
            content, at + 2, named or label, self._line_above(at), opening.info, self.sure
        )
        name = next((name for name, form in self.forms.items() if form.recognises(block)), None)
        closed = end < len(self.lines)
        if name is not None:
            if not closed:
                raise _cut_off(at, block.label)
            if named and label and named != label:
                raise _named_twice(at, named, label)
            return self._take(name, block, above if label else at, at, end + 1)
        if not closed:
            if opening.info or _BEGINS_EDIT.match(next(iter(content), "")):
                raise _cut_off(at, None)
            self.stray.add(opening.signs[0])
            self.reply.bare.append(at + 1)
            return None
        if not opening.info and not label:
            self.reply.bare.append(at + 1)
        self.reply.unread.append(block)
        self.reply.prose += self.lines[at : end + 1]
        self.prose.end(opening.indent)
        self.done = end + 1
        return end + 1

    def _sealed(self, at: int, opening: Fence) -> int:
        """Where to look for the end of the block from: behind edits that end themselves."""
        first = past_blank(self.lines, at + 1)
        if first < len(self.lines) and not opening.indent:
            for form in self.forms.values():
                if form.run and form.run.sealed and form.run.starts(self.lines, first):
                    return form.run.end(self.lines, first)
        return at + 1

    def _take(self, name: str, block: Block, above: int, at: int, end: int) -> int:
        if self.prose.hidden:
            raise PatchError(
                f"the edit on line {block.line} is in an HTML comment, which nobody sees",
                "An edit is to be seen: take it out of the comment, or leave it out.",
            )
        self.prose.end(self.lines[at][: -len(self.lines[at].lstrip())])
        del self.reply.prose[len(self.reply.prose) - (at - above) :]
        self.reply.edits.append((name, block))
        self.done = end
        return end

    def _named_above(self, at: int) -> tuple[int, str | None]:
        """The line that names the file of what begins at `at`, and the name."""
        for above in range(at - 1, max(self.done, at - _FURTHEST) - 1, -1):
            line = self.lines[above]
            if is_blank(line) or line.strip() == "<diff>":
                continue
            label = naming.named_by_line(line)
            listed = naming.named_by_line(self.lines[above - 1]) if above > self.done else None
            is_list = listed is not None and listed != label
            if label is None:
                return at, naming.named_by_sentence(line)  # which goes on to be prose
            return (at, None) if is_list else (above, label)
        return at, None

    def _line_above(self, at: int) -> str:
        above = (n for n in range(at - 1, max(self.done, at - _FURTHEST) - 1, -1))
        return next((self.lines[n] for n in above if not is_blank(self.lines[n])), "")


def _cut_off(at: int, label: str | None) -> PatchError:
    what = f"the code of {shown(label)}" if label else "an edit"
    return PatchError(
        f"{what} is cut off: nothing closes the fence on line {at + 1}",
        "Ask for the rest of the answer, or for all of it again.",
    )


def _named_twice(at: int, first: str, second: str) -> PatchError:
    return PatchError(
        f"the code on line {at + 1} is said to be {shown(first)} and {shown(second)}",
        "Name its file once.",
    )
