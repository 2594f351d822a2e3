"""The tools that read a change and run nothing of it: which of them a review has."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from indict_review.cache import Cache
from indict_review.events import Listener, silent
from indict_review.tools.bounds.analyzer import Bounds
from indict_review.tools.interface import Analyzer
from indict_review.tools.lifetimes.analyzer import Lifetimes
from indict_review.tools.semgrep import Semgrep


def analyzers(
    configs: Sequence[str | Path] = (),
    local: Sequence[tuple[str, bytes]] = (),
    cache: Cache | None = None,
    listen: Listener = silent,
    without: Collection[str] = (),
    *,
    quick: bool = False,
) -> Iterator[Analyzer]:
    """Those that find weaknesses; by default as every review has them.

    `configs`, `local` and `cache`: see `Semgrep`. `without`: names of those that are left out;
    `codeshield` is Meta's rules alone, for whoever scores with these.
    `quick`: somebody waits to commit. Starting Bandit takes longer than all the others need then.
    """
    if "semgrep" not in without:
        meta = {"codeshield"}.intersection(without)
        yield Semgrep(configs, listen, local=local, cache=cache, without=meta)
    if "bounds" not in without:
        yield Bounds()
    if "lifetimes" not in without:
        yield Lifetimes()
    if "bandit" not in without and not quick:
        from indict_review.tools.bandit import Bandit

        yield Bandit()
    if "secrets" not in without:
        from indict_review.tools.secrets import Secrets

        yield Secrets()
