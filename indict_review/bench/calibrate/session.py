"""From what the user asked for to a run: history, faults, proofs, reviews, put together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from indict_review import __version__, git
from indict_review.bench.calibrate import history
from indict_review.bench.calibrate.interface import Candidate
from indict_review.bench.calibrate.kinds import KINDS
from indict_review.bench.calibrate.mutations import planted_in
from indict_review.bench.calibrate.outcome import Outcome, Reviews
from indict_review.bench.calibrate.planting import Planted, noted, plant
from indict_review.bench.calibrate.proving import Rules, Tests, prove
from indict_review.bench.calibrate.reviewing import Reviewing
from indict_review.bench.runs.answering import Players, players, replayed_by
from indict_review.bench.runs.choosing import Choice
from indict_review.bench.runs.progress import Watch
from indict_review.config import Config, Flags, load
from indict_review.errors import ConfigError, ToolError
from indict_review.models.casting import cast
from indict_review.sandbox.chosen import Chosen
from indict_review.sources.stores import Stored
from indict_review.static import analyzers
from indict_review.tools.environment import Environment


@dataclass(frozen=True)
class Wanted:
    """What the user asked for."""

    repo: Path
    head: str = "HEAD"
    """The newest commit."""
    commits: int = 50
    """How many are looked at."""
    kinds: tuple[str, ...] = tuple(KINDS)
    limit: int = 20
    """Faults."""
    seed: int = 0
    out: Path | None = None
    """The folder of the run; None: one in the user's cache, of its own for all that is asked."""
    flags: Flags = field(default_factory=Flags)
    """As for a review."""
    jobs: int = 1
    """Reviews at once."""


@dataclass(frozen=True)
class _Scene:
    """What stays the same in a run."""

    objects: git.Objects
    head: str
    config: Config
    """With the repository's own settings, as its head has them: they are part of what is seen."""
    players: Players
    sandbox: Chosen


def conduct(
    wanted: Wanted,
    environ: Mapping[str, str],
    tell: Callable[[Planted], None],
    watch: Watch,
) -> Outcome:
    """Do it, or go on with it. The repository is only read. Raises `ConfigError`.

    `tell` hears of each candidate that was tried.
    """
    with _scene(wanted, environ) as scene:
        found = history.read(scene.objects.repository, scene.head, wanted.commits, environ)
        made = (Candidate(c, m) for c in found.commits for m in planted_in(c, wanted.kinds))
        candidates = list({each.ident: each for each in made}.values())  # two ways to one fault
        if not candidates:
            raise _nothing(found, wanted)
        identity = _identity(scene)
        asked = _asked(wanted, scene, identity)
        name = scene.players.name
        folder = wanted.out or scene.config.cache / "calibrate" / _digest({**asked, "model": name})
        tests, rules = _provers(scene)
        with noted(folder, asked) as notes:
            planted = plant(
                candidates,
                wanted.limit,
                wanted.seed,
                lambda candidate: prove(candidate, tests, rules),
                notes,
                tell,
            )
            choice = Choice(wanted.limit, seed=wanted.seed, groups=wanted.kinds)
            reviewing = Reviewing(scene.objects, scene.config, scene.players, choice, wanted.jobs)
            faults = planted.faults
            reviews = reviewing.conduct(faults, folder, watch) if faults else Reviews()
        return Outcome(folder, found, planted, reviews, name, identity)


@contextmanager
def _scene(wanted: Wanted, environ: Mapping[str, str]) -> Iterator[_Scene]:
    repository = git.located(wanted.repo, environ)
    head = _head(repository, wanted.head)
    objects = git.Objects(repository)
    config = load(wanted.flags, Stored(objects, head), environ)
    # As in a review: the embedded model where its weights are, else none.
    asks = bool(replayed_by(config.model) or cast(config, repository.top)[0])
    answering = players(config, None, wanted.jobs, asks=asks)
    sandbox = Chosen(config.sandbox, config.sandbox_image, trusted=config.trusted)
    try:
        yield _Scene(objects, head, config, answering, sandbox)
    finally:
        sandbox.close()


def _head(repository: git.Repository, name: str) -> str:
    try:
        found = None if name.startswith("-") else git.commit(repository, name)
    except ToolError as e:
        raise ConfigError(str(e), "See that `git status` works there.") from e
    if found is None:
        raise ConfigError(f"{name!r} is no commit here", "`git log` shows what there is.")
    return found


def _nothing(found: history.History, wanted: Wanted) -> ConfigError:
    large = f", {found.large} have too many files" if found.large else ""
    return ConfigError(
        f"nothing can be planted: of {found.seen} commits {len(found.commits)} touch code"
        f" whose language is known{large}, and none added what {', '.join(wanted.kinds)} needs",
        "Look at more with --commits N, or at other kinds with --kind.",
    )


def _identity(scene: _Scene) -> str:
    """The sandbox that is there, or why none is."""
    try:
        return scene.sandbox.identity("python")
    except ToolError as e:
        return f"none: {e}"


def _asked(wanted: Wanted, scene: _Scene, identity: str) -> dict[str, str]:
    """All that decides which faults are used."""
    config = scene.config
    return {
        "head": scene.head,
        "commits": str(wanted.commits),
        "kind": " ".join(sorted(wanted.kinds)),
        "limit": str(wanted.limit),
        "seed": str(wanted.seed),
        "sandbox": identity,
        "test-command": config.test_command or "",
        "test-env": str(config.test_env or ""),
        "without": ",".join(sorted(config.without)),
        "version": __version__,
    }


def _digest(asked: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]


def _provers(scene: _Scene) -> tuple[Tests, Rules]:
    config = scene.config
    prepared = Environment.of(config.test_env) if config.test_env else None
    tests = Tests(scene.objects, scene.sandbox, config.test_command, prepared)
    found = analyzers(config.semgrep_config, config.local_rules, without=config.without)
    return tests, Rules(tuple(found))
