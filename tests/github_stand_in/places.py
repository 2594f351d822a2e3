"""Where a remark is after later pushes."""

from __future__ import annotations

from tests.github_stand_in.differences import blob_at, carried
from tests.github_stand_in.state import Pull, Remark

_NOWHERE = (None, None)


def now(pull: Pull, remark: Remark) -> tuple[int | None, int | None]:
    """Its `(start_line, line)`; no line: outdated, it is not in the difference any more."""
    file = next((f for f in pull.files() if f.path == remark.path), None)
    if file is None or remark.line is None:
        return _NOWHERE
    right = remark.side == "RIGHT"
    path = remark.path if right else file.old_path
    ends = (remark.commit, pull.head_sha) if right else (remark.base, pull.parted())
    old, new = (blob_at(pull.git.path, end, path) for end in ends)
    if old is None or new is None:
        return _NOWHERE
    first = remark.start_line or remark.line
    lines = [carried(pull.git.path, old, new, n) for n in range(first, remark.line + 1)]
    for hunk in file.hunks:
        if all(line is not None and hunk.find(remark.side, line) is not None for line in lines):
            return (lines[0] if remark.start_line else None), lines[-1]
    return _NOWHERE
