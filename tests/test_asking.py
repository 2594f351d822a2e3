"""Asking a model: schema, retry, budget, secrets."""

import pytest

from indict_review.errors import BudgetError, ReplyError
from indict_review.models.asking import Asker, Budget
from indict_review.models.interface import Form, Message, Sampling
from indict_review.redact import Mask
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


def test_tokens_are_counted_and_a_used_up_budget_is_said():
    asker = Asker(ScriptedModel(lambda question, schema: "yes"), Budget(tokens=10))
    asker.text("x", ASK, Sampling(10))
    asker.text("x", ASK, Sampling(10))

    assert (asker.usage.prompt_tokens, asker.usage.cached_tokens) == (20, 10)
    with pytest.raises(BudgetError, match="10 tokens is used up"):
        asker.text("x", ASK, Sampling(10))


def test_time_counts_from_the_first_question():
    clock = iter(range(0, 1000, 7)).__next__
    asker = Asker(ScriptedModel(lambda question, schema: "yes"), Budget(seconds=20), clock=clock)
    asker.text("x", ASK, Sampling(10))

    with pytest.raises(BudgetError, match="20 s"):
        asker.text("x", ASK, Sampling(10))


def test_a_model_never_sees_a_secret_and_its_answer_has_it_back():
    model = ScriptedModel(lambda question, schema: f"move {question.split()[-1]} out")
    asker = Asker(model, mask=Mask(["s3cr3t-value"]))

    assert asker.text("x", [Message("user", "see s3cr3t-value")], Sampling(10)) == (
        "move s3cr3t-value out"
    )
    assert model.questions == ["see <secret-1>"]
