"""What the looks at C functions report."""

from dataclasses import dataclass

from indict_review import cwe
from indict_review.evidence import Concern, Confidence, Severity, Weakness
from indict_review.patches.quoting import shown
from indict_review.syntax.pieces import Piece


@dataclass(frozen=True)
class Kind:
    """One kind of weakness."""

    ident: str
    cwe: str
    remedy: str
    precision: Confidence = Confidence.MEDIUM
    title: str = ""
    """Where the weakness's own is too broad."""

    def weakness(self, message: str) -> Weakness:
        """It, with what is said of this case. What is often wrong must not block."""
        severity = cwe.severity_of(self.cwe) or Severity.MEDIUM
        if self.precision is Confidence.LOW:
            severity = min(severity, Severity.MEDIUM, key=lambda each: each.rank)
        title = self.title or cwe.title_of(self.cwe) or self.ident
        about = (self.ident, Concern.SAFETY, severity, title, message, self.cwe)
        return Weakness(*about, remedy=self.remedy, precision=self.precision)


@dataclass(frozen=True)
class Sign:
    """One place where it was seen."""

    kind: Kind
    piece: Piece
    message: str


def named(text: str) -> str:
    """An expression of the hostile code, as a message quotes it."""
    return f"`{shown(text, 60)}`"
