"""Marks that tell a check to look away, and gates that are left open."""

import pytest

from tests.conducting import TASK, conduct, told

CODE = "import os\n\n\ndef f(x):\n    return x\n"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.py", "value = compute()  # noqa\n"),
        ("a.py", "value = compute()  # noqa: ANN401\n"),
        ("a.py", "value = compute()  # type: ignore[union-attr]\n"),
        ("a.py", "value = compute()  # pylint: disable=broad-except\n"),
        ("a.py", "value = compute()  # pragma: no cover\n"),
        ("a.py", "# ruff: noqa\n"),
        ("a.py", "# mypy: ignore-errors\n"),
        ("a.ts", "// @ts-ignore\n"),
        ("a.js", "/* eslint-disable */\n"),
        ("a.go", "func f() {} //nolint:errcheck\n"),
        ("A.java", '@SuppressWarnings("unchecked")\nclass A {}\n'),
        ("a.rs", "#[allow(dead_code)]\nfn f() {}\n"),
    ],
)
def test_a_mark_that_gives_no_reason_is_told(path, line):
    (seen,) = conduct({path: ""}, {path: line})

    assert (seen.weakness.ident, seen.weakness.severity.value) == ("check-disabled", "medium")
    assert seen.location.start_line == 1


def test_a_mark_that_gives_a_reason_is_only_noted():
    after = {"a.py": CODE + "os.system(x)  # noqa: S605 - x is one of our own words\n"}

    assert told({"a.py": CODE}, after) == [("check-disabled", "info")]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("README.md", "Write `# noqa` behind it.\n"),
        ("a.py", "text = '# noqa'\n"),
        ("a.py", "# A line that has noqa is skipped.\n"),
        ("a.py", "os.system(x)  # nosec\n"),
        ("a.py", "os.system(x)  # nosemgrep\n"),
        ("run.sh", "rm old || true\n"),
        ("run.sh", 'echo "skip it with: git commit --no-verify"\n'),
        ("run.sh", "# pytest || true\n"),
    ],
)
def test_what_is_no_mark_of_a_check_is_none(path, line):
    assert told({path: "x\n"}, {path: f"x\n{line}"}) == []


def test_marks_of_one_kind_in_a_file_are_one_finding():
    (seen,) = conduct({"a.py": ""}, {"a.py": "a = f()  # noqa\nb = f()  # noqa\n"})

    assert "on 2 lines" in seen.weakness.message


def test_a_mark_that_moved_is_not_new():
    marked = "value = compute()  # noqa\n"

    assert told({"a.py": CODE + marked}, {"a.py": marked + CODE}) == []
    assert told({"a.py": CODE + marked}, {"b.py": CODE + marked}) == []
    assert told({"a.py": CODE + marked, "b.py": CODE}, {"a.py": CODE, "b.py": CODE + marked}) == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("Makefile", "\tpytest -q || true\n"),
        ("scripts/ci.sh", "npm test || exit 0\n"),
        ("scripts/push.sh", "git push --no-verify\n"),
        (".github/workflows/ci.yml", "        continue-on-error: true\n"),
        (".github/workflows/ci.yml", "          set +e\n"),
        ("package.json", '{"scripts": {"push": "git push --no-verify"}}\n'),
    ],
)
def test_a_gate_that_lets_everything_through_is_told(path, line):
    seen = conduct({path: "\n"}, {path: f"\n{line}"}, f"Set up CI. {TASK}")

    assert [(s.weakness.ident, s.weakness.severity.value) for s in seen] == [
        ("check-disabled", "high")
    ]


TEST = "import pytest\n\n\ndef test_a():\n    assert f(12) == 34\n"


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (TEST + "\n\n@pytest.mark.skipif(True, reason='x')\ndef test_b():\n    g(5)\n", []),
        ("import pytest\n\npytestmark = pytest.mark.skip\n" + TEST[14:], ["check-disabled"]),
        (TEST.replace("    assert", "    pytest.skip('later')\n    assert"), ["check-disabled"]),
        (TEST.replace("def", "@pytest.mark.xfail\ndef"), ["check-disabled"]),
        (TEST.replace("\n\n\n", "\npytest.importorskip('none')\n\n\n"), ["check-disabled"]),
        (TEST.replace("def", "s = pytest.mark.skip\n\n\n@s\ndef"), ["check-disabled"]),
        (TEST.replace("def", "s = pytest.mark.skip\npytestmark = s\n\n\ndef"), ["check-disabled"]),
        (TEST.replace("def", "m = pytest.mark\n\n\n@m.skip\ndef"), ["check-disabled"]),
        (TEST + "\n\ns = pytest.mark.skip\n\n\n@s\ndef test_b():\n    g(5)\n", []),
        (TEST + "\n\nSOURCE = '''\n@pytest.mark.skip\ndef test_z(): ...\n'''\n", []),
    ],
)  # fmt: skip
def test_only_a_test_that_was_there_can_be_switched_off(after, expected):
    assert [ident for ident, _ in told({"tests/test_a.py": TEST}, {"tests/test_a.py": after})] == (
        expected
    )


def test_a_focused_test_switches_off_the_others():
    before = "it('adds', () => {\n  expect(f(12)).toBe(34);\n});\n"
    after = before + "it.only('new', () => {\n  expect(f(56)).toBe(78);\n});\n"

    assert told({"a.test.js": before}, {"a.test.js": after}) == [("check-disabled", "high")]


@pytest.mark.parametrize(
    ("task", "severity"),
    [(None, "medium"), ("Skip test_a until the server is back.", "info"), ("Fix CI.", "high"),
     ("Mend it. Never skip a test.", "high"), ("Skip blank lines.", "high"),
     ("Mend the tests that were disabled.", "high"), ("The test should be skipped.", "info"),
     ("Allow users to ignore the case.", "high"), ("Ignore the flaky tests for now.", "info")],
)  # fmt: skip
def test_a_skip_is_as_bad_as_the_task_has_it(task, severity):
    after = TEST.replace("def", "@pytest.mark.skip\ndef")

    assert told({"tests/test_a.py": TEST}, {"tests/test_a.py": after}, task) == [
        ("check-disabled", severity)
    ]
