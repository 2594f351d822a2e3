"""When a planted fault counts as found, which are tried, and what a fault waits for."""

import threading
from dataclasses import replace

import pytest

from indict_review.bench.calibrate.interface import By, Candidate, Commit, Fault, Mutation, Proof
from indict_review.bench.calibrate.outcome import Row, rows
from indict_review.bench.calibrate.planting import TRIES, in_turn, noted, plant
from indict_review.bench.calibrate.suite import RULES, by_rules, by_tests
from indict_review.bench.calibrate.working import Controls
from indict_review.bench.interface import Answer, Answered, Flag
from indict_review.bench.record import record_of
from indict_review.errors import ConfigError, ToolError
from tests.changing import change

BEFORE = "".join(f"x{n} = {n}\n" for n in range(40))
AFTER = BEFORE.replace("x20 = 20\n", "if x1 < x2:\n    raise X\nx20 = 20\n")
COMMIT = Commit("c" * 40, "p" * 40, change({"a.py": BEFORE}, {"a.py": AFTER}))


def candidate(kind="check-removed", line=21, before="if x1 < x2:\n    raise X\n", after=""):
    start = sum(len(text) for text in AFTER.splitlines(True)[: line - 1])
    return Candidate(COMMIT, Mutation(kind, "a.py", line, start, before, after))


FAULT = Fault(candidate(), Proof(By.TESTS, "t"))


def marked(flags, control=(), skipped=(), control_skipped=(), fault=FAULT):
    suite = by_tests([fault])
    known = Answer(flags=tuple(control), skipped=control_skipped)
    suite = replace(suite, answer=lambda key: known)
    sample = list(suite.samples(None))[1]
    done = Answered(sample, "tools", Answer(flags=tuple(flags), skipped=skipped))
    return suite.score([done], None)[0]


def flag(line, end=None, path="a.py", ident="r"):
    return Flag(path, line, end or line, ident)


def counted(marks):
    return marks["hits"], marks["misses"], marks["extra"]


@pytest.mark.parametrize("line", [19, 20, 21, 22, 23])
def test_a_flag_within_two_lines_finds_the_fault(line):
    assert counted(marked([flag(line)])) == (1, 0, 0)


@pytest.mark.parametrize("other", [flag(18), flag(24), flag(21, path="b.py"), flag(1, 40)])
def test_a_flag_elsewhere_or_on_the_whole_file_does_not_and_is_extra(other):
    assert counted(marked([other])) == (0, 1, 1)


def test_what_the_control_says_too_finds_nothing_and_is_not_extra_again():
    assert counted(marked([flag(21)], control=[flag(22)])) == (0, 1, 0)
    assert counted(marked([flag(28)], control=[flag(30)])) == (0, 1, 0)  # it moved up by two
    assert counted(marked([flag(21)], control=[flag(21, ident="q")])) == (1, 0, 0)


def test_several_flags_find_one_fault():
    assert counted(marked([flag(21), flag(22, ident="q"), flag(3)])) == (1, 0, 1)


def test_a_review_that_left_something_out_is_in_no_rate_even_if_it_found_the_fault():
    assert counted(marked([], skipped=("semgrep",))) == (None, None, 0)
    assert counted(marked([flag(21)], skipped=("semgrep",))) == (None, None, 0)
    assert counted(marked([flag(21)], skipped=("knowledge",))) == (1, 0, 0)


def test_what_a_control_left_out_could_be_what_is_found():
    assert counted(marked([flag(21)], control_skipped=("semgrep",))) == (None, None, 0)


def test_a_fault_whose_control_was_not_reviewed_is_not_scored():
    suite = by_tests([FAULT])
    sample = list(suite.samples(None))[1]
    with pytest.raises(ToolError, match="without the fault was not reviewed"):
        suite.score([Answered(sample, "tools", Answer())], None)


def test_the_reviewer_has_no_tests_and_controls_are_reviewed_once_and_first():
    other = Fault(candidate(after="if x1 >= x2:\n    raise X\n"), Proof(By.RULE, "r"))
    first, second = by_tests([FAULT, other]), by_rules([FAULT, other])

    assert "tests" in first.hides & second.hides
    assert [s.group for s in first.samples(None)] == ["untouched", "check-removed"]
    assert [s.suite for s in second.samples(None)] == [RULES]
    assert "-if x1" not in list(first.samples(None))[1].work.patch.decode()  # nothing hints at it


def test_precision_counts_findings_on_controls_in_the_sum_only():
    suite = replace(by_tests([FAULT]), answer=lambda key: Answer())
    control, fault = suite.samples(None)
    done = [
        Answered(control, "tools", Answer(flags=(flag(3), flag(5)))),
        Answered(fault, "tools", Answer(flags=(flag(21),))),
    ]
    marks = suite.score(done, None)
    records = [record_of(d, m, "none", "run") for d, m in zip(done, marks, strict=True)]

    one, both = rows(records, suite.name)
    assert (one.name, one.hits, one.misses, one.extra) == ("check-removed", 1, 0, 0)
    assert (both.name, both.hits, both.misses, both.extra) == ("all", 1, 0, 2)
    assert (one.precision.value, round(both.precision.value, 2)) == (1, 0.33)


def test_faults_of_one_commit_are_no_independent_ones():
    sample = list(by_tests([FAULT]).samples(None))[1]

    def record(number, commit):
        marks = {"hits": 1, "misses": 0, "right": 1, "extra": 0, "clean": False, "flagged": True}
        answered = Answered(replace(sample, ident=str(number), unit=commit), "tools", Answer())
        return record_of(answered, marks, "none", "run")

    apart = Row.of("", [record(n, str(n)) for n in range(8)])
    together = Row.of("", [record(n, "one") for n in range(8)])
    assert apart.recall.low > 0.6
    assert together.recall.low < 0.3  # of one commit, nobody knows much


def many():
    return [candidate(kind, n, f"x{n - 1} = {n - 1}\n", f"x{n - 1} = 0{'_' * n}1\n")
            for kind in ("b", "a") for n in range(2, 12)]  # fmt: skip


def test_kinds_take_turns_and_a_seed_gives_an_order_that_stays():
    once, again = in_turn(many(), 1), in_turn(reversed(many()), 1)

    assert once == again
    assert [c.mutation.kind for c in once] == ["a", "b"] * 10
    assert in_turn(many(), 2) != once


def sound():
    return [
        candidate(line=n, before=f"x{n - 1} = {n - 1}\n", after="x = 0\n") for n in range(2, 20)
    ]


def planted(folder, limit, by):
    """What comes of faults that are all in the change, and all proven so."""
    added = replace(COMMIT, change=change({}, {"a.py": AFTER}))
    near = [replace(each, commit=added) for each in sound()]
    with noted(folder, {"head": "h"}) as notes:
        return plant(near, limit, 0, lambda each: Proof(by), notes, lambda planted: None)


def test_it_ends_when_enough_are_proven_and_says_when_it_gave_up(tmp_path):
    enough, given_up = planted(tmp_path, 3, By.TESTS), planted(tmp_path / "2", 2, By.NOTHING)

    assert (len(enough.faults), enough.tried, enough.is_cut_short) == (3, 3, False)
    assert (len(given_up.faults), given_up.tried, given_up.is_cut_short) == (0, TRIES * 2, True)


def test_a_proof_is_asked_for_once_and_a_torn_line_is_cut_off(tmp_path):
    with noted(tmp_path, {"head": "h"}) as first:
        first.add("one", Proof(By.RULE, "r", skipped=True))
    with (tmp_path / "planted.jsonl").open("a") as file:
        file.write('{"candidate": "tw')
    with noted(tmp_path, {"head": "h"}) as again:
        assert again.known == {"one": Proof(By.RULE, "r", skipped=True)}
        again.add("two", Proof(By.NOTHING))
    with noted(tmp_path, {"head": "h"}) as last:
        assert list(last.known) == ["one", "two"]


def test_two_at_once_other_settings_and_foreign_files_are_refused(tmp_path):
    with noted(tmp_path, {"head": "h"}):
        with pytest.raises(ConfigError, match="another run is at work"):
            with noted(tmp_path, {"head": "h"}):
                pass
    with pytest.raises(ConfigError, match="holds another run: head was h and is other"):
        with noted(tmp_path, {"head": "other"}):
            pass
    (tmp_path / "planted.jsonl").write_text("[]\n")
    with pytest.raises(ConfigError, match="is no file of ours"):
        with noted(tmp_path, {"head": "h"}):
            pass


def test_a_fault_waits_for_its_control_and_hears_if_that_failed():
    controls = Controls.of(["a", "b", "c"], lambda key: Answer() if key == "c" else None)
    heard = {}
    waiting = [
        threading.Thread(target=lambda key=key: heard.update({key: controls.has(key)}))
        for key in ("a", "b")
    ]
    for thread in waiting:
        thread.start()
    assert controls.has("c")  # of an earlier call
    assert heard == {}
    controls.reviewed.add("a")
    for event in controls.awaited.values():
        event.set()
    for thread in waiting:
        thread.join()

    assert heard == {"a": True, "b": False}
