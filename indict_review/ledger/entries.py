"""What the ledger says, read strictly: a ledger that cannot be read is never "no decisions"."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from indict_review import yaml_text
from indict_review.errors import ConfigError
from indict_review.patches.quoting import shown

LEDGER = ".indict-review/decisions.yaml"
"""Where it is, from the top of the repository."""

FINGERPRINT = re.compile(r"[0-9a-f]{16}")
MOST_BYTES = 2**20
LONGEST = 4096
"""Characters of one value."""


@dataclass(frozen=True)
class Entry:
    """One decision: this finding stays."""

    fingerprint: str
    """Of the finding: another one as soon as its line, its file or what is around it changes."""
    by: str
    on: date
    reason: str
    ident: str = ""
    """Of the finding. Like `path`, it is for people; nothing depends on it."""
    path: str = ""
    until: date | None = None
    """The last day it holds; None: until that code changes."""

    def in_force(self, today: date) -> bool:
        """Whether it has not run out."""
        return self.until is None or today <= self.until


KEYS = tuple(field.name for field in fields(Entry))
_NEEDED = ("fingerprint", "by", "on", "reason")


def has_reason(text: str) -> bool:
    """Whether it says anything: three letters, in whichever script."""
    return sum(char.isalpha() for char in text) >= 3


def parse(content: bytes) -> tuple[Entry, ...]:
    """All decisions, in the order of the text. Raises `ConfigError`, naming the entry."""
    try:
        document = yaml_text.load_strictly(content, MOST_BYTES)
    except yaml_text.YamlError as e:
        raise _unreadable(shown(str(e), 200)) from e
    if document is None:
        return ()
    if not isinstance(document, dict) or set(document) - {"decisions"}:
        raise _unreadable("it has something else than `decisions:`", "That is its only key.")
    listed = document.get("decisions")
    if listed is not None and not isinstance(listed, list):
        raise _unreadable("`decisions:` is no list", "Write one `- fingerprint: …` for each.")
    entries = tuple(_entry(f"decision {n}", raw) for n, raw in enumerate(listed or (), start=1))
    for repeated in _repeated(entries):
        raise _unreadable(
            f"two decisions are on {repeated}", "Keep one of them: which one holds must be plain."
        )
    return entries


def _repeated(entries: tuple[Entry, ...]) -> Iterator[str]:
    seen: set[str] = set()
    for entry in entries:
        if entry.fingerprint in seen:
            yield entry.fingerprint
        seen.add(entry.fingerprint)


def _entry(where: str, raw: Any) -> Entry:
    if not isinstance(raw, dict):
        raise _unreadable(f"{where} is no mapping", f"Each has {', '.join(_NEEDED)}.")
    if True in raw and "on" not in raw:  # to YAML 1.1, `on` is another word for true
        raw = {("on" if key is True else key): value for key, value in raw.items()}
    for key in raw:
        if key not in KEYS:
            from difflib import get_close_matches  # only those who erred wait for it

            near = get_close_matches(str(key), KEYS, 1) if isinstance(key, str) else []
            hint = f"Did you mean `{near[0]}`?" if near else f"Known are: {', '.join(KEYS)}."
            name = shown(key) if isinstance(key, str) else "one that is no text"
            raise _unreadable(f"{where} has an unknown key: {name}", hint)
    for key in _NEEDED:
        if raw.get(key) is None:
            raise _unreadable(f"{where} has no `{key}`", f"Each has {', '.join(_NEEDED)}.")
    fingerprint, reason = _text(where, raw, "fingerprint"), _text(where, raw, "reason")
    if not FINGERPRINT.fullmatch(fingerprint):
        raise _unreadable(
            f"{where} has no fingerprint, but {shown(fingerprint)}", "It is 16 digits of 0-9, a-f."
        )
    if not has_reason(reason):
        raise _unreadable(f"{where} gives no reason", "Say why the finding stays.")
    on = _day(where, raw, "on")
    assert on is not None  # noqa: S101 - `_NEEDED`
    return Entry(
        fingerprint,
        _text(where, raw, "by"),
        on,
        reason,
        _text(where, raw, "ident"),
        _text(where, raw, "path"),
        _day(where, raw, "until"),
    )


def _text(where: str, raw: Mapping[str, Any], key: str) -> str:
    """On one line, however it was folded. Empty where it is not said."""
    value = raw.get(key)
    if value is None:
        return ""
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
        raise _unreadable(
            f"{where}: `{key}` is no text, or a long one",
            f'Write it in quotes: `{key}: "…"`, with up to {LONGEST} characters.',
        )
    return " ".join(value.split())


def _day(where: str, raw: Mapping[str, Any], key: str) -> date | None:
    value = raw.get(key)
    if isinstance(value, str):
        try:
            value = datetime.strptime(value, "%Y-%m-%d").date()
        except ValueError:
            value = ""
    if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
        raise _unreadable(f"{where}: `{key}` is no day", f"Write `{key}: 2026-11-22`.")
    return value


def _unreadable(why: str, hint: str = "Mend the file.") -> ConfigError:
    return ConfigError(f"{LEDGER} cannot be used: {why}", hint)
