"""Bandit as an analyzer: what a change brought into Python code, by Bandit's tests."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from indict_review import cwe
from indict_review.change import Tree
from indict_review.errors import ToolError
from indict_review.evidence import Concern, Confidence, Location, Observed, Severity, Weakness
from indict_review.languages import of_path
from indict_review.tools.bandit_run import Issue, Report, run
from indict_review.tools.bandit_tests import TESTS, Test
from indict_review.tools.bandit_texts import HOLE, Texts, takes_values
from indict_review.tools.novelty import Seen, brought_in
from indict_review.tools.semgrep_layout import Layout, Sides

TOLD = 5
"""How many of the files that could not be read are named."""


class Bandit:
    """Implements `Analyzer` with Bandit. Of the change nothing is imported, and no setting read."""

    name = "bandit"

    def __init__(self, seconds: float = 120) -> None:
        """`seconds` bounds one run."""
        self._seconds = seconds

    @cached_property
    def version(self) -> str:
        """See `Analyzer.version`."""
        from importlib import metadata

        try:
            return metadata.version("bandit")
        except metadata.PackageNotFoundError:
            return "unknown"

    def covers(self, path: str) -> bool:
        """See `Analyzer.covers`."""
        return of_path(path) == "python"

    def examine(self, before: Tree, after: Tree) -> Iterator[Observed]:
        """See `Analyzer.examine`. What was seen comes first; it raises if that is not all."""
        sides = Sides.of(before, after, self.covers)
        if not sides.after:
            return
        layout = Layout.of(sides)
        with TemporaryDirectory(prefix="indict-bandit-") as name:
            workspace = Path(name)
            targets = [target for target in layout.paths if target.startswith("after/")]
            layout.write(workspace, targets)
            report = run(workspace, "after", self._seconds)
            new = _meant(report, layout)
            # Where nothing was seen, nothing can be new: that side is not looked at.
            old: dict[Seen, Issue] = {}
            if earlier := layout.before({issue.target for issue in new.values()}):
                for target in earlier:
                    (workspace / target).write_bytes(layout.pages[target].data)
                old = _meant(run(workspace, "before", self._seconds), layout)
        for seen in brought_in(old, new, layout.added, layout.origins):
            yield _observed(new[seen], seen, layout)
        if blind := list(_unread(report, layout, targets)):
            rest = f"; and {len(blind) - TOLD} more" if blind[TOLD:] else ""
            raise ToolError(f"could not look at everything: {'; '.join(blind[:TOLD])}{rest}")


def _meant(report: Report, layout: Layout) -> dict[Seen, Issue]:
    """What takes part, in terms of the change."""
    texts: dict[str, Texts] = {}
    found = {}
    for issue in report.issues:
        test = TESTS.get(issue.test)
        page = layout.pages.get(issue.target)
        if test is None or page is None or (not test.constant and issue.severity == "LOW"):
            continue  # of a command without a variable, Bandit says itself that it is LOW
        if issue.target not in texts:
            texts[issue.target] = Texts(page.data)
        text = HOLE if test.constant else texts[issue.target].at(issue.line, issue.column)
        if HOLE not in text or (test.cwe == "CWE-89" and not takes_values(text)):
            continue
        lines = page.data.decode("utf-8", "surrogateescape").split("\n")
        matched = "\n".join(lines[issue.start_line - 1 : issue.end_line])
        start, end = page.line(issue.start_line), page.line(issue.end_line)
        place = layout.paths[issue.target]
        offset = sum(len(line) + 1 for line in lines[: issue.line - 1]) + issue.column
        found[Seen(issue.test, place, matched, start, end, offset)] = issue
    return found


def _observed(issue: Issue, seen: Seen, layout: Layout) -> Observed:
    test = TESTS[issue.test]
    text = layout.pages[issue.target].text
    located = "\n".join(text.split("\n")[seen.start_line - 1 : seen.end_line])
    message = " ".join(issue.text.split())
    return Observed(
        tool=Bandit.name,
        summary=message,
        location=Location(seen.path, seen.start_line, seen.end_line, located.removesuffix("\r")),
        weakness=Weakness(
            ident=issue.test,
            concern=Concern.SAFETY,
            severity=test.severity or cwe.severity_of(test.cwe) or Severity.MEDIUM,
            title=cwe.title_of(test.cwe) or message,
            message=message,
            cwe=test.cwe,
            remedy=test.remedy,
            precision=_precision(test, issue),
        ),
        detail=f"test {issue.test} of Bandit, which is of {issue.confidence.lower()} confidence",
    )


def _precision(test: Test, issue: Issue) -> Confidence:
    """The lower of what we and what Bandit hold of it; ours, where we read the text ourselves."""
    order = list(Confidence)
    said = {each.name: each for each in order}.get(issue.confidence, Confidence.LOW)
    return min(test.precision, said, key=order.index) if test.constant else test.precision


def _unread(report: Report, layout: Layout, targets: Sequence[str]) -> Iterator[str]:
    """What was asked for and not looked at, or not as Python reads it."""
    reasons: Mapping[str, str] = dict(report.blind)
    for target in targets:
        path, page = layout.paths[target], layout.pages[target]
        if target not in report.scanned:
            yield f"{path!a}: {reasons.get(target, 'it was not read')}"
        elif page.doubt:
            yield f"{path!a} {page.doubt}"
