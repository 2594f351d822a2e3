"""Folding comments, and resolving threads. Only GraphQL can, and not with every token."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indict_review.errors import HostError, Refused
from indict_review.github.answers import Told
from indict_review.github.interface import Api, Comment, PutAway, Remark

_BATCH = 50
_MOST_PAGES = 300

_FOLD = (
    "minimizeComment(input: {subjectId: $%s, classifier: RESOLVED})"
    " { minimizedComment { isMinimized } }"
)
_RESOLVE = "resolveReviewThread(input: {threadId: $%s}) { thread { isResolved } }"

_THREADS = """
query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        nodes { id isResolved comments(first: 1) { nodes { id } } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}
"""


def put_away(
    api: Api, repository: str, number: int, gone: Sequence[Comment], settled: Sequence[Remark]
) -> PutAway:
    """See `Writing.put_away`. One request for every 50, and one to find the threads."""
    said: list[str] = []
    done: set[str] = set()
    steps = [(_FOLD, remark.node) for remark in gone]
    try:
        begun_by = dict(_threads(api, repository, number)) if settled else {}
        steps += [(_RESOLVE, begun_by[r.node]) for r in settled if r.node in begun_by]
    except HostError as e:  # nothing was to be written yet
        said.append(str(e))
    try:
        for start in range(0, len(steps), _BATCH):
            changed, errors = _change(api, steps[start : start + _BATCH])
            done |= changed
            said += errors
    except Refused as e:
        said.append(str(e))
    folded = frozenset(comment.id for comment in gone if comment.node in done)
    return PutAway(folded, tuple(dict.fromkeys(said)))


def _threads(api: Api, repository: str, number: int) -> Iterator[tuple[str, str]]:
    """Those that are open: the node of the remark that began each, and its own."""
    owner, _, name = repository.partition("/")
    after = None
    for _ in range(_MOST_PAGES):
        variables = {"owner": owner, "name": name, "number": number, "after": after}
        answer = api.graphql(_THREADS, variables)
        if answer.data is None:
            raise HostError(f"GitHub does not tell the threads: {'; '.join(answer.errors)}")
        told = Told(answer.data, "the threads")
        page = told.inner("repository").inner("pullRequest").inner("reviewThreads")
        for thread in page.each("nodes"):
            first = thread.inner("comments").each("nodes")
            if first and thread.field("isResolved") is False:
                yield first[0].text("id"), thread.text("id")
        info = page.inner("pageInfo")
        if info.field("hasNextPage") is not True:
            return
        after = info.text("endCursor")
    raise HostError(f"there are over {100 * _MOST_PAGES} threads: more than are read")


def _change(api: Api, steps: Sequence[tuple[str, str]]) -> tuple[set[str], tuple[str, ...]]:
    """All in one request. GitHub does what it may of them, and tells the rest as errors."""
    nodes = {f"n{i}": node for i, (_, node) in enumerate(steps)}
    names = ", ".join(f"${name}: ID!" for name in nodes)
    fields = " ".join(f"m{i}: {field % f'n{i}'}" for i, (field, _) in enumerate(steps))
    answer = api.graphql(f"mutation({names}) {{ {fields} }}", nodes)
    data = answer.data if isinstance(answer.data, dict) else {}
    # What it would not do is null.
    return {node for i, (_, node) in enumerate(steps) if data.get(f"m{i}")}, answer.errors
