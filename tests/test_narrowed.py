"""`paths`: files that are left out are listed, and neither examined nor shown."""

from dataclasses import replace

import pytest

from indict_review.change import Coverage, Tree
from indict_review.models.asking import Asker
from indict_review.patches.render import unified_diff
from indict_review.reviewer import Reviewer, Strategy
from indict_review.scope import Paths, only
from indict_review.tools.narrowed import Narrowed
from indict_review.tools.semgrep import Semgrep
from tests.changing import change, tree
from tests.scripted import ScriptedModel, on_task

BAD = "import os\n\n\ndef run(name):\n    os.system('ls ' + name)\n"


def made(before, after, renames=None):
    asked = change(before, after, renames)
    return replace(asked, patch=unified_diff(asked.before, asked.after, renames))


@pytest.mark.parametrize(
    ("include", "exclude", "left_out", "kept"),
    [
        ([], [], [], ["a.py", "b/c.py"]),
        ([], ["vendor/"], ["vendor/a.py", "x/vendor/y/z.js"], ["vendored.py", "a.py"]),
        ([], ["/vendor"], ["vendor/a.py"], ["x/vendor/a.py"]),
        ([], ["*.min.js", "docs/**"], ["a/b.min.js", "docs/a/b.md"], ["b.js", "doc/a"]),
        (["src/"], [], ["a.py", "tests/a.py"], ["src/a.py"]),
        (["src/"], ["src/gen/"], ["src/gen/a.py", "b.py"], ["src/a.py"]),
        (["**/*.py"], [], ["a.js"], ["a.py", "b/c.py"]),
        ([], ["**", "*", ".indict-review/"], ["a.py"],
         [".indict-review.yaml", "pay/.indict-review.yaml", ".indict-review/decisions.yaml"]),
        (["src/"], [], ["x/.indict-review/decisions.yaml"], [".indict-review/decisions.yaml"]),
    ],
)  # fmt: skip
def test_globs_say_what_is_left_out(include, exclude, left_out, kept):
    paths = Paths(tuple(include), tuple(exclude))

    assert [path for path in (*left_out, *kept) if paths.leaves_out(path)] == left_out


def test_left_out_files_are_not_examined_and_count_as_not_applicable():
    paths = Paths(exclude=("vendor/",), origin=".indict-review.yaml")
    asked = made({}, {"app.py": BAD, "vendor/app.py": BAD, "vendor/b.py": BAD})
    review = Reviewer((Narrowed(Semgrep(), paths),), paths=paths).review(asked)

    assert {f.location.path for f in review.findings} == {"app.py"}
    assert review.coverage == {
        "app.py": Coverage.REVIEWED,
        "vendor/app.py": Coverage.NOT_APPLICABLE,
        "vendor/b.py": Coverage.NOT_APPLICABLE,
    }
    assert paths.notes(asked) == ("2 files are left out by `paths` in .indict-review.yaml",)
    assert Paths().notes(asked) == ()


def test_a_file_that_is_moved_out_of_what_was_left_out_is_new():
    class Looks:
        name, version = "looks", "1"

        def covers(self, path):
            return True

        def examine(self, before, after):
            yield from (sorted(before.files), sorted(after.files))

    narrowed = Narrowed(Looks(), Paths(exclude=("old/",)))

    assert list(narrowed.examine(tree({"old/a.py": "a"}), tree({"a.py": "a"}))) == [[], ["a.py"]]
    assert not narrowed.covers("old/a.py")


def test_a_change_without_them_is_as_if_it_did_not_touch_them():
    before = {"app.py": "a = 1\n", "lib/old.py": "x = 1\n", "gone/b.py": "b = 1\n"}
    after = {"app.py": "a = 2\n", "lib/new.py": "x = 2\n", "gone/b.py": "b = 2\n"}
    asked = made(before, after, {"lib/new.py": "lib/old.py"})
    paths = Paths(exclude=("gone/",)).looked_at(asked)
    narrowed = only(asked, paths)

    assert "gone" in asked.patch
    assert "gone" not in narrowed.patch
    assert "rename from lib/old.py" in narrowed.patch
    assert [file.path for file in narrowed.files] == ["app.py", "lib/new.py"]
    assert set(narrowed.before.files) == {"app.py", "lib/old.py"}
    assert set(narrowed.after.files) == {"app.py", "lib/new.py"}
    assert only(asked, Paths(exclude=("nothing/",)).looked_at(asked)) is asked


def test_the_empty_paths_leave_a_tree_as_it_is():
    asked = Tree()

    assert Paths().tree(asked) is asked


@pytest.mark.parametrize("strategy", [Strategy.INDICT_REVIEW, Strategy.INDICT_PAPER])
def test_no_question_to_a_model_quotes_what_is_left_out(strategy):
    asked = made({}, {"app.py": "answer = 41\n", "vendor/b.py": "vendored = 'a long line'\n"})
    told = {}
    for paths in (Paths(), Paths(exclude=("vendor/",))):
        model = ScriptedModel(lambda question, schema: (schema and on_task(schema)) or "no")
        Reviewer((), paths=paths, asker=Asker(model), strategy=strategy).review(asked)
        told[bool(paths)] = "\n".join(model.questions)

    assert "answer = 41" in told[True]
    assert "vendored" in told[False]
    assert "vendored" not in told[True]
