"""A flow under way: its steps so far, and where the next one goes."""

from indict_review.syntax.pieces import Piece
from indict_review.tools.c.expressions import bare, declared_name
from indict_review.tools.c.patience import Patience
from indict_review.tools.lifetimes.steps import STEP, Act, Step, Way

Ends = list[tuple[int, bool | None]]
"""Steps whose next one is not known yet, with what has to hold to get there."""


def both(one: Ends, other: Ends) -> Ends:
    """Each once, or `try {} catch (...) {}` in a row would double them each time."""
    return list(dict.fromkeys([*one, *other]))


class Draft:
    """`open` are the ends that the next step follows: none where nothing gets to."""

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self.steps: list[Step] = []
        self.ways: list[dict[Way, None]] = []
        self.open: Ends = []
        self.types: dict[str, str] = {}

    def add(self, step: Step) -> int:
        """Put a step after the open ends; its number."""
        self.patience.spend(STEP)
        self.steps.append(step)
        self.ways.append({})
        number = len(self.steps) - 1
        self.connect(self.open, number)
        self.open = [(number, None)]
        return number

    def connect(self, ends: Ends, to: int) -> None:
        """Lead these ends to a step."""
        for number, when in self.patience.over(ends):
            self.ways[number][Way(to, when)] = None

    def meet(self, piece: Piece) -> int:
        """A step where ways part or meet."""
        return self.add(Step(Act.NOTHING, "", piece))

    def test(self, what: str, piece: Piece) -> tuple[Ends, Ends]:
        """A test; the ends where it holds, and where it does not."""
        number = self.add(Step(Act.TEST, what, piece))
        return [(number, True)], [(number, False)]

    def set(self, what: str, piece: Piece, value: Piece | None = None) -> None:
        """An assignment. Of `a = b = c`, a has its value from b."""
        if value is not None:
            value = bare(value)
            inner = value.part("left") if value.kind == "assignment_expression" else None
            value = bare(inner) if inner is not None else value
        self.add(Step(Act.ASSIGN, what, piece, value=value))

    def declare(self, declarator: Piece, of: Piece | None) -> str:
        """Note a variable's type; its name."""
        name = declared_name(declarator)
        stars = sum(part.kind == "pointer_declarator" for part in declarator.walk())
        self.types[name] = f"{of.text if of else ''}{'*' * stars}"
        return name
