"""What evaluating an expression does, step by step, and the two ways out of a condition."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping

from indict_review.syntax.pieces import Piece
from indict_review.tools.c.expressions import arguments, bare, callee, declared_name, operator
from indict_review.tools.lifetimes.draft import Draft, Ends, both
from indict_review.tools.lifetimes.names import ASSERTS, ENDS, PLAIN, REFUSES
from indict_review.tools.lifetimes.reading import NULL, against_null, follows
from indict_review.tools.lifetimes.steps import Act, Step

_AND, _OR = frozenset({"&&", "and"}), frozenset({"||", "or"})
_MACRO = re.compile(r"[A-Z][A-Z0-9_]{2,}$")


class Evaluating(Draft, ABC):
    """A draft that expressions are added to."""

    @abstractmethod
    def statement(self, piece: Piece) -> None:
        """GNU C and C++ have statements in expressions."""

    def expression(self, piece: Piece) -> None:
        """What evaluating it does, in that order."""
        read = _EXPRESSIONS.get(piece.kind)
        if read is not None:
            read(self, piece)
        else:
            for part in piece.parts:
                self.expression(part)

    def condition(self, piece: Piece) -> tuple[Ends, Ends]:
        """Evaluate it; the ends where it holds, and those where it does not."""
        piece = bare(piece)
        if piece.kind == "condition_clause" and piece.parts:  # C++: if (auto p = f(); p)
            for part in piece.parts[:-1]:
                self.statement(part)
            return self.condition(piece.parts[-1])
        if piece.kind == "declaration":  # C++: if (auto p = f())
            self._declaration(piece)
            declarator = piece.part("declarator")
            return self.test(declared_name(declarator) if declarator else "", piece)
        if piece.kind == "call_expression" and callee(piece) in PLAIN and arguments(piece):
            return self.condition(arguments(piece)[0])
        if piece.kind in {"number_literal", "true", "false"}:
            return ([], self.open) if piece.text in NULL else (self.open, [])
        inner = piece.part("argument")
        if piece.kind == "unary_expression" and inner and operator(piece) in {"!", "not"}:
            yes, no = self.condition(inner)
            return no, yes
        left, right = piece.part("left"), piece.part("right")
        compared = self._compared(piece, left, right) if left and right else None
        if compared is not None:
            return compared
        self.expression(piece)
        is_set = piece.kind == "assignment_expression" and left is not None
        return self.test(bare(left).text if is_set and left else piece.text, piece)

    def _compared(self, piece: Piece, left: Piece, right: Piece) -> tuple[Ends, Ends] | None:
        """Of two sides, where they make conditions of their own."""
        sign = operator(piece)
        if sign in _AND | _OR:
            return self._joined(left, right, is_and=sign in _AND)
        if sign in {"==", "!="} and (told := against_null(left, right)):
            yes, no = self.condition(told)
            return (no, yes) if sign == "==" else (yes, no)
        if piece.kind == "comma_expression":
            self.expression(left)
            return self.condition(right)
        return None

    def _joined(self, left: Piece, right: Piece, is_and: bool) -> tuple[Ends, Ends]:
        yes, no = self.condition(left)
        self.open = list(yes if is_and else no)
        more_yes, more_no = self.condition(right)
        return (more_yes, no + more_no) if is_and else (yes + more_yes, more_no)

    def _logical(self, piece: Piece) -> None:
        if operator(piece) in _AND | _OR:
            yes, no = self.condition(piece)
            self.open = [*yes, *no]
        else:
            for part in piece.parts:
                self.expression(part)

    def _conditional(self, piece: Piece) -> None:
        condition = piece.part("condition")
        yes, no = self.condition(condition) if condition else (self.open, self.open)
        self.either(yes, piece.part("consequence"), no, piece.part("alternative"))

    def either(self, yes: Ends, then: Piece | None, no: Ends, other: Piece | None) -> None:
        """Two ways, with what is done on each, until they meet."""
        self.open = list(yes)
        if then is not None:
            self.statement(then)
        after, self.open = self.open, list(no)
        if other is not None:
            self.statement(other)
        self.open = both(after, self.open)

    def _assignment(self, piece: Piece) -> None:
        left, right = piece.part("left"), piece.part("right")
        if left is None or right is None:
            return
        self.expression(right)
        self._place(left)
        if operator(piece) == "=":
            self.set(bare(left).text, piece, right)
        else:
            self.set(bare(left).text, piece)

    def _place(self, piece: Piece) -> None:
        """Only the way to where something is is followed."""
        piece = bare(piece)
        inner = piece.part("argument")
        if inner is None:
            return
        self.expression(inner) if follows(piece) else self._place(inner)
        if index := piece.part("index") or piece.part("indices"):
            self.expression(index)
        if follows(piece):
            self.add(Step(Act.FOLLOW, bare(inner).text, piece))

    def _update(self, piece: Piece) -> None:
        if inner := piece.part("argument"):
            self.expression(inner)
            self.set(bare(inner).text, piece)

    def _pointer(self, piece: Piece) -> None:
        inner = piece.part("argument")
        if inner is None or operator(piece) == "*":
            self._place(piece)
            return
        inner = bare(inner)
        if inner.kind in {"field_expression", "subscript_expression"}:
            base = inner.part("argument")  # `&p->x` adds, and goes nowhere
            if base is not None:
                self.expression(base)
        self.add(Step(Act.ADDRESS, inner.text, piece))

    def call(self, piece: Piece, alone: bool = False) -> None:
        """A call; `alone` if nothing is done with what it returns."""
        name, given = callee(piece), arguments(piece)
        if given and ASSERTS.search(name):
            self.open = self.condition(given[0])[0]
            return
        if given and REFUSES.search(name):
            self.open = self.condition(given[0])[1]
            return
        if function := piece.part("function"):
            self._place(function)
            inner = function.part("argument")
            if inner is not None and not follows(function):
                self.add(Step(Act.ADDRESS, bare(inner).text, piece))  # a method may set its object
        is_asked = False
        for argument in given:
            self.expression(argument)
            if argument.kind in {"binary_expression", "unary_expression"}:
                is_asked = True
                for part in argument.walk():
                    if part.kind in {"identifier", "field_expression"}:
                        self.add(Step(Act.HINT, part.text, piece))
        args = tuple(argument.text for argument in given)
        self.add(Step(Act.CALL, name, piece, args=args, alone=alone))
        if ENDS.search(name) and not (is_asked and _MACRO.match(name)):
            self.open = []

    def _delete(self, piece: Piece) -> None:
        for part in piece.parts:
            self.expression(part)
            self.add(Step(Act.CALL, "delete", piece, args=(bare(part).text,), alone=True))

    def _skip(self, piece: Piece) -> None:
        """It is not evaluated here, or at all."""

    def _declaration(self, piece: Piece) -> None:
        for part in piece.parts:
            if part.role != "declarator":
                continue
            inner = part.part("declarator") if part.kind == "init_declarator" else part
            name = self.declare(inner or part, piece.part("type"))
            if value := part.part("value") if part.kind == "init_declarator" else None:
                self.expression(value)
                self.set(name, part, value)


_Read = Callable[[Evaluating, Piece], None]

_EXPRESSIONS: Mapping[str, _Read] = {
    "compound_statement": Evaluating.statement,
    "field_expression": Evaluating._place,
    "subscript_expression": Evaluating._place,
    "pointer_expression": Evaluating._pointer,
    "assignment_expression": Evaluating._assignment,
    "update_expression": Evaluating._update,
    "call_expression": Evaluating.call,
    "delete_expression": Evaluating._delete,
    "binary_expression": Evaluating._logical,
    "conditional_expression": Evaluating._conditional,
    "sizeof_expression": Evaluating._skip,
    "alignof_expression": Evaluating._skip,
    "offsetof_expression": Evaluating._skip,
    "decltype": Evaluating._skip,
    "lambda_expression": Evaluating._skip,
    "type_descriptor": Evaluating._skip,
}
