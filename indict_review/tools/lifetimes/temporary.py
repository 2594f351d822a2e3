"""C++: pointers into strings that live only until the end of the statement."""

from collections.abc import Iterator

from indict_review.evidence import Confidence
from indict_review.syntax.pieces import Piece
from indict_review.tools.c.expressions import bare, callee
from indict_review.tools.c.signs import Kind, Sign
from indict_review.tools.lifetimes.steps import Act, Flow, root

TEMPORARY = Kind(
    "cpp-pointer-into-temporary",
    "CWE-416",
    "Keep the string in a variable for as long as the pointer is used: std::string text = "
    "out.str(); const char *p = text.c_str();",
    Confidence.HIGH,
    "Pointer into a temporary string",
)

_INNER = frozenset("c_str data constData".split())
_BY_VALUE = frozenset(
    "substr to_string string toStdString toUtf8 toLatin1 toLocal8Bit toAscii".split()
)
"""Calls that return a string, and no reference to one that stays."""


def kept_of_temporary(flow: Flow) -> Iterator[Sign]:
    """See `Look`."""
    for step in flow.steps if flow.language == "cpp" else ():
        is_pointer = step.act is Act.ASSIGN and flow.types.get(step.what, "").endswith("*")
        if is_pointer and step.value is not None and _is_lost(flow, step.value):
            of = f"{step.what} points into {step.value.text[:60]}"
            message = f"{of}, a string that is gone when this statement ends."
            yield Sign(TEMPORARY, step.piece, message)


def _is_lost(flow: Flow, value: Piece) -> bool:
    method = value.part("function")
    if value.kind != "call_expression" or method is None or callee(value) not in _INNER:
        return False
    of = method.part("argument")
    of = bare(of) if of is not None else None
    if of is None or of.kind == "binary_expression":
        return of is not None
    if of.kind == "call_expression" and callee(of) == "str":  # some return a reference
        streams = flow.types.get(root(of.text), "")
        return "stringstream" in streams
    return of.kind == "call_expression" and callee(of) in _BY_VALUE
