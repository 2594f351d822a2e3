"""Who plays which role in a review, and who stands in where one fails."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from indict_review.config.mappings import ROLES
from indict_review.errors import ModelError, TooLong
from indict_review.models.interface import Failed, Model

T = TypeVar("T")


class Company:
    """The models of a review. Who failed for good is told once, and not asked again."""

    def __init__(
        self, model: Model, cast: Mapping[str, Model] | None, fallback: Sequence[Model]
    ) -> None:
        self._model = model
        self._cast = dict(cast or {})
        self._fallback = fallback
        self._gone: dict[str, ModelError] = {}
        self._answered: dict[str, dict[str, None]] = {}
        self._told: dict[tuple[str, str], str] = {}

    def of(self, role: str) -> Model:
        """Who plays it, if nothing fails."""
        return self._cast.get(role, self._model)

    @property
    def players(self) -> tuple[Model, ...]:
        """All who play a role, if nothing fails."""
        return self._model, *self._cast.values()

    @property
    def names(self) -> dict[str, str]:
        """By role, who played it: several, where one stood in for another."""
        return {role: ", ".join(self._answered.get(role) or [self.of(role).name]) for role in ROLES}

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user is told: who stood in for whom, and why."""
        return tuple(self._told.values())

    def ask(self, role: str, question: Callable[[Model], T]) -> T:
        """The answer of the first who has one. Raises the last one's `ModelError`.

        A question that is too long is nobody else's: with less in it, the same model may take it.
        """
        line = {model.name: model for model in (self.of(role), *self._fallback)}
        here = [model for name, model in line.items() if name not in self._gone]
        if not here:
            raise self._gone[[*line][-1]]
        return self._ask(role, here, question)

    def _ask(self, role: str, line: Sequence[Model], question: Callable[[Model], T]) -> T:
        model, *others = line
        try:
            answer = question(model)
        except TooLong:
            raise
        except ModelError as e:
            if isinstance(e, Failed) and e.lasts:
                self._gone[model.name] = e
            if not others:
                raise
            self._told.setdefault((model.name, others[0].name), f"{e}; {others[0].name} was asked")
            return self._ask(role, others, question)
        self._answered.setdefault(role, {})[model.name] = None
        return answer
