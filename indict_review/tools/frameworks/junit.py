"""JUnit's XML, as surefire, Gradle, ctest, PHPUnit and many others write it."""

from collections.abc import Iterable, Iterator, Mapping

from indict_review.runs import CaseOutcome, CaseResult
from indict_review.tools.frameworks.cases import MOST_CASES, below_workspace, gather
from indict_review.tools.frameworks.xml_text import Element, elements

NOT_RUN = {"notrun", "disabled", "skipped"}
"""What ctest and googletest say in `status`, without a child that says so, too."""


def results(reports: Iterable[bytes]) -> Mapping[str, CaseResult]:
    """The tests of all reports together. Raises `ToolError` if one cannot be read."""
    return gather(case for report in reports for case in cases(report))


def cases(report: bytes) -> Iterator[CaseResult]:
    """The tests of one report. Raises `ToolError` if it is no JUnit XML."""
    for element in elements(report, "testcase", most=MOST_CASES):
        yield _case(element)


def _case(element: Element) -> CaseResult:
    group = element.get("classname") or element.get("class")
    name = element.get("name")
    wrong = element.all("failure", "error")
    # A suite of surefire that could not start is a test without a name.
    full = f"{group}.{name}" if group and name and group != name else name or group
    outcome = CaseOutcome.PASSED
    if wrong:
        outcome = CaseOutcome.FAILED
    elif element.all("skipped") or element.get("status").lower() in NOT_RUN:
        outcome = CaseOutcome.SKIPPED
    return CaseResult(full, outcome, _why(wrong), below_workspace(element.get("file")))


def _why(wrong: list[Element]) -> str:
    said = []
    for element in wrong:
        message, text = element.get("message").strip(), element.text.strip()
        said.append(text if message in text else f"{message}\n{text}")
    return "\n".join(said)
