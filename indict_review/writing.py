"""The actor writes first: from a task to a change, and then the whole method (arXiv 2407.02518).

wanted  = the task, and the code that matters for it
reply   = actor(wanted)                    once more, with the reason, if it cannot be used
change  = PatchSource(reply)               read and applied in memory, like anybody's
review  = reviewed(change)                 by the same model, on the same budget
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from indict_review.change import Change, Status
from indict_review.config import Config, Flags, environment, load
from indict_review.critics.selecting import room
from indict_review.critique import Phase, Turn
from indict_review.equipment import asking
from indict_review.errors import ConfigError, PatchError, TooLong
from indict_review.events import Listener, silent
from indict_review.models.asking import Asker
from indict_review.models.interface import Sampling
from indict_review.patches.interface import FilePatch, Numbered, Piece, Whole
from indict_review.patches.quoting import shown
from indict_review.patches.reading import read
from indict_review.redact import Mask, secrets_in
from indict_review.reviewing import Reviewed, Terms, reviewed
from indict_review.sources.patch import PatchSource
from indict_review.wanted import Refused, Wanted
from indict_review.workspace import read_tree
from indict_review.written import ACTOR, Written

MOST_ANSWERS = 3
"""The first, and what the actor answers to why that cannot be used."""
MOST_TOKENS = 8_192
"""Of one answer."""
MOST_CODE = 48_000
"""Bytes of the project that are shown to a model which has room for more: it is paid for."""
_AGAIN = 0.6
"""Temperature: greedy once more would mostly be the same answer once more."""


class Unusable(PatchError):
    """The model wrote nothing that can be used."""

    def __init__(self, message: str, hint: str, reply: str) -> None:
        super().__init__(message, hint)
        self.reply = reply
        """Its last answer, without secrets. It was paid for."""


def generated(
    asked: PatchSource,
    flags: Flags | None = None,
    terms: Terms | None = None,
    listen: Listener = silent,
    check: Callable[[Change], None] = lambda change: None,
) -> Reviewed:
    """Have the model write what `asked` says, for the folder it says, and review that.

    Nothing is written to the disk. `check` may refuse the change before it is reviewed. Raises
    `ConfigError` without a task or a model, `Unusable` if no answer can be used, `ModelError`
    or `BudgetError` if there is none.
    """
    flags, terms = flags or Flags(), terms or Terms()
    task = (asked.task or "").strip()
    if not task:
        raise ConfigError("there is no task", "Say what to write: --task TEXT, or --task @FILE.")
    began = time.monotonic()
    asker = _asker(load(flags, asked.base, environment()), terms, listen, Path(asked.root))
    writing = Writing(asked, asker, _wanted(task, asked, asker))
    source = writing.write(f"see {terms.record}" if terms.record else "`--record FILE` keeps it")
    check(source.collect())
    seconds = time.monotonic() - began
    written = Written(
        asker, tuple(writing.turns), seconds, asker.usage, tuple(writing.wanted.notes())
    )
    return reviewed(source, flags, replace(terms, agent=True, written=written), listen)


def _asker(config: Config, terms: Terms, listen: Listener, root: Path) -> Asker:
    """The one that the review goes on with."""
    # Here a model has to be there: that none was named means the embedded one.
    asker, _ = asking(replace(config, model=config.model or "local"), terms.record, listen, root)
    if asker is None:
        raise ConfigError(
            "the actor needs a model to write with, and the settings say `none`",
            "Name one: --model local (`indict-review model pull` fetches it), or ollama/qwen3.",
        )
    return asker


def _wanted(task: str, asked: PatchSource, asker: Asker) -> Wanted:
    """The code as it lies on the disk: that is what the answer is applied to."""
    context = asker.context
    tokens, code = min(MOST_TOKENS, context // 4), min(MOST_CODE, room(context) // 2)
    return Wanted.of(task, asked.project, tokens, code)


@dataclass
class Writing:
    """The actor at work on a task."""

    asked: PatchSource
    """Where; its text is what is written."""
    asker: Asker
    wanted: Wanted
    turns: list[Turn] = field(default_factory=list)
    """What was said."""

    def write(self, where: str) -> PatchSource:
        """The first answer that can be applied. `where` says where to find all of them."""
        refused: list[Refused] = []
        while len(refused) < MOST_ANSWERS:
            reply = self._answer(refused)
            source = replace(self.asked, text=reply.encode("utf-8", "surrogateescape"))
            try:
                self._check(reply)
                source.collect()
            except PatchError as e:
                refused.append(Refused(reply, e))
                self._say("tool", f"it cannot be used: {refused[-1].why}")
            else:
                return source
        raise Unusable(
            f"{self.asker.model.name} wrote nothing that can be used, in {MOST_ANSWERS} answers; "
            f"of the last: {refused[-1].error}",
            f"All it wrote: {where}. A task that names the files is easier to do.",
            self._masked(refused[-1].reply),
        ) from refused[-1].error

    def _answer(self, refused: list[Refused]) -> str:
        again = len(refused)
        step = "actor writes (again)" if again else "actor writes"
        sampling = Sampling(self.wanted.tokens, temperature=_AGAIN if again else 0.0, seed=again)
        self.asker.conceal(self.wanted.text)
        try:
            question = self.wanted.messages(refused[-1] if refused else None)
            reply = self.asker.of("actor").text(step, question, sampling)
        except TooLong:
            less = self.wanted.with_less(self.asked.project)
            if less is None:
                raise
            self.wanted = less
            return self._answer(refused)
        self._say(ACTOR, reply)
        return reply

    def _check(self, reply: str) -> None:
        """What was not shown cannot be replaced as a whole: what is in it would be lost."""
        replaced = [patch.path for patch in read(reply).patches if _replaces(patch)]
        for path in read_tree(self.asked.repo, replaced).files.keys() - self.wanted.whole:
            raise PatchError(
                f"{shown(path)} is there already, and not all of it was shown to the model",
                "Change it by SEARCH/REPLACE blocks, or write another file.",
            )

    def _say(self, speaker: str, text: str) -> None:
        """Secrets of the code that was shown come back in an answer: no transcript has them."""
        self.turns.append(Turn(Phase.PREEMPTIVE, 0, speaker, self._masked(text)))

    def _masked(self, text: str) -> str:
        return Mask(secrets_in(f"{self.wanted.text}\n{text}")).hide(text)


def _replaces(patch: FilePatch) -> bool:
    return patch.status is Status.DELETED or any(map(_is_blind, patch.pieces))


def _is_blind(piece: Piece) -> bool:
    """Whether it says nothing of what it takes the place of."""
    match piece:
        case Numbered():
            return piece.before is None and piece.first <= piece.last
        case _:
            return isinstance(piece, Whole)
