"""One question, and that is the answer: the line to beat."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from tempfile import TemporaryDirectory

from indict_review.bench.interface import Answer, Look, Mend, Sample, Write, key_of
from indict_review.bench.runs.kit import Kit
from indict_review.bench.strategies.asked import (
    Asked,
    asked,
    change_of,
    filled,
    flags_of,
    question,
    shown,
    texts,
    wanted,
    written,
)
from indict_review.change import Change, Tree
from indict_review.critics.published import rewritten
from indict_review.models.interface import Message
from indict_review.patches.render import unified_diff


@dataclass(frozen=True)
class Direct:
    """See `Strategy`."""

    name: str = "direct"
    about: str = "one question to the model"
    asks: bool = True

    def answer(
        self, sample: Sample, draft: Answer | None, kit: Kit, hides: frozenset[str]
    ) -> Answer:
        """See `Strategy.answer`."""
        began, door = time.monotonic(), asked(kit, key_of(sample, self.name))
        made = _asked(sample, door)
        return replace(made, usage=door.asker.usage, seconds=time.monotonic() - began)


def _asked(sample: Sample, door: Asked) -> Answer:
    if isinstance(sample.work, Write):
        reply = door.text("direct", question(sample, sample.work))
        return written(sample, sample.work, reply)
    with TemporaryDirectory(prefix="indict-bench-") as empty:
        change = change_of(sample, sample.work, empty)
    if isinstance(sample.work, Look):
        return Answer(flags=flags_of(door.verdict("direct", look_at(sample, change)), change))
    return mended(change, door.text("direct", _mend(sample, change)))


def look_at(sample: Sample, change: Change) -> list[Message]:
    """The question whether a change has a weakness."""
    code = shown(change.after, texts(change))
    return [Message("user", filled("look", task=sample.task or "(not known)", code=code))]


def _mend(sample: Sample, change: Change) -> list[Message]:
    paths = texts(change)
    code, task = shown(change.after, paths), sample.task or "(not known)"
    return [Message("user", filled("mend", task=task, code=code, form=wanted(paths)))]


def mended(change: Change, reply: str) -> Answer:
    """The change with the files that a reply has anew."""
    tree = change.after
    paths = texts(change)
    for path, text in rewritten(reply, paths).items():
        tree = tree.with_text(path, text)
    files = {path: tree.text(path) for path in paths}
    return Answer(reply=reply, files=files, revised=tree != change.after)


def patch_of(sample: Sample, draft: Answer) -> Mend:
    """What was written directly, as a patch that adds it."""
    return Mend(unified_diff(Tree(), draft.tree).encode("utf-8", "surrogateescape"))
