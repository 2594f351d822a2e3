"""`bench compare`: what is compared, what may be called a difference, how it looks."""

import json
import re

import pytest

from indict_review.bench.record import line_of
from indict_review.cli import run
from tests.bench_records import code, manifest, record, side


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """Makes the folder of a run, here."""
    monkeypatch.chdir(tmp_path)

    def made(name, *entries, **told):
        run_of = [manifest(e.run, e.suite, e.model, **told) for e in entries]
        unique = {m.ident: m for m in run_of or [manifest(**told)]}
        (tmp_path / name).mkdir()
        lines = [line_of(entry) for entry in (*unique.values(), *entries)]
        (tmp_path / name / "records.jsonl").write_text("".join(lines), "ascii")

    return made


def many(strategy, safe, count, **other):
    """So many samples, of which so many are safe."""
    return [code(f"p{n:02}", strategy, n < safe, **other) for n in range(count)]


@pytest.fixture
def compared(capsys):
    """The exit code and what is printed."""

    def called(*arguments):
        status = run(["bench", "compare", *arguments])
        out, err = capsys.readouterr()
        return status, out, err

    return called


def told(compared, *arguments):
    """Of the only comparison: it, and its metrics by name."""
    status, out, _ = compared(*arguments, "--format", "json")
    assert status == 0
    (only,) = json.loads(out)["comparisons"]
    return only, {metric["name"]: metric for metric in only["metrics"]}


def test_two_strategies_of_a_run_that_differ(runs, compared):
    runs("run", *many("direct", 8, 20), *many("indict-review", 20, 20))
    only, metrics = told(compared, "run:direct", "run:indict-review")

    assert only["samples"] == 20
    assert metrics["safe"]["a"]["value"] == 0.4
    assert metrics["safe"]["b"]["value"] == 1.0
    assert metrics["safe"]["p"] == 2 / 2**12
    assert metrics["safe"]["p_adjusted"] == 2 * 2 / 2**12  # safe, no code
    assert metrics["safe"]["difference"] is True
    assert metrics["not_code"]["difference"] is False
    assert metrics["seconds"]["p"] is None  # shown, and not tested


def test_a_difference_is_called_one_only_when_it_is(runs, compared):
    runs("run", *many("direct", 8, 20), *many("indict-review", 20, 20), *many("tools", 11, 20))
    _, better, _ = compared("run:direct", "run:indict-review")
    _, worse, _ = compared("run:indict-review", "run:direct")
    _, none, _ = compared("run:direct", "run:tools")

    assert "a difference: better" in row(better, "safe by static analysis")
    assert "a difference: worse" in row(worse, "safe by static analysis")
    assert "no difference shown" in row(none, "safe by static analysis")
    assert "a difference:" not in none


def row(out, title):
    return next(line for line in out.splitlines() if line.lstrip().startswith(title))


def test_too_few_samples_are_said_to_be_too_few(runs, compared):
    runs("run", *many("direct", 0, 5), *many("indict-review", 5, 5))
    only, metrics = told(compared, "run:direct", "run:indict-review")
    _, out, _ = compared("run:direct", "run:indict-review")

    assert metrics["safe"]["delta"]["value"] == 1.0
    assert metrics["safe"]["difference"] is False
    assert only["fewest_that_show"] == 7
    assert "too few to show even the largest difference" in out


def test_the_sides_of_a_pair_are_one_sample_to_a_test(runs, compared):
    entries = [
        side(f"p{n}", which, which == "vulnerable" or s == "direct", s)
        for n in range(4)
        for which in ("vulnerable", "fixed")
        for s in ("direct", "tools")
    ]
    runs("run", *entries)
    only, metrics = told(compared, "run:direct", "run:tools", "--sample")

    assert (only["samples"], only["units"]) == (8, 4)
    assert metrics["pair_correct"]["b"]["count"] == 4
    assert metrics["pair_correct"]["higher_in_b"] == ["p0", "p1", "p2", "p3"]


def test_only_samples_of_both_and_of_the_same_data_are_compared(runs, compared):
    runs("one", *many("direct", 3, 6))
    changed = [code("p05", "direct", True, data="another prompt"), code("p9", "direct", True)]
    runs("two", *many("direct", 4, 5), *changed)
    only, _ = told(compared, "one", "two")

    assert only["samples"] == 5
    assert only["notes"] == [
        "left out: 1 only in B",
        "left out: 1 of other data under the same name",
    ]


def test_two_runs_are_compared_in_every_strategy_that_both_have(runs, compared):
    runs("one", *many("direct", 3, 6), *many("tools", 3, 6), *many("no-tools", 3, 6))
    runs("two", *many("direct", 4, 6, run="r2"), *many("tools", 4, 6, run="r2"))
    _, out, _ = compared("one", "two", "--format", "json")

    pairs = [(c["a"]["strategy"], c["b"]["strategy"]) for c in json.loads(out)["comparisons"]]
    assert pairs == [("direct", "direct"), ("tools", "tools")]


def test_where_one_side_names_a_strategy_the_other_s_only_one_is_meant(runs, compared):
    runs("one", *many("direct", 3, 6), *many("tools", 3, 6))
    runs("two", *many("indict-review", 4, 6, run="r2"))
    only, _ = told(compared, "one:tools", "two")

    assert (only["a"]["strategy"], only["b"]["strategy"]) == ("tools", "indict-review")


def test_models_of_one_file_are_compared(runs, compared):
    runs("all", *many("direct", 3, 6), *many("direct", 6, 6, model="ollama/qwen:7b@q4", run="r2"))
    only, metrics = told(compared, "all@local", "all:direct@ollama/qwen:7b@q4")

    assert only["b"] == {"strategy": "direct", "model": "ollama/qwen:7b@q4"}
    assert metrics["safe"]["delta"]["value"] == 0.5


def test_a_path_may_have_colons_and_at_signs(runs, compared):
    runs("a:b@c", *many("direct", 3, 6), *many("tools", 3, 6))
    only, _ = told(compared, "a:b@c:direct", "a:b@c:tools@local")

    assert only["b"]["strategy"] == "tools"


def test_runs_made_otherwise_are_compared_and_it_is_said(runs, compared):
    runs("one", *many("direct", 3, 6), prompts="x", machine={"cpu": "one"})
    runs("two", *many("direct", 3, 6, run="r2"), prompts="y", machine={"cpu": "one"})
    only, _ = told(compared, "one", "two")

    assert only["notes"] == ["of 2 runs, which differ in prompts"]


def test_samples_that_differ_are_listed(runs, compared):
    runs("run", *many("direct", 2, 4), *many("tools", 3, 4))
    _, out, _ = compared("run:direct", "run:tools", "--sample")
    _, without, _ = compared("run:direct", "run:tools")

    assert "safe by static analysis, higher in B: p02" in out
    assert "p02" not in without


def test_wins_over_the_direct_answer_are_no_wins_over_another_strategy(runs, compared):
    def judged(strategy, wins):
        return [
            code(f"p{n}", strategy, True, marks={"wins": w, "swayed": False})
            for n, w in enumerate(wins)
        ]

    runs(
        "run",
        *many("direct", 9, 9),
        *[code(f"p{n}", "direct", True) for n in range(9)],
        *judged("tools", [1.0] * 9),
        *judged("no-tools", [1.0] * 5 + [0.5] * 2 + [0.0] * 2),
    )
    _, with_direct = told(compared, "run:direct", "run:tools")
    _, with_other = told(compared, "run:tools", "run:no-tools")

    assert with_direct["wins"]["test"] == "sign test"
    assert with_direct["wins"]["delta"]["value"] == 0.5
    assert with_other["wins"]["test"] == "exchange test"
    assert with_other["wins"]["delta"]["value"] == pytest.approx(-1 / 3)


WIDE, NARROW = 100, 50


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_what_is_printed_fits_the_terminal(runs, compared, monkeypatch, width):
    runs("run", *many("direct", 8, 20), *many("indict-review", 20, 20))
    monkeypatch.setattr("indict_review.formats.interface._columns", lambda stream: width)
    _, out, _ = compared("run:direct", "run:indict-review", "--sample")

    assert max(map(len, out.splitlines())) <= width
    assert ("\nsafe by static analysis, %\n" in out) is (width == NARROW)
    assert "\x1b" not in out


def test_colour_is_used_where_it_is_asked_for_and_not_forbidden(runs, compared, monkeypatch):
    runs("run", *many("direct", 8, 20), *many("indict-review", 20, 20))
    monkeypatch.setenv("FORCE_COLOR", "1")
    _, coloured, _ = compared("run:direct", "run:indict-review")
    monkeypatch.setenv("NO_COLOR", "1")
    _, plain, _ = compared("run:direct", "run:indict-review")

    assert "\x1b[" in coloured
    assert "\x1b" not in plain


def test_markdown_is_a_table_that_no_name_can_leave(runs, compared):
    name = "p|1\n\x1b[2J<script>"
    runs("run", code(name, "direct", True), code(name, "x|y", False))
    status, out, _ = compared("run:direct", "run:x|y", "--format", "markdown", "--sample")

    assert status == 0
    assert "| safe by static analysis, % | 100.0 | 0.0 | -100.0 (" in out
    assert "\x1b" not in out
    assert "<script>" in out
    assert "<script>" not in re.sub("`[^`]*`", "", out)  # code is shown as it is
    assert all(line.count("|") == 7 for line in out.splitlines() if line.startswith("|"))


def test_names_cannot_repaint_the_terminal(runs, compared):
    runs("run", code("\x1b[2Jp", "direct", True), code("\x1b[2Jp", "\x1b[31mred", False))
    status, out, _ = compared("run:direct", "run:\x1b[31mred", "--sample")

    assert status == 0
    assert "\x1b" not in out
    assert "␛[2Jp" in out


@pytest.mark.parametrize(
    ("arguments", "what", "hint"),
    [
        (("nowhere", "one"), "'nowhere' names no run", "FILE_OR_RUN[:STRATEGY][@MODEL]"),
        (("one:", "two"), "'one:' names no run", "FILE_OR_RUN"),
        (("one:nobody", "two"), "one has no answers of the strategy 'nobody'", "one:direct"),
        (("one@gpt", "two"), "one has no answers of the model 'gpt'", "It has local"),
        (("one", "one"), "both sides are the same answers", "one:direct"),
        (("one:direct", "one:direct@local"), "both sides are the same answers", "one:direct"),
        (("one", "tools"), "one and tools share no strategy", "tools:no-tools"),
        (("one:direct", "pairs"), "share no sample: their suites differ", "same suite"),
        (("one:direct", "others"), "share no sample: left out: 6 only in A", "same suite"),
        (("one", "several"), "several has several models: a, b", "several@MODEL"),
        (("one", "empty"), "empty has no answers yet", "Go on with its run"),
        (("one", "no.txt"), "no.txt is no file of records", "records.jsonl"),
        (("one", "folder"), "cannot be read", "records.jsonl"),
    ],
)
def test_what_cannot_be_compared_is_said_with_what_to_do(
    runs, compared, tmp_path, arguments, what, hint
):
    runs("one", *many("direct", 3, 6), *many("indict-paper", 3, 6))
    runs("two", *many("direct", 3, 6, run="r2"))
    runs("tools", *many("tools", 3, 6), *many("no-tools", 3, 6))
    runs("pairs", side("p", "fixed", False))
    runs("others", record("elsewhere", marks={}))
    runs("several", *many("direct", 1, 1, model="a"), *many("direct", 1, 1, model="b"))
    runs("empty")
    (tmp_path / "no.txt").write_text("hello")
    (tmp_path / "folder").mkdir()
    status, out, err = compared(*arguments)

    assert status == 2
    assert out == ""
    first, second = err.splitlines()
    assert what in first
    assert hint in second
