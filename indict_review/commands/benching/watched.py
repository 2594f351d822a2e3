"""The progress of a run on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indict_review.bench.runs.progress import Watch


@contextmanager
def watched(jobs: int, quiet: bool) -> Iterator[Watch]:
    """Whoever runs tells it what goes on."""
    from indict_review.bench.runs import watching
    from indict_review.config import environment
    from indict_review.evidence import Severity
    from indict_review.formats.interface import is_live, look_at

    if quiet:
        yield watching.silent
        return
    environ = environment()
    look, live = look_at(sys.stderr, environ, Severity.HIGH), is_live(sys.stderr, environ)
    with watching.drawn(sys.stderr, look, jobs, is_live=live) as watch:
        yield watch
