"""Runs of the bench on data of our own, with a model that follows a script."""

import hashlib
import json
import re
import time

from indict_review.bench.runs import answering
from indict_review.cli import run
from indict_review.models.casting import Cast
from tests.scripted import ScriptedModel


def pairs(folder, count):
    """A file in the form of SVEN's pairs."""
    rows = [
        {
            "id": f"pair-{n}",
            "cwe": "cwe-089",
            "language": "python",
            "vulnerable": f"def find(db, name):\n    return db.execute('{n}' + name)\n",
            "fixed": f"def find(db, name):\n    return db.execute('{n} ?', (name,))\n",
        }
        for n in range(count)
    ]
    path = folder / "pairs.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def opinion(question, schema):
    """Says the same of the same question, and something else of another."""
    odd = hashlib.sha256(question.encode()).digest()[0] % 2
    if schema is None:
        return f"It is {'weak' if odd else 'fine'}."
    return {"why": "so", "vulnerable": "yes" if odd else "no", "line": ""}


class Slow(ScriptedModel):
    """Takes its time, a little of it for each token."""

    def __init__(self, script, seconds):
        super().__init__(script)
        self.seconds = seconds

    def complete(self, messages, schema, sampling, on_token):
        time.sleep(self.seconds)
        return super().complete(messages, schema, sampling, on_token)


def cast_with(model, judge=None):
    """In the place of `casting.cast`: this model, whatever name was given."""
    players = {"summary": judge or model}
    return lambda config, root: (
        Cast(model, {role: players[role] for role, _ in config.models}, ()),
        "",
    )


def benched(monkeypatch, capsys, *arguments, script=opinion, judge=None):
    """The exit code, what was said on stderr, and the model."""
    model = script if hasattr(script, "complete") else ScriptedModel(script)
    monkeypatch.setattr(answering, "cast", cast_with(model, judge))
    code = run(["bench", "run", *map(str, arguments)])
    return code, capsys.readouterr().err, model


def lines_of(folder):
    """The manifest and the records of a run."""
    text = (folder / "records.jsonl").read_text("ascii")
    assert text.endswith("\n")
    manifest, *records = map(json.loads, text.splitlines())
    return manifest, records


def outcomes(folder):
    """Its records by key, without what differs from day to day. Fails for a key that is twice."""
    _, records = lines_of(folder)
    told = {r["key"]: {k: v for k, v in r.items() if "seconds" not in k} for r in records}
    assert len(told) == len(records)
    return told


def said(err):
    """What stays on stderr once the progress is gone."""
    return re.findall(r"^indict-review: (.*)$", err, re.MULTILINE)
