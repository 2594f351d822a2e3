"""A revision: what the actor would change, and the proof that it holds."""

from dataclasses import dataclass
from enum import Enum

from indict_review.change import Tree


@dataclass(frozen=True)
class Edit:
    """Replaces one quoted piece of one file. Applied exactly, or not at all."""

    path: str
    quote: str
    """Text of the head as it stands there; it fits exactly one place. Empty for a new file."""
    replacement: str


@dataclass(frozen=True)
class EditGroup:
    """Edits that only make sense together, and the findings they are to remove."""

    edits: tuple[Edit, ...]
    fixes: tuple[str, ...]
    """Fingerprints of findings; empty for a group that answers an unproven claim."""


class CheckStatus(str, Enum):
    """How a check came out."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Check:
    """One thing that verification looked at."""

    name: str
    """`applies`, `parses`, `finding-gone`, `nothing-new`, `function-kept`, `tests`, …"""
    status: CheckStatus
    detail: str
    before: int | None = None
    """A count before the revision, where there is one (findings, functions, tests passed)."""
    after: int | None = None
    needed: bool = False
    """Whether, skipped, it leaves the code unverified."""


@dataclass(frozen=True)
class Receipt:
    """What was run to prove it, so that anybody can run it again."""

    patch_sha256: str
    tools: tuple[str, ...]
    """Name and version of each, e.g. `semgrep 1.182.0`."""
    checks: tuple[Check, ...]
    image: str | None = None
    """Digest of the sandbox's image, when something was run in one."""


class VerificationStatus(str, Enum):
    """What verification came to."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not_run"
    WITHHELD = "withheld"
    """The task is harmful: nothing is offered."""


@dataclass(frozen=True)
class Verification:
    """The outcome of `verify.verify`."""

    status: VerificationStatus
    checks: tuple[Check, ...] = ()
    receipt: Receipt | None = None
    reason: str = ""


@dataclass(frozen=True)
class Revision:
    """Code that takes the place of the change's head."""

    groups: tuple[EditGroup, ...]
    tree: Tree
    """The touched files with every group applied."""
    patch: str
    """A unified diff against the change's head; `git apply` takes it."""
    verification: Verification
