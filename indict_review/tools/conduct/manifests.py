"""Files that name packages: what people ask for, and what tools installed for it."""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from indict_review.tools.conduct.manifest_texts import (
    Read,
    cargo,
    matching,
    package_json,
    pom,
    pyproject,
    requirements,
    setup_cfg,
)


@dataclass(frozen=True)
class Manifest:
    """One kind of such files."""

    glob: str
    """Of its name, without folders."""
    ecosystem: str
    read: Read
    lock: bool = False
    """A tool writes it: what it names was installed, not asked for."""

    def names(self, text: str) -> dict[str, int]:
        """Its packages, as their registry compares names, with the line of each."""
        found: dict[str, int] = {}
        for name, line in self.read(text):
            found.setdefault(self._spelt(name), line)
        return found

    def _spelt(self, name: str) -> str:
        if self.ecosystem == "python":
            return re.sub(r"[-_.]+", "-", name).lower()
        return name.replace("_", "-").lower() if self.ecosystem == "rust" else name


def manifest(path: str) -> Manifest | None:
    """What kind a file is, by its name; None if it names no packages."""
    name = path.rpartition("/")[2]
    return next((kind for kind in MANIFESTS if fnmatchcase(name, kind.glob)), None)


_TOML_LOCK = matching(r'^name = "([^"]+)"')
_NPM = r"((?:@[\w.-]+/)?[\w.-]+)"
_GO = r"([\w-]+(?:\.[\w-]+)+(?:/[\w.~-]+)*) v\d"
_GRADLE = r"(?:mplementation|pi|Only|kapt|annotationProcessor)\s*\(?\s*['\"]([\w.-]+):([\w.-]+)"

MANIFESTS = (
    Manifest("*requirements*.txt", "python", requirements),
    Manifest("*requirements*.in", "python", requirements),
    Manifest("pyproject.toml", "python", pyproject),
    Manifest("setup.cfg", "python", setup_cfg),
    Manifest("poetry.lock", "python", _TOML_LOCK, lock=True),
    Manifest("uv.lock", "python", _TOML_LOCK, lock=True),
    Manifest("pdm.lock", "python", _TOML_LOCK, lock=True),
    Manifest("Pipfile.lock", "python", matching(r'^ {8}"([\w.-]+)": \{'), lock=True),
    Manifest("package.json", "javascript", package_json),
    Manifest(
        "package-lock.json", "javascript", matching(rf'"[^"]*?node_modules/{_NPM}":'), lock=True
    ),
    Manifest("yarn.lock", "javascript", matching(rf'^"?{_NPM}@'), lock=True),
    Manifest("pnpm-lock.yaml", "javascript", matching(rf"^\s+'?/?{_NPM}[@/]\d"), lock=True),
    Manifest("go.mod", "go", matching(rf"^(?:require)?\s+{_GO}")),
    Manifest("go.sum", "go", matching(rf"^{_GO}"), lock=True),
    Manifest("Cargo.toml", "rust", cargo),
    Manifest("Cargo.lock", "rust", _TOML_LOCK, lock=True),
    Manifest("pom.xml", "java", pom),
    Manifest("build.gradle*", "java", matching(_GRADLE)),
)
