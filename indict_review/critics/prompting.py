"""Prompts are files. Text of the change goes into them as data, between marks it cannot close."""

import re
from functools import cache
from importlib.resources import files

from indict_review.fencing import NAMES, marked, untrusted

_MARK = re.compile(r"\{\{(\w+)\}\}")
_HALF = re.compile("[\ud800-\udfff]")
_CLOSING = re.compile(rf"<(?=/?(?:{'|'.join(NAMES)})\b)", re.IGNORECASE)


@cache
def _template(name: str) -> str:
    text = files(__package__).joinpath("prompts", f"{name}.md").read_text("utf-8").strip()
    return marked(text)


def prompt(name: str, **values: str) -> str:
    """The prompt with its marks filled in, in one pass: a value's own marks are not filled."""
    return _MARK.sub(lambda m: values[m.group(1)], _template(name))


def as_data(text: str) -> str:
    """Untrusted text, made unable to open or close one of our marks. Trust ends here.

    That it does not know how our marks end (`fencing`) would do; both have to fail to be fooled.
    """
    # Bytes that were no text show as one mark; so does half a character that no text can have.
    return untrusted(_CLOSING.sub("&lt;", _HALF.sub("\ufffd", text)))


def on_line(text: str) -> str:
    """The same, of what stands in a line of ours: it cannot leave the line."""
    return as_data(" ".join(text.splitlines()))


def quoted(text: str) -> str:
    """The same, between backticks, which it cannot close."""
    return f"`{on_line(text.replace('`', chr(39)))}`"


def fenced(text: str, language: str | None = None) -> str:
    """The text in a fence longer than any in it: hostile text cannot close it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    end = "" if text.endswith("\n") or not text else "\n"
    return f"{fence}{language or ''}\n{text}{end}{fence}"
