"""Paths that a reply gets wrong: a folder too few, or one too many."""

from collections.abc import Iterable


def meant(path: str, paths: Iterable[str]) -> str | None:
    """The file of the project that the path may stand for, if there is exactly one."""
    below = path.partition("/")[2]
    found = [other for other in paths if other.endswith("/" + path) or other == below != ""]
    return found[0] if len(found) == 1 else None


def is_version_of(text: str, other: str) -> bool:
    """Whether a text has half of its lines, or more, from another."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    there = {line.strip() for line in other.split("\n")}
    return lines != [] and sum(line in there for line in lines) * 2 >= len(lines)
