"""What a workflow uses: the indict-review that runs now, as an Action."""

import json
import re
from importlib import metadata

UNKNOWN = "OWNER/indict-review@COMMIT"
"""For a person to fill in."""
_PLACE = re.compile(r"https://github\.com/([A-Za-z0-9-]+/[A-Za-z0-9._-]+?)(?:\.git)?/?")
"""No user, no password, nothing that has a meaning in YAML."""
_COMMIT = re.compile(r"[0-9a-f]{40}")


def installed() -> str:
    """The commit it was installed from, if pip knows one and GitHub has it; else `UNKNOWN`."""
    try:
        origin = metadata.distribution("indict-review").read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        origin = None
    return of_origin(origin)


def of_origin(origin: str | None) -> str:
    """The same, from what pip notes beside a package: https://peps.python.org/pep-0610/."""
    try:
        facts = json.loads(origin or "{}")
        address, commit = str(facts["url"]), str(facts["vcs_info"]["commit_id"])
    except (ValueError, KeyError, TypeError):
        return UNKNOWN  # from an index; or from a folder here, which nobody else has
    place = _PLACE.fullmatch(address)
    return f"{place[1]}@{commit}" if place and _COMMIT.fullmatch(commit) else UNKNOWN
