"""The folder of a run: whole whenever it is looked at, and nobody else's."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from indict_review.bench.interface import Answer, Flag
from indict_review.bench.record import Manifest, Record
from indict_review.bench.runs import journal
from indict_review.errors import ConfigError, Unwritable
from indict_review.review import Usage

MANIFEST = Manifest("m", {"planned": ["a", "b"], "judge": None, "scorers": {"sandbox": "none"}})
ANSWER = Answer(
    "hé\udc80", {"a.py": "x = 1\n"}, (Flag("a.py", 1, 2, "CWE-89", "high", ("semgrep",)),),
    skipped=("tests",), usage=Usage(1, 2, 1, 3, None, 0.5), seconds=1.25,
)  # fmt: skip
RECORD = Record(
    "a", "sven", "s", "s", "all", None, "direct", "local", "m", "d", "e", {"safe": None},
    1, 2, 1, 3, None, 1.25, 0.5,
)  # fmt: skip


def test_an_answer_comes_back_as_it_was(tmp_path):
    with journal.opened(tmp_path / "run", MANIFEST) as kept:
        kept.keep("a", ANSWER)

        assert kept.kept("a") == ANSWER
        assert kept.kept("b") is None


@pytest.mark.parametrize("torn", ["", "{", "[]", "null", '{"reply": ""}', "é"])
def test_a_torn_answer_is_asked_for_anew(tmp_path, torn):
    with journal.opened(tmp_path / "run", MANIFEST) as kept:
        kept.keep("a", ANSWER)
        (tmp_path / "run" / "answers" / "a.json").write_text(torn, "utf-8")

        assert kept.kept("a") is None


@pytest.mark.parametrize("cut", [1, 30, 200])
def test_a_line_without_its_end_is_cut_off_and_done_again(tmp_path, cut):
    with journal.opened(tmp_path / "run", MANIFEST) as kept:
        kept.append(RECORD)
        kept.append(replace(RECORD, key="b"))
    whole = kept.records.read_bytes()
    kept.records.write_bytes(whole[:-cut])

    with journal.opened(tmp_path / "run", MANIFEST) as again:
        assert set(again.done) == {"a"}
        again.append(replace(RECORD, key="b"))
    assert kept.records.read_bytes() == whole


def test_a_torn_manifest_is_written_anew(tmp_path):
    (tmp_path / "records.jsonl").write_text('{"schema": "indict')
    with journal.opened(tmp_path, MANIFEST) as kept:
        pass

    assert journal.manifest_in(tmp_path) == MANIFEST
    assert kept.done == {}


def test_no_record_is_written_twice(tmp_path):
    with journal.opened(tmp_path, MANIFEST) as kept:
        kept.append(RECORD)
        before = kept.records.read_bytes()
        for again in ((RECORD,), (replace(RECORD, key="b"), replace(RECORD, key="b"))):
            with pytest.raises(ConfigError, match="scored twice"):
                kept.append(*again)

        assert kept.records.read_bytes() == before


def test_what_was_made_otherwise_is_another_run(tmp_path):
    with journal.opened(tmp_path, MANIFEST) as kept:
        kept.keep("a", ANSWER)
    other = Manifest("n", {**MANIFEST.told, "model": "anthropic/x"})
    with pytest.raises(ConfigError, match='model was null and is "anthropic/x"') as caught:
        journal.opened(tmp_path, other).__enter__()

    assert "another folder" in caught.value.hint


def test_a_run_of_which_nothing_came_may_be_begun_otherwise(tmp_path):
    """Such as one that lacked something that its settings now name."""
    other = Manifest("n", {**MANIFEST.told, "model": "anthropic/x"})
    for each in (MANIFEST, other):
        with journal.opened(tmp_path, each):
            pass
    assert journal.manifest_in(tmp_path) == other
    assert len((tmp_path / "records.jsonl").read_text().splitlines()) == 1


def test_what_is_scored_otherwise_can_be_rescored(tmp_path):
    with journal.opened(tmp_path, MANIFEST) as kept:
        kept.keep("a", ANSWER)
    other = Manifest("m", {**MANIFEST.told, "scorers": {"sandbox": "bwrap"}})
    with pytest.raises(ConfigError, match=r'scorers\.sandbox was "none" and is') as caught:
        journal.opened(tmp_path, other).__enter__()

    assert "--rescore" in caught.value.hint


def test_another_machine_goes_on_with_a_run(tmp_path):
    with journal.opened(tmp_path, Manifest("m", {**MANIFEST.told, "machine": {"cores": 2}})):
        pass
    with journal.opened(tmp_path, Manifest("m", {**MANIFEST.told, "machine": {"cores": 64}})):
        pass


def test_answers_of_nobody_knows_whom_are_not_taken_over(tmp_path):
    with journal.opened(tmp_path, MANIFEST) as kept:
        kept.keep("a", ANSWER)
    kept.records.unlink()

    with pytest.raises(ConfigError, match="answers of a run whose records"):
        journal.opened(tmp_path, MANIFEST).__enter__()


def test_one_process_at_a_time(tmp_path):
    with journal.opened(tmp_path, MANIFEST):
        code = (
            "import sys; from pathlib import Path\n"
            "from indict_review.bench.runs import journal\n"
            "from indict_review.bench.record import Manifest\n"
            "from indict_review.errors import ConfigError\n"
            "try: journal.opened(Path(sys.argv[1]), Manifest('m')).__enter__()\n"
            "except ConfigError as e: print(e)\n"
        )
        told = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
        )
    assert told.stdout == f"another run is at work in {tmp_path}\n"


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "run").write_text("mine")
    with pytest.raises(ConfigError, match="is no folder"):
        journal.opened(tmp_path / "run", MANIFEST).__enter__()

    assert (tmp_path / "run").read_text() == "mine"


def test_the_old_records_stay_until_all_is_scored_anew(tmp_path):
    with journal.opened(tmp_path, MANIFEST) as kept:
        kept.append(RECORD)
    old = kept.records.read_bytes()
    new = Manifest("m", {**MANIFEST.told, "judge": "x"})

    with journal.reopened(tmp_path, new) as kept:
        kept.append(replace(RECORD, marks={"safe": True}))
    assert (tmp_path / "records.jsonl").read_bytes() == old

    with journal.reopened(tmp_path, new) as kept:
        kept.append(replace(RECORD, marks={"safe": True}))
        kept.replace()
    manifest, record = map(json.loads, (tmp_path / "records.jsonl").read_text().splitlines())
    assert (manifest["judge"], record["marks"]) == ("x", {"safe": True})
    assert not (tmp_path / "records.jsonl.new").exists()


def test_what_cannot_be_written_is_said_and_leaves_no_half(tmp_path):
    with journal.opened(tmp_path / "run", MANIFEST) as kept:
        kept.append(RECORD)
        before = kept.records.read_bytes()
        full = _full(tmp_path / "run", len(before) + 100)

    assert "cannot be written: File too large" in full
    assert kept.records.read_bytes() == before
    assert list((tmp_path / "run" / "answers").iterdir()) == []


def _full(folder, most):
    """What is said in a process whose files may have `most` bytes."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        kept = journal.Journal(folder, MANIFEST, folder / "records.jsonl")
        for write in (
            lambda: kept.append(replace(RECORD, key="b"), replace(RECORD, key="c")),
            lambda: kept.keep("b", replace(ANSWER, reply="x" * 2 * most)),
        ):
            with pytest.raises(Unwritable) as caught:
                write()
            os.write(writer, f"{caught.value}\n".encode())
        os._exit(0)
    os.close(writer)
    os.wait()
    with open(reader) as told:
        lines = told.read().splitlines()
    assert len(lines) == 2
    return lines[0]
