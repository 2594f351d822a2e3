import pytest

from indict_review.change import Status
from indict_review.errors import PatchError
from indict_review.patches.interface import FilePatch
from indict_review.patches.paths import check_no_repository, check_together, safe_path
from indict_review.patches.quoting import quoted, shown, unquoted

HOSTILE = [
    "",
    "/etc/passwd",
    "../up",
    "a/../../up",
    "a/..",
    "a//b",
    "a/./b",
    "a/",
    "nul\0",
    "new\nline",
    "esc\x1b[31m",
    "C:/x",
    "c:x",
    "..\\up",
    "\\\\host\\share",
    ".git",
    ".git/hooks/pre-commit",
    "sub/.GIT/config",
    ".git /config",
    ".git./config",
    "GIT~1/config",
    ".git::$INDEX_ALLOCATION/config",
    ".g\u200cit/config",
    "x" * 5000,
]


@pytest.mark.parametrize("path", HOSTILE)
def test_a_hostile_path_is_refused_whatever_format_brings_it(path):
    with pytest.raises(PatchError) as caught:
        safe_path(path)

    assert caught.value.hint
    assert "\x1b" not in str(caught.value)
    if path:
        with pytest.raises(PatchError):
            FilePatch(old_path=None, new_path=path, status=Status.ADDED)


@pytest.mark.parametrize("path", ["a", ".gitignore", ".github/x", "a.git/x", "git", "…/é ü.py"])
def test_an_ordinary_path_is_taken(path):
    assert safe_path(path) == path


def test_a_file_cannot_be_a_directory_too():
    check_together(["a/b", "a/c", "ab"])
    with pytest.raises(PatchError, match="at once"):
        check_together(["a/b", "a"])


@pytest.mark.parametrize("name", ["é", 'q"', "a\\b", "t\tn\nx\x01", "\udcff\udc80", "sp ace"])
def test_names_survive_gits_quoting(name):
    written = quoted(name)

    assert written.isascii()
    assert written == name or unquoted(written + " rest") == (name, " rest")


@pytest.mark.parametrize("text", ['"open', '"bad \\q"', '"\\', '"\\777"'])
def test_broken_quotes_are_no_name(text):
    assert unquoted(text) is None


def test_what_a_terminal_would_obey_is_spelt_out():
    assert shown("a\x1b[31m\u202e\udcff\r") == "a\\x1b[31m\\u202e\\udcff\\r"
    assert len(shown("x" * 10**6)) < 200


REPOSITORY = ["b/HEAD", "b/config", "b/objects/x", "b/refs/x"]


@pytest.mark.parametrize(
    ("paths", "touched"),
    [
        (REPOSITORY, REPOSITORY),
        (REPOSITORY, ["b/HEAD"]),
        (REPOSITORY, ["b/config"]),
        ([path.removeprefix("b/") for path in REPOSITORY], ["config"]),
        (["b/head", "b/OBJECTS/x", "b/Refs/x"], ["b/head"]),
        (["b/HEAD", "b/commondir", "a"], ["b/commondir"]),
        (["b/HE\u200cAD", "b/objects ./x", "b/refs/x"], ["b/refs/x"]),
    ],
)
def test_a_folder_that_git_would_take_for_a_repository_is_refused(paths, touched):
    with pytest.raises(PatchError, match="would be a git repository: it has HEAD and") as caught:
        check_no_repository(paths, touched)

    assert "config" in caught.value.hint


@pytest.mark.parametrize(
    ("paths", "touched"),
    [
        (REPOSITORY, ["a.py", "bb/x"]),
        (["b/HEAD", "b/config", "b/objects/x"], ["b/HEAD"]),
        (["b/HEAD", "c/objects/x", "c/refs/x"], ["b/HEAD"]),
        (["docs/head.md", "docs/objects/x", "docs/refs/x"], ["docs/head.md"]),
    ],
)
def test_what_is_no_repository_or_was_there_is_none_of_the_patchs(paths, touched):
    check_no_repository(paths, touched)
