"""What a provider's failure means, in our words, and whether asking again may help."""

import email.utils
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

from indict_review.errors import ModelError, TooLong
from indict_review.models.interface import Failed
from indict_review.review import Usage

# What may be a key or a token in a provider's words.
SECRET = re.compile(r"(?=[\w*-]*\d)[\w*-]{20,}|\b(?:sk|pk|key)-[\w*-]+|://[^/@\s]*@", re.I)
PREFIX = re.compile(r"^(?:litellm\.)?(?:\w+: )+(?:\w+Exception - )?")
# As providers say, with the same status as for too many requests, that nothing is left to wait for.
USED_UP = re.compile(r"insufficient_quota|exceeded your current quota|billing", re.I)


@dataclass(frozen=True)
class _Kind:
    words: str
    passes: bool = False
    lasts: bool = False


# By the first class in a failure's ancestry that has an entry.
KINDS = {
    "MidStreamFallbackError": _Kind("broke off", passes=True),
    # Who waited this long once does not wait as long again: the next model is asked.
    "Timeout": _Kind("did not answer in time", lasts=True),
    "AuthenticationError": _Kind("does not accept the API key, or none is set", lasts=True),
    "PermissionDeniedError": _Kind("does not allow this key to use it", lasts=True),
    "PaymentRequiredError": _Kind("wants to be paid first", lasts=True),
    "RateLimitError": _Kind("is asked too often, or its quota is used up", passes=True),
    "NotFoundError": _Kind("does not exist there", lasts=True),
    "ContextWindowExceededError": _Kind("cannot take a prompt this long"),
    "ContentPolicyViolationError": _Kind("refuses this content"),
    "BadRequestError": _Kind("refuses the request"),
    "UnprocessableEntityError": _Kind("refuses the request"),
    "ServiceUnavailableError": _Kind("is not available", passes=True),
    "BadGatewayError": _Kind("is not available", passes=True),
    "InternalServerError": _Kind("failed, or cannot be reached", passes=True),
    "APIConnectionError": _Kind("cannot be reached", passes=True),
    "ImportError": _Kind("needs a package that is not here", lasts=True),
}
_UNKNOWN = _Kind("failed")
_TOO_LONG = "ContextWindowExceededError"
_REFUSALS = {"BadRequestError", "UnprocessableEntityError"}


class Refused(Failed):
    """The request is not one that this model takes."""


def failure(e: BaseException | None, called: str, usage: Usage) -> ModelError:
    """What it means of the model `called` so. `usage`: what it cost all the same."""
    ancestry = [kind.__name__ for kind in type(e).__mro__]
    name = next((name for name in ancestry if name in KINDS), "")
    kind = KINDS.get(name, _UNKNOWN)
    said = f"{called} {kind.words} ({words(e)})"
    if name == _TOO_LONG:
        return TooLong(said)
    if name in _REFUSALS:
        return Refused(said, usage)
    passes = kind.passes and not USED_UP.search(str(e))
    lasts = kind.lasts or kind.passes != passes
    return Failed(said, usage, passes=passes, lasts=lasts, wait=_wait(e))


def words(e: BaseException | None) -> str:
    """What the provider said, in one line, without keys."""
    said = PREFIX.sub("", " ".join(str(e).split()))
    return SECRET.sub("…", said)[:300]


def _wait(e: BaseException | None) -> float | None:
    """Seconds by the header Retry-After: a number, or a date."""
    headers = getattr(e, "litellm_response_headers", None)
    said = headers.get("retry-after") if isinstance(headers, Mapping) else None
    if not isinstance(said, str):
        return None
    try:
        return max(0.0, float(said))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(said).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None
