"""A check shows something of the code under review, or nothing: never its own fault."""

import shutil
from pathlib import Path

import pytest

from indict_review.change import File, Tree
from indict_review.errors import ToolError
from indict_review.runs import Checked, CheckOutcome, Snippet
from indict_review.sandbox.interface import End, Limits, Ran
from indict_review.tools.interpreter import SandboxInterpreter
from indict_review.tools.snippets import LANGUAGES
from indict_review.tools.snippets.interface import Asked
from indict_review.tools.snippets.reports import outcome, read
from tests.sandboxes import Files, sandbox_called

HOLDS, FAILS, BROKEN = CheckOutcome.HOLDS, CheckOutcome.FAILS, CheckOutcome.BROKEN

PYTHON = {
    "shop/__init__.py": "",
    "shop/stock.py": """\
import re


def add(a, b):
    return a + b


def crash():
    return [][1]


def forever():
    while True:
        pass


def match():
    return re.match(r"(a+)+$", "a" * 60 + "!")


def deep(n):
    return deep(n + 1)


def much():
    return bytearray(10**11)


def segfault():
    import ctypes

    return ctypes.string_at(0)


def leave():
    import os

    os._exit(0)


def say_so():
    import os
    import sys

    print("end")
    for name in ("report", "result.json", "end"):
        with open(os.path.join("..", "out", name), "w") as out:
            out.write("end\\n")
    for name in os.listdir("../out"):
        with open(os.path.join("..", "out", name), "w") as out:
            out.write("end\\n")
    sys.exit(0)


def anything(f):
    def wrapped(*args, **kwargs):
        return f(*args, **kwargs)

    return wrapped


@anything
def one(a):
    return a


def in_a_thread():
    import threading

    thread = threading.Thread(target=crash)
    thread.start()
    thread.join()


def spoil():
    import builtins

    builtins.isinstance = lambda *a: True
    builtins.open = builtins.len = builtins.str = None
    builtins.AssertionError = KeyError


def read(path):
    with open(path) as file:
        return file.read()
""",
    "shop/lost.py": "import a_module_that_nobody_has\n",
    "shop/json.py": "NAME = 'of the project'\n",
    "asserting.py": "NAME = 'of the project'\n",
}

JAVASCRIPT = {
    "src/stock.js": """\
exports.add = (a, b) => a + b;
exports.crash = () => null.x;
exports.forever = () => { while (true); };
exports.leave = () => process.exit(0);
exports.later = async () => { await 1; null.x; };
exports.sayso = () => {
  console.log("end");
  require("fs").writeFileSync("../out/end", "end\\n");
  process.exit(0);
};
""",
    "src/lost.js": "require('a-module-that-nobody-has');\n",
    "src/odd.js": "x = ;\n",
}

C = {
    "src/stock.c": """\
#include <stdlib.h>
int add(int a, int b) { return a + b; }
int crash(int *p) { return *p; }
void forever(void) { for (;;); }
void leave(void) { exit(0); }
void overflow(int n) { char *p = malloc(4); ((volatile char *)p)[n] = 1; free(p); }
int main(void) { return 7; }
"""
}

WORLD = {
    "python": (PYTHON, "from shop.stock import *\n{}\n"),
    "javascript": (
        JAVASCRIPT,
        "const assert = require('assert'); const stock = require('./src/stock');\n{}\n",
    ),
    "c": (C, '#include "src/stock.c"\nint main(void) {{\n{}\nreturn 0; }}\n'),
}


class Here:
    """A project that has no more than what is touched."""

    paths = frozenset()

    def read(self, path):
        return None

    def contents(self, tree):
        return Files({path: file.content for path, file in tree.files.items()})


def tree_of(files: dict[str, str]) -> Tree:
    return Tree({path: File(text.encode()) for path, text in files.items()})


def run(sandbox, language: str, body: str, seconds=10.0, files=None, whole=False) -> Checked:
    interpreter = SandboxInterpreter(Here(), sandbox, limits=Limits(seconds=seconds))
    known, frame = WORLD[language]
    code = body if whole else frame.format(body)
    assert interpreter.speaks(language)
    return interpreter.run(Snippet(language, code), tree_of(files or known))


CASES = [
    ("python", "assert add(1, 2) == 3", HOLDS),
    ("python", "assert add(1, 2) == 4", FAILS),
    ("python", "assert not add(1, 2), 'what'", FAILS),
    ("python", "if add(1, 2) == 3:\n    raise AssertionError('three')", FAILS),
    ("python", "crash()", FAILS),
    ("python", "deep(1)", FAILS),
    ("python", "much()", FAILS),
    ("python", "segfault()", FAILS),
    ("python", "in_a_thread()", FAILS),
    ("python", "def test_it():\n    assert add(1, 2) == 4", FAILS),
    ("python", "def test_it():\n    assert add(1, 2) == 3", HOLDS),
    (
        "python",
        "import unittest\nclass T(unittest.TestCase):\n    def test_it(self):\n"
        "        self.assertEqual(add(1, 2), 4)\nif __name__ == '__main__':\n    unittest.main()",
        FAILS,
    ),
    ("python", "spoil()\nassert add(1, 2) == 3", HOLDS),
    ("python", "spoil()\nassert add(1, 2) == 4", FAILS),
    (
        "python",
        "import json, asserting\nassert asserting.NAME == 'of the project'\njson.dumps(1)",
        HOLDS,
    ),
    ("python", "assert add(1, 2) = 3", BROKEN),
    ("python", "import nothing_of_that_name", BROKEN),
    ("python", "import shop.lost", BROKEN),
    ("python", "undefined_name", BROKEN),
    ("python", "add(1)", BROKEN),
    ("python", "one()", BROKEN),
    ("python", "add(1, 2).nothing", BROKEN),
    ("python", "raise ValueError('mine')", BROKEN),
    ("python", "read('not/there.txt')", BROKEN),
    ("python", "import sys\nsys.exit(0)", BROKEN),
    ("python", "leave()", BROKEN),
    ("python", "say_so()", BROKEN),
    ("python", "def never():\n    assert add(1, 2) == 4", BROKEN),
    ("python", "try:\n    assert add(1, 2) == 4\nexcept AssertionError:\n    print('bad')", BROKEN),
    ("python", "while True:\n    print('x' * 100000)", BROKEN),
    ("javascript", "assert.equal(stock.add(1, 2), 3)", HOLDS),
    ("javascript", "assert.equal(stock.add(1, 2), 4)", FAILS),
    ("javascript", "if (stock.add(1, 2) === 3) throw new Error('three');", FAILS),
    ("javascript", "stock.crash()", FAILS),
    ("javascript", "stock.later()", FAILS),
    ("javascript", "setTimeout(() => assert.equal(stock.add(1, 2), 4), 10)", FAILS),
    ("javascript", "x = ;", BROKEN),
    ("javascript", "require('./src/nothing')", BROKEN),
    ("javascript", "require('./src/lost')", BROKEN),
    ("javascript", "require('./src/odd')", BROKEN),
    ("javascript", "undefinedName", BROKEN),
    ("javascript", "stock.nothing()", BROKEN),
    ("javascript", "throw 'what'", BROKEN),
    ("javascript", "stock.leave()", BROKEN),
    ("javascript", "stock.sayso()", BROKEN),
    ("javascript", "process.exitCode = 1", BROKEN),
    ("c", "assert(add(1, 2) == 3);", HOLDS),
    ("c", "assert(add(1, 2) == 4);", FAILS),
    ("c", "crash(0);", FAILS),
    ("c", "add(0x7fffffff, 1);", FAILS),
    ("c", "undefined_name(1);", BROKEN),
    ("c", "int *p = 0; *p = 1;", BROKEN),
    ("c", "leave();", BROKEN),
    ("c", "return 1;", BROKEN),
]


# A container takes longer to start: there, the first few of each language.
FEW = [case for at, case in enumerate(CASES) if [c[0] for c in CASES[:at]].count(case[0]) < 5]
RUNS = [("bubblewrap", *case) for case in CASES] + [("docker", *case) for case in FEW]


@pytest.mark.parametrize(("where", "language", "body", "expected"), RUNS)
def test_what_a_check_shows(where, language, body, expected):
    sandbox = sandbox_called(where)
    checked = run(sandbox, language, body)

    assert checked.outcome is expected, checked.output
    assert checked.output
    assert checked.sandbox.startswith(sandbox.name)


LOOPS = [
    ("python", "forever()", "while True:\n    add(1, 2)"),
    ("javascript", "stock.forever()", "while (true) stock.add(1, 2)"),
    ("c", "forever();", "for (;;) add(1, 2);"),
]


@pytest.mark.parametrize(("language", "theirs", "own"), LOOPS)
def test_a_loop_of_the_project_fails_and_one_of_the_check_is_its_own_fault(
    sandbox, language, theirs, own
):
    checked = run(sandbox, language, theirs, seconds=0.8)

    assert checked.outcome is FAILS, checked.output
    assert checked.output.endswith("it did not end")
    assert len(checked.trace) == 1
    assert run(sandbox, language, own, seconds=0.8).outcome is BROKEN


def test_a_pattern_that_does_not_end_is_seen_though_it_lets_no_other_thread_run(sandbox):
    checked = run(sandbox, "python", "match()", seconds=0.5)

    assert checked.outcome is FAILS
    assert checked.trace == (("shop/stock.py", 18),)


def test_an_overflow_is_found_by_the_sanitizer(sandbox):
    checked = run(sandbox, "c", "overflow(5);")

    assert checked.outcome is FAILS
    assert checked.output.endswith("heap-buffer-overflow")
    assert checked.trace == (("src/stock.c", 6),)


def test_a_check_in_cpp_sees_what_is_thrown(sandbox):
    interpreter = SandboxInterpreter(Here(), sandbox)
    tree = tree_of(
        {"a.cpp": "#include <vector>\nint at(int n) { return std::vector<int>(2).at(n); }\n"}
    )
    outcomes = [
        interpreter.run(
            Snippet("cpp", f'#include "a.cpp"\nint main() {{ {body} return 0; }}\n'), tree
        ).outcome
        for body in ("assert(at(1) == 0);", "assert(at(1) == 1);", "at(2);", "throw 1;")
    ]

    assert outcomes == [HOLDS, FAILS, FAILS, BROKEN]


@pytest.mark.parametrize(
    ("body", "expected"),
    [("assert.equal(stock.add(1, 2), 3)", HOLDS), ("stock.crash()", FAILS), ("x = ;", BROKEN)],
)
def test_a_check_may_be_a_module(sandbox, body, expected):
    code = f"import assert from 'node:assert';\nimport stock from './src/stock.js';\n{body}\n"

    assert run(sandbox, "javascript", code, whole=True).outcome is expected


def test_a_failure_tells_both_sides_and_the_way_through_the_project(sandbox):
    said = run(sandbox, "python", "assert add(1, 2) == 4, 'sum'").output
    crashed = run(sandbox, "python", "print('before')\ncrash()")

    assert said.endswith("AssertionError: add(1, 2) == 4, with 3 and 4: sum")
    assert crashed.trace == (("shop/stock.py", 9),)
    assert crashed.output.split("\n") == [
        "before",
        "at the check:3",
        "at shop/stock.py:9",
        "IndexError: list index out of range",
    ]


def test_the_same_check_on_base_and_head_differs(sandbox):
    interpreter = SandboxInterpreter(Here(), sandbox)
    check = Snippet("python", "from app import half\nassert half(3) == 1\n")
    base = tree_of({"app.py": "def half(n):\n    return n // 2\n"})
    head = tree_of({"app.py": "def half(n):\n    return n / 2\n"})

    assert interpreter.run(check, base).outcome is HOLDS
    assert interpreter.run(check, head).outcome is FAILS


class Counting:
    """A sandbox that answers as it is told."""

    name = "fake"

    def __init__(self, *answers: Ran, missing: frozenset[str] = frozenset()):
        self.answers, self.jobs, self.missing = list(answers), [], missing

    def identity(self, toolchain):
        if toolchain in self.missing:
            raise ToolError("there is no image for it")
        return "fake 1"

    def run(self, job):
        self.identity(job.toolchain)
        self.jobs.append(job)
        return self.answers[(len(self.jobs) - 1) % len(self.answers)]


def test_the_same_check_on_the_same_tree_is_run_once():
    sandbox = Counting(Ran(End.EXITED, 0, "", 0.1))
    interpreter = SandboxInterpreter(Here(), sandbox)
    check = Snippet("python", "assert f()")

    first = interpreter.run(check, tree_of({"a.py": "1"}))
    again = interpreter.run(check, tree_of({"a.py": "1"}))
    other = interpreter.run(check, tree_of({"a.py": "2"}))

    assert first is again
    assert first is not other
    assert len(sandbox.jobs) == 2


def test_it_speaks_what_the_sandbox_has_a_toolchain_for_and_asks_once():
    sandbox = Counting(Ran(End.EXITED, 127, "not found", 0.1), missing=frozenset({"dotnet"}))
    interpreter = SandboxInterpreter(Here(), sandbox)

    assert [interpreter.speaks(x) for x in ("go", "go", "klingon")] == [False] * 3
    assert len(sandbox.jobs) == 1
    with pytest.raises(ToolError, match="there is no image for it"):
        interpreter.speaks("csharp")


@pytest.mark.parametrize("end", [End.TIME, End.MEMORY, End.OUTPUT, End.KILLED])
def test_a_run_that_was_ended_from_outside_shows_nothing(end):
    sandbox = Counting(Ran(end, 137, "end\nheld", 0.1, {"a": b"end\n"}))

    checked = SandboxInterpreter(Here(), sandbox).run(Snippet("python", "1"), Tree())

    assert checked.outcome is BROKEN
    assert checked.output.split("\n")[-1].startswith("it ")


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (b"end\n", HOLDS),
        (b"assertion\nx\n:2", FAILS),
        (b"assertion\nx\n", BROKEN),
        (b"error\nx\n:2\na.py:3", FAILS),
        (b"error\nx\na.py:3\n:2", BROKEN),
        (b"error\nError: x\n:2", FAILS),
        (b"error\nTypeError: x\n:2", BROKEN),
        (b"time\nx\n:2\na.py:3", FAILS),
        (b"own\nx\n:2\na.py:3", BROKEN),
    ],
)
def test_the_innermost_frame_decides_whose_fault_it_was(report, expected):
    asked = Asked("1\nif (x) throw new Error('x');", "m", "t", 1, 1)
    told = read(report)

    assert told is not None
    assert outcome(told, asked) is expected


@pytest.mark.parametrize("report", [b"", b"holds\n", b"error\nx\nno place", b"\xff\xfe", b"end"])
def test_what_is_no_report_is_none(report):
    told = read(report)

    assert told is None or report == b"end"


GO = Asked("package p", "m", "ab" * 16, 1, 1)
GO_PANIC = f"""\
panic: runtime error: index out of range [1] with length 0 [recovered]
goroutine 6 [running]:
testing.tRunner.func1.2(0x1, 0x2)
\t/usr/lib/go/src/testing/testing.go:1396 +0x24e
p.Crash(...)
\t/box/work/p/stock.go:4
p.TestIt(0x1)
\t/box/work/p/check_{GO.trail}_test.go:6 +0x1d
"""


@pytest.mark.parametrize(
    ("output", "code", "expected"),
    [
        (GO_PANIC, 2, FAILS),
        (GO_PANIC.replace("/box/work/p/stock.go:4", "/usr/lib/go/src/x.go:4"), 2, BROKEN),
        (GO_PANIC.replace("runtime error: index", "test timed out after"), 2, FAILS),
        (f"--- FAIL: TestIt (0.00s)\n    check_{GO.trail}_test.go:7: got 3\nFAIL\n", 1, FAILS),
        ("PASS\n", 0, None),
        ("p/check_test.go:3:2: error: undefined: x\n", 90, BROKEN),
    ],
)
def test_what_go_prints_is_understood(output, code, expected):
    told = LANGUAGES["go"].crashed(Ran(End.EXITED, code, output, 0.1), GO)

    assert (told and outcome(told, GO)) is expected


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_name_of_the_report_is_told_in_the_ticket_alone(language):
    asked = Asked("int main() { }", "secret-mark", "trail", 1, 1)
    call = LANGUAGES[language].call(asked)

    told = [name for name, content in call.tools.items() if b"secret-mark" in content]
    assert told == ["ticket"]
    assert "secret-mark" not in " ".join((*call.command, *call.environ, *call.environ.values()))


JAVA = {
    "src/main/java/p/App.java": """\
package p;
public class App {
    public static int add(int a, int b) { return a + b; }
    public static int crash() { int[] no = {}; return no[1]; }
    public static void leave() { System.exit(0); }
}
"""
}

if Path("/usr/bin/javac").exists() and shutil.which("bwrap"):

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ("assert App.add(1, 2) == 3;", HOLDS),
            ("assert App.add(1, 2) == 4;", FAILS),
            ("App.crash();", FAILS),
            ("App.leave();", BROKEN),
            ("App.nothing();", BROKEN),
        ],
    )
    def test_java_is_run_where_it_is_there(body, expected):
        interpreter = SandboxInterpreter(Here(), sandbox_called("bubblewrap"))
        check = Snippet("java", f"import p.App;\n{body}\n")

        assert interpreter.run(check, tree_of(JAVA)).outcome is expected
