"""One answer of GitHub: what it says of limits, of errors and of further pages."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from indict_review.errors import HostError, Refused
from indict_review.github.interface import Json
from indict_review.patches.quoting import shown

_NUMBER = re.compile(r"[0-9]{1,10}(\.[0-9]{1,9})?")
_NEXT = re.compile(r'<([^<>]+)>;[^,]*\brel="next"')

_LIMITS = (
    "rate limit",
    "abuse detection",
    "please retry your request again later.",
    "please wait a few minutes before you try again.",
)
"""How a limit is told where no header tells it."""


@dataclass(frozen=True)
class Reply:
    """It may say no: `value` finds out."""

    asked: str
    """`GET /user`, for people."""
    status: int
    headers: Mapping[str, str]
    """Their names in small letters."""
    text: str

    @property
    def is_limit(self) -> bool:
        """403 also says that something is forbidden: then there is nothing to wait for."""
        return self.status == 429 or (
            self.status == 403
            and (
                "retry-after" in self.headers
                or self._is_used_up
                or any(phrase in self.reason.lower() for phrase in _LIMITS)
            )
        )

    def wait(self, attempt: int) -> float:
        """Seconds: as GitHub says; without a word of it a minute, and longer each time."""
        named = _seconds(self.headers.get("retry-after", ""))
        if named is None and self._is_used_up:
            reset = _number(self.headers.get("x-ratelimit-reset", ""))
            named = None if reset is None else reset - time.time() + 1
        return 60.0 * 2**attempt if named is None else max(named, 1.0)

    @property
    def next_page(self) -> str | None:
        """Its address, where this is a list that goes on."""
        found = _NEXT.search(self.headers.get("link", ""))
        return found[1] if found else None

    @property
    def value(self) -> Json:
        """Raises `Refused` for a no, and `HostError` for what is no answer."""
        if self.status >= 400:
            said = f"GitHub refused {self.asked} ({self.status}): {self.reason}"
            raise Refused(said, self.status, self.reason)
        if self.status >= 300:
            raise HostError(
                f"GitHub sent {self.asked} elsewhere ({self.status}): "
                "a repository that was renamed has to be called by its new name"
            )
        try:
            return json.loads(self.text) if self.text.strip() else None
        except (ValueError, RecursionError) as e:
            raise HostError(
                f"what answered {self.asked} does not speak as GitHub does (no JSON): "
                "is it the address of its API?"
            ) from e

    @property
    def reason(self) -> str:
        """What it says went wrong, in one line."""
        try:
            told = json.loads(self.text)
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            return "no reason given"
        errors = told.get("errors")
        more = [
            str(error.get("message") or error.get("code") or "")
            if isinstance(error, dict)
            else str(error)
            for error in (errors if isinstance(errors, list) else [])
        ]
        return shown("; ".join(filter(None, (str(told.get("message", "")), *more))), 600)

    @property
    def _is_used_up(self) -> bool:
        return self.headers.get("x-ratelimit-remaining") == "0"


def _seconds(after: str) -> float | None:
    """HTTP allows a number of seconds, or a date."""
    if (seconds := _number(after)) is not None:
        return seconds
    try:
        return parsedate_to_datetime(after).timestamp() - time.time()
    except (ValueError, TypeError, OverflowError):
        return None


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None
