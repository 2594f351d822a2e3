"""Reports of the bench: the same bytes everywhere, honest about differences, safe to open."""

import os
import random
import re
import subprocess
import sys
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indict_review import cli
from indict_review.bench.reckoning.metrics import summarize
from indict_review.bench.reckoning.results import Results, Unit
from indict_review.bench.report import axes, markdown, notation, page, panel, placing, terse
from indict_review.bench.report.composing import composed
from indict_review.bench.report.marks import series_of
from indict_review.bench.report.plots import plots
from indict_review.bench.report.ranking import is_best
from indict_review.bench.report.remaking import command
from indict_review.errors import ConfigError
from indict_review.formats.console import draw
from indict_review.formats.safe_text import visible
from tests import benching
from tests.benching import SAMPLES
from tests.rendering import tokens

SNAPSHOTS = Path(__file__).parent / "snapshots" / "bench"


def document(results):
    return composed(benching.records(), results)


RENDER = {
    "md": lambda results: markdown.render(document(results)),
    "html": lambda results: page.render(document(results)),
    "txt": lambda results: draw(terse.lines(results, 100), width=100, colour=False),
    "svg": lambda results: panel.render(results),
}
DRAWN = [(s, f) for s in SAMPLES for f in RENDER if f != "svg" or s in {"full", "one"}]


@pytest.mark.parametrize(("sample", "form"), DRAWN)
def test_the_whole_report_is_as_it_was(sample, form):
    shown = RENDER[form](SAMPLES[sample]())

    kept = SNAPSHOTS / f"{sample}.{form}"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(shown.encode())
    assert shown == kept.read_bytes().decode()


# The same records are the same bytes.


def reported(folder, told, **environ):
    folder.mkdir()
    (folder / "records.jsonl").write_text("".join(told), encoding="ascii")
    names = ("report.md", "report.html", "bench.svg")
    flags = [part for f, n in zip(("--markdown", "--html", "--picture"), names, strict=True)
             for part in (f, str(folder / n))]  # fmt: skip
    ran = subprocess.run(
        [sys.executable, "-m", "indict_review", "bench", "report", str(folder), *flags],
        env={**os.environ, **environ},
        capture_output=True,
        check=True,
    )
    assert ran.stdout
    return [(folder / name).read_bytes() for name in names]


def test_neither_order_nor_hash_seed_nor_locale_nor_time_zone_changes_a_byte(tmp_path):
    told = benching.lines(benching.records(6))
    shuffled = random.Random(7).sample(told, len(told))

    first = reported(tmp_path / "a", told, PYTHONHASHSEED="1", LC_ALL="C.UTF-8", TZ="UTC")
    other = reported(
        tmp_path / "b", shuffled, PYTHONHASHSEED="2", LC_ALL="C", TZ="Asia/Tokyo", PYTHONUTF8="0"
    )

    assert shuffled != told
    assert all(first)
    assert first == other


# What is called a difference, and the best.


def test_the_best_is_marked_only_if_every_comparison_with_it_shows_a_difference():
    table = benching.code()
    metric = table.metrics[0]
    unshown = replace(table, differences=tuple(replace(d, adjusted=0.2) for d in table.differences))

    assert [is_best(table, row, metric) for row in table.rows] == [False, False, True]
    assert [is_best(unshown, row, metric) for row in table.rows] == [False] * 3


def test_the_direct_answer_is_the_best_only_if_it_beats_all_others():
    metric = benching.metrics("safe")[0]
    rows = (benching.row("direct", 1, safe=18), *benching.code().rows[1:])
    worse = [benching.difference("safe", s, -0.3, 0.01) for s in benching.STRATEGIES[1:]]
    table = replace(benching.code(), rows=rows[:2], differences=(worse[0],))
    unsure = replace(
        table, rows=(rows[0], rows[1], benching.row("indict-review", 1, safe=2)),
        differences=(worse[0], replace(worse[1], adjusted=0.3)),
    )  # fmt: skip

    assert is_best(table, rows[0], metric)
    assert not is_best(unsure, rows[0], metric)


def test_a_comparison_that_shows_nothing_says_so():
    shown = RENDER["md"](benching.full())

    assert "| no difference shown |" in shown
    assert "| **better** |" in shown


def test_nothing_is_hidden_of_what_could_not_be_scored():
    for form in ("md", "html", "txt"):
        shown = RENDER[form](benching.missing())

        assert "8 of 40 planned answers are missing" in shown
        assert "6 of 20 could not be scored" in shown


# How to make it again.


def test_the_command_of_a_shard_is_one_that_a_shell_takes_as_it_stands():
    made = command(benching.manifest("cweval", "x", "3/8", strategies=["a b", "$(id)"]))

    assert made == (
        "indict-review bench run cweval --data DATA --out RUN-3 --strategy 'a b'"
        " --strategy '$(id)' --model local --sandbox auto --limit 20 --budget tokens=50000"
        " --shard 3/8"
    )


def test_every_flag_that_is_told_is_one_of_bench_run():
    from indict_review.bench.report.remaking import _FLAGS
    from indict_review.commands.benching.run import command as run

    known = {name for option in run.params for name in option.opts}

    assert {*_FLAGS.values(), "--data", "--out", "--shard"} <= known


def test_shards_of_one_call_stand_together_and_hours_are_summed():
    shown = RENDER["md"](benching.full())

    assert shown.count("### cyberseceval-instruct") == 1
    assert "--shard 1/2\n" in shown
    assert "--shard 2/2\n```" in shown
    assert "8.5 min of work" in shown


# Plots.


def test_only_plots_whose_metrics_are_there_are_drawn():
    def idents(table):
        drawn = plots(table, series_of([table]), "t")
        return [re.search(r'id="t-(\w+)-title"', figure.svg)[1] for figure in drawn]

    assert idents(benching.code()) == ["group", "cost"]
    assert idents(benching.execution()) == ["working", "cost"]
    assert idents(benching.pairs()) == ["flagging", "cost"]
    assert idents(SAMPLES["missing"]().tables[0]) == []


def test_a_strategy_that_asks_no_model_has_its_place_on_the_axis_of_tokens():
    axis = axes.amount("tokens", [0.0, 800.0, 12_000.0])

    assert axis.part(0.0) == 0.0
    assert 0.1 < axis.part(800.0) < axis.part(12_000.0) < 1.0
    assert axis.ticks[0] == (0.0, "none")


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_an_axis_of_shares_holds_all_of_them(values):
    axis = axes.share("safe", values)

    assert 0.0 <= axis.low <= min(values) + 1e-9
    assert max(values) - 1e-9 <= axis.high <= 1.0
    assert 3 <= len(axis.ticks) <= 7


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=6))
def test_an_axis_of_amounts_holds_all_of_them_and_has_ticks(values):
    axis = axes.amount("tokens", values)

    above = [v for v in values if v >= 1e-5]
    assert all(axis.low <= v <= axis.high for v in above)
    assert 1 < len(axis.ticks) <= 17


def test_labels_of_strategies_that_came_to_the_same_do_not_overlap():
    at = [(f"strategy-{n}", 200.0 + n, 150.0) for n in range(5)]

    found = placing.placed(at, placing.Box(50, 40, 400, 320), [])

    boxes = [label.box for label in found]
    assert all(a.shared(b) == 0 for n, a in enumerate(boxes) for b in boxes[n + 1 :])
    assert all(box.outside(placing.Box(50, 40, 400, 320)) == 0 for box in boxes)


def test_there_is_no_picture_of_nothing():
    with pytest.raises(ConfigError, match="nothing to draw"):
        panel.render(benching.empty())


@pytest.mark.parametrize(
    ("value", "shown"), [(-0.0004, "0.0"), (0.0, "0.0"), (-0.25, "-25.0"), (0.125, "+12.5")]
)
def test_a_zero_has_no_sign(value, shown):
    assert notation.number(value, Unit.SHARE, sign=True) == shown


# A page that is safe to open.


class Page(HTMLParser):
    """What a browser sees."""

    VOID = frozenset({"meta"})

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.words = [], set(), [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


TAGS = Page(RENDER["html"](benching.full())).tags | {"ul", "li"}


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_page_is_whole_and_loads_nothing(sample):
    shown = RENDER["html"](SAMPLES[sample]())
    seen = Page(shown)

    assert "http" not in shown.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")
    assert not {"script", "img", "link", "iframe", "object", "style:import"} & seen.tags
    assert "url(" not in shown
    assert "@import" not in shown
    assert ("content", page._POLICY) in seen.attributes
    idents = [value for name, value in seen.attributes if name == "id"]
    assert len(idents) == len(set(idents))
    named = [v for name, v in seen.attributes if name == "aria-labelledby"]
    assert set(" ".join(named).split()) <= set(idents)


HOSTILE = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(1)>|\n# `x` [a](http://b)"


def renamed(value, text):
    """The same with `text` in every string but the names of metrics."""
    if isinstance(value, Enum) or value in KNOWN:
        return value
    if isinstance(value, str):
        return f"{value}{text}"
    if isinstance(value, (tuple, list)):
        return type(value)(renamed(each, text) for each in value)
    if isinstance(value, dict):
        return {renamed(key, text): renamed(each, text) for key, each in value.items()}
    if is_dataclass(value):
        named = {f.name: renamed(getattr(value, f.name), text) for f in fields(value)}
        return type(value)(**named)
    return value


KNOWN = [m.name for table in benching.full().tables for m in table.metrics]


@settings(max_examples=40, deadline=None)
@given(
    st.text(
        st.one_of(st.characters(), st.sampled_from("`<>&\"'|*_#[]()\n\r\t\x1b\u202e\ud800")),
        min_size=1,
        max_size=30,
    )
)
@example(HOSTILE)
@example("\x1b]0;x\x07\u202e\ud800\0")
@example("```\n</svg><style>*{display:none}</style>")
def test_no_name_in_the_records_breaks_out(text):
    results = renamed(benching.full(), text)
    whole = composed(renamed(benching.records(2), text), results)

    seen = Page(page.render(whole))
    assert seen.tags <= TAGS
    assert not [name for name, _ in seen.attributes if name.startswith("on")]
    assert not [v for name, v in seen.attributes if name == "href" and not v.startswith("#")]
    drawn = [f for t in results.tables for f in plots(t, series_of(results.tables), "t")]
    assert len(drawn) == 6
    for svg in (*(figure.svg for figure in drawn), panel.render(results)):
        ElementTree.fromstring(svg)

    written = markdown.render(whole)
    tables = re.findall(r"(?m)(?:^\|.*\n)+", written)
    assert len(tables) >= 8
    for table in tables:
        assert len({line.count("|") for line in table.splitlines()}) == 1
    kinds = {token.type for token in tokens(written)}
    assert not kinds & {"html_inline", "html_block", "link_open", "image"}

    shown = draw(terse.lines(results, 80), width=80, colour=False)
    assert all(visible(line) == line for line in shown.split("\n"))
    assert (page.render(whole) + written + shown).encode()


def test_what_a_hostile_name_says_is_shown_to_the_letter():
    told = renamed(benching.records(2), HOSTILE)

    seen = Page(page.render(composed(told, summarize(told))))

    assert "<script>alert(1)</script>" in "".join(seen.words)
    assert "script" not in seen.tags


# The command.


def test_a_run_is_reported_beside_its_records(tmp_path, capsys):
    (tmp_path / "records.jsonl").write_text("".join(benching.lines(benching.records())))

    assert cli.run(["bench", "report", str(tmp_path)]) == 0

    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "records.jsonl", "report.html", "report.md",
    ]  # fmt: skip
    assert "indict-review" in capsys.readouterr().out


def test_check_writes_nothing_and_fails_on_another_byte(tmp_path, capsys):
    path = tmp_path / "records.jsonl"
    path.write_text("".join(benching.lines(benching.records())))
    called = ["bench", "report", str(path)]

    assert cli.run([*called, "--check"]) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["records.jsonl"]
    assert cli.run(called) == 0
    assert cli.run([*called, "--check"]) == 0
    with (tmp_path / "report.md").open("a") as file:
        file.write("\n")
    capsys.readouterr()
    assert cli.run([*called, "--check"]) == 1
    assert "report.md is not what the records give" in capsys.readouterr().err


def test_if_one_file_cannot_be_written_none_is(tmp_path):
    path = tmp_path / "records.jsonl"
    path.write_text("".join(benching.lines(benching.records())))
    (tmp_path / "report.html").mkdir()

    assert cli.run(["bench", "report", str(path)]) == 2

    assert not (tmp_path / "report.md").exists()


@pytest.mark.parametrize("name", ["records.jsonl", "./records.jsonl"])
def test_the_records_are_never_written_over(tmp_path, monkeypatch, name, capsys):
    monkeypatch.chdir(tmp_path)
    text = "".join(benching.lines(benching.records()))
    Path("records.jsonl").write_text(text)

    assert cli.run(["bench", "report", "records.jsonl", "--markdown", name]) == 2

    assert Path("records.jsonl").read_text() == text
    assert "two of the files are one" in capsys.readouterr().err


def test_what_is_no_file_of_records_is_said_in_two_lines(tmp_path, capsys):
    (tmp_path / "records.jsonl").write_text("{}\n")

    assert cli.run(["bench", "report", str(tmp_path)]) == 2

    assert len(capsys.readouterr().err.splitlines()) == 2


def test_a_terminal_that_is_narrow_is_told_which_columns_are_left_out():
    results = Results((benching.execution(),), ())

    shown = draw(terse.lines(results, 60), width=60, colour=False)

    assert all(len(line) <= 60 for line in shown.splitlines())
    assert "in the report, too: " in shown
