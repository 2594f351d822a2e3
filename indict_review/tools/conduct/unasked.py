"""Edits that the task does not call for. Only told where the task says which files it is about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from indict_review import syntax
from indict_review.languages import of_path
from indict_review.patches.quoting import shown
from indict_review.tools.conduct.kinds import UNASKED, UNASKED_SENSITIVE
from indict_review.tools.conduct.manifests import manifest
from indict_review.tools.conduct.scene import Scene, Sign, listed
from indict_review.tools.conduct.sensitive import sensitive_edits
from indict_review.tools.conduct.task import named_files, sentences

SHORT = 3
"""Sentences: a longer task is about more than the files that it names."""

_ONLY = r"\b(?:only|nothing else|no other)\b"
_PROSE = (".md", ".rst", ".txt", ".adoc")
_IMPORT = re.compile(r"^\s*(?:from|import|use|using|require|include|#\s*include|const|export)\b")
_WORD = re.compile(r"[^\W\d]\w{2,}")


def edits_unasked(scene: Scene) -> Iterator[Sign]:
    """See `Look`."""
    if not scene.before.files and not scene.around.paths:
        return  # the first files of a project
    spoken = named_files(scene.task.text)
    told: set[str] = set()
    for path, line, what in sensitive_edits(scene):
        if not _is_named(path, spoken):
            told.add(path)
            said = "the task does not speak of it" if scene.task.text else "no task asks for it"
            message = f"{shown(path)} decides {what}; {said}."
            yield Sign(UNASKED_SENSITIVE, scene.here(path, line), message)
    yield from _elsewhere(scene, spoken, told)


def _elsewhere(scene: Scene, spoken: frozenset[str], told: set[str]) -> Iterator[Sign]:
    """Files without any tie to those that the task is about."""
    moved = {*scene.origins.values()}
    paths = (*scene.touched, *(path for path in scene.gone if path not in moved))
    asked = _asked(scene, paths, spoken)
    if not asked:
        return
    only = scene.task.speaks_of(_ONLY)
    if not only and len(sentences(scene.task.text)) > SHORT:
        return
    meant = [_Touched.of(scene, path) for path in sorted(asked)]
    for path in paths:
        if path in told or path in asked or manifest(path):
            continue
        if path.endswith(_PROSE) and not only:
            continue  # what a change is said to do belongs to it
        touched = _Touched.of(scene, path)
        if not any(touched.is_tied(other) for other in meant):
            about = f"The task is about {listed(sorted(asked))}"
            message = f"{about}; {shown(path)} has nothing to do with that."
            yield Sign(UNASKED, scene.first(path), message)


def _asked(scene: Scene, paths: tuple[str, ...], spoken: frozenset[str]) -> frozenset[str]:
    """The files that the task names; where it says `only`, those of the names it names, too."""
    named = frozenset(path for path in paths if _is_named(path, spoken))
    known = {name for name in spoken if any(_fits(path, name) for path in scene.around.paths)}
    if named or (not known and not scene.task.speaks_of(_ONLY)):
        return named
    words = {word for word in scene.task.words if "_" in word or word != word.lower()}
    defining = (path for path in paths if words & _defined(scene, path))
    return frozenset(defining)


def _is_named(path: str, spoken: frozenset[str]) -> bool:
    return any(_fits(path, name) for name in spoken)


def _fits(path: str, name: str) -> bool:
    """Whether a name in a text may mean this file, or a folder it is in."""
    return path == name or path.endswith(f"/{name}") or path.startswith(f"{name.rstrip('/')}/")


def _defined(scene: Scene, path: str) -> set[str]:
    language, text = of_path(path), scene.after.text(path)
    if language is None or not syntax.has_grammar(language):
        return set()
    return {d.name.rpartition(".")[2] for d in syntax.definitions(language, text)}


@dataclass(frozen=True)
class _Touched:
    """What may tie one touched file to another."""

    stem: str
    imports: str
    """Its lines that import."""
    changed: frozenset[str]
    """Names on the lines that changed, without the words of every program."""

    @staticmethod
    def of(scene: Scene, path: str) -> "_Touched":
        name = PurePosixPath(path)
        stem = name.parent.name if name.stem in {"__init__", "index", "mod"} else name.stem
        lines = (scene.after.text(path) or scene.before.text(path)).split("\n")
        imports = "\n".join(ln for ln in lines if _IMPORT.match(ln) or "require(" in ln)
        words = _WORD.findall(f"{scene.deleted_text(path)}\n{scene.added_text(path)}")
        return _Touched(stem, imports, frozenset(words) - _COMMON)

    def is_tied(self, other: "_Touched") -> bool:
        """One is called after the other or imports it, or the same names change in both."""
        named = self.stem in f"{other.stem}\n{other.imports}"
        named = named or other.stem in f"{self.stem}\n{self.imports}"
        return named or not self.changed.isdisjoint(other.changed)


_COMMON = frozenset(
    "and any are args assert async await bool break case catch class const continue def default"
    " del dict elif else enum except export extends false False final finally float for from func"
    " function global has have import int interface is isinstance lambda len let list map match"
    " name new nil None not null number object open package pass path print private public raise"
    " range return self set static str string struct super switch test text that the this throw"
    " true True try tuple type undefined use value var void while with yield".split()
)
