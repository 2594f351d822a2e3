"""`indict-review generate` as people call it: from a task to code that lands, or does not."""

import json
import subprocess
from importlib.resources import files

import jsonschema
import pytest

from indict_review.cli import run
from indict_review.formats import FORMATS
from indict_review.models import casting
from indict_review.models.casting import Cast
from tests.test_writing import CART, TASK, Pen, lay_out, on_disk, whole

SCHEMA = json.loads(files("indict_review").joinpath("schema/review-1.json").read_text())
WORM = whole("worm.py", "import os\n\n\ndef spread(hosts):\n    os.system(hosts)\n")
OPEN = (
    "import sqlite3\n\n\n"
    "def find(cursor: sqlite3.Cursor, name: str):\n"
    "    cursor.execute(f\"SELECT * FROM users WHERE name = '{name}'\")\n"
    "    return cursor.fetchone()\n"
)
BAD = "cursor.execute(f\"SELECT * FROM users WHERE name = '{name}'\")"
GOOD = 'cursor.execute("SELECT * FROM users WHERE name = ?", (name,))'
MENDED = f"```python\n{GOOD}\nreturn cursor.fetchone()\n```"


@pytest.fixture
def generate(tmp_path, monkeypatch, capsys):
    """Calls it for a folder `shop`, with a model that writes these answers."""
    (tmp_path / "shop").mkdir()
    monkeypatch.chdir(tmp_path)

    def call(*arguments, answers=(), pen=None, task=TASK):
        pen = pen or Pen(*answers)
        with monkeypatch.context() as patched:
            if "--model" not in arguments:
                patched.setattr(casting, "cast", lambda config, root: (Cast(pen, {}, ()), ""))
            asked = [] if task is None else ["--task", task]
            common = ["--repo", "shop", "--sandbox", "none", "--quiet"]
            code = run(["generate", *asked, *common, *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def git(folder, *arguments):
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    ran = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return ran.stdout


def committed(folder, files):
    lay_out(folder, files)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")


def test_what_holds_is_written_into_an_empty_folder_when_asked(generate, tmp_path):
    answer = whole("shop/cart.py", CART)
    code, out, err = generate(answers=[answer])
    assert code == 0, err
    assert "PASS" in out
    assert on_disk(tmp_path / "shop") == set()

    code, _, err = generate("--apply", answers=[answer])
    assert code == 0, err
    assert "Written: shop/cart.py" in err
    assert (tmp_path / "shop/shop/cart.py").read_text() == CART


def test_the_json_says_that_it_was_generated_and_what_became_of_it(generate):
    _, out, _ = generate("--format", "json", answers=[whole("shop/cart.py", CART)])
    review = json.loads(out)

    jsonschema.validate(review, SCHEMA)
    assert review["change"]["source"] == "generate"
    assert review["change"]["task"] == TASK
    assert review["gate"] == "accepted"
    assert review["dialogue"][0]["speaker"] == "actor"
    assert CART in review["dialogue"][0]["text"]
    assert review["usage"]["phases"]["write"] >= 0


def test_the_patch_is_one_that_git_applies(generate, tmp_path):
    committed(tmp_path / "shop", {"cart.py": "x = 1\n"})
    answer = whole("cart.py", "x = 1\n" + CART) + whole("new.py", CART)
    code, _, err = generate("--output-patch", "made.diff", answers=[answer], task="Add to cart.py")
    assert code == 0, err
    assert git(tmp_path / "shop", "status", "--porcelain") == ""

    git(tmp_path / "shop", "apply", "../made.diff")
    assert (tmp_path / "shop/cart.py").read_text() == "x = 1\n" + CART
    assert (tmp_path / "shop/new.py").read_text() == CART


def test_code_with_a_weakness_lands_as_its_verified_revision(generate, tmp_path):
    pen = Pen(whole("users.py", OPEN), *[MENDED] * 9)
    code, out, _ = generate("--apply", pen=pen, task="find(cursor, name) in users.py")

    assert code == 0, out
    assert "revised" in out
    assert (tmp_path / "shop/users.py").read_text() == OPEN.replace(BAD, GOOD)


def test_what_is_rejected_is_not_written(generate, tmp_path):
    pen = Pen(whole("users.py", OPEN), *["```python\nreturn None\n```"] * 9)
    code, out, err = generate(
        "--apply", "--output-patch", "made.diff", pen=pen, task="find(cursor, name) in users.py"
    )

    assert code == 1
    assert "rejected" in out
    assert "Nothing was written" in err
    assert on_disk(tmp_path / "shop") == set()
    assert not (tmp_path / "made.diff").exists()


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_shows_a_line_of_what_a_harmful_task_was_answered_with(generate, tmp_path, form):
    pen = Pen(WORM, harm="malware")
    arguments = ("--apply", "--output-patch", "made.diff", "--format", form)
    code, out, _ = generate(*arguments, pen=pen, task="A worm")

    assert code == 1
    assert "os.system" not in out
    assert "def spread" not in out
    assert on_disk(tmp_path / "shop") == set()
    assert not (tmp_path / "made.diff").exists()


def test_the_review_that_git_keeps_has_none_of_a_harmful_answer_either(generate, tmp_path):
    committed(tmp_path / "shop", {"a.py": "x = 1\n"})
    code, _, _ = generate(pen=Pen(WORM, harm="malware"), task="A worm")
    kept = [p for p in (tmp_path / "shop/.git/indict-review").rglob("*") if p.is_file()]

    assert code == 1
    assert kept
    assert all("os.system" not in path.read_text() for path in kept)


def test_work_that_is_not_committed_stops_it_before_the_review(generate, tmp_path):
    committed(tmp_path / "shop", {"cart.py": "x = 1\n"})
    (tmp_path / "shop/cart.py").write_text("x = 2\n")
    pen = Pen(whole("cart.py", CART))
    code, _, err = generate("--apply", pen=pen, task="Write cart.py anew")

    assert code == 2
    assert "cart.py has changes that are not committed" in err
    assert len(pen.questions) == 1
    assert (tmp_path / "shop/cart.py").read_text() == "x = 2\n"


def test_a_patch_and_a_review_for_one_place_are_refused_before_anything_is_asked(generate):
    pen = Pen()
    code, _, err = generate("--output-patch", "-", pen=pen)

    assert code == 2
    assert "standard output" in err
    assert pen.questions == []


def test_the_code_on_the_disk_is_shown_not_that_of_the_last_commit(generate, tmp_path):
    committed(tmp_path / "shop", {"cart.py": "old_price = 1\n"})
    (tmp_path / "shop/cart.py").write_text("new_price = 1\n")
    pen = Pen(whole("cart.py", "new_price = 2\n"))
    code, _, err = generate(pen=pen, task="Write cart.py anew")

    assert code == 0, err
    assert "new_price" in pen.prompt()
    assert "old_price" not in pen.prompt()


def test_what_was_recorded_is_replayed(generate, tmp_path):
    pen = Pen(whole("shop/cart.py", CART))
    code, _, err = generate("--record", "said.jsonl", pen=pen)
    assert code == 0, err

    code, _, err = generate("--model", "replay:said.jsonl", "--apply")
    assert code == 0, err
    assert (tmp_path / "shop/shop/cart.py").read_text() == CART


@pytest.mark.parametrize(
    ("arguments", "task", "complaint"),
    [
        ((), None, "there is no task"),
        ((), " ", "there is no task"),
        ((), "@nowhere.md", "cannot be read"),
        (("--model", "none"), TASK, "needs a model"),
        (("--model", "local"), TASK, "the embedded model cannot be used"),
        (("--repo", "nowhere"), TASK, "is no directory"),
    ],
)
def test_bad_input_is_two_lines(generate, arguments, task, complaint):
    code, out, err = generate(*arguments, pen=Pen(), task=task)

    assert code == 2
    assert out == ""
    assert complaint in err
    assert len(err.strip().split("\n")) == 2


def test_answers_that_fit_nowhere_write_nothing_and_the_last_is_shown(generate, tmp_path):
    code, out, err = generate("--apply", answers=["I cannot do that."] * 3)

    assert code == 2
    assert out == ""
    answer, what, hint = err.strip().split("\n")
    assert answer == "| I cannot do that."
    assert "wrote nothing that can be used" in what
    assert "--record" in hint
    assert on_disk(tmp_path / "shop") == set()


@pytest.mark.model
def test_the_real_model_writes_a_small_program(model_weights, tmp_path, monkeypatch, capsys):
    (tmp_path / "cache/models").mkdir(parents=True)
    (tmp_path / "cache/models" / model_weights.name).symlink_to(model_weights)
    monkeypatch.setenv("INDICT_REVIEW_CACHE", str(tmp_path / "cache"))
    (tmp_path / "empty").mkdir()
    task = "A function shout(text) in shout.py that returns the text in capital letters."
    arguments = ["generate", "--task", task, "--repo", str(tmp_path / "empty"), "--apply"]
    code = run([*arguments, "--model", "local", "--sandbox", "none", "--format", "json"])
    review = json.loads(capsys.readouterr().out)

    assert review["change"]["source"] == "generate"
    assert ".upper()" in review["change"]["patch"]
    assert review["dialogue"][0]["speaker"] == "actor"
    assert {"safety", "helpfulness"} <= {turn["speaker"] for turn in review["dialogue"]}
    assert review["task_assessment"]["harmful"] is False
    assert (tmp_path / "empty/shout.py").exists() == (code == 0)
