"""The last review, kept and read back: from our own folder, and from anybody's file."""

import json
import os
import re
import stat
from dataclasses import replace

import pytest

from indict_review import kept
from indict_review.errors import ConfigError, PatchError, ReviewError, ToolError
from indict_review.evidence import Severity
from indict_review.kept_review import Kept
from indict_review.review import TaskAssessment
from indict_review.reviewer import Reviewer
from indict_review.revision import VerificationStatus
from tests.changing import change
from tests.mending import EVIL, GOOD, Evals, mended

CHANGE = change({"a.py": "import json\n"}, {"a.py": EVIL})
REVIEW = mended(CHANGE, {"a.py": GOOD})


def kept_in(folder, review=REVIEW):
    kept.keep(review, Severity.HIGH, folder)
    return folder / "indict-review" / "last.json"


def broken(tmp_path, spoil, review=REVIEW):
    """What is said of a document that a test spoilt."""
    path = kept_in(tmp_path, review)
    document = json.loads(path.read_text())
    text = spoil(document)
    path.write_text(json.dumps(document) if text is None else text)
    with pytest.raises(ReviewError) as told:
        kept.read(path)
    return told.value


def test_what_was_kept_is_read_back(tmp_path):
    kept_in(tmp_path)
    last = kept.last(tmp_path)

    assert last.holds
    assert last.source == "patch"
    assert last.fixes == tuple(f.fingerprint for f in REVIEW.findings)
    assert last.fits(CHANGE.after)
    assert last.edits(CHANGE.after) == REVIEW.revision.groups[0].edits


def test_only_the_user_may_read_it(tmp_path):
    path = kept_in(tmp_path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert sorted(os.listdir(path.parent)) == ["last-revision.json", "last.json"]


def test_a_review_without_code_leaves_the_code_of_the_one_before(tmp_path):
    kept_in(tmp_path)
    path = kept_in(tmp_path, Reviewer((Evals(),)).review(CHANGE))

    assert json.loads(path.read_text())["revision"] is None
    assert kept.last(tmp_path).holds


def test_newer_code_takes_the_place_of_older(tmp_path):
    kept_in(tmp_path)
    other = change({}, {"b.py": EVIL})
    kept_in(tmp_path, mended(other, {"b.py": GOOD}))

    assert kept.last(tmp_path).touched == ("b.py",)


def test_a_harmful_task_takes_the_code_away(tmp_path):
    kept_in(tmp_path)
    kept_in(tmp_path, replace(REVIEW, task_assessment=TaskAssessment(True, "malware", ("x",))))

    assert kept.last(tmp_path) is None


def test_withheld_code_is_no_code(tmp_path):
    harmful = replace(REVIEW, task_assessment=TaskAssessment(True, "malware", ("x",)))
    read = kept.read(kept_in(tmp_path, harmful))

    assert (read.holds, read.status) == (False, VerificationStatus.WITHHELD)


def test_a_folder_that_is_a_link_is_not_written_to(tmp_path):
    (tmp_path / "git").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "git" / "indict-review").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ToolError, match="is a link"):
        kept_in(tmp_path / "git")
    assert os.listdir(tmp_path / "elsewhere") == []


def test_where_nothing_can_be_written_the_review_before_stays(tmp_path, monkeypatch):
    path = kept_in(tmp_path)
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kept.os, "replace", full)
    with pytest.raises(ToolError, match="No space left"):
        kept_in(tmp_path)
    assert path.read_bytes() == before
    assert sorted(os.listdir(path.parent)) == ["last-revision.json", "last.json"]


def test_a_review_that_is_too_large_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "LARGEST", 100)
    with pytest.raises(ToolError, match="MiB"):
        kept_in(tmp_path)


def set_at(*names, to):
    def spoil(document):
        at = document
        for name in names[:-1]:
            at = at[name]
        at[names[-1]] = to

    return spoil


def without(*names):
    def spoil(document):
        at = document
        for name in names[:-1]:
            at = at[name]
        del at[names[-1]]

    return spoil


FIRST = ("change", "files", 0)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda d: "no json", "not JSON"),
        (lambda d: "", "not JSON"),
        (lambda d: "[" * 100_000, "not JSON"),
        (lambda d: '{"a":' * 100_000, "not JSON"),
        (lambda d: "1" * 5000, "not JSON|missing"),
        (lambda d: "[]", "schema is missing"),
        (lambda d: "null", "schema is missing"),
        (set_at("schema", to="indict-review/2"), "schema is another"),
        (set_at("schema", to=1), "schema is not as it should be"),
        (set_at("usage", "seconds", to=float("nan")), "NaN is no number"),
        (set_at("change", to=[]), r"change\.files is missing"),
        (set_at("change", "files", to={}), r"change\.files is not"),
        (set_at(*FIRST, to="a.py"), "is missing"),
        (set_at(*FIRST, "path", to=7), "path is not"),
        (without(*FIRST, "sha256"), "sha256 is missing"),
        (set_at(*FIRST, "sha256", to="A" * 64), "sha256"),
        (set_at(*FIRST, "sha256", to=True), "sha256"),
        (set_at("change", "patch", to=None), r"change\.patch is not"),
        (set_at("change", "patch", to="\ud800"), r"change\.patch is not"),
        (without("revision", "fixes"), r"revision\.fixes is missing"),
        (set_at("revision", "fixes", to=[{}]), r"revision\.fixes is not"),
        (set_at("revision", "fixes", to="abc"), r"revision\.fixes is not"),
        (set_at("revision", "verification", "status", to="sure"), "status is unknown"),
        (set_at("revision", "verification", "receipt", to=None), "receipt is not"),
        (set_at("revision", "patch", to="--- a/a.py\n+++ b/a.py\n"), "not what was verified"),
        (without("revision"), "revision is missing"),
    ],
)
def test_a_document_that_is_no_review_is_refused_with_what_to_do(tmp_path, spoil, told):
    error = broken(tmp_path, spoil)

    assert isinstance(error, ConfigError)
    assert re.search(told, str(error))
    assert "Review the change again" in error.hint


@pytest.mark.parametrize(
    "path", ["../a.py", "/etc/passwd", ".git/hooks/pre-commit", "a/../../b", "C:\\x", "", "a\nb"]
)
def test_a_path_that_no_patch_may_name_is_refused(tmp_path, path):
    error = broken(tmp_path, set_at(*FIRST, "path", to=path))

    assert isinstance(error, PatchError)


def test_a_file_without_end_is_not_read(tmp_path):
    with pytest.raises(ConfigError, match="more than 32 MiB"):
        kept.read(kept.Path("/dev/zero"))


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        kept.read(tmp_path / "none.json")


def test_a_masked_secret_is_never_applied(tmp_path):
    code = GOOD.replace("json.loads(text)", 'json.loads(text or "hunter2")')
    review = mended(CHANGE, {"a.py": code})

    def mask(document):
        return json.dumps(document).replace("hunter2", "*******")

    assert "masked" in str(broken(tmp_path, mask, review))


def test_bytes_that_are_no_utf8_are_never_applied_from_json(tmp_path):
    code = GOOD.replace("json.loads(text)", 'json.loads(text or "\udcff")')
    path = kept_in(tmp_path, mended(CHANGE, {"a.py": code}))

    with pytest.raises(ConfigError, match="no UTF-8"):
        kept.read(path)


HEADER = "diff --git a/a.py b/a.py\n"


@pytest.mark.parametrize(
    "patch",
    [
        "--- a/a.py\n+++ b/a.py\n@@ -9,1 +9,1 @@\n-    return eval(text)\n+    return 1\n",  # moved
        HEADER + "deleted file mode 100644\n--- a/a.py\n+++ /dev/null\n@@ -1,5 +0,0 @@\n"
        + "".join(f"-{line}\n" for line in EVIL.splitlines()),
        HEADER + "old mode 100644\nnew mode 100755\n",
        HEADER + "Binary files a/a.py and b/a.py differ\n",
        "diff --git a/a.py b/b.py\nrename from a.py\nrename to b.py\n",
        "diff --git a/x.sh b/x.sh\nnew file mode 100755\n--- /dev/null\n+++ b/x.sh\n"
        "@@ -0,0 +1,1 @@\n+ls\n",
    ],
)  # fmt: skip
def test_a_revision_may_only_change_lines_and_add_files(patch):
    document = Kept("patch", None, "", {}, patch, VerificationStatus.PASSED, ())

    with pytest.raises(PatchError):
        document.edits(CHANGE.after)


@pytest.mark.parametrize("path", ["../x", ".git/config", "/tmp/x", "a\\b"])
def test_a_revision_may_not_name_what_no_patch_may(path):
    patch = f"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1,1 @@\n+ls\n"
    document = Kept("patch", None, "", {}, patch, VerificationStatus.PASSED, ())

    with pytest.raises(PatchError):
        document.edits(CHANGE.after)
