"""What a pull request changes: the same from a clone and from GitHub, and what it is for."""

import os
import random

import pytest

from indict_review import git as our_git
from indict_review.errors import ConfigError, ToolError
from indict_review.git.renames import with_renames
from indict_review.github.api import GithubApi
from indict_review.github.conversation import Conversation
from indict_review.github.interface import Account, Branch, Pull
from indict_review.sources.interface import Source
from indict_review.sources.messages import MOST_TEXT
from indict_review.sources.pull_request import PullRequestSource
from indict_review.sources.stated import closes, stated
from indict_review.workspace import MAX_FILE
from tests.github_stand_in import StandIn
from tests.patching import git, repository, write

NAME = "octo/demo"
LINES = b"".join(b"line %d\n" % n for n in range(40))


@pytest.fixture
def hub():
    with StandIn() as hub:
        yield hub
        assert hub.invalid == []


@pytest.fixture
def repo(tmp_path):
    return start(tmp_path / "repo", {"app.py": LINES, ".indict-review.yaml": b"rounds: 1\n"})


def start(path, files):
    repo = repository(path, files)
    git(repo, "branch", "-q", "-M", "main")
    git(repo, "checkout", "-q", "-b", "feature")
    return repo


def commit(repo, files=None, message="more"):
    write(repo, files or {})
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "--allow-empty", "-m", message)
    return named(repo, "HEAD")


def named(repo, name):
    return git(repo, "rev-parse", name).decode().strip()


def opened(hub, repo, role="write", **how):
    if NAME not in hub.repositories:
        hub.repository(NAME, repo)
    api = GithubApi(hub.api, hub.token(role) if role else None, pace=0, wait=lambda _: None)
    return api, Conversation(api, NAME, hub.open(**how)).pull()


def both(hub, repo, **how):
    """The source that has a clone, and the one that has none."""
    api, pull = opened(hub, repo, **how)
    bare = repo.parent / "no-repository"
    bare.mkdir(exist_ok=True)
    sources = [PullRequestSource(api, pull, folder, None, {}) for folder in (repo, bare)]
    of_type: Source = sources[0]
    assert of_type is sources[0]
    return sources


def alike(clone, hosted):
    """Its change, after both gave the same one."""
    one, other = clone.collect(), hosted.collect()
    assert other.notes == one.notes
    assert (one.before, one.after) == (other.before, other.after)
    assert (one.files, one.patch) == (other.files, other.patch)
    assert (one.base, one.head, one.task) == (other.base, other.head, other.task)
    assert (one.unread, one.merged, one.account) == (other.unread, other.merged, None)
    assert one.source == other.source == "pull_request"
    return one


def listed(change):
    return {file.path: (file.status.value, file.old_path) for file in change.files}


ODD = ("sp ace.py", 'q"uote.py', "tab\there.py", "back\\slash.py", "ünï/日本.py", "new\nline.py")


def test_a_clone_and_github_give_the_same_change(repo, hub):
    git(repo, "checkout", "-q", "main")
    write(repo, {"gone.py": b"gone = 1\n", "old.py": LINES, "moved.txt": b"as it is\n"})
    write(repo, {"end.py": b"a = 1", "dos.py": b"a\r\nb\r\n", "latin.py": b"# caf\xe9\n"})
    write(repo, {"run.sh": b"echo\n", "pic.bin": b"\0\1\2", "to-link": b"a file\n"})
    write(repo, dict.fromkeys(ODD, b"odd = 1\n"))
    write(repo, {"dir": b"a file, to be a folder\n", "deep/er/most.py": b"d = 1\n"})
    commit(repo)
    git(repo, "checkout", "-q", "feature")
    git(repo, "merge", "-q", "main")
    write(repo, {"app.py": LINES.replace(b"line 3\n", b"three\n").replace(b"line 30\n", b"")})
    (repo / "gone.py").unlink()
    (repo / "old.py").unlink()
    (repo / "moved.txt").rename(repo / "kept.txt")
    write(repo, {"new.py": LINES.replace(b"line 7\n", b"seven\n"), "added.py": b"x = 1\n"})
    write(repo, {"end.py": b"a = 2", "dos.py": b"a\r\nc\r\n", "latin.py": b"# caf\xe9s\n"})
    write(repo, {"pic.bin": b"\0\1\3", "empty.py": b"", "new.bin": bytes(range(256))})
    write(repo, dict.fromkeys(ODD, b"odd = 2\n"))
    (repo / "run.sh").chmod(0o755)
    (repo / "to-link").unlink()
    (repo / "to-link").symlink_to("app.py")
    (repo / "link").symlink_to("../../etc/passwd")
    (repo / "dir").unlink()
    write(repo, {"dir/inside.py": b"a folder now\n", "deep/er/most.py": b"d = 2\n"})
    git(repo, "add", "-A")
    git(repo, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},vendor/lib")
    git(repo, "commit", "-q", "-m", "all kinds")
    clone, hosted = both(hub, repo)

    change = alike(clone, hosted)

    files = listed(change)
    assert files["new.py"] == ("renamed", "old.py")
    assert files["kept.txt"] == ("renamed", "moved.txt")
    assert files["gone.py"] == files["dir"] == ("deleted", None)
    assert files["vendor/lib"] == files["dir/inside.py"] == ("added", None)
    assert set(ODD) < set(files)
    assert {"end.py", "dos.py", "latin.py", "pic.bin", "empty.py", "run.sh"} < set(files)
    assert change.after.files["link"].content == b"../../etc/passwd"
    assert change.after.files["run.sh"].mode == 0o100755
    assert change.after.files["latin.py"].content == b"# caf\xe9s\n"
    assert change.patch.count("@@ -") > 10


def test_files_that_came_from_the_base_branch_are_not_in_the_change(repo, hub):
    commit(repo, {"mine.py": b"m = 1\n"})
    git(repo, "checkout", "-q", "main")
    theirs = commit(repo, {"theirs.py": b"t = 1\n", "app.py": LINES + b"more\n"})
    git(repo, "checkout", "-q", "feature")
    git(repo, "merge", "-q", "--no-edit", "main")
    clone, hosted = both(hub, repo)

    change = alike(clone, hosted)

    assert listed(change) == {"mine.py": ("added", None)}
    assert change.base == theirs


def test_300_files_are_no_more_than_a_few_requests(repo, hub):
    many = {f"pkg{n % 30}/m{n}.py": b"n = %d\n" % n for n in range(300)}
    git(repo, "checkout", "-q", "main")
    commit(repo, many)
    git(repo, "checkout", "-q", "feature")
    git(repo, "merge", "-q", "main")
    commit(repo, {path: text + b"changed = True\n" for path, text in many.items()})
    clone, hosted = both(hub, repo)
    hub.requests.clear()

    change = alike(clone, hosted)

    assert len(change.files) == 300
    assert len(hub.requests) == 1 + 2 + 600 / 50  # the parting, two trees, the contents


def test_renamed_files_are_those_that_git_finds(tmp_path):
    chance = random.Random(5)

    def text():
        return [b"%d %d\n" % (n, chance.randrange(3)) for n in range(chance.randrange(5, 60))]

    old = {f"d{n % 4}/f{n % 7}_{n}.py": text() for n in range(25)}
    new = {}
    for n, lines in enumerate(old.values()):
        edited = list(lines)
        for _ in range(chance.randrange(len(lines))):
            edited[chance.randrange(len(edited))] = b"%d\n" % chance.randrange(9)
        new[f"e{n % 3}/f{n % 7}_{chance.choice((n, n + 50))}.py"] = edited
    repo = repository(tmp_path / "repo", {p: b"".join(t) for p, t in old.items()})
    first = named(repo, "HEAD")
    for path in old:
        (repo / path).unlink()
    second = commit(repo, {p: b"".join(t) for p, t in new.items()})
    objects = our_git.Objects(our_git.located(repo, {}))
    wanted = our_git.between(objects, first, second, MAX_FILE)
    plain = [m for w in wanted for m in apart(w)]

    def content(entry):
        return objects.contents([entry.oid])[0]

    assert 3 < sum(move.is_renamed for move in wanted) < 25
    assert with_renames(plain, content, MAX_FILE) == tuple(sorted(wanted, key=lambda m: m.path))
    assert all(not m.is_renamed for m in with_renames(plain, lambda _: None, MAX_FILE))


def apart(move):
    if not move.is_renamed:
        return [move]
    return [our_git.Move(move.old, None), our_git.Move(None, move.new)]


def test_settings_are_those_of_the_base_branch_as_it_is_now(repo, hub):
    commit(repo, {".indict-review.yaml": b"paths: none\n", "x.py": b"x = 1\n"})
    git(repo, "checkout", "-q", "main")
    commit(repo, {".indict-review.yaml": b"rounds: 3\n"})
    clone, hosted = both(hub, repo)

    for source in (clone, hosted):
        assert source.base.entries([".indict-review.yaml", "x.py", "app.py/x"]).keys() == {
            ".indict-review.yaml"
        }
        settings = source.base.entries([".indict-review.yaml"])[".indict-review.yaml"]
        assert settings.content == b"rounds: 3\n"
        assert source.base.has_git
        # What the change is compared with is where the branches parted, all the same.
        assert source.collect().base == named(repo, "main~1")
        assert source.collect().head == named(repo, "feature")


def test_the_project_is_the_head(repo, hub):
    (repo / "link").symlink_to("app.py")
    commit(repo, {"pkg/x.py": b"x = 1\n"})
    write(repo, {"pkg/x.py": b"in the work tree\n", "untracked.py": b""})
    clone, hosted = both(hub, repo)

    paths = [".indict-review.yaml", "app.py", "link", "pkg/x.py"]
    assert clone.project.paths() == hosted.project.paths() == paths
    read = hosted.project.entries(paths)
    assert read == clone.project.entries(paths)
    assert read["link"] == "app.py"
    assert read["pkg/x.py"].content == b"x = 1\n"
    assert clone.folder == repo / ".git"
    assert hosted.folder is None
    assert clone.root == os.fspath(repo)


def test_a_large_project_that_is_not_here_is_not_fetched(repo, hub):
    commit(repo, {f"m{n}.py": b"n = %d\n" % n for n in range(420)})
    _, hosted = both(hub, repo)
    paths = hosted.project.paths()
    hosted.project.entries(paths[:20])  # as they are asked for, some at a time
    hub.requests.clear()

    with pytest.raises(ToolError, match=r"not checked out here.*run this in a clone that has"):
        hosted.project.entries(paths[20:])
    assert hub.requests == []


def test_a_clone_that_lacks_a_commit_is_said_with_the_command_that_gets_it(repo, hub, tmp_path):
    git(tmp_path, "clone", "-q", "--branch", "main", "--single-branch", f"file://{repo}", "clone")
    commit(repo, {"x.py": b"x = 1\n"})
    api, pull = opened(hub, repo)

    change = PullRequestSource(api, pull, tmp_path / "clone", None, {}).collect()

    assert listed(change) == {"x.py": ("added", None)}
    assert "git fetch origin pull/1/head" in change.notes[0]
    git(tmp_path / "clone", "fetch", "-q", "origin", "feature")
    hub.requests.clear()
    again = PullRequestSource(api, pull, tmp_path / "clone", None, {}).collect()
    assert (again.patch, again.notes, hub.requests) == (change.patch, (), [])


def test_where_a_shallow_clone_cut_the_history_github_says_where_they_parted(repo, hub, tmp_path):
    """Git itself would name an older commit: the newer one is behind the cut."""
    git(repo, "checkout", "-q", "main")
    commit(repo, {"theirs.py": b"t = 1\n"})
    git(repo, "checkout", "-q", "feature")
    commit(repo, {"mine.py": b"m = 1\n"})
    git(repo, "merge", "-q", "--no-edit", "main")
    commit(repo, {"more.py": b"m = 2\n"})
    git(repo, "checkout", "-q", "main")
    commit(repo, {"theirs.py": b"t = 2\n"})
    api, pull = opened(hub, repo)
    for depth, where in ((1, "GitHub"), (3, "clone")):
        folder = f"depth{depth}"
        how = ("--no-single-branch", f"--depth={depth}")
        git(tmp_path, "clone", "-q", *how, f"file://{repo}", folder)

        source = PullRequestSource(api, pull, tmp_path / folder, None, {})

        assert listed(source.collect()) == {"mine.py": ("added", None), "more.py": ("added", None)}
        notes = source.collect().notes
        assert bool(notes) == (where == "GitHub")
        assert not notes or "git fetch --unshallow" in notes[0]


def test_a_partial_clone_is_not_read(repo, hub, tmp_path):
    git(repo, "config", "uploadpack.allowFilter", "true")
    commit(repo, {"x.py": b"x = 1\n"})
    git(tmp_path, "clone", "-q", "--filter=blob:none", "--no-checkout", f"file://{repo}", "clone")
    api, pull = opened(hub, repo)

    change = PullRequestSource(api, pull, tmp_path / "clone", None, {}).collect()

    assert change.after.files["x.py"].content == b"x = 1\n"
    assert "partial" in change.notes[0]


def test_a_folder_that_is_none_is_a_mistake(repo, hub, tmp_path):
    commit(repo, {"x.py": b"x = 1\n"})
    api, pull = opened(hub, repo)

    with pytest.raises(ConfigError, match="is no directory"):
        PullRequestSource(api, pull, tmp_path / "nowhere", None, {}).collect()


def test_a_branch_that_moves_meanwhile_changes_nothing(repo, hub):
    commit(repo, {"x.py": b"x = 1\n"})
    clone, hosted = both(hub, repo)
    hub.before("GET .*/git/trees/", lambda: commit(repo, {"x.py": b"x = 666\n"}))

    assert hosted.collect().after.files["x.py"].content == b"x = 1\n"
    assert clone.collect().after == hosted.collect().after
    assert named(repo, "feature") != hosted.pull.head.sha


def test_without_a_token_files_are_read_one_by_one(repo, hub):
    commit(repo, {"x.py": b"x = 1\n", "y.py": b"y = 1\n"})
    api, pull = opened(hub, repo, role=None)
    (repo.parent / "empty").mkdir()

    change = PullRequestSource(api, pull, repo.parent / "empty", None, {}).collect()

    assert listed(change) == {"x.py": ("added", None), "y.py": ("added", None)}
    assert [r.path for r in hub.requests].count("/graphql") == 1
    assert change.unread == ()


def test_what_is_too_large_is_listed_with_the_reason_both_ways(repo, hub):
    commit(repo, {"large.bin": bytes(MAX_FILE + 1), "x.py": b"x = 1\n"})
    clone, hosted = both(hub, repo)

    change = alike(clone, hosted)

    assert change.unread == (("large.bin", "it has more than 16 MiB"),)
    assert not [r for r in hub.requests if "/git/blobs/" in r.path]


def test_what_github_does_not_give_is_listed_with_the_reason(repo, hub):
    commit(repo, {"x.bin": b"\0\xff", "y.py": b"y = 1\n"})
    _, hosted = both(hub, repo)
    hub.fail("GET .*/git/blobs/", status=403, body={"message": "This blob is too large"})

    change = hosted.collect()

    assert change.unread == (("x.bin", "GitHub does not give its content"),)
    assert set(listed(change)) == {"x.bin", "y.py"}
    assert set(change.after.files) == {"y.py"}


def test_names_that_are_no_utf8_are_read_and_it_is_said(repo, hub):
    # GitHub's JSON cannot have them: the clone has the true name.
    with open(os.path.join(os.fsencode(repo), b"caf\xe9.py"), "wb") as file:
        file.write(b"x = 1\n")
    commit(repo)
    clone, hosted = both(hub, repo)

    assert list(clone.collect().after.files) == ["caf\udce9.py"]
    assert list(hosted.collect().after.files) == ["caf\ufffd.py"]
    assert "names of 1 files" in hosted.collect().notes[0]


def test_two_names_that_github_tells_as_one_are_refused(repo, hub):
    for name in (b"caf\xe9.py", b"caf\xe8.py"):
        with open(os.path.join(os.fsencode(repo), name), "wb") as file:
            file.write(b"x = 1\n")
    commit(repo)
    clone, hosted = both(hub, repo)

    assert len(clone.collect().files) == 2
    with pytest.raises(ConfigError, match="two files named"):
        hosted.collect()


def test_no_github_is_one_error_with_a_hint(repo, hub):
    commit(repo, {"x.py": b"x = 1\n"})
    _, hosted = both(hub, repo)
    hub.fail("/compare/", status=404, body={"message": "Not Found"})

    with pytest.raises(ConfigError, match="404") as caught:
        hosted.collect()
    assert "clone that has the commits" in caught.value.hint


def test_a_name_of_a_commit_that_is_none_reaches_neither_git_nor_github(repo, hub):
    commit(repo, {"x.py": b"x = 1\n"})
    api, pull = opened(hub, repo)
    asked = len(hub.requests)
    evil = Pull(1, "", "", Account("m"), "", pull.base, Branch("--upload-pack=x", "b", NAME))

    with pytest.raises(ConfigError, match="is no commit"):
        PullRequestSource(api, evil, repo, None, {}).collect()
    assert len(hub.requests) == asked


# What is new since a review


def test_what_is_otherwise_than_in_the_reviewed_commit_is_fresh(repo, hub):
    git(repo, "checkout", "-q", "main")
    commit(repo, {"d.py": b"d = 1\n", "e.py": b"e = 1\n", "r.py": LINES})
    git(repo, "checkout", "-q", "feature")
    git(repo, "merge", "-q", "main")
    (repo / "e.py").unlink()
    reviewed = commit(repo, {"a.py": b"a = 1\n", "b.py": b"b = 1\n", "c/c.py": b"c = 1\n"})
    (repo / "d.py").unlink()
    (repo / "r.py").rename(repo / "renamed.py")
    (repo / "b.py").chmod(0o755)
    commit(repo, {"c/c.py": b"c = 2\n", "f.py": b"f = 1\n"})
    clone, hosted = both(hub, repo)

    for source in (clone, hosted):
        paths = {file.path for file in source.collect().files}
        assert paths == {"a.py", "b.py", "c/c.py", "d.py", "e.py", "f.py", "renamed.py"}
        assert source.fresh(reviewed) == {"b.py", "c/c.py", "d.py", "f.py", "renamed.py"}
        assert source.fresh(source.pull.head.sha) == frozenset()


def test_a_commit_that_only_github_still_has_is_compared_there(repo, hub, tmp_path):
    reviewed = commit(repo, {"a.py": b"a = 1\n", "b.py": b"b = 1\n"})
    git(repo, "reset", "-q", "--hard", "main")
    commit(repo, {"a.py": b"a = 1\n", "b.py": b"b = 2\n"})
    git(tmp_path, "clone", "-q", f"file://{repo}", "clone")
    api, pull = opened(hub, repo)

    source = PullRequestSource(api, pull, tmp_path / "clone", None, {})

    assert source.fresh(reviewed) == {"b.py"}
    assert source.collect().notes == ()


@pytest.mark.parametrize("reviewed", [None, "", "0" * 40, "HEAD", "--help", "main\n"])
def test_all_may_be_new_where_the_reviewed_commit_is_unknown(repo, hub, reviewed):
    commit(repo, {"a.py": b"a = 1\n"})

    for source in both(hub, repo):
        assert source.fresh(reviewed) is None


# What it is for


def pull(title="Title", body="", url="https://github.com/octo/demo/pull/7"):
    base, head = Branch("1" * 40, "main", "Octo/Demo"), Branch("2" * 40, "feature", None)
    return Pull(7, title, body, Account("alice"), url, base, head)


def issue(number):
    return f"Title {number}", f"Body {number}"


def test_title_body_and_issues_are_the_task():
    task, notes = stated(pull("Add x", "It is needed.\r\n\r\nFixes #3"), issue)

    assert task == "Add x\n\nIt is needed.\n\nFixes #3\n\nIssue #3: Title 3\n\nBody 3"
    assert notes == ()


def test_a_task_of_the_user_wins(repo, hub):
    commit(repo, {"x.py": b"x = 1\n"})
    api, pull = opened(hub, repo, title="From the pull request")

    assert PullRequestSource(api, pull, repo, "Mine", {}).collect().task == "Mine"
    assert PullRequestSource(api, pull, repo, None, {}).collect().task == "From the pull request"


def test_an_issue_that_cannot_be_read_is_a_note(repo, hub):
    hub.repository(NAME, repo)
    number = hub.issue("Wanted", "In full.")
    commit(repo, {"x.py": b"x = 1\n"})
    clone, hosted = both(hub, repo, title="T", body=f"Fixes #{number}, closes #99")

    for source in (clone, hosted):
        change = source.collect()
        assert change.task == "T\n\nFixes #1, closes #99\n\nIssue #1: Wanted\n\nIn full."
        assert "issue 99" in change.notes[-1]


@pytest.mark.parametrize(
    ("body", "numbers"),
    [
        ("close #1 closes #2 Closed #3 FIX #4 fixes #5", (1, 2, 3, 4, 5)),
        ("fixed #1 resolve #2 resolves: #3 resolved #4", (1, 2, 3, 4)),
        ("fixes #1 fixes #2 fixes #3 fixes #4 fixes #5 fixes #6", (1, 2, 3, 4, 5)),
        ("fixes #8, fixes #8", (8,)),
        ("Fixes octo/demo#4 and fixes evil/demo#5", (4,)),
        ("fixes https://github.com/octo/demo/issues/9", (9,)),
        ("fixes https://github.com.evil.org/octo/demo/issues/9", ()),
        ("fixes https://github.com/evil/demo/issues/9", ()),
        ("see #1, prefixes #2, hot-fixes #3, fixes #0, fixes #4x, fixes#5", ()),
        ("> fixes #1\n\nfixes #2", (2,)),
        ("`fixes #1`\n```\nfixes #2\n```\nfixes #3", (3,)),
        ("~~~~\n```\nfixes #1\n~~~~\nfixes #2", (2,)),
        ("```\nfixes #1", ()),
        ("<!-- fixes #1 --> fixes #2 <!-- fixes #3", (2,)),
        ("`<!--` fixes #1\n```html\n<!-- a page\n```\nfixes #2", (1, 2)),
        ("fixes\n#1", ()),
    ],
)  # fmt: skip
def test_only_issues_of_its_own_repository_that_it_plainly_closes(body, numbers):
    assert closes(pull(body=body)) == numbers


def test_comments_of_a_template_are_dropped_and_code_stays():
    body = "<!-- Describe\nyour change -->\nDone.\n\n```html\n<!-- a page -->\n```\n<!-- open"

    assert stated(pull(body=body), issue)[0] == "Title\n\nDone.\n\n```html\n<!-- a page -->\n```"


def test_a_long_story_is_cut_and_it_is_said():
    task, _ = stated(pull(body="x" * 3 * MOST_TEXT), issue)

    assert len(task) < MOST_TEXT + 100
    assert task.endswith("[cut here: what the pull request says is longer]")


@pytest.mark.parametrize("piece", ["`", "```\n", "~~~", "<!--", "fixes ", "> ", "#1", " ```", "-"])
def test_a_hostile_body_takes_no_time(piece):
    body = piece * (65_536 // len(piece))

    task, _ = stated(pull(body=body), issue)

    assert task is not None


def test_nothing_said_is_no_task():
    assert stated(pull(title=" ", body="<!-- a template -->"), issue) == (None, ())
