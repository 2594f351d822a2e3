"""Commands as people type them, and as programs take them."""

import re
import shlex
from collections.abc import Iterable

from indict_review.tools.frameworks.layout import expanded

_SHELL = re.compile(r"[;&|<>$`()\n{}]")


def typed(*words: str) -> str:
    """A command as a person would type it."""
    return shlex.join(words)


def taken_apart(command: str) -> tuple[str, ...]:
    """The words of a plain command; empty if only a shell can tell what it does."""
    if _SHELL.search(re.sub(r"'[^']*'", "", command)):
        return ()
    try:
        return tuple(shlex.split(command))
    except ValueError:
        return ()


def spread(words: Iterable[str], paths: frozenset[str]) -> tuple[str, ...]:
    """The words with each pattern replaced by the paths that fit it, as a shell would."""
    return tuple(
        path for word in words for path in (("*" in word and expanded(word, paths)) or [word])
    )
