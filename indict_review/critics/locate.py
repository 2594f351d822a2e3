"""A claim is located by its quote in the change, never by a line number from a model."""

from indict_review.change import Change
from indict_review.evidence import Location


def locate(quote: str, change: Change) -> Location | None:
    """Where the quoted line, or lines, stand in what the change added; None if nowhere.

    Space around a line does not count. Of several places the first is taken.
    """
    wanted = [line.strip() for line in quote.strip().split("\n") if line.strip()]
    if not wanted:
        return None
    for file in change.files:
        if file.binary or file.path not in change.after.files:
            continue
        lines = change.after.text(file.path).split("\n")
        stripped = [line.strip() for line in lines]
        old = {line.strip() for line in change.before.text(file.base_path).split("\n")}
        for start in range(len(stripped) - len(wanted) + 1):
            here = stripped[start : start + len(wanted)]
            if here == wanted and any(line not in old for line in here):
                end = start + len(wanted)
                return Location(file.path, start + 1, end, "\n".join(lines[start:end]))
    return None
