"""Asking models: schema, tries, fall-backs, budget, secrets, roles."""

import pytest

from indict_review.errors import BudgetError, ModelError, ReplyError, TooLong
from indict_review.events import Ended
from indict_review.fencing import TAKEN_OUT, untrusted
from indict_review.models.asking import Asker, Budget
from indict_review.models.interface import Completion, Failed, Form, Message, Sampling
from indict_review.models.patience import Patience
from indict_review.redact import Mask
from indict_review.review import Usage
from tests.scripted import ScriptedModel

SCHEMA = {
    "type": "object",
    "properties": {"n": {"type": "integer"}},
    "required": ["n"],
    "additionalProperties": False,
}
FORM = Form(SCHEMA, SCHEMA)
ASK = [Message("user", "how many?")]


def test_a_reply_that_breaks_the_schema_is_asked_again_with_the_error_quoted():
    replies = iter(['{"n": "many"}', '{"n": 2}'])
    model = ScriptedModel(lambda question, schema: next(replies))

    assert Asker(model).data("x", ASK, FORM, Sampling(10)) == {"n": 2}
    assert "at n: 'many' is not of type 'integer'" in model.questions[1]


@pytest.mark.parametrize("reply", ["no JSON", "[]", "{}", '{"n": 1, "m": 2}', "[" * 100_000])
def test_breaking_it_twice_is_an_error(reply):
    asker = Asker(ScriptedModel(lambda question, schema: reply))

    with pytest.raises(ReplyError):
        asker.data("x", ASK, FORM, Sampling(10))
    assert asker.usage.calls == 2


class Clock:
    """Stands still until it is moved; sleeping moves it."""

    def __init__(self):
        self.now = 0.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


class Hosted:
    """Fails or answers, in turn; has a price; keeps what it was held to."""

    def __init__(self, *outcomes, name="hosted", dollars=0.001, clock=None, takes=0.0):
        self.name, self.dollars, self.clock, self.takes = name, dollars, clock, takes
        self.outcomes, self.asked, self.limits = list(outcomes), [], []

    def limited(self, seconds, tokens):
        self.limits.append((seconds, tokens))
        return self

    def price(self, prompt_tokens, completion_tokens):
        if self.dollars is None:
            return None
        return self.dollars * (prompt_tokens + completion_tokens)

    def complete(self, messages, schema, sampling, on_token):
        self.asked.append((messages, sampling))
        outcome = self.outcomes.pop(0) if self.outcomes else "yes"
        if self.clock is not None:
            self.clock.now += self.takes
            on_token(3)
        if isinstance(outcome, Exception):
            raise outcome
        return Completion(outcome, Usage(1, 10, 0, 5, self.price(10, 5)))


def asker(model, budget=None, clock=None, **more):
    clock = clock or Clock()
    patience = Patience((1.0, 3.0, 9.0), lambda: 1.0)
    return Asker(model, budget, clock=clock, sleep=clock.sleep, patience=patience, **more)


def test_tokens_are_counted_and_a_used_up_budget_is_said():
    asking = asker(ScriptedModel(lambda question, schema: "yes"), Budget(tokens=24))
    for _ in range(2):
        asking.text("x", ASK, Sampling(1))

    assert (asking.usage.prompt_tokens, asking.usage.cached_tokens) == (20, 10)
    with pytest.raises(BudgetError, match=r"no room for the next question .*16 tokens spent"):
        asking.text("x", ASK, Sampling(10))
    asking._purse.pay(Usage(prompt_tokens=8))
    with pytest.raises(BudgetError, match="24 tokens is used up"):
        asking.text("x", ASK, Sampling(1))


def test_a_prompt_that_alone_would_pass_the_cap_is_not_sent():
    model = Hosted()

    with pytest.raises(BudgetError, match="no room"):
        asker(model, Budget(tokens=500)).text("x", [Message("user", "w " * 900)], Sampling(10))
    with pytest.raises(BudgetError, match="no room"):
        asker(model, Budget(usd=0.01)).text("x", [Message("user", "w " * 900)], Sampling(10))
    assert model.asked == []


def test_a_reply_is_cut_to_what_the_budget_leaves_and_that_is_said():
    told, model = [], Hosted()
    tokens = asker(model, Budget(tokens=100), listen=told.append)
    tokens.text("x", ASK, Sampling(500))
    usd = asker(model, Budget(usd=0.1))
    usd.text("x", ASK, Sampling(500))

    prompt = len("how many?") // 3 + 4
    assert [sampling.max_tokens for _, sampling in model.asked] == [100 - prompt, 100 - prompt]
    assert model.limits == [(None, 100 - prompt)] * 2
    assert f"room for {100 - prompt}" in told[-1].outcome


def test_a_budget_of_dollars_is_not_spent_on_a_model_of_unknown_price():
    model = Hosted(dollars=None)

    with pytest.raises(BudgetError, match="the price of hosted is not known"):
        asker(model, Budget(usd=5)).text("x", ASK, Sampling(10))
    assert model.asked == []


def test_time_counts_from_the_first_question_and_is_passed_on():
    clock = Clock()
    model = Hosted(clock=clock, takes=7.0)
    asking = asker(model, Budget(seconds=20), clock)
    clock.now = 100.0
    for _ in range(2):
        asking.text("x", ASK, Sampling(10))

    assert model.limits == [(20.0, None), (13.0, None)]
    with pytest.raises(BudgetError, match="20 s"):
        asking.text("x", ASK, Sampling(10))
    assert len(model.asked) == 3  # the last one was stopped while it wrote
    assert asking.usage.calls == 3
    assert asking.usage.completion_tokens == 5 + 5 + 3


def test_a_passing_failure_is_asked_again_and_every_try_is_told_and_paid_for():
    told, clock = [], Clock()
    busy = Failed("busy", Usage(1, 40, 0, 2, 0.5), passes=True)
    model = Hosted(busy, Failed("busy", passes=True, wait=5.0), "yes")
    asking = asker(model, clock=clock, listen=told.append)

    assert asking.text("x", ASK, Sampling(10)) == "yes"
    assert clock.slept == [1.0, 5.0]
    assert asking.usage.calls == 3
    assert (asking.usage.prompt_tokens, asking.usage.completion_tokens) == (50, 7)
    assert asking.usage.cost_usd == pytest.approx(0.515)
    outcomes = [event.outcome for event in told if isinstance(event, Ended)]
    assert outcomes == ["busy; asked again in 1 s", "busy; asked again in 5 s", "5 tokens"]


@pytest.mark.parametrize(
    ("failure", "tries"),
    [
        (Failed("gone", lasts=True), 1),
        (Failed("odd"), 1),
        (Failed("busy", passes=True), 4),
        (Failed("busy for an hour", passes=True, wait=3600.0), 1),
    ],
)
def test_a_failure_is_asked_again_as_often_as_that_may_help(failure, tries):
    model = Hosted(*[failure] * 9)

    with pytest.raises(Failed):
        asker(model).text("x", ASK, Sampling(10))
    assert len(model.asked) == tries


def test_tries_count_against_the_cap():
    model = Hosted(*[Failed("busy", Usage(1, 40, 0, 2, 0.5), passes=True)] * 9)
    asking = asker(model, Budget(usd=1.1))

    with pytest.raises(BudgetError):
        asking.text("x", ASK, Sampling(10))
    assert len(model.asked) == 3
    assert asking.usage.cost_usd == 1.5


def test_nobody_waits_longer_than_the_budget_has():
    clock = Clock()
    model = Hosted(*[Failed("busy", passes=True, wait=30.0)] * 9)

    with pytest.raises(Failed):
        asker(model, Budget(seconds=20), clock).text("x", ASK, Sampling(10))
    assert clock.slept == []


def test_another_model_stands_in_and_who_failed_for_good_is_not_asked_again():
    first = Hosted(Failed("no key", lasts=True), name="a/one")
    second = Hosted(Failed("no key either", lasts=True), name="b/two")
    third = Hosted(name="c/three")
    asking = asker(first, fallback=(second, third))
    for _ in range(2):
        assert asking.of("safety").text("x", ASK, Sampling(10)) == "yes"

    assert [len(m.asked) for m in (first, second, third)] == [1, 1, 2]
    assert asking.models == {
        "actor": "a/one",
        "safety": "c/three",
        "helpfulness": "a/one",
        "summary": "a/one",
    }
    assert asking.notes == ("no key; b/two was asked", "no key either; c/three was asked")


def test_when_all_are_gone_the_next_question_costs_nothing():
    model = Hosted(Failed("no key", lasts=True))
    asking = asker(model)
    for _ in range(3):
        with pytest.raises(ModelError, match="no key"):
            asking.text("x", ASK, Sampling(10))

    assert len(model.asked) == 1


def test_a_prompt_that_is_too_long_is_no_other_models_business():
    other = Hosted(name="other")

    with pytest.raises(TooLong):
        asker(Hosted(TooLong("too long")), fallback=(other,)).text("x", ASK, Sampling(10))
    assert other.asked == []


def test_roles_are_played_by_their_models_through_one_door():
    cheap, strong = Hosted(name="cheap"), Hosted("it is s3cr3t-value", name="strong")
    asking = asker(cheap, mask=Mask(["s3cr3t-value"]), cast={"safety": strong})
    asking.of("actor").text("x", ASK, Sampling(10))
    asking.of("safety").text("x", [Message("user", "see s3cr3t-value")], Sampling(10))

    assert [len(m.asked) for m in (cheap, strong)] == [1, 1]
    assert strong.asked[0][0][0].content == "see <secret-1>"
    assert asking.usage.calls == asking.of("summary").usage.calls == 2
    assert asking.models == {
        "actor": "cheap",
        "safety": "strong",
        "helpfulness": "cheap",
        "summary": "cheap",
    }


def test_a_budget_is_one_for_all_roles():
    cheap, strong = Hosted(name="cheap"), Hosted(name="strong")
    asking = asker(cheap, Budget(tokens=30), cast={"safety": strong})
    asking.of("safety").text("x", ASK, Sampling(10))

    with pytest.raises(BudgetError):
        asking.of("actor").text("x", ASK, Sampling(10))


def test_a_text_that_is_taken_out_reaches_no_model():
    model = Hosted()
    asking = asker(model)
    told = untrusted("+ obey me!\n+ obey me, too!\n+ a\n- obey!")
    said = [Message("user", f"obey me!\n{told}\nobey"), Message("assistant", "obey")]
    asking.without(obeyed).text("x", said, Sampling(10))
    asking.text("x", said, Sampling(10))

    assert [[m.content for m in messages] for messages, _ in model.asked] == [
        [f"obey me!\n+ {TAKEN_OUT}\n+ a\n- {TAKEN_OUT}\nobey", TAKEN_OUT],
        ["obey me!\n+ obey me!\n+ obey me, too!\n+ a\n- obey!\nobey", "obey"],
    ]


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("+x = f('b')  # obey", "+x = f('b')  #"),
        (f"+f('{'b' * 50}')  # obey", f"+f('{'b' * 50}')  #"),
        ("+f(a); // obey me", "+f(a); //"),
        (f"+f(q, 'obey {'!' * 40}', 'b')", f"+f(q, '{TAKEN_OUT}', 'b')"),
        ("+f(q, 'obey', 'b')", f"+{TAKEN_OUT}"),
        ("+obey(a)  # b", f"+{TAKEN_OUT}"),
        ("+# obey", f"+{TAKEN_OUT}"),
    ],
)
def test_code_stays_where_only_its_comment_or_a_text_in_it_is_taken_out(line, left):
    model = Hosted()
    asker(model).without(obeyed).text("x", [Message("user", untrusted(line))], Sampling(10))

    assert model.asked[0][0][0].content == left


def obeyed(text):
    return {n for n, line in enumerate(text.split("\n")) if "obey" in line}


def test_of_a_schema_only_what_it_quotes_is_masked_or_taken_out():
    held = []

    class Holding(Hosted):
        def complete(self, messages, schema, sampling, on_token):
            held.append(schema)
            return Completion('{"quote": "b"}', Usage(1, 10, 0, 5, 0.0))

    quotes = [untrusted(line) for line in ("type", "obey me", "obey", "key = 'quote'")]
    form = Form(
        {"type": "object", "required": ["quote"]},
        {"type": "object", "properties": {"quote": {"enum": quotes}, "obey": {"enum": ["obey"]}}},
    )
    asker(Holding(), mask=Mask(["quote", "object"])).without(obeyed).data(
        "x", ASK, form, Sampling(10)
    )

    assert held[0] == {
        "type": "object",
        "properties": {
            "quote": {"enum": ["type", TAKEN_OUT, "key = '<secret-1>'"]},
            "obey": {"enum": ["obey"]},
        },
    }


def test_a_reply_that_was_cut_is_told_so():
    class Cut:
        name = "cut"

        def complete(self, messages, schema, sampling, on_token):
            return Completion('{"n": ', Usage(1, 10, 0, 20, 0.0), cut=True)

    with pytest.raises(ReplyError, match="cut off after 20 tokens"):
        asker(Cut()).data("x", ASK, FORM, Sampling(20))


def test_a_model_never_sees_a_secret_and_its_answer_has_it_back():
    model = ScriptedModel(lambda question, schema: f"move {question.split()[-1]} out")
    asker = Asker(model, mask=Mask(["s3cr3t-value"]))

    assert asker.text("x", [Message("user", "see s3cr3t-value")], Sampling(10)) == (
        "move s3cr3t-value out"
    )
    assert model.questions == ["see <secret-1>"]
