"""`bench run`: what it does once, what it does when it is called again, and what it refuses."""

import json
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import pytest

from indict_review.cli import run
from indict_review.errors import ModelError
from tests.bench_runs import benched, lines_of, opinion, outcomes, pairs, said
from tests.scripted import ScriptedModel

ASKED = ("--sandbox", "none", "--strategy", "direct", "--strategy", "self-refine")


@pytest.fixture
def sven(tmp_path):
    return ("sven", "--data", pairs(tmp_path, 5))


@pytest.fixture
def bench(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))

    def called(*arguments, **options):
        return benched(monkeypatch, capsys, *arguments, **options)

    return called


def test_killed_at_twenty_points_nothing_is_lost_or_doubled(tmp_path):
    data = pairs(tmp_path, 30)

    def told(name, kills):
        command = [sys.executable, "-m", "tests.bench_killing", data, tmp_path / name, kills, 8]
        ran = subprocess.run(map(str, command), capture_output=True, text=True, check=True)
        return ran.stdout.splitlines()

    *killed, last = told("killed", 20)
    assert last == told("whole", 0)[-1] == "last: 0"
    assert [line.split()[0] for line in killed] == [str(int(signal.SIGKILL))] * 20
    assert len({line.split()[1] for line in killed}) > 8  # they died here and there
    manifest, _ = lines_of(tmp_path / "killed")
    assert sorted(outcomes(tmp_path / "killed")) == sorted(manifest["planned"])
    assert outcomes(tmp_path / "killed") == outcomes(tmp_path / "whole")
    assert len(manifest["planned"]) == 120


def test_each_strategy_answers_each_sample_once(bench, sven, tmp_path):
    code, err, model = bench(*sven, "--out", tmp_path / "run", *ASKED)
    manifest, records = lines_of(tmp_path / "run")

    assert code == 0
    assert said(err) == [f"all 20 are done: `indict-review bench report {tmp_path / 'run'}`"]
    assert sorted(r["key"] for r in records) == manifest["planned"]
    assert {r["run"] for r in records} == {manifest["manifest"]}
    assert manifest["model"] == "scripted"

    code, _, model = bench(*sven, "--out", tmp_path / "run", *ASKED)
    assert (code, model.questions) == (0, [])


def test_the_folder_holds_no_text_of_the_data_in_its_records(bench, sven, tmp_path):
    bench(*sven, "--out", tmp_path / "run", *ASKED)

    assert "execute" not in (tmp_path / "run" / "records.jsonl").read_text()
    assert "execute" in next((tmp_path / "run" / "transcripts").iterdir()).read_text()


def test_what_failed_is_said_is_no_record_and_is_tried_again(bench, sven, tmp_path):
    def script(question, schema):
        if "pair" in question or "'3" in question or "'4" in question:
            raise ModelError("the server is down")
        return opinion(question, schema)

    code, err, _ = bench(*sven, "--out", tmp_path / "run", *ASKED, script=script)
    assert code == 3
    assert said(err) == [
        "8 failed: the server is down (pair-3/fixed and others)",
        "8 of 20 are left: the same call goes on",
    ]
    assert len(outcomes(tmp_path / "run")) == 12

    code, _, model = bench(*sven, "--out", tmp_path / "run", *ASKED)
    assert code == 0
    assert all("'3" in q or "'4" in q for q in model.questions)
    assert len(outcomes(tmp_path / "run")) == 20


def test_only_the_most_frequent_reasons_are_said(bench, tmp_path):
    data = pairs(tmp_path, 8)

    def script(question, schema):
        number = question.split("db.execute('")[1][0]
        raise ModelError(f"reason {min(int(number), 6)}\x1b[2J")

    code, err, _ = bench(
        "sven", "--data", data, "--out", tmp_path / "run", "--strategy", "direct", script=script
    )
    told = said(err)
    assert code == 3
    assert told[0] == "4 failed: reason 6␛[2J (pair-6/fixed and others)"
    assert told[5] == "4 failed for other reasons"
    assert len(told) == 7


@pytest.mark.parametrize(
    ("cap", "words", "done"),
    [
        ("tokens=30", "of 30 tokens are spent", {4, 6}),  # one more is begun before it is known
        ("usd=0.1", "of $0.1 are spent", {4, 6}),
        ("seconds=0.000001", "1e-06 s have passed", {2}),  # the first is begun in any case
    ],
)
def test_at_a_cap_nothing_new_is_begun_and_what_is_in_hand_is_finished(
    bench, sven, tmp_path, cap, words, done
):
    call = (*sven, "--out", tmp_path / "run", *ASKED, "--cap", cap)
    code, err, _ = bench(*call, script=Priced(opinion))
    count = len(outcomes(tmp_path / "run"))

    assert code == 3
    assert count in done
    capped, left = said(err)
    assert capped.startswith("a cap is reached: ")
    assert capped.endswith(words)
    assert left == f"{20 - count} of 20 are left: the same call goes on"
    code, _, _ = bench(*call[:-2])
    assert (code, len(outcomes(tmp_path / "run"))) == (0, 20)


def test_without_a_price_no_cap_of_money_can_be_kept(bench, sven, tmp_path):
    class Unpriced(Priced):
        cost = None

    call = (*sven, "--out", tmp_path / "run", *ASKED, "--cap", "usd=99")
    code, err, _ = bench(*call, script=Unpriced(opinion))

    assert code == 3
    assert "the model names no price" in said(err)[0]
    assert len(outcomes(tmp_path / "run")) < 20


class Priced(ScriptedModel):
    """Each question costs two cents, and 8 fresh tokens."""

    cost = 0.02

    def complete(self, messages, schema, sampling, on_token):
        reply = super().complete(messages, schema, sampling, on_token)
        return replace(reply, usage=replace(reply.usage, cost_usd=self.cost))


def test_a_cap_that_ends_with_the_work_is_not_mentioned(bench, sven, tmp_path):
    code, err, _ = bench(*sven, "--out", tmp_path / "run", *ASKED, "--cap", "tokens=1000000")

    assert code == 0
    assert not any("cap" in line.partition(":")[0] for line in said(err))


def test_samples_are_worked_on_at_once(bench, sven, tmp_path):
    together = threading.Barrier(3, timeout=20)

    def script(question, schema):
        if len(model.questions) <= 3:
            together.wait()
        return opinion(question, schema)

    model = ScriptedModel(script)
    call = (*sven, "--out", tmp_path / "run", "--strategy", "direct", "--jobs", 3)
    code, _, _ = bench(*call, script=model)

    assert code == 0
    assert len(outcomes(tmp_path / "run")) == 10


def test_interrupted_it_says_how_to_go_on_and_keeps_what_there_is(bench, sven, tmp_path):
    def script(question, schema):
        if len(model.questions) == 7:
            raise KeyboardInterrupt
        return opinion(question, schema)

    model = ScriptedModel(script)
    code, err, _ = bench(*sven, "--out", tmp_path / "run", "--strategy", "direct", script=model)

    assert code == 130
    assert said(err) == [
        f"interrupted. What was answered is kept in {tmp_path / 'run'}: the same call goes on."
    ]
    code, _, model = bench(*sven, "--out", tmp_path / "run", "--strategy", "direct")
    assert (code, len(model.questions)) == (0, 4)


def test_a_model_at_work_is_stopped_when_the_run_ends(bench, sven, tmp_path):
    begun, left = threading.Event(), threading.Event()

    class Endless(ScriptedModel):
        def complete(self, messages, schema, sampling, on_token):
            if begun.is_set():  # the second one
                raise KeyboardInterrupt
            begun.set()
            try:
                while True:
                    on_token(1)
            finally:
                left.set()

    call = (*sven, "--out", tmp_path / "run", "--strategy", "direct", "--jobs", 2)
    code, _, _ = bench(*call, script=Endless(opinion))

    assert code == 130
    assert left.is_set()


def test_a_full_disk_ends_it_and_breaks_nothing(bench, tmp_path):
    data = pairs(tmp_path, 20)
    call = [sys.executable, "-c", FULL, "bench", "run", "sven", "--data", str(data), "--out",
            str(tmp_path / "run"), "--strategy", "direct", "--sandbox", "none"]  # fmt: skip
    ran = subprocess.run(call, capture_output=True, text=True, check=False)

    assert ran.returncode == 2
    assert "cannot be written: File too large" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert len(lines_of(tmp_path / "run")[1]) < 40
    code, _, _ = bench("sven", "--data", data, "--out", tmp_path / "run", *ASKED[:4])
    assert code == 0
    assert len(outcomes(tmp_path / "run")) == 40


FULL = """
import resource, sys
from indict_review.bench.runs import answering
from indict_review.cli import run
from tests.bench_runs import cast_with, opinion
from tests.scripted import ScriptedModel
answering.cast = cast_with(ScriptedModel(opinion))
resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))
sys.exit(run(sys.argv[1:]))
"""


def test_where_something_is_to_be_written_somebody_has_to_write_it(bench, capsys, tmp_path):
    data = tmp_path / "instruct.json"
    data.write_text('[{"prompt_id": 1, "language": "c", "test_case_prompt": "Copy a text."}]')
    call = ("cyberseceval-instruct", "--data", data, "--out", tmp_path / "run")
    call = (*call, "--sandbox", "none", "--strategy", "tools")
    assert run(["bench", "run", *map(str, call), "--model", "none"]) == 2
    assert "there is nobody to ask" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
    assert bench(*call)[0] == 0  # `tools` reviews what the model wrote directly


def test_a_run_with_other_makers_is_refused(bench, sven, tmp_path):
    bench(*sven, "--out", tmp_path / "run", *ASKED)
    before = (tmp_path / "run" / "records.jsonl").read_bytes()

    for more, word in (
        (("--rounds", "2"), "rounds was 1 and is 2"),
        (("--budget", "tokens=9"), "budget.tokens was null and is 9"),
        (("--seed", "7"), "seed was 0 and is 7"),
        (("--limit", "2"), "was"),
        (("--strategy", "tools"), "strategies was"),
    ):
        code, err, model = bench(*sven, "--out", tmp_path / "run", *ASKED, *more)
        assert (code, model.questions) == (2, [])
        assert "holds another run: " in err
        assert word in err
    assert (tmp_path / "run" / "records.jsonl").read_bytes() == before


def test_another_judge_scores_the_same_answers(bench, sven, tmp_path):
    call = (*sven, "--out", tmp_path / "run", *ASKED)
    bench(*call)
    before = outcomes(tmp_path / "run")

    code, err, _ = bench(*call, "--judge", "x/y")
    assert code == 2
    assert "--rescore" in err

    code, err, model = bench(*call[:-4], "--judge", "x/y", "--rescore")
    assert (code, model.questions) == (0, [])
    manifest, _ = lines_of(tmp_path / "run")
    assert manifest["judge"] == "scripted"
    assert outcomes(tmp_path / "run") == before


def test_a_mended_scorer_scores_anew_what_was_answered(bench, sven, tmp_path, monkeypatch):
    from indict_review.bench.suites.sven import Sven

    call = (*sven, "--out", tmp_path / "run", *ASKED)
    bench(*call)
    old = lines_of(tmp_path / "run")[1]
    monkeypatch.setattr(Sven, "score", lambda self, done, scorers: [{"mended": True}] * len(done))
    code, _, model = bench(*call, "--rescore")
    new = lines_of(tmp_path / "run")[1]

    assert (code, model.questions) == (0, [])
    assert [r["marks"] for r in new] == [{"mended": True}] * 20
    assert {r["key"]: (r["answer"], r["seconds"]) for r in new} == {
        r["key"]: (r["answer"], r["seconds"]) for r in old
    }


def test_a_user_s_own_settings_for_reviews_change_no_answer(bench, sven, tmp_path, monkeypatch):
    call = (*sven, "--strategy", "tools")
    bench(*call, "--out", tmp_path / "one")
    home = tmp_path / "config" / "indict-review"
    home.mkdir(parents=True)
    rule = {"id": "any-function", "languages": ["python"], "severity": "ERROR"}
    rule |= {"message": "a function", "pattern": "def $F(...): ..."}
    (home / "mine.json").write_text(json.dumps({"rules": [rule]}))
    settings = {"paths": {"exclude": ["changed/**"]}, "semgrep_config": [str(home / "mine.json")]}
    (home / "config.yaml").write_text(json.dumps(settings))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    bench(*call, "--out", tmp_path / "other")

    assert any(r["marks"]["flagged"] for r in outcomes(tmp_path / "one").values())
    assert outcomes(tmp_path / "other") == outcomes(tmp_path / "one")


def test_no_record_is_lost_for_want_of_its_answer(bench, sven, tmp_path):
    call = (*sven, "--out", tmp_path / "run", *ASKED)
    bench(*call)
    before = (tmp_path / "run" / "records.jsonl").read_bytes()
    gone, torn, *_ = sorted((tmp_path / "run" / "answers").iterdir())
    gone.unlink()
    torn.write_text(torn.read_text()[:40])
    code, err, _ = bench(*call, "--rescore")

    assert code == 2
    assert "2 of the 20 answers that were scored are gone" in said(err)[0]
    assert (tmp_path / "run" / "records.jsonl").read_bytes() == before


def test_a_run_that_is_not_done_can_be_rescored_and_goes_on(bench, sven, tmp_path):
    call = (*sven, "--out", tmp_path / "run", *ASKED)
    bench(*call, "--cap", "tokens=30", script=Priced(opinion))
    before = outcomes(tmp_path / "run")
    code, err, model = bench(*call, "--rescore")

    assert (code, model.questions) == (3, [])
    assert "are left: call it without --rescore" in said(err)[0]
    assert outcomes(tmp_path / "run") == before
    code, _, _ = bench(*call)
    assert (code, len(outcomes(tmp_path / "run"))) == (0, 20)


def test_other_data_are_not_those_that_were_answered(bench, sven, tmp_path):
    bench(*sven, "--out", tmp_path / "run", *ASKED)
    whole = (tmp_path / "run" / "records.jsonl").read_bytes()
    text = sven[2].read_text()
    for other in (text.replace("db.execute", "db.run"), text.replace("pair-", "p-")):
        sven[2].write_text(other)
        code, err, _ = bench(*sven, "--out", tmp_path / "run", "--rescore")
        assert code == 2
        assert "is a run of other data" in err

    assert (tmp_path / "run" / "records.jsonl").read_bytes() == whole


def test_a_run_of_the_first_version_is_carried_over(bench, sven, tmp_path):
    bench(*sven, "--out", tmp_path / "run", *ASKED)
    path = tmp_path / "run" / "records.jsonl"
    manifest, *records = path.read_text().splitlines()
    told = json.loads(manifest)
    for name in ("budget", "without", "web", "replayed", "scorers"):
        del told[name]
    told |= {"manifest": "0" * 16, "data": "0" * 64, "prompts": "0" * 64, "machine": {"cores": 9}}
    path.write_text("\n".join([json.dumps(told), *records]) + "\n")

    code, _, _ = bench(*sven, "--out", tmp_path / "run", "--sandbox", "none", "--rescore")
    new, records = lines_of(tmp_path / "run")
    assert code == 0
    assert (new["prompts"], new["machine"], new["planned"]) == (
        "0" * 64, {"cores": 9}, told["planned"],
    )  # fmt: skip
    assert new["scorers"]
    assert len(records) == 20
    assert {r["run"] for r in records} == {new["manifest"]} != {"0" * 16}


def test_what_cannot_be_scored_is_no_record_and_replaces_none(bench, sven, tmp_path, monkeypatch):
    from indict_review.bench.suites.sven import Sven
    from indict_review.errors import ToolError

    scored = Sven.score

    def one_is_lost(self, answered, scorers):
        if any(each.sample.ident == "pair-2/fixed" for each in answered):
            raise ToolError("it is lost")
        return scored(self, answered, scorers)

    monkeypatch.setattr(Sven, "score", one_is_lost)
    code, err, _ = bench(*sven, "--out", tmp_path / "run", *ASKED)
    assert code == 3
    assert said(err)[0] == "2 failed: it could not be scored: it is lost (pair-2/fixed and others)"
    assert len(outcomes(tmp_path / "run")) == 18

    monkeypatch.setattr(Sven, "score", scored)
    code, _, model = bench(*sven, "--out", tmp_path / "run", *ASKED)
    assert (code, model.questions) == (0, [])
    whole = (tmp_path / "run" / "records.jsonl").read_bytes()

    monkeypatch.setattr(Sven, "score", one_is_lost)
    code, err, _ = bench(*sven, "--out", tmp_path / "run", "--sandbox", "none", "--rescore")
    assert code == 3
    assert "nothing was replaced: the records are as they were" in said(err)
    assert (tmp_path / "run" / "records.jsonl").read_bytes() == whole


def test_a_replayed_run_gives_the_same_answers_and_asks_nobody(bench, sven, tmp_path):
    call = (*sven, *ASKED, "--strategy", "indict-paper", "--limit", "1")
    bench(*call, "--out", tmp_path / "run")
    code, _, model = bench(
        *call, "--out", tmp_path / "again", "--model", f"replay:{tmp_path / 'run'}"
    )
    first, again = outcomes(tmp_path / "run"), outcomes(tmp_path / "again")

    assert (code, model.questions) == (0, [])
    assert len(first) == 6
    assert {k: r["answer"] for k, r in first.items()} == {k: r["answer"] for k, r in again.items()}
    manifest, _ = lines_of(tmp_path / "again")
    assert manifest["model"] == "scripted"
    assert manifest["replayed"] == lines_of(tmp_path / "run")[0]["manifest"]
    assert manifest["manifest"] != manifest["replayed"]


def test_only_the_run_itself_can_be_replayed_and_not_onto_itself(bench, sven, tmp_path):
    bench(*sven, *ASKED, "--limit", "2", "--out", tmp_path / "run")
    name = f"replay:{tmp_path / 'run'}"

    for more, out, word in (
        ((), "again", "is another run"),
        (("--limit", "2", "--strategy", "indict-paper"), "again", "is another run"),
        (("--limit", "2"), "run", "cannot replay itself"),
        (("--limit", "2"), "nowhere/../run", "cannot replay itself"),
    ):
        code, err, _ = bench(*sven, *ASKED, *more, "--out", tmp_path / out, "--model", name)
        assert code == 2
        assert word in err
    assert len(outcomes(tmp_path / "run")) == 8
    code, err, _ = bench(*sven, *ASKED, "--out", tmp_path / "a", "--model", "replay:no-such-run")
    assert code == 2
    assert "no-such-run holds no run" in err


def test_tools_need_no_model(bench, sven, tmp_path):
    call = (*sven, "--limit", 1, "--out", tmp_path / "run", "--strategy", "tools")
    code, _, model = bench(*call, "--model", "none", "--sandbox", "none")

    assert (code, model.questions) == (0, [])
    assert {r["calls"] for r in lines_of(tmp_path / "run")[1]} == {0}
    assert lines_of(tmp_path / "run")[0]["model"] == "none"


def test_quiet_draws_no_progress(bench, sven, tmp_path):
    _, err, _ = bench(*sven, "--out", tmp_path / "run", "--strategy", "direct")
    assert "10 of 10 (100%)" in err

    _, err, _ = bench(*sven, "--out", tmp_path / "other", "--strategy", "direct", "--quiet")
    assert err.splitlines() == [f"indict-review: {said(err)[0]}"]


@pytest.mark.parametrize(
    ("arguments", "what", "remedy"),
    [
        (["svenn", "--data", "{data}"], "there is no suite 'svenn': did you mean sven?", "list"),
        (["sven", "--data", "{data}", "--strategy", "indict-papre"],
         "no strategy 'indict-papre': did you mean indict-paper?", "One of: direct"),
        (["sven", "--data", "nowhere.jsonl"], "nowhere.jsonl", "bench list"),
        (["sven", "--data", "{data}", "--shard", "0/3"], "--shard 0/3 is no part", "2/4"),
        (["sven", "--data", "{data}", "--shard", "4/3"], "--shard 4/3 is no part", "2/4"),
        (["sven", "--data", "{data}", "--shard", "x"], "--shard x is no part", "2/4"),
        (["sven", "--data", "{data}", "--shard", "1/-1"], "--shard 1/-1 is no part", "2/4"),
        (["sven", "--data", "{data}", "--limit", "0"], "--limit", "--help"),
        (["sven", "--data", "{data}", "--group", "cobol"], "has no group cobol", "It has: python"),
        (["sven", "--data", "{data}", "--shard", "9/9"], "nothing is left", "--limit and --shard"),
        (["sven", "--data", "{data}", "--cap", "hours=1"], "--cap has an entry", "seconds=N"),
        (["sven", "--data", "{data}", "--budget", "x"], "--budget", "seconds=N"),
        (["sven", "--data", "{data}", "--model", "none"], "nobody to ask", "--strategy tools"),
        (["sven", "--data", "{data}", "--model", "local"], "its weights are not here", "pull"),
        (["sven", "--data", "{data}", "--model", "what"], "what", ""),
        (["sven", "--data", "{data}", "--sandbox", "host"], "never run on the bare", "docker"),
        (["sven", "--data", "{data}", "--rescore"], "run holds no run", ""),
        (["sven", "--data", "{data}", "--judge", "replay:void", "--strategy", "tools"],
         "void holds no run", ""),
    ],
)  # fmt: skip
def test_bad_input_is_two_lines_and_leaves_nothing_behind(
    capsys, tmp_path, monkeypatch, arguments, what, remedy
):
    monkeypatch.setenv("HOME", str(tmp_path))
    data = pairs(tmp_path, 3)
    out = tmp_path / "run"
    code = run(["bench", "run", *[a.format(data=data) for a in arguments], "--out", str(out)])
    told = capsys.readouterr().err.splitlines()

    assert code == 2
    assert len(told) == 2
    assert what in told[0]
    assert remedy in told[1]
    assert not out.exists()


def test_a_file_is_no_place_for_a_run(bench, sven, tmp_path):
    (tmp_path / "run").write_text("mine")
    code, err, model = bench(*sven, *ASKED, "--out", tmp_path / "run")

    assert (code, model.questions) == (2, [])
    assert "is no folder" in err
    assert (tmp_path / "run").read_text() == "mine"


def test_the_records_of_shards_are_those_of_the_whole(bench, sven, tmp_path):
    bench(*sven, *ASKED, "--out", tmp_path / "whole")
    for part in ("1/2", "2/2"):
        bench(*sven, *ASKED, "--out", tmp_path / part[0], "--shard", part)
    one, other = outcomes(tmp_path / "1"), outcomes(tmp_path / "2")

    assert not set(one) & set(other)
    assert set(one) | set(other) == set(outcomes(tmp_path / "whole"))
    assert lines_of(tmp_path / "1")[0]["manifest"] != lines_of(tmp_path / "2")[0]["manifest"]


def test_the_sandbox_is_closed_when_all_is_done(bench, sven, tmp_path, monkeypatch):
    from indict_review.sandbox.chosen import Chosen

    closed = []
    monkeypatch.setattr(Chosen, "close", lambda self: closed.append(self.named))
    bench(*sven, "--strategy", "direct", "--out", tmp_path / "run", "--sandbox", "bwrap")

    assert closed == ["bwrap"]


def test_without_a_sandbox_nothing_is_executed(bench, sven, tmp_path, monkeypatch):
    from indict_review.bench.suites.sven import Sven

    monkeypatch.setattr(Sven, "score", lambda self, done, scorers: scorers.execute([]))
    _, err, _ = bench(*sven, "--strategy", "direct", "--out", tmp_path / "run", "--sandbox", "none")

    assert "the sandbox is switched off" in said(err)[0]
