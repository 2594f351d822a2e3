"""The role of a strategy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from indict_review.bench.interface import Answer, Sample

if TYPE_CHECKING:
    from indict_review.bench.runs.kit import Kit


class Strategy(Protocol):
    """Makes of a sample what a person would get."""

    @property
    def name(self) -> str:
        """As records name it."""

    @property
    def about(self) -> str:
        """One line for `bench list`."""

    @property
    def asks(self) -> bool:
        """Whether a model takes part."""

    def answer(
        self, sample: Sample, draft: Answer | None, kit: Kit, hides: frozenset[str]
    ) -> Answer:
        """Do it. `draft`: what the model wrote directly, where something was to be written.

        `hides`: see `Suite.hides`. Raises `StepError` or `ReviewError` if there is no answer.
        """
