"""Findings to decide on, in few words."""

from indict_review.change import Change
from indict_review.critics.findings import gather
from indict_review.evidence import Concern, Location, Observed, Severity, Weakness
from indict_review.finding import Finding
from indict_review.ledger.entries import LEDGER
from tests.changing import change

CODE = "import os\n\n\ndef run(name):\n    os.system(name)\n"
FOUND = "    os.system(name)"


def found(
    of: Change, path="app.py", line="os.system", ident="py.shell", cwe="CWE-78", tool="semgrep"
):
    """What a tool says of the first line with these words."""
    lines = of.after.text(path).split("\n")
    at = next(n for n, text in enumerate(lines, start=1) if line in text)
    kind = Weakness(ident, Concern.SAFETY, Severity.HIGH, "Command injection", "A shell.", cwe)
    seen = Observed(tool, "a shell", Location(path, at, at, lines[at - 1]), kind)
    return gather([seen], of.after)[0]


def staged(after: dict[str, str], before: dict[str, str] | None = None) -> Change:
    return change(before or {}, after)


def entry(finding: Finding, **more) -> str:
    said = {"by": '"Ada"', "on": "2026-11-22", "reason": '"the name is a constant"', **more}
    lines = "".join(f"  {key}: {value}\n" for key, value in said.items())
    return f'- fingerprint: "{finding.fingerprint}"\n{lines}'


def ledger(*entries: str) -> dict[str, str]:
    return {LEDGER: "decisions:\n" + "".join(entries)}
