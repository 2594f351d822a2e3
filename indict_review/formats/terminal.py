"""The review as a person reads it in a terminal. Quiet when clean: one to three lines."""

from collections.abc import Iterator

from indict_review.change import Coverage
from indict_review.critique import ClaimStatus
from indict_review.evidence import Severity
from indict_review.formats import finding_view, sections, words
from indict_review.formats.console import Line, Span, Style, draw
from indict_review.formats.interface import is_harmful, offered
from indict_review.review import Gate, Review, Verdict

NARROWEST, WIDEST = 40, 120

_COLOURS: dict[Verdict, Style] = {
    Verdict.PASS: "good",
    Verdict.FAIL: "bad",
    Verdict.INCOMPLETE: "note",
}
_GATE_COLOURS: dict[Gate | None, Style] = {
    Gate.ACCEPTED: "good",
    Gate.REVISED: "good",
    Gate.REJECTED: "bad",
    None: "note",
}


def render(
    review: Review, fail_on: Severity, *, width: int, colour: bool, unicode: bool = True
) -> str:
    """See `Format`. Nothing of the change reaches the terminal raw: `console` spells it out.

    `width` is kept between 40 and 120 columns: wider lines are hard to read.
    """
    width = min(max(width, NARROWEST), WIDEST)
    return draw(_page(review, fail_on), width=width, colour=colour, unicode=unicode)


def _page(review: Review, fail_on: Severity) -> Iterator[Line]:
    yield _header(review, fail_on)
    yield from sections.notes(review)
    yield from sections.task(review)
    for finding in words.worst_first(review.findings):
        yield Line()
        fix = offered(review, finding.suggestion)
        yield from finding_view.view(
            finding, fix, review, stricter=words.stricter_for(finding, review, fail_on)
        )
    yield from sections.revision(review)
    yield from sections.unproven(review)
    if not _is_quiet(review):
        yield from sections.critics(review)
    yield from sections.skipped(review)
    yield from _footer(review, fail_on)


def _is_quiet(review: Review) -> bool:
    """Nothing found, nothing upheld, nothing skipped: a line or three will do."""
    upheld = any(c.status is ClaimStatus.UNPROVEN for c in review.claims)
    return not (
        review.findings or review.skipped or review.revision or upheld or is_harmful(review)
    )


def _header(review: Review, fail_on: Severity) -> Line:
    verdict, gate = review.verdict(fail_on), review.gate(fail_on)
    files = review.change.files
    reviewed = sum(review.coverage.get(f.path) is Coverage.REVIEWED for f in files)
    added, deleted = sum(f.added for f in files), sum(f.deleted for f in files)
    counts = words.counts(review.findings)
    if review.dismissed:
        counts += f" · {len(review.dismissed):,} dismissed"
    return Line(
        (
            Span("indict-review ", "bold"),
            Span(verdict.value.upper(), _COLOURS[verdict]),
            Span(f" · {gate.value}" if gate and _is_quiet(review) else ""),
            Span(f" · {counts} · {reviewed} of {words.plural(len(files), 'file')} reviewed"),
            Span(f" · +{added} −{deleted}", "dim"),  # noqa: RUF001 - a minus sign
        )
    )


def _footer(review: Review, fail_on: Severity) -> Iterator[Line]:
    quiet = _is_quiet(review)
    if not quiet:
        yield Line()
    yield from sections.dismissed(review)
    yield from sections.not_covered(review)
    yield from sections.usage(review)
    if not quiet:
        yield from _outcome(review, fail_on)
    yield from sections.ways_on(review, fail_on)


def _outcome(review: Review, fail_on: Severity) -> Iterator[Line]:
    """The verdict and, of an AI's patch, what becomes of it: the exit code is of the latter."""
    verdict, gate = review.verdict(fail_on), words.gate(review, fail_on)
    code = f" (exit {review.exit_code(fail_on)})"
    said = Span(verdict.value + ("" if gate else code), _COLOURS[verdict])
    yield finding_view.labelled("verdict", said, Span(f": {words.meaning(review, fail_on)}"))
    if gate:
        what, _, why = gate.partition(":")
        style = _GATE_COLOURS[review.gate(fail_on)]
        yield finding_view.labelled("gate", Span(what + code, style), Span(f":{why}"))
