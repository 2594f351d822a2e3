"""A stand-in for GitHub."""

from tests.github_stand_in.faults import SECONDARY
from tests.github_stand_in.hub import StandIn
from tests.github_stand_in.people import CannotApply

__all__ = ["SECONDARY", "CannotApply", "StandIn"]
