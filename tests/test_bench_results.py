"""docs/results: what is committed is what its records give, and has none of the data's text."""

import json
from pathlib import Path

import pytest

from indict_review.bench.record import read
from indict_review.cli import run

DOCS = Path(__file__).parent.parent / "docs"
RECORDS = DOCS / "results" / "records.jsonl"


@pytest.mark.parametrize("options", [(), ("--picture", str(DOCS / "bench.svg"))])
def test_the_committed_report_is_rebuilt_byte_for_byte(options, capsys):
    assert run(["bench", "report", str(RECORDS), "--check", *options]) == 0, capsys.readouterr().err


def test_records_are_ids_hashes_verdicts_and_counts():
    """Ids are as published: numbers, names of tasks, weaknesses with a hash."""
    told = read(RECORDS)

    assert {record.suite for record in told.records} == {"cyberseceval-instruct", "cweval", "sven"}
    for line in RECORDS.read_text("ascii").splitlines():
        assert all(len(text) <= 100 for text in _texts(json.loads(line)))


def _texts(value):
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from _texts(each)
        case list():
            for each in value:
                yield from _texts(each)
