"""`indict-review dismiss` on real repositories."""

import json
import os
import subprocess
from datetime import date, timedelta

import pytest

from indict_review import cli
from indict_review.ledger import file
from indict_review.ledger.entries import LEDGER, parse

ONE, TWO = "3f1c0a92e7d45b68", "3f1cffff00000000"
REASON = "the name comes from a closed list"


@pytest.fixture
def repo(tmp_path, monkeypatch):
    """A repository whose last review has two findings."""
    top = tmp_path / "shop"
    top.mkdir()
    git(top, "init", "-q")
    git(top, "config", "user.name", "Ada Example")
    git(top, "config", "user.email", "ada@example.org")
    (top / ".git" / "indict-review").mkdir()
    keep(top, [found(ONE), found(TWO, "CWE-22", "app/files.py")])
    monkeypatch.chdir(top)
    return top


def git(repo, *arguments):
    ran = subprocess.run(["git", *arguments], cwd=repo, capture_output=True, text=True, check=True)
    return ran.stdout


def found(fingerprint, ident="CWE-89", path="app/users.py", title="SQL injection"):
    return {"fingerprint": fingerprint, "ident": ident, "path": path, "title": title}


def keep(repo, findings, schema="indict-review/1"):
    document = {"schema": schema, "findings": findings}
    (repo / ".git" / "indict-review" / "last.json").write_text(json.dumps(document))


def dismiss(*arguments):
    return cli.run(["dismiss", *arguments])


def entries(repo):
    return parse((repo / LEDGER).read_bytes())


def test_a_finding_of_the_last_review_is_named_by_its_first_digits(repo, capsys):
    assert dismiss("3f1c0", "--reason", REASON) == 0
    (entry,) = entries(repo)
    said = capsys.readouterr().out

    assert (entry.fingerprint, entry.ident, entry.path) == (ONE, "CWE-89", "app/users.py")
    assert (entry.by, entry.on) == ("Ada Example <ada@example.org>", date.today())
    assert (entry.reason, entry.until) == (REASON, None)
    assert f"git add {LEDGER}" in said
    assert REASON in said


def test_only_the_working_tree_is_written(repo):
    dismiss(ONE, "--reason", REASON)

    assert git(repo, "ls-files") == ""
    assert os.listdir(repo / ".indict-review") == ["decisions.yaml"]


def test_it_works_from_any_folder_and_with_an_end(repo, monkeypatch):
    (repo / "app").mkdir()
    monkeypatch.chdir(repo / "app")
    last = date.today() + timedelta(days=30)

    assert dismiss(ONE, "--reason", REASON, "--days", "30", "--by", "Bo") == 0
    assert dismiss(TWO, "--reason", REASON, "--until", last.isoformat()) == 0
    assert [entry.until for entry in entries(repo)] == [last, last]
    assert [entry.by for entry in entries(repo)] == ["Bo", "Ada Example <ada@example.org>"]


def test_a_finding_seen_elsewhere_is_named_in_full(repo):
    (repo / ".git" / "indict-review" / "last.json").unlink()
    arguments = ("--reason", REASON, "--ident", "CWE-1", "--path", "a\n b.py")

    assert dismiss("00000000000000FF", *arguments) == 0
    (entry,) = entries(repo)
    assert (entry.fingerprint, entry.ident) == ("00000000000000ff", "CWE-1")
    assert entry.path == "a\\n b.py"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["3f1c"], "may be any of"),
        (["3f"], "no finding that is known here"),
        (["abcd"], "no finding that is known here"),
        (["../../x"], "no finding that is known here"),
        ([ONE, "--reason", "  "], "--reason is missing"),
        ([ONE, "--reason", "ok"], "the reason says nothing"),
        ([ONE, "--reason", "a \x1b[2J b"], "cannot be shown"),
        ([ONE, "--reason", "x" * 5000], "too long"),
        ([ONE, "--until", "2020-01-01"], "2020-01-01 is over"),
        ([ONE, "--until", "soon"], "does not match the format"),
        ([ONE, "--until", "2099-01-01", "--days", "3"], "one of --until and --days"),
        ([], "give one of FINGERPRINT"),
        ([ONE, "--list"], "give one of FINGERPRINT"),
        (["--remove", ONE], "is not dismissed"),
    ],
)
def test_what_cannot_be_is_refused_in_two_lines_and_nothing_is_written(
    repo, capsys, arguments, said
):
    given = arguments if "--reason" in arguments else [*arguments, "--reason", REASON]
    assert dismiss(*given) == 2
    shown = capsys.readouterr()

    assert said in shown.err
    assert len(shown.err.splitlines()) == 2
    assert shown.out == ""
    assert not (repo / ".indict-review").exists()


def test_a_reason_is_needed(repo, capsys):
    assert dismiss(ONE) == 2
    assert "--reason is missing" in capsys.readouterr().err


def test_what_is_dismissed_already_says_by_whom(repo, capsys):
    dismiss(ONE, "--reason", REASON)

    assert dismiss(ONE, "--reason", "another one", "--by", "Bo") == 2
    assert f"already, by Ada Example <ada@example.org>: {REASON}" in capsys.readouterr().err
    assert len(entries(repo)) == 1


def test_a_decision_that_ran_out_is_made_anew(repo):
    dismiss(ONE, "--reason", REASON)
    old = f"reason: {json.dumps(REASON)}\n"
    text = (repo / LEDGER).read_text()
    (repo / LEDGER).write_text(text.replace(old, f"{old}  until: 2020-01-01\n"))

    assert not entries(repo)[0].in_force(date.today())
    assert dismiss(ONE, "--reason", "still so") == 0
    assert [(e.reason, e.until) for e in entries(repo)] == [("still so", None)]


def test_all_decisions_are_listed_with_who_when_why_and_until(repo, capsys):
    assert dismiss("--list") == 0
    assert capsys.readouterr().out == "Nothing is dismissed.\n"

    (repo / ".indict-review").mkdir()
    (repo / LEDGER).write_text(
        f'decisions:\n- {{fingerprint: "{ONE}", ident: CWE-89, path: "a\\e.py", by: Ada, '
        "on: 2020-01-01, reason: why not, until: 2020-02-01}\n"
    )
    assert dismiss("--list") == 0
    assert capsys.readouterr().out == (
        f"{ONE}  CWE-89 in a␛.py  Ada, 2020-01-01, until 2020-02-01 (over): why not\n"
    )


def test_a_decision_is_taken_back_and_the_rest_stays(repo, capsys):
    dismiss(ONE, "--reason", REASON)
    before = (repo / LEDGER).read_bytes()
    dismiss(TWO, "--reason", REASON)

    assert dismiss("--remove", "3f1cf") == 0
    assert (repo / LEDGER).read_bytes() == before
    assert "Taken back: 3f1cffff00000000" in capsys.readouterr().out
    assert dismiss("--remove", ONE) == 0
    assert entries(repo) == ()


def test_no_link_is_followed(repo, capsys, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (repo / ".indict-review").symlink_to(elsewhere)
    assert dismiss(ONE, "--reason", REASON) == 2

    (repo / ".indict-review").unlink()
    (repo / ".indict-review").mkdir()
    (repo / LEDGER).symlink_to(elsewhere / "decisions.yaml")
    assert dismiss(ONE, "--reason", REASON) == 2
    assert capsys.readouterr().err.count("symbolic link") == 2
    assert os.listdir(elsewhere) == []


def test_a_ledger_that_cannot_be_read_is_not_written_over(repo, capsys):
    (repo / ".indict-review").mkdir()
    (repo / LEDGER).write_text("decisions: 3\n")

    assert dismiss(ONE, "--reason", REASON) == 2
    assert "cannot be used" in capsys.readouterr().err
    assert (repo / LEDGER).read_text() == "decisions: 3\n"


def test_a_write_that_fails_leaves_the_ledger_as_it_was(repo, monkeypatch, capsys):
    dismiss(ONE, "--reason", REASON)
    before = (repo / LEDGER).read_bytes()

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(file.os, "rename", full)
    assert dismiss(TWO, "--reason", REASON) == 2
    assert "No space left on device" in capsys.readouterr().err
    assert (repo / LEDGER).read_bytes() == before
    assert os.listdir(repo / ".indict-review") == ["decisions.yaml"]


@pytest.mark.parametrize(
    "content",
    [
        b"\xff",
        b"[" * 100_000,
        b"[]",
        b'{"schema": "indict-review/2", "findings": []}',
        b'{"schema": "indict-review/1", "findings": 3}',
        b'{"schema": "indict-review/1", "findings": [3]}',
        b'{"schema": "indict-review/1", "findings": [{}]}',
        b'{"schema": "indict-review/1", "findings": '
        b'[{"fingerprint": "../x", "ident": "", "path": "", "title": ""}]}',
        b'{"schema": "indict-review/1", "findings": '
        b'[{"fingerprint": 3, "ident": "", "path": "", "title": ""}]}',
    ],
)
def test_a_kept_review_that_is_none_is_refused(repo, content, capsys):
    (repo / ".git" / "indict-review" / "last.json").write_bytes(content)

    assert dismiss("3f1c0", "--reason", REASON) == 2
    assert "the last review cannot be used" in capsys.readouterr().err


def test_what_the_kept_review_says_is_written_as_plain_text(repo):
    keep(repo, [found(ONE, 'x"\n- evil: [', "a\x1b[2J\u202eb\ud800.py")])

    assert dismiss("3f1c0", "--reason", REASON) == 0
    (entry,) = entries(repo)
    assert entry.ident == 'x"\\n- evil: ['
    assert entry.path == "a\\x1b[2J\\u202eb\\ud800.py"


def test_outside_a_repository_it_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    assert dismiss(ONE, "--reason", REASON, "--by", "Bo") != 0
    assert len(capsys.readouterr().err.splitlines()) == 2
