"""Who answers and who judges in a run of the bench."""

import json
from pathlib import Path

import pytest

from indict_review.bench.runs import answering
from indict_review.bench.runs.answering import players
from indict_review.bench.runs.replayed import ReplayedJudge
from indict_review.config import Flags, load
from indict_review.errors import ConfigError, ModelError
from indict_review.models.interface import Message, Sampling
from indict_review.models.local import Local
from indict_review.models.replay import Recording
from indict_review.sources.stores import Folder
from tests.bench_runs import cast_with
from tests.scripted import ScriptedModel

SHORT = Sampling(10)


def said(question):
    return (Message("user", question),)


@pytest.fixture
def config(tmp_path):
    def made(**flags):
        return load(Flags(**flags), Folder(tmp_path), {"HOME": str(tmp_path)})

    return made


def test_the_embedded_engine_has_as_many_prompts_in_hand_as_samples(config, monkeypatch, tmp_path):
    (tmp_path / "weights").write_bytes(b"GGUF")
    local = Local(tmp_path / "weights")
    monkeypatch.setattr(answering, "cast", cast_with(local))
    four = players(config(model="local"), None, 4, asks=True)

    assert four.model("any").slots == 4
    assert four.model("any").context == local.context
    # What is greedy then depends a little on what else is in hand: no other engine goes on with it.
    assert four.identity != players(config(model="local"), None, 1, asks=True).identity


def test_who_judges_too_is_one_engine(config, monkeypatch, tmp_path):
    monkeypatch.setattr(answering, "cast", cast_with(Local(tmp_path / "weights")))
    both = players(config(model="local"), "local", 3, asks=True)

    assert both.judge is both.model("any")
    assert both.judge.slots == 3


def test_a_judge_can_be_another_one_and_needs_nobody_who_answers(config, monkeypatch):
    one, other = ScriptedModel(None), ScriptedModel(None)
    other.name = "other"
    monkeypatch.setattr(answering, "cast", cast_with(one, other))

    assert players(config(model="x/one"), "x/other", 1, asks=True).judge is other
    monkeypatch.setattr(answering, "cast", cast_with(other))
    alone = players(config(model="x/one"), "x/other", 1, asks=False)
    assert (alone.name, alone.judge) == ("none", other)
    with pytest.raises(ConfigError, match="no model was named"):
        alone.model("any")


def test_a_judge_is_asked_at_its_own_server_and_not_at_that_of_the_model(config):
    hosted = players(
        config(model="openai/a", api_base="http://127.0.0.1:9"), "anthropic/b", 1, asks=True
    )

    assert hosted.model("any").api_base == "http://127.0.0.1:9"
    assert "127" not in hosted.identity  # records are published
    assert hosted.judge.name == "anthropic/b"
    assert hosted.judge.api_base is None


def judged(folder, **told):
    (folder / "transcripts").mkdir(parents=True)
    manifest = {"schema": "indict-review/bench/1", "manifest": "m", **told}
    (folder / "records.jsonl").write_text(json.dumps(manifest) + "\n")
    for n in range(3):
        path = folder / "transcripts" / f"k{n}.judge.jsonl"
        model = Recording(ScriptedModel(lambda question, schema: f"on {question}"), path)
        model.complete(said(f"question {n}"), None, SHORT, lambda count: None)


def test_the_judge_of_a_run_says_again_what_it_said(config, tmp_path):
    judged(tmp_path / "run", judge="x/judge")
    judge = players(config(), f"replay:{tmp_path / 'run'}", 1, asks=False).judge
    for path in Path(tmp_path / "run" / "transcripts").iterdir():
        path.unlink()  # it may be written anew meanwhile

    assert judge.name == "x/judge"
    assert judge.complete(said("question 1"), None, SHORT, print).text == "on question 1"
    with pytest.raises(ModelError, match="was not asked this"):
        judge.complete(said("question 7"), None, SHORT, print)


def test_a_run_without_a_judge_has_none_to_replay(tmp_path):
    judged(tmp_path / "run", judge=None)
    with pytest.raises(ConfigError, match="had no judge"):
        ReplayedJudge.of(tmp_path / "run")
