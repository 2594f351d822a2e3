"""`indict-review bench list`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from indict_review.formats.console import Line

WIDEST = 100
"""Columns."""


@click.command("list")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def command(form: str) -> None:
    """The suites, where their data are published, and the strategies.

    Nothing is fetched and no data are shipped: fetch what you want, and name it with --data.
    """
    if form == "json":
        click.echo(json.dumps(_told(), indent=2))
        return
    from indict_review.config import environment
    from indict_review.evidence import Severity
    from indict_review.formats.console import draw
    from indict_review.formats.interface import look_at

    look = look_at(sys.stdout, environment(), Severity.HIGH)
    width = min(look.width, WIDEST)
    click.echo(draw(_lines(), width=width, colour=look.colour, unicode=look.unicode), nl=False)


def _told() -> dict[str, object]:
    from indict_review.bench.strategies.table import STRATEGIES
    from indict_review.bench.suites.table import SUITES

    return {
        "suites": [{"name": s.name, **asdict(s.about)} for s in SUITES.values()],
        "strategies": [
            {"name": s.name, "about": s.about, "asks": s.asks} for s in STRATEGIES.values()
        ],
    }


def _lines() -> Iterator[Line]:
    from indict_review.bench.strategies.table import STRATEGIES
    from indict_review.bench.suites.table import SUITES
    from indict_review.formats.console import Line, Span

    for suite in SUITES.values():
        about = suite.about
        yield Line((Span(suite.name, "bold"), Span(f"  {about.title}")))
        for name in ("measures", "published", "licence", "size", "data"):
            lead = "--data" if name == "data" else name
            yield Line((Span(getattr(about, name)),), (Span(f"  {lead:<11}", "dim"),))
        yield Line()
    yield Line((Span("Strategies", "bold"),))
    for strategy in STRATEGIES.values():
        yield Line((Span(strategy.about),), (Span(f"  {strategy.name:<18}"),))
