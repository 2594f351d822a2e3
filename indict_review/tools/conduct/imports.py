"""Imports that are new, and of nothing that the standard library, the project or a manifest has.

Small models invent packages, and attackers register them.
"""

import re
import sys
from collections.abc import Iterator
from functools import lru_cache

from indict_review import syntax
from indict_review.languages import of_path
from indict_review.tools.conduct.around import Around
from indict_review.tools.conduct.dependencies import known_packages
from indict_review.tools.conduct.kinds import IMPORT_UNKNOWN
from indict_review.tools.conduct.manifests import manifest
from indict_review.tools.conduct.scene import Scene, Sign, listed

MOST_FILES = 300
"""Files of the project that are read for an import of the same, the shallowest first."""

_PYTHON = re.compile(r"(?:from\s+(\w+)[\w.]*\s+import\b|import\s+(\w+))")
_JAVASCRIPT = re.compile(
    r"(?:\bfrom|^\s*import|\brequire\(|\bimport\()\s*['\"]((?:@[\w.-]+/)?[A-Za-z\d][\w.-]*)(?:/[\w./-]+)?['\"]"
)
_BUILT_IN = frozenset(
    "assert async_hooks buffer child_process cluster console constants crypto dgram dns domain"
    " events fs http http2 https inspector module net os path perf_hooks process punycode"
    " querystring readline repl stream string_decoder sys timers tls trace_events tty url util v8"
    " vm wasi worker_threads zlib bun deno".split()
)
_CALLED = {
    "PIL": "pillow", "cv2": "opencv", "sklearn": "scikit-learn", "bs4": "beautifulsoup4",
    "attr": "attrs", "MySQLdb": "mysqlclient", "pkg_resources": "setuptools", "fitz": "pymupdf",
    "skimage": "scikit-image", "win32api": "pywin32", "dns": "dnspython", "OpenSSL": "pyopenssl",
}  # fmt: skip
"""Modules whose package is not called after them."""
_ECOSYSTEMS = {"python": "python", "javascript": "javascript", "typescript": "javascript"}


def imports_unknown(scene: Scene) -> Iterator[Sign]:
    """See `Look`. One for each file; where the project has no manifest, nothing can be told."""
    for path in scene.touched:
        ecosystem = _ECOSYSTEMS.get(of_path(path) or "")
        if ecosystem is not None and (unknown := _unknown(scene, path, ecosystem)):
            message = (
                f"{listed([*unknown])} {'are' if len(unknown) > 1 else 'is'}"
                " imported: no part of the project is called so, and no manifest or lock file"
                f" knows such a package{_limit(scene.around, ecosystem)}."
            )
            named = all(scene.task.names(module) for module in unknown)
            place = scene.here(path, next(iter(unknown.values())))
            yield Sign(IMPORT_UNKNOWN, place, message, named)


def _unknown(scene: Scene, path: str, ecosystem: str) -> dict[str, int]:
    """The modules that a file begins to import and nobody knows, with the line of each."""
    had = {module for _, module in _imports(ecosystem, scene.was(path))}
    new: dict[str, int] = {}
    for line, module in _imports(ecosystem, scene.after.text(path)):
        if module not in had and line in scene.added[path]:
            new.setdefault(module, line)
    unknown = {m: line for m, line in new.items() if not _is_known(scene, ecosystem, m)}
    if not unknown:
        return {}
    # Text in a string may look like an import, but no statement begins there.
    said = syntax.statements(of_path(path) or "", scene.after.text(path))
    begins = {statement.line for statement in said}
    return {module: line for module, line in unknown.items() if line in begins}


def _imports(ecosystem: str, text: str) -> Iterator[tuple[int, str]]:
    """Those that must succeed: what Python code tries, indented, it can do without."""
    for number, line in enumerate(text.split("\n"), start=1):
        if ecosystem == "javascript":
            yield from ((number, name) for name in _JAVASCRIPT.findall(line[:1000]))
        elif found := _PYTHON.match(line):
            yield number, found[1] or found[2]


def _is_known(scene: Scene, ecosystem: str, module: str) -> bool:
    built_in = sys.stdlib_module_names if ecosystem == "python" else _BUILT_IN
    top = module.partition("/")[0]
    if module in built_in or top in scene.around.names or top in scene.names:
        return True
    known = {*known_packages(scene, ecosystem), *_declared(scene, ecosystem)}
    if not known or _is_package(module, ecosystem, known):
        return True
    return module in _imported(scene.around, ecosystem)


def _declared(scene: Scene, ecosystem: str) -> set[str]:
    """What the change's own manifests name: `dependencies` tells of that."""
    kinds = {path: kind for path in scene.touched if (kind := manifest(path))}
    return {
        name
        for path, kind in kinds.items()
        if kind.ecosystem == ecosystem
        for name in kind.names(scene.after.text(path))
    }


def _is_package(module: str, ecosystem: str, known: set[str]) -> bool:
    if ecosystem == "javascript":
        return module in known or f"@types/{module}" in known
    bare = re.sub(r"[-_.]", "", _CALLED.get(module, module)).lower()
    return any(bare in _spellings(name) for name in known)


def _spellings(package: str) -> set[str]:
    """What a package may be imported as, e.g. `python-dateutil` and `pyyaml`, bare."""
    parts = package.lower().split("-")
    return {"".join(parts), *parts, *(part.removeprefix("py") for part in parts)}


@lru_cache(maxsize=2)
def _imported(around: Around, ecosystem: str) -> frozenset[str]:
    """What files of the base import already."""
    texts = around.texts(_files(around, ecosystem)[:MOST_FILES]).values()
    return frozenset(module for text in texts for _, module in _imports(ecosystem, text))


def _files(around: Around, ecosystem: str) -> list[str]:
    near = (path for path in around.paths if _ECOSYSTEMS.get(of_path(path) or "") == ecosystem)
    return sorted(near, key=lambda path: (path.count("/"), path))


def _limit(around: Around, ecosystem: str) -> str:
    count = len(_files(around, ecosystem))
    return f" ({MOST_FILES} of {count:,} files were read for it)" if count > MOST_FILES else ""
