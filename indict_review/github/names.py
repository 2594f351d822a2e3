"""What names of GitHub look like. All else is refused before it gets into an address."""

from __future__ import annotations

import re

from indict_review.errors import ConfigError
from indict_review.patches.quoting import shown

PART = r"(?!\.(?![\w-]))(?:[A-Za-z0-9_-]|\.(?!\.)){1,100}"
"""An owner, or a repository without its owner. Neither is a path: no `.` alone, and no `..`."""

REPOSITORY = rf"(?P<repository>{PART}/{PART})"
NUMBER = r"(?P<number>[1-9][0-9]{0,9})"
HOST = r"(?P<host>[A-Za-z0-9][A-Za-z0-9.-]{0,250}(?::[0-9]{1,5})?)"
BRANCH = r"[^\x00-\x20\x7f~^:?*\[\\]{1,255}"
SHA = r"[0-9a-f]{40}|[0-9a-f]{64}"

HINT = "name the pull request: OWNER/REPO#N, #N in a clone of it, or its URL"


def valid_repository(name: str, where: str) -> str:
    """The name, if it is one. Raises `ConfigError`."""
    if not re.fullmatch(REPOSITORY, name):
        raise ConfigError(f"{where} is no OWNER/REPO: {shown(name)}", HINT)
    return name
