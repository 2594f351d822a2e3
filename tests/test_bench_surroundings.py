"""What tells one run from another: code, what tests had installed, projects; and hostile data."""

import json
import shutil
from importlib.resources import files

import pytest

from indict_review.bench import fingerprint
from indict_review.bench.interface import Answer, Flag
from indict_review.bench.record import line_of, read
from indict_review.bench.runs import surroundings
from indict_review.bench.runs.kept_answers import answer_of, text_of
from indict_review.bench.suites.reading import loaded
from indict_review.errors import ConfigError
from tests.bench_records import manifest, record
from tests.bench_runs import benched, pairs


@pytest.fixture
def prepared(tmp_path):
    """A venv with one package."""
    told = tmp_path / "env" / "lib" / "python3.11" / "site-packages" / "a-1.0.dist-info"
    told.mkdir(parents=True)
    (told / "RECORD").write_text("a.py,sha256=x,3\n")
    return tmp_path / "env", told


def test_what_is_installed_is_known_and_what_runs_leave_is_not(prepared):
    folder, told = prepared
    before = surroundings.installed(folder)

    (told.parent / "__pycache__").mkdir()
    assert surroundings.installed(folder) == before
    (told / "RECORD").write_text("a.py,sha256=y,3\n")
    other = surroundings.installed(folder)
    told.rename(told.with_name("a-1.1.dist-info"))
    assert len({before, other, surroundings.installed(folder)}) == 3


@pytest.mark.parametrize("inside", ["", "node_modules"])
def test_packages_of_node_are_known_by_what_they_say_of_themselves(tmp_path, inside):
    modules = tmp_path / "node_modules"
    (modules / "@org" / "a").mkdir(parents=True)
    (modules / "@org" / "a" / "package.json").write_text('{"version": "1"}')
    before = surroundings.installed(tmp_path / inside)

    (modules / "@org" / "a" / "package.json").write_text('{"version": "2"}')
    assert surroundings.installed(tmp_path / inside) != before


def test_other_code_of_ours_makes_another_run(monkeypatch, tmp_path):
    root = tmp_path / "indict_review"
    shutil.copytree(str(files("indict_review")), root, ignore=shutil.ignore_patterns("*.pyc"))
    monkeypatch.setattr(surroundings, "files", lambda package: root)
    before, shown = surroundings.code(), surroundings.code(("bench/report",))

    (root / "bench" / "report" / "page.py").write_text("")
    assert surroundings.code(("bench/report",)) == shown
    after = surroundings.code()
    (root / "bench" / "suites" / "sven.py").write_text("")
    assert len({before, after, surroundings.code()}) == 3


def test_a_run_knows_the_environment_of_its_tests_and_not_where_it_is(
    monkeypatch, capsys, tmp_path, prepared
):
    monkeypatch.setenv("HOME", str(tmp_path))
    folder, told = prepared
    call = ("sven", "--data", pairs(tmp_path, 1), "--out", tmp_path / "run", "--sandbox", "none")
    call = (*call, "--strategy", "direct", "--test-env", folder)
    assert benched(monkeypatch, capsys, *call)[0] == 0
    assert str(folder) not in (tmp_path / "run" / "records.jsonl").read_text()
    assert benched(monkeypatch, capsys, *call)[0] == 0

    (told / "RECORD").write_text("a.py,sha256=other,3\n")
    status, err, _ = benched(monkeypatch, capsys, *call)
    assert status == 2
    assert "tests.test_env was" in err


def test_a_link_in_a_project_is_what_it_points_to_and_a_pipe_is_not_waited_for(tmp_path):
    import os

    for name, target in (("a", "x"), ("b", "y"), ("c", "x")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "link").symlink_to(target)
        os.mkfifo(tmp_path / name / "pipe")
    one, other, same = (fingerprint.of_folder(tmp_path / name) for name in "abc")
    assert one == same != other


def test_half_a_character_in_the_data_is_replaced_as_no_file_can_hold_it():
    told = loaded('[{"a\\ud800": ["x\\udfff", 1, null, "\\ud83d\\ude00"]}]')
    assert told == [{"a\ufffd": ["x\ufffd", 1, None, "\U0001f600"]}]


def test_a_name_with_half_a_character_ends_no_run(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    data = pairs(tmp_path, 2)
    rows = [json.loads(line) for line in data.read_text().splitlines()]
    for row in rows:
        row["id"] += "\ud800"
        row["vulnerable"] += "# \ud800\n"
    data.write_text("\n".join(map(json.dumps, rows)))
    call = ("sven", "--data", data, "--out", tmp_path / "run", "--sandbox", "none")
    assert benched(monkeypatch, capsys, *call, "--strategy", "direct")[0] == 0


def test_a_manifest_too_deep_to_show_is_refused_with_its_line(tmp_path):
    deep: object = 1
    for _ in range(600):
        deep = [deep]
    path = tmp_path / "records.jsonl"
    path.write_text(line_of(manifest()) + line_of(manifest("r2", odd=deep)))
    with pytest.raises(ConfigError, match="line 2: it has more than 20 levels"):
        read(path)


def test_what_a_kill_left_of_a_line_is_not_done_and_a_torn_line_between_is_refused(tmp_path):
    path = tmp_path / "records.jsonl"
    whole = line_of(manifest()) + line_of(record())
    for rest in ("", '{"key":', line_of(record("p2"))[:-20]):
        path.write_text(whole + rest)
        assert len(read(path).records) == 1
    path.write_text((whole + line_of(record("p2")))[:-1])
    assert len(read(path).records) == 2  # only its end is missing
    path.write_text('{"key":\n' + whole)
    with pytest.raises(ConfigError, match="line 1"):
        read(path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reply", None), ("reply", 3), ("files", {"a.py": 3}), ("files", []), ("seconds", "9"),
        ("withheld", 1), ("usage", {"calls": "x"}), ("skipped", "semgrep"), ("flags", [{}]),
        ("flags", [{"path": "a", "start_line": "x", "end_line": 1, "ident": "", "severity": "",
                    "tools": []}]),
    ],
)  # fmt: skip
def test_a_kept_answer_of_another_form_is_asked_for_anew(name, value):
    answer = Answer("x", {"a.py": "y"}, (Flag("a.py", 1, 2, "r", "high", ("t",)),), skipped=("s",))
    told = json.loads(text_of(answer))

    assert answer_of(json.dumps(told)) == answer
    named = Answer(files={"calls": "a file may be called anything"})
    assert answer_of(text_of(named)) == named
    assert answer_of(json.dumps({**told, name: value})) is None
