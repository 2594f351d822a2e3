"""What a task speaks of, and how often a text speaks of the same."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath

from indict_review.languages import BY_SUFFIX

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_a-zA-Z]+")
_NAME = re.compile(r"[^\W\d]\w*")
_PATH = re.compile(r"[\w.@+-]+(?:/[\w.@+-]+)*")
_SUFFIX = re.compile(rf"(?<=\w)(?:{'|'.join(map(re.escape, BY_SUFFIX))})\b")
_EMPTY = frozenset(
    "a about add all also an and any are as at be but by can change code create do does file for "
    "from function has have if implement in into is it its make method must new no not of on one "
    "only or program return should so such that the their them then there these they this to "
    "up use using want was what when where which will with without write you your".split()
)
"""Words of nearly every task, which tell one file from no other."""


@dataclass(frozen=True)
class Words:
    """A task, taken apart."""

    plain: frozenset[str]
    """As `counted` has them."""
    names: frozenset[str]
    """Names of code, as they are written: `read_task`, `ReplyError`, `main()`."""
    paths: frozenset[str]
    """What may be the path of a file, or its end."""


def words_of(task: str) -> Words:
    """Take a task apart."""
    paths = {m[0].strip("./") for m in _PATH.finditer(task)}
    plain = {word for word in counted(_SUFFIX.sub(" ", task)) if word not in _EMPTY}
    named = frozenset(path for path in paths if re.search(r"\w[./]\w", path))
    return Words(frozenset(plain), frozenset(_names(task)), named)


def _names(task: str) -> set[str]:
    """What looks like code: of several words, called, or in backticks."""
    found = (m for m in _NAME.finditer(task))
    return {
        m[0] for m in found if len(_PART.findall(m[0])) > 1 or _is_marked(task, m.start(), m.end())
    }


def _is_marked(task: str, start: int, end: int) -> bool:
    return task[end : end + 1] in {"(", "`"} or task[max(0, start - 1) : start] == "`"


def spoken(path: str) -> frozenset[str]:
    """The words of a path, without those that say what kind of file it is."""
    return frozenset(counted(str(PurePosixPath(path).with_suffix(""))))


def counted(text: str) -> Counter[str]:
    """The words of a text, in names such as `readTask` or `read_task` too; plurals are singular."""
    return Counter(_singular(part.lower()) for part in _PART.findall(text))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] != "s" else word
