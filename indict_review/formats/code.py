"""Code as the terminal shows it: numbered lines, the ones meant marked, and diffs in colour."""

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from indict_review.evidence import Location
from indict_review.formats.console import Line, Span, Style
from indict_review.formats.safe_text import cut, lines_of

CONTEXT = 2
MOST_MARKED = 8
MOST_OF_A_DIFF = 80
MOST_OF_OUTPUT = 14
"""Lines; of a longer one the first and the last are shown."""
MOST_OF_A_LINE = 400
"""Characters; who hides code behind ten megabytes of a line is told of, not printed."""


def excerpt(text: str, location: Location, head: tuple[Span, ...]) -> Iterator[Line]:
    """Under `head`, the lines meant, marked, and a few around them.

    Where the file has no such lines, the location's quote stands in.
    """
    lines = lines_of(text)
    first, last = location.start_line, location.end_line
    if not 0 < first <= last <= len(lines):
        lines, before = lines_of(location.quote), first - 1
        last = min(max(first, last), before + len(lines))
    else:
        before = 0
    start, end = max(first - CONTEXT, before + 1), min(last + CONTEXT, before + len(lines))
    while start < first and not lines[start - before - 1].strip():
        start += 1
    while end > last and not lines[end - before - 1].strip():
        end -= 1
    digits = len(str(end))
    yield Line(head, (Span(f"    {'':>{digits}} ╭─ ", "dim"),))
    shown_last = min(last, first + MOST_MARKED - 1)
    for number in range(start, shown_last + 1):
        mark = "▶" if number >= first else " "
        yield _numbered(lines[number - before - 1], number, digits, mark, "bad")
    if shown_last < last:
        yield _more(last - shown_last, digits)
    for number in range(last + 1, end + 1):
        yield _numbered(lines[number - before - 1], number, digits, " ", "plain")


def replaced(old: str, new: str, start_line: int) -> Iterator[Line]:
    """A diff of some whole lines, without the last one's end, numbered as in their file."""
    before, after = (lines_of(f"{text}\n") if text else [] for text in (old, new))
    digits = len(str(start_line + max(len(before), len(after))))
    rows = list(_replaced(before, after, start_line, digits))
    yield from rows[:MOST_OF_A_DIFF]
    if len(rows) > MOST_OF_A_DIFF:
        yield _more(len(rows) - MOST_OF_A_DIFF, digits)


def _replaced(before: list[str], after: list[str], start: int, digits: int) -> Iterator[Line]:
    styles: dict[str, Style] = {"-": "del", "+": "add"}
    for mark, index, text in difference(before, after):
        yield _numbered(text, start + index, digits, mark, styles.get(mark, "plain"))


def difference(before: list[str], after: list[str]) -> Iterator[tuple[str, int, str]]:
    """A mark (` `, `-` or `+`), the line's index among its own, and the line."""
    for _, i1, i2, j1, j2 in _opcodes(before, after):
        if before[i1:i2] == after[j1:j2]:
            yield from ((" ", i, before[i]) for i in range(i1, i2))
            continue
        yield from (("-", i, before[i]) for i in range(i1, i2))
        yield from (("+", j, after[j]) for j in range(j1, j2))


def _opcodes(before: list[str], after: list[str]) -> Iterable[tuple[str, int, int, int, int]]:
    if len(before) + len(after) > 4 * MOST_OF_A_DIFF:  # matching is quadratic, and the text hostile
        return [("replace", 0, len(before), 0, len(after))]
    return SequenceMatcher(None, before, after, autojunk=False).get_opcodes()


def output(text: str) -> Iterator[Line]:
    """What a run was and printed, indented: its beginning, and its end, where failures stand."""
    lines = lines_of(text.strip("\n") + "\n") if text.strip() else []
    over = len(lines) - MOST_OF_OUTPUT
    head = lines if over <= 0 else lines[: MOST_OF_OUTPUT // 2]
    for line in head:
        yield _code(line, "plain", (Span("                 "),))
    if over > 0:
        yield _more(over, 12)
        for line in lines[-(MOST_OF_OUTPUT - len(head)) :]:
            yield _code(line, "plain", (Span("                 "),))


def patch(text: str) -> Iterator[Line]:
    """A unified diff in colour."""
    lines = lines_of(text)
    in_hunk = False
    for line in lines[:MOST_OF_A_DIFF]:
        in_hunk = line.startswith("@@") or (in_hunk and not line.startswith("diff --git "))
        yield _code(line, _style(line, in_hunk), (Span("    "),))
    if len(lines) > MOST_OF_A_DIFF:
        yield _more(len(lines) - MOST_OF_A_DIFF, 0)


def _style(line: str, in_hunk: bool) -> Style:
    if not in_hunk:
        return "bold"
    styles: dict[str, Style] = {"+": "add", "-": "del", "@": "path", "\\": "dim"}
    return styles.get(line[:1], "plain")


def _numbered(text: str, number: int, digits: int, mark: str, style: Style) -> Line:
    plain = mark == " "
    lead = (
        Span(f"  {mark} ", "plain" if plain else style),
        Span(f"{number:>{digits}} │ ", "dim" if plain else style),
    )
    shown: Style = "plain" if plain else "bold" if style == "bad" else style
    return _code(text, shown, lead, (Span(f"    {'':>{digits}} │ ", "dim"),))


def _code(
    text: str, style: Style, lead: tuple[Span, ...], hang: tuple[Span, ...] | None = None
) -> Line:
    shown, left_out = cut(text, MOST_OF_A_LINE)
    body = [Span(shown, style, verbatim=True)]
    if left_out:
        body.append(Span(f" {left_out}", "note"))
    return Line(tuple(body), lead, hang, code=True)


def _more(count: int, digits: int) -> Line:
    text = f"… {count:,} line{'s' * (count > 1)} more"
    return Line((Span(text, "note"),), (Span(f"    {'':>{digits}} │ ", "dim"),))
