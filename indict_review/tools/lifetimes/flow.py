"""Reads a function's steps, and the ways between them, from its pieces."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from indict_review.syntax.pieces import Piece
from indict_review.tools.c.expressions import bare, declared_name
from indict_review.tools.c.patience import Patience
from indict_review.tools.lifetimes.draft import Ends, both
from indict_review.tools.lifetimes.evaluating import Evaluating
from indict_review.tools.lifetimes.names import ENDS
from indict_review.tools.lifetimes.reading import is_headless
from indict_review.tools.lifetimes.steps import Act, Flow, Step

_BLOCKS = frozenset(
    "compound_statement preproc_else preproc_elif preproc_elifdef translation_unit else_clause "
    "declaration_list linkage_specification ERROR attributed_statement".split()
)


def flow_of(function: Piece, language: str, patience: Patience) -> Flow:
    """What does not parse in it is left out."""
    return _Reader(language, patience).read(function)


class _Reader(Evaluating):
    """One function under way."""

    def __init__(self, language: str, patience: Patience) -> None:
        super().__init__(patience)
        self.language = language
        self.breaks: list[Ends] = []
        self.continues: list[Ends] = []
        self.switches: list[tuple[int, list[bool]]] = []
        self.labels: dict[str, int] = {}
        self.jumps: dict[str, Ends] = defaultdict(list)

    def read(self, piece: Piece) -> Flow:
        """All of it."""
        self.meet(piece)
        declarator = piece.part("declarator")
        parameters = tuple(self._parameters(declarator)) if declarator else ()
        self.statement(piece.part("body") or piece)
        for label, ends in self.jumps.items():
            if label in self.labels:
                self.connect(ends, self.labels[label])
        self.add(Step(Act.RETURN, "", piece))
        name = declared_name(declarator) if declarator else ""
        steps, ways = tuple(self.steps), tuple(map(tuple, self.ways))
        return Flow(name, parameters, self.types, steps, ways, self.language, self.patience)

    def _parameters(self, declarator: Piece) -> Iterator[str]:
        listed = next((p for p in declarator.walk() if p.kind == "parameter_list"), None)
        for parameter in listed.parts if listed else ():
            if inner := parameter.part("declarator"):
                yield self.declare(inner, parameter.part("type"))

    def statement(self, piece: Piece) -> None:
        read = _STATEMENTS.get(piece.kind)
        if read is not None:
            read(self, piece)
        elif piece.kind in _BLOCKS:
            self._block(piece.parts)
        elif piece.kind.endswith("_statement"):
            for part in piece.parts:
                self.statement(part)
        else:
            self.expression(piece)

    def _block(self, parts: Sequence[Piece]) -> None:
        for n, part in enumerate(parts):
            following = parts[n + 1] if n + 1 < len(parts) else None
            if following and following.kind == "compound_statement" and is_headless(part):
                self._repeat(following, part)
            elif not (n and part.kind == "compound_statement" and is_headless(parts[n - 1])):
                self.statement(part)

    def _say(self, piece: Piece) -> None:
        """An expression for its own sake."""
        for part in piece.parts:
            if part.kind == "call_expression":
                self.call(part, alone=True)
            elif part.kind == "identifier" and ENDS.search(part.text):
                self.open = []
            else:
                self.expression(part)

    def _if(self, piece: Piece) -> None:
        condition = piece.part("condition")
        first = len(self.steps)
        yes, no = self.condition(condition) if condition else (self.open, self.open)
        for number in range(first, len(self.steps)):
            if self.steps[number].act is Act.TEST:
                self.steps[number] = replace(self.steps[number], alone=True)
        then = piece.part("consequence")
        if then is not None and then.start == then.end:
            self.open = list(yes)  # an #endif stands between it and its block
        else:
            self.either(yes, then, no, piece.part("alternative"))

    def _preprocessed(self, piece: Piece) -> None:
        """`#if`: what is the case is not known, and the same all over the file."""
        asked = piece.part("condition") or piece.part("name")
        inside = [part for part in piece.parts if part.role not in {"condition", "name"}]
        negated = piece.content[piece.start : piece.start + 7] == b"#ifndef"
        yes, no = self.test(f"#{asked.text if asked else ''}", piece)
        self.open, rest = (no, yes) if negated else (yes, no)
        self._block([part for part in inside if part.role != "alternative"])
        after, self.open = self.open, rest
        other = piece.part("alternative")
        if other is not None and other.kind == "preproc_elif":
            self._preprocessed(other)
        elif other is not None:
            self._block(other.parts)
        self.open += after

    def _while(self, piece: Piece) -> None:
        self._loop(piece, piece.part("condition"), None)

    def _for(self, piece: Piece) -> None:
        if start := piece.part("initializer"):
            self.statement(start)
        self._loop(piece, piece.part("condition"), piece.part("update"))

    def _loop(self, piece: Piece, condition: Piece | None, update: Piece | None) -> None:
        head = self.meet(piece)
        yes, no = self.condition(condition) if condition else (self.open, [])
        self.open = list(yes)
        breaks = self._body(piece.part("body"))
        if update is not None:
            self.expression(update)
        self.connect(self.open, head)
        self.open = [*no, *breaks]

    def _repeat(self, piece: Piece, told: Piece | None) -> None:
        """A macro with a block: it may be run, with whatever the macro is told set in it."""
        head = self.meet(piece)
        for part in told.walk() if told else ():
            if part.kind.endswith("identifier"):
                self.set(part.text, piece)
        breaks = self._body(piece)
        self.open += [(head, None), *breaks]

    def _nested(self, piece: Piece) -> None:
        """What looks like a function in a function is a macro with a block."""
        if body := piece.part("body"):
            self._repeat(body, piece.part("declarator"))

    def _range(self, piece: Piece) -> None:
        if over := piece.part("right"):
            self.expression(over)
        head = self.meet(piece)
        if each := piece.part("declarator"):
            self.set(self.declare(each, piece.part("type")), piece)
        breaks = self._body(piece.part("body"))
        self.connect(self.open, head)
        self.open = [(head, None), *breaks]

    def _do(self, piece: Piece) -> None:
        head = self.meet(piece)
        breaks = self._body(piece.part("body"))
        condition = piece.part("condition")
        yes, no = self.condition(condition) if condition else (self.open, self.open)
        self.connect(yes, head)
        self.open = [*no, *breaks]

    def _body(self, piece: Piece | None) -> Ends:
        """A loop's body, up to where the next turn is decided; what breaks out of it."""
        self.breaks.append([])
        self.continues.append([])
        if piece is not None:
            self.statement(piece)
        self.open += self.continues.pop()
        return self.breaks.pop()

    def _switch(self, piece: Piece) -> None:
        if condition := piece.part("condition"):
            self.expression(condition)
        test = self.meet(piece)
        has_default: list[bool] = []
        self.switches.append((test, has_default))
        self.breaks.append([])
        self.open = []
        if body := piece.part("body"):
            self.statement(body)
        self.switches.pop()
        self.open += self.breaks.pop()
        if not has_default:
            self.open.append((test, None))

    def _case(self, piece: Piece) -> None:
        if self.switches:
            test, has_default = self.switches[-1]
            self.open.append((test, None))
            if piece.part("value") is None:
                has_default.append(True)
        self._block([part for part in piece.parts if part.role != "value"])

    def _labelled(self, piece: Piece) -> None:
        label = piece.part("label")
        if label is not None:
            self.labels[label.text] = self.add(Step(Act.NOTHING, label.text, piece))
        self._block([part for part in piece.parts if part.role != "label"])

    def _goto(self, piece: Piece) -> None:
        label = piece.part("label")
        self.jumps[label.text if label else ""] += self.open
        self.open = []

    def _break(self, piece: Piece) -> None:
        if self.breaks:
            self.breaks[-1] += self.open
        self.open = []

    def _continue(self, piece: Piece) -> None:
        if self.continues:
            self.continues[-1] += self.open
        self.open = []

    def _return(self, piece: Piece) -> None:
        for part in piece.parts:
            self.expression(part)
        what = bare(piece.parts[0]).text if piece.parts else ""
        self.add(Step(Act.RETURN, what, piece))
        self.open = []

    def _throw(self, piece: Piece) -> None:
        for part in piece.parts:
            self.expression(part)
        self.open = []

    def _try(self, piece: Piece) -> None:
        before = list(self.open)
        after: Ends = []
        for part in piece.parts:
            self.open = list(before)
            self.statement(part.part("body") or part)
            after = both(after, self.open)
        self.open = after


_Read = Callable[[_Reader, Piece], None]

_STATEMENTS: Mapping[str, _Read] = {
    "expression_statement": _Reader._say,
    "declaration": _Reader._declaration,
    "if_statement": _Reader._if,
    "while_statement": _Reader._while,
    "for_statement": _Reader._for,
    "for_range_loop": _Reader._range,
    "do_statement": _Reader._do,
    "switch_statement": _Reader._switch,
    "case_statement": _Reader._case,
    "labeled_statement": _Reader._labelled,
    "goto_statement": _Reader._goto,
    "break_statement": _Reader._break,
    "continue_statement": _Reader._continue,
    "return_statement": _Reader._return,
    "co_return_statement": _Reader._return,
    "throw_statement": _Reader._throw,
    "try_statement": _Reader._try,
    "preproc_if": _Reader._preprocessed,
    "preproc_ifdef": _Reader._preprocessed,
    "preproc_def": _Reader._skip,
    "preproc_function_def": _Reader._skip,
    "function_definition": _Reader._nested,
}
