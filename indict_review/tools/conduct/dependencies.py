"""Packages that the change adds to a manifest, and whether the project has known them before."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from indict_review.patches.quoting import shown
from indict_review.tools.conduct.around import Around
from indict_review.tools.conduct.kinds import DEPENDENCY_KNOWN, DEPENDENCY_NEW, DEPENDENCY_TYPO
from indict_review.tools.conduct.manifests import manifest
from indict_review.tools.conduct.near_names import WIDELY_USED, nearest
from indict_review.tools.conduct.scene import Scene, Sign, listed

MOST_FILES = 60
"""Manifests and lock files that are read, the shallowest first."""
MOST_NAMES = 500
"""Names of a manifest that are compared with others."""
_UNKNOWN = "new to all manifests and lock files of the project"


def dependencies_added(scene: Scene) -> Iterator[Sign]:
    """See `Look`. One for each name that is nearly another; the others of a manifest together."""
    for path in scene.touched:
        kind = manifest(path)
        if kind is None or kind.lock:
            continue
        had = kind.names(scene.was(path))
        new = {n: line for n, line in kind.names(scene.after.text(path)).items() if n not in had}
        if new:
            yield from _signs(scene, path, new, kind.ecosystem)


def _signs(scene: Scene, path: str, new: Mapping[str, int], ecosystem: str) -> Iterator[Sign]:
    known = known_packages(scene, ecosystem)
    popular = WIDELY_USED.get(ecosystem, frozenset[str]())
    unknown = [name for name in new if name not in known]
    suspects = [name for name in unknown if name not in popular]
    near = {n: o for n in suspects[:MOST_NAMES] if (o := nearest(n, {*known, *popular}))}
    for name, other in near.items():
        where = f"in {shown(known[other])}" if other in known else "a package that many use"
        message = f"`{shown(name)}` is added, which the project does not know;"
        place = scene.here(path, new[name])
        message = f"{message} `{shown(other)}` is {where}."
        yield Sign(DEPENDENCY_TYPO, place, message, named=scene.task.names(name))
    asked = [n for n in unknown if n not in near and scene.task.names(n)]
    others = [n for n in unknown if n not in near and n not in asked]
    if not known and path not in scene.origins:
        others = []  # the first manifest of a project names what it needs
    for names, kind, what in (
        ([n for n in new if n in known], DEPENDENCY_KNOWN, "known to the project already"),
        (asked, DEPENDENCY_NEW, _UNKNOWN),
        (others, DEPENDENCY_NEW, _UNKNOWN),
    ):
        if names:
            source = f" (in {shown(known[names[0]])})" if kind is DEPENDENCY_KNOWN else ""
            message = f"{listed(names)} {'are' if names[1:] else 'is'} added: {what}{source}."
            yield Sign(kind, scene.here(path, new[names[0]]), message, named=names is asked)


def known_packages(scene: Scene, ecosystem: str) -> Mapping[str, str]:
    """By name, the first manifest or lock file of the base that has it. Raises `ToolError`."""
    return _known(scene.around, ecosystem)


@lru_cache(maxsize=2)
def _known(around: Around, ecosystem: str) -> Mapping[str, str]:
    kinds = {path: kind for path in around.paths if (kind := manifest(path))}
    paths = [path for path, kind in kinds.items() if kind.ecosystem == ecosystem]
    nearest_first = sorted(paths, key=lambda path: (path.count("/"), path))[:MOST_FILES]
    known: dict[str, str] = {}
    for path, text in around.texts(nearest_first).items():
        for name in kinds[path].names(text):
            known.setdefault(name, path)
    return known
