"""The findings of the last review, by which a person may name one in short."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indict_review.errors import ConfigError
from indict_review.ledger.entries import FINGERPRINT
from indict_review.patches.quoting import shown

_MOST_BYTES = 64 * 2**20
_LONGEST = 400
"""Characters of a path or title that are kept."""
SHORTEST = 4
"""Digits by which a finding can be named."""


@dataclass(frozen=True)
class Known:
    """A finding, as far as a decision speaks of it."""

    fingerprint: str
    ident: str = ""
    path: str = ""
    title: str = ""


def findings(review: Path) -> tuple[Known, ...]:
    """Those of a review kept as JSON; none if there is no such file. Raises `ConfigError`.

    The file is not trusted: what is not as it should be is refused, and text made fit to show.
    """
    try:
        with review.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return ()
    except OSError as e:
        raise _broken(f"it cannot be read ({e.strerror})") from e
    if len(content) > _MOST_BYTES:
        raise _broken("it is too large")
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as e:
        raise _broken("it is no JSON") from e
    if not isinstance(document, dict) or document.get("schema") != "indict-review/1":
        raise _broken("it is no review")
    listed = document.get("findings")
    if not isinstance(listed, list):
        raise _broken("it has no findings")
    return tuple(map(_known, listed))


def named(name: str, known: Sequence[Known]) -> Known:
    """The finding with this fingerprint, or the only one that begins so. Raises `ConfigError`."""
    if FINGERPRINT.fullmatch(name):
        return next((k for k in known if k.fingerprint == name), Known(name))
    fits = {k.fingerprint: k for k in known if k.fingerprint.startswith(name)}
    if len(name) < SHORTEST or not fits:
        raise ConfigError(
            f"no finding that is known here begins with {shown(name)}",
            f"Give at least {SHORTEST} digits of one, or all 16: only 0-9 and a-f.",
        )
    if len(fits) > 1:
        alike = ", ".join(sorted(fits))
        raise ConfigError(f"{name} may be any of {shown(alike, 200)}", "Give more digits.")
    return next(iter(fits.values()))


def _known(raw: Any) -> Known:
    if not isinstance(raw, dict):
        raise _broken("one of its findings is none")
    texts = [raw.get(key) for key in ("fingerprint", "ident", "path", "title")]
    fingerprint, *rest = [text for text in texts if isinstance(text, str)] or [""]
    if len(rest) != 3 or not FINGERPRINT.fullmatch(fingerprint):
        raise _broken("one of its findings is none")
    return Known(fingerprint, *(shown(text, _LONGEST) for text in rest))


def _broken(why: str) -> ConfigError:
    return ConfigError(f"the last review cannot be used: {why}", "Review again: it is kept anew.")
