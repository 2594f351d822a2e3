"""Which results of the user's analyzers cannot be told, though they may be of the change."""

import os.path
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from indict_review.change import Tree
from indict_review.patches.quoting import shown
from indict_review.tools.sarif_file import Result, Run


def lost(runs: Sequence[Run], head: Tree, root: Path) -> Iterator[str]:
    """What is missing, and what to do about it; `head` has what the change touches."""
    stale: Counter[str] = Counter()
    strange: dict[str, list[str]] = {}
    is_like = _likeness(head)
    for run in runs:
        for result in run.results:
            here = [path for path in result.places if path in head.files]
            if here:
                stale[run.tool] += not any(fits(result, path, head) for path in here)
            elif any(is_like(place) for place in result.places) and not _is_there(result, root):
                strange.setdefault(run.tool, []).append(result.places[0])
    for tool, count in (+stale).items():
        yield f"{count} results of {tool} do not fit the lines of the change: make the file anew"
    for tool, places in strange.items():
        yield (
            f"{len(places)} results of {tool} name a file that may be one of the change, such as"
            f" {shown(places[0])}: make the SARIF file in the repository's folder"
        )


def fits(result: Result, path: str, tree: Tree) -> bool:
    """Whether the tree has those lines there, with the text that the tool saw, if it says."""
    lines = tree.text(path).split("\n")
    if result.start_line > len(lines):
        return False
    said = [" ".join(line.split()) for line in result.snippet.split("\n")]
    there = " ".join(lines[result.start_line - 1].split())
    return not said[0] or said[0] in there


def _likeness(head: Tree) -> Callable[[str], bool]:
    """Whether a place ends like a path of the change: named from above or below, or elsewhere."""
    named: dict[str, list[str]] = {}
    for path in head.files:
        named.setdefault(_legible(path).rpartition("/")[2], []).append(f"/{_legible(path)}")

    def is_like(place: str) -> bool:
        name = f"/{_legible(place)}"
        paths = named.get(name.rpartition("/")[2], ())
        return any(name.endswith(path) or path.endswith(name) for path in paths)

    return is_like


def _legible(path: str) -> str:
    """As a tool writes it that cannot write all bytes."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _is_there(result: Result, root: Path) -> bool:
    """Whether it names another file of the repository, which the change does not touch."""
    inside = (place for place in result.places if not place.startswith(("/", "../")))
    return any(os.path.lexists(root / place) for place in inside)
