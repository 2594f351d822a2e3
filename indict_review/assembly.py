"""From settings to a Reviewer: which analyzers, whose decisions, what is offered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from indict_review.cache import Cache
from indict_review.change import Change
from indict_review.config import Config
from indict_review.decision import Decision
from indict_review.events import Listener
from indict_review.ledger.decided import Decided
from indict_review.ledger.interface import Decisions
from indict_review.offers.interface import Offers
from indict_review.offers.last_review import LastReview
from indict_review.offers.rule_fixes import RuleFixes
from indict_review.reviewer import Reviewer, Strategy
from indict_review.sources.interface import Source
from indict_review.static import analyzers
from indict_review.tools.injection.analyzer import Injection
from indict_review.tools.interface import Analyzer
from indict_review.tools.merged import Merged
from indict_review.tools.narrowed import Narrowed
from indict_review.tools.suppressions import Suppressions

if TYPE_CHECKING:
    from indict_review.models.asking import Asker


@contextmanager
def assembled(
    config: Config,
    change: Change,
    source: Source,
    record: Path | None,
    listen: Listener,
    *,
    runs: bool = True,
    own: bool = False,
    replies: Mapping[str, Decision] | None = None,
    fresh: frozenset[str] | None = None,
    agent: bool = False,
    hearsay: bool = False,
    asker: Asker | None = None,
) -> Iterator[Reviewer]:
    """Put it together, and take it apart afterwards.

    `runs`: whether code is run and a model asked, as far as the settings say so; without it, static
    analyzers only. `own`: whether whoever runs this makes the change, so that its own marks and
    decisions count (promise 6); the caller says so, never the change. `replies`: what people with
    the right to it dismissed elsewhere, by fingerprint. `fresh`: see `Reviewer`.
    `agent`, `hearsay`: see `reviewing.Terms`. `asker`: see `equipment.equipped`. Raises
    `ConfigError` for what was named and cannot be used.
    """
    decisions: Decisions = Decided.of(source.base, change, date.today(), own=own)
    if replies:
        from indict_review.ledger.replied import Replied

        decisions = Replied(decisions, replies)
    reader = Reviewer(
        analyzers=tuple(
            _analyzers(
                config,
                change,
                source,
                listen,
                own=own,
                agent=agent,
                hearsay=hearsay,
                quick=not runs,
            )
        ),
        decisions=decisions,
        offers=tuple(_offers(source)),
        strategy=Strategy(config.strategy),
        rounds=config.rounds or 1,
        require_tests=config.require_tests,
        stricter=config.stricter,
        without=config.without,
        listen=listen,
        paths=config.paths,
        fresh=fresh,
        notes=(*config.paths.notes(change), *_left_out(config)),
    )
    if not runs:
        yield reader
        return
    from indict_review.equipment import equipped

    with equipped(
        reader, config, change, source.project, record, asker, Path(source.root)
    ) as reviewer:
        yield reviewer


def _analyzers(
    config: Config,
    change: Change,
    source: Source,
    listen: Listener,
    *,
    own: bool,
    agent: bool,
    hearsay: bool,
    quick: bool,
) -> Iterator[Analyzer]:
    root = Path(source.root)
    cache, without = Cache.outside(root, config.cache, "seen"), config.without
    rules = (config.semgrep_config, config.local_rules)
    found: list[Analyzer] = [*analyzers(*rules, cache, listen, without, quick=quick)]
    if config.sarif:
        from indict_review.tools.sarif import Sarif

        found.append(Sarif.of(config.sarif, config.sarif_base, change.after, root))
    found.append(Injection(tuple(filter(None, (change.task, change.account)))))
    if not own:
        found.append(Suppressions())
    if agent:
        from indict_review.tools.conduct.analyzer import Conduct
        from indict_review.tools.parsing import Parsing

        conduct = Conduct(change.task, change.account, source.project, hearsay)
        found += [conduct, Parsing()]
    for analyzer in found:
        narrowed = Narrowed(analyzer, config.paths)
        yield Merged(narrowed, change.merged) if change.merged else narrowed


def _left_out(config: Config) -> Iterator[str]:
    if config.without:
        yield f"left out, as asked for: {', '.join(sorted(config.without))}"
    if config.without & {"safety", "helpfulness"}:
        yield "whether the task is harmful was not decided: that takes both critics"


def _offers(source: Source) -> Iterator[Offers]:
    """The one that was argued about goes first: of two that mend the same, it is kept."""
    if source.folder is not None:
        yield LastReview(source.folder)
    yield RuleFixes()
