"""What a server does for agents: reviews of one root, kept for as long as it runs.

Everything that a client could want to choose is fixed when the desk is set up: the root, the model,
the sandbox, every command. What clients send is the change, and names of reviews they were given.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from indict_review import languages
from indict_review.agents import answers
from indict_review.agents.answers import Answer, Shown
from indict_review.agents.catalogue import BY_NAME
from indict_review.config import Flags, environment, load
from indict_review.critique import Request
from indict_review.errors import ConfigError
from indict_review.events import Listener, silent
from indict_review.landing import land
from indict_review.output import masked
from indict_review.patches.quoting import shown as quoted
from indict_review.reviewing import Reviewed, Terms, reviewed
from indict_review.sources.interface import Source
from indict_review.sources.patch import PatchSource
from indict_review.sources.staged import StagedSource
from indict_review.tools.knowledge import Knowledge

MOST_KEPT = 16
"""Reviews; each holds its change in memory."""


@dataclass(frozen=True)
class Desk:
    """One root, and how the user who started this wants it reviewed. Raises `ReviewError`s."""

    root: Path
    flags: Flags
    kept: dict[str, Reviewed]
    """By the id that the client was given. With their secrets: none is shown as it is."""

    @staticmethod
    def of(root: Path, flags: Flags) -> "Desk":
        """Raises `ConfigError` for a root or flags that no review could use."""
        root = root.resolve()
        load(flags, PatchSource(b"", root).base, environment())
        return Desk(root, flags, {})

    def answer(
        self, tool: str, arguments: Mapping[str, object], listen: Listener = silent
    ) -> Answer:
        """Do what a client asks for. Raises `ConfigError` for a tool or arguments that are none."""
        if tool not in BY_NAME:
            raise ConfigError(
                f"there is no tool {quoted(tool)}", f"There are: {', '.join(BY_NAME)}."
            )
        asked = BY_NAME[tool].read(arguments)
        verbs: dict[str, Callable[[], Answer]] = {
            "review_patch": lambda: self._review_patch(asked, listen),
            "review_staged": lambda: self._review_staged(asked, listen),
            "explain_finding": lambda: self._explain(
                str(asked["review_id"]), str(asked["fingerprint"])
            ),
            "apply_revision": lambda: self._apply(str(asked["review_id"])),
        }
        return verbs[tool]()

    def _review_patch(self, asked: Mapping[str, object], listen: Listener) -> Answer:
        text = str(asked["patch"]).encode()
        form, task = (_text(asked.get(name)) for name in ("format", "task"))
        source = PatchSource(text, self.root, task, form=form)
        return self._review(source, listen, dialogue=asked.get("dialogue") is True)

    def _review_staged(self, asked: Mapping[str, object], listen: Listener) -> Answer:
        source = StagedSource(self.root, None, {})  # GIT_DIR could name another repository
        if Path(source.root).resolve() != self.root:
            raise ConfigError(
                f"{quoted(str(self.root))} is not the top of its repository",
                "What is staged is of all of it: start the server with --repo TOP for that.",
            )
        return self._review(source, listen, dialogue=asked.get("dialogue") is True)

    def _review(self, source: Source, listen: Listener, *, dialogue: bool) -> Answer:
        flags = self.flags if dialogue else replace(self.flags, model="none")
        # What a person reviewed last is theirs, for `apply` and `dismiss`.
        outcome = reviewed(
            source, flags, Terms(runs=dialogue, keep=False, agent=True, hearsay=True), listen
        )
        ident = secrets.token_hex(8)
        notes = tuple(self._keep(ident, outcome))
        if not dialogue:
            notes += ("static tools only: no tests were run, and no critic was asked",)
        elif outcome.review.strategy == "tools-only":
            notes += ("no model took part: this server was started without one that can be used",)
        return answers.reviewed(_shown(ident, outcome), notes)

    def _keep(self, ident: str, outcome: Reviewed) -> list[str]:
        """Keep it, and say which one was dropped for it."""
        self.kept[ident] = outcome
        if len(self.kept) <= MOST_KEPT:
            return []
        oldest = next(iter(self.kept))
        del self.kept[oldest]
        return [f"review {oldest} was dropped: {MOST_KEPT} are kept, the latest"]

    def _explain(self, ident: str, fingerprint: str) -> Answer:
        shown = _shown(ident, self._found(ident))
        found = [f for f in shown.review.findings if f.fingerprint.startswith(fingerprint)]
        if len(found) != 1:
            raise ConfigError(
                f"the review has {len(found)} findings of that fingerprint",
                "Give one of those that it listed.",
            )
        (finding,) = found
        request = Request("knowledge", finding.cwe or finding.title)
        language = languages.of_path(finding.location.path)
        return answers.explained(shown, finding, Knowledge().answer(request, language))

    def _apply(self, ident: str) -> Answer:
        outcome = self._found(ident)
        # Refuses what the gate does not let through, and a tree that is otherwise by now.
        written = land(outcome.review, outcome.config.fail_on, self.root)
        return answers.applied(_shown(ident, outcome), written)

    def _found(self, ident: str) -> Reviewed:
        found = self.kept.get(ident)
        if found is None:
            raise ConfigError(
                "this session has no such review",
                f"Review the change again: only the latest {MOST_KEPT} are kept, while the server "
                "runs.",
            )
        return found


def _shown(ident: str, outcome: Reviewed) -> Shown:
    return Shown(ident, masked(outcome.review), outcome.config.fail_on)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
