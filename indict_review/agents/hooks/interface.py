"""What a coding agent's hook tells, whichever agent it is, and what it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Literal, Protocol

from indict_review.agents.hooks.payload import Payload
from indict_review.patches.interface import Numbered, Quote, Whole


class Moment(str, Enum):
    """When a hook is called."""

    BEFORE = "before"
    """Of an edit: it can still be kept from happening."""
    AFTER = "after"
    """The edit is on the disk."""
    STOP = "stop"
    """The agent says that it is done."""


OfAnEdit = Literal[Moment.BEFORE, Moment.AFTER]
"""Moments that tell of one."""


@dataclass(frozen=True)
class Edit:
    """One edit of one file, to the letter."""

    path: str
    """As the agent names it: absolute, or relative to where the hook was started."""
    piece: Quote | Whole | Numbered


@dataclass(frozen=True)
class Edits:
    """What a program is to do: each is about what the one before left."""

    edits: tuple[Edit, ...]
    """One at least."""

    def __post_init__(self) -> None:
        if not self.edits:
            raise ValueError("without an edit there is nothing to review, which is no pass")


@dataclass(frozen=True)
class Patch:
    """What a model wrote, all in one, in apply_patch's form."""

    text: str


@dataclass(frozen=True)
class Unread:
    """Edits in a form that is not known."""

    why: str


@dataclass(frozen=True)
class Call:
    """A tool that edits files is called, or was."""

    moment: OfAnEdit
    does: Edits | Patch | Unread


@dataclass(frozen=True)
class Done:
    """The agent says that it is."""

    moment: ClassVar[Literal[Moment.STOP]] = Moment.STOP
    task: str | None = None
    """What the user asked for, where the agent tells it."""
    account: str | None = None
    """What the agent says it did: a claim."""
    again: bool = False
    """Whether a hook has kept the agent from stopping already: to do so again may never end."""


Event = Call | Done
"""What a review is about."""


@dataclass(frozen=True)
class Objection:
    """Why an edit, or the end of the work, is not to pass."""

    text: str
    """For a model to act on."""
    certain: bool
    """False: nobody could look. Where a person can be asked, they are; else it is as good as true,
    since what was not looked at is no pass."""


class Agent(Protocol):
    """A coding agent's hook protocol. Hostile, like all that an agent writes: the payload."""

    @property
    def name(self) -> str:
        """As `--agent` names it."""

    def knows(self, payload: Payload) -> bool:
        """Whether this agent, and no other, writes such a payload."""

    def event(self, payload: Payload) -> Event | None:
        """What it tells; None for nothing that a review is about.

        Raises `ConfigError` if it breaks the protocol.
        """

    def answer(self, event: Event, objection: Objection) -> Mapping[str, object] | None:
        """The JSON to print; None if the protocol has no way to say it."""

    def tell(self, event: Event, remark: str) -> Mapping[str, object] | None:
        """The same for what keeps nothing from happening."""
