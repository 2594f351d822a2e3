"""XML that untrusted code wrote: no document type (so no entities, nothing external), bounded.

Expat is driven by hand, so that a limit ends the reading: no tree of the whole is ever built.
"""

from dataclasses import dataclass, field
from xml.parsers import expat

from indict_review.errors import ToolError

MOST_BYTES = 64 * 2**20
MOST_ELEMENTS = 500_000
DEEPEST = 100
MOST_CHILDREN = 1_000
"""Of one element: those after them are passed over."""
LONGEST_TEXT = 64 * 2**10
"""Characters of one element's text that are kept: the last."""


@dataclass
class Element:
    """One element; its name without a prefix."""

    tag: str
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    size: int = 0

    @property
    def text(self) -> str:
        """Its own text, without that of its children."""
        return "".join(self.pieces)[-LONGEST_TEXT:]

    def add(self, text: str) -> None:
        """More text. What is too much is let go now and then, not each time."""
        self.pieces.append(text)
        self.size += len(text)
        if self.size > 2 * LONGEST_TEXT or len(self.pieces) > LONGEST_TEXT:
            self.pieces = [self.text]
            self.size = len(self.pieces[0])

    def get(self, name: str) -> str:
        """An attribute; empty if there is none."""
        return self.attributes.get(name, "")

    def all(self, *tags: str) -> list["Element"]:
        """The children of these names."""
        return [child for child in self.children if child.tag in tags]


class _Refused(Exception):
    """Stops the parser."""


@dataclass
class _Reader:
    wanted: str
    most: int
    found: list[Element] = field(default_factory=list)
    kept: list[Element] = field(default_factory=list)
    depth: int = 0
    count: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.count += 1
        if self.depth > DEEPEST or self.count > MOST_ELEMENTS:
            raise _Refused("it is nested too deeply, or too long")
        tag = name.rpartition(":")[2]
        if not self.kept and tag != self.wanted:
            return
        element = Element(tag, {k: v[-LONGEST_TEXT:] for k, v in attributes.items()})
        if self.kept:
            if len(self.kept[-1].children) < MOST_CHILDREN:
                self.kept[-1].children.append(element)
        else:
            self.found.append(element)
            if len(self.found) > self.most:
                raise _Refused(f"it has more than {self.most:,} tests")
        self.kept.append(element)

    def end(self, _name: str) -> None:
        self.depth -= 1
        if self.kept:
            self.kept.pop()

    def text(self, text: str) -> None:
        if self.kept:
            self.kept[-1].add(text)

    def doctype(self, *_: object) -> None:
        raise _Refused("it declares a document type")


def elements(report: bytes, wanted: str, *, most: int) -> list[Element]:
    """The elements of this name, whole, in order. Raises `ToolError` if it is not such a file."""
    if len(report) > MOST_BYTES:
        raise ToolError(f"the report is longer than {MOST_BYTES // 2**20} MiB")
    reader = _Reader(wanted, most)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(report, True)
    # The last two: encodings that expat asks Python for.
    except (expat.ExpatError, _Refused, LookupError, ValueError) as e:
        raise ToolError(f"the report is no XML that can be read: {e}") from e
    return reader.found
