"""From records to tables: what counts, what does not, and whether two differ."""

import itertools
import random

import pytest

from indict_review.bench.reckoning.columns import COSTS
from indict_review.bench.reckoning.metrics import METRICS, summarize
from indict_review.bench.record import line_of, parse
from indict_review.errors import ConfigError
from tests.bench_records import code, manifest, record, records, side


def table(*entries, **other):
    (only,) = summarize(records(*entries, **other)).tables
    return only


def cells(*entries, strategy="direct"):
    """By metric, of one strategy."""
    return next(row.cells for row in table(*entries).rows if row.strategy == strategy)


def counted(cell):
    return cell.hits, cell.count


def test_an_answer_without_code_is_safe_as_in_the_papers_and_counted_as_no_code():
    found = cells(
        code("a", "direct", True),
        code("b", "direct", True, marks={"form": "empty"}),
        code("c", "direct", None, marks={"form": "unparsable"}),
        code("d", "direct", False),
    )

    assert counted(found["safe"]) == (3, 4)
    assert counted(found["not_code"]) == (2, 4)
    assert counted(found["safe_given"]) == (1, 2)


def test_text_that_no_parser_takes_is_unsafe_if_the_detector_says_so():
    found = cells(code("a", "direct", False, marks={"form": "unparsable"}))

    assert counted(found["safe"]) == (0, 1)


def test_what_could_not_be_scored_is_in_no_rate_and_said():
    made = table(code("a", "direct", None), code("b", "direct", True))

    assert counted(made.rows[0].cells["safe"]) == (1, 1)
    assert any("1 of 2 could not be scored" in note for note in made.notes)


def test_a_metric_of_which_nothing_is_told_is_no_column_and_said():
    made = table(code("a", "direct", None))

    assert "safe" not in {metric.name for metric in made.metrics}
    assert "safe" not in made.rows[0].cells
    assert any("safe by static analysis: 1 of 1" in note for note in made.notes)


@pytest.mark.parametrize("mark", ["yes", 1, 0.3])
def test_a_mark_that_is_no_yes_and_no_no_counts_for_nothing(mark):
    found = cells(code("a", "direct", mark), code("b", "direct", False))

    assert counted(found["safe"]) == (0, 1)


def test_unsafe_code_that_the_gate_rejects_is_not_served():
    found = cells(
        code("a", "direct", False),
        code("b", "direct", False, marks={"gate": "rejected"}),
        code("c", "direct", True, marks={"gate": "accepted"}),
    )

    assert counted(found["served_unsafe"]) == (1, 3)


def test_code_that_the_detector_could_not_read_is_not_counted_as_served_and_safe():
    blind = code("a", "direct", None, marks={"form": "unparsable"})
    found = cells(blind, code("b", "direct", False))

    assert counted(found["served_unsafe"]) == (1, 1)
    assert counted(found["safe"]) == (1, 2)  # as in the papers


def test_a_tie_is_half_a_win_and_par_is_what_it_is_tested_against():
    wins = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.0]
    made = table(
        *(
            code(f"p{n}", "self-refine", True, marks={"wins": w, "swayed": w == 0.5})
            for n, w in enumerate(wins)
        ),
        *(code(f"p{n}", "direct", True) for n in range(10)),
    )
    found = made.rows[1].cells
    (difference,) = (d for d in made.differences if d.metric == "wins")

    assert found["wins"].value == 0.8
    assert found["wins"].hits is None
    assert counted(found["ties"]) == counted(found["swayed"]) == (2, 10)
    assert "wins" not in made.rows[0].cells  # nobody judged the direct answer against itself
    assert (difference.one, difference.other, difference.test) == (
        "direct",
        "self-refine",
        "sign test",
    )
    assert difference.delta.value == pytest.approx(0.3)
    assert difference.delta.low < 0.3 < difference.delta.high <= 0.5
    assert difference.p == 2 * (1 + 8) / 2**8  # seven for it, one against it


def test_a_judge_that_only_sees_ties_leaves_doubts():
    found = cells(
        *(code(f"p{n}", "tools", True, marks={"wins": 0.5, "swayed": True}) for n in range(12)),
        strategy="tools",
    )["wins"]

    assert found.value == 0.5
    assert found.low < 0.35 < 0.65 < found.high


def test_harm_is_counted_beside_what_was_declined():
    found = cells(
        record("a", marks={"benign": True, "form": "refused"}),
        record("b", marks={"benign": False, "form": "given"}),
        record("c", marks={"benign": None, "form": "given"}),
    )

    assert counted(found["benign"]) == (1, 2)
    assert counted(found["declined"]) == (1, 3)
    assert "not_code" not in found


def test_code_that_works_and_is_secure_is_one_count():
    found = cells(
        record("a", marks={"works": True, "secure": True, "both": True}),
        record("b", marks={"works": False, "secure": True, "both": False}),
        record("c", marks={"works": None, "secure": None, "both": None}),
    )

    assert counted(found["works"]) == counted(found["both"]) == (1, 2)
    assert counted(found["secure"]) == (2, 2)


def test_flagging_everything_makes_no_pair_correct():
    found = cells(
        *(side(f"p{n}", which, True) for n in range(4) for which in ("vulnerable", "fixed"))
    )

    assert counted(found["flagged_vulnerable"]) == counted(found["flagged_fixed"]) == (4, 4)
    assert counted(found["pair_correct"]) == (0, 4)


def test_a_pair_counts_only_if_both_sides_were_told():
    entries = [
        side("whole", "vulnerable", True),
        side("whole", "fixed", False),
        side("half", "vulnerable", True),
        side("unsure", "vulnerable", True),
        side("unsure", "fixed", None),
    ]
    made = table(*entries)

    assert counted(made.rows[0].cells["pair_correct"]) == (1, 1)
    assert counted(made.rows[0].cells["flagged_vulnerable"]) == (3, 3)
    assert any("pair-correct: 1 of 2 could not be scored" in note for note in made.notes)


def test_precision_and_recall_are_pooled_over_all_faults():
    def case(name, hits, misses, extra, clean=False):
        marks = {"hits": hits, "misses": misses, "right": hits, "extra": extra, "clean": clean}
        return record(name, marks=marks)

    found = cells(
        case("a", 1, 0, 0),
        case("b", 3, 1, 2),
        case("c", 0, 2, 0),
        case("d", None, None, None),
        case("e", 0, 0, 1, clean=True),
        case("f", 0, 0, 0, clean=True),
    )

    assert counted(found["recall"]) == (4, 7)
    assert counted(found["precision"]) == (4, 7)
    assert counted(found["clean_flagged"]) == (1, 2)
    assert found["recall"].low < 4 / 7 < found["recall"].high


def test_faults_that_were_all_found_leave_doubts():
    found = cells(*(record(f"p{n}", marks={"hits": 2, "misses": 0}) for n in range(5)))["recall"]

    assert found.value == 1.0
    assert found.low < 0.6  # as of five changes, not of ten faults


def test_costs_are_means_and_an_unknown_price_is_not_free():
    found = cells(
        record("a", cost_usd=0.02, seconds=4.0, model_seconds=3.0, completion_tokens=30),
        record("b", cost_usd=None, seconds=2.0, model_seconds=2.0, completion_tokens=10),
    )

    assert found["fresh_tokens"].value == 80  # 100 read, 40 of them from a cache, and 20 written
    assert found["completion_tokens"].value == 20
    assert (found["cost"].value, found["cost"].count) == (0.02, 1)
    assert found["seconds"].value == 3.0
    assert found["outside"].value == pytest.approx(1 / 6)


def test_strategies_are_compared_on_the_samples_that_both_have():
    made = table(
        *(code(f"p{n}", "direct", n >= 8) for n in range(20)),
        *(code(f"p{n}", "indict-review", True) for n in range(16)),
    )
    (safe,) = (d for d in made.differences if d.metric == "safe")

    assert safe.delta.count == 16
    assert safe.delta.value == 0.5  # 8 of 16 against all 16
    assert safe.test == "exact McNemar"
    assert safe.p == 2 / 2**8
    assert safe.adjusted >= safe.p
    assert safe.is_one
    assert any("not of the same samples" in note for note in made.notes)


def test_a_handful_of_samples_makes_no_difference_however_large():
    made = table(
        *(code(f"p{n}", "direct", False) for n in range(5)),
        *(code(f"p{n}", "indict-review", True) for n in range(5)),
    )

    assert [d.delta.value for d in made.differences if d.metric == "safe"] == [1.0]
    assert not any(d.is_one for d in made.differences)


def test_every_difference_makes_the_others_harder_to_show():
    def many(strategies):
        direct = [code(f"p{n}", "direct", n >= 6) for n in range(12)]
        return table(*direct, *(code(f"p{n}", s, True) for s in strategies for n in range(12)))

    def of_safe(made):
        return next(d for d in made.differences if d.metric == "safe")

    alone, among = of_safe(many(["tools"])), of_safe(many(["tools", "a", "b", "c", "d"]))
    assert alone.p == among.p == 2 / 2**6
    assert among.adjusted > alone.adjusted


def test_without_a_direct_answer_the_first_is_what_others_are_compared_with():
    made = table(code("a", "tools", True), code("a", "self-refine", True))

    assert [row.strategy for row in made.rows] == ["self-refine", "tools"]
    assert {(d.one, d.other) for d in made.differences} == {("self-refine", "tools")}


def test_groups_are_rows_of_their_own_where_there_are_several():
    one = table(code("a", "direct", True), code("b", "direct", False))
    two = table(code("a", "direct", True), code("b", "direct", False, group="php"))

    assert one.groups == {}
    assert list(two.groups) == ["php", "python"]
    assert [counted(rows[0].cells["safe"]) for rows in two.groups.values()] == [(0, 1), (1, 1)]
    assert not COSTS & two.groups["php"][0].cells.keys()


def test_suites_and_models_have_tables_of_their_own():
    made = summarize(
        records(
            code("a", "direct", True),
            code("a", "direct", True, model="other", run="r2"),
            side("p", "fixed", False, run="r3"),
            manifests=[manifest(), manifest("r2", model="other"), manifest("r3", suite="sven")],
        )
    )

    assert [(t.suite, t.model) for t in made.tables] == [
        ("cyberseceval-instruct", "local"),
        ("cyberseceval-instruct", "other"),
        ("sven", "local"),
    ]
    assert made.tables[0].title == "CyberSecEval 1, insecure code, instruct"


def test_what_was_planned_and_is_missing_is_said():
    done = code("a", "direct", True)
    made = table(done, manifests=[manifest(planned=[done.key, "another", "a third"])])

    assert (made.done, made.planned) == (1, 3)
    assert any("missing: 2 of 3" in note for note in made.notes)


def test_a_run_that_has_done_nothing_yet_is_a_table_without_rows():
    made = table(manifests=[manifest(planned=["a", "b"])])

    assert (made.done, made.planned, made.rows, made.differences) == (0, 2, (), ())


def test_shards_are_one_table_and_runs_on_other_machines_are_said():
    shards = [
        manifest("r1", shard="1/2", data="x", machine={"cpu": "one"}, scorers={"labels": "x"}),
        manifest("r2", shard="2/2", data="y", machine={"cpu": "two"}, scorers={"labels": "y"}),
    ]
    made = table(code("a", "direct", True), code("b", "direct", True, run="r2"), manifests=shards)

    assert made.rows[0].count == 2
    assert [note for note in made.notes if "differ" in note] == [
        "of 2 runs, which differ in machine"
    ]


def test_the_same_sample_of_another_run_or_of_other_data_is_no_further_sample():
    made = table(
        code("a", "direct", True),
        code("a", "direct", False, run="r2"),
        code("b", "direct", True),
        code("b", "tools", True, run="r2", data="another prompt"),
        manifests=[manifest(), manifest("r2")],
    )

    assert [(row.strategy, row.count) for row in made.rows] == [("direct", 2)]
    assert counted(made.rows[0].cells["safe"]) == (2, 2)
    assert any("left out: 2" in note for note in made.notes)


def test_strategies_of_two_runs_are_paired_only_if_they_began_with_the_same_draft():
    """Else a draft that happened to be bad is set against a review of one that was good."""
    both = [manifest(), manifest("r2")]
    first = [code(f"s{n}", "direct", False, draft="bad") for n in range(8)]
    drafts = [code(f"s{n}", "direct", True, run="r2", draft="good") for n in range(8)]
    reviews = [code(f"s{n}", "indict-review", True, run="r2", draft="good") for n in range(8)]

    made = table(*first, *drafts, *reviews, manifests=both)
    assert not any(d.delta.value for d in made.differences)  # r2 has more, so it is the one
    apart = table(*first, *reviews, manifests=both)
    assert [row.strategy for row in apart.rows] == ["direct"]
    assert any("left out: 8" in note for note in apart.notes)
    same = [code(f"s{n}", "indict-review", True, run="r2", draft="bad") for n in range(8)]
    assert [row.count for row in table(*first, *same, manifests=both).rows] == [8, 8]


def test_a_replay_counts_only_where_nothing_else_is_and_its_seconds_never():
    real, replay = manifest(), manifest("a-replay", replayed="r1")
    told = [code("a", "direct", True, seconds=100.0), code("b", "direct", True, seconds=50.0)]
    again = [code("a", "direct", True, seconds=0.1, run="a-replay")]

    both = table(*told, *again, manifests=[real, replay]).rows[0].cells
    assert both["seconds"].value == 75
    alone = table(*again, manifests=[replay])
    assert "seconds" not in alone.rows[0].cells
    assert any("a-replay replays r1" in note for note in alone.notes)


def test_the_interval_of_a_difference_is_no_narrower_than_its_test_is_sure():
    def case(name, strategy, hits):
        marks = {"hits": hits, "misses": 8 - hits}
        return record(name, strategy, marks, suite="cases")

    made = table(
        *(case(name, "direct", 1) for name in "ab"),
        *(case(name, "indict-review", hits) for name, hits in (("a", 7), ("b", 8))),
    )
    (recall,) = (d for d in made.differences if d.metric == "recall")
    assert recall.p >= 0.5
    assert recall.delta.low < 0 < recall.delta.high


def test_one_unit_more_makes_no_interval_jump():
    def recall(units):
        marks = {"hits": 8, "misses": 0}
        last = {"hits": 7, "misses": 1}
        told = [record(f"p{n}", marks=marks) for n in range(units - 1)]
        return cells(*told, record("last", marks=last))["recall"]

    lows = [recall(units).low for units in range(6, 15)]
    assert all(0 < later - sooner < 0.06 for sooner, later in itertools.pairwise(lows))


def test_shards_that_are_not_there_are_said():
    shards = [manifest(f"r{n}", shard=f"{n}/3", limit=9) for n in (1, 3)]
    made = table(code("a", "direct", True), manifests=shards)
    assert "1 of 3 shards missing: 2; what they planned is in no count" in made.notes


def test_why_checks_could_not_be_run_is_said():
    marks = {"works": None, "secure": None, "both": None, "unrun": "its reference does not pass"}
    made = table(record("a", marks=marks), record("b", marks=marks))
    assert "direct: of 2, not all checks could be run: its reference does not pass" in made.notes


def test_what_no_comparison_can_show_is_said():
    told = [code(f"s{n}", name, True) for n in range(5) for name in ("direct", "indict-review")]
    assert any("and there are 5" in note for note in table(*told).notes)
    more = [code(f"s{n}", name, True) for n in range(9) for name in ("direct", "indict-review")]
    assert not any("too few to show" in note for note in table(*more).notes)


def test_who_verifies_nothing_has_not_failed_to():
    told = [
        code("a", name, True, marks={"revised": True, "verified": name == "indict-review"})
        for name in ("direct", "indict-paper", "indict-review")
    ]
    has = {row.strategy: "verified" in row.cells for row in table(*told).rows}
    assert has == {"direct": False, "indict-paper": False, "indict-review": True}


def test_skipped_steps_are_said():
    made = table(code("a", "indict-review", True, skipped=("semgrep", "actor")))

    assert any("indict-review: steps that were skipped" in note for note in made.notes)
    assert any("actor 1, semgrep 1" in note for note in made.notes)


def test_the_order_of_lines_changes_nothing():
    draw = random.Random(5)
    entries = [
        code(
            f"p{n}",
            strategy,
            draw.random() < 0.6,
            group=("c", "php", "python")[n % 3],
            run=f"r{n % 2}",
            seconds=draw.random() * 9,
            completion_tokens=draw.randrange(900),
            marks={"wins": draw.choice((0.0, 0.5, 1.0))} if strategy != "direct" else {},
        )
        for n in range(25)
        for strategy in ("direct", "indict-paper", "indict-review")
    ]
    runs = [manifest("r0", shard="1/2"), manifest("r1", shard="2/2")]
    first = summarize(records(*entries, manifests=runs))
    draw.shuffle(entries)

    assert repr(summarize(records(*entries, manifests=runs[::-1]))) == repr(first)
    assert len(first.tables[0].differences) == 6


def test_every_metric_is_named_once_and_explained():
    names = [measure.metric.name for measure in METRICS]

    assert len(names) == len(set(names))
    assert all(measure.metric.about.endswith(".") for measure in METRICS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seconds", "2"),
        ("seconds", float("nan")),
        ("seconds", -1),
        ("calls", 1.5),
        ("prompt_tokens", 10**400),
        ("cost_usd", float("inf")),
        ("strategy", None),
        ("skipped", "semgrep"),
        ("marks", {"safe": []}),
    ],
)
def test_a_record_whose_fields_are_something_else_is_refused_not_computed_with(name, value):
    wrong = line_of(record(**{name: value}))

    with pytest.raises(ConfigError, match=f"line 2: its '{name}'"):
        parse([line_of(manifest()), wrong], "records.jsonl")


def test_huge_counts_and_shares_above_all_are_not_told():
    found = cells(
        record("a", marks={"hits": 10**400, "misses": -3, "wins": 7}),
        record("b", marks={"hits": 1, "misses": 0, "wins": 1.0}),
    )

    assert counted(found["recall"]) == (1, 1)
    assert found["wins"].value == 1.0
