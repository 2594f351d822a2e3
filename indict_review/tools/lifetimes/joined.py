"""A name that a caller gave, made part of a path with no look at what is in it."""

import re
from collections.abc import Iterator
from functools import partial

from indict_review.evidence import Confidence
from indict_review.syntax.pieces import Piece
from indict_review.tools.c.signs import Kind, Sign
from indict_review.tools.lifetimes.names import BORROWS
from indict_review.tools.lifetimes.paths import Ask, Start, first, following
from indict_review.tools.lifetimes.steps import Act, Flow, Step, is_part

TRAVERSAL = Kind(
    "c-path-joined",
    "CWE-22",
    "Refuse a name that is empty, . or .., or has a / in it, before it is joined to the folder.",
    Confidence.LOW,
    "Path traversal",
)

_TEXT = re.compile(r"char\b.*\*|[sS]tring\b|string_view|\bQString|\bCString|\bPath\b")
_JOINS = re.compile(
    r"(?i)(?:concat|join|append|build|make)\w*(?:path|file|filename|dir)\w*"
    r"|(?:path|file|filename|dir)\w*(?:concat|join|append|cat|combine)\w*"
)
_BLIND = BORROWS - {"strchr", "strrchr", "strstr"}
_PRINTS = re.compile(r"(?:sn?|as|g_strdup_|x?as|vs?n?)printf$")
_APPENDS = re.compile(r"(?:g_)?str[nl]?cat(?:_s)?")
_INTO = re.compile(r'"[^"]*/%s[^/"]*"$')
_OPENS = re.compile(
    r"(?:^|_|(?<=[a-z]))(?i:f?open(?:at|dir)?|unlink(?:at)?|remove|l?stat(?:at)?|mkdir|rmdir|rename"
    r"|access|chmod|chown|readlink|symlink|truncate|creat|is_?dir|is_?file|exists?|load|save"
    r"|readfile|writefile|delete|scandir|execv[pe]*|execl[pe]*|dlopen)(?:$|_|[A-Z0-9])"
)


def joined_unchecked(flow: Flow) -> Iterator[Sign]:
    """See `Look`. Each parameter once."""
    for name in flow.parameters:
        steps = flow.patience.over(flow.steps)
        if not _TEXT.search(flow.types[name]) or not any(_joins(name, s) for s in steps):
            continue
        join = first(flow, [Start(0)], partial(_joins, name), _looked_at(name))
        path, number = _path(flow, join) if join else ("", 0)
        use = first(flow, following(flow, number), *_opening(path)) if path else None
        if join and use:
            said = f"{name}, a parameter, becomes the end of the path {path}"
            given = f"which {use.what} at line {use.line} is given"
            message = f"{said}, {given}; nothing looks for a / or .. in it before."
            yield Sign(TRAVERSAL, join.piece, message)


def _looked_at(name: str) -> Ask:
    def stop(step: Step) -> bool:
        if step.act is Act.CALL:
            return name in step.args and step.what not in _BLIND
        if step.act is Act.FOLLOW:
            return step.what == name
        return step.act is Act.ASSIGN and is_part(step.what, name)

    return stop


def _joins(name: str, step: Step) -> bool:
    if step.act is Act.CALL and name in step.args[1:]:
        if _APPENDS.fullmatch(step.what):
            return step.args[1] == name
        printed = any(_INTO.search(arg) for arg in step.args) and step.args[-1] == name
        return bool(_JOINS.search(step.what)) or bool(_PRINTS.search(step.what) and printed)
    value = step.value
    return step.act is Act.ASSIGN and value is not None and _is_sum(value, name)


def _is_sum(value: Piece, name: str) -> bool:
    """C++: `folder + "/" + name`."""
    right, left = value.part("right"), value.part("left")
    if value.kind != "binary_expression" or right is None or left is None:
        return False
    return right.text == name and left.text.endswith('/"')


def _path(flow: Flow, join: Step) -> tuple[str, int]:
    """The variable that has the path, and from which step on."""
    number = flow.steps.index(join)
    if join.act is Act.ASSIGN:
        return join.what, number
    if _PRINTS.search(join.what) or _APPENDS.fullmatch(join.what):
        return join.args[0].lstrip("&"), number
    after = flow.steps[number + 1]
    return (after.what, number + 1) if after.act is Act.ASSIGN else ("", number)


def _opening(path: str) -> tuple[Ask, Ask]:
    def found(step: Step) -> bool:
        return step.act is Act.CALL and path in step.args and bool(_OPENS.search(step.what))

    return found, lambda step: step.act is Act.ASSIGN and step.what == path
