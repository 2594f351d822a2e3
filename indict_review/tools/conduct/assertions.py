"""Tests that stay and check less: an assertion is gone, or cannot fail any more."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from indict_review.evidence import Location
from indict_review.patches.quoting import shown
from indict_review.syntax import Statement
from indict_review.syntax.grammars import OUTPUT
from indict_review.tools.conduct.cases import Case, asserts, cases, has_tests, words
from indict_review.tools.conduct.kinds import ASSERTION_WEAKENED
from indict_review.tools.conduct.scene import Scene, Sign
from indict_review.tools.conduct.truth import always_holds

_TRUE = r"(?:[Tt]rue|1|! ?0)"
_VACUOUS = re.compile(
    rf"^assert lambda\b|\bassert_?(?:True|true|That)? ?!? ?\( {_TRUE} (?:,|\))"
    rf"|\bAssert \. (?:True|IsTrue) \( true (?:,|\))"
    rf"|\|\| (?:true|1)\b|\bexpect \( (.{{1,200}}) \) \. (?:toBe|toEqual|toStrictEqual) \( \1 \)"
    rf"|\bassert(?:_eq|_equal|Equal|Equals|Same) ?!? ?\( (.{{1,200}}) , \2 \)",
)
"""Assertions that hold whatever the code does, as `Statement.text` has them; see `truth`."""

_SWALLOWED = re.compile(r"catch\s*(?:\([^)\n]{0,80}\))?\s*\{\s*\}")
"""In Python, `swallowing` knows."""

_KEY = re.compile(r"\[ [\"'] (\w+) [\"'] \]")
_STRING = re.compile(r"(?P<quote>[\"'`]).*?(?P=quote)")

# What is compared, and with what: what is left of it says only that there is something.
_COMPARED = re.compile(
    r"^(?:assert (?P<py>.+?) (?:==|is|in) .+"
    r"|(?P<js>expect \( .+? \)) \. (?:toBe|toEqual|toStrictEqual|toMatchObject|toContain) \( .+)$"
)
_EXISTS = (
    "assert {0}", "assert {0} is not None", "assert bool ( {0} )", "assert {0} != None",
    "assert {0} >= 0", "assert {0} > 0", "assert {0} != 0", "{0} . toBeDefined ( )",
    "{0} . toBeTruthy ( )", "{0} . not . toBeNull ( )", "{0} . not . toBeUndefined ( )",
)  # fmt: skip


def assertions_weakened(scene: Scene) -> Iterator[Sign]:
    """See `Look`. At most one for each test."""
    for path in scene.touched:
        origin = scene.origins.get(path)
        if origin is None or not has_tests(path):
            continue
        old = {case.name: case for case in cases(origin, scene.before.text(origin))}
        new = cases(path, scene.after.text(path))
        fewer = _said(old.values()) - _said(new)
        for case in new:
            if case.name in old and case.statements != old[case.name].statements:
                yield from _compare(scene, old[case.name], case, fewer)


def _said(cases: Iterable[Case]) -> Counter[str]:
    return Counter(statement.text for case in cases for statement in case.statements)


def _compare(scene: Scene, old: Case, new: Case, fewer: Counter[str]) -> Iterator[Sign]:
    """`fewer`: what the tests of the file say less often than they did; the rest only moved."""
    lost, came = _only(old.statements, new.statements), _only(new.statements, old.statements)
    lost_checks = [s for s in lost if asserts(s) and fewer[s.text]]
    hushed = _hushed(lost_checks, new)
    empty = next((s for s in came if asserts(s) and _is_empty(s, lost_checks)), None)
    if hushed is not None:
        what = "still has an assertion, which can fail it no more: it is not run, or not heard"
        yield _sign(new, what, [hushed], scene.here(new.path, hushed.line))
    elif lost_checks and empty is not None:
        what = "now has an assertion that hardly anything can fail, where it had another"
        yield _sign(new, what, lost_checks, scene.here(new.path, empty.line))
    elif line := _swallows(scene, old, new):
        what = "now drops what its own assertions raise"
        yield _sign(new, what, [], scene.here(new.path, line, line + 1))
    elif lost_checks and not _says_more(came, lost):
        gone = [s for s in lost_checks if not _is_rightful(scene, s)]
        if gone:
            place = scene.there(old.path, gone[0].line)
            yield _sign(new, "no longer says what it said", gone, place)


def _says_more(came: list[Statement], lost: list[Statement]) -> bool:
    """Whether what came asserts something, or calls what may."""
    known = {name for statement in lost for name in statement.calls} | OUTPUT
    return any(asserts(s) or (not s.is_idle and not known.issuperset(s.calls)) for s in came)


def _sign(case: Case, what: str, lost: list[Statement], place: Location) -> Sign:
    count = f", {len(lost)} times" if lost[1:] else ""
    message = f"The test `{shown(case.bare)}` {what}{count}."
    return Sign(ASSERTION_WEAKENED, place, message, quote=lost[0].text if lost else "")


def _hushed(lost: list[Statement], new: Case) -> Statement | None:
    """One that still stands in the test, and says nothing any more."""
    texts = {statement.text for statement in lost}
    return next((statement for statement in new.idle if statement.text in texts), None)


def _only(these: Iterable[Statement], others: Iterable[Statement]) -> list[Statement]:
    """Those that have no partner among the others, by what they say."""
    known = Counter(statement.text for statement in others)
    found = []
    for statement in these:
        if known[statement.text]:
            known[statement.text] -= 1
        else:
            found.append(statement)
    return found


def _is_empty(statement: Statement, lost: list[Statement]) -> bool:
    """It cannot fail, or says only that there is something, where more was said of the same."""
    text = statement.text.removesuffix(";").strip()
    if _VACUOUS.search(text) or always_holds(text):
        return True
    for gone in lost:
        compared = _COMPARED.match(gone.text.removesuffix(";").strip())
        subject = compared and (compared["py"] or compared["js"])
        if subject and text in {form.format(subject) for form in _EXISTS}:
            return True
    return False


def _swallows(scene: Scene, old: Case, new: Case) -> int | None:
    """The line where it catches what an assertion of its own raises, if it did not before."""
    before = "\n".join(scene.before.text(old.path).split("\n")[old.start - 1 : old.end])
    after = "\n".join(scene.after.text(new.path).split("\n")[new.start - 1 : new.end])
    found = [new.start + after.count("\n", 0, m.start()) for m in _SWALLOWED.finditer(after)]
    if len(found) <= len(_SWALLOWED.findall(before)):
        return None
    return next((line for line in found if _asserts_above(new, line)), None)


def _asserts_above(case: Case, line: int) -> bool:
    """Whether the `try` that ends on this line has an assertion."""
    tries = [s.line for s in case.statements if s.text.startswith("try") and s.line <= line]
    return bool(tries) and any(tries[-1] <= s.line <= line for s in case.assertions)


def _is_rightful(scene: Scene, lost: Statement) -> bool:
    """It went to another test, or what it spoke of is gone from the code."""
    told = words(lost.text)
    names = words(_STRING.sub("", lost.text)).union(_KEY.findall(lost.text))
    added = (scene.added_text(path) for path in scene.touched if has_tests(path))
    said = any(told <= words(text) for text in added)
    return said or bool(names & scene.vanished)
