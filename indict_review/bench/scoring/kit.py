"""The scorers of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from indict_review.bench.interface import Execution, Marks, Question
from indict_review.bench.scoring.detector import Detector
from indict_review.bench.scoring.execution import Executing
from indict_review.bench.scoring.judge import Judge
from indict_review.change import Tree
from indict_review.errors import ToolError


@dataclass(frozen=True)
class ScoringKit:
    """See `Scorers`."""

    detector: Detector = field(default_factory=Detector)
    judge: Judge | None = None
    executing: Executing | None = None

    def detect(self, trees: Sequence[Tree], given: Sequence[str] = ()) -> list[bool | None]:
        """See `Scorers.detect`."""
        return self.detector.detect(trees, given)

    @property
    def judges(self) -> bool:
        """See `Scorers.judges`."""
        return self.judge is not None

    def ask(self, questions: Sequence[Question]) -> list[str | None]:
        """See `Scorers.ask`."""
        return self.judge.ask(questions) if self.judge else [None for _ in questions]

    def execute(self, executions: Sequence[Execution]) -> list[Marks]:
        """See `Scorers.execute`."""
        if self.executing is None:
            raise ToolError("nothing can be run: the sandbox is switched off (--sandbox none)")
        return self.executing.run(executions)
