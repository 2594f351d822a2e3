"""Words that say nothing of a project: common ones, and those of public APIs."""

import re
import sys
from functools import cache
from pathlib import Path

from indict_review.languages import BY_SUFFIX

_KNOWN = Path(__file__).parent.parent / "knowledge"


@cache
def vocabulary() -> frozenset[str]:
    """All of them, in small letters."""
    texts = [path.read_text("utf-8") for path in sorted(_KNOWN.iterdir())]
    words = re.findall(r"[^\W_]+", " ".join([*texts, *BY_SUFFIX.values()]).lower())
    return frozenset(words) | sys.stdlib_module_names


def is_public(word: str) -> bool:
    """Whether it is one. No letter alone, no number: they may be put together to anything."""
    return len(word) > 1 and not word.isdigit() and word.lower() in vocabulary()


def is_within_one(letters: str) -> bool:
    """Whether some word has these letters in a row."""
    return letters in _run_together()


@cache
def _run_together() -> str:
    return " ".join(vocabulary())
