"""The kinds of faults that are planted."""

from __future__ import annotations

from indict_review.bench.calibrate.checks import removed
from indict_review.bench.calibrate.conditions import inverted
from indict_review.bench.calibrate.escapes import dropped
from indict_review.bench.calibrate.interface import Mutator
from indict_review.bench.calibrate.permissions import widened

KINDS: dict[str, Mutator] = {
    "check-removed": removed,
    "condition-inverted": inverted,
    "escape-dropped": dropped,
    "permission-widened": widened,
}

LANGUAGES = frozenset({"python", "javascript", "typescript", "go", "java", "c"})
"""Whose grammars the mutators know."""
