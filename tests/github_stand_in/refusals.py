"""What GitHub says no with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Rejected(Exception):
    """Answered instead of what was asked for."""

    def __init__(
        self, status: int, message: str, errors: Sequence[Any] = (), *, ours: bool = False
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = list(errors)
        self.ours = ours
        """Whether the request itself was wrong, so that nobody should have sent it."""

    def __str__(self) -> str:
        return " · ".join([self.message, *map(str, self.errors)])


def not_found() -> Rejected:
    return Rejected(404, "Not Found")


def invalid(*texts: Any) -> Rejected:
    """The request breaks a rule."""
    return Rejected(422, "Unprocessable Entity", texts, ours=True)


def failed_validation(resource: str, field: str, message: str) -> Rejected:
    """The request breaks a rule; this is how some routes put it."""
    error = {"resource": resource, "code": "custom", "field": field, "message": message}
    return Rejected(422, "Validation Failed", [error], ours=True)


def conflict(*texts: Any) -> Rejected:
    """The request is in order, but what stands there already is not: a race, maybe."""
    return Rejected(422, "Unprocessable Entity", texts)
