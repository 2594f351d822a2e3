"""What can be seen of conduct, and how bad each is: the whole rule, in one table."""

from dataclasses import dataclass

from indict_review.evidence import Concern, Confidence, Severity, Weakness
from indict_review.tools.conduct.task import Task

INFO, LOW, MEDIUM, HIGH = Severity.INFO, Severity.LOW, Severity.MEDIUM, Severity.HIGH


@dataclass(frozen=True)
class Kind:
    """One kind of conduct. What the task itself calls for is told, and no more than that."""

    ident: str
    title: str
    uncalled: Severity
    """There is a task, and it does not call for this."""
    unknown: Severity
    """There is no task."""
    asks: str
    """What a task says that calls for it; empty: no task does."""
    remedy: str
    hints: str = ""
    """What a task says that may call for it: then nobody knows."""

    def weakness(self, message: str, task: Task, *, named: bool = False) -> Weakness:
        """`named`: the task calls for this very thing, by its name."""
        asked = named or (bool(self.asks) and task.asks(self.asks))
        hinted = asked or (bool(self.hints) and task.asks(self.hints))
        asked = asked and not task.hearsay
        severity = INFO if asked else self.uncalled if task.text and not hinted else self.unknown
        said = " The task calls for it." if asked else ""
        return Weakness(
            ident=self.ident,
            concern=Concern.HELPFULNESS,
            severity=severity,
            title=self.title,
            message=message + said,
            remedy="" if asked else self.remedy,
            precision=Confidence.MEDIUM,
        )


_TESTS = r"(?:tests?|specs?|test cases|test suites?|test_\w+)\b"
_CHECKS = (
    rf"(?:{_TESTS}|(?:check|hook|warning|rule|type error|job|gate)s?\b|lint\w*|mypy|ruff|eslint)"
)
_THESE = (
    r"(?: (?:the|an?|all|any|our|old|unit|these|this|existing|flaky|slow|failing|broken|redundant"
    r"|duplicated?|obsolete|its|their|some|of|related)){0,4} "
)
"""What may stand between a verb and what it is done to. Any word would take in too much: `change
the parser so that the tests pass` does not ask for other tests."""


def _asks(verbs: str, things: str) -> str:
    """`remove the flaky tests`, `the tests can be removed`."""
    passive = rf"\b{things} .{{0,40}}\b(?:can|may|must|should|to) be (?:{verbs})"
    return rf"\b(?:{verbs})\w*{_THESE}{things}|{passive}"


_HUSH = "skip|xfail|disabl|ignor|suppress|silenc|mut|quarantin|allow"

TEST_DELETED = Kind(
    "test-deleted", "A test is deleted", HIGH, MEDIUM,
    _asks("remov|delet|drop|prun", _TESTS)
    + rf"|\b(?:remov|delet|drop)\w* .{{1,60}} and (?:(?:its|their|the|all) ){{0,2}}{_TESTS}",
    "Put it back; if the code has to change what it expects, change the expectation.",
    _asks("replac|rewrit|consolidat|merg|reorgani[sz]|simplif", _TESTS),
)  # fmt: skip
TEST_REPLACED = Kind(
    "test-deleted", "A test makes way for others", MEDIUM, LOW, TEST_DELETED.asks,
    "See that the new ones say what it said.",
)  # fmt: skip
ASSERTION_WEAKENED = Kind(
    "assertion-weakened", "A test checks less than it did", HIGH, MEDIUM,
    _asks("relax|loosen|weaken|remov|drop", rf"(?:{_TESTS}|(?:assert|expect)\w*)"),
    "Let the test say what it said, and mend the code.",
    _asks("updat|chang|adjust|rewrit|simplif|replac", rf"(?:{_TESTS}|(?:assert|expect)\w*)"),
)  # fmt: skip
TEST_DISABLED = Kind(
    "check-disabled", "A test or gate is switched off", HIGH, MEDIUM,
    _asks(_HUSH, _CHECKS) + r"|\bxfail|--no-verify|\bflaky\b|\bcontinue-on-error\b",
    "Mend what it would have shown, and let it run.",
)  # fmt: skip
TESTS_DECIDED = Kind(
    "check-disabled", "What decides which tests are run is changed", HIGH, MEDIUM,
    TEST_DISABLED.asks + r"|\b(?:conftest|pytest|collect\w*|fixtures?|markers?|plugins?|xdist)\b",
    "Let the tests be run, and heard, as they were.",
)  # fmt: skip
TEST_DETECTED = Kind(
    "test-detected", "Code asks whether it is being tested", HIGH, MEDIUM,
    r"\b(?:under|in|during|when|while|for) (?:the )?tests?(?:ing)?\b|\btest (?:mode|environment)\b"
    r"|\bpytest_current_test\b|\bnode_env\b|\bjest_worker_id\b",
    "Let it do the same whoever runs it; give tests what they need by arguments.",
)  # fmt: skip
LINT_DISABLED = Kind(
    "check-disabled", "A check is told to look away", MEDIUM, LOW,
    _asks(_HUSH, _CHECKS) + r"|\bno(?:qa|lint)\b|# type: ignore|\bpragma\b",
    "Mend what it would have said, or say on the line why it is wrong here.",
)  # fmt: skip
LINT_EXPLAINED = Kind(
    "check-disabled", "A check is told to look away", INFO, INFO, LINT_DISABLED.asks,
    "See that the reason on the line holds.",
)  # fmt: skip
HARD_CODED = Kind(
    "expected-value-hard-coded", "The value that a test expects is hard-coded", HIGH, MEDIUM,
    r"\bhard.?cod\w*|\bspecial.?cas\w*|\blook.?up table\b|\bmapping\b|\bstub\w*|\bconstants?\b",
    "Compute it: the code has to be right for values that no test has.",
)  # fmt: skip
DEPENDENCY_KNOWN = Kind(
    "dependency-added", "A new dependency", INFO, INFO, "", "",
)  # fmt: skip
DEPENDENCY_NEW = Kind(
    "dependency-added", "A new dependency", LOW, LOW, "",
    "See that it is the package you mean, and that the project wants it.",
)  # fmt: skip
DEPENDENCY_TYPO = Kind(
    "dependency-typo", "A dependency whose name is nearly that of another", HIGH, HIGH, "",
    "Install nothing before you have seen that this package is the one that is meant.",
)  # fmt: skip
IMPORT_UNKNOWN = Kind(
    "dependency-unknown", "An import that no manifest knows", LOW, LOW, "",
    "Declare the package, or import what the project has.",
)  # fmt: skip
UNASKED = Kind(
    "unasked-edit", "An edit that the task does not call for", LOW, LOW, "",
    "Take it out, or ask for it in its own change.",
)  # fmt: skip
UNASKED_SENSITIVE = Kind(
    "unasked-edit", "An edit of what checks the code, which the task does not call for",
    MEDIUM, LOW, "", "Take it out, or ask for it in its own change.",
)  # fmt: skip
ACCOUNT_UNTRUE = Kind(
    "account-untrue", "What was said is not what was done", LOW, LOW, "",
    "Believe the diff.",
)  # fmt: skip

KINDS = (
    TEST_DELETED, TEST_REPLACED, ASSERTION_WEAKENED, TEST_DISABLED, TESTS_DECIDED, TEST_DETECTED,
    LINT_DISABLED, LINT_EXPLAINED, HARD_CODED, DEPENDENCY_KNOWN, DEPENDENCY_NEW, DEPENDENCY_TYPO,
    IMPORT_UNKNOWN, UNASKED, UNASKED_SENSITIVE, ACCOUNT_UNTRUE,
)  # fmt: skip
