"""What a run is made with: versions, hashes of data, prompts and weights, settings, the machine.

Most of it makes the answers: with another of that, it is another run. The rest only scores them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from indict_review import __version__
from indict_review.bench.interface import Sample, Suite, key_of
from indict_review.bench.record import Manifest
from indict_review.bench.runs.choosing import Choice
from indict_review.bench.runs.surroundings import code, contents, installed, machine, versions
from indict_review.bench.strategies.interface import Strategy
from indict_review.models.budget import Budget

SCORING = frozenset({"judge", "scorers"})
"""What decides the marks, and no answer."""
FOLLOWING = frozenset({"data", "planned"})
"""What is otherwise mostly because something else is."""
ASIDE = frozenset({"machine"})
"""What should decide nothing."""

_PACKAGES = ("semgrep", "codeshield", "bandit", "xllamacpp", "litellm", "tree-sitter")
_DETECTOR = ("semgrep", "codeshield")
_ANSWERING = ("critics/prompts", "bench/prompts", "knowledge", "rules")
_JUDGING = ("bench/scoring/prompts",)
_ONLY_SHOWING = ("bench/report", "bench/reckoning", "bench/comparing", "bench/merging", "commands")
_ONLY_SCORING = ("bench/scoring",)


@dataclass(frozen=True)
class Settings:
    """What decides the outcome, beside the samples."""

    model: str
    identity: str | None
    """See `Steady.identity`: engine and weights."""
    judge: str | None
    sandbox: str
    """As it was named."""
    rounds: int
    budget: Budget = field(default_factory=Budget)
    """Of each answer."""
    without: frozenset[str] = frozenset()
    web: str = "off"
    replayed: str | None = None
    """The run whose transcripts answered."""
    found: str | None = None
    """The sandbox that is there where none was named, or why there is none."""
    judging: str | None = None
    """Of the judge, what `identity` is of the model."""
    sandbox_image: str | None = None
    test_command: str | None = None
    test_env: Path | None = None
    """Of it, the manifest has what is installed, and not where."""

    @property
    def tests(self) -> dict[str, str]:
        """How tests are run, as far as somebody said so."""
        told = {
            "sandbox": self.found,
            "sandbox_image": self.sandbox_image,
            "test_command": self.test_command,
            "test_env": installed(self.test_env) if self.test_env else None,
        }
        return {name: value for name, value in told.items() if value}


def manifest_of(
    suite: Suite,
    samples: Sequence[Sample],
    strategies: Sequence[Strategy],
    settings: Settings,
    choice: Choice,
) -> Manifest:
    """The manifest of a run. Its name is the digest of all that makes the answers."""
    told: dict[str, object] = {
        "suite": suite.name,
        "strategies": [s.name for s in strategies],
        "model": settings.model,
        "engine": settings.identity,
        "sandbox": settings.sandbox,
        "rounds": settings.rounds,
        **_added(settings),
        "seed": choice.seed,
        "limit": choice.limit,
        "groups": list(choice.groups),
        "shard": f"{choice.shard}/{choice.shards}",
        "data": asked(samples),
        "prompts": contents(_ANSWERING),
        "versions": {
            "indict-review": __version__,
            "code": code((*_ONLY_SHOWING, *_ONLY_SCORING)),
            **versions(_PACKAGES),
        },
        "planned": sorted(key_of(s, t.name) for s in samples for t in strategies),
    }
    return _named({**told, **scoring(samples, settings)})


def rescored(there: Manifest, samples: Sequence[Sample], settings: Settings) -> Manifest:
    """The manifest of the same answers, scored by what is here now."""
    # Before they were written down, none of these could be set.
    plain = _added(Settings(settings.model, None, None, settings.sandbox, settings.rounds))
    told = {**plain, **there.told, "data": asked(samples), **scoring(samples, settings)}
    return _named(told)


def scoring(samples: Sequence[Sample], settings: Settings) -> dict[str, object]:
    """What scores."""
    scorers = {
        "prompts": contents(_JUDGING),
        "versions": {"code": code(_ONLY_SHOWING), **versions(_DETECTOR)},
        "sandbox": settings.sandbox,
        "tests": settings.tests,
        "judging": settings.judging,
        "labels": _digest(sorted(s.digest for s in samples)),
    }
    return {"judge": settings.judge, "scorers": scorers}


def asked(samples: Sequence[Sample]) -> str:
    """The digest of all that strategies see of the samples."""
    return _digest(sorted(replace(s, group="", labels={}).digest for s in samples))


@dataclass(frozen=True)
class Difference:
    """Why a run cannot go on."""

    what: str
    remedy: str


def difference(there: Manifest, here: Manifest) -> Difference | None:
    """What was another then: what makes the answers first."""
    keys = {*there.told, *here.told} - ASIDE
    for key in sorted(keys, key=lambda key: (key in SCORING, key in FOLLOWING, key)):
        old, new = there.told.get(key), here.told.get(key)
        if old != new:
            return Difference(_words(key, old, new), _remedy(key))
    return None


def _words(key: str, old: object, new: object) -> str:
    if key == "planned":
        return "other samples were planned"
    if isinstance(old, dict) and isinstance(new, dict):
        part = next(k for k in sorted({*old, *new}) if old.get(k) != new.get(k))
        return _words(f"{key}.{part}", old.get(part), new.get(part))
    return f"{key} was {_short(old)} and is {_short(new)}"


def _remedy(key: str) -> str:
    if key in SCORING:
        return "--rescore has its answers scored by what is here now; no model is asked again."
    return "Name another folder with --out, or call it as it was called then."


def _short(value: object) -> str:
    text = json.dumps(value, sort_keys=True)
    return text if len(text) <= 80 else f"{text[:77]}…"


def _added(settings: Settings) -> dict[str, object]:
    """What manifests did not always have."""
    return {
        "budget": {k: v for k, v in asdict(settings.budget).items() if v is not None},
        "without": sorted(settings.without),
        "web": settings.web,
        "replayed": settings.replayed,
        "tests": settings.tests,
    }


def _named(told: Mapping[str, object]) -> Manifest:
    makes = {key: value for key, value in told.items() if key not in SCORING | ASIDE}
    return Manifest(_digest(makes)[:16], {"machine": machine(), **told})


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
