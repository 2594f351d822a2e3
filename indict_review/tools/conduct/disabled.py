"""Checks that the change switches off: marks for linters, skipped tests, gates let fail.

What hides from our own analyzers is told by `suppressions`.
"""

import re
from collections import Counter
from collections.abc import Iterator

from indict_review import syntax
from indict_review.change import Tree
from indict_review.languages import of_path
from indict_review.ledger.entries import has_reason
from indict_review.ledger.marks import OURS
from indict_review.patches.quoting import shown
from indict_review.syntax.comments import comments
from indict_review.tools.conduct.cases import cases, has_tests
from indict_review.tools.conduct.kinds import (
    LINT_DISABLED,
    LINT_EXPLAINED,
    TEST_DISABLED,
    TESTS_DECIDED,
    Kind,
)
from indict_review.tools.conduct.marks import ALIAS, COMMENT, FOCUS, LINT, SKIPS, line_marks
from indict_review.tools.conduct.scene import Scene, Sign
from indict_review.tools.novelty import Seen, brought_in
from indict_review.tools.touched import is_test

_MAY_BE = re.compile(
    r"noqa|no.?sonar|nolint|lint|ignore|disable|pragma|suppress|noverify|no-verify|skip|xfail|only"
    r"|todo|fixme|fails|explicit|incomplete|expectedfailure|\b[xf](?:it|describe|test)\b|allow"
    r"|--(?:deselect|co|no-tests|passWith)|[\s\"']-k\b|norecursedirs|python_|test(?:Match|Regex|Path)"
    r"|continue-on|\|\||set \+e|lgtm|codeql|coverity|cppcheck|checkov|devskim|ts-",
    re.IGNORECASE,
)
"""What some line must have before a file is read with care: most have nothing of it."""
_SKIP_WORDS = re.compile(
    r"[Ss]kip|xfail|\bonly\b|todo|fixme|fails|Disabled|[Ii]gnore|Explicit|Incomplete"
    r"|expectedFailure|\b[xf](?:it|describe|test)\b"
)
_LINT_WORDS = re.compile(r"SuppressWarnings|SuppressMessage|allow")
_REASON = re.compile(r"(?:^|\s)(?:-{1,2}|\N{EN DASH}|\N{EM DASH}|#|//)\s|\(|\bbecause\b")


_KINDS: dict[str, tuple[Kind, str]] = {
    "lint": (LINT_DISABLED, "tells a check to look away"),
    "explained": (LINT_EXPLAINED, "tells a check to look away"),
    "skip": (TEST_DISABLED, "keeps a test from being run, or from failing"),
    "gate": (TEST_DISABLED, "lets a check fail"),
    "choice": (TESTS_DECIDED, "says which tests are not run"),
}
"""By what a rule begins with; the words of the mark follow."""


def checks_disabled(scene: Scene) -> Iterator[Sign]:
    """See `Look`. One for each kind of mark in a file."""
    groups: dict[tuple[str, str], list[Seen]] = {}
    for seen in _new(scene):
        if _matters(scene, seen):
            groups.setdefault((seen.path, seen.rule), []).append(seen)
    for (path, rule), found in groups.items():
        how, _, words = rule.partition(":")
        kind, does = _KINDS[how]
        times = f" on {len(found)} lines" if found[1:] else ""
        message = f"`{shown(words)}` is added{times}: it {does}."
        yield Sign(kind, scene.here(path, found[0].start_line), message)


def _new(scene: Scene) -> Iterator[Seen]:
    """Marks that were not there: not in that file, nor in another that lost as many."""
    paths = [path for path in scene.touched if _MAY_BE.search(scene.added_text(path))]
    if not paths:
        return
    old, new = _aliases(scene.before), _aliases(scene.after)
    before = [seen for path in scene.before.files for seen in _seen(path, scene.before, old)]
    after = [seen for path in scene.touched for seen in _seen(path, scene.after, new)]
    more = Counter(seen.key for seen in after) - Counter(seen.key for seen in before)
    for seen in brought_in(before, after, scene.added, scene.origins):
        if more[seen.key] or seen.rule.startswith("skip:"):
            more[seen.key] -= 1
            yield seen


def _aliases(tree: Tree) -> re.Pattern[str] | None:
    """Decorators and marks of modules by a name that some touched file gives to a skip."""
    tests = (tree.text(path) for path, file in tree.files.items()
             if of_path(path) == "python" and has_tests(path) and not file.is_binary)  # fmt: skip
    names = {match[1] for text in tests for match in ALIAS.finditer(text)}
    either = "|".join(sorted(names))
    return re.compile(rf"^(?:@ |pytestmark = )(?:.* )?({either})\b") if names else None


def _seen(path: str, tree: Tree, aliases: re.Pattern[str] | None) -> Iterator[Seen]:
    if tree.files[path].is_binary:
        return
    text, language = tree.text(path), of_path(path)
    for how, pattern in line_marks(path):
        for number, line in enumerate(text.split("\n"), start=1):
            found = None if line.lstrip().startswith("#") else pattern.search(line)
            if found:
                words = next(filter(None, found.groups()))
                yield Seen(f"{how}:{words}", path, line.strip(), number, number, found.start())
    if language is not None and syntax.has_grammar(language):
        yield from _in_comments(path, text, language)
        yield from _in_code(path, text, language, aliases)


def _in_comments(path: str, text: str, language: str) -> Iterator[Seen]:
    if not COMMENT.search(text):
        return  # most files: no need to read it
    for number, parts in comments(language, text).items():
        for part in parts:
            for mark in COMMENT.finditer(part):
                if not OURS.match(mark[2]):
                    reason = has_reason(_after(part[mark.end() : mark.end() + 200]))
                    rule = f"{'explained' if reason else 'lint'}:{' '.join(mark[2].split())}"
                    told = part[mark.start() : mark.end() + 100].strip()
                    yield Seen(rule, path, told, number, number, mark.start())


def _after(text: str) -> str:
    """What is said after a mark, the names of what it is about and other marks."""
    rest = _REASON.split(COMMENT.sub("", text), maxsplit=1)
    return rest[1] if rest[1:] else ""


def _in_code(
    path: str, text: str, language: str, aliases: re.Pattern[str] | None
) -> Iterator[Seen]:
    skips = SKIPS.get(language) if has_tests(path) and _SKIP_WORDS.search(text) else None
    lint = LINT.get(language) if _LINT_WORDS.search(text) else None
    named = aliases if language == "python" and has_tests(path) else None
    if skips is None and lint is None and named is None:
        return  # most files: no need to read it
    for statement in syntax.statements(language, text):
        for how, pattern in (("skip", skips), ("skip", named), ("lint", lint)):
            found = pattern.search(statement.text) if pattern else None
            if found:
                words = next(filter(None, found.groups())).replace(" ", "")
                line = statement.line
                yield Seen(f"{how}:{words}", path, statement.text, line, line, line)


def _matters(scene: Scene, seen: Seen) -> bool:
    """What keeps tests from being run matters where there were any."""
    if seen.rule.startswith("choice:"):
        return any(map(is_test, scene.around.paths))
    return not seen.rule.startswith("skip:") or _was_run(scene, seen)


def _was_run(scene: Scene, seen: Seen) -> bool:
    """Whether it keeps a test from being run that the base had; a new one may begin as it likes."""
    origin = scene.origins.get(seen.path)
    if origin is None:
        return False
    before = {case.name for case in cases(origin, scene.before.text(origin))}
    after = cases(seen.path, scene.after.text(seen.path))
    around = [case for case in after if case.start <= seen.start_line <= case.end]
    if FOCUS.search(seen.rule):
        return bool(before)
    return any(case.name in before for case in around) if around else bool(before)
