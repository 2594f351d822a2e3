"""From a project and a task to what fits: within limits that are said."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from indict_review.errors import ToolError
from indict_review.languages import of_path
from indict_review.relevant.excerpt import Excerpt, excerpt, size
from indict_review.relevant.ranking import Ranked, is_named, ranked
from indict_review.relevant.words import Words, spoken, words_of
from indict_review.sources.interface import Store
from indict_review.sources.stores import MADE_BY_TOOLS
from indict_review.syntax import has_grammar
from indict_review.tools.frameworks.layout import FOREIGN

MOST_READ = 3_000
"""Files that are looked through."""
MOST_BYTES = 8 * 2**20
"""Of all of them."""
LARGEST = 2**18
"""Bytes of one: what is larger was not written by hand."""
MOST_SHOWN = 8
"""Files: of more, the last ones are there by chance."""
LEAST_ROOM = 800
"""Bytes: less of a file than this tells nothing."""
LABEL = 60
"""Bytes around a file that is shown, its path apart."""
_LONGEST_LINE = 1_000

_MADE = re.compile(r"\.min\.\w+$|[.-]lock(?:\.\w+)?$|\.map$|\.snap$|_pb2\.pyi?$")
_KEYS = re.compile(
    r"(?i)(?:^|[._-])(?:secrets?|credentials?|passwords?|env|netrc|npmrc|pypirc)(?:[._-]|$)"
    r"|\.(?:pem|key|p12|pfx|keystore|jks|kdbx)$|^id_(?:rsa|dsa|ecdsa|ed25519)"
)
"""Names of files that hold keys: they are never shown, whoever names them."""


@dataclass(frozen=True)
class Relevant:
    """What of a project a task is about."""

    excerpts: tuple[Excerpt, ...]
    """Best first."""
    paths: tuple[str, ...]
    """All files of the project, what others made apart: those that matter first."""
    unread: int = 0
    """Files that were not looked through: there are too many."""
    unfit: tuple[str, ...] = ()
    """Files that matter, and for which there was no room."""


def relevant(task: str, store: Store, room: int) -> Relevant:
    """What fits into so many bytes, those around each file included.

    Raises `ToolError` if the project cannot be listed.
    """
    words = words_of(task)
    paths = [path for path in store.paths() if not _is_foreign(path)]
    files, unread = _read(store, _candidates(paths, words))
    order = ranked(words, files)
    excerpts = tuple(_fitted(words, order, room))
    taken = [each.path for each in excerpts]
    matter = [each.path for each in order]
    return Relevant(
        excerpts,
        tuple(dict.fromkeys([*taken, *matter, *paths])),
        unread,
        tuple(path for path in matter[:MOST_SHOWN] if path not in taken),
    )


def _is_foreign(path: str) -> bool:
    """Whether tools or others made it."""
    return not (FOREIGN | MADE_BY_TOOLS).isdisjoint(PurePosixPath(path).parts[:-1])


def _candidates(paths: Sequence[str], words: Words) -> list[str]:
    """Files that may be shown; those whose paths speak of the task first, then those of the top."""

    def order(path: str) -> tuple[bool, int, int, str]:
        hits = len(words.plain & spoken(path))
        return not is_named(path, words.paths), -hits, path.count("/"), path

    return sorted((path for path in paths if _may_be_shown(path, words)), key=order)


def _may_be_shown(path: str, words: Words) -> bool:
    name = PurePosixPath(path).name
    language = of_path(path)
    # Code that is called `credentials.py` handles keys, and holds none.
    if not has_grammar(language) and _KEYS.search(name):
        return False
    return is_named(path, words.paths) or (language is not None and not _MADE.search(name))


def _read(store: Store, paths: Sequence[str]) -> tuple[dict[str, str], int]:
    """The texts of the files, and how many were not looked at any more."""
    texts: dict[str, str] = {}
    left = MOST_BYTES
    for count, path in enumerate(paths):
        if left <= 0 or count >= MOST_READ:
            return texts, len(paths) - count
        text = _text(store, path)
        if text is not None:
            texts[path] = text
            left -= size(text)
    return texts, 0


def _text(store: Store, path: str) -> str | None:
    """None for what no model can be shown and give back: no file, no UTF-8, not made by hand."""
    try:
        file = store.entries([path]).get(path)
    except ToolError:
        return None  # it only helps to write; what the change touches is read anew, and said
    if file is None or isinstance(file, str) or len(file.content) > LARGEST:
        return None
    try:
        text = file.content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None
    by_hand = "\0" not in text and all(len(line) <= _LONGEST_LINE for line in text.split("\n"))
    return text if by_hand and text.strip() else None


def _fitted(words: Words, order: Sequence[Ranked], room: int) -> Iterator[Excerpt]:
    """The best ones. Of one that is large no more than half of the room, if there are others."""
    for each in order[:MOST_SHOWN]:
        left = room - LABEL - size(each.path)
        share = left // 2 if len(order) > 1 and size(each.text) > left else left
        if share < min(LEAST_ROOM, size(each.text)):
            continue
        shown = excerpt(each.path, each.text, words, share)
        if shown is not None:
            room = left - size(shown.text)
            yield shown
