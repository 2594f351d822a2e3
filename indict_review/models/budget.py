"""What a review may spend. Apart from the asking: settings are read where no model is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """What a review may spend on models. None is no limit."""

    tokens: int | None = None
    """Prompt tokens that came from no cache, plus tokens written."""
    usd: float | None = None
    seconds: float | None = None
    """Wall time since the first question."""
