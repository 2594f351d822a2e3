"""What the agent says it did, where that can be checked cheaply and surely; the rest is let be."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indict_review.evidence import Location
from indict_review.languages import of_path
from indict_review.patches.quoting import shown
from indict_review.tools.conduct.cases import cases
from indict_review.tools.conduct.kinds import ACCOUNT_UNTRUE
from indict_review.tools.conduct.scene import Scene, Sign
from indict_review.tools.conduct.task import named_files, sentences
from indict_review.tools.touched import is_test

_EDIT = r"(?:changed|modified|edited|touched|updated)"
_I = r"^[\s>*+-]{0,10}(?:\*\*)?(?:(?:i|we)(?:'ve| have)? )?"
_FILE = r"(?: (?:the|file)){0,2} [`*]{0,2}([\w./-]{1,200})"
_ONLY = re.compile(rf"{_I}(?:only {_EDIT}|{_EDIT} only){_FILE}")
_EDITED = re.compile(rf"{_I}(?:also )?{_EDIT}{_FILE}")
_NO_TESTS = re.compile(
    rf"\bno (?:existing )?tests? (?:was|were|has been|have been|are|is) {_EDIT}\b"
    r"|\b(?:did not|didn't|have not|haven't) (?:change|modify|edit|touch|update|changed|modified"
    r"|edited|touched|updated) (?:any |the |existing ){0,2}tests?\b(?! (?:data|helper|config))"
)
_ADDED_TESTS = re.compile(
    rf"{_I}(?:also )?(?:added|wrote|created)"
    r" (?:(?:an?|some|new|more|unit|regression|integration|two|three|four|five|\d+) ){0,3}"
    r"tests?\b(?! (?:data|file|helper|fixture))"
)
_LONGEST = 300
"""Characters of a sentence that is read."""


@dataclass(frozen=True)
class _Contradiction:
    what: str
    place: Location


def account_untrue(scene: Scene) -> Iterator[Sign]:
    """See `Look`. The first contradiction of each kind."""
    told: set[str] = set()
    for sentence in sentences(scene.account):
        if len(sentence) > _LONGEST:
            continue
        for found in _contradictions(scene, sentence):
            if found.what not in told:
                told.add(found.what)
                message = f"What was said of it is not so. {found.what}"
                yield Sign(ACCOUNT_UNTRUE, found.place, message, quote=sentence)


def _contradictions(scene: Scene, sentence: str) -> Iterator[_Contradiction]:
    low = sentence.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    paths = (*scene.touched, *scene.gone)
    named = named_files(low)
    only, edited = _ONLY.match(low), _EDITED.match(low)
    if only and any(_is(path, only[1]) for path in paths):
        other = next((p for p in paths if not any(_is(p, name) for name in named)), None)
        if other is not None:
            yield _Contradiction(f"But {shown(other)} is changed, too.", scene.first(other))
    elif edited and not any(_is(path, edited[1]) for path in paths):
        missed = next((path for path in scene.around.paths if _is(path, edited[1])), None)
        if missed is not None and paths:
            yield _Contradiction(f"But {shown(missed)} is not changed.", scene.first(paths[0]))
    if _NO_TESTS.search(low):
        test = next((path for path in paths if _is_edited_test(scene, path)), None)
        if test is not None:
            yield _Contradiction(f"But {shown(test)} is changed.", scene.first(test))
    if _ADDED_TESTS.match(low) and paths and not _adds_a_test(scene):
        yield _Contradiction("But no test is added.", scene.first(paths[0]))


def _is(path: str, name: str) -> bool:
    path, name = path.lower(), name.rstrip(".").removeprefix("./")
    return path == name or ("." in name and path.endswith(f"/{name}"))


def _is_edited_test(scene: Scene, path: str) -> bool:
    """A test that was there before, and not only lines added to its file."""
    origin = scene.origins.get(path, path)
    before = {case.name: case.statements for case in cases(origin, scene.before.text(origin))}
    after = {case.name: case.statements for case in cases(path, scene.after.text(path))}
    return any(after.get(name) != said for name, said in before.items())


def _adds_a_test(scene: Scene) -> bool:
    """Anything that may be one: lines in a file of tests, or a case anywhere."""
    for path in scene.touched:
        if scene.added[path] and (is_test(path) or "test" in path.lower()):
            return True
        if of_path(path) == "rust" and "test" in scene.added_text(path):
            return True
    return False
