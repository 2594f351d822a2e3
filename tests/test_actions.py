"""What goes to GitHub's runner: it reads back exactly what was meant, whatever the text holds."""

import re

import pytest

from indict_review import actions
from indict_review.errors import ToolError


def read_as_the_runner(text: str) -> dict[str, str]:
    """`NAME<<END`, lines, `END`; or `NAME=VALUE`: a value that ends early would show as more."""
    values, lines = {}, iter(text.splitlines())
    for line in lines:
        name, found, end = line.partition("<<")
        if not found:
            name, _, values[name] = line.partition("=")
            continue
        value = []
        for each in lines:
            if each == end:
                break
            value.append(each)
        else:
            raise AssertionError(f"{name} has no end")
        values[name] = "\n".join(value)
    return values


def test_later_steps_get_the_verdict_the_count_and_the_files(tmp_path):
    environ = {"GITHUB_OUTPUT": str(tmp_path / "output")}
    files = {"json": str(tmp_path / "review.json"), "sarif": "-", "text": "log"}
    actions.outputs(environ, "fail", 3, files)

    assert read_as_the_runner((tmp_path / "output").read_text()) == {
        "verdict": "fail", "findings": "3", "review-json": str(tmp_path / "review.json"),
    }  # fmt: skip


def test_a_value_cannot_set_another_output(tmp_path):
    environ = {"GITHUB_OUTPUT": str(tmp_path / "output")}
    hostile = str(tmp_path / "x\nverdict=pass\nverdict<<end\npass\nend\n.json")
    actions.outputs(environ, "fail", 1, {"json": hostile})
    first = (tmp_path / "output").read_text()
    actions.outputs(environ, "fail", 1, {"json": hostile})
    ends = re.findall(r"<<(end-\w+)$", (tmp_path / "output").read_text(), re.M)

    assert read_as_the_runner(first)["verdict"] == "fail"
    assert read_as_the_runner(first)["review-json"] == hostile
    assert len(ends) == len(set(ends)) == 6


def test_elsewhere_than_in_actions_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    actions.outputs({}, "pass", 0, {})
    actions.summarise({}, "# Review\n")

    assert not actions.are_here({})
    assert actions.are_here({"GITHUB_ACTIONS": "true"})
    assert list(tmp_path.iterdir()) == []


def test_the_summary_is_added_to_what_is_there(tmp_path):
    file = tmp_path / "summary"
    file.write_text("before\n")
    actions.summarise({"GITHUB_STEP_SUMMARY": str(file)}, "# Review \udcff")

    assert file.read_text() == "before\n# Review ?\n"


def test_a_summary_that_is_too_long_is_cut_between_lines_and_says_so_first(tmp_path):
    file = tmp_path / "summary"
    file.write_text("before\n")
    line = "ein Fünftel der Zeile\n"
    actions.summarise({"GITHUB_STEP_SUMMARY": str(file)}, line * 60_000)
    written = file.read_bytes()

    assert len(line.encode()) * 60_000 > actions.LARGEST_SUMMARY
    assert actions.LARGEST_SUMMARY - 50 < len(written) <= actions.LARGEST_SUMMARY
    before, note, _, *kept = written.decode().splitlines(keepends=True)
    assert before == "before\n"
    assert note.startswith("> **Cut**")
    assert set(kept) == {line}


def test_a_summary_that_just_fits_is_whole(tmp_path):
    file = tmp_path / "summary"
    actions.summarise({"GITHUB_STEP_SUMMARY": str(file)}, "x" * (actions.LARGEST_SUMMARY - 1))

    assert file.stat().st_size == actions.LARGEST_SUMMARY
    with pytest.raises(ToolError, match="no room"):
        actions.summarise({"GITHUB_STEP_SUMMARY": str(file)}, "more")
    assert file.stat().st_size == actions.LARGEST_SUMMARY


def test_a_file_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(ToolError, match="cannot be written"):
        actions.outputs({"GITHUB_OUTPUT": str(tmp_path)}, "pass", 0, {})
    with pytest.raises(ToolError, match="cannot be written"):
        actions.summarise({"GITHUB_STEP_SUMMARY": str(tmp_path / "no/file")}, "x")
