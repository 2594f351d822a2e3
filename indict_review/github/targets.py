"""Which pull request is meant: by its name, with the clone's remotes, or by Actions' event."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from indict_review.errors import ConfigError
from indict_review.github.address import api_of
from indict_review.github.event import Wanted, of_event
from indict_review.github.interface import Target
from indict_review.github.names import HINT, HOST, NUMBER, PART, REPOSITORY, valid_repository
from indict_review.patches.quoting import shown

_NAMED = re.compile(rf"(?:{HOST}/)?{REPOSITORY}#{NUMBER}")
_URL = re.compile(rf"(?:https?://)?{HOST}/{REPOSITORY}/pull/{NUMBER}(?:[/?#].*)?")
_SHORT = re.compile(rf"#?{NUMBER}")
# The repository is as short as it can be, so that it leaves `.git` to what follows.
_REMOTE = re.compile(
    r"(?:(?P<scheme>https?|ssh|git)://)?(?:[^@/\s]*@)?"
    rf"{HOST}[:/]/?(?P<repository>{PART}/{PART}?)(?:\.git)?/?"
)


def target(
    name: str | None, environ: Mapping[str, str], remotes: Callable[[], Mapping[str, str]]
) -> Target | Wanted:
    """The one by this name, or that Actions' event is about.

    `remotes` gives the addresses of the clone's remotes by name, `upstream` before `origin`: it
    is asked only for a bare number outside of Actions. Raises `ConfigError`.
    """
    if name is None:
        return of_event(environ)
    if found := _URL.fullmatch(name) or _NAMED.fullmatch(name):
        return Target(found["repository"], int(found["number"]), api_of(found["host"], environ))
    if found := _SHORT.fullmatch(name):
        host, repository = _here(environ, remotes)
        return Target(repository, int(found["number"]), api_of(host, environ))
    raise ConfigError(f"{shown(name)} names no pull request", HINT)


def _here(
    environ: Mapping[str, str], remotes: Callable[[], Mapping[str, str]]
) -> tuple[str | None, str]:
    """Host and repository of what we are in; in a fork's clone, of what it was forked from."""
    if named := environ.get("GITHUB_REPOSITORY"):
        return None, valid_repository(named, "GITHUB_REPOSITORY")
    known = remotes()
    preferred = [known[name] for name in ("upstream", "origin") if name in known]
    for address in preferred or list(known.values())[:1]:
        if found := _REMOTE.fullmatch(address):
            # The port of ssh is none of the API's.
            is_web = (found["scheme"] or "").startswith("http")
            host = found["host"] if is_web else found["host"].partition(":")[0]
            return host, found["repository"]
    raise ConfigError("no remote of this clone, upstream or origin, is on GitHub", HINT)
