"""What a package.json says of tests, and how its packages are installed."""

import json
from dataclasses import dataclass

from indict_review.tools.frameworks.inside import script
from indict_review.tools.frameworks.interface import Preparation, Read

NO_TESTS = "no test specified"
"""In the script that `npm init` writes."""

LINKED = ("/bin/sh", "{box}/tools/linked.sh", "node_modules", "node")
TOOLS = {"linked.sh": script("linked.sh")}

_LOCKS = ("package-lock.json", "npm-shrinkwrap.json")
# A constant: nothing of the project is in it. npm cannot install to another folder.
_INSTALL = 'npm "$2" --no-audit --no-fund && mv node_modules "$1"/'


@dataclass(frozen=True)
class Package:
    """What matters here of a package.json. All is empty if it is none."""

    test: str = ""
    """Its "test" script."""
    packages: frozenset[str] = frozenset()
    """What it depends on, for development as well."""


def read_package(read: Read) -> Package:
    """The package of the workspace."""
    try:
        data = json.loads(read("package.json") or "{}")
    except (ValueError, RecursionError):
        return Package()
    scripts, packages = _part(data, "scripts"), set[str]()
    for name in ("dependencies", "devDependencies"):
        packages.update(_part(data, name))
    test = scripts.get("test")
    return Package(test if isinstance(test, str) else "", frozenset(packages))


def _part(data: object, name: str) -> dict[str, object]:
    part = data.get(name) if isinstance(data, dict) else None
    return part if isinstance(part, dict) else {}


def prepare(paths: frozenset[str], read: Read) -> Preparation | None:
    """`npm ci`, or `npm install` without a lock file; its packages are linked by `linked.sh`."""
    if not read_package(read).packages:
        return None
    locks = [name for name in _LOCKS if name in paths]
    verb = "ci" if locks else "install"
    return Preparation(
        ("/bin/sh", "-c", _INSTALL, "sh", "{box}/out", verb),
        ("package.json", *locks),
        {"INDICT_REVIEW_PREPARED": "{prepared}"},
    )
