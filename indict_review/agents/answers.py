"""What an agent is told of a review: data in the shapes of `shapes`, and a few lines to read.

The names are those of the review's JSON, version 1. It is less of it: an agent pays for what it
reads. What was left out is said, and `explain_finding` has the rest.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from indict_review.change import Coverage
from indict_review.critique import ClaimStatus
from indict_review.evidence import Background, Severity
from indict_review.finding import Finding
from indict_review.formats import words
from indict_review.formats.document import document
from indict_review.formats.interface import is_harmful
from indict_review.formats.json_text import Json
from indict_review.formats.safe_text import cut, flat, visible
from indict_review.review import Gate, Review

MOST = 50
"""Findings, and entries of any other list."""
LONGEST = 200_000
"""Characters of one text, such as a diff."""
LONGEST_QUOTE = 2_000


@dataclass(frozen=True)
class Answer:
    """What a tool gives back."""

    data: dict[str, Json]
    text: str

    @staticmethod
    def of(data: dict[str, Json], lines: Iterable[str]) -> "Answer":
        """With every character spelt out that is not plain: data and lines may quote the change."""
        return Answer({name: plain(each) for name, each in data.items()}, _plain("\n".join(lines)))


@dataclass(frozen=True)
class Shown:
    """A review as an agent may see it."""

    ident: str
    review: Review
    """Masked."""
    fail_on: Severity

    @property
    def gate(self) -> Gate | None:
        """See `Review.gate`."""
        return self.review.gate(self.fail_on)


def reviewed(shown: Shown, notes: tuple[str, ...]) -> Answer:
    """The answer to a request for a review; `notes` are the server's own."""
    review, gate = shown.review, shown.gate
    worst = words.worst_first(review.findings)
    lists = _lists(review)
    more = {name: len(each) - MOST for name, each in lists.items() if len(each) > MOST}
    notes += tuple(f"{count:,} more of `{name}` are left out" for name, count in more.items())
    data: dict[str, Json] = {
        "review_id": shown.ident,
        "gate": gate.value if gate else None,
        "verdict": review.verdict(shown.fail_on).value,
        "meaning": words.meaning(review, shown.fail_on),
        "dialogue": review.strategy != "tools-only",
        "findings": [_finding(each, shown) for each in worst[:MOST]],
        "findings_left_out": max(0, len(worst) - MOST),
        "revision": _revision(review),
        **{name: each[:MOST] for name, each in lists.items()},
        "notes": [*words.notes(review), *notes],
    }
    return Answer.of(data, _lines(shown, worst, notes))


def explained(shown: Shown, finding: Finding, known: Iterable[Background]) -> Answer:
    """All there is of one finding."""
    whole = document(shown.review, shown.fail_on)["findings"]
    assert isinstance(whole, list)  # noqa: S101 - for the type checker
    full = whole[shown.review.findings.index(finding)]
    assert isinstance(full, dict)  # noqa: S101 - for the type checker
    entries = list(known)
    data = _finding(finding, shown) | {
        "evidence": full["evidence"],
        "disputes": full["disputes"],
        "suggestion": full["suggestion"],
        "knowledge": [{"title": each.summary, "text": each.detail} for each in entries],
    }
    lines = [_headline(finding, shown), finding.message]
    for seen in finding.evidence:
        lines += [f"{seen.tool} saw: {seen.summary}", *filter(None, [seen.detail])]
    lines += [f"Remedy: {finding.remedy}"] if finding.remedy else []
    lines += [f"{each.summary}. {each.detail}" for each in entries]
    lines += [f"Disputed by {each.by}: {each.reason}" for each in finding.disputes]
    if full["suggestion"] is not None:
        lines.append("There is verified code for it: `suggestion`, with its receipt.")
    return Answer.of(data, lines)


def applied(shown: Shown, written: tuple[str, ...]) -> Answer:
    """What was written."""
    gate = shown.gate
    data: dict[str, Json] = {
        "review_id": shown.ident,
        "gate": gate.value if gate else None,
        "written": [*written],
    }
    what = "the verified revision" if gate is Gate.REVISED else "the change as it came"
    line = f"Written: {what}, in {', '.join(written)}. The index is as it was."
    return Answer.of(data, [line if written else "Nothing was written: it is there already."])


def plain(value: Json) -> Json:
    """Without control characters, bidirectional ones and lone surrogates: each is spelt out."""
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {_plain(name): plain(each) for name, each in value.items()}
    return value


def _plain(text: str) -> str:
    """Lines and tabs stay: code is unreadable without."""
    text, left_out = cut(text, LONGEST)
    lines = ("\t".join(map(visible, line.split("\t"))) for line in text.split("\n"))
    return "\n".join(lines) + left_out


def _finding(finding: Finding, shown: Shown) -> dict[str, Json]:
    where = finding.location
    return {
        "fingerprint": finding.fingerprint,
        "severity": finding.severity.value,
        "blocks": shown.review.blocks(finding, shown.fail_on),
        "concern": finding.concern.value,
        "title": finding.title,
        "cwe": finding.cwe,
        "message": finding.message,
        "remedy": finding.remedy,
        "path": where.path,
        "start_line": where.start_line,
        "end_line": where.end_line,
        "quote": "".join(cut(where.quote, LONGEST_QUOTE)),
        "evidence": [{"tool": each.tool, "summary": each.summary} for each in finding.evidence],
    }


def _lists(review: Review) -> dict[str, list[Json]]:
    return {
        "unproven": [
            {
                "path": claim.location.path,
                "start_line": claim.location.start_line,
                "text": claim.text,
                "check": claim.check,
            }
            for claim in review.claims
            if claim.status is ClaimStatus.UNPROVEN and claim.location
        ],
        "skipped": [{"step": each.step, "reason": each.reason} for each in review.skipped],
        "not_covered": [
            file.path
            for file in review.change.files
            if review.coverage.get(file.path) is Coverage.NOT_APPLICABLE
        ],
    }


def _revision(review: Review) -> Json:
    """Only one that holds: what failed is no code to look at."""
    made = review.verified
    if made is None or is_harmful(review):
        return None
    return {
        # Half a diff is none; the lines say that there is one.
        "diff": made.patch if len(made.patch) <= LONGEST else "",
        "fixes": [*dict.fromkeys(fix for group in made.groups for fix in group.fixes)],
        "checks": [
            {"name": each.name, "status": each.status.value, "detail": each.detail}
            for each in made.verification.checks
        ],
    }


def _lines(shown: Shown, worst: list[Finding], notes: tuple[str, ...]) -> Iterator[str]:
    """The short text: what came of it, why, and what to do next."""
    review, gate = shown.review, shown.gate
    verdict = f"{review.verdict(shown.fail_on).value}: {words.meaning(review, shown.fail_on)}"
    yield f"{words.gate(review, shown.fail_on) or verdict}."
    for finding in worst[:MOST]:
        yield f"- {_headline(finding, shown)}: {flat(finding.message, 300)}"
    if len(worst) > MOST:
        yield f"({len(worst) - MOST} more findings, none worse, are left out)"
    for skip in review.skipped[:MOST]:
        yield f"Skipped: {skip.step}: {flat(skip.reason, 300)}"
    if gate is Gate.ACCEPTED:
        yield f'apply_revision("{shown.ident}") writes it as it came.'
    elif gate is Gate.REVISED and review.verified:
        yield from _offer(shown.ident, review.verified.patch)
    for note in (*words.notes(review), *notes):
        yield f"Note: {flat(note, 300)}"


def _offer(ident: str, diff: str) -> Iterator[str]:
    yield (
        f'It may land as its verified revision has it (`revision`): apply_revision("{ident}") '
        "writes change and revision."
    )
    if len(diff) > LONGEST:
        yield f"The revision's diff is left out here: it has {len(diff):,} characters."


def _headline(finding: Finding, shown: Shown) -> str:
    blocks = ", blocks" if shown.review.blocks(finding, shown.fail_on) else ""
    what = f"{words.lines(finding)}: {words.named(finding)}"
    return f"{finding.severity.value}{blocks} {what} [{finding.fingerprint}]"
