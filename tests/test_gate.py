"""The gate: what becomes of code that an AI wrote, and what it cannot be talked into."""

import json
from dataclasses import replace

import pytest

from indict_review.change import Coverage
from indict_review.decision import DecidedIn, Decision, Dismissed
from indict_review.evidence import Severity, Skipped
from indict_review.formats import FORMATS, words
from indict_review.formats import json as review_json
from indict_review.formats.interface import Look
from indict_review.review import Gate, Review, TaskAssessment, Verdict
from indict_review.revision import EditGroup, Revision, Verification, VerificationStatus
from tests.samples import settings_change, unsafe_yaml

PATH = "payments/settings.py"
SKIP = Skipped("tests", "docker is not running")
HARM = TaskAssessment(True, "covert surveillance", ())
STRICT = (("payments/", Severity.LOW),)
KEPT = Decision(DecidedIn.LEDGER, "only constants", "ada", "2026-11-02")


def found(name, severity):
    return replace(unsafe_yaml(PATH), fingerprint=name, severity=severity)


HIGH, AGAIN, LOW = (found("a" * 16, Severity.HIGH), found("b" * 16, Severity.HIGH),
                    found("c" * 16, Severity.LOW))  # fmt: skip


def made(*fixes, status=VerificationStatus.PASSED):
    """A revision that says to mend these, one group for each."""
    groups = tuple(EditGroup((), (fix.fingerprint,)) for fix in fixes)
    return Revision(groups, settings_change(PATH).after, "", Verification(status))


def review(*findings, source="patch", **about):
    change = settings_change(PATH, source)
    return Review(change, "tools", findings, coverage={PATH: Coverage.REVIEWED}, **about)


CASES = {
    "nothing found": (review(), Gate.ACCEPTED),
    "nothing that blocks": (review(LOW), Gate.ACCEPTED),
    "nothing that blocks, and a revision": (review(LOW, revision=made(LOW)), Gate.REVISED),
    "a revision that answers a claim": (review(revision=made()), Gate.REVISED),
    "something blocks": (review(HIGH), Gate.REJECTED),
    "all mended": (review(HIGH, AGAIN, LOW, revision=made(HIGH, AGAIN, LOW)), Gate.REVISED),
    "all that blocks mended": (review(HIGH, LOW, revision=made(HIGH)), Gate.REVISED),
    "one of two mended": (review(HIGH, AGAIN, revision=made(HIGH)), Gate.REJECTED),
    "the other mended": (review(HIGH, LOW, revision=made(LOW)), Gate.REJECTED),
    "what nobody found mended": (review(HIGH, revision=made(AGAIN)), Gate.REJECTED),
    "a revision of nothing": (review(HIGH, revision=made()), Gate.REJECTED),
    **{
        f"a revision that is {status.value}, {'' if findings else 'not '}needed": (
            review(*findings, revision=made(HIGH, status=status)),
            Gate.REJECTED if findings else Gate.ACCEPTED,
        )
        for status in sorted(set(VerificationStatus) - {VerificationStatus.PASSED})
        for findings in ((HIGH,), ())
    },
    "dismissed": (review(dismissed=(Dismissed(HIGH, KEPT),)), Gate.ACCEPTED),
    "its twin dismissed": (review(HIGH, dismissed=(Dismissed(AGAIN, KEPT),)), Gate.REJECTED),
    "a stricter folder": (review(LOW, stricter=STRICT), Gate.REJECTED),
    "a stricter folder, mended": (
        review(LOW, stricter=STRICT, revision=made(LOW)),
        Gate.REVISED,
    ),
    "a stricter folder, the worse one mended": (
        review(LOW, HIGH, stricter=STRICT, revision=made(HIGH)),
        Gate.REJECTED,
    ),
    "skipped": (review(skipped=(SKIP,)), None),
    "skipped, and mended": (review(HIGH, skipped=(SKIP,), revision=made(HIGH)), None),
    "skipped, and something blocks": (review(HIGH, skipped=(SKIP,)), Gate.REJECTED),
    "harmful": (review(task_assessment=HARM), Gate.REJECTED),
    "harmful, and mended": (
        review(HIGH, task_assessment=HARM, revision=made(HIGH)),
        Gate.REJECTED,
    ),
    "harmful, and skipped": (review(task_assessment=HARM, skipped=(SKIP,)), Gate.REJECTED),
    "not harmful": (review(task_assessment=replace(HARM, harmful=False)), Gate.ACCEPTED),
}
CODES = {Gate.ACCEPTED: 0, Gate.REVISED: 0, Gate.REJECTED: 1, None: 3}


@pytest.mark.parametrize("source", ["patch", "generate"])
@pytest.mark.parametrize("name", CASES)
def test_the_gate_lets_through_what_leaves_nothing_that_blocks(name, source):
    given, gate = CASES[name]
    given = replace(given, change=replace(given.change, source=source))

    assert given.gate(Severity.HIGH) is gate
    assert given.exit_code(Severity.HIGH) == CODES[gate]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("source", ["staged", "commits", "pull_request"])
def test_code_that_somebody_took_has_a_verdict_and_no_gate(name, source):
    given, _ = CASES[name]
    given = replace(given, change=replace(given.change, source=source))
    codes = {Verdict.PASS: 0, Verdict.FAIL: 1, Verdict.INCOMPLETE: 3}

    assert given.gate(Severity.HIGH) is None
    assert given.exit_code(Severity.HIGH) == codes[given.verdict(Severity.HIGH)]
    assert words.gate(given, Severity.HIGH) == ""
    for name in FORMATS:
        assert "gate:" not in FORMATS[name](given, Look()).lower()


def test_the_threshold_is_the_users():
    given = review(LOW)

    assert given.gate(Severity.HIGH) is Gate.ACCEPTED
    assert given.gate(Severity.LOW) is Gate.REJECTED


@pytest.mark.parametrize("name", CASES)
def test_every_format_that_tells_the_gate_tells_the_same(name):
    given, gate = CASES[name]
    said = gate.value if gate else "not decided"
    told = json.loads(review_json.render(given, Severity.HIGH))["gate"]
    text, markdown = (FORMATS[form](given, Look()) for form in ("text", "markdown"))
    quiet = gate is Gate.ACCEPTED and not given.findings

    assert told == (gate.value if gate else None)
    assert quiet or f"{said} (exit {CODES[gate]})" in text
    assert (f"**Gate: {said}.**" in markdown) is not quiet


def test_a_clean_patch_is_one_line_still():
    assert FORMATS["text"](review(), Look()).count("\n") == 1
    assert "Gate" not in FORMATS["markdown"](review(), Look())


def test_a_rejection_says_how_many_block_and_whether_a_revision_was_there():
    def said(given):
        return words.gate(given, Severity.HIGH)

    assert said(review(HIGH)) == "rejected: 1 finding blocks"
    assert said(review(HIGH, AGAIN, LOW)) == "rejected: 2 findings block"
    assert said(CASES["one of two mended"][0]) == (
        "rejected: 1 finding blocks, and the verified revision does not mend that"
    )
    assert said(CASES["harmful, and mended"][0]) == "rejected: the task is harmful"
