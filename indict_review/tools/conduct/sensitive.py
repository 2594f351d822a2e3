"""Files that decide how code is checked: nobody edits them in passing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indict_review.tools.conduct.manifests import manifest
from indict_review.tools.conduct.scene import Scene


@dataclass(frozen=True)
class Sensitive:
    """One kind of such files."""

    what: str
    paths: str
    asks: str
    """Words of a task that call for it, in small letters."""
    new: bool = False
    """Whether a new one counts as well."""
    sections: str = ""
    """Where only parts of the file are of this kind: their headings."""


_ASKS_CHECKS = (
    r"\b(?:lint\w*|ruff|black|isort|flake8|pylint|mypy|pyright|eslint|prettier|biome|tsconfig|jest"
    r"|vitest|pytest|tox|nox|coverage|pre-?commit|typescript|type.?check\w*|format(?:ter|ting)|config\w*"
    r"|set(?:ting|up)\w*|strict\w*|rules?)\b"
)

KINDS = (
    Sensitive(
        "what CI runs",
        r"(?:^|/)\.github/(?:workflows|actions)/|(?:^|/)\.gitlab-ci[^/]*$|^\.circleci/"
        r"|(?:^|/)(?:Jenkinsfile|azure-pipelines\.ya?ml|\.travis\.yml|action\.ya?ml)$",
        r"\b(?:ci|cd|workflows?|actions?|pipelines?|jobs?|github|gitlab|deploy\w*|releas\w*|publish\w*"
        r"|build|matrix|dependabot|runners?)\b",
        new=True,
    ),
    Sensitive(
        "how this review is made",
        r"(?:^|/)\.indict-review(?:\.ya?ml$|/)",
        r"\b(?:indict\w*|reviews?|findings?|dismiss\w*|settings?|thresholds?)\b",
        new=True,
    ),
    Sensitive(
        "what git does with files",
        r"(?:^|/)\.git(?:attributes|modules)$|(?:^|/)\.(?:githooks|husky)/",
        r"\b(?:git\w*|submodules?|hooks?|lfs|line endings?)\b",
        new=True,
    ),
    Sensitive(
        "what Python runs whenever it starts",
        r"\.pth$|(?:^|/)(?:site|user)customize\.py$",
        r"\bsite\w*|\busercustomize\b|\bpth\b|\bstart-?up\b",
        new=True,
    ),
    Sensitive(
        "which tests are run",
        r"(?:^|/)(?:\.?pytest\.ini|jest\.config\.\w+|vitest\.config\.\w+|\.mocharc\.\w+)$",
        _ASKS_CHECKS,
        new=True,
    ),
    Sensitive("what git ignores", r"(?:^|/)\.gitignore$", r"\b(?:git\w*|ignor\w*)\b"),
    Sensitive(
        "what linters, type checkers and tests look at",
        r"(?:^|/)(?:\.eslintrc[^/]*|eslint\.config\.\w+|\.eslintignore|biome\.jsonc?|tsconfig[^/]*\.json"
        r"|jest\.config\.\w+|vitest\.config\.\w+|\.flake8|\.pylintrc|mypy\.ini|\.?ruff\.toml|pytest\.ini"
        r"|tox\.ini|\.coveragerc|\.golangci\.ya?ml|clippy\.toml|phpstan[^/]*\.neon(?:\.dist)?"
        r"|phpunit\.xml(?:\.dist)?|\.pre-commit-config\.yaml|codecov\.ya?ml|pyrightconfig\.json)$",
        _ASKS_CHECKS,
    ),
    Sensitive(
        "what linters, type checkers and tests look at",
        r"(?:^|/)(?:pyproject\.toml|setup\.cfg)$",
        _ASKS_CHECKS,
        sections=r"\s*\[+(?:tool[.:])?(?:ruff|mypy|pytest|pylint|flake8|coverage|pyright|bandit)\b",
    ),
)
_ASKS_LOCK = (
    r"\b(?:lock\w*|dependenc\w*|packages?|upgrad\w*|updat\w*|bump\w*|versions?|install\w*)\b"
)
_ASKS_MODE = r"\b(?:executable|permissions?|modes?|chmod|scripts?)\b"


def sensitive_edits(scene: Scene) -> Iterator[tuple[str, int, str]]:
    """Path, line and what it decides, of edits that no word of the task calls for."""
    for path in scene.touched:
        kind = next((kind for kind in KINDS if re.search(kind.paths, path)), None)
        if kind is not None and (kind.new or path in scene.origins):
            line = _line(scene, path, kind.sections)
            if line is not None and not scene.task.asks(kind.asks):
                yield path, line, kind.what
        found = manifest(path)
        if found is not None and found.lock and path in scene.origins:
            if not _manifests(scene, found.ecosystem) and not scene.task.asks(_ASKS_LOCK):
                yield path, scene.first(path).start_line, "which packages are installed"
    for path, file in scene.after.files.items():
        old = scene.before.files.get(path)
        if old is not None and old.mode != file.mode and not scene.task.asks(_ASKS_MODE):
            yield path, 1, f"who may run it (its mode was {old.mode:o} and is {file.mode:o})"


def _line(scene: Scene, path: str, sections: str) -> int | None:
    """The first line that was added, or would be a part of such a section; 1 for deletions."""
    added = scene.added[path]
    if not sections:
        return min(added, default=1)
    inside = False
    for number, line in enumerate(scene.after.text(path).split("\n"), start=1):
        if line.lstrip().startswith("["):
            inside = re.match(sections, line) is not None
        if inside and number in added and line.strip():
            return number
    return None


def _manifests(scene: Scene, ecosystem: str) -> bool:
    """Whether the change touches one that people write, too."""
    kinds = (manifest(path) for path in scene.touched)
    return any(k is not None and not k.lock and k.ecosystem == ecosystem for k in kinds)
