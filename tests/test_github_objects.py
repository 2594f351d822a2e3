"""Git's objects from GitHub: whole or not at all, in few requests, each what its name says."""

import base64

import pytest

from indict_review.errors import HostError, ToolError
from indict_review.github import blobs, objects
from indict_review.github.api import GithubApi
from indict_review.github.objects import GithubObjects
from indict_review.sources.remote import Remote, changed
from tests.github_stand_in import StandIn
from tests.patching import git, repository, write

NAME = "octo/demo"


@pytest.fixture
def hub():
    with StandIn() as hub:
        yield hub
        assert hub.invalid == []


def commit(repo, files):
    write(repo, files)
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "more")
    return named(repo, "HEAD")


def named(repo, name):
    return git(repo, "rev-parse", name).decode().strip()


def served(hub, path, files):
    """A repository, its commit, and what GitHub tells of it."""
    repo = repository(path / "repo", files)
    git(repo, "branch", "-q", "-M", "main")
    hub.repository(NAME, repo)
    api = GithubApi(hub.api, hub.token("read"), pace=0, wait=lambda _: None)
    return repo, named(repo, "HEAD"), GithubObjects(api, NAME)


def asked(hub, what):
    return [request for request in hub.requests if what in request.path]


def contents(found, commit, *paths):
    """Of each file; the folders are read for their names."""
    store = Remote(found, commit)
    return found.contents([store.find(path).oid for path in paths])


# Folders


def test_a_tree_is_one_request(hub, tmp_path):
    _, head, found = served(hub, tmp_path, {"a/b/c.py": b"", "a/d.py": b"d", "e.py": b"e"})

    assert Remote(found, head).paths() == ["a/b/c.py", "a/d.py", "e.py"]
    assert len(hub.requests) == 1
    assert Remote(found, head).find("a/b/c.py").mode == 0o100644
    assert Remote(found, head).find("a/b").is_folder
    assert Remote(found, head).find("a/d.py/x") is None
    assert len(hub.requests) == 1


def test_a_tree_that_github_cuts_is_read_folder_by_folder(hub, tmp_path):
    files = {f"{a}/{b}/{n}.py": f"{a}{b}".encode() for a in "abc" for b in "xy" for n in range(5)}
    _, head, found = served(hub, tmp_path, files)
    hub.limits.tree_entries = 11

    assert Remote(found, head).paths() == sorted(files)
    assert len(hub.requests) == 2 + 3 * (2 + 2)  # cut, then by itself; what is below fits


def test_what_is_below_a_folder_that_fits_is_in_its_answer(hub, tmp_path):
    files = {f"{a}/{b}/{n}.py": f"{a}{b}".encode() for a in "abc" for b in "xy" for n in range(5)}
    _, head, found = served(hub, tmp_path, files)
    hub.limits.tree_entries = 12

    assert Remote(found, head).paths() == sorted(files)
    assert len(hub.requests) == 2 + 3


def test_of_a_tree_that_github_cuts_only_what_differs_is_read(hub, tmp_path):
    files = {f"{top}{n}/x.py": b"" for top in "abcd" for n in range(5)}
    repo, base, found = served(hub, tmp_path, files)
    head = commit(repo, {"b3/x.py": b"changed"})
    hub.limits.tree_entries = 25

    (move,) = changed(found, base, head)

    assert move.old.path == move.new.path == "b3/x.py"
    assert len(hub.requests) == 2 * 2 + 2


def test_too_many_folders_are_an_error_that_says_so(hub, tmp_path, monkeypatch):
    monkeypatch.setattr(objects, "MOST_FOLDERS", 5)
    _, head, found = served(hub, tmp_path, {f"d{n}/x.py": b"%d" % n for n in range(9)})
    hub.limits.tree_entries = 10

    with pytest.raises(ToolError, match=r"too many folders .*\(5 requests\)"):
        Remote(found, head).paths()
    assert len(hub.requests) == 5


def test_a_folder_that_github_cuts_by_itself_is_an_error(hub, tmp_path):
    _, head, found = served(hub, tmp_path, {"x.py": b""})
    hub.fail("/git/trees/", status=200, body={"truncated": True, "tree": []}, times=2)

    with pytest.raises(HostError, match="only a part of a folder"):
        Remote(found, head).paths()


def test_a_path_of_a_thousand_folders_is_read(hub, tmp_path):
    _, _, found = served(hub, tmp_path, {"x.py": b""})
    deep = {"truncated": False, "tree": [row("d/" * depth + "d") for depth in range(1500)]}
    deep["tree"].append({**row("d/" * 1500 + "x.py", 9000), "mode": "100644", "size": 0})
    hub.fail("/git/trees/", status=200, body=deep)

    (move,) = changed(found, None, "f" * 40)

    assert move.new.path == "d/" * 1500 + "x.py"


def row(path, number=None):
    number = path.count("/") if number is None else number
    return {"path": path, "mode": "040000", "type": "tree", "sha": f"{number:040x}"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "rwx"},
        {"mode": None},
        {"sha": "main"},
        {"sha": "../../user"},
        {"path": "\ud800"},
        {"path": None},
        {"size": "9"},
        {"size": None},
    ],
)
def test_a_row_that_is_none_is_an_error(hub, tmp_path, wrong):
    _, head, found = served(hub, tmp_path, {"x.py": b""})
    good = {"path": "x.py", "mode": "100644", "sha": "1" * 40, "size": 1}
    hub.fail("/git/trees/", status=200, body={"truncated": False, "tree": [{**good, **wrong}]})

    with pytest.raises(HostError, match="GitHub"):
        Remote(found, head).paths()


@pytest.mark.parametrize("answer", [[], {}, {"truncated": False}, {"tree": []}, "x", None])
def test_an_answer_that_is_none_is_an_error(hub, tmp_path, answer):
    _, head, found = served(hub, tmp_path, {"x.py": b""})
    hub.fail("/git/trees/", status=200, body=answer, times=9)

    with pytest.raises(HostError):
        Remote(found, head).paths()


# Content


def test_texts_are_read_fifty_at_once_and_each_once(hub, tmp_path):
    files = {f"{n}.py": b"n = %d\n" % n for n in range(120)}
    _, head, found = served(hub, tmp_path, files)

    assert contents(found, head, *files) == list(files.values())
    assert contents(found, head, *files) == list(files.values())
    assert len(asked(hub, "graphql")) == 3
    assert asked(hub, "/git/blobs/") == []


def test_large_texts_are_not_asked_for_together(hub, tmp_path):
    files = {f"{n}.py": b"%d\n" % n * 100_000 for n in range(9)}
    _, head, found = served(hub, tmp_path, files)

    assert contents(found, head, *files) == list(files.values())
    assert len(asked(hub, "graphql")) == 2


def test_what_is_no_utf8_or_binary_or_large_is_read_by_itself(hub, tmp_path):
    files = {"latin.py": b"# caf\xe9\n", "x.bin": b"\0\xff", "big.py": b"# ab\n" * 120_000}
    _, head, found = served(hub, tmp_path, {**files, "crlf.py": b"a\r\n\r", "none.py": b""})

    assert contents(found, head, *files) == list(files.values())
    assert len(asked(hub, "/git/blobs/")) == 3
    assert contents(found, head, "crlf.py", "none.py") == [b"a\r\n\r", b""]
    assert len(asked(hub, "/git/blobs/")) == 3


def test_a_text_that_github_cuts_is_read_whole(hub, tmp_path):
    _, head, found = served(hub, tmp_path, {"x.py": b"# a line\n" * 100})
    hub.limits.blob_text = 50

    assert contents(found, head, "x.py") == [b"# a line\n" * 100]
    assert len(asked(hub, "/git/blobs/")) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"data": {"repository": {"o0": {"text": "x = 2\n"}}}},
        {"data": {"repository": {"o0": None}}, "errors": [{"message": "timed out"}]},
        {"data": {"repository": None}},
        {"data": None, "errors": [{"type": "NOT_FOUND", "message": "no"}]},
        {"data": [1]},
        {"data": {"repository": {"o0": {"text": "\ud800"}}}},
    ],
)
def test_what_does_not_fit_its_name_is_read_again(hub, tmp_path, answer):
    _, head, found = served(hub, tmp_path, {"x.py": b"x = 1\n"})
    hub.fail("POST /graphql", status=200, body=answer)

    assert contents(found, head, "x.py") == [b"x = 1\n"]


@pytest.mark.parametrize(("status", "again"), [(502, 3), (403, 1), (401, 1)])
def test_without_graphql_it_goes_on_one_by_one(hub, tmp_path, status, again):
    files = {f"{n}.py": b"n = %d\n" % n for n in range(60)}
    _, head, found = served(hub, tmp_path, files)
    hub.fail("POST /graphql", status=status, body={"message": "no"})

    assert contents(found, head, *files) == list(files.values())
    assert len(asked(hub, "graphql")) == again  # what is refused once is refused always


@pytest.mark.parametrize(
    "content", [base64.b64encode(b"\0\xfe").decode(), "", "%%%", "\u00e9", "A"]
)
def test_a_content_that_is_another_is_none(hub, tmp_path, content):
    _, head, found = served(hub, tmp_path, {"x.bin": b"\0\xff"})
    hub.fail("/git/blobs/", status=200, body={"content": content, "encoding": "base64"})
    oid = Remote(found, head).find("x.bin").oid

    assert found.contents([oid]) == [None]
    assert found.lacking(oid) == "GitHub does not give its content"
    with pytest.raises(ToolError, match=r"x\.bin: GitHub does not give"):
        Remote(found, head).entries(["x.bin"])


def test_requests_for_files_are_bounded_and_the_rest_is_told(hub, tmp_path, monkeypatch):
    monkeypatch.setattr(blobs, "MOST_REQUESTS", 4)
    files = {f"{n}.bin": bytes([n, 0, 255]) for n in range(6)}
    _, head, found = served(hub, tmp_path, files)
    oids = [Remote(found, head).find(path).oid for path in files]

    read = found.contents(oids)

    assert read == [*list(files.values())[:3], None, None, None]  # one was for all of them
    assert found.lacking(oids[5]) == "GitHub was asked 4 times for files already"
    assert len(asked(hub, "graphql")) + len(asked(hub, "/git/blobs/")) == 4


def test_nobody_answering_is_an_error(hub, tmp_path):
    _, head, found = served(hub, tmp_path, {"x.bin": b"\0\xff"})
    hub.fail("/git/blobs/", status=502, times=99)

    with pytest.raises(HostError):
        contents(found, head, "x.bin")


def test_a_content_is_asked_for_by_name_only(hub, tmp_path):
    """What is no name of an object came from no folder, and is known to nobody."""
    _, _, found = served(hub, tmp_path, {"x.py": b""})

    assert found.facts(["main", "1" * 40]) == [None, None]
