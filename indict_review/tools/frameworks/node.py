"""Node's own runner. A reporter of ours writes the report: see `inside/node_report.mjs`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from indict_review.runs import CaseResult
from indict_review.sandbox.interface import Ran
from indict_review.tools.frameworks import lines, package_json
from indict_review.tools.frameworks.inside import script, token
from indict_review.tools.frameworks.interface import Call, Preparation, Read
from indict_review.tools.frameworks.layout import folder, join, own
from indict_review.tools.frameworks.words import spread, taken_apart, typed

_FILE = re.compile(r"(?:.*/)?(?:[^/]+[.\-_]test|test-[^/]+|test)\.[cm]?js|(?:.*/)?test/.*\.[cm]?js")
"""What `node --test` looks for."""

_TAKES = frozenset(
    {"-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions"}
    | {"--env-file", "--test-name-pattern", "--test-concurrency", "--test-timeout"}
)
"""Options with a value in a word of its own."""

_IN_TESTS = re.compile(r"['\"]node:test['\"]")
_MOST_READ = 200

_PLANTED = """\
const { test } = require('node:test');
test('MARK', () => { throw new Error('planted: fails in any honest run'); });
"""


@dataclass(frozen=True)
class NodeTest:
    """See `Framework`. Needs node 18.15 or later."""

    arguments: tuple[str, ...] | None = None
    """The user's own; None for what package.json says."""
    name: str = "node"
    toolchain: str = "node"

    def found(self, paths: frozenset[str], read: Read) -> bool:
        """See `Framework.found`: package.json says so, or tests are written for it."""
        said = package_json.read_package(read).test
        if said and package_json.NO_TESTS not in said:
            return from_words(taken_apart(said)) is not None
        return any(_IN_TESTS.search(read(path)) for path in _tests(paths)[:_MOST_READ])

    def call(self, paths: frozenset[str], read: Read) -> Call:
        """See `Framework.call`."""
        mark, report = f"planted-{token()}", f"{{box}}/out/node-{token()}.jsonl"
        given = self.arguments
        if given is None:
            said = from_words(taken_apart(package_json.read_package(read).test))
            given = said.arguments if said else ()
        words = [w for w in spread(given or (), paths) if not w.startswith("--test-reporter")]
        tests = _tests(paths)
        planted = join(folder(tests[0]) if tests else "", f"{mark}.test.cjs")
        named = [planted] if _files(words) else []
        return Call(
            (
                *(*package_json.LINKED, "--test"),
                "--test-reporter={box}/tools/node_report.mjs",
                f"--test-reporter-destination={report}",
                *(*words, *named),
            ),
            {**package_json.TOOLS, "node_report.mjs": script("node_report.mjs")},
            {"NO_COLOR": "1"},
            {planted: _PLANTED.replace("MARK", mark).encode()},
            frozenset({f"{planted} > {mark}"}),
        )

    def shown(self) -> str:
        """See `Framework.shown`."""
        return typed("node", "--test", *(self.arguments or ()))

    def results(self, ran: Ran) -> Mapping[str, CaseResult]:
        """See `Framework.results`."""
        return lines.results(ran, self.name)

    def prepare(self, paths: frozenset[str], read: Read) -> Preparation | None:
        """See `Framework.prepare`."""
        return package_json.prepare(paths, read)


def _tests(paths: frozenset[str]) -> list[str]:
    found = [path for path in paths if _FILE.fullmatch(path) and own(path)]
    return sorted(found, key=lambda p: (p.count("/"), p))


def _files(words: list[str]) -> list[str]:
    """The words that are neither an option nor its value: with any, nothing else is looked for."""
    pairs = zip(["", *words], words, strict=False)
    return [word for before, word in pairs if not word.startswith("-") and before not in _TAKES]


def from_words(words: tuple[str, ...]) -> NodeTest | None:
    """Recognise `node … --test …`."""
    match words:
        case ("node", *rest) if "--test" in rest:
            return NodeTest(tuple(word for word in rest if word != "--test"))
    return None
