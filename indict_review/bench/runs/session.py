"""From what the user asked for to a run: suite, samples, model, folder, scorers, put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from indict_review.bench.engines.interface import Engine, Worker
from indict_review.bench.engines.threads import Threads
from indict_review.bench.interface import Sample, Suite, Write
from indict_review.bench.record import Manifest
from indict_review.bench.runs import choosing, journal, running
from indict_review.bench.runs.answering import Players, players, replayed_by
from indict_review.bench.runs.caps import Caps
from indict_review.bench.runs.kit import Kit
from indict_review.bench.runs.manifest import Settings, manifest_of
from indict_review.bench.runs.progress import Progress, Watch
from indict_review.bench.runs.working import Working
from indict_review.bench.scoring.execution import Executing
from indict_review.bench.scoring.judge import Judge
from indict_review.bench.scoring.kit import ScoringKit
from indict_review.bench.strategies import table as strategies
from indict_review.bench.strategies.interface import Strategy
from indict_review.bench.suites import table as suites
from indict_review.config import Config, Flags, load
from indict_review.errors import ConfigError, ToolError
from indict_review.models.interface import Model
from indict_review.sandbox.chosen import Chosen
from indict_review.scope import EVERYTHING
from indict_review.sources.stores import Folder

STANDARD = ("direct", "indict-paper", "indict-review")
"""The strategies of a run that names none."""


@dataclass(frozen=True)
class Wanted:
    """What the user asked for."""

    suite: str
    data: Path
    out: Path
    strategies: tuple[str, ...] = STANDARD
    flags: Flags = field(default_factory=Flags)
    """`model`, `sandbox` and so on, as for a review; `budget` is of each piece of work."""
    choice: choosing.Choice = field(default_factory=choosing.Choice)
    jobs: int = 1
    judge: str | None = None
    """As models are named."""
    caps: Caps = field(default_factory=Caps)
    engine: str = "threads"
    """Or `ray`."""
    ray_address: str | None = None
    writes: bool = False
    """Whether something is to be written: then the direct answer is asked for in any case."""


def conduct(wanted: Wanted, environ: Mapping[str, str], watch: Watch) -> Progress:
    """Run it, or go on with it. Raises `ConfigError` for what cannot be used."""
    suite = suites.named(wanted.suite)
    chosen = _chosen(wanted)
    samples = _samples(suite, wanted)
    wanted = replace(wanted, writes=any(isinstance(s.work, Write) for s in samples))
    config = config_of(wanted.flags, environ)
    cast = _cast(config, chosen, wanted)
    settings = settings_of(config, cast)
    manifest = manifest_of(suite, samples, chosen, settings, wanted.choice)
    _check_replay(config, wanted, manifest)
    plan = running.Plan(suite, samples, [s.name for s in chosen], settings.model)
    with (
        journal.opened(wanted.out, manifest) as kept,
        scorers(config, cast.judge, wanted) as scoring,
    ):
        engine, worker = _at_work(config, cast, suite, wanted)
        return running.run(plan, kept, engine, worker, scoring, watch, wanted.caps)


def working(wanted: Wanted, environ: Mapping[str, str], transcripts: Path) -> Working:
    """The worker of a run, put together where it is to work. Raises as `conduct` does."""
    config = config_of(wanted.flags, environ)
    cast = _cast(config, _chosen(wanted), replace(wanted, judge=None))
    return Working(Kit(config, cast.model, transcripts), suites.named(wanted.suite).hides)


def config_of(flags: Flags, environ: Mapping[str, str]) -> Config:
    """The settings. No repository's count here, nor the folder that the bench is called in."""
    if flags.sandbox == "host":
        raise ConfigError(
            "--sandbox host: what models write is never run on the bare machine",
            "Name `docker` or `bwrap`, or `none` to run nothing.",
        )
    with TemporaryDirectory(prefix="indict-bench-") as empty:
        config = load(flags, Folder(Path(empty)), environ)
    # One model is measured, and our own tools: what else the user's file says is for reviews.
    return replace(
        config,
        models=(),
        fallback=(),
        sarif=(),
        sarif_base=(),
        paths=EVERYTHING,
        semgrep_config=(),
        local_rules=(),
        stricter=(),
        require_tests=False,
    )


def settings_of(config: Config, cast: Players) -> Settings:
    """What the manifest tells of them."""
    return Settings(
        model=cast.name,
        identity=cast.identity,
        judge=cast.judge.name if cast.judge else None,
        sandbox=config.sandbox,
        rounds=config.rounds or 1,
        budget=config.budget,
        without=config.without,
        web=config.web,
        replayed=cast.replayed,
        found=_found(config) if config.sandbox == "auto" else None,
        judging=cast.judging,
        sandbox_image=config.sandbox_image,
        test_command=config.test_command,
        test_env=config.test_env,
    )


def _found(config: Config) -> str:
    sandbox = Chosen(config.sandbox, config.sandbox_image)
    try:
        return sandbox.identity("python")
    except ToolError as e:
        return f"none: {e}"
    finally:
        sandbox.close()


@contextmanager
def scorers(config: Config, judge: Model | None, wanted: Wanted) -> Iterator[ScoringKit]:
    """What scores; the sandbox is closed afterwards. Raises `ConfigError` for want of a judge."""
    if judge is None and wanted.suite in suites.JUDGED:
        raise ConfigError(
            f"of {wanted.suite}, nothing can be told without a judge",
            "Name a model with --judge: a stronger one than the one that answers.",
        )
    sandbox = Chosen(config.sandbox, config.sandbox_image)
    try:
        yield ScoringKit(
            judge=Judge(judge, wanted.out / "transcripts", wanted.jobs) if judge else None,
            executing=None
            if config.sandbox == "none"
            else Executing(sandbox, config.test_env, wanted.jobs),
        )
    finally:
        sandbox.close()


def _chosen(wanted: Wanted) -> list[Strategy]:
    return [strategies.named(name) for name in dict.fromkeys(wanted.strategies)]


def _cast(config: Config, chosen: Sequence[Strategy], wanted: Wanted) -> Players:
    asks = wanted.writes or any(strategy.asks for strategy in chosen)
    return players(config, wanted.judge, wanted.jobs, asks=asks)


def _samples(suite: Suite, wanted: Wanted) -> list[Sample]:
    everything = list(suite.samples(wanted.data))
    unknown = set(wanted.choice.groups) - (known := {s.group for s in everything})
    if unknown:
        raise ConfigError(
            f"{wanted.data} has no group {', '.join(sorted(unknown))}",
            f"It has: {', '.join(sorted(known))}.",
        )
    samples = choosing.chosen(everything, wanted.choice)
    if not samples:
        raise ConfigError(
            f"nothing is left of {wanted.data} to be done", "Look at --limit and --shard."
        )
    return samples


def _check_replay(config: Config, wanted: Wanted, manifest: Manifest) -> None:
    """What is replayed has to be this run, or more; and it must not be written over."""
    folder = replayed_by(config.model) if manifest.told["replayed"] else None
    if folder is None:
        return
    if folder.resolve() == wanted.out.resolve():
        raise ConfigError(f"{folder} cannot replay itself", "Name another folder with --out.")
    if not set(manifest.planned) <= set(journal.manifest_in(folder).planned):
        told = journal.manifest_in(folder).told
        flags = " ".join(f"--strategy {s}" for s in _listed(told.get("strategies")))
        limit = f" --limit {told.get('limit')}" if told.get("limit") else ""
        raise ConfigError(
            f"{folder} is another run: it has not all of these samples and strategies",
            f"It was made of {told.get('suite')}, with {flags}{limit} --shard {told.get('shard')}"
            f" --seed {told.get('seed')}: call it so.",
        )


def _listed(told: object) -> list[object]:
    return told if isinstance(told, list) else []


def _at_work(config: Config, cast: Players, suite: Suite, wanted: Wanted) -> tuple[Engine, Worker]:
    if wanted.engine == "ray":
        from indict_review.bench.engines.ray_cluster import Ray
        from indict_review.bench.engines.remote import Remote, manifest_without_samples

        return Ray(wanted.ray_address, wanted.jobs), Remote(
            wanted, manifest_without_samples(wanted)
        )
    threads = Threads(wanted.jobs)
    kit = Kit(config, cast.model, wanted.out / "transcripts", threads.heed)
    return threads, Working(kit, suite.hides)
