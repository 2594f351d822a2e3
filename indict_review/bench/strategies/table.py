"""All strategies, by name."""

from __future__ import annotations

from indict_review.bench.strategies.direct import Direct
from indict_review.bench.strategies.interface import Strategy
from indict_review.bench.strategies.refine import SelfRefine
from indict_review.bench.strategies.review import Reviewing
from indict_review.config.words import did_you_mean
from indict_review.errors import ConfigError

TOOLS = frozenset(
    {"semgrep", "bounds", "lifetimes", "bandit", "secrets", "knowledge", "code", "proofs", "tests"}
)
"""Of `config.settings.PARTS`, those that are tools."""

_ALL: tuple[Strategy, ...] = (
    Direct(),
    SelfRefine(),
    Reviewing("safety-only", "without the helpfulness critic", without=frozenset({"helpfulness"})),
    Reviewing("helpfulness-only", "without the safety critic", without=frozenset({"safety"})),
    Reviewing("indict-paper", "the published algorithm, unverified", strategy="indict-paper"),
    Reviewing("indict-review", "the whole method"),
    Reviewing("tools", "tools and known fixes, no model", asks=False),
    Reviewing("no-tools", "critics and actor without any tool", without=TOOLS),
    Reviewing("no-exchange", "critics do not see each other", without=frozenset({"exchange"})),
    Reviewing("no-verification", "drafts taken as they come", without=frozenset({"verification"})),
)

STRATEGIES = {strategy.name: strategy for strategy in _ALL}
UNVERIFIED = frozenset({"direct", "self-refine", "indict-paper", "no-verification"})
"""Those that take what is written as it comes."""
DRAFT = STRATEGIES["direct"]
"""What the others review, where something is to be written."""


def named(name: str) -> Strategy:
    """Raises `ConfigError` for a name that is none."""
    if name not in STRATEGIES:
        raise ConfigError(
            f"there is no strategy {name!r}{did_you_mean(name, STRATEGIES)}",
            f"One of: {', '.join(STRATEGIES)}.",
        )
    return STRATEGIES[name]
