"""What a pull request says it is for: the task, where nobody gave another.

Its author wrote that, and anybody the issues: it is data, as the messages of commits are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from indict_review.errors import ToolError
from indict_review.github.interface import Pull
from indict_review.sources.messages import MOST_TEXT

MOST_ISSUES = 5

_FENCE = r"^ {0,3}(?P<fence>`{3,}|~{3,}).*?(?:^ {0,3}(?P=fence)|\Z)"
_CODE = r"`[^`\n]*`"
_COMMENT = r"<!--.*?(?:-->|\Z)"
_SHOWN = re.compile(f"{_FENCE}|{_CODE}|(?P<comment>{_COMMENT})", re.DOTALL | re.MULTILINE)
"""In code, a comment is no comment."""
_QUOTED = re.compile(f"{_FENCE}|{_CODE}|^ {{0,3}}>[^\n]*$", re.DOTALL | re.MULTILINE)

_CLOSES = re.compile(
    r"(?<![\w-])(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]+"
    r"(?:(?P<where>[\w.-]+/[\w.-]+)?#|(?P<url>https?://[^\s/]+/[\w.-]+/[\w.-]+)/issues/)"
    r"(?P<number>[1-9][0-9]{0,8})\b",
    re.IGNORECASE | re.ASCII,
)


def stated(
    pull: Pull, issue: Callable[[int], tuple[str, str]]
) -> tuple[str | None, tuple[str, ...]]:
    """Title, body and the issues that it closes; and notes of those that could not be read.

    None if it says nothing. `issue` gives title and body of one, and may raise `ToolError`.
    """
    issues = [_read(number, issue) for number in closes(pull)]
    said = (pull.title.strip(), _without_comments(pull.body), *(text for text, _ in issues))
    text = "\n\n".join(filter(None, said))
    if len(text) > MOST_TEXT:
        text = f"{text[:MOST_TEXT]}\n[cut here: what the pull request says is longer]"
    return text or None, tuple(note for _, note in issues if note)


def _read(number: int, issue: Callable[[int], tuple[str, str]]) -> tuple[str, str]:
    """Its text, or a note."""
    try:
        title, body = issue(number)
    except ToolError as e:
        return "", f"issue {number}, which may say what was asked for, was not read: {e}"
    return f"Issue #{number}: {title.strip()}\n\n{_without_comments(body)}".rstrip(), ""


def closes(pull: Pull) -> tuple[int, ...]:
    """The issues of its own repository that its body says it closes: the first five."""
    found = _closed(_QUOTED.sub("", _without_comments(pull.body)), pull)
    return tuple(dict.fromkeys(found))[:MOST_ISSUES]


def _closed(text: str, pull: Pull) -> Iterator[int]:
    page = pull.url.rpartition("/pull/")[0].lower()
    repository = (pull.base.repository or "").lower()
    for link in _CLOSES.finditer(text):
        where, url = link["where"], link["url"]
        if url is None and (where or repository).lower() == repository:
            yield int(link["number"])
        elif url is not None and url.lower() == page:
            yield int(link["number"])


def _without_comments(body: str) -> str:
    """What GitHub shows of it: templates have advice in comments."""
    text = body.replace("\r\n", "\n")
    return _SHOWN.sub(lambda found: "" if found["comment"] else found[0], text).strip()
