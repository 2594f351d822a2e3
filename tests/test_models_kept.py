"""Kept replies: the same question is asked once, and nobody can tell from the transcript."""

import json
import stat
from dataclasses import replace

import pytest

from indict_review.cache import Cache
from indict_review.evidence import Severity
from indict_review.formats import FORMATS
from indict_review.formats.interface import Look
from indict_review.models.asking import Asker
from indict_review.models.interface import Completion, Form, Message, Sampling
from indict_review.models.kept import Kept
from indict_review.models.replay import Recording, Replay
from indict_review.redact import Mask
from indict_review.review import Accounts, Usage
from tests.samples import clean

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
ASK = [Message("user", "how many?")]
SHORT = Sampling(10)


class Steady:
    """Answers with the number of times that it was asked."""

    name = "steady"

    def __init__(self, identity="steady 1", reply='{{"n": {}}}', cut=False):
        self.identity, self.reply, self.cut, self.asked = identity, reply, cut, 0

    def complete(self, messages, schema, sampling, on_token):
        self.asked += 1
        usage = Usage(1, 100, 40, 7, 0.25, 0.5)
        return Completion(self.reply.format(self.asked), usage, self.cut)


def unheard(tokens):
    pass


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache" / "replies")


def test_the_same_question_is_asked_once_also_by_the_next_review(cache):
    model = Steady()
    first = Kept(model, cache).complete(ASK, SCHEMA, SHORT, unheard)
    second = Kept(model, Cache(cache.folder)).complete(ASK, SCHEMA, SHORT, unheard)

    assert model.asked == 1
    assert second == replace(first, kept=True)


@pytest.mark.parametrize(
    ("messages", "schema", "sampling", "identity"),
    [
        ([Message("user", "how many? ")], SCHEMA, SHORT, "steady 1"),
        ([Message("system", "how many?")], SCHEMA, SHORT, "steady 1"),
        (ASK, None, SHORT, "steady 1"),
        (ASK, {**SCHEMA, "required": []}, SHORT, "steady 1"),
        (ASK, SCHEMA, Sampling(6), "steady 1"),
        (ASK, SCHEMA, Sampling(10, seed=1), "steady 1"),
        (ASK, SCHEMA, SHORT, "steady 2"),
    ],
)
def test_any_other_question_or_model_is_asked(cache, messages, schema, sampling, identity):
    Kept(Steady(), cache).complete(ASK, SCHEMA, SHORT, unheard)
    other = Steady(identity)

    assert not Kept(other, cache).complete(messages, schema, sampling, unheard).kept
    assert other.asked == 1


@pytest.mark.parametrize("most", [7, 10, 1000])
def test_it_is_the_same_reply_wherever_it_has_room(cache, most):
    """So that a budget, which cuts the last questions, does not ask them again."""
    first = Kept(Steady(), cache).complete(ASK, SCHEMA, SHORT, unheard)

    again = Kept(Steady(), cache).complete(ASK, SCHEMA, Sampling(most), unheard)
    assert again == replace(first, kept=True)


@pytest.mark.parametrize(
    ("model", "schema", "sampling"),
    [
        (Steady(), SCHEMA, Sampling(10, temperature=0.6)),
        (Steady(identity=None), SCHEMA, SHORT),
        (Steady(reply="sorry"), SCHEMA, SHORT),
        (Steady(reply='{{"n": "many"}}'), SCHEMA, SHORT),
        (Steady(cut=True), None, SHORT),
    ],
)
def test_what_may_come_out_better_is_not_kept(cache, model, schema, sampling):
    asked = model.asked
    for _ in range(2):
        assert not Kept(model, cache).complete(ASK, schema, sampling, unheard).kept

    assert model.asked == asked + 2


def test_a_kept_reply_costs_nothing_and_is_counted_as_one(cache):
    told = []
    Asker(Kept(Steady(), cache)).text("x", ASK, SHORT)
    asker = Asker(Kept(Steady(), cache), listen=told.append)

    assert asker.data("x", ASK, Form({}, {}), SHORT) == {"n": 1}
    assert asker.usage == Usage(1, 100, 40, 7, 0.25, asker.usage.seconds)
    asker.text("x", ASK, SHORT)
    assert asker.usage.kept == 1
    assert asker.usage.calls == 1
    assert told[-1].outcome == "a kept reply"


def test_a_secret_is_not_kept_and_comes_back_all_the_same(cache):
    def asker():
        return Asker(Kept(Steady(reply="<secret-1> {}"), cache), mask=Mask(["s3cr3t-value"]))

    question = [Message("user", "see s3cr3t-value")]
    assert asker().text("x", question, SHORT) == asker().text("x", question, SHORT)
    assert asker().text("x", question, SHORT) == "s3cr3t-value 1"
    entries = [path.read_bytes() for path in cache.folder.rglob("*") if path.is_file()]
    assert len(entries) == 1
    assert b"s3cr3t" not in entries[0]


def test_nobody_else_can_read_what_is_kept(cache):
    Kept(Steady(), cache).complete(ASK, SCHEMA, SHORT, unheard)

    modes = {stat.S_IMODE(p.stat().st_mode) for p in cache.folder.rglob("*") if p.is_file()}
    assert modes == {0o600}
    assert stat.S_IMODE(cache.folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("torn", [b"", b"garbage", b'{"text": 1}'])
def test_a_damaged_entry_is_asked_and_kept_anew(cache, torn):
    model = Steady()
    Kept(model, cache).complete(ASK, SCHEMA, SHORT, unheard)
    (entry,) = (path for path in cache.folder.rglob("*") if path.is_file())
    entry.write_bytes(torn)

    assert not Kept(model, cache).complete(ASK, SCHEMA, SHORT, unheard).kept
    assert Kept(model, cache).complete(ASK, SCHEMA, SHORT, unheard).kept
    assert model.asked == 2


def test_an_entry_that_is_whole_and_no_reply_is_asked_anew(cache):
    model = Steady()
    kept = Kept(model, cache)
    key = kept._key(ASK, SCHEMA, SHORT)
    cache.put({key: json.dumps({"text": 1, "usage": {}}).encode()})

    assert not kept.complete(ASK, SCHEMA, SHORT, unheard).kept


def test_a_transcript_is_the_same_with_kept_replies_and_replays_the_same(cache, tmp_path):
    paths = tmp_path / "cold.jsonl", tmp_path / "warm.jsonl"
    for path in paths:
        Recording(Kept(Steady(), cache), path).complete(ASK, SCHEMA, SHORT, unheard)
    cold, warm = (path.read_text() for path in paths)

    assert cold == warm
    assert '"kept"' not in cold
    assert Replay(paths[1]).complete(ASK, SCHEMA, SHORT, unheard) == Completion(
        '{"n": 1}', Usage(1, 100, 40, 7, 0.25, 0.5)
    )


def test_a_review_that_asked_nothing_anew_does_not_say_that_no_model_took_part():
    accounts = Accounts({"safety": "local"}, Usage(kept=12), 1.0)
    review = replace(clean(), accounts=accounts)
    document = json.loads(FORMATS["json"](review, Look(Severity.HIGH)))

    assert document["usage"]["calls"] == 0
    assert document["usage"]["kept_replies"] == 12
    for form in ("text", "markdown"):
        assert "0 calls, 12 kept replies" in FORMATS[form](review, Look(Severity.HIGH))
