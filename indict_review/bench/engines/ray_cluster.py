"""On a Ray cluster that is there already: one run over many machines.

Each sample is a task of its own, and what comes of it is handed back as it comes. Nothing is tried
twice: of a machine that is lost, the answers that have arrived stay, and the others fail, so that
the same call goes on with them. Whoever reaches a Ray cluster can run anything on it and on those
who join it: that is Ray's rule, so name only one whose network you trust.

Imported when somebody asks for it. Raises `ConfigError` then, if Ray is not installed.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Protocol

from indict_review.bench.engines.interface import Drafted, Event, Failed, Task, Worker
from indict_review.bench.engines.joining import absent, check
from indict_review.bench.engines.remote import Refusal, Remote, Sent
from indict_review.errors import ConfigError, ReviewError

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # read when it is imported: nothing is reported
try:
    import ray
    from ray.exceptions import RayError, RayTaskError
except ImportError as e:
    raise ConfigError(
        "--engine ray: Ray is not installed", "`pip install 'indict-review[ray]'` installs it."
    ) from e


class Stream(Protocol):
    """A task as Ray has it in hand."""

    def __next__(self) -> object:
        """A reference to the next thing of it."""


@dataclass(frozen=True)
class Ray:
    """See `Engine`."""

    address: str | None = None
    """`HOST:PORT`; None: what `RAY_ADDRESS` names, else the cluster that this machine is of."""
    jobs: int = 1
    """Samples in hand at once; each takes one CPU as Ray counts them."""

    def run(self, tasks: Iterator[Task], worker: Worker) -> Iterator[list[Event]]:
        """See `Engine.run`. Raises `ConfigError` without a cluster, or if it is unlike us."""
        if not isinstance(worker, Remote):
            raise TypeError("this worker cannot be sent elsewhere")
        with _joined(self.address):
            hands: dict[Stream, _Hand] = {}
            try:
                while True:
                    for task in islice(tasks, self.jobs - len(hands)):
                        hands[_begun(worker, task)] = _Hand(worker, task)
                    if not hands:
                        return
                    arrived = [_take(stream, hands) for stream in _ready([*hands])]
                    if events := [*chain.from_iterable(arrived)]:
                        yield events
            finally:
                for stream in hands:
                    ray.cancel(stream, force=True)


@dataclass
class _Hand:
    """A task that is being done, and what of it has not arrived."""

    worker: Remote
    task: Task
    left: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.left = set(self.task.strategies)

    def arrived(self, sent: Sent) -> Iterator[Event]:
        """What was sent, once."""
        event = self.worker.home(self.task, sent)
        if isinstance(event, Drafted):
            yield event
        elif event.strategy in self.left:
            self.left.remove(event.strategy)
            yield event

    def failed(self, reason: str) -> Iterator[Event]:
        """What has not arrived, and will not."""
        left, self.left = sorted(self.left), set()
        yield from (Failed(self.task.sample, name, reason) for name in left)


def _begun(worker: Remote, task: Task) -> Stream:
    """Nothing is done twice behind our back: it was paid for."""
    once = ray.remote(num_cpus=1, num_returns="streaming", max_retries=0)
    stream: Stream = once(_away).remote(worker, task)
    return stream


def _away(worker: Remote, task: Task) -> Iterator[Sent | Refusal]:
    """What another process does."""
    try:
        yield from worker.away(task)
    except ReviewError as e:  # the exception itself would not survive the way back
        yield Refusal(str(e), e.hint)


def _ready(streams: list[Stream]) -> list[Stream]:
    """All those of which something is there; at least one."""
    ray.wait(streams, num_returns=1)
    ready: list[Stream] = ray.wait(streams, num_returns=len(streams), timeout=0)[0]
    return ready


def _take(stream: Stream, hands: dict[Stream, _Hand]) -> Iterator[Event]:
    """The next thing of it. Raises `ConfigError` for a machine that cannot do what ours can."""
    try:
        sent: Sent | Refusal = ray.get(next(stream))
    except StopIteration:
        yield from hands.pop(stream).failed("its work ended without an answer")
    except RayTaskError as e:  # it was raised there
        raise ConfigError(
            f"a machine of the cluster could not do its part: {str(e).splitlines()[-1]}",
            "Install the same indict-review on all of them. Ray's logs have the rest.",
        ) from e
    except RayError as e:
        yield from hands[stream].failed(f"the process that did it was lost: {type(e).__name__}")
    else:
        if isinstance(sent, Refusal):
            raise ConfigError(sent.reason, sent.hint)
        yield from hands[stream].arrived(sent)


@contextmanager
def _joined(address: str | None) -> Iterator[None]:
    """As long as the run is on the cluster. What machines print stays in Ray's logs."""
    if address:
        check(address)
    try:
        ray.init(address or "auto", log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, RuntimeError, ValueError) as e:
        raise absent(str(e).partition("\n")[0]) from e
    try:
        yield
    finally:
        ray.shutdown()
