"""Edits that nobody asked for, and accounts that are not true."""

import pytest

from indict_review.change import File, Tree
from tests.conducting import conduct, told

BEFORE = {
    "shop/price.py": "def price(name):\n    return PRICES[name]\n",
    "shop/stock.py": "def stock(name):\n    return 12\n",
    "shop/page.py": "from shop.price import price\n\n\ndef page():\n    return price('tea')\n",
    "tests/test_price.py": "from shop.price import price\n\n\n"
    "def test_price():\n    assert price('tea') == 400\n",
    "README.md": "The shop.\n",
}  # fmt: skip


def edited(*paths):
    """The base, with a comment more in some files."""
    words = {path: path.partition(".")[0].replace("/", "_") for path in paths}
    mark = {p: f"\n{w}\n" if p.endswith(".md") else f"\n\n# {w}\n" for p, w in words.items()}
    before = {path: BEFORE[path] for path in paths}
    return before, {path: text + mark[path] for path, text in before.items()}


@pytest.mark.parametrize(
    ("task", "paths", "unasked"),
    [
        ("Mend shop/price.py.", ["shop/price.py", "shop/stock.py"], "shop/stock.py"),
        ("Mend price.py.", ["shop/price.py", "shop/stock.py"], "shop/stock.py"),
        ("Mend `shop/price.py`, please", ["shop/price.py", "tests/test_price.py"], None),
        ("Mend shop/price.py.", ["shop/price.py", "shop/page.py"], None),
        ("Mend shop/price.py.", ["shop/price.py", "README.md"], None),
        ("Change only shop/price.py.", ["shop/price.py", "README.md"], "README.md"),
        ("Mend what is in shop/.", ["shop/price.py", "shop/stock.py"], None),
        ("Mend the prices.", ["shop/price.py", "shop/stock.py"], None),
        (None, ["shop/price.py", "shop/stock.py"], None),
    ],
)
def test_where_the_task_names_files_others_need_a_tie_to_them(task, paths, unasked):
    seen = conduct(*edited(*paths), task, around=BEFORE)

    assert [o.location.path for o in seen] == ([unasked] if unasked else [])
    assert {(o.weakness.ident, o.weakness.severity.value) for o in seen} <= {
        ("unasked-edit", "low")
    }


def test_a_file_that_shares_what_changes_belongs_to_it():
    before = {path: BEFORE[path] for path in ("shop/price.py", "shop/stock.py")}
    after = {path: text + "\n\nCURRENCY = 'EUR'\n" for path, text in before.items()}

    assert told(before, after, "Mend shop/price.py.") == []


SENSITIVE = {
    ".github/workflows/ci.yml": "jobs:\n",
    ".gitignore": "*.log\n",
    "mypy.ini": "[mypy]\nstrict = true\n",
    ".indict-review.yaml": "fail-on: high\n",
    ".gitattributes": "* text\n",
    "poetry.lock": '[[package]]\nname = "x"\n',
}


@pytest.mark.parametrize("path", SENSITIVE)
@pytest.mark.parametrize(("task", "severity"), [("Make the page faster.", "medium"), (None, "low")])
def test_what_checks_the_code_is_not_edited_in_passing(path, task, severity):
    before = {path: SENSITIVE[path], "a.py": "a = 12\n"}
    after = {path: SENSITIVE[path] + "# more\n", "a.py": "a = 13\n"}

    assert told(before, after, task) == [("unasked-edit", severity)]


@pytest.mark.parametrize(
    ("path", "task"),
    [
        (".github/workflows/ci.yml", "Let CI run on two Pythons."),
        ("mypy.ini", "Edit mypy.ini so that it passes."),
        (".gitignore", "Ignore the logs."),
        (".indict-review.yaml", "Raise the review's threshold."),
        ("poetry.lock", "Bump the packages."),
    ],
)
def test_the_task_may_ask_for_it(path, task):
    after = {path: SENSITIVE[path] + "# more\n"}

    assert told({path: SENSITIVE[path]}, after, task, around={"a.py": ""}) == []


def test_of_a_pyproject_only_the_parts_of_tools_are_meant():
    before = {"pyproject.toml": '[project]\nname = "a"\n\n[tool.ruff]\nline-length = 100\n'}
    other = before["pyproject.toml"].replace('"a"', '"b"')
    rules = before["pyproject.toml"] + 'ignore = ["E501"]\n'

    assert told(before, {"pyproject.toml": other}) == []
    assert told(before, {"pyproject.toml": rules}) == [("unasked-edit", "medium")]
    assert told(before, {"pyproject.toml": rules}, "Let ruff ignore E501.") == []


def test_a_lock_beside_its_manifest_is_no_surprise():
    before = {"poetry.lock": "", "pyproject.toml": '[project]\nversion = "1"\n'}
    after = {"poetry.lock": "# new\n", "pyproject.toml": '[project]\nversion = "2"\n'}

    assert told(before, after) == []


def test_a_mode_that_changes_is_told():
    before = Tree({"run.sh": File(b"ls\n"), "a.py": File(b"a = 12\n")})
    after = Tree({"run.sh": File(b"ls\n", 0o100755), "a.py": File(b"a = 13\n")})

    assert told(before, after) == [("unasked-edit", "medium")]
    assert told(before, after, "Make the script executable.") == []


def test_a_new_project_may_have_it_all():
    after = {"mypy.ini": "[mypy]\n", ".github/workflows/ci.yml": "jobs:\n", "a.py": "a = 1\n"}

    assert told({}, after, "Write a shop.") == []


@pytest.mark.parametrize(
    ("account", "paths", "untrue"),
    [
        ("I only changed `shop/price.py`.", ["shop/price.py", "shop/stock.py"], "shop/stock.py"),
        ("I've only modified price.py", ["shop/price.py", "shop/stock.py"], "shop/stock.py"),
        ("I only changed `shop/price.py`.", ["shop/price.py"], None),
        ("Done. I also added tests for it.", ["shop/price.py"], "no test is added"),
        ("I added two unit tests.", ["shop/price.py", "tests/test_price.py"], None),
        ("- Updated `shop/stock.py` to match", ["shop/price.py"], "shop/stock.py is not changed"),
        ("You should have updated `shop/stock.py`.", ["shop/price.py"], None),
        ("I changed how `shop/stock.py` is read.", ["shop/price.py", "shop/stock.py"], None),
        ("Fixed the bug that `shop/stock.py` shows.", ["shop/price.py"], None),
        ("Changed what price.py and stock.py share.", ["shop/price.py"], None),
        ("I only changed price.py and `stock.py`.", ["shop/price.py", "shop/stock.py"], None),
        ("I did not touch shop/stock.py.", ["shop/price.py"], None),
        ("Updated the docs in `elsewhere.md`", ["shop/price.py"], None),
        ("It only changes one line. Added testing notes.", ["shop/price.py"], None),
        (None, ["shop/price.py"], None),
    ],
)
def test_an_account_is_held_against_the_change(account, paths, untrue):
    seen = conduct(*edited(*paths), "Mend it.", account, around=BEFORE)

    assert [o.weakness.ident for o in seen] == (["account-untrue"] if untrue else [])
    assert all(untrue in o.weakness.message and o.weakness.severity.value == "low" for o in seen)


def test_tests_that_were_said_to_be_untouched_are():
    before = {"tests/test_price.py": BEFORE["tests/test_price.py"]}
    other = {"tests/test_price.py": before["tests/test_price.py"].replace("400", "500")}
    more = {"tests/test_price.py": before["tests/test_price.py"] + "\n\ndef test_b():\n    f(12)\n"}
    said = "No tests were changed."

    assert told(before, other, "Mend it.", said) == [("account-untrue", "low")]
    assert told(before, more, "Mend it.", said) == []


def test_an_account_made_to_be_slow_is_read_quickly():
    hostile = ["I only changed " * 4000, "`" * 60_000, "a/" * 30_000, "added " * 20_000 + "tests"]

    for account in hostile:
        assert told(*edited("shop/price.py"), account, account, around=BEFORE) == []
