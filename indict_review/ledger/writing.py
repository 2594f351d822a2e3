"""Changes to the ledger's text. Nothing else moves: comments and spelling are people's own.

It is worked on as text, line by line, and read again afterwards: if what is read is not exactly
what was meant, nothing is written.
"""

import json
import re

from indict_review.errors import ConfigError
from indict_review.ledger.entries import KEYS, LEDGER, Entry, parse

_HEADER = "# Findings of indict-review that stay, and why. `indict-review dismiss --help`\n"
_LIST = re.compile(r"^decisions:[ \t]*(?:\[[ \t]*\]|null|~)?(?=[ \t]*(?:#.*)?\r?$)", re.MULTILINE)
_ITEM = re.compile(r"^( *)- ")
_SAYS_NOTHING = re.compile(r"\s*(?:#.*)?$")


def appended(content: bytes, entry: Entry) -> bytes:
    """The ledger with one more entry at its end. Raises `ConfigError`."""
    entries, text = parse(content), content.decode("utf-8")
    end = "\r\n" if "\r\n" in text else "\n"
    if not entries:
        text, found = _LIST.subn("decisions:", text, count=1)
        text = text if found else _ended(text or _HEADER, end) + f"decisions:{end}"
    indent = next((m[1] for m in map(_ITEM.match, text.split("\n")) if m), "")
    return _checked(_ended(text, end) + _rendered(entry, indent, end), (*entries, entry))


def without(content: bytes, fingerprint: str) -> bytes:
    """The ledger without the entry of that finding. Raises `ConfigError`."""
    entries, text = parse(content), content.decode("utf-8")
    at = next(n for n, entry in enumerate(entries) if entry.fingerprint == fingerprint)
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    indent = next((m[1] for m in map(_ITEM.match, lines) if m), "")
    starts = [n for n, line in enumerate(lines) if line.startswith(f"{indent}- ")]
    if len(starts) == len(entries):
        last = [*starts, len(lines)][at + 1]
        while _SAYS_NOTHING.match(lines[last - 1]):
            last -= 1  # a comment may be about what follows
        del lines[starts[at] : last]
    return _checked("".join(lines), (*entries[:at], *entries[at + 1 :]))


def _rendered(entry: Entry, indent: str, end: str) -> str:
    said = {key: getattr(entry, key) for key in _ORDER if getattr(entry, key)}
    # What JSON quotes, YAML reads alike, as long as all of it is printable.
    spelt = (
        f"{key}: {json.dumps(value, ensure_ascii=False) if isinstance(value, str) else value}"
        for key, value in said.items()
    )
    return f"{indent}- " + f"{end}{indent}  ".join(spelt) + end


_ORDER = ("fingerprint", "ident", "path", "by", "on", "until", "reason")
assert set(_ORDER) == set(KEYS)  # noqa: S101 - a key that is not written would be lost


def _checked(text: str, meant: tuple[Entry, ...]) -> bytes:
    content = text.encode("utf-8")
    try:
        if parse(content) == meant:
            return content
    except ConfigError:
        pass  # as bad as another meaning
    raise ConfigError(
        f"{LEDGER} is written in a way that cannot be changed without rewriting it",
        "Write `decisions:` on a line of its own and each decision as `- fingerprint: …` below.",
    )


def _ended(text: str, end: str) -> str:
    return text if not text or text.endswith("\n") else text + end
