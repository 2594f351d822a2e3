"""Who answers, and who judges: models by name, or an earlier run that is replayed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from indict_review.bench.runs.journal import manifest_in
from indict_review.bench.runs.replayed import Replayed, ReplayedJudge
from indict_review.config import Config
from indict_review.errors import ConfigError
from indict_review.models.casting import cast
from indict_review.models.interface import Model, Steady

REPLAY = "replay:"
"""Before the folder of a run."""


@dataclass(frozen=True)
class Players:
    """The models of a run."""

    name: str
    """Of the one that answers, as records have it: of a replay, the recorded one."""
    identity: str | None
    """See `Steady.identity`; where that may name a server of the user's, its digest."""
    model: Callable[[str], Model]
    """See `Kit.model`."""
    judge: Model | None
    replayed: str | None = None
    """The manifest of the run that answers."""

    @property
    def judging(self) -> str | None:
        """Of the judge, what `identity` is of the model."""
        return _identity(self.judge)


@dataclass(frozen=True)
class Same:
    """One engine for every piece of work."""

    engine: Model | None

    def __call__(self, key: str) -> Model:
        """Raises `ConfigError` where no model takes part."""
        if self.engine is None:
            raise ConfigError("no model was named", "Name one with --model.")
        return self.engine


def players(config: Config, judge: str | None, jobs: int, *, asks: bool) -> Players:
    """Find them. `asks`: whether anything is asked of the model, so that there has to be one.

    Raises `ConfigError` for one that is not there.
    """
    replayed = replayed_by(config.model) if asks else None
    engine, other = _engines(config, judge, jobs, asks=asks and replayed is None)
    judging = replayed_by(judge)
    arbiter = ReplayedJudge.of(judging) if judging else other
    if replayed is not None:
        there = manifest_in(replayed)
        name, told = str(there.told.get("model")), there.told.get("engine")
        identity = None if told is None else str(told)
        return Players(name, identity, Replayed(replayed), arbiter, there.ident)
    name = engine.name if engine else "none"
    return Players(name, _identity(engine), Same(engine), arbiter)


def replayed_by(name: str | None) -> Path | None:
    """The folder of the run that a name stands for."""
    return Path(name.removeprefix(REPLAY)) if name and name.startswith(REPLAY) else None


def _engines(
    config: Config, judge: str | None, jobs: int, *, asks: bool
) -> tuple[Model | None, Model | None]:
    """Who answers and who judges, where that is no replay; the same engine is loaded once."""
    main = (config.model or "local") if asks else None
    other = None if judge is None or replayed_by(judge) else judge
    if main is None and other is None:
        return None, None
    # A judge is cast as one more role: a server of the user's own is then asked by nobody else.
    roles = (("summary", other),) if other else ()
    found, _ = cast(replace(config, model=main or other, models=roles, fallback=()), None)
    if found is None:
        raise ConfigError(
            "--model none: there is nobody to ask", "Name a model, or only --strategy tools."
        )
    engine = _wide(found.model, jobs)
    role = found.roles.get("summary")
    same = engine if role is found.model else role
    return (engine if main else None), same


def _identity(engine: Model | None) -> str | None:
    known = engine.identity if isinstance(engine, Steady) else None
    if known is None or engine is None or engine.name == "local":
        return known
    return hashlib.sha256(known.encode()).hexdigest()


def _wide(model: Model, jobs: int) -> Model:
    """The embedded engine has as many prompts in hand as samples are worked on."""
    from indict_review.models.local import Local

    return replace(model, slots=jobs) if isinstance(model, Local) else model
