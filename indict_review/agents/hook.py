"""An agent's hook, from what it was called with to what it is answered.

payload = JSON on stdin                    hostile, all of it: it chooses no root, setting or model
event   = agent.event(payload)             None: nothing that a review is about
review  = reviewed(source_of(event))       tools only; at the end of the work, the critics if asked
          within its limit                 agents take a hook that is late for consent
answer  = agent.answer(event, objection)   no word of a pass: permissions are the user's to give;
          agent.tell(event, remark)        but for what was done to tests, where that blocks nothing
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path

from indict_review import git
from indict_review.agents import deadline
from indict_review.agents.hooks import AGENTS, critique
from indict_review.agents.hooks.interface import Agent, Event, Moment, Objection
from indict_review.agents.hooks.payload import Payload
from indict_review.agents.hooks.proposed import source_of
from indict_review.config import Flags
from indict_review.errors import ConfigError, NoRepository, ToolError
from indict_review.evidence import Skipped
from indict_review.output import masked
from indict_review.patches.quoting import shown
from indict_review.review import Review, Verdict
from indict_review.reviewing import Reviewed, Terms, reviewed

LIMITS = {Moment.BEFORE: 20.0, Moment.AFTER: 20.0, Moment.STOP: 50.0}
"""Seconds: less than the agents wait, as examples/agent-hooks sets them up."""


@dataclass(frozen=True)
class Answer:
    """What is printed, with exit code 0."""

    agent: str = ""
    """On stdout: JSON, or nothing."""
    user: str = ""
    """On stderr, where the protocol has no way to tell it, or nobody is kept from anything."""


@dataclass(frozen=True)
class Hook:
    """How it was set up, by the user."""

    repo: Path
    """The repository, or any folder in it."""
    agent: str | None = None
    """None: the payload is recognised."""
    flags: Flags = field(default_factory=Flags)
    dialogue: bool = False
    """Whether critics look, and tests run, when the agent says that it is done."""
    limits: Mapping[Moment, float] = field(default_factory=dict)
    """Seconds after which nobody looked. A moment that is not in it may last as long as it does."""

    def answer(self, raw: bytes) -> Answer:
        """Raises `ConfigError` for a call that cannot be understood."""
        payload = Payload.parse(raw)
        agent = _agent(payload) if self.agent is None else AGENTS[self.agent]
        event = agent.event(payload)
        if event is None:
            return Answer()
        seconds = self.limits.get(event.moment)
        if seconds is None:
            return self._answer(agent, event)
        try:
            told = deadline.within(
                seconds, lambda: json.dumps(astuple(self._answer(agent, event))).encode()
            )
        except (ToolError, OSError) as e:
            return _said(agent, event, critique.failure(e, event.moment))
        return Answer(*json.loads(told))

    def _answer(self, agent: Agent, event: Event) -> Answer:
        try:
            outcome = self._reviewed(event)
            fail_on = outcome.config.fail_on
            review = masked(outcome.review)
            found = critique.objection(review, fail_on, event.moment)
            remark = critique.remark(review, event.moment)
        except Exception as e:
            # A fault of ours, too: most agents take a hook that fails for consent.
            return _said(agent, event, critique.failure(e, event.moment))
        if found is None:
            told = agent.tell(event, remark) if remark else None
            return Answer(agent=json.dumps(told)) if told else Answer()
        if _let_through(outcome):
            return Answer(user=f"{found.text}\nIt is let through by --on-incomplete warn.")
        return _said(agent, event, found)

    def _reviewed(self, event: Event) -> Reviewed:
        runs = self.dialogue and event.moment is Moment.STOP
        source = source_of(event, _root(self.repo))
        outcome = reviewed(source, self.flags, Terms(runs=runs, agent=True, hearsay=True))
        return replace(outcome, review=_with_folders(outcome.review))


def _agent(payload: Payload) -> Agent:
    found = next((agent for agent in AGENTS.values() if agent.knows(payload)), None)
    if found is None:
        raise ConfigError(
            "the hook's input is of no agent that is known",
            f"Name one with --agent: {', '.join(AGENTS)}. Nothing was looked at.",
        )
    return found


def _root(repo: Path) -> Path:
    """The top of the work tree; where there is no git, the folder itself."""
    try:
        return git.top(repo, {}).resolve()
    except NoRepository:
        return repo.resolve()


def _with_folders(review: Review) -> Review:
    """What is a folder has no name that an analyzer would cover, and nobody looked into it."""
    folders = tuple(
        Skipped(review.change.source, f"{shown(path)} was not read: {why}")
        for path, why in review.change.unread
        if path.endswith("/")
    )
    return replace(review, skipped=(*review.skipped, *folders))


def _said(agent: Agent, event: Event, objection: Objection) -> Answer:
    told = agent.answer(event, objection)
    return Answer(user=objection.text) if told is None else Answer(agent=json.dumps(told))


def _let_through(outcome: Reviewed) -> bool:
    verdict = outcome.review.verdict(outcome.config.fail_on)
    return verdict is Verdict.INCOMPLETE and outcome.config.on_incomplete == "warn"
