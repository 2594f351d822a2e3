"""Marks for answers. One that cannot be scored takes no other with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indict_review.bench.engines.interface import Failed
from indict_review.bench.interface import Answered, Marks, Scorers, Suite
from indict_review.errors import ToolError


def marked(
    suite: Suite, answered: Sequence[Answered], scorers: Scorers
) -> Iterator[tuple[Answered, Marks | Failed]]:
    """The marks of each; or why there are none. Nothing is guessed: the answer stays kept."""
    if not answered:
        return
    try:
        yield from zip(answered, suite.score(answered, scorers), strict=True)
    except ToolError as e:
        if len(answered) == 1:
            (done,) = answered
            yield done, Failed(done.sample, done.strategy, f"it could not be scored: {e}")
            return
        for each in answered:
            yield from marked(suite, [each], scorers)
