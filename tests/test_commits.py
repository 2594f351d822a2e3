"""A range of commits: which two states it means, and what the commits say of themselves."""

import os
import subprocess

import pytest

from indict_review.errors import ConfigError
from indict_review.sources.commits import CommitsSource
from indict_review.sources.interface import Source
from indict_review.sources.messages import MOST_COMMITS, MOST_TEXT
from indict_review.sources.ranges import range_of_hook
from tests.patching import ENVIRONMENT, git, repository, write


def commit(repo, message, files=None):
    """Commit these files; gives the commit."""
    write(repo, files or {})
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "--allow-empty", "-F", "-", stdin=message.encode())
    return named(repo, "HEAD")


def named(repo, name):
    return git(repo, "rev-parse", name).decode().strip()


def collect(repo, asked=None, task=None):
    source: Source = CommitsSource(repo, asked, task, {})
    return source.collect()


def texts(tree):
    return {path: file.content.decode() for path, file in tree.files.items()}


@pytest.fixture
def repo(tmp_path):
    """A branch `work` of two commits, and a `main` that went on by one."""
    repo = repository(tmp_path / "repo", {"a.py": b"a = 1\n", "s.yaml": b"start\n"})
    git(repo, "branch", "-q", "-M", "main")
    git(repo, "checkout", "-q", "-b", "work")
    commit(repo, "Add b\n\nIt is needed.\n\nSigned-off-by: A <a@b>", {"b.py": b"b = 1\n"})
    commit(repo, "Change a", {"a.py": b"a = 2\n", "s.yaml": b"work\n"})
    git(repo, "checkout", "-q", "main")
    commit(repo, "Meanwhile", {"c.py": b"c = 1\n"})
    git(repo, "checkout", "-q", "work")
    return repo


def test_two_dots_compare_the_ends_as_they_are(repo):
    change = collect(repo, "main..work")

    assert texts(change.before) == {"a.py": "a = 1\n", "s.yaml": "start\n", "c.py": "c = 1\n"}
    assert texts(change.after) == {"a.py": "a = 2\n", "s.yaml": "work\n", "b.py": "b = 1\n"}
    assert (change.base, change.head) == (named(repo, "main"), named(repo, "work"))
    assert change.source == "commits"


def test_three_dots_compare_with_where_they_part(repo):
    change = collect(repo, "main...work")

    assert texts(change.before) == {"a.py": "a = 1\n", "s.yaml": "start\n"}
    assert texts(change.after) == {"a.py": "a = 2\n", "s.yaml": "work\n", "b.py": "b = 1\n"}
    assert (change.base, change.head) == (named(repo, "main~1"), named(repo, "work"))


@pytest.mark.parametrize(
    ("short", "long"),
    [("HEAD~1", "HEAD~1..HEAD"), ("HEAD~1..", "HEAD~1..HEAD"), ("..main", "HEAD..main"),
     ("...main", "HEAD...main"), ("main...", "main...HEAD"), ("HEAD^{/Add b}", "HEAD~1..HEAD")],
)  # fmt: skip
def test_an_end_that_is_left_out_is_head(repo, short, long):
    assert collect(repo, short) == collect(repo, long)
    assert collect(repo, short).files


def test_the_work_tree_and_the_index_are_not_looked_at(repo):
    before = collect(repo, "main...work")
    write(repo, {"a.py": b"elsewhere\n", "d.py": b"d\n"})
    git(repo, "add", "-A")
    (repo / "b.py").unlink()

    assert collect(repo, "main...work") == before


def test_settings_are_those_of_the_base_and_the_project_that_of_the_head(repo):
    source = CommitsSource(repo, "main...work", None, {})

    assert source.base.entries(["s.yaml", "b.py"])["s.yaml"].content == b"start\n"
    assert source.base.paths() == ["a.py", "s.yaml"]
    assert source.project.entries(["s.yaml"])["s.yaml"].content == b"work\n"
    assert source.project.paths() == ["a.py", "b.py", "s.yaml"]
    assert source.root == os.fspath(repo)


def test_the_task_is_what_the_commits_say_the_oldest_first_without_trailers(repo):
    assert collect(repo, "main...work").task == "Add b\n\nIt is needed.\n\nChange a"
    assert collect(repo, "main..work").task == "Add b\n\nIt is needed.\n\nChange a"
    assert collect(repo, "main..work", "Do it.").task == "Do it."


def test_a_trailer_is_left_out_and_what_only_looks_like_one_stays(repo):
    message = "Fix: the thing\n\nCc: is a header of mails.\n\nFixes: #1\nCo-authored-by: B <b@c>\n"
    commit(repo, message)

    assert collect(repo, "HEAD~1").task == (
        "Fix: the thing\n\nCc: is a header of mails.\n\nFixes: #1"
    )


def test_a_message_in_another_encoding_or_in_none_is_read(repo):
    tree, head = named(repo, "HEAD^{tree}"), named(repo, "HEAD")
    for encoding, text, told in (
        (b"ISO-8859-1", "grün".encode("latin-1"), "grün"),
        (b"no-such", b"gr\xfcn", "gr�n"),
        (b"rot13", b"plain", "plain"),
    ):
        raw = f"tree {tree}\nparent {head}\nauthor A <a> 1 +0\ncommitter A <a> 1 +0\n".encode()
        raw += b"encoding " + encoding + b"\ngpgsig -----BEGIN\n x\n \n -----END\n\n" + text
        oid = git(repo, "hash-object", "-t", "commit", "-w", "--stdin", stdin=raw).decode().strip()

        assert collect(repo, f"HEAD..{oid}").task == told


def test_long_messages_are_cut_and_it_says_so(repo):
    commit(repo, "Long\n\n" + "x" * (MOST_TEXT + 1))

    task = collect(repo, "HEAD~1").task

    assert task.endswith("x\n[cut here: the messages are longer]")
    assert len(task) < MOST_TEXT + 100


def test_of_many_commits_the_last_are_told_and_it_says_so(tmp_path):
    git(tmp_path, "init", "-q", "-b", "main")
    stream = "".join(
        f"commit refs/heads/main\ncommitter A <a@b> {n} +0000\ndata <<E\nNo. {n}.\nE\n"
        for n in range(1, MOST_COMMITS + 3)
    )
    git(tmp_path, "fast-import", "--quiet", stdin=stream.encode())

    task = collect(tmp_path, f"main~{MOST_COMMITS + 1}..main").task

    assert task.startswith("[earlier commits are left out]\n\nNo. 3.\n\nNo. 4.\n\n")


def test_without_a_base_everything_up_to_a_commit_is_new(repo):
    root = named(repo, "main~1")
    source = CommitsSource.whole(repo, root, None, {})
    change = source.collect()

    assert texts(change.after) == {"a.py": "a = 1\n", "s.yaml": "start\n"}
    assert (texts(change.before), change.base, change.head) == ({}, None, root)
    assert (source.base.paths(), change.task) == ([], "start")
    nothing = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    assert collect(repo, f"{nothing}..main~1") == change


# Without a range


def test_without_a_range_it_is_what_the_upstream_does_not_have(repo):
    git(repo, "branch", "-q", "--set-upstream-to=main")

    change = collect(repo)

    assert (change.base, change.head) == (named(repo, "main~1"), named(repo, "work"))
    assert change.notes[0].startswith("what the branch has that its upstream does not: ")


@pytest.mark.parametrize("default", ["HEAD", "main", "master"])
def test_or_what_the_default_branch_does_not_have(repo, default):
    git(repo, "update-ref", f"refs/remotes/origin/{default}", "main~1")

    change = collect(repo)

    assert change.base == named(repo, "main~1")
    assert f"that origin/{default} does not" in change.notes[0]


def test_or_what_the_local_one_does_not_unless_it_is_that_branch_itself(repo):
    assert "that main does not" in collect(repo).notes[0]

    git(repo, "checkout", "-q", "main")
    with pytest.raises(ConfigError, match="no upstream and no default branch") as e:
        collect(repo)
    assert "BASE..HEAD" in e.value.hint


def test_a_detached_head_has_the_default_branch_to_compare_with(repo):
    git(repo, "checkout", "-q", "--detach")

    assert collect(repo).base == named(repo, "main~1")


def test_a_branch_that_is_not_ahead_is_a_change_without_files(repo):
    git(repo, "checkout", "-q", "-b", "same", "main")

    assert (collect(repo).files, collect(repo).task) == ((), None)


# Bad input


def failing(repo, asked=None):
    with pytest.raises(ConfigError) as e:
        collect(repo, asked)
    assert "\n" not in f"{e.value}{e.value.hint}"
    return str(e.value), e.value.hint


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("nope..work", 'the start of the range is no commit here: "nope"'),
        ("main..nope", 'the end of the range is no commit here: "nope"'),
        ("main...nope", 'the end of the range is no commit here: "nope"'),
        ("nope", 'the start of the range is no commit here: "nope"'),
        ("main:a.py..work", 'the start of the range is no commit here: "main:a.py"'),
        ("main..work..main", "the end of the range is no commit here"),
        ("main....work", "the end of the range is no commit here"),
        ("--output=x", '"--output=x" is no commit'),
        ("main..--output=x", '"--output=x" is no commit'),
        ("-", '"-" is no commit'),
        ("main\n..work", "this is no range"),
        ("main\0..work", "this is no range"),
        ("", "this is no range"),
        ("x" * 5000, "this is no range"),
        ("\udcff..work", "the start of the range is no commit here"),
        ("HEAD@{5000}..work", "the start of the range is no commit here"),
        ("work@{upstream}", "the start of the range is no commit here"),
        ("main^!", "the start of the range is no commit here"),
    ],
)
def test_a_bad_range_is_an_error_that_says_which_end(repo, asked, said):
    before = sorted(os.listdir(repo))

    assert said in failing(repo, asked)[0]
    assert sorted(os.listdir(repo)) == before


def test_a_name_that_stands_for_several_commits_is_refused(repo):
    for n in range(17):  # two of these share their first hexadecimal digit
        commit(repo, f"No. {n}")
    firsts = [oid[:1] for oid in git(repo, "rev-list", "HEAD").decode().split()]
    assert len(firsts) > len(set(firsts))

    failing(repo, f"{max(firsts, key=firsts.count)}..work")


def test_no_commits_yet_is_said(tmp_path):
    git(tmp_path, "init", "-q")

    assert failing(tmp_path)[0] == "there are no commits yet"
    assert failing(tmp_path, "HEAD~1..HEAD")[0] == "there are no commits yet"


def test_lines_of_commits_that_never_met_are_said(repo):
    git(repo, "checkout", "-q", "--orphan", "other")
    commit(repo, "Other")

    said, hint = failing(repo, "main...other")

    assert "have no common commit" in said
    assert "two dots" in hint
    assert collect(repo, "main..other").files


@pytest.fixture
def shallow(repo, tmp_path):
    """A clone that has only the last commit of each branch."""
    git(tmp_path, "clone", "-q", "--depth=1", "--no-single-branch", f"file://{repo}", "shallow")
    git(tmp_path / "shallow", "checkout", "-q", "work")
    return tmp_path / "shallow"


def test_a_shallow_clone_says_what_to_fetch(repo, shallow):
    said, hint = failing(shallow, "origin/main...work")
    assert "shallow clone" in said
    assert "`git fetch --deepen=100 origin`" in hint

    said, hint = failing(shallow, "HEAD~1..HEAD")
    assert "the start of the range" in said
    assert "`git fetch --deepen=100 origin`" in hint

    base = named(repo, "main~1")
    said, hint = failing(shallow, f"{base}..HEAD")
    assert base in said
    assert f"`git fetch origin {base}`" in hint

    git(shallow, *hint.split("`")[1].split()[1:])
    assert collect(shallow, f"{base}..HEAD").base == base
    git(shallow, "fetch", "-q", "--deepen=100", "origin")
    assert collect(shallow, "origin/main...work") == collect(repo, "main...work")


def test_a_partial_clone_fetches_nothing_and_says_what_to_do(repo, tmp_path):
    git(repo, "config", "uploadpack.allowFilter", "true")
    git(repo, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{repo}", "partial")
    partial = tmp_path / "partial"
    packs = sorted(os.listdir(partial / ".git/objects/pack"))

    said, _ = failing(partial, "origin/main...origin/work")

    assert "is partial" in said
    assert sorted(os.listdir(partial / ".git/objects/pack")) == packs
    command = ["git", "diff", "origin/main...origin/work"]  # as the message has it
    subprocess.run(command, cwd=partial, env=ENVIRONMENT, check=True, capture_output=True)
    assert sorted(os.listdir(partial / ".git/objects/pack")) != packs
    assert collect(partial, "origin/main...origin/work").files


def test_what_a_replacement_or_a_graft_says_changes_nothing(repo):
    before = collect(repo, "main...work")
    git(repo, "replace", "work", "main~1")
    blob = git(repo, "hash-object", "-w", "--stdin", stdin=b"fake\n").decode().strip()
    git(repo, "replace", named(repo, "work:a.py"), blob)
    (repo / ".git/info/grafts").write_text(f"{named(repo, 'work')}\n")

    assert collect(repo, "main...work") == before


# pre-commit


@pytest.mark.parametrize(
    ("start", "end", "wanted"),
    [
        ("a1", "HEAD", "a1...HEAD"),
        ("origin/main", "work", "origin/main...work"),
        (None, "HEAD", None),
        ("a1", None, None),
        ("a1", "", None),
        ("0" * 40, "a1", None),
        ("a1", "0" * 40, None),
    ],
)
def test_the_hook_says_which_commits(start, end, wanted):
    names = {"PRE_COMMIT_FROM_REF": start, "PRE_COMMIT_TO_REF": end}

    assert range_of_hook({name: value for name, value in names.items() if value is not None}) == (
        wanted
    )
