"""The last review, kept in git's own folder for the hook and for `apply`, and read back.

`last.json` is the last review, whatever came of it. `last-revision.json` is the last one with code
that held: a hook that only looks, or a review of something else, does not throw away what a
dialogue worked out. Whether that code still fits is not asked here: whoever uses it compares the
files, and verifies it again.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from indict_review.errors import ConfigError, ToolError
from indict_review.evidence import Severity
from indict_review.patches.quoting import shown
from indict_review.review import Review
from indict_review.revision import VerificationStatus

if TYPE_CHECKING:
    from indict_review.kept_review import Kept

FOLDER = "indict-review"
"""Within git's own folder."""
LAST, LAST_REVISION = "last.json", "last-revision.json"
LARGEST = 32 * 2**20
"""Bytes of a review's document."""


def keep(review: Review, fail_on: Severity, folder: Path) -> None:
    """Keep a review in git's folder; its code, too, if it held. A harmful task's code goes.

    Nothing is masked: it lies beside the objects that have the same lines. Raises `ToolError` if it
    cannot be written, or is too large to be read again; then the one before is still there.
    """
    from indict_review.formats import json

    text = json.render(review, fail_on)
    if len(text) > LARGEST:
        raise ToolError(f"the review has more than {LARGEST // 2**20} MiB, so it was not kept")
    place = folder / FOLDER
    status = review.revision.verification.status if review.revision else None
    harmful = review.task_assessment is not None and review.task_assessment.harmful
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        if place.is_symlink():
            raise ToolError(f"{place} is a link, so the review was not kept")
        _write(place / LAST, text)
        if harmful or status is VerificationStatus.WITHHELD:
            (place / LAST_REVISION).unlink(missing_ok=True)
        elif status is VerificationStatus.PASSED:
            _write(place / LAST_REVISION, text)
    except OSError as e:
        raise ToolError(f"the review could not be kept in {place}: {e.strerror}") from e


def forget(folder: Path) -> None:
    """The last review was clean: there is nothing of it to dismiss. Code that held stays.

    Raises `ToolError` if the one before cannot be removed.
    """
    try:
        (folder / FOLDER / LAST).unlink(missing_ok=True)
    except OSError as e:
        raise ToolError(f"the review before cannot be forgotten: {e.strerror}") from e


def last(folder: Path) -> Kept | None:
    """The last review that had code, from git's folder; None if there is none.

    Raises `ConfigError` if it cannot be read.
    """
    path = folder / FOLDER / LAST_REVISION
    return read(path) if path.is_file() and not path.is_symlink() else None


def read(path: Path) -> Kept:
    """A review from a file of anybody's. Raises `ConfigError`, or `PatchError` for its paths."""
    from indict_review import kept_document  # whoever only keeps one does not wait for it

    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as e:
        raise ConfigError(
            f"{shown(str(path))} cannot be read: {e.strerror}", "Name a review as JSON."
        ) from e
    try:
        if len(content) > LARGEST:
            raise kept_document.Strange(f"it has more than {LARGEST // 2**20} MiB")
        return kept_document.parse(content)
    except kept_document.Strange as e:
        raise ConfigError(
            f"{shown(str(path))} is no review that can be applied: {e}",
            "Review the change again with this version, and apply that.",
        ) from e


def _write(path: Path, text: str) -> None:
    """All of it or nothing, for this user only."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # its mode is 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
