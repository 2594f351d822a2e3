"""Which framework a project or a command has."""

import json

import pytest

from indict_review.tools.frameworks import table, words
from indict_review.tools.frameworks.inside import script
from tests.running import reader

PROJECTS = {
    "pytest by its settings": (
        {"pyproject.toml": "[tool.pytest.ini_options]\n", "tests/test_a.py": "import unittest"},
        "pytest",
    ),
    "pytest by its tests": ({"tests/test_a.py": "def test_a(): ..."}, "pytest"),
    "pytest by conftest.py": ({"conftest.py": "", "t/a_test.py": ""}, "pytest"),
    "unittest": (
        {"tests/test_a.py": "import unittest\nclass A(unittest.TestCase):\n    def test_a(self):"},
        "unittest",
    ),
    "tox": (
        {"tox.ini": "[testenv]\ncommands = python -m pytest {posargs} spec\n", "spec/a.py": ""},
        "tox",
    ),
    "nox": ({"noxfile.py": "def t(session):\n  session.run('pytest', 'spec')"}, "nox"),
    "node by its tests": ({"test/a.mjs": "import test from 'node:test';"}, "node"),
    "node by its script": ({"package.json": '{"scripts": {"test": "node --test"}}'}, "node"),
    "jest": ({"package.json": '{"scripts": {"test": "jest --ci"}}'}, "jest"),
    "vitest": ({"package.json": '{"scripts": {"test": "npx vitest run"}}'}, "vitest"),
    "mocha by its package": ({"package.json": '{"devDependencies": {"mocha": "10"}}'}, "mocha"),
    "a script of its own": ({"package.json": '{"scripts": {"test": "lint && jest"}}'}, "npm"),
    "npm init's script": (
        {"package.json": '{"scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}'},
        None,
    ),
    "a broken package.json": ({"package.json": "{"}, None),
    "a hostile package.json": ({"package.json": '{"scripts": ["test"], "dependencies": 3}'}, None),
    "go": ({"go.mod": "module m", "a_test.go": ""}, "go"),
    "go without tests": ({"go.mod": "module m", "a.go": ""}, None),
    "cargo": ({"Cargo.toml": "[package]"}, "cargo"),
    "maven": ({"pom.xml": "", "src/test/java/ATest.java": ""}, "maven"),
    "gradle": ({"build.gradle.kts": "", "app/src/test/kotlin/A.kt": ""}, "gradle"),
    "phpunit": ({"phpunit.xml.dist": "", "tests/ATest.php": ""}, "phpunit"),
    "dotnet": ({"t/T.csproj": '<PackageReference Include="Microsoft.NET.Test.Sdk"/>'}, "dotnet"),
    "ctest": ({"CMakeLists.txt": "project(p)\n  enable_testing()\n"}, "ctest"),
    "make": ({"Makefile": "all:\n\ntest: all\n\t./t\n"}, "make"),
    "a variable is no target": ({"Makefile": "test := 1\n\nmytest:\n"}, None),
    "other people's tests": ({"node_modules/x/test_a.py": "def test_a(): ..."}, None),
    "pytest by plain classes": (
        {"tests/test_m.py": "class TestM:\n    def test_x(self):\n        assert 1\n"},
        "pytest",
    ),
    "nothing": ({"README.md": ""}, None),
}

COMMANDS = {
    "pytest -k 'a or b' tests": ("pytest", ("-k", "a or b", "tests")),
    "python3.12 -m pytest -x": ("pytest", ("-x",)),
    "python -m unittest -v": ("unittest", ("-v",)),
    "tox -e py": ("tox", None),
    "nox": ("nox", None),
    "node --test test/": ("node", ("test/",)),
    "npx --no-install jest --ci": ("jest", ("--ci",)),
    "npx vitest run": ("vitest", ()),
    "mocha spec": ("mocha", ("spec",)),
    "go test -race ./...": ("go", ("-race", "./...")),
    "cargo test --workspace": ("cargo", ("--workspace",)),
    "mvn verify -Pci": ("maven", ("verify", "-Pci")),
    "./gradlew check": ("gradle", ("check",)),
    "vendor/bin/phpunit tests": ("phpunit", ("tests",)),
    "dotnet test A.sln": ("dotnet", ("A.sln",)),
    "ctest --test-dir build -j2": ("ctest", ("-j2",)),
    "npm test": ("npm", None),
    "make check": ("command", None),
    "pytest && echo done": ("command", None),
    "cd sub; pytest": ("command", None),
    "pytest 'unclosed": ("command", None),
    "./run-tests.sh": ("command", None),
}


@pytest.mark.parametrize("project", PROJECTS)
def test_a_project_is_recognised(project):
    files, name = PROJECTS[project]

    found = table.detect(frozenset(files), reader(files))

    assert (found.name if found else None) == name


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_recognised_and_keeps_its_arguments(command):
    name, arguments = COMMANDS[command]

    found = table.of_command(command)

    assert found.name == name
    if arguments is not None:
        assert found.arguments == arguments
        called = found.call(frozenset(), reader({})).command
        assert [w for w in called if w in arguments] == list(arguments)


@pytest.mark.parametrize("framework", table.FRAMEWORKS, ids=lambda f: f.shown())
def test_no_call_can_be_foretold_and_all_its_tools_are_there(framework):
    files = {"tests/test_a.py": "", "tests/conftest.py": "", "tox.ini": "", "noxfile.py": ""}
    calls = [framework.call(frozenset(files), reader(files)) for _ in range(2)]

    named = [w for w in calls[0].command if w.startswith("{box}/tools/")]
    assert all(w.removeprefix("{box}/tools/") in calls[0].tools for w in named)
    if framework.name not in ("make", "npm", "tox", "nox"):
        assert (calls[0].command, calls[0].tools) != (calls[1].command, calls[1].tools)
    assert bool(calls[0].planted) == bool(calls[0].fails)
    assert not set(calls[0].planted) & set(calls[1].planted) - {""}


def test_what_is_prepared_names_its_locks_and_never_an_option_of_the_project():
    files = {
        "requirements.txt": "six\n",
        "pyproject.toml": '[project]\ndependencies = ["click>=8", "x[y]<2", "--index-url=evil"]\n',
        "tests/test_a.py": "def test_a(): ...",
    }

    prepared = table.FRAMEWORKS[0].prepare(frozenset(files), reader(files))

    assert prepared is not None
    assert prepared.command[-4:] == ("-r", "requirements.txt", "click>=8", "x[y]<2")
    assert prepared.locks == ("requirements.txt", "pyproject.toml")
    assert table.FRAMEWORKS[0].prepare(frozenset({"a"}), reader({})) is None


@pytest.mark.parametrize("framework", table.FRAMEWORKS, ids=lambda f: f.shown())
def test_what_is_prepared_is_left_in_the_box_and_found_again(framework):
    files = {
        "requirements.txt": "six",
        "package.json": '{"dependencies": {"a": "1"}}',
        "go.mod": "require a v1",
        "Cargo.lock": "",
        "Cargo.toml": "[dependencies]",
        "pom.xml": "",
        "composer.json": "{}",
        "a.csproj": "",
    }

    prepared = framework.prepare(frozenset(files), reader(files))

    if prepared is not None:
        assert any("{box}/out" in word for word in prepared.command)
        assert any("{prepared}" in value for value in prepared.environ.values())
        assert set(prepared.locks) <= set(files)
        assert prepared.locks
    else:
        assert framework.name in ("gradle", "ctest", "make")


SLOW = {
    "package.json": json.dumps(
        {"scripts": {"test": "node --test " + "**/" * 500 + "*a" * 500 + " " + "*a*" * 500}}
    ),
    "pyproject.toml": "dependencies = [\n" * 50_000 + "testpaths" + "\n" * 100_000,
    "tests/test_a.py": "\n" * 500_000 + " " * 500_000,
    "Makefile": "test " * 200_000,
    "tox.ini": "[testenv]\n" * 50_000 + "{posargs" * 50_000,
    "noxfile.py": "session.run(" * 50_000 + " " * 100_000,
    "CMakeLists.txt": "\n \t" * 200_000,
    "a" * 200 + "/" + "a" * 250 + ".js": "",
}


def test_a_project_made_to_be_slow_is_looked_at_all_the_same():
    paths, read = frozenset(SLOW), reader(SLOW)

    for framework in table.FRAMEWORKS:
        framework.found(paths, read)
        framework.call(paths, read)
        framework.prepare(paths, read)


def test_patterns_are_spread_as_a_shell_would():
    paths = frozenset({"test/a.js", "test/b/c.js", "test/b/d.mjs", "a.js"})

    def spread(word):
        return words.spread([word], paths)

    assert spread("test/*.js") == ("test/a.js",)
    assert spread("./test/**/*.js") == ("test/a.js", "test/b/c.js")
    assert spread("**/?.m*") == ("test/b/d.mjs",)
    assert spread("none/*") == ("none/*",)


def test_scripts_for_the_sandbox_are_plain_sh():
    for name in ("keep.sh", "into.sh", "linked.sh", "ctest.sh"):
        assert b"[[" not in script(name)
