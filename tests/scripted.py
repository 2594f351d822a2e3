"""A model that says what a test tells it to, and keeps what it was asked."""

import json
from collections.abc import Callable, Sequence

from indict_review.models.interface import Completion, Message, Sampling, Schema
from indict_review.review import Usage

Script = Callable[[str, Schema | None], object]


class ScriptedModel:
    """`script(question, schema)` gives the reply: a text, or what becomes JSON."""

    name = "scripted"
    reads = 10
    """Tokens of every prompt, whatever it says."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.questions: list[str] = []

    def complete(
        self, messages: Sequence[Message], schema: Schema | None, sampling: Sampling, on_token
    ) -> Completion:
        question = messages[-1].content
        self.questions.append(question)
        reply = self.script(question, schema)
        text = reply if isinstance(reply, str) else json.dumps(reply)
        on_token(1)
        return Completion(text, Usage(1, self.reads, 5, 3))


def look(findings=(), claims=(), request=None):
    return {
        "findings": list(findings),
        "claims": list(claims),
        "request": request or {"tool": "none", "query": ""},
    }


def on_task(schema, harm="none", quote=""):
    """What a critic answers when it is asked about the task, or None if it is not."""
    properties = schema["properties"] if schema else {}
    if "harm" in properties:
        return {"purpose": "keeps stock", "harm": harm}
    return {"quote": quote, "why": "it hides"} if "why" in properties else None


def claim(quote, problem="it is wrong", cwe="none", check="call it"):
    return {"quote": quote, "problem": problem, "cwe": cwe, "check": check}
