"""What the gate lets through: as a patch that git takes, and into the working tree."""

import io
import json
import os
import shutil
import sys
from dataclasses import replace

import pytest

from indict_review import kept
from indict_review.change import File, Tree
from indict_review.cli import run
from indict_review.commands.patch import _FORMS
from indict_review.errors import ConfigError, PatchError
from indict_review.evidence import Severity, Skipped
from indict_review.landing import land, output_patch, result
from indict_review.output import masked
from indict_review.patches.reading import FORMS
from indict_review.review import Gate, TaskAssessment
from indict_review.reviewer import Reviewer
from indict_review.sources.patch import PatchSource
from indict_review.sources.staged import StagedSource
from indict_review.tools.semgrep import Semgrep
from tests.mending import EVIL, GOOD, Evals, Given, mended
from tests.patching import git, repository, snapshot, write

HIGH = Severity.HIGH
START = {"a.py": b"import json\n", "pack/b.py": b"b = 1\n", "old.txt": b"x\ny\n"}


@pytest.fixture
def repo(tmp_path):
    return repository(tmp_path / "repo", START)


def diff_of(root, change):
    """What git says that `change` does; the tree is as it was afterwards."""
    change(root)
    git(root, "add", "-A")
    text = git(root, "diff", "--cached", "-M")
    git(root, "reset", "-q", "--hard")
    git(root, "clean", "-qfd")
    return text


def review_of(text, root):
    """Tools that see nothing but `eval(`."""
    return Reviewer((Evals(),)).review(PatchSource(text, root).collect())


def evil(root):
    write(root, {"a.py": EVIL.encode()})


def revised_of(root, more=lambda root: None):
    def change(root):
        evil(root)
        more(root)

    return mended(PatchSource(diff_of(root, change), root).collect(), {"a.py": GOOD})


def rename(root):
    (root / "new name").mkdir()
    (root / "pack/b.py").rename(root / "new name" / "ü.py")


def edited_rename(root):
    write(root, {"pack/long.py": b"one = 1\n" * 30})
    git(root, "add", "-A")
    git(root, "commit", "-qm", "second")
    git(root, "mv", "pack/long.py", "moved.py")
    write(root, {"moved.py": b"one = 1\n" * 30 + b"two = 2\n"})


CHANGES = {
    "lines": lambda root: write(root, {"old.txt": b"x\nz\n"}),
    "a carriage return in each line": lambda root: write(root, {"old.txt": b"x\r\ny\r\n"}),
    "no final newline": lambda root: write(root, {"old.txt": b"x\ny"}),
    "not UTF-8": lambda root: write(root, {"old.txt": b"x\n\xff\xfe\xe9\n"}),
    "other line ends": lambda root: write(root, {"old.txt": b"x\fy\x0b\ny\xc2\x85\n"}),
    "new": lambda root: write(root, {"in/a new/file.txt": b"new"}),
    "new and empty": lambda root: write(root, {"empty": b""}),
    "new, a name in quotes": lambda root: write(root, {'a "q"\xff é.txt': b"q\n"}),
    "gone": lambda root: (root / "old.txt").unlink(),
    "renamed": rename,
    "renamed and edited": edited_rename,
    "a mode": lambda root: (root / "a.py").chmod(0o755),
    "a mode and lines": lambda root: (evil_free(root), (root / "a.py").chmod(0o755)),
    "a new script": lambda root: (write(root, {"do.sh": b"ls\n"}), (root / "do.sh").chmod(0o755)),
}


def evil_free(root):
    write(root, {"a.py": b"import json\nimport re\n"})


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("gate", [Gate.ACCEPTED, Gate.REVISED])
def test_git_makes_of_the_patch_what_apply_writes(repo, tmp_path, name, gate):
    if gate is Gate.REVISED:
        review = mended_with(repo, CHANGES[name])
    else:
        review = review_of(diff_of(repo, CHANGES[name]), repo)
    assert review.gate(HIGH) is gate
    text = output_patch(review, HIGH)
    other = shutil.copytree(repo, tmp_path / "other")
    git(other, "apply", "-", stdin=text.encode("utf-8", "surrogateescape"))
    index = git(repo, "ls-files", "--stage")
    paths = land(review, HIGH, repo)

    assert snapshot(other) == snapshot(repo)
    assert git(repo, "ls-files", "--stage") == index
    lands = result(review, HIGH).files
    assert set(paths) <= {*lands, *review.change.before.files}
    for path, file in lands.items():
        there = repo / os.fsdecode(path.encode("utf-8", "surrogateescape"))
        assert (there.read_bytes(), there.stat().st_mode & 0o100) == (
            file.content, file.mode & 0o100
        )  # fmt: skip
    assert not any((repo / path).exists() for path in {*review.change.before.files} - {*lands})


def mended_with(root, more):
    """The evil is in a file that no other change here touches."""

    def change(root):
        more(root)
        write(root, {"evil.py": EVIL.encode()})

    return mended(PatchSource(diff_of(root, change), root).collect(), {"evil.py": GOOD})


def test_the_file_has_what_it_had_where_only_the_mode_changes(repo):
    review = review_of(diff_of(repo, CHANGES["a mode"]), repo)

    assert land(review, HIGH, repo) == ("a.py",)
    assert (repo / "a.py").read_bytes() == START["a.py"]


HARM = TaskAssessment(True, "malware", ())


@pytest.mark.parametrize(
    ("about", "why"),
    [
        ({"revision": None}, "rejected: 1 finding blocks"),
        ({"task_assessment": HARM}, "rejected: the task is harmful"),
        ({"skipped": (Skipped("tests", "no docker"),)}, "not decided: the review is incomplete"),
    ],
)
def test_nothing_lands_that_the_gate_does_not_let_through(repo, about, why):
    review = replace(revised_of(repo), **about)
    before = snapshot(repo)
    for act in (result, output_patch, lambda r, s: land(r, s, repo)):
        with pytest.raises(ConfigError, match=why):
            act(review, HIGH)

    assert snapshot(repo) == before


def test_what_is_staged_has_no_gate_to_go_through(repo):
    evil_free(repo)
    git(repo, "add", "-A")
    review = Reviewer((Evals(),)).review(StagedSource(repo, None, {}).collect())

    with pytest.raises(ConfigError, match="no patch that waits to land"):
        land(review, HIGH, repo)


def test_a_masked_review_is_other_code_and_lands_nowhere(repo):
    token = "ghp_" + "a1B2" * 9
    line = f'T = "{token}"\n'.encode()
    text = diff_of(repo, lambda root: write(root, {"a.py": b"import json\n" + line}))
    review = review_of(text, repo)

    with pytest.raises(ValueError, match="masked"):
        land(masked(review), HIGH, repo)
    land(review, HIGH, repo)
    assert line in (repo / "a.py").read_bytes()


@pytest.mark.parametrize(
    "text",
    [
        b"diff --git a/p.png b/p.png\nnew file mode 100644\nindex 0000000..1111111\n"
        b"Binary files /dev/null and b/p.png differ\n",
        b"diff --git a/old.txt b/old.txt\nindex 0000000..1111111 100644\n"
        b"Binary files a/old.txt and b/old.txt differ\n",
    ],
)
def test_a_file_of_which_nobody_knows_what_it_becomes_does_not_land(repo, text):
    for act in (output_patch, lambda r, s: land(r, s, repo)):
        with pytest.raises((ConfigError, PatchError), match=r"p\.png|old\.txt"):
            act(review_of(text, repo), HIGH)
    assert not git(repo, "status", "--porcelain")


def test_a_binary_file_is_written_and_not_put_into_a_diff(repo):
    review = review_of(diff_of(repo, CHANGES["lines"]), repo)
    after = Tree({"old.txt": File(b"\0\1")})
    review = replace(review, change=replace(review.change, after=after))

    with pytest.raises(ConfigError, match=r"no diff can hold it: Binary files a/old\.txt"):
        output_patch(review, HIGH)
    assert land(review, HIGH, repo) == ("old.txt",)
    assert (repo / "old.txt").read_bytes() == b"\0\1"


# The person's own work.


def modified(root):
    write(root, {"a.py": b"import json\nmine = 1\n"})


def staged(root):
    modified(root)
    git(root, "add", "a.py")
    write(root, {"a.py": START["a.py"]})  # the file itself is as HEAD has it


def untracked(root):
    git(root, "rm", "-q", "--cached", "a.py")
    git(root, "commit", "-qm", "second")


def ignored(root):
    write(root, {".git/info/exclude": b"a.py\n"})
    untracked(root)


def intended(root):
    untracked(root)
    git(root, "add", "--intent-to-add", "a.py")


def unborn(root):
    git(root, "update-ref", "-d", "HEAD")


def assumed(root):
    git(root, "update-index", "--assume-unchanged", "a.py")
    modified(root)


DIRTY = (modified, staged, untracked, ignored, intended, unborn, assumed)


def patch_for(root):
    """One that fits the file as it lies there."""
    text = (root / "a.py").read_bytes().decode()
    return f"--- a/a.py\n+++ b/a.py\n@@ -1 +1,2 @@\n {text.splitlines()[0]}\n+import re\n".encode()


@pytest.mark.parametrize("soil", DIRTY)
def test_a_file_that_is_not_as_committed_is_never_written_over(repo, soil):
    soil(repo)
    review = review_of(patch_for(repo), repo)
    before = snapshot(repo)

    with pytest.raises(ConfigError, match=r"refused: a\.py .* not committed") as told:
        land(review, HIGH, repo)
    assert "Nothing was written" in told.value.hint
    assert snapshot(repo) == before


def test_a_file_that_was_removed_and_not_committed_does_not_come_back_as_another(repo):
    (repo / "old.txt").unlink()
    review = review_of(b"--- /dev/null\n+++ b/old.txt\n@@ -0,0 +1 @@\n+z\n", repo)

    with pytest.raises(ConfigError, match=r"refused: old\.txt has changes"):
        land(review, HIGH, repo)
    assert not (repo / "old.txt").exists()


def test_what_the_revision_adds_writes_over_nothing_either(repo):
    """A file that only the revision touches: the check before the review could not know of it."""
    review = revised_of(repo)
    tree = review.revision.tree.with_text("pack/b.py", "b = 2\n")
    before = Tree({**review.change.before.files, "pack/b.py": File(b"b = 1\n")})
    change = replace(review.change, before=before)
    review = replace(review, change=change, revision=replace(review.revision, tree=tree))
    git(repo, "rm", "-q", "--cached", "pack/b.py")

    with pytest.raises(ConfigError, match=r"refused: pack/b\.py"):
        land(review, HIGH, repo)
    assert (repo / "a.py").read_bytes() == START["a.py"]


def test_other_files_may_be_as_dirty_as_they_like(repo):
    review = revised_of(repo)
    write(repo, {"old.txt": b"mine\n", "pack/b.py": b"staged\n", "mine.txt": b"mine\n"})
    git(repo, "add", "pack/b.py")
    index = git(repo, "ls-files", "--stage")

    assert land(review, HIGH, repo) == ("a.py",)
    assert (repo / "a.py").read_text() == GOOD
    assert git(repo, "ls-files", "--stage") == index
    assert (repo / "old.txt").read_bytes() == b"mine\n"


def test_line_ends_as_git_checks_them_out_are_no_changes(repo):
    write(repo, {".gitattributes": b"* text=auto eol=crlf\n"})
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "second")
    (repo / "old.txt").unlink()
    git(repo, "checkout", "--", "old.txt")
    assert (repo / "old.txt").read_bytes() == b"x\r\ny\r\n"
    review = review_of(b"--- a/old.txt\n+++ b/old.txt\n@@ -2 +2 @@\n-y\r\n+z\r\n", repo)

    assert land(review, HIGH, repo) == ("old.txt",)
    assert (repo / "old.txt").read_bytes() == b"x\r\nz\r\n"


def test_no_filter_hook_or_monitor_of_the_repository_is_run(repo, tmp_path):
    trap = f"touch {tmp_path / 'sprung'}; cat"
    write(repo, {".gitattributes": b"*.py filter=evil diff=evil\n"})
    git(repo, "add", ".gitattributes")
    git(repo, "commit", "-qm", "second")
    for name in ("filter.evil.clean", "filter.evil.smudge", "diff.evil.textconv",
                 "core.fsmonitor", "core.hooksPath"):  # fmt: skip
        git(repo, "config", name, trap)
    (repo / "a.py").touch()  # whoever asks git whether it changed has the filter run
    review = review_of(patch_for(repo), repo)

    assert land(review, HIGH, repo) == ("a.py",)
    assert not (tmp_path / "sprung").exists()


def test_paths_are_relative_to_the_folder_that_is_named(repo, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(repo)
    for root in (repo / "pack", link / "pack"):
        text = b"--- a/b.py\n+++ b/b.py\n@@ -1 +1,2 @@\n b = 1\n+c = 2\n"
        review = review_of(text, root)
        assert land(review, HIGH, root) == ("b.py",)
        assert (repo / "pack" / "b.py").read_bytes() == b"b = 1\nc = 2\n"

        again = review_of(text.replace(b" b = 1\n+c", b" b = 1\n+d"), root)
        with pytest.raises(ConfigError, match=r"refused: b\.py has changes"):
            land(again, HIGH, root)
        git(repo, "checkout", "-q", "--", "pack/b.py")


def test_a_folder_without_git_has_only_what_replacing_asks(tmp_path):
    root = tmp_path / "plain"
    root.mkdir()
    write(root, START)
    review = review_of(patch_for(root), root)
    write(root, {"a.py": b"mine\n"})
    with pytest.raises(ConfigError, match=r"a\.py was changed meanwhile"):
        land(review, HIGH, root)
    write(root, START)

    assert land(review, HIGH, root) == ("a.py",)


@pytest.mark.parametrize(("name", "text"), [("HEAD", "nonsense\n"), ("config", "[core\n")])
def test_a_repository_that_git_cannot_use_is_not_one_without_git(repo, name, text):
    review = review_of(patch_for(repo), repo)
    (repo / ".git" / name).write_text(text)

    with pytest.raises(ConfigError):
        land(review, HIGH, repo)
    assert (repo / "a.py").read_bytes() == START["a.py"]


def swapped_for_a_link(root, outside):
    (root / "a.py").unlink()
    (root / "a.py").symlink_to(outside)


def swapped_for_a_folder(root, outside):
    (root / "a.py").unlink()
    (root / "a.py").mkdir()


def swapped_for_other_text(root, outside):
    (root / "a.py").write_bytes(b"import json \n")


@pytest.mark.parametrize("swap", [swapped_for_a_link, swapped_for_a_folder, swapped_for_other_text])
def test_a_file_that_is_another_since_the_review_is_left_alone(repo, tmp_path, swap):
    outside = tmp_path / "outside.py"
    outside.write_bytes(START["a.py"])

    def more(root):
        write(root, {"new/file.txt": b"new\n"})

    review = revised_of(repo, more)
    swap(repo, outside)

    with pytest.raises((ConfigError, PatchError), match=r"a\.py"):
        land(review, HIGH, repo)
    assert outside.read_bytes() == START["a.py"]
    assert not (repo / "new").exists()


def test_a_folder_that_is_a_link_by_now_is_not_gone_through(repo, tmp_path):
    review = review_of(b"--- a/pack/b.py\n+++ b/pack/b.py\n@@ -1 +1,2 @@\n b = 1\n+c = 2\n", repo)
    (repo / "pack").rename(tmp_path / "outside")
    (repo / "pack").symlink_to(tmp_path / "outside")

    with pytest.raises((ConfigError, PatchError), match="pack/b"):
        land(review, HIGH, repo)
    assert (tmp_path / "outside" / "b.py").read_bytes() == START["pack/b.py"]


def test_a_name_in_other_letters_is_another_file(repo):
    """Where a file system takes both for one, the file there is not HEAD's, and it is refused."""
    review = review_of(b"--- /dev/null\n+++ b/A.PY\n@@ -0,0 +1 @@\n+x = 1\n", repo)
    land(review, HIGH, repo)

    assert (repo / "a.py").read_bytes() == START["a.py"]
    assert (repo / "A.PY").read_bytes() == b"x = 1\n"


def test_a_change_that_its_revision_takes_back_writes_nothing(repo):
    review = revised_of(repo)
    tree = review.change.before
    review = replace(review, revision=replace(review.revision, tree=tree))

    assert output_patch(review, HIGH) == ""
    assert land(review, HIGH, repo) == ()


# From here on, the command itself, with the real semgrep.

INJECTION = "import sqlite3\n\n\ndef find(db: sqlite3.Connection, name: str):\n" + (
    '    return db.execute("SELECT * FROM users WHERE name = \'" + name + "\'").fetchone()\n'
)
SAFE = INJECTION.replace("""= '" + name + "'\")""", '= ?", (name,))')
CLEAN = INJECTION.split("\n", 1)[0] + "\nimport json\n"


def patched(root, text):
    return diff_of(root, lambda root: write(root, {"app.py": text.encode()}))


@pytest.fixture(scope="module")
def reviewed_shop(tmp_path_factory):
    """A repository whose last review has a fix of the injection: a model is not needed for it."""
    root = repository(tmp_path_factory.mktemp("shop"), {"app.py": b"import sqlite3\n"})
    assert SAFE != INJECTION
    change = PatchSource(patched(root, INJECTION), root).collect()
    review = Reviewer((Semgrep(),), offers=(Given({"app.py": SAFE}),)).review(change)
    assert [finding.cwe for finding in review.findings] == ["CWE-89"]
    kept.keep(review, HIGH, root / ".git")
    return root


@pytest.fixture
def shop(reviewed_shop, tmp_path, monkeypatch):
    root = shutil.copytree(reviewed_shop, tmp_path / "shop")
    monkeypatch.chdir(root)
    return root


def call(capsys, monkeypatch, text, *arguments):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    code = run(["patch", "-", "--model", "none", "--sandbox", "none", "--quiet", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_what_is_accepted_is_written_and_its_patch_is_the_same(shop, capsys, monkeypatch):
    index = git(shop, "ls-files", "--stage")
    code, _, err = call(
        capsys, monkeypatch, patched(shop, CLEAN), "--apply", "--output-patch", "out.diff"
    )

    assert code == 0, err
    assert err == "Written: app.py.\nThe index is as it was. Next: git add -- app.py\n"
    assert (shop / "app.py").read_text() == CLEAN
    assert git(shop, "ls-files", "--stage") == index
    git(shop, "checkout", "-q", "--", "app.py")
    git(shop, "apply", "out.diff")
    assert (shop / "app.py").read_text() == CLEAN


def test_what_is_revised_is_written_revised(shop, capsys, monkeypatch):
    code, out, err = call(
        capsys, monkeypatch, patched(shop, INJECTION),
        "--apply", "--format", "json", "--output", "r.json", "--output-patch", "-",
    )  # fmt: skip

    assert code == 0, err
    assert (shop / "app.py").read_text() == SAFE
    assert json.loads((shop / "r.json").read_text())["gate"] == "revised"
    git(shop, "checkout", "-q", "--", "app.py")
    git(shop, "apply", "-", stdin=out.encode())
    assert (shop / "app.py").read_text() == SAFE


def test_without_apply_the_revised_code_waits_for_the_command_of_that_name(
    shop, capsys, monkeypatch
):
    code, out, err = call(capsys, monkeypatch, patched(shop, INJECTION))
    assert (code, err) == (0, "")
    assert "revised (exit 0)" in out
    assert (shop / "app.py").read_text() == "import sqlite3\n"

    assert run(["apply", "--yes", "--quiet", "--sandbox", "none"]) == 0
    assert (shop / "app.py").read_text() == SAFE


def test_what_is_rejected_leaves_files_as_they_are_and_says_so(shop, capsys, monkeypatch):
    worse = patched(shop, INJECTION + "\n\ndef run(code: str):\n    return eval(code)\n")
    (shop / "out.diff").write_text("mine\n")
    code, _, err = call(capsys, monkeypatch, worse, "--apply", "--output-patch", "out.diff")

    assert code == 1
    assert err.startswith("Nothing was written: rejected: ")
    assert (shop / "app.py").read_text() == "import sqlite3\n"
    assert (shop / "out.diff").read_text() == "mine\n"


@pytest.mark.parametrize(("policy", "code"), [("block", 3), ("warn", 3)])
def test_what_is_incomplete_is_not_written_whatever_its_exit_code(
    shop, capsys, monkeypatch, policy, code
):
    got, _, err = call(
        capsys, monkeypatch, patched(shop, CLEAN), "--apply", "--output-patch", "out.diff",
        "--on-incomplete", policy, "--test-command", "true", "--sandbox", "docker",
        "--sandbox-image", "no-such",
    )  # fmt: skip

    assert got == code
    assert "Nothing was written: not decided: the review is incomplete." in err
    assert (shop / "app.py").read_text() == "import sqlite3\n"
    assert not (shop / "out.diff").exists()


def test_a_dirty_file_is_refused_before_anybody_waits(shop, capsys, monkeypatch):
    (shop / "app.py").write_text("import sqlite3\nmine = 1\n")
    text = b"--- a/app.py\n+++ b/app.py\n@@ -1 +1,2 @@\n import sqlite3\n+import json\n"
    monkeypatch.setattr(Semgrep, "examine", pytest.fail)
    code, out, err = call(capsys, monkeypatch, text, "--apply")

    assert (code, out) == (2, "")
    assert err.startswith("indict-review: refused: app.py has changes that are not committed")
    assert len(err.splitlines()) == 2


def test_in_a_folder_without_git_it_is_said_what_nobody_could_ask(tmp_path, capsys, monkeypatch):
    (tmp_path / "app.py").write_text("import sqlite3\n")
    text = b"--- a/app.py\n+++ b/app.py\n@@ -1 +1,2 @@\n import sqlite3\n+import json\n"
    code, _, err = call(capsys, monkeypatch, text, "--apply", "--repo", str(tmp_path))

    assert code == 0, err
    assert "There is no git here: all that was checked is that no file changed meanwhile." in err
    assert (tmp_path / "app.py").read_text() == CLEAN


@pytest.mark.parametrize(
    "clash",
    [
        ["--output-patch", "-"],
        ["--output-patch", "x", "--format", "json", "--output", "x"],
        ["--output-patch", "no/such/folder/x"],
        ["--patch-format", "word"],
    ],
)
def test_a_call_that_cannot_be_done_is_two_lines(shop, capsys, monkeypatch, clash):
    code, _, err = call(capsys, monkeypatch, patched(shop, CLEAN), "--apply", *clash)

    assert code == 2
    assert len(err.splitlines()) == 2, err
    assert (shop / "app.py").read_text() == "import sqlite3\n"


def test_on_githubs_runner_no_patch_goes_to_standard_output(shop, capsys, monkeypatch):
    """Its lines are the change's, and could be commands."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    code, out, err = call(
        capsys, monkeypatch, patched(shop, CLEAN),
        "--output-patch", "-", "--format", "json", "--output", "r.json",
    )  # fmt: skip

    assert (code, out) == (2, "")
    assert "--output-patch FILE" in err


def test_the_forms_that_help_names_are_those_that_are_read():
    assert sorted(_FORMS) == sorted(FORMS)


def test_a_review_and_a_patch_do_not_share_a_file_however_it_is_spelled(shop, capsys, monkeypatch):
    code, _, err = call(
        capsys, monkeypatch, patched(shop, CLEAN), "--format", "json", "--output", "r.json",
        "--output-patch", "./r.json",
    )  # fmt: skip

    assert code == 2
    assert "both go to" in err
    assert not (shop / "r.json").exists()


def test_a_binary_file_that_nobody_saw_is_not_accepted(shop, capsys, monkeypatch):
    text = (
        b"diff --git a/p.png b/p.png\nnew file mode 100644\nindex 0000000..1111111\n"
        b"Binary files /dev/null and b/p.png differ\n"
    )
    code, out, _ = call(capsys, monkeypatch, text)

    assert code == 3
    assert "was not read" in out
