"""The end of what a program wrote: its last lines say why it failed."""

LINES = 40
SIZE = 4000
"""Characters."""


def last_lines(text: str, lines: int = LINES, size: int = SIZE) -> str:
    """The last lines, whole where they fit; a mark where something was left out before them."""
    kept = text.rstrip()[-size - 1 :]
    if len(kept) > size:
        # A first line that was cut through is no line; a line that is all there is stays.
        kept = kept[1:].partition("\n")[2] or kept[1:]
    kept = "\n".join(kept.split("\n")[-lines:])
    return kept if len(kept) == len(text.rstrip()) else f"[…]\n{kept}"
