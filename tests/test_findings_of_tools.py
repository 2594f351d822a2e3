"""A weakness that several tools saw is one finding, and its fingerprint does not depend on them."""

import itertools

import pytest

from indict_review import cwe
from indict_review.critics.findings import gather
from indict_review.evidence import (
    Concern,
    Confidence,
    Location,
    Observed,
    Severity,
    Weakness,
)
from indict_review.formats import words
from tests.changing import tree

TEXT = "def f(x):\n    run(\n        'ls ' + x,\n        shell=True,\n    )\n    run(x)\n"
TREE = tree({"a.py": TEXT})
LINES = TEXT.split("\n")


def seen(tool, number, first, last=None, severity=Severity.HIGH, remedy=""):
    last = last or first
    place = Location("a.py", first, last, "\n".join(LINES[first - 1 : last]))
    kind = Weakness(f"{tool}-rule", Concern.SAFETY, severity, tool, "x", number, remedy)
    return Observed(tool, tool, place, kind)


RULE = seen("semgrep", "CWE-78", 3)
SECOND = seen("semgrep", "CWE-78", 6)
OTHERS = (
    seen("bandit", "CWE-77", 2, 5, Severity.CRITICAL),
    seen("CodeQL (SARIF)", "CWE-88", 1, 6),
    seen("bounds", "CWE-78", 3),
)


def test_tools_that_name_parents_and_children_saw_one_weakness():
    (finding,) = gather([RULE, *OTHERS], TREE)

    assert {each.tool for each in finding.evidence} == {RULE.tool, *(o.tool for o in OTHERS)}
    assert finding.confidence is Confidence.HIGH
    assert finding.severity is Severity.CRITICAL


def test_a_fingerprint_is_the_same_whoever_else_looks_and_in_whatever_order():
    alone = {f.fingerprint for f in gather([RULE, SECOND], TREE)}
    assert len(alone) == 2

    for count in range(1, len(OTHERS) + 1):
        for others in itertools.permutations(OTHERS, count):
            found = gather([*others, SECOND, RULE], TREE)
            assert {f.fingerprint for f in found} == alone


def test_a_wide_look_does_not_draw_two_findings_together():
    wide = seen("CodeQL (SARIF)", "CWE-78", 1, 6)

    assert [len(f.evidence) for f in gather([wide, SECOND, RULE], TREE)] == [2, 1]


@pytest.mark.parametrize(
    ("between", "number", "count"),
    [
        ("", "CWE-89", 1),
        ("", "CWE-78", 2),
        ("    log(y)\n", "CWE-89", 1),
        ("    y = quoted(x)\n", "CWE-89", 2),
        ("def g(y):\n", "CWE-89", 2),
        ("    pass\n" * 11, "CWE-89", 2),
    ],
)
def test_where_sql_is_made_and_where_it_is_run_is_one_weakness(between, number, count):
    text = f"def f(x):\n    y = 'SELECT ' + x\n{between}    run(y)\n"
    lines = text.split("\n")

    def at(tool, line):
        kind = Weakness("r", Concern.SAFETY, Severity.HIGH, tool, "x", number)
        return Observed(tool, tool, Location("a.py", line, line, lines[line - 1]), kind)

    both = [at("semgrep", len(lines) - 1), at("bandit", 2)]
    found = gather(both, tree({"a.py": text}))

    assert len(found) == count
    assert found[-1].fingerprint == gather(both[:1], tree({"a.py": text}))[0].fingerprint
    told = [words.elsewhere(seen, found[0]) for seen in found[0].evidence]
    assert told == (["", "at line 2"] if count == 1 else [""])


def test_the_fingerprint_of_a_child_is_that_of_the_one_that_stands_for_it():
    numbers = ("CWE-77", "CWE-78", "CWE-88")

    assert len({f.fingerprint for n in numbers for f in gather([seen("x", n, 3)], TREE)}) == 1


def test_fingerprints_that_people_dismissed_by_stay():
    """A change here makes every decision on such a finding void."""
    found = gather([seen("semgrep", n, 3) for n in ("CWE-78", "CWE-89", "CWE-502", None)], TREE)

    assert {f.cwe: f.fingerprint for f in found} == {
        "CWE-78": "ea797e3a0b78316a",
        "CWE-89": "49116ddba34194aa",
        "CWE-502": "5e03a992c09951cb",
        None: "02aea3754908f495",
    }


def test_other_weaknesses_on_the_same_lines_are_other_findings():
    assert len(gather([RULE, seen("bandit", "CWE-89", 3), seen("x", None, 3)], TREE)) == 3


def test_each_number_is_of_one_family_and_known():
    families = {number: cwe.kin(number) for number in cwe.CWES}

    assert all(cwe.kin(first) == first for first in families.values())
    assert cwe.kin("CWE-99999") == "CWE-99999"
    assert families["CWE-502"] == "CWE-502"
    assert families["CWE-125"] == families["CWE-119"] == "CWE-787"


def test_thousands_of_findings_in_one_file_are_gathered_at_once():
    many = [
        Observed("semgrep", "x", Location("b.txt", n, n, f"line {n}"), RULE.weakness)
        for n in range(1, 20_000)
    ]

    assert len(gather(many, tree({"b.txt": ""}))) == len(many)
