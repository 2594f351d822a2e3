"""Reviews whose code holds, made in earnest but without semgrep: `eval(` is a finding."""

from dataclasses import dataclass

from indict_review.change import Change
from indict_review.evidence import Concern, Location, Observed, Severity, Weakness
from indict_review.review import Review
from indict_review.reviewer import Reviewer
from indict_review.revision import EditGroup
from indict_review.rewrite import edits_between

EVIL = "import json\n\n\ndef read(text):\n    return eval(text)\n"
GOOD = EVIL.replace("eval(text)", "json.loads(text)")


class Evals:
    """Sees `eval(` in lines that are new."""

    name = "evals"
    version = "1.0"

    def covers(self, path):
        return path.endswith(".py")

    def examine(self, before, after):
        for path in after.files:
            if not self.covers(path):
                continue
            for number, line in enumerate(after.text(path).split("\n"), 1):
                line = line.removesuffix("\r")
                if "eval(" in line and line not in before.text(path):
                    where = Location(path, number, number, line)
                    what = Weakness("CWE-95", Concern.SAFETY, Severity.HIGH, "Eval", "", "CWE-95")
                    yield Observed(self.name, "eval", where, what)


@dataclass(frozen=True)
class Given:
    """Offers what a test gives: new texts by path."""

    texts: dict[str, str]
    mends: str = "CWE-"
    """How the CWE of what it mends begins."""

    def groups(self, change, findings):
        edits = [
            edit
            for path, text in self.texts.items()
            for edit in edits_between(path, change.after.text(path), text)
        ]
        fixes = tuple(f.fingerprint for f in findings if f.cwe and f.cwe.startswith(self.mends))
        return [EditGroup(tuple(edits), fixes)]


def mended(change: Change, texts: dict[str, str], **about) -> Review:
    """The review of a change that these texts mend."""
    review = Reviewer((Evals(),), offers=(Given(texts),), **about).review(change)
    assert review.revision is not None, "the code of the test does not hold"
    return review
