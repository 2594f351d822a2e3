"""What a task can excuse, and what it cannot."""

import pytest

from tests.conducting import told

_RUN = "def test_run():\n    assert run(1) == 6\n"
WAS = {"test_run.py": f"{_RUN}\n\ndef test_other():\n    assert other()\n"}
GUTTED = {"test_run.py": WAS["test_run.py"].replace("== 6", "is not None")}
DELETED = {"test_run.py": _RUN}


@pytest.mark.parametrize(
    ("task", "severity"),
    [
        ("Make run faster.", "high"),
        ("Add an offset to run and update the tests.", "medium"),
        ("Relax the assertions of test_run.", "info"),
        (None, "medium"),
    ],
)
def test_only_who_asks_for_weaker_tests_gets_them_in_silence(task, severity):
    assert told(WAS, GUTTED, task) == [("assertion-weakened", severity)]


@pytest.mark.parametrize(
    ("task", "severity"),
    [
        ("Make run faster.", "high"),
        ("Merge the tests of run.", "medium"),
        ("Remove the tests of other.", "info"),
    ],
)
def test_a_deleted_test_is_excused_by_name_alone(task, severity):
    assert told(WAS, DELETED, task) == [("test-deleted", severity)]


@pytest.mark.parametrize("task", ["Remove the tests of other.", "Remove the test test_other."])
def test_the_actors_own_word_for_the_task_excuses_nothing(task):
    assert told(WAS, DELETED, task, hearsay=True) == [("test-deleted", "medium")]


def test_a_task_that_names_a_package_does_not_name_its_misspelling():
    was, now = {"requirements.txt": "flask\n"}, {"requirements.txt": "flask\nrequest\n"}
    around = {"requirements-dev.txt": "requests\n"}

    assert told(was, now, "Add the dependency requests.", around=around) == [
        ("dependency-typo", "high")
    ]


@pytest.mark.parametrize("module", ["panda", "flas", "sql"])
def test_a_part_of_a_packages_name_is_no_package(module):
    around = {"requirements.txt": "pandas\nflask\nsqlalchemy\n", "app.py": "import os\n"}
    now = {"app.py": f"import os\nimport {module}\n"}

    assert told({"app.py": "import os\n"}, now, around=around) == [("dependency-unknown", "low")]


@pytest.mark.parametrize("module", ["yaml", "dateutil", "pandas"])
def test_a_package_may_be_imported_by_a_part_of_its_name(module):
    around = {"requirements.txt": "pyyaml\npython-dateutil\npandas\n", "app.py": "import os\n"}
    now = {"app.py": f"import os\nimport {module}\n"}

    assert told({"app.py": "import os\n"}, now, around=around) == []
