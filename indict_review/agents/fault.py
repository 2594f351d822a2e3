"""A fault of ours, so that whoever reports it can say where it was."""

import traceback
from pathlib import PurePath

MOST = 4
"""Calls that are named, the last ones."""


def traced(e: BaseException) -> str:
    """One line: the way there, no code and no folders, then the error. With its secrets."""
    calls = traceback.extract_tb(e.__traceback__)[-MOST:]
    way = ", ".join(f"{PurePath(call.filename).name}:{call.lineno} {call.name}" for call in calls)
    return f"{way}: {type(e).__name__}: {e}"
