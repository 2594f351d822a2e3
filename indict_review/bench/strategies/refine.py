"""One critic, one revision: Self-Refine (Madaan et al., 2023, arXiv 2303.17651), one iteration.

Where it differs: the critic is asked for safety and helpfulness in one question, and there is no
example in the prompt.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from tempfile import TemporaryDirectory

from indict_review.bench.interface import Answer, Look, Sample, Write, key_of
from indict_review.bench.runs.kit import Kit
from indict_review.bench.strategies.asked import (
    Asked,
    asked,
    change_of,
    filled,
    flags_of,
    shown,
    texts,
    wanted,
    written,
)
from indict_review.bench.strategies.direct import look_at, mended
from indict_review.critics.prompting import fenced
from indict_review.models.interface import Message


@dataclass(frozen=True)
class SelfRefine:
    """See `Strategy`."""

    name: str = "self-refine"
    about: str = "one critic for everything, one revision, unchecked"
    asks: bool = True

    def answer(
        self, sample: Sample, draft: Answer | None, kit: Kit, hides: frozenset[str]
    ) -> Answer:
        """See `Strategy.answer`."""
        began, door = time.monotonic(), asked(kit, key_of(sample, self.name))
        made = _refined(sample, draft, door)
        usage, seconds = door.asker.usage, time.monotonic() - began
        if draft is not None:
            usage, seconds = draft.usage + usage, draft.seconds + seconds
        return replace(made, usage=usage, seconds=seconds)


def _refined(sample: Sample, draft: Answer | None, door: Asked) -> Answer:
    work = sample.work
    if isinstance(work, Write):
        assert draft is not None  # noqa: S101 - the run makes it first
        code = fenced(draft.files[work.path], sample.language)
        review = _review(sample.task, code, door)
        form = "the new answer, and nothing else" if work.prose else wanted([work.path])
        reply = _improved(sample.task, code, review, form, door)
        made = written(sample, work, reply)
        return replace(made, revised=made.files != draft.files)
    with TemporaryDirectory(prefix="indict-bench-") as empty:
        change = change_of(sample, work, empty)
    paths = texts(change)
    code = shown(change.after, paths)
    review = _review(sample.task, code, door)
    if isinstance(work, Look):
        first = look_at(sample, change)[0].content
        text = filled("look-after", look=first, talk=fenced(review))
        return Answer(flags=flags_of(door.verdict("verdict", [Message("user", text)]), change))
    return mended(change, _improved(sample.task, code, review, wanted(paths), door))


def _review(task: str, code: str, door: Asked) -> str:
    text = filled("feedback", task=task or "(not known)", code=code)
    return door.text("critic", [Message("user", text)])


def _improved(task: str, code: str, review: str, form: str, door: Asked) -> str:
    told = {"task": task or "(not known)", "code": code, "review": fenced(review), "form": form}
    return door.text("actor", [Message("user", filled("refine", **told))])
