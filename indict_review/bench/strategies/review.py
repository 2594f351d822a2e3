"""The method itself, whole and less a part of it, and the published algorithm."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from indict_review.bench.interface import Answer, Flag, Look, Sample, Write, key_of
from indict_review.bench.runs.kit import Kit
from indict_review.bench.strategies.asked import Asked, filled, flags_of
from indict_review.bench.strategies.direct import look_at, patch_of
from indict_review.change import Change
from indict_review.critics.prompting import fenced
from indict_review.evidence import Severity
from indict_review.models.asking import Asker
from indict_review.models.interface import Message
from indict_review.review import Review, Usage
from indict_review.revision import VerificationStatus


@dataclass(frozen=True)
class Reviewing:
    """See `Strategy`: a review with these settings, and what it leaves."""

    name: str
    about: str
    strategy: str = "indict-review"
    without: frozenset[str] = frozenset()
    asks: bool = True

    def answer(
        self, sample: Sample, draft: Answer | None, kit: Kit, hides: frozenset[str]
    ) -> Answer:
        """See `Strategy.answer`."""
        began = time.monotonic()
        asker = kit.asker(key_of(sample, self.name)) if self.asks else None
        work = sample.work
        if isinstance(work, Write):
            assert draft is not None  # noqa: S101 - the run makes it first
            if not draft.files[work.path].strip():
                return draft  # there is nothing to review
            work = patch_of(sample, draft)
        without = kit.config.without | self.without | hides
        settings = {"strategy": self.strategy, "without": without}
        with kit.reviewer(sample.task, work, asker, **settings) as (bot, change):
            review = bot.review(change)
        made = _answer(review, change, self._taken)
        if isinstance(sample.work, Write):
            made = replace(made, reply=made.files.get(sample.work.path, ""))
        if isinstance(work, Look) and self.strategy == "indict-paper" and asker is not None:
            made = replace(made, flags=_held(sample, review, change, asker))
        return self._costed(made, draft, asker, began)

    @property
    def _taken(self) -> frozenset[VerificationStatus]:
        """The revisions that count: what could not be verified is not offered."""
        unchecked = self.strategy == "indict-paper" or "verification" in self.without
        passed = frozenset({VerificationStatus.PASSED})
        return passed | {VerificationStatus.NOT_RUN} if unchecked else passed

    def _costed(
        self, made: Answer, draft: Answer | None, asker: Asker | None, began: float
    ) -> Answer:
        usage = asker.usage if asker else Usage(cost_usd=0.0)
        seconds = time.monotonic() - began
        if draft is not None:
            usage, seconds = draft.usage + usage, draft.seconds + seconds
        return replace(made, usage=usage, seconds=seconds)


def _answer(review: Review, change: Change, taken: frozenset[VerificationStatus]) -> Answer:
    """What a person would get: the revision where it holds, else what was there."""
    revision = review.revision
    status = revision.verification.status if revision else None
    served = revision if status in taken else None
    harmful = bool(review.task_assessment and review.task_assessment.harmful)
    tree = served.tree if served else change.after
    paths = [p for p, f in sorted(tree.files.items()) if not f.is_binary]
    gate = review.gate(Severity.HIGH) if review.strategy != "indict-paper" else None
    return Answer(
        files={} if harmful else {path: tree.text(path) for path in paths},
        flags=tuple(_flags(review)),
        withheld=harmful,
        revised=served is not None,
        verified=status is VerificationStatus.PASSED,
        gate=gate.value if gate else "",
        skipped=tuple(dict.fromkeys(s.step for s in review.skipped)),
    )


def _flags(review: Review) -> list[Flag]:
    return [
        Flag(
            f.location.path,
            f.location.start_line,
            f.location.end_line,
            f.ident,
            f.severity.value,
            tuple(dict.fromkeys(e.tool for e in f.evidence)),
        )
        for f in review.findings
    ]


def _held(sample: Sample, review: Review, change: Change, asker: Asker) -> tuple[Flag, ...]:
    """What the published critics come to: they give advice and no verdict, so one is asked for."""
    talk = "\n\n".join(f"{t.speaker}: {t.text}" for t in review.dialogue if t.speaker != "actor")
    text = filled("look-after", look=look_at(sample, change)[0].content, talk=fenced(talk))
    return flags_of(Asked(asker).verdict("verdict", [Message("user", text)]), change)
