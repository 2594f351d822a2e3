"""Settings: flags, then the environment, then the user's own file, then the repository's.

>>> from indict_review.config.settings import BY_NAME
>>> BY_NAME["model"].repository
False
"""

import os
from collections.abc import Mapping

from indict_review.config.loading import Config, load
from indict_review.config.nesting import nested
from indict_review.config.places import Flags, cache_dir
from indict_review.config.settings import REPOSITORY_FILE

__all__ = ["REPOSITORY_FILE", "Config", "Flags", "cache_dir", "environment", "load", "nested"]


def environment() -> Mapping[str, str]:
    """The process's environment: nothing else reads it for settings."""
    return os.environ
