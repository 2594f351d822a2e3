"""Tests that are gone, and that no other test speaks for.

A test may be renamed, moved, merged with others or made a row of a table: then most of what it
said is said by one new test, or nearly all of it by what was added to tests. It may go with the
code that it was about.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from indict_review import syntax
from indict_review.languages import of_path
from indict_review.patches.quoting import shown
from indict_review.tools.conduct.cases import Case, cases, has_tests, words
from indict_review.tools.conduct.kinds import TEST_DELETED, TEST_REPLACED
from indict_review.tools.conduct.scene import Scene, Sign, listed
from indict_review.tools.touched import is_test

BY_ONE = 0.6
"""Of what it said, that one new test says."""
BY_ALL = 0.85
"""Of what it said, that is added to tests anywhere."""
MOST = 500
"""New tests that are compared one by one with one that is gone."""

_TAKE_OUT = r"\b(?:remov|delet|drop)\w*"
_BEGINS = re.compile(
    r"\b(?:def|func|fn|function|void|Task|class|describe|x?test|[fx]?it|specify)\b|@|\["
)
_HIDES = re.compile(r"\b(?:def|class|del|if|while|try|return|raise|exit|__\w+__)\b|^@|=", re.M)
"""What may keep a test from being found that nobody touched."""

_UNREAD = {"c", "cpp", "ruby", "kotlin", "swift", "scala", "perl", "lua", "shell"}
"""Languages whose tests cannot be told apart: only a whole file is missed."""


def tests_gone(scene: Scene) -> Iterator[Sign]:
    """See `Look`. One for each file."""
    old = [case for path in _thinned(scene) for case in cases(path, scene.before.text(path))]
    if old:
        yield from _cases_gone(scene, old)
    for path in scene.gone:
        if _is_test_file(path) and path not in scene.origins.values():
            message = f"The file of tests {shown(path)} is deleted, and none has its lines."
            yield Sign(TEST_DELETED, scene.there(path, 1), message)


def _thinned(scene: Scene) -> list[str]:
    """Files of the base whose tests may be fewer: a line of one went, or came and hides one."""
    thinner = [
        origin
        for path, origin in scene.origins.items()
        if path != origin
        or _BEGINS.search(scene.deleted_text(path))
        or _HIDES.search(scene.added_text(path))
    ]
    return [*thinner, *(path for path in scene.gone if path not in thinner)]


def _cases_gone(scene: Scene, old: list[Case]) -> Iterator[Sign]:
    new = [case for path in scene.touched for case in cases(path, scene.after.text(path))]
    there = {(_origin(scene, case), case.name) for case in new}
    gone = [case for case in old if (case.path, case.name) not in there]
    if not gone:
        return
    origins = scene.origins.values()
    known = {(o, case.name) for o in origins for case in cases(o, scene.before.text(o))}
    fresh = [case for case in new if (_origin(scene, case), case.name) not in known]
    missing: dict[str, list[Case]] = {}
    for case in _unsaid(scene, gone, fresh):
        missing.setdefault(case.path, []).append(case)
    for path, lost in missing.items():
        instead = sum(_origin(scene, case) == path for case in fresh)
        kind = TEST_REPLACED if instead >= len(lost) else TEST_DELETED
        place = scene.there(path, lost[0].start, lost[0].end)
        yield Sign(kind, place, _message(path, lost), named=_is_asked(scene, lost))


def _message(path: str, lost: list[Case]) -> str:
    subject = f"The test{'s' if lost[1:] else ''} {listed([case.bare for case in lost])}"
    verb = "are" if lost[1:] else "is"
    gone = f"{subject} {verb} no longer among the tests of {shown(path)}"
    return f"{gone}, and no other test says what was said there."


def _is_asked(scene: Scene, lost: list[Case]) -> bool:
    """The task says by name that they, or what they are in, are to go."""
    names = ({case.bare, *case.name.split(".")} for case in lost)
    return scene.task.asks(_TAKE_OUT) and all(each & scene.task.words for each in names)


def _origin(scene: Scene, case: Case) -> str:
    """The file of the base that the case's own comes from; its own if that is new."""
    return scene.origins.get(case.path, case.path)


def _unsaid(scene: Scene, gone: list[Case], fresh: list[Case]) -> Iterator[Case]:
    """Those that no other test speaks for, and whose subject is still there."""
    names = Counter(case.bare for case in fresh)
    added = _added_words(scene)
    hidden = {path: _hidden(scene, path) for path in {case.path for case in gone}}
    for case in gone:
        if case.bare in hidden[case.path]:
            yield case
        elif names[case.bare]:
            names[case.bare] -= 1  # of two of one name, one may have moved, and one be gone
        elif not _is_said(case, fresh, added) and not case.calls & scene.undefined:
            yield case


def _hidden(scene: Scene, origin: str) -> set[str]:
    """Functions that still stand in a file, and that no runner takes for tests any more."""
    path = next((path for path, was in scene.origins.items() if was == origin), None)
    language = of_path(path or "")
    if path is None or language is None:
        return set()
    text = scene.after.text(path)
    standing = {d.name.rpartition(".")[2] for d in syntax.definitions(language, text)}
    return standing - {case.bare for case in cases(path, text)}


def _is_said(case: Case, fresh: list[Case], added: frozenset[str]) -> bool:
    if not case.words:
        return not case.assertions
    near = fresh if len(fresh) <= MOST else ()
    by_one = max((len(case.words & other.words) for other in near), default=0)
    by_all = len(case.words & added)
    return by_one >= BY_ONE * len(case.words) or by_all >= BY_ALL * len(case.words)


def _added_words(scene: Scene) -> frozenset[str]:
    texts = (scene.added_text(path) for path in scene.touched if has_tests(path))
    return frozenset[str]().union(*map(words, texts))


def _is_test_file(path: str) -> bool:
    """Whether it is tests by its own name, not only by the folder's: no fixtures, no data."""
    own = PurePosixPath(path).name
    return of_path(path) in _UNREAD and is_test(own)
