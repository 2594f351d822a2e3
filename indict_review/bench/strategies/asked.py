"""Questions of the bench's own: prompts are files, and the data go into them between fences."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from indict_review.bench.interface import Answer, Flag, Look, Mend, Sample, Write
from indict_review.bench.runs.kit import Kit
from indict_review.change import Change, Tree
from indict_review.critics.prompting import fenced
from indict_review.critics.published import label_of, rewritten
from indict_review.formats.safe_text import without_surrogates
from indict_review.languages import of_path
from indict_review.models.asking import Asker
from indict_review.models.interface import Form, Message, Sampling
from indict_review.sources.patch import PatchSource

MOST_TOKENS = 1024
"""Of an answer; the authors' limit."""

_MARK = re.compile(r"\{\{(\w+)\}\}")


def filled(name: str, folder: str = "prompts", **values: str) -> str:
    """The prompt `FOLDER/NAME.md` of the bench, its marks filled in one pass."""
    template = files("indict_review.bench").joinpath(*folder.split("/"), f"{name}.md")
    text = template.read_text("utf-8").strip()
    return _MARK.sub(lambda mark: values[mark[1]], text)


def sampling() -> Sampling:
    """Greedy."""
    return Sampling(MOST_TOKENS)


def question(sample: Sample, work: Write) -> list[Message]:
    """The data's own prompt, as published."""
    asked = [Message("system", work.system)] if work.system else []
    if work.given:
        text = filled(
            "complete", code=fenced(work.given, sample.language), language=sample.language or "text"
        )
        return [*asked, Message("user", text)]
    return [*asked, Message("user", sample.task)]


def code_of(reply: str, path: str) -> str:
    """The code of a reply: its first fenced block, or all of it."""
    found = rewritten(reply, [path])
    return found.get(path, reply) if found else _unfenced(reply)


def _unfenced(reply: str) -> str:
    """A block that was cut off has no end; what is in it counts as code all the same."""
    opening = re.search(r"^ {0,3}(`{3,}|~{3,})[^\n]*\n", reply, re.M)
    if opening is None:
        return reply
    return re.split(rf"^ {{0,3}}{opening[1]}", reply[opening.end() :], maxsplit=1, flags=re.M)[0]


def written(sample: Sample, work: Write, reply: str) -> Answer:
    """The answer that a reply is."""
    text = reply if work.prose else code_of(reply, work.path)
    return Answer(reply=reply, files={work.path: text})


def shown(tree: Tree, paths: Sequence[str]) -> str:
    """Files as the model is shown them, each with its name."""
    return "\n\n".join(
        f"File {label_of(path)}:\n{fenced(tree.text(path), of_path(path))}" for path in paths
    )


def wanted(paths: Sequence[str]) -> str:
    """How files are to be answered: a small model asked for a name repeats the file under it."""
    if len(paths) == 1:
        return "the whole file in one code block"
    return "each whole file in a code block of its own, below a line `File: NAME`"


def texts(change: Change) -> list[str]:
    """The paths of a change that a model can write anew."""
    return [p for p, f in sorted(change.after.files.items()) if not f.is_binary]


def change_of(sample: Sample, work: Mend | Look, empty: str) -> Change:
    """The change of a sample. `empty`: a folder, for a patch that is for none."""
    return PatchSource(work.patch, work.folder or Path(empty), sample.task or None).collect()


_VERDICT = {
    "type": "object",
    "properties": {
        "why": {"type": "string", "maxLength": 300},
        "vulnerable": {"enum": ["yes", "no"]},
        "line": {"type": "string", "maxLength": 200},
    },
    "required": ["why", "vulnerable", "line"],
    "additionalProperties": False,
}
VERDICT = Form(_VERDICT, _VERDICT)
"""Whether code has a weakness, after a reason: a reason given afterwards explains nothing."""


def flags_of(reply: Mapping[str, object], change: Change) -> tuple[Flag, ...]:
    """What a model holds against the change: the quoted line, or the whole of its first file."""
    if reply["vulnerable"] != "yes":
        return ()
    quote = str(reply["line"]).strip()
    for path in texts(change):
        lines = change.after.text(path).split("\n")
        for number, line in enumerate(lines, 1):
            if quote and quote == line.strip():
                return (Flag(path, number, number, "model"),)
    paths = texts(change)
    if not paths:
        return ()
    return (Flag(paths[0], 1, change.after.text(paths[0]).count("\n") + 1, "model"),)


@dataclass(frozen=True)
class Asked:
    """One sample's door to the model, with what it cost so far."""

    asker: Asker

    def text(self, step: str, messages: Sequence[Message]) -> str:
        """A reply."""
        reply = self.asker.text(step, list(messages), sampling())
        return without_surrogates(reply)[0]  # half a character is in no file that can be written

    def verdict(self, step: str, messages: Sequence[Message]) -> Mapping[str, object]:
        """Whether the code has a weakness."""
        return self.asker.data(step, list(messages), VERDICT, sampling())


def asked(kit: Kit, key: str) -> Asked:
    """A new one."""
    return Asked(kit.asker(key))
