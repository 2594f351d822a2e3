"""For formats that know nothing but findings: what stands at no line, and must show there too."""

from dataclasses import dataclass

from indict_review.evidence import Severity
from indict_review.review import Review


@dataclass(frozen=True)
class Remark:
    """Shown beside the findings, at no line of its own."""

    ident: str
    severity: Severity
    title: str
    message: str


def remarks(review: Review) -> tuple[Remark, ...]:
    """A harmful task, and each step that did not happen."""
    harmful = []
    if review.task_assessment is not None and review.task_assessment.harmful:
        why = "; ".join((review.task_assessment.category, *review.task_assessment.reasons))
        harmful.append(Remark("harmful-task", Severity.CRITICAL, "The task is harmful", why))
    skipped = (
        Remark("skipped", Severity.MEDIUM, f"Not run: {skip.step}", skip.reason)
        for skip in review.skipped
    )
    return (*harmful, *skipped)
