"""Every attack, by name."""

from . import (  # noqa: F401 (each fills the table)
    escaping,
    filling,
    forging,
    kernel,
    lingering,
    network,
    outlasting,
    reading,
    writing,
)
from .kit import ATTACKS

__all__ = ["ATTACKS"]
