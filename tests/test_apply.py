"""`indict-review apply`: verified code into the working tree, all or none, never the index."""

import json
import os
import pty
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from indict_review import kept, replacing
from indict_review.applying import NoLongerHolds, planned, verified
from indict_review.change import Change, File, Tree
from indict_review.cli import run
from indict_review.errors import ConfigError, PatchError, ToolError
from indict_review.evidence import Severity
from indict_review.kept_review import Kept
from indict_review.replacing import replace_all
from indict_review.review import Review, TaskAssessment
from indict_review.reviewer import Reviewer
from indict_review.sources.commits import CommitsSource
from indict_review.sources.patch import PatchSource
from indict_review.sources.staged import StagedSource
from indict_review.tools.semgrep import Semgrep
from indict_review.trials import Trials
from tests.mending import EVIL, GOOD, Evals, Given, mended

SETTINGS = ["-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "core.autocrlf=false"]


def git(repo, *arguments):
    ran = subprocess.run(
        ["git", *SETTINGS, *arguments], cwd=repo, capture_output=True, check=True,
        env={"PATH": os.environ["PATH"], "HOME": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
    )  # fmt: skip
    return ran.stdout.decode()


@pytest.fixture
def repo(tmp_path):
    """A commit, and no change yet."""
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    write(folder, {"a.py": "import json\n", "pack/b.py": "b = 1\n", "old.txt": "x\ny\n"})
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    return folder


def write(folder, files):
    for path, text in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        content = text if isinstance(text, bytes) else text.encode()
        (folder / path).write_bytes(content)


def stage(folder, files):
    write(folder, files)
    git(folder, "add", "-A")


def staged(repo) -> Change:
    return StagedSource(repo, None, {}).collect()


def kept_of(review: Review, folder: Path) -> Kept:
    """As `apply` gets it: through JSON."""
    kept.keep(review, Severity.HIGH, folder)
    return kept.read(folder / "indict-review" / "last.json")


def applied(review: Review, root: Path, tmp_path: Path, index=None):
    """All that the command does, less the command; semgrep's part is `Evals`'s."""
    plan = planned(kept_of(review, tmp_path), root, index)
    revision = verified(plan, (Evals(),), Trials(plan.change))
    replace_all(root, plan.disk, plan.result(revision))
    return plan, revision


def contents(folder):
    """Every file below it, git's own left out."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }


def test_the_code_of_a_staged_review_gets_into_the_tree_and_not_into_the_index(repo, tmp_path):
    stage(repo, {"a.py": EVIL})
    index = git(repo, "ls-files", "--stage")
    plan, revision = applied(mended(staged(repo), {"a.py": GOOD}), repo, tmp_path)

    assert (repo / "a.py").read_text() == GOOD
    assert git(repo, "ls-files", "--stage") == index
    assert git(repo, "show", ":a.py") == EVIL
    assert (plan.whole, plan.moved) == (False, ())
    assert revision.groups[0].fixes


def test_the_change_is_taken_back_as_it_was_whatever_it_did(repo, tmp_path):
    write(repo, {"moved.py": "def one():\n    return 1\n" * 20, "gone.py": "g = 1\n"})
    (repo / "link").symlink_to("a.py")
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "second")
    git(repo, "mv", "moved.py", "pack/moved.py")
    git(repo, "rm", "-q", "gone.py", "link")
    write(repo, {"pack/moved.py": (repo / "pack/moved.py").read_text() + EVIL})
    (repo / "run.sh").symlink_to("old.txt")
    (repo / "picture.png").write_bytes(b"\0\1\2")
    (repo / "a.py").chmod(0o755)
    stage(repo, {"a.py": EVIL, "new.py": "n = 1", "old.txt": "x\r\ny"})
    change = staged(repo)
    texts = {"a.py": GOOD, "pack/moved.py": change.after.text("pack/moved.py").replace(EVIL, GOOD)}
    plan, _ = applied(mended(change, texts), repo, tmp_path)
    regular = {path for path, file in change.before.files.items() if file.mode >> 12 == 0o10}

    assert regular == {"a.py", "moved.py", "gone.py", "old.txt"}
    assert dict(plan.change.before.files) == {p: change.before.files[p] for p in regular}
    assert (repo / "pack/moved.py").read_text().endswith(GOOD)
    assert stat.S_IMODE((repo / "a.py").stat().st_mode) == 0o755


def test_the_code_of_a_range_is_applied_where_its_head_is_checked_out(repo, tmp_path):
    stage(repo, {"a.py": EVIL})
    git(repo, "commit", "-qm", "second")
    change = CommitsSource(repo, "HEAD~1..HEAD", None, {}).collect()
    applied(mended(change, {"a.py": GOOD}), repo, tmp_path)

    assert (repo / "a.py").read_text() == GOOD


PATCH = (
    "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1,5 @@\n"
    + "".join(f"{'+' if n else ' '}{line}" for n, line in enumerate(EVIL.splitlines(True)))
    + "diff --git a/old.txt b/old.txt\ndeleted file mode 100644\n--- a/old.txt\n+++ /dev/null\n"
    "@@ -1,2 +0,0 @@\n-x\n-y\n"
    "diff --git a/do.sh b/do.sh\nnew file mode 100755\n--- /dev/null\n+++ b/do.sh\n"
    "@@ -0,0 +1 @@\n+ls\n"
)


def test_a_patch_that_is_not_in_the_tree_yet_is_written_with_its_revision(repo, tmp_path):
    review = mended(PatchSource(PATCH.encode(), repo).collect(), {"a.py": GOOD})
    plan, _ = applied(review, repo, tmp_path)

    assert plan.whole
    assert contents(repo) == {"a.py": GOOD.encode(), "pack/b.py": b"b = 1\n", "do.sh": b"ls\n"}
    assert (repo / "do.sh").stat().st_mode & 0o100


def test_a_patch_that_is_in_the_tree_already_gets_its_revision_only(repo, tmp_path):
    review = mended(PatchSource(PATCH.encode(), repo).collect(), {"a.py": GOOD})
    subprocess.run(["git", "apply"], input=PATCH.encode(), cwd=repo, check=True)
    plan, _ = applied(review, repo, tmp_path)

    assert not plan.whole
    assert contents(repo) == {"a.py": GOOD.encode(), "pack/b.py": b"b = 1\n", "do.sh": b"ls\n"}


def test_a_patch_half_of_which_is_in_the_tree_is_refused(repo, tmp_path):
    review = mended(PatchSource(PATCH.encode(), repo).collect(), {"a.py": GOOD})
    write(repo, {"a.py": EVIL + "\n"})

    with pytest.raises(ConfigError, match=r"refused: a\.py moved on since the review"):
        applied(review, repo, tmp_path)


def refused(repo, tmp_path, review):
    before = contents(repo)
    index = StagedSource(repo, None, {}).project
    with pytest.raises(ConfigError, match=r"refused: a\.py moved on since the review") as told:
        applied(review, repo, tmp_path, index)
    assert contents(repo) == before
    return told.value


@pytest.mark.parametrize("now", [EVIL + "\n", EVIL.replace("\n", "\r\n"), GOOD, ""])
def test_a_file_that_moved_on_is_left_alone(repo, tmp_path, now):
    stage(repo, {"a.py": EVIL})
    review = mended(staged(repo), {"a.py": GOOD})
    stage(repo, {"a.py": now})

    assert "Review it as it is now" in refused(repo, tmp_path, review).hint


def test_a_file_that_is_gone_has_moved_on(repo, tmp_path):
    stage(repo, {"a.py": EVIL})
    review = mended(staged(repo), {"a.py": GOOD})
    git(repo, "rm", "-qf", "a.py")
    refused(repo, tmp_path, review)


def test_a_file_with_more_in_it_than_is_staged_is_left_alone_and_said_so(repo, tmp_path):
    fill = "\n\ndef more(x):\n    y = x + 1\n    z = y + 1\n    return z\n"
    stage(repo, {"a.py": EVIL + fill})
    review = mended(staged(repo), {"a.py": GOOD + fill})
    write(repo, {"a.py": EVIL + fill + "\n\nlater = 1\n"})
    told = refused(repo, tmp_path, review)

    assert "what is staged is as reviewed" in str(told)
    assert "git diff -- a.py >rest.patch && git restore -- a.py" in told.hint
    subprocess.run("git diff -- a.py >rest.patch && git restore -- a.py", shell=True, cwd=repo)
    applied(review, repo, tmp_path)
    assert (repo / "a.py").read_text() == GOOD + fill
    git(repo, "apply", "rest.patch")
    assert (repo / "a.py").read_text() == GOOD + fill + "\n\nlater = 1\n"


def test_another_file_of_the_change_that_moved_on_is_only_told_of(repo, tmp_path):
    stage(repo, {"a.py": EVIL, "pack/b.py": "b = 2\n"})
    review = mended(staged(repo), {"a.py": GOOD})
    write(repo, {"pack/b.py": "b = 3\n"})
    plan, _ = applied(review, repo, tmp_path)

    assert plan.moved == ("pack/b.py",)
    assert contents(repo)["pack/b.py"] == b"b = 3\n"
    assert (repo / "a.py").read_text() == GOOD


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_stay_as_they_are(repo, tmp_path, end, last):
    def shaped(text):
        return (text if last else text.removesuffix("\n")).replace("\n", end)

    stage(repo, {"a.py": shaped(EVIL)})
    applied(mended(staged(repo), {"a.py": shaped(GOOD)}), repo, tmp_path)

    assert (repo / "a.py").read_bytes() == shaped(GOOD).encode()


def test_a_new_file_of_the_revision_gets_its_folder(repo, tmp_path):
    stage(repo, {"a.py": EVIL})
    texts = {"a.py": GOOD}
    change = staged(repo)
    review = mended(change, texts)
    after = Tree({**review.revision.tree.files, "tests/test_a.py": File(b"def test_a():\n    0\n")})
    review = with_code(review, after)
    applied(review, repo, tmp_path)

    assert (repo / "tests" / "test_a.py").read_text() == "def test_a():\n    0\n"
    write(repo, {"a.py": EVIL})
    with pytest.raises(ConfigError, match=r"tests/test_a\.py moved on"):
        applied(review, repo, tmp_path)


def with_code(review, tree):
    """The review with other code, as if that had been verified."""
    from hashlib import sha256

    from indict_review.patches.render import unified_diff

    patch = unified_diff(review.change.after, tree)
    receipt = replace(
        review.revision.verification.receipt, patch_sha256=sha256(patch.encode()).hexdigest()
    )
    verification = replace(review.revision.verification, receipt=receipt)
    return replace(
        review, revision=replace(review.revision, patch=patch, tree=tree, verification=verification)
    )


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (EVIL.replace("(text)", "( text )"), "finding-gone: still there"),
        (GOOD + "\n\ndef more(text):\n    return eval(text + text)\n", "nothing-new"),
        (GOOD + "if:\n", "parses"),
        ("import json\n", "function-kept"),
    ],
)
def test_code_that_does_not_hold_any_more_is_refused(repo, tmp_path, code, told):
    stage(repo, {"a.py": EVIL})
    review = mended(staged(repo), {"a.py": GOOD})
    review = with_code(review, review.change.after.with_text("a.py", code))

    with pytest.raises(NoLongerHolds, match=told) as error:
        applied(review, repo, tmp_path)
    assert error.value.exit_code == 1
    assert (repo / "a.py").read_text() == EVIL


class Blind(Evals):
    def examine(self, before, after):
        raise ToolError("no eyes")


def test_what_could_not_look_is_no_consent(repo, tmp_path):
    stage(repo, {"a.py": EVIL})
    plan = planned(kept_of(mended(staged(repo), {"a.py": GOOD}), tmp_path), repo)

    with pytest.raises(ToolError, match="no eyes"):
        verified(plan, (Blind(),), Trials(plan.change))
    with pytest.raises(ToolError, match="could not be verified again: tests"):
        verified(plan, (Evals(),), Trials(plan.change, require_tests=True))


def test_a_review_without_code_or_with_withheld_code_has_nothing_to_apply(repo, tmp_path):
    stage(repo, {"a.py": EVIL})
    review = mended(staged(repo), {"a.py": GOOD})
    harmful = replace(review, task_assessment=TaskAssessment(True, "malware", ()))

    with pytest.raises(ConfigError, match="withheld"):
        applied(harmful, repo, tmp_path)
    with pytest.raises(ConfigError, match="no verified code"):
        applied(replace(review, revision=None), repo, tmp_path)


def test_no_link_is_followed(repo, tmp_path):
    stage(repo, {"a.py": EVIL, "pack/b.py": EVIL})
    review = mended(staged(repo), {"a.py": GOOD, "pack/b.py": GOOD})
    (repo / "pack").rename(tmp_path / "outside")
    (repo / "pack").symlink_to(tmp_path / "outside")

    with pytest.raises(PatchError, match="symbolic link"):
        applied(review, repo, tmp_path)
    assert (repo / "a.py").read_text() == EVIL
    assert (tmp_path / "outside" / "b.py").read_text() == EVIL


OLD = Tree({"a": File(b"1"), "b/c": File(b"2", 0o100755), "gone": File(b"3")})
NEW = Tree({"a": File(b"one"), "b/c": File(b"two", 0o100755), "n/e/w": File(b"new")})


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "b").mkdir()
    write(tmp_path, {path: file.content for path, file in OLD.files.items()})
    (tmp_path / "a").chmod(0o640)
    (tmp_path / "b" / "c").chmod(0o711)
    return tmp_path


def test_all_files_are_replaced_and_modes_stay(folder):
    assert replace_all(folder, OLD, NEW) == ("a", "b/c", "gone", "n/e/w")
    assert contents(folder) == {"a": b"one", "b/c": b"two", "n/e/w": b"new"}
    assert stat.S_IMODE((folder / "a").stat().st_mode) == 0o640
    assert stat.S_IMODE((folder / "b" / "c").stat().st_mode) == 0o711


@pytest.mark.parametrize("stroke", [OSError(5, "Input/output error"), KeyboardInterrupt()])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_if_one_rename_fails_all_is_as_it_was(folder, monkeypatch, stroke, at):
    """Three renames and a removal are to do; the ones done before the stroke are put back."""
    rename, count = os.replace, 0

    def struck(*arguments, **options):
        nonlocal count
        count += 1
        if count == at:
            raise stroke
        rename(*arguments, **options)

    monkeypatch.setattr(replacing.os, "replace", struck)
    with pytest.raises((ConfigError, KeyboardInterrupt)):
        replace_all(folder, OLD, NEW)

    assert count >= at
    assert contents(folder) == {path: file.content for path, file in OLD.files.items()}
    assert not (folder / "n").exists()
    assert stat.S_IMODE((folder / "a").stat().st_mode) == 0o640


def test_if_nothing_can_be_put_back_the_old_content_is_kept_and_named(folder, monkeypatch):
    rename, count = os.replace, 0

    def struck(*arguments, **options):
        nonlocal count
        count += 1
        if count > 1:
            raise OSError(5, "Input/output error")
        rename(*arguments, **options)

    monkeypatch.setattr(replacing.os, "replace", struck)
    with pytest.raises(ConfigError, match="a could not be put back") as told:
        replace_all(folder, OLD, NEW)
    (beside,) = folder.glob(".a.indict-*")

    assert beside.read_bytes() == b"1"
    assert beside.name in told.value.hint


def test_a_file_that_changed_while_the_user_was_asked_is_left_alone(folder):
    (folder / "b" / "c").write_bytes(b"mine")
    with pytest.raises(ConfigError, match="b/c was changed meanwhile"):
        replace_all(folder, OLD, NEW)

    assert contents(folder) == {"a": b"1", "b/c": b"mine", "gone": b"3"}


def test_a_folder_that_is_a_file_is_said(folder):
    with pytest.raises(ConfigError, match="gone/b cannot be written: Not a directory"):
        replace_all(folder, Tree(), Tree({"gone/b": File(b"x")}))


@pytest.mark.parametrize("path", ["../x", "/tmp/x", ".git/hooks/pre-commit", "x/.GIT/y"])
def test_nothing_is_written_outside_or_into_gits_folder(folder, path):
    with pytest.raises(PatchError):
        replace_all(folder, Tree(), Tree({path: File(b"x")}))


# From here on, the command itself, with the real semgrep.

BEFORE = "import sqlite3\n"
INJECTION = BEFORE + (
    "\n\ndef find(db: sqlite3.Connection, name: str):\n"
    '    return db.execute("SELECT * FROM users WHERE name = \'" + name + "\'").fetchone()\n'
)
SAFE = BEFORE + (
    "\n\ndef find(db: sqlite3.Connection, name: str):\n"
    '    return db.execute("SELECT * FROM users WHERE name = ?", (name,)).fetchone()\n'
)


@pytest.fixture
def injected(repo, monkeypatch):
    """A staged SQL injection, reviewed, and the review kept."""
    stage(repo, {"app.py": INJECTION})
    review = Reviewer((Semgrep(),), offers=(Given({"app.py": SAFE}),)).review(staged(repo))
    assert [finding.cwe for finding in review.findings] == ["CWE-89"]
    kept.keep(review, Severity.HIGH, repo / ".git")
    monkeypatch.chdir(repo)
    return repo


def call(capsys, *arguments):
    code = run(["apply", "--quiet", "--sandbox", "none", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_apply_shows_writes_and_says_what_is_next(injected, capsys):
    index = git(injected, "ls-files", "--stage")
    code, out, err = call(capsys, "--yes")

    assert code == 0, err
    assert '+    return db.execute("SELECT * FROM users WHERE name = ?", (name,))' in out
    assert "Verified again: applies, parses, finding-gone, nothing-new" in err
    assert "Next: git add -- app.py" in err
    assert (injected / "app.py").read_text() == SAFE
    assert git(injected, "ls-files", "--stage") == index
    code, _, err = call(capsys, "--yes")  # a second time there is nothing left to do
    assert code == 2
    assert "app.py moved on since the review" in err


def test_apply_works_from_a_folder_below_and_on_a_file_that_was_given(
    injected, capsys, monkeypatch
):
    path = injected.parent / "review.json"
    (injected / ".git" / "indict-review" / "last.json").rename(path)
    (injected / ".git" / "indict-review" / "last-revision.json").unlink()
    monkeypatch.chdir(injected / "pack")
    code, _, err = call(capsys, "--yes")
    assert (code, "no review with verified code is kept" in err) == (2, True)
    code, _, err = call(capsys, str(path), "--yes")

    assert code == 0, err
    assert (injected / "app.py").read_text() == SAFE


def test_a_dry_run_writes_nothing(injected, capsys):
    code, out, err = call(capsys, "--dry-run")

    assert code == 0, err
    assert "-    return db.execute(" in out
    assert (injected / "app.py").read_text() == INJECTION


def test_without_a_terminal_nothing_is_written_unasked(injected, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", open(os.devnull))
    code, out, err = call(capsys)

    assert (code, out) == (2, "")
    assert "--yes" in err
    assert (injected / "app.py").read_text() == INJECTION


@pytest.mark.parametrize(
    ("answer", "text"), [(b"n\n", INJECTION), (b"\n", INJECTION), (b"y\n", SAFE)]
)
def test_on_a_terminal_it_asks(injected, answer, text):
    ours, theirs = pty.openpty()
    os.write(ours, answer)
    ran = subprocess.run(
        [sys.executable, "-m", "indict_review", "apply", "--quiet", "--sandbox", "none"],
        cwd=injected, stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(kept.__file__).parent.parent)},
    )  # fmt: skip
    said = os.read(ours, 10_000)
    os.close(ours)
    os.close(theirs)

    assert ran.returncode == 0, said
    assert b"Write this into the working tree? [y/N]" in said
    assert (injected / "app.py").read_text() == text


def test_code_that_is_no_mend_is_refused_with_exit_code_1(injected, capsys):
    last = injected / ".git" / "indict-review"
    review = Reviewer((Semgrep(),), offers=(Given({"app.py": SAFE}),)).review(staged(injected))
    worse = SAFE + "\n\ndef run(code: str):\n    return eval(code)\n"
    kept.keep(
        with_code(review, review.change.after.with_text("app.py", worse)),
        Severity.HIGH,
        last.parent,
    )
    code, _, err = call(capsys, "--yes")

    assert code == 1
    assert "does not hold any more" in err
    assert (injected / "app.py").read_text() == INJECTION


def test_what_a_hostile_name_or_text_would_draw_is_spelt_out(injected, capsys):
    stage(injected, {"app.py": INJECTION + "# \x1b[2J\u202e\n"})
    safe = SAFE + "# \x1b[2J\u202e\n"
    review = Reviewer((Semgrep(),), offers=(Given({"app.py": safe}),)).review(staged(injected))
    kept.keep(review, Severity.HIGH, injected / ".git")
    code, out, err = call(capsys, "--dry-run")

    assert code == 0, err
    assert "SELECT * FROM users WHERE name = ?" in out
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_a_secret_is_written_and_not_shown(injected, capsys):
    token = "ghp_" + "a1B2" * 9
    line = f'TOKEN = "{token}"\n'
    stage(injected, {"app.py": INJECTION + line})
    offer = Given({"app.py": SAFE + line}, mends="CWE-89")
    review = Reviewer((Semgrep(),), offers=(offer,)).review(staged(injected))
    kept.keep(review, Severity.HIGH, injected / ".git")
    code, out, err = call(capsys, "--yes")

    assert code == 0, err
    assert 'TOKEN = "' in out
    assert token not in out + err
    assert (injected / "app.py").read_text() == SAFE + line


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d["change"]["files"][0].update(path="../app.py"),
        lambda d: d["change"].update(patch="--- a/../x\n+++ b/../x\n@@ -1 +1 @@\n-a\n+b\n"),
        lambda d: d["change"].update(patch="@@ -1 +1 @@\n-a\n+b\n"),
        lambda d: d["revision"].update(patch="junk"),
        lambda d: d.pop("revision"),
        lambda d: d.update(schema="indict-review/9"),
    ],
)
def test_a_hostile_document_is_two_lines_and_exit_code_2(injected, capsys, spoil):
    path = injected / "review.json"
    document = json.loads((injected / ".git" / "indict-review" / "last.json").read_text())
    spoil(document)
    path.write_text(json.dumps(document))
    code, out, err = call(capsys, str(path), "--yes")

    assert (code, out) == (2, "")
    assert err.startswith("indict-review: ")
    assert len(err.splitlines()) == 2
    assert (injected / "app.py").read_text() == INJECTION


def test_the_settings_of_a_reviewed_head_do_not_count(repo, capsys, monkeypatch):
    """The commits under review bring settings that nobody can read: the base's are used."""
    stage(repo, {"app.py": INJECTION, ".indict-review.yaml": "no: such: thing"})
    git(repo, "commit", "-qm", "second")
    change = CommitsSource(repo, "HEAD~1..HEAD", None, {}).collect()
    review = Reviewer((Semgrep(),), offers=(Given({"app.py": SAFE}),)).review(change)
    kept.keep(review, Severity.HIGH, repo / ".git")
    monkeypatch.chdir(repo)
    code, _, err = call(capsys, "--yes")

    assert code == 0, err
    assert (repo / "app.py").read_text() == SAFE
