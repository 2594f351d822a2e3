"""What the server does for agents, without the protocol: the desk, its answers, its wire."""

import unicodedata
from dataclasses import replace

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indict_review.agents import desk as desks
from indict_review.agents.answers import LONGEST, MOST, Shown, plain, reviewed
from indict_review.agents.catalogue import BY_NAME, TOOLS
from indict_review.agents.desk import Desk
from indict_review.agents.hearing import Hearing, Stopped
from indict_review.agents.wire import Lines
from indict_review.config import Flags
from indict_review.errors import ConfigError
from indict_review.events import Ended, Started, Writing
from indict_review.evidence import Severity
from indict_review.revision import Verification, VerificationStatus
from tests import samples
from tests.patching import repository
from tests.serving import CLEAN, WEAK


@pytest.fixture
def desk(tmp_path):
    root = tmp_path / "folder"
    root.mkdir()
    (root / "app.py").write_text("import subprocess\n")
    return Desk.of(root, Flags())


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_the_schema_that_clients_see_refuses_what_the_server_refuses(tool):
    right = {p.name: (p.choices or ("x",))[0] if p.is_text else True for p in tool.parameters}
    wrong = [{**right, "also": 1}]
    for parameter in tool.parameters:
        wrong.append({**right, parameter.name: 7})
        if parameter.required:
            wrong.append({k: v for k, v in right.items() if k != parameter.name})
        if parameter.longest:
            wrong.append({**right, parameter.name: "x" * (parameter.longest + 1)})
        if parameter.choices:
            wrong.append({**right, parameter.name: "none of them"})

    jsonschema.validate(right, tool.takes)
    assert tool.read(right) == right
    for arguments in wrong:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(arguments, tool.takes)
        with pytest.raises(ConfigError):
            tool.read(arguments)


def test_a_folder_without_git_has_its_patches_reviewed_and_written(desk):
    said = desk.answer("review_patch", {"patch": CLEAN})
    assert said.data["gate"] == "accepted"

    desk.answer("apply_revision", {"review_id": said.data["review_id"]})

    assert "len(name)" in (desk.root / "app.py").read_text()


def test_what_a_person_reviewed_last_stays_theirs(tmp_path):
    root = repository(tmp_path / "shop", {"app.py": b"import subprocess\n"})
    last = root / ".git" / "indict-review" / "last.json"
    last.parent.mkdir()
    last.write_text("theirs")

    for patch in (CLEAN, WEAK):
        Desk.of(root, Flags()).answer("review_patch", {"patch": patch})

    assert last.read_text() == "theirs"


def test_the_oldest_review_is_dropped_and_that_is_said(desk, monkeypatch):
    monkeypatch.setattr(desks, "MOST_KEPT", 1)
    first = desk.answer("review_patch", {"patch": CLEAN}).data["review_id"]

    second = desk.answer("review_patch", {"patch": CLEAN})

    assert any(f"review {first} was dropped" in note for note in second.data["notes"])
    with pytest.raises(ConfigError, match="no such review"):
        desk.answer("apply_revision", {"review_id": first})


def test_a_review_that_nobody_waits_for_ends_and_is_not_kept(desk):
    hearing = Hearing()
    hearing.stop()

    with pytest.raises(Stopped):
        desk.answer("review_patch", {"patch": WEAK}, hearing)

    assert desk.kept == {}


def test_a_fingerprint_names_one_finding_or_none(desk):
    said = desk.answer("review_patch", {"patch": WEAK})
    about = {"review_id": said.data["review_id"]}
    (finding,) = said.data["findings"]

    by_part = desk.answer("explain_finding", {**about, "fingerprint": finding["fingerprint"][:8]})

    assert by_part.data["fingerprint"] == finding["fingerprint"]
    for wrong in ("zzz", finding["fingerprint"] + "0"):
        with pytest.raises(ConfigError, match="0 findings"):
            desk.answer("explain_finding", {**about, "fingerprint": wrong})


def test_the_staged_changes_of_a_larger_repository_are_none_of_a_folders(tmp_path, desk):
    from tests.patching import repository

    repository(tmp_path, {"README": b"a project\n"})

    with pytest.raises(ConfigError, match="not the top"):
        desk.answer("review_staged", {})


@pytest.mark.parametrize(
    "review", [samples.clean, samples.blocking, samples.revised, samples.incomplete]
)
def test_every_kind_of_review_fits_its_schema(review):
    answer = reviewed(Shown("abc", review(), Severity.HIGH), ())

    jsonschema.validate(answer.data, BY_NAME["review_patch"].answer)
    assert answer.text


@pytest.mark.parametrize("status", sorted(set(VerificationStatus) - {VerificationStatus.PASSED}))
def test_a_revision_that_does_not_hold_is_not_shown(status):
    made = samples.revised()
    failed = replace(made.revision, verification=Verification(status))

    answer = reviewed(Shown("abc", replace(made, revision=failed), Severity.HIGH), ())

    assert answer.data["revision"] is None
    assert made.revision.patch not in answer.text


def test_what_is_too_much_is_left_out_and_that_is_said():
    review = samples.blocking()
    many = replace(review, findings=review.findings[:1] * (MOST + 7))

    answer = reviewed(Shown("abc", many, Severity.HIGH), ())

    assert len(answer.data["findings"]) == MOST
    assert answer.data["findings_left_out"] == 7
    assert "7 more findings" in answer.text


@given(st.text())
def test_nothing_that_acts_on_a_terminal_is_left(text):
    shown = plain({"a": [text]})["a"][0]

    assert all(char in "\n\t" or unicodedata.category(char)[0] != "C" for char in shown)


def test_code_keeps_its_lines_and_tabs():
    assert plain("all:\n\tmake\r\n") == "all:\n\tmake␍\n"
    assert plain("x" * (LONGEST + 5)).endswith("… 5 characters more")


@given(st.lists(st.binary()), st.integers(0, 30))
def test_lines_are_the_same_however_the_bytes_come(pieces, longest):
    lines = Lines(longest)
    whole = b"".join(pieces)

    found = [line for piece in pieces for line in lines.of(piece)]

    expected = [line if len(line) <= longest else b"" for line in whole.split(b"\n")[:-1]]
    assert found == [line.decode("utf-8", "replace") for line in expected]


def test_what_is_heard_is_told_once():
    hearing = Hearing()
    assert hearing.news() == ""
    hearing(Started("safety"))
    hearing(Writing("safety", 1200, 3.0))
    assert hearing.news() == "safety: 1,200 tokens"
    assert hearing.news() == ""
    hearing(Ended("safety", 4.0, "1300 tokens"))
    assert hearing.news() == "safety: 1300 tokens"
