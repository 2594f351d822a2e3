"""SmolLM2-135M, the model that the engine's plumbing is tested with: small, quick, clueless."""

from functools import cache
from pathlib import Path

import pytest

from indict_review.errors import ReviewError
from indict_review.events import silent
from indict_review.models import weights

SMOL = weights.KNOWN["smollm2-135m-instruct-q4_1"]
CACHE = Path.home() / ".cache" / "indict-review-tests"


@cache
def _pulled() -> Path | str:
    try:
        return weights.find(CACHE, SMOL) or weights.pull(CACHE, silent, weights=SMOL)
    except ReviewError as e:
        return str(e)


def smollm2() -> Path:
    """Its weights, pulled once and kept in the user's cache (98 MB)."""
    pulled = _pulled()
    if isinstance(pulled, str):
        pytest.skip(f"SmolLM2-135M is not here: {pulled}")
    return pulled
