"""Which pull request Actions' event is about.

The event is GitHub's, but names in it are what people called their branches and forks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from indict_review.errors import ConfigError, HostError, StepError
from indict_review.github.address import api_of
from indict_review.github.answers import Told, each, pull
from indict_review.github.interface import Api, Json, Pull, Target
from indict_review.github.names import BRANCH, HINT, PART, SHA, valid_repository
from indict_review.patches.quoting import shown

_MOST_BYTES = 32 * 2**20
"""GitHub's own limit is 25 MB."""


@dataclass(frozen=True)
class Wanted:
    """A pull request that only GitHub can name: the open one with this head."""

    repository: str
    """Where it is."""
    owner: str
    """Whose branch the head is."""
    branch: str
    sha: str
    api: str


def of_event(environ: Mapping[str, str]) -> Target | Wanted:
    """Read from the file that Actions names. Raises `ConfigError`."""
    name, path = environ.get("GITHUB_EVENT_NAME", ""), environ.get("GITHUB_EVENT_PATH")
    if not path:
        raise ConfigError("which pull request? This is not a run of Actions", HINT)
    try:
        return _in_event(name, Told(_json(Path(path)), f"the event {shown(name)}"), environ)
    except HostError as e:
        raise ConfigError(f"{shown(path, 300)} is no event of Actions: {e}", HINT) from e


def _in_event(name: str, event: Told, environ: Mapping[str, str]) -> Target | Wanted:
    """Raises `HostError` for one that is not as GitHub writes it."""
    named = environ.get("GITHUB_REPOSITORY") or event.inner("repository").text("full_name")
    where, api = valid_repository(named, "the event's repository"), api_of(None, environ)
    if name.startswith("pull_request"):
        return Target(where, event.inner("pull_request").number("number"), api)
    if name == "issue_comment":
        issue = event.inner("issue")
        if issue.field("pull_request") is None:
            raise ConfigError("the comment is on an issue, not on a pull request", HINT)
        return Target(where, issue.number("number"), api)
    if name == "workflow_run":
        return _of_run(event.inner("workflow_run"), where, api)
    raise ConfigError(f"the event `{shown(name)}` is not about a pull request", HINT)


def _of_run(run: Told, where: str, api: str) -> Wanted:
    """Its own list of pull requests is empty for forks."""
    head = run.maybe_inner("head_repository")
    if head is None:
        raise ConfigError("the fork that the event came from is gone", HINT)
    wanted = Wanted(
        repository=where,
        owner=head.inner("owner").text("login"),
        branch=run.text("head_branch"),
        sha=run.text("head_sha"),
        api=api,
    )
    for value, pattern in ((wanted.owner, PART), (wanted.branch, BRANCH), (wanted.sha, SHA)):
        if not re.fullmatch(pattern, value):
            raise ConfigError(f"the event names a head that cannot be: {shown(value)}", HINT)
    return wanted


def _json(path: Path) -> Json:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ConfigError(f"{shown(str(path), 300)} is too large for an event", HINT)
        return json.loads(path.read_bytes())
    except OSError as e:
        raise ConfigError(f"the event cannot be read: {e.strerror}", HINT) from e
    except (ValueError, RecursionError) as e:
        raise ConfigError(f"{shown(str(path), 300)} is no JSON", HINT) from e


def find(api: Api, wanted: Wanted) -> int | None:
    """Its number; None if it was closed or pushed to since. `StepError` if there are several."""
    rows = api.pages(
        f"/repos/{wanted.repository}/pulls", state="open", head=f"{wanted.owner}:{wanted.branch}"
    )
    opened = each(rows, "the open pull requests", pull)
    numbers = [one.number for one in opened if _is_it(one, wanted)]
    if len(numbers) > 1:
        raise StepError(
            f"{len(numbers)} pull requests have this head, "
            f"{', '.join(f'#{number}' for number in numbers)}: which is meant, nobody can tell"
        )
    return numbers[0] if numbers else None


def _is_it(one: Pull, wanted: Wanted) -> bool:
    """The branch may have been pushed to since, and anybody can push the same commit elsewhere.

    All is compared here: of a filter that it does not understand, GitHub makes nothing.
    """
    owner = (one.head.repository or "").partition("/")[0]
    return (
        one.is_open
        and one.head.sha == wanted.sha
        and one.head.name == wanted.branch
        and owner.lower() == wanted.owner.lower()
    )
