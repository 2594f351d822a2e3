"""Progress on stderr: a line that is drawn over on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from indict_review.events import Listener, silent


@contextmanager
def shown(quiet: bool) -> Iterator[Listener]:
    """Whoever works tells the listener what goes on."""
    if quiet:
        yield silent
        return
    from indict_review.config import environment
    from indict_review.evidence import Severity
    from indict_review.formats.interface import is_live, look_at
    from indict_review.progress import drawn

    look = look_at(sys.stderr, environment(), Severity.HIGH)
    live = is_live(sys.stderr, environment())
    with drawn(
        sys.stderr, is_live=live, colour=look.colour, width=look.width, unicode=look.unicode
    ) as listen:
        yield listen
