"""`bench merge`: shards and runs in one file, nothing lost, nothing doubled, nothing mixed."""

import json
import random
from dataclasses import replace

import pytest

from indict_review.bench.record import line_of, read
from indict_review.cli import run
from tests.bench_records import code, manifest, side
from tests.bench_runs import pairs

ALIKE = {"prompts": "p", "judge": None, "strategies": ["direct"], "seed": 0, "limit": None}


def shard(number, of=3, **told):
    """Two of the samples, and the manifest."""
    ident = told.pop("ident", f"run-{number}")
    samples = [f"p{2 * number}", f"p{2 * number + 1}"]
    records = [code(name, "direct", safe=True, run=ident) for name in samples]
    planned = [record.key for record in records]
    return [manifest(ident, shard=f"{number}/{of}", planned=planned, **ALIKE | told), *records]


@pytest.fixture
def write(tmp_path):
    def written(name, entries, end=""):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(map(line_of, entries)) + end)
        return path

    return written


@pytest.fixture
def merge(tmp_path, capsys):
    """The exit code, and what was said."""

    def called(*arguments, out="all.jsonl"):
        capsys.readouterr()
        exit_code = run(["bench", "merge", str(tmp_path / out), *map(str, arguments)])
        said = capsys.readouterr()
        assert said.out == ""
        return exit_code, said.err.splitlines()

    return called


@pytest.fixture
def three(write):
    return [write(f"shard-{n}/records.jsonl", shard(n)) for n in (1, 2, 3)]


def test_shards_become_one_file_in_which_each_sample_is_once(merge, three, tmp_path):
    exit_code, said = merge(*three)
    merged = read(tmp_path / "all.jsonl")

    assert exit_code == 0
    assert said == [f"6 records of 3 runs: {tmp_path / 'all.jsonl'}"]
    assert [m.ident for m in merged.manifests] == ["run-1", "run-2", "run-3"]
    assert [r.sample for r in merged.records] == ["p2", "p3", "p4", "p5", "p6", "p7"]


def test_the_bytes_are_the_same_in_whatever_order_they_are_named(merge, three, write, tmp_path):
    twins = write("twins.jsonl", [*shard(1), *shard(2)])
    files, chance = [*three, three[0], twins], random.Random(8)
    contents = set()
    for number in range(8):
        chance.shuffle(files)
        assert merge(*files, out=f"{number}.jsonl")[0] == 0
        contents.add((tmp_path / f"{number}.jsonl").read_bytes())

    assert len(contents) == 1
    assert contents.pop().count(b"\n") == 9


def test_merged_again_nothing_changes(merge, three, tmp_path):
    merge(*three)
    before = (tmp_path / "all.jsonl").read_bytes()

    assert merge(tmp_path / "all.jsonl", three[0])[0] == 0
    assert (tmp_path / "all.jsonl").read_bytes() == before


def test_the_folder_of_a_run_stands_for_its_records(merge, three, tmp_path):
    merge(*three, out="files.jsonl")
    merge(*(path.parent for path in three), out="folders.jsonl")

    assert (tmp_path / "files.jsonl").read_bytes() == (tmp_path / "folders.jsonl").read_bytes()


def test_real_shards_come_to_what_the_whole_run_came_to(merge, tmp_path):
    call = ["bench", "run", "sven", "--data", str(pairs(tmp_path, 2)), "--sandbox", "none",
            "--strategy", "tools", "--quiet"]  # fmt: skip
    assert run([*call, "--out", str(tmp_path / "whole")]) == 0
    for n in (1, 2):
        assert run([*call, "--out", str(tmp_path / f"s{n}"), "--shard", f"{n}/2"]) == 0
    exit_code, said = merge(tmp_path / "s1", tmp_path / "s2")
    whole, merged = read(tmp_path / "whole" / "records.jsonl"), read(tmp_path / "all.jsonl")

    assert (exit_code, len(said)) == (0, 1)
    assert {r.key: r.marks for r in merged.records} == {r.key: r.marks for r in whole.records}
    assert len(merged.records) == 4


# What contradicts.


def test_two_outcomes_of_one_run_are_refused_and_named(merge, three, write, tmp_path):
    first, *others = shard(1)
    other = write("other.jsonl", [first, replace(others[0], answer="another"), others[1]])
    exit_code, said = merge(*three, other)

    assert exit_code == 2
    assert said[0] == (
        "indict-review: the run 'run-1' has two outcomes of 'direct' for the sample 'p2'"
    )
    assert not (tmp_path / "all.jsonl").exists()


def test_the_same_answers_scored_in_two_ways_are_refused(merge, three, write):
    again = write("again.jsonl", shard(1, scorers={"versions": {"semgrep": "2"}}))
    exit_code, said = merge(*three, again)

    assert exit_code == 2
    assert "the run 'run-1' is there twice, scored in two ways" in said[0]


def test_a_run_that_moved_to_another_machine_is_still_one_run(merge, write, tmp_path):
    here = write("here.jsonl", shard(1, of=1, machine={"cores": 2}))
    there = write("there.jsonl", shard(1, of=1, machine={"cores": 64}))

    assert merge(here, there)[0] == 0
    assert len(read(tmp_path / "all.jsonl").manifests) == 1


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ({"prompts": "others"}, "prompts"),
        ({"judge": "another"}, "judge"),
        ({"scorers": {"labels": "of other samples", "prompts": "others"}}, "scorers"),
    ],
)
def test_runs_that_measure_another_thing_are_not_mixed_by_accident(
    merge, write, tmp_path, told, what
):
    one = write("one.jsonl", shard(1, of=2, scorers={"labels": "some", "prompts": "p"}))
    other = write("other.jsonl", shard(2, **{"of": 2, "scorers": {"prompts": "p"}, **told}))
    note = f"cyberseceval-instruct with local: runs with different {what}"

    assert merge(one, other) == (2, [f"indict-review: {note}", "--mixed merges them all the same."])
    assert not (tmp_path / "all.jsonl").exists()
    exit_code, said = merge("--mixed", one, other)
    assert exit_code == 0
    assert said[0] == note


def test_samples_of_other_data_are_not_mixed_by_accident(merge, three, write):
    first, *_ = shard(2, ident="run-9")
    stranger = code("p2", "direct", safe=False, run="run-9", data="another text")
    other = write("other.jsonl", [first, stranger])
    exit_code, said = merge(*three, other)

    assert exit_code == 2
    assert "the sample 'p2' of the run 'run-9' is not the one of 'run-1'" in said[0]
    assert merge("--mixed", *three, other)[0] == 0


def test_records_without_a_manifest_are_refused(merge, write):
    stray = write("stray.jsonl", [*shard(1), side("pair", "fixed", flagged=False, run="nobody's")])
    exit_code, said = merge(stray)

    assert exit_code == 2
    assert said[0] == 'indict-review: the run "nobody\'s" has records and no manifest'


# What is said.


def test_missing_shards_and_answers_are_said(merge, three, write, tmp_path):
    begun, record, _ = shard(3)
    three[2] = write("shard-3/records.jsonl", [begun, record])
    exit_code, said = merge(three[0], three[2])

    assert exit_code == 0
    assert said == [
        "cyberseceval-instruct: 1 of 3 shards missing: 2",
        "cyberseceval-instruct: 1 of 4 answers missing: their runs are not done",
        f"3 records of 2 runs: {tmp_path / 'all.jsonl'}",
    ]


def test_of_many_missing_shards_only_the_first_are_listed(merge, write):
    _, said = merge(write("one.jsonl", shard(7, of=999_999_999)))

    assert said[0] == (
        "cyberseceval-instruct: 999,999,998 of 999,999,999 shards missing:"
        " 1, 2, 3, 4, 5 and 999,999,993 more"
    )


@pytest.mark.parametrize("name", ["0/3", "4/3", "1/" + "9" * 5000, "x", "-1/2", None])
def test_a_shard_that_is_none_is_the_whole(merge, write, name):
    first, *records = shard(1)
    entry = replace(first, told={**first.told, "shard": name})

    assert len(merge(write("one.jsonl", [entry, *records]))[1]) == 1


def test_what_may_matter_is_said(merge, write):
    one = write("one.jsonl", shard(1, of=2, versions={"semgrep": "1"}))
    other = write("other.jsonl", shard(2, of=2, versions={"semgrep": "2"}))
    _, said = merge(one, other)

    assert said[0] == "cyberseceval-instruct with local: runs with different versions"


def test_models_are_said_to_be_apart(merge, write):
    first, *records = shard(1, model="other\x1b[2J")
    others = [replace(r, model="other\x1b[2J", run="run-9") for r in records]
    other = write("other.jsonl", [replace(first, ident="run-9"), *others])
    _, said = merge(write("one.jsonl", shard(1)), other)

    assert said[0] == (
        "cyberseceval-instruct, direct: 2 models, each in its own table: local, other␛[2J"
    )


def test_work_that_was_done_twice_is_said(merge, write):
    one, again = (write(f"{i}.jsonl", shard(1, of=1, ident=i)) for i in ("one", "again"))
    _, said = merge(one, again)

    assert said[0] == "cyberseceval-instruct with local: 2 answers are of several runs"


def test_of_a_run_that_was_killed_the_whole_lines_count(merge, write, tmp_path):
    cut = write("cut/records.jsonl", shard(1, of=1)[:2], end='{"key":"half a li')
    exit_code, said = merge(cut.parent)

    assert exit_code == 0
    assert said[0] == f"{cut}: its last line has no end, as a kill leaves it"
    assert len(read(tmp_path / "all.jsonl").records) == 1
    assert cut.read_text().endswith("half a li")


# What is there already.


def test_nothing_that_the_file_holds_is_lost(merge, three, tmp_path):
    """Whoever forgets to name OUT would otherwise write over the first of the runs."""
    before = three[0].read_bytes()
    exit_code, said = merge(three[1], three[2], out="shard-1/records.jsonl")

    assert exit_code == 2
    assert "is there, and holds what is not among what is merged" in said[0]
    assert three[0].read_bytes() == before


def test_a_file_of_something_else_stays(merge, three, tmp_path):
    for text in ("dear diary\n", "{}\n", "", '{"schema": "indict-review/bench/1"}\n'):
        (tmp_path / "diary").write_text(text)
        exit_code, said = merge(*three, out="diary")

        assert exit_code == 2
        assert "is there, and is no file of records" in said[0]
        assert (tmp_path / "diary").read_text() == text


def test_the_records_of_a_run_of_its_own_stay(merge, three, tmp_path):
    (tmp_path / "shard-1" / "answers").mkdir()
    exit_code, said = merge(*three, out="shard-1/records.jsonl")

    assert exit_code == 2
    assert said[0].endswith("shard-1/records.jsonl is a run's own")


@pytest.mark.parametrize(
    "text",
    [
        "no JSON\n", "{}\n", "", "[1]\n", "null\n", "[" * 100_000 + "\n", "\xff\n",
        '{"schema":"indict-review/bench/9","manifest":"x"}\n',
    ],
)  # fmt: skip
def test_what_is_no_file_of_records_is_refused(merge, three, tmp_path, text):
    (tmp_path / "bad").write_bytes(text.encode("latin-1"))
    exit_code, said = merge(*three, tmp_path / "bad")

    assert (exit_code, len(said)) == (2, 2)
    assert "is no file of records that this version reads" in said[0]
    assert not (tmp_path / "all.jsonl").exists()


def test_a_run_that_is_not_there_is_said(merge, three, tmp_path):
    exit_code, said = merge(*three, tmp_path / "gone")

    assert exit_code == 2
    assert said[0].endswith("gone cannot be read: No such file or directory")


def test_a_folder_that_cannot_be_written_is_said(merge, three):
    assert merge(*three, out="nowhere/all.jsonl")[0] == 2
    assert merge(*three, out=".")[0] == 2


def test_texts_and_numbers_of_another_kind_are_refused(merge, write):
    entry, record, _ = shard(1)
    told = json.loads(line_of(record))
    for name, value in (("unit", 5), ("sample", None), ("calls", "many"), ("marks", [])):
        bad = write("bad.jsonl", [entry], end=json.dumps({**told, name: value}) + "\n")
        exit_code, said = merge(bad)
        assert (exit_code, len(said)) == (2, 2), name
