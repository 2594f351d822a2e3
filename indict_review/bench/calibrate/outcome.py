"""What a calibration came to, as numbers and as the text that people read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from indict_review.bench.calibrate.history import History
from indict_review.bench.calibrate.interface import By, Fault
from indict_review.bench.calibrate.planting import TRIES, Planted
from indict_review.bench.calibrate.suite import NAME, RULES
from indict_review.bench.engines.interface import Failed
from indict_review.bench.interface import Flag
from indict_review.bench.reckoning.columns import METRICS
from indict_review.bench.reckoning.estimating import estimate
from indict_review.bench.reckoning.results import Estimate
from indict_review.bench.reckoning.sides import Side
from indict_review.bench.record import Record
from indict_review.formats.safe_text import visible

TOLD = 10
"""Missed faults, and findings on untouched commits, that are listed."""
REASONS = 3

_HEADER = ("", "planted", "found", "missed", "recall", "precision")
_FORMAT = "  {:<20} {:>8} {:>6} {:>7}   {:<20} {:<20}"


@dataclass(frozen=True)
class Reviews:
    """What the reviews said."""

    records: Sequence[Record] = ()
    held: Sequence[tuple[str, Flag]] = ()
    """What is held against the commits as they were: the commit, and the flag."""
    failed: Sequence[Failed] = ()
    """Those without an answer."""

    def __add__(self, other: Reviews) -> Reviews:
        return Reviews(
            (*self.records, *other.records),
            (*self.held, *other.held),
            (*self.failed, *other.failed),
        )


@dataclass(frozen=True)
class Outcome:
    """All of it."""

    folder: Path
    """Of the run."""
    history: History
    planted: Planted
    reviews: Reviews
    model: str
    sandbox: str
    """The one that tests ran in, or why they did not."""

    @property
    def is_whole(self) -> bool:
        """Whether all was looked at, and there was something to look at."""
        proofs = (*(fault.proof for fault in self.planted.faults), *self.planted.unproven)
        skipped = any(proof.skipped for proof in proofs)
        unsure = any(record.marks["flagged"] is None for record in self.reviews.records)
        return bool(self.planted.faults) and not (skipped or unsure or self.reviews.failed)


@dataclass(frozen=True)
class Row:
    """One kind of fault."""

    name: str
    hits: int
    misses: int
    extra: int
    """Findings that are new with the fault and elsewhere; in the sum, those on controls too."""
    unsure: int
    """Reviews that left something out and found nothing: neither found nor missed."""
    recall: Estimate | None = None
    """As `bench report` has it: faults of one commit depend on each other, so commits are drawn."""
    precision: Estimate | None = None

    @staticmethod
    def of(name: str, records: Sequence[Record]) -> Row:
        """Added up."""

        def total(mark: str) -> int:
            return sum(value for r in records if isinstance(value := r.marks[mark], int))

        unsure = sum(record.marks["hits"] is None for record in records)
        told = (_told(records, measure) for measure in ("recall", "precision"))
        return Row(name, total("hits"), total("misses"), total("extra"), unsure, *told)


def rows(records: Sequence[Record], suite: str) -> Iterator[Row]:
    """By kind, and their sum. Only the suite of what tests prove has controls, so a precision."""
    mine = [record for record in records if record.suite == suite]
    faults = [record for record in mine if not record.marks["clean"]]
    kinds = sorted({record.group for record in faults})
    found = [Row.of(kind, [record for record in faults if record.group == kind]) for kind in kinds]
    yield from [*found, Row.of("all", mine)] if kinds else []


def text(outcome: Outcome) -> Iterator[str]:
    """Line by line, without colour. Trust ends here: what comes of the code is made visible."""
    yield from _looked(outcome)
    reviews = outcome.reviews
    for suite, by in ((NAME, By.TESTS), (RULES, By.RULE)):
        if listed := list(rows(reviews.records, suite)):
            yield ""
            yield f"proven by {'tests' if by is By.TESTS else 'a rule'} (intervals at 95%):"
            yield _FORMAT.format(*_HEADER).rstrip()
            yield from map(_line, listed)
    yield from _remarks(outcome)
    yield from _listed("missed:", list(_missed(outcome)))
    held = [f"{commit} {f.path}:{f.start_line} {f.ident}" for commit, f in reviews.held]
    yield from _listed("found on commits as they were; it may well be right:", held)


def _looked(outcome: Outcome) -> Iterator[str]:
    looked, planted = outcome.history, outcome.planted
    yield (
        f"commits looked at: {looked.seen}, with code: {len(looked.commits)};"
        f" places for a fault: {planted.possible}, tried: {planted.tried},"
        f" proven: {len(planted.faults)}"
    )
    if outcome.sandbox.startswith("none: "):
        yield f"no tests were run, so only rules prove anything: {visible(outcome.sandbox[6:])}"
    reasons = Counter(proof.told for proof in planted.unproven).most_common()
    for reason, count in reasons[:REASONS]:
        yield f"  {count} not used: {visible(reason)}"
    if rest := sum(count for _, count in reasons[REASONS:]):
        yield f"  {rest} not used for other reasons"
    if planted.is_cut_short:
        yield f"  no more were tried: {TRIES} for each fault that --limit asks for"


def _line(row: Row) -> str:
    planted = row.hits + row.misses + row.unsure
    rates = _rate(row.recall), _rate(row.precision)
    shown = _FORMAT.format(row.name, planted, row.hits, row.misses, *rates).rstrip()
    return f"{shown}  {row.unsure} unsure" if row.unsure else shown


def _told(records: Sequence[Record], name: str) -> Estimate | None:
    measure = next(measure for measure in METRICS if measure.metric.name == name)
    return estimate(measure, Side("", records).told(measure).parts)


def _rate(told: Estimate | None) -> str:
    return f"{told.value:.0%} ({told.low:.0%} to {told.high:.0%})" if told else "-"


def _remarks(outcome: Outcome) -> Iterator[str]:
    controls = [r for r in outcome.reviews.records if r.marks["clean"]]
    if not controls:
        return
    flagged, extra = sum(bool(r.marks["extra"]) for r in controls), len(outcome.reviews.held)
    yield ""
    who = "by tools alone" if outcome.model == "none" else f"with {visible(outcome.model)}"
    yield f"reviewed {who}; the tests that prove faults were run for nobody"
    yield f"commits as they were: {len(controls)}; with findings: {flagged}; findings: {extra}"
    if any(fault.proof.by is By.TESTS for fault in outcome.planted.faults):
        yield "  the precision of `all` counts each of these as wrong"
        yield "  faults of one commit hang together: intervals are as wide as of so few commits"
    if any(f.proof.by is By.RULE for f in outcome.planted.faults):
        yield "what a rule proves is found by that rule: it shows that no setting loses it"
    failed = Counter(each.reason for each in outcome.reviews.failed)
    for reason, count in failed.most_common(REASONS):
        yield f"{count} without a review: {visible(reason)}"


def _missed(outcome: Outcome) -> Iterator[str]:
    by_ident = {record.sample: record for record in outcome.reviews.records}
    for fault in outcome.planted.faults:
        record = by_ident.get(fault.candidate.ident)
        if record and record.marks["misses"]:
            yield _place(fault)


def _place(fault: Fault) -> str:
    mutation = fault.candidate.mutation
    code = (mutation.after or mutation.before).strip().split("\n")[0]
    return (
        f"{fault.candidate.commit.ident[:12]} {mutation.path}:{mutation.line}"
        f" {mutation.kind}{'' if mutation.after else ', was'}: {code}"
    )


def _listed(title: str, entries: Sequence[str]) -> Iterator[str]:
    if entries:
        yield ""
        yield title
        yield from (f"  {visible(entry)[:160]}" for entry in entries[:TOLD])
        if entries[TOLD:]:
            yield f"  and {len(entries) - TOLD} more"
