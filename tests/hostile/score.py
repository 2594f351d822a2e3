"""The figure of the whole suite: attacks tried, attacks that got anything."""

from collections.abc import Iterable

from tests.hostile.assault import Outcome


def summary(outcomes: Iterable[Outcome]) -> str:
    """One line: `hostile: docker 90 tried, 0 got anything; …`."""
    by_sandbox: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_sandbox.setdefault(outcome.sandbox, []).append(outcome)
    figures = (
        f"{name} {sum(o.tried for o in tried)} tried, {sum(not o.held for o in tried)} got anything"
        for name, tried in by_sandbox.items()
    )
    return f"hostile: {'; '.join(figures) or 'no sandbox here'}"
