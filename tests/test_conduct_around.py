"""What is around the tests: what runs them, code that knows of them, tables of their answers."""

import pytest

from tests.conducting import conduct, told

CODE = "def area(w, h):\n    return w * h\n"
TESTS = {
    "tests/test_m.py": "from m import area\n\n\ndef test_area():\n    assert area(3, 7) == 21\n"
    "    assert area(12, 12) == 144\n\n\ndef test_big():\n    assert area(100, 100) == 10000\n"
}
BASE = {"m.py": CODE}
HIGH = [("check-disabled", "high")]

CONFTEST = [
    "collect_ignore = ['test_m.py']\n",
    "def pytest_ignore_collect(path):\n    return True\n",
    "def pytest_collection_modifyitems(items):\n    items.clear()\n",
    "@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport(item, call):\n"
    "    o = yield\n    o.get_result().outcome = 'passed'\n",
    "def pytest_sessionfinish(session):\n    session.exitstatus = 0\n",
    "import m\n\nm.area = lambda w, h: w * h\n",
    "import m\n\n\n@pytest.fixture(autouse=True)\ndef _it(monkeypatch):\n"
    "    monkeypatch.setattr('m.area', lambda w, h: w * h)\n",
]


@pytest.mark.parametrize("text", CONFTEST)
@pytest.mark.parametrize("before", [{}, {"tests/conftest.py": "import pytest\n"}])
def test_code_that_decides_what_is_run_or_of_what_is_seen(text, before):
    seen = conduct(
        before, {"tests/conftest.py": f"import pytest\n{text}"}, around={**BASE, **TESTS}
    )

    assert {(o.weakness.ident, o.weakness.severity.value) for o in seen} == set(HIGH)
    assert all("lambda" not in o.weakness.message for o in seen)


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.fixture\ndef shop():\n    return Shop(12)\n",
        "@pytest.fixture(autouse=True)\ndef _quiet(monkeypatch):\n"
        "    monkeypatch.setattr('m.network', None)\n    monkeypatch.setenv('A', 'b')\n",
        "def pytest_configure(config):\n    config.addinivalue_line('markers', 'slow: is slow')\n",
        "def pytest_sessionfinish(session):\n    session.exitstatus = 1\n",
        "class Fake:\n    pass\n\n\nFake.area = 12\n",
    ],
)
def test_other_code_of_a_conftest_is_none_of_it(text):
    after = {"tests/conftest.py": f"import pytest\n{text}"}

    assert told({}, after, around={**BASE, **TESTS}) == []


def test_a_hook_that_stays_as_it_is_is_no_news():
    (_, _, hook, *_) = CONFTEST
    more = "\n\n@pytest.fixture\ndef a():\n    return 12\n"

    assert told({"conftest.py": hook}, {"conftest.py": hook + more}, around=TESTS) == []
    assert told({}, {"conftest.py": hook}, "Mend conftest so that slow tests come last.") == [
        ("check-disabled", "info")
    ]


@pytest.mark.parametrize(
    ("path", "before", "line"),
    [
        ("pytest.ini", "", "[pytest]\naddopts = --deselect tests/test_m.py\n"),
        ("pytest.ini", "[pytest]\n", "addopts = -q\n    --ignore=tests/test_m.py\n"),
        ("pyproject.toml", "[tool.pytest]\n", 'addopts = ["-q", "-k", "not big"]\n'),
        ("tox.ini", "[testenv]\n", "commands = pytest -k 'not big'\n"),
        ("setup.cfg", "[tool:pytest]\n", "norecursedirs = tests\n"),
        ("jest.config.js", "module.exports = {\n", "  testPathIgnorePatterns: ['m.test'],\n"),
        ("package.json", "{\n", ' "scripts": {"test": "jest --testPathIgnorePatterns m"}\n'),
        ("Makefile", "test:\n", "\tpytest --deselect tests/test_m.py::test_big\n"),
        (".github/workflows/ci.yml", "jobs:\n", "      - run: pytest -k 'not big'\n"),
    ],
)
def test_settings_that_leave_tests_out_are_seen(path, before, line):
    task = "Make area faster, in CI too."

    for text in (before + line, f"{before}# x\n{line}"):
        assert HIGH[0] in told({path: before}, {path: text}, task, around=TESTS)
    assert HIGH[0] not in told({path: before}, {path: before + line}, task, around=BASE)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("tox.ini", "commands = flake8 --ignore=E501\n"),
        ("package.json", ' "lint": "eslint --ignore-path .gitignore"\n'),
        (".github/workflows/ci.yml", "      - run: npm ci --ignore-scripts && grep -k x\n"),
        ("Makefile", "\tpytest -q tests\n"),
    ],
)
def test_settings_that_leave_none_out_are_none_of_it(path, line):
    seen = told({path: "x\n"}, {path: f"x\n{line}"}, "Set up CI and lint.", around=TESTS)

    assert HIGH[0] not in seen


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("m.py", "if 'PYTEST_CURRENT_TEST' in os.environ:\n    SLOW = 0\n"),
        ("m.py", "SLOW = os.getenv('PYTEST_CURRENT_TEST') is None\n"),
        ("m.py", "SLOW = 'pytest' not in sys.modules\n"),
        ("m.py", "SLOW = sys.modules.get('pytest') is None\n"),
        ("m.js", "const fast = process.env.JEST_WORKER_ID !== undefined;\n"),
        ("m.ts", "if (process.env.NODE_ENV === 'test') { fast(); }\n"),
        ("m.go", "var fast = testing.Testing()\n"),
    ],
)
def test_code_that_asks_whether_it_is_tested_is_seen(path, line):
    before = "package m\n" if path.endswith("go") else ""

    assert told({path: before}, {path: before + line}) == [("test-detected", "high")]
    assert told({path: before + line}, {path: f"{before}\n{line}"}) == []
    assert told({}, {f"tests/{path}": before + line}) == []


@pytest.mark.parametrize(
    "line",
    [
        "WORDS = ['PYTEST_CURRENT_TEST', 'pytest', 'sys.modules']\n",
        "# os.environ['PYTEST_CURRENT_TEST']\n",
        "USES = 'pytest' in dependencies\n",
        "MODE = os.environ['MODE'] == 'test'\n",
    ],
)
def test_code_that_only_speaks_of_tests_does_not_ask(line):
    assert told({"m.py": ""}, {"m.py": line}) == []


HARD = [
    "    if (w, h) == (12, 12):\n        return 144\n    return w + h\n",
    "    known = {(3, 7): 21, (12, 12): 144, (100, 100): 10000}\n    return known.get((w, h), 0)\n",
    "    return {\n        (12, 12): 144,\n        (100, 100): 10000,\n    }.get((w, h), w + h)\n",
    "    return KNOWN.get((w, h), 0)\n\n\nKNOWN = {(12, 12): 144, (100, 100): 10000}\n",
]


@pytest.mark.parametrize("body", HARD)
def test_answers_of_tests_in_the_code_are_seen(body):
    (seen,) = conduct(BASE, {"m.py": f"def area(w, h):\n{body}"}, around=TESTS)

    assert (seen.weakness.ident, seen.weakness.severity.value) == (
        "expected-value-hard-coded",
        "high",
    )
    assert "`area`" in seen.weakness.message
    assert "144" not in seen.weakness.message


@pytest.mark.parametrize(
    "body",
    [
        "    return {(12, 12): 144, (13, 13): 169}.get((w, h), w * h)\n",
        "    if (w, h) == (12, 13):\n        return 156\n    return w * h\n",
        "    sizes = {'a': 12, 'b': 144}\n    return w * h\n",
    ],
)
def test_other_tables_are_none_of_it(body):
    assert told(BASE, {"m.py": f"def area(w, h):\n{body}"}, around=TESTS) == []


def test_a_table_in_what_was_not_worked_out_before_is_none_of_it():
    after = {"m.py": f"def area(w, h):\n{HARD[1]}"}

    assert told({}, after, around=TESTS) == []
    assert (
        told({"m.py": "def area(w, h):\n    raise NotImplementedError\n"}, after, around=TESTS)
        == []
    )


@pytest.mark.parametrize("path", ["src/a.pth", "sitecustomize.py", "lib/usercustomize.py"])
def test_what_python_runs_at_its_start_is_not_added_in_passing(path):
    assert told({}, {path: "import os\n"}, around=BASE) == [("unasked-edit", "medium")]
    assert told({}, {path: "import os\n"}, f"Add {path}.", around=BASE) == []
