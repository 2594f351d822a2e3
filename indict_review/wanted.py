"""What the actor is asked to write, and what it is shown of the project for that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from indict_review.critics.prompting import as_data, fenced, prompt
from indict_review.critics.published import label_of
from indict_review.critics.selecting import BYTES_A_TOKEN
from indict_review.errors import PatchError
from indict_review.languages import of_path
from indict_review.models.interface import Message
from indict_review.patches.quoting import shown as harmless
from indict_review.relevant import Excerpt, Relevant, relevant
from indict_review.relevant.excerpt import size
from indict_review.sources.interface import Store

MOST_PATHS = 60
"""Of the project's files, those that are named."""


@dataclass(frozen=True)
class Refused:
    """An answer that cannot be used."""

    reply: str
    error: PatchError

    @property
    def why(self) -> str:
        """On one line."""
        return f"{self.error}. {self.error.hint}"


@dataclass(frozen=True)
class Wanted:
    """A task, and the code that matters for it."""

    task: str
    tokens: int
    """Of one answer, at most."""
    shown: Relevant

    @staticmethod
    def of(task: str, project: Store, tokens: int, room: int) -> Wanted:
        """With so many bytes of the project. Raises `ToolError` if it cannot be listed."""
        return Wanted(task, tokens, relevant(task, project, room))

    def with_less(self, project: Store) -> Wanted | None:
        """The same with half of the code, or None if there is none left to leave out."""
        if not self.shown.excerpts:
            return None
        code = sum(size(each.text) for each in self.shown.excerpts)
        return replace(self, shown=relevant(self.task, project, code // 2))

    @property
    def text(self) -> str:
        """All of it that may have a secret in it."""
        return "\n".join([self.task, *(each.text for each in self.shown.excerpts)])

    @property
    def whole(self) -> frozenset[str]:
        """The files that are shown whole."""
        return frozenset(each.path for each in self.shown.excerpts if each.whole)

    def messages(self, refused: Refused | None) -> list[Message]:
        """The question, and what was wrong with the last answer."""
        # A small model does best when it writes files anew, which it cannot where one is long.
        form = "write-edits" if any(map(self._is_long, self.shown.excerpts)) else "write-whole"
        first = prompt("write", project=self._project(), task=fenced(self.task), form=prompt(form))
        messages = [Message("system", prompt("write-system")), Message("user", first)]
        if refused is not None:
            again = prompt("write-again", error=as_data(refused.why))
            messages += [Message("assistant", refused.reply), Message("user", again)]
        return messages

    def notes(self) -> Iterator[str]:
        """What was shown of the project, and what not, for the user."""
        shown = self.shown
        if shown.excerpts:
            parts = [harmless(e.path) + ("" if e.whole else " (in part)") for e in shown.excerpts]
            yield f"to write it, the model was shown {', '.join(parts)}"
        if shown.unfit:
            left = ", ".join(map(harmless, shown.unfit))
            yield f"what may matter as well did not fit beside that: {left}"
        if shown.unread:
            yield f"{shown.unread:,} files were not looked through for what matters: too many"

    def _is_long(self, each: Excerpt) -> bool:
        """Whether it cannot be written anew, beside something else, in one answer."""
        return not each.whole or size(each.text) > self.tokens * BYTES_A_TOKEN // 2

    def _project(self) -> str:
        if not self.shown.paths:
            return "The project has no files yet."
        return "\n\n".join([_listed(self.shown.paths), *map(_shown, self.shown.excerpts)])


def _listed(paths: Sequence[str]) -> str:
    more = f", … and {len(paths) - MOST_PATHS:,} more" if len(paths) > MOST_PATHS else ""
    return f"The project's files: {', '.join(map(label_of, paths[:MOST_PATHS]))}{more}"


def _shown(each: Excerpt) -> str:
    """In a fence that it cannot close, and otherwise as it is: it comes back in edits."""
    told = "" if each.whole else "Parts of a longer file:\n"
    return f"{told}File: {label_of(each.path)}\n{fenced(each.text, of_path(each.path))}"
