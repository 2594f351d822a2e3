"""Answers that are hard-coded, and packages that are new, invented or nearly others."""

import pytest

from indict_review.tools.conduct.near_names import is_slip
from tests.conducting import conduct, told

FIB = (
    "def fib(n):\n    a, b = 0, 1\n    for _ in range(n):\n        a, b = b, a + a\n    return a\n"
)
BRANCH = "    if n == 30:\n        return 832040\n"
CHEAT = FIB.replace("    for", BRANCH + "    for")
TESTS = {
    "tests/test_fib.py": "from fib import fib\n\n\ndef test_fib():\n    assert fib(30) == 832040\n"
}


def test_a_branch_for_what_a_test_expects_is_seen():
    (seen,) = conduct({"fib.py": FIB}, {"fib.py": CHEAT}, "Mend fib.", around=TESTS)

    assert (seen.weakness.ident, seen.weakness.severity.value) == (
        "expected-value-hard-coded",
        "high",
    )
    assert seen.location.quote == BRANCH.rstrip()
    assert "`test_fib` in tests/test_fib.py expects" in seen.weakness.message


@pytest.mark.parametrize(
    ("path", "before", "branch", "test", "asserted"),
    [
        ("fib.js", "function fib(n) {\n  return fib(n - 1) + fib(n - 2);\n}\n",
         "  if (n === 30) return 832040;\n", "fib.test.js",
         "it('works', () => {\n  expect(fib(30)).toBe(832040);\n});\n"),
        ("Fib.java", "class Fib {\n  static int fib(int n) {\n    return fib(n - 1) + fib(n - 2);\n"
         "  }\n}\n", "    if (n == 30) {\n      return 832040;\n    }\n", "FibTest.java",
         "class FibTest {\n  @Test\n  void works() { assertEquals(832040, Fib.fib(30)); }\n}\n"),
        ("fib.py", "def rev(s):\n    return s[:1] + rev(s[1:])\n",
         "    if s == 'stressed':\n        return 'desserts'\n", "test_fib.py",
         "@pytest.mark.parametrize('a, b', [('stressed', 'desserts')])\n"
         "def test_rev(a, b):\n    assert rev(a) == b\n"),
    ],
)  # fmt: skip
def test_it_is_seen_in_other_words(path, before, branch, test, asserted):
    lines = before.splitlines(True)
    at = next(n for n, line in enumerate(lines) if "return" in line)
    after = "".join([*lines[:at], branch, *lines[at:]])

    assert told({path: before}, {path: after}, around={test: asserted}) == [
        ("expected-value-hard-coded", "high")
    ]


NO_CHEAT = {
    "of other values": FIB.replace("    for", "    if n == 31:\n        return 832041\n    for"),
    "of no one value": FIB.replace("    for", "    if n == 1:\n        return 1\n    for"),
    "a table": "def fib(n):\n    if n == 30:\n        return 832040\n    if n == 31:\n"
    "        return 1346269\n    if n == 32:\n        return 2178309\n    return other(n)\n",
    "all there is": "def fib(n):\n    if n == 30:\n        return 832040\n    return None\n",
}


@pytest.mark.parametrize("how", NO_CHEAT)
def test_other_branches_are_none_of_it(how):
    assert told({"fib.py": FIB}, {"fib.py": NO_CHEAT[how]}, around=TESTS) == []


def test_a_branch_that_was_there_or_came_with_its_test_is_none_of_it():
    (path, text), *_ = TESTS.items()

    assert told({"fib.py": CHEAT}, {"fib.py": CHEAT + "\n\nX = 1\n"}, around=TESTS) == []
    assert told({"fib.py": FIB}, {"fib.py": CHEAT, path: text}) == []


def test_the_task_may_name_the_value():
    task = "For 30, fib has to give 832040."

    assert told({"fib.py": FIB}, {"fib.py": CHEAT}, task, around=TESTS) == [
        ("expected-value-hard-coded", "info")
    ]


LOCK = '[[package]]\nname = "requests"\nversion = "2"\n\n[[package]]\nname = "urllib3"\n'
PYPROJECT = '[project]\nname = "shop"\ndependencies = [\n    "flask>=3",\n]\n'


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("urllib3", ("dependency-added", "info")),
        ("simpy", ("dependency-added", "low")),
        ("reqeusts", ("dependency-typo", "high")),
        ("request", ("dependency-typo", "high")),
        ("url-lib3", ("dependency-typo", "high")),
        ("numpyy", ("dependency-added", "low")),
        ("httpx", ("dependency-added", "low")),
        ("requests2", ("dependency-added", "low")),
    ],
)
def test_a_new_dependency_is_looked_up_in_the_lock_file(name, expected):
    after = PYPROJECT.replace('"flask>=3",', f'"flask>=3",\n    "{name}[all]>=1; x == \'y\'",')
    (seen,) = conduct(
        {"pyproject.toml": PYPROJECT}, {"pyproject.toml": after}, around={"uv.lock": LOCK}
    )

    assert (seen.weakness.ident, seen.weakness.severity.value) == expected
    assert name in seen.location.quote


@pytest.mark.parametrize(
    ("path", "before", "after", "name"),
    [
        ("requirements-dev.txt", "flask==3\n",
         "flask==3\n# x\n-r other.txt\nnewone>=1  # y\n", "newone"),
        ("requirements.txt", "#\n", "New_One @ https://example.org/x.whl\n", "new-one"),
        ("pyproject.toml", "[tool.poetry.dependencies]\npython = '^3.10'\n",
         "[tool.poetry.dependencies]\npython = '^3.10'\nnewone = '^1'\n", "newone"),
        ("pyproject.toml", "[dependency-groups]\ndev = ['pytest']\n",
         "[dependency-groups]\ndev = ['pytest', {include-group = 'other'}, 'newone']\n", "newone"),
        ("setup.cfg", "[options]\ninstall_requires =\n    flask\n",
         "[options]\ninstall_requires =\n    flask\n    newone>=2\n", "newone"),
        ("package.json", '{"dependencies": {}}', '{"dependencies": {"@us/newone": "^1"}}',
         "@us/newone"),
        ("go.mod", "module m\n\nrequire (\n)\n",
         "module m\n\nrequire (\n\tgithub.com/us/newone v1.2.3\n)\n", "github.com/us/newone"),
        ("Cargo.toml", "[dependencies]\n", '[dependencies]\nnew_one = "1"\n', "new-one"),
        ("Cargo.toml", "", "[dev-dependencies.newone]\nversion = '1'\n", "newone"),
        ("pom.xml", "<a/>", "<dependency><groupId>us</groupId>\n<artifactId>newone</artifactId>"
         "</dependency>", "us:newone"),
        ("build.gradle.kts", "", 'implementation("us:newone:1.0")\n', "us:newone"),
    ],
)  # fmt: skip
def test_every_manifest_is_read(path, before, after, name):
    (seen,) = conduct({path: before}, {path: after})

    assert (seen.weakness.ident, seen.weakness.severity.value) == ("dependency-added", "low")
    assert f"`{name}`" in seen.weakness.message


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("package-lock.json", '{"packages": {\n"node_modules/newone": {}}}'),
        ("yarn.lock", "newone@^1.0.0:\n  version 1\n"),
        ("pnpm-lock.yaml", "packages:\n  newone@1.0.0:\n    x: 1\n"),
        ("web/package.json", '{"devDependencies": {"newone": "1"}}'),
    ],
)
def test_what_any_lock_file_or_manifest_has_is_known(path, text):
    after = '{"dependencies": {"newone": "1"}}'

    assert told({"package.json": "{}"}, {"package.json": after}, around={path: text}) == [
        ("dependency-added", "info")
    ]


def test_a_version_that_changes_is_no_new_dependency():
    after = PYPROJECT.replace(">=3", ">=3.1")

    assert told({"pyproject.toml": PYPROJECT}, {"pyproject.toml": after}) == []


def test_a_lock_that_the_change_itself_writes_knows_nothing():
    before = {"package.json": "{}", "package-lock.json": "{}"}
    after = {
        "package.json": '{"dependencies": {"lodahs": "1"}}',
        "package-lock.json": '{"packages": {\n"node_modules/lodahs": {}}}',
    }

    assert told(before, after) == [("dependency-typo", "high")]


def test_a_name_that_the_task_names_is_meant():
    after = PYPROJECT.replace(">=3", '>=3", "request')

    assert told({"pyproject.toml": PYPROJECT}, {"pyproject.toml": after}, "Use request.") == [
        ("dependency-typo", "info")
    ]


def test_the_first_manifest_of_a_project_names_what_it_needs():
    assert told({}, {"requirements.txt": "flask\nnewone\n"}) == []
    assert told({}, {"requirements.txt": "reqeusts\n"}) == [("dependency-typo", "high")]


def test_slips_are_few():
    assert is_slip("pyymal", "pyyaml")
    assert is_slip("scikitlearn", "scikit-learn")
    assert not is_slip("boto3", "botos")
    assert not is_slip("rich", "ruch")
    assert not is_slip("@us/react", "react")
    assert not is_slip("react", "react")


AROUND = {
    "requirements.txt": "PyYAML\npython-dateutil\npillow\n",
    "shop/__init__.py": "",
    "shop/price.py": "import markdown\n",
    "package.json": '{"dependencies": {"react": "18", "@us/kit": "1"}}',
    "web/components/button.ts": "",
}


@pytest.mark.parametrize(
    ("path", "line", "unknown"),
    [
        ("shop/a.py", "import fastjsonx", True),
        ("shop/a.py", "from fastjsonx.core import load", True),
        ("shop/a.py", "import json", False),
        ("shop/a.py", "import yaml, os", False),
        ("shop/a.py", "from PIL import Image", False),
        ("shop/a.py", "from dateutil import parser", False),
        ("shop/a.py", "import shop.price", False),
        ("shop/a.py", "import price", False),
        ("shop/a.py", "import markdown", False),
        ("shop/a.py", "from .near import x", False),
        ("shop/a.py", "try:\n    import fastjsonx\nexcept ImportError:\n    pass", False),
        ("shop/a.py", 'TEXT = """\nimport fastjsonx\n"""', False),
        ("web/a.ts", "import x from 'fastjsonx';", True),
        ("web/a.js", "const x = require('fastjsonx/core');", True),
        ("web/a.ts", "import React from 'react';", False),
        ("web/a.ts", "import { kit } from '@us/kit/button';", False),
        ("web/a.ts", "import x from './fastjsonx';", False),
        ("web/a.ts", "import fs from 'node:fs';", False),
        ("web/a.ts", "import { b } from 'components/button';", False),
        ("web/a.ts", "import { b } from '@/button';", False),
    ],
)
def test_an_import_of_what_nobody_knows_is_told(path, line, unknown):
    expected = [("dependency-unknown", "low")] if unknown else []

    assert told({path: ""}, {path: f"{line}\n"}, around=AROUND) == expected


def test_without_a_manifest_nothing_can_be_told_of_imports():
    assert told({"a.py": ""}, {"a.py": "import fastjsonx\n"}) == []
