"""All suites, by name."""

from __future__ import annotations

from indict_review.bench.interface import Suite
from indict_review.bench.suites.cases import Cases
from indict_review.bench.suites.cvs import Cvs
from indict_review.bench.suites.cweval import Cweval
from indict_review.bench.suites.cyberseceval import Autocomplete, Instruct
from indict_review.bench.suites.harm import Abuse, Attacks, Injections
from indict_review.bench.suites.harmbench import HarmBench
from indict_review.bench.suites.sven import Sven
from indict_review.config.words import did_you_mean
from indict_review.errors import ConfigError

_JUDGED: tuple[Suite, ...] = (Abuse(), Attacks(), Injections(), HarmBench())
_ALL: tuple[Suite, ...] = (
    Instruct(),
    Autocomplete(),
    Cvs(),
    *_JUDGED,
    Cweval(),
    Sven(),
    Cases(),
)

SUITES = {suite.name: suite for suite in _ALL}
JUDGED = frozenset(suite.name for suite in _JUDGED)
"""Those of which nothing can be told without a judge."""


def named(name: str) -> Suite:
    """Raises `ConfigError` for a name that is none."""
    if name not in SUITES:
        raise ConfigError(
            f"there is no suite {name!r}{did_you_mean(name, SUITES)}",
            "`indict-review bench list` has their names.",
        )
    return SUITES[name]
