"""What Markdown makes of the text between the edits: who reads it sees no edit everywhere."""

import re
from dataclasses import dataclass

from indict_review.patches.grammar import is_blank

CODE = 4
"""Columns of indentation that make a line code, if it is in no list."""

_ITEM = re.compile(r"[ \t>]*(?:[-*+]|[0-9]{1,9}[.)])(?:\s|$)")
_COMMENT = re.compile(r"[ \t>]*(?:(?:[-*+]|[0-9]{1,9}[.)])\s+)*<!--")


@dataclass
class Prose:
    """Is told every line, one after the other."""

    hidden: bool = False
    """Whether a comment of HTML is open. Only one that begins its line goes on below it."""
    listed: bool = False
    """Whether what is indented may belong to an item of a list."""
    follows: bool = False
    """Whether the line above has something on it: what stands below it goes on with it."""

    def take(self, line: str) -> None:
        """A line that is no edit's."""
        if self.hidden or _COMMENT.match(line):
            self.hidden = line.rfind("-->") < max(line.rfind("<!--"), 0)
        if _ITEM.match(line):
            self.listed = True
        elif not self.follows and not is_blank(line) and line[0] not in " \t":
            self.listed = False
        self.follows = not line.isspace()

    def end(self, indent: str) -> None:
        """A block of code is there, so deep."""
        self.listed &= indent != ""
        self.follows = False

    def is_code(self, indent: str) -> bool:
        """Whether a fence that is indented so is one that somebody only shows."""
        return not self.listed and len(indent.expandtabs(CODE)) >= CODE
