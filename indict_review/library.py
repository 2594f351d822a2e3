"""The names that programs use: `from indict_review import …`. docs/library.md says what each is."""

from indict_review.change import Change, File, FileChange, Status, Tree
from indict_review.config import Config, Flags
from indict_review.errors import ConfigError, PatchError, ReviewError, StepError, ToolError
from indict_review.evidence import (
    Concern,
    Confidence,
    Location,
    Observed,
    Severity,
    Skipped,
    Weakness,
)
from indict_review.finding import Finding, Suggestion
from indict_review.formats import FORMATS
from indict_review.formats.interface import Look
from indict_review.landing import land, output_patch
from indict_review.models.asking import Asker
from indict_review.models.interface import Completion, Message, Model, Sampling
from indict_review.output import masked
from indict_review.review import Gate, Review, Usage, Verdict
from indict_review.reviewer import Reviewer, Strategy
from indict_review.reviewing import Reviewed, Terms, reviewed
from indict_review.revision import Revision, Verification, VerificationStatus
from indict_review.sources.commits import CommitsSource
from indict_review.sources.interface import Source
from indict_review.sources.patch import PatchSource
from indict_review.sources.staged import StagedSource
from indict_review.tools.interface import Analyzer
from indict_review.tools.semgrep import Semgrep

__all__ = [
    "FORMATS",
    "Analyzer",
    "Asker",
    "Change",
    "CommitsSource",
    "Completion",
    "Concern",
    "Confidence",
    "Config",
    "ConfigError",
    "File",
    "FileChange",
    "Finding",
    "Flags",
    "Gate",
    "Location",
    "Look",
    "Message",
    "Model",
    "Observed",
    "PatchError",
    "PatchSource",
    "Review",
    "ReviewError",
    "Reviewed",
    "Reviewer",
    "Revision",
    "Sampling",
    "Semgrep",
    "Severity",
    "Skipped",
    "Source",
    "StagedSource",
    "Status",
    "StepError",
    "Strategy",
    "Suggestion",
    "Terms",
    "ToolError",
    "Tree",
    "Usage",
    "Verdict",
    "Verification",
    "VerificationStatus",
    "Weakness",
    "land",
    "masked",
    "output_patch",
    "reviewed",
]
