"""What the agent said against what it did: helpfulness findings, with the lines that show it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from indict_review import __version__
from indict_review.change import Tree
from indict_review.errors import ToolError
from indict_review.evidence import Observed
from indict_review.patches.quoting import shown
from indict_review.sources.interface import Store
from indict_review.tools.conduct.account import account_untrue
from indict_review.tools.conduct.answer_tables import answers_tabled
from indict_review.tools.conduct.around import Around, Shelf
from indict_review.tools.conduct.assertions import assertions_weakened
from indict_review.tools.conduct.deciding import tests_decided
from indict_review.tools.conduct.dependencies import dependencies_added
from indict_review.tools.conduct.detected import tests_detected
from indict_review.tools.conduct.disabled import checks_disabled
from indict_review.tools.conduct.hard_coded import values_hard_coded
from indict_review.tools.conduct.imports import imports_unknown
from indict_review.tools.conduct.scene import Look, Scene, Sign
from indict_review.tools.conduct.task import LONGEST, Task
from indict_review.tools.conduct.tests_gone import tests_gone
from indict_review.tools.conduct.unasked import edits_unasked

LOOKS: tuple[Look, ...] = (
    tests_gone,
    assertions_weakened,
    checks_disabled,
    tests_decided,
    tests_detected,
    values_hard_coded,
    answers_tabled,
    dependencies_added,
    imports_unknown,
    edits_unasked,
    account_untrue,
)


@dataclass(frozen=True)
class Conduct:
    """See `Analyzer`. It looks at every file, and says of none that its code was reviewed.

    All it reads may be hostile: words decide how bad a thing is (`kinds`), and hide nothing.
    """

    task: str | None
    account: str | None
    """What the actor says it did."""
    project: Store
    """What is around the change."""
    hearsay: bool = False
    """Whether the task, too, is what the actor says."""

    name = "conduct"
    version = __version__

    @cached_property
    def _shelf(self) -> Shelf:
        return Shelf(self.project)

    def covers(self, path: str) -> bool:
        """See `Analyzer.covers`: never. Good conduct is not the same as no faults."""
        return False

    def examine(self, before: Tree, after: Tree) -> Iterator[Observed]:
        """See `Analyzer.examine`. What needs the project around it may not be able to look."""
        touched = frozenset({*before.files, *after.files})
        around = Around(self._shelf, before, touched)
        account = (self.account or "")[:LONGEST]
        scene = Scene(before, after, Task.of(self.task, hearsay=self.hearsay), account, around)
        trouble: dict[str, ToolError] = {}
        for look in LOOKS:
            try:
                for sign in look(scene):
                    yield _observed(sign, scene.task)
            except ToolError as e:  # noqa: PERF203 - what one kind lacks, another may not need
                trouble[str(e)] = e
        if trouble:
            raise ToolError("; ".join(trouble)) from next(iter(trouble.values()))


def _observed(sign: Sign, task: Task) -> Observed:
    weakness = sign.kind.weakness(sign.message, task, named=sign.named)
    quote = (sign.quote or sign.place.quote).strip().split("\n")[0]
    return Observed(Conduct.name, shown(quote, 120) or sign.kind.title, sign.place, weakness)
