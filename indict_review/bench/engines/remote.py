"""Work on another machine: what is sent there, what is made there, and what comes back.

What is sent are names and settings. The model, its weights, keys and the sandbox are those of the
machine that does the work; if it would answer otherwise than the one that began the run, with other
prompts, versions or weights, the run ends and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from indict_review.bench.engines.interface import Event, Task
from indict_review.bench.interface import Look, Mend, key_of
from indict_review.bench.record import Manifest
from indict_review.bench.runs.answering import players
from indict_review.bench.runs.lines import writing
from indict_review.bench.runs.manifest import difference, manifest_of
from indict_review.bench.runs.session import Wanted, config_of, settings_of, working
from indict_review.bench.runs.working import Working
from indict_review.bench.strategies import table as strategies
from indict_review.bench.suites import table as suites
from indict_review.config import environment
from indict_review.errors import ConfigError


@dataclass(frozen=True)
class Sent:
    """What came of it, on its way back."""

    event: Event
    said: Mapping[str, bytes] = field(default_factory=dict)
    """Transcripts that are new, by strategy."""


@dataclass(frozen=True)
class Refusal:
    """Why another machine cannot take part."""

    reason: str
    hint: str


@dataclass(frozen=True)
class Remote:
    """See `Worker`. It can be sent to another process, where `away` does the work."""

    wanted: Wanted
    made_with: Manifest
    """See `manifest_without_samples`: on the machine where the run was begun."""

    def __call__(self, task: Task) -> Iterator[Event]:
        """Do it here."""
        for sent in self.away(task):
            yield self.home(task, sent)

    def away(self, task: Task) -> Iterator[Sent]:
        """Do it in the process that this was sent to.

        Raises `ConfigError` where the work cannot be done as on the machine that began it.
        """
        _check_folder(task)
        worker, here = _made_here(self.wanted)
        if told := difference(self.made_with, here):
            raise ConfigError(
                f"a machine of the cluster would answer otherwise: {told.what}",
                "Install the same versions and weights on all, and give them the same settings.",
            )
        with TemporaryDirectory(prefix="indict-bench-") as folder:
            kit = replace(worker.kit, transcripts=Path(folder))
            for event in replace(worker, kit=kit)(task):
                yield Sent(event, _new(task, Path(folder)))

    def home(self, task: Task, sent: Sent) -> Event:
        """Keep what was said where the run keeps it. Raises `Unwritable`.

        No name that comes from elsewhere becomes a path.
        """
        folder = self.wanted.out / "transcripts"
        with writing(folder):
            for name in _names(task) & sent.said.keys():
                _transcript(folder, task, name).write_bytes(sent.said[name])
        return sent.event


def manifest_without_samples(wanted: Wanted) -> Manifest:
    """What decides the answers of this machine to whatever is asked, its environment included."""
    chosen = [strategies.named(name) for name in wanted.strategies]
    config = config_of(wanted.flags, environment())
    cast = players(config, None, 1, asks=any(strategy.asks for strategy in chosen))
    suite = suites.named(wanted.suite)
    return manifest_of(suite, (), chosen, settings_of(config, cast), wanted.choice)


@cache
def _made_here(wanted: Wanted) -> tuple[Working, Manifest]:
    """Once in each process: a model is loaded when it is first asked, and stays."""
    alone = replace(wanted, jobs=1)
    return working(alone, environment(), Path()), manifest_without_samples(wanted)


def _check_folder(task: Task) -> None:
    work = task.sample.work
    folder = work.folder if isinstance(work, Mend | Look) else None
    if folder is not None and not folder.is_dir():
        raise ConfigError(
            f"a machine of the cluster has no folder {folder}",
            "Put the data where every machine finds them under the same name.",
        )


def _new(task: Task, folder: Path) -> dict[str, bytes]:
    """Transcripts since the last event: they are taken out of the folder."""
    found = {}
    for name in _names(task):
        path = _transcript(folder, task, name)
        if path.is_file():
            found[name] = path.read_bytes()
            path.unlink()
    return found


def _transcript(folder: Path, task: Task, strategy: str) -> Path:
    return folder / f"{key_of(task.sample, strategy)}.jsonl"


def _names(task: Task) -> frozenset[str]:
    return frozenset({strategies.DRAFT.name, *task.strategies})
