"""Prompts are files. Text of the change goes into them as data, between marks it cannot close."""

import re
from functools import cache
from importlib.resources import files

_MARK = re.compile(r"\{\{(\w+)\}\}")
_HALF = re.compile("[\ud800-\udfff]")
_CLOSING = re.compile(
    r"<(?=/?(?:task|change|account|claims|draft|check|output|example)\b)", re.IGNORECASE
)


@cache
def _template(name: str) -> str:
    return files(__package__).joinpath("prompts", f"{name}.md").read_text("utf-8").strip()


def prompt(name: str, **values: str) -> str:
    """The prompt with its marks filled in, in one pass: a value's own marks are not filled."""
    return _MARK.sub(lambda m: values[m.group(1)], _template(name))


def as_data(text: str) -> str:
    """Untrusted text, made unable to open or close one of our marks. Trust ends here."""
    # Bytes that were no text show as one mark; so does half a character that no text can have.
    clean = _HALF.sub("\ufffd", text)
    return _CLOSING.sub("&lt;", clean)
