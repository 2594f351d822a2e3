"""What a workflow tells pip to install: the indict-review that runs now."""

import json
import re
from importlib import metadata

from indict_review import __version__

RELEASE = f"indict-review=={__version__}"
_ADDRESS = re.compile(r"https://[A-Za-z0-9._~/-]+")
"""No user, no password, nothing that has a meaning in YAML or in a shell."""
_COMMIT = re.compile(r"[0-9a-f]{40,64}")


def installed() -> str:
    """The commit it was installed from, if pip knows one; else the release of this version."""
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
        return RELEASE  # from an index; or from a folder here, which nobody else has
    if _ADDRESS.fullmatch(address) and _COMMIT.fullmatch(commit):
        return f"git+{address}@{commit}"
    return RELEASE
