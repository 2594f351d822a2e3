"""One share against another: works against secure, and false alarms against true ones."""

from __future__ import annotations

from collections.abc import Sequence

from indict_review.bench.reckoning.results import Row, Table
from indict_review.bench.report import axes
from indict_review.bench.report.axes import Frame
from indict_review.bench.report.document import Figure
from indict_review.bench.report.marks import Series
from indict_review.bench.report.scatter import Point, alone, square
from indict_review.bench.report.svg import Inside, element, fitted, label, line
from indict_review.bench.report.wording import LINES, in_words


def working(table: Table, series: Series, ident: str) -> Figure | None:
    """What executing the answers shows."""
    points = _points(table, series, ("works", "secure", "both"))
    if not points:
        return None
    frame = square(axes.share("works, %"), axes.share("secure, %"))
    word = label(frame.right - 8, frame.top + 16, "both", class_="soft", text_anchor="end")
    caption = (
        f"Works against secure, by execution. {LINES} Beyond the dashed line some answers must be"
        " both; the share that is stands beside each name."
    )
    return alone(ident, frame, points, [*_half(frame, frame.left, frame.right), word], caption)


def flagging(table: Table, series: Series, ident: str) -> Figure | None:
    """What a reviewer holds against vulnerable code, and against the same code mended."""
    points = _points(table, series, ("flagged_fixed", "flagged_vulnerable", "pair_correct"))
    if not points:
        return None
    ends = [0.0, *(end for p in points for end in (p.across.high, p.up.high))]
    across, up = (axes.share(f"{side} side flagged, %", ends) for side in ("fixed", "vulnerable"))
    frame = square(across, up)
    word = label(frame.left + 8, frame.top + 16, "tells them apart", class_="soft")
    caption = (
        f"What is held against a vulnerable function, and against its fix. {LINES} On the dashed"
        " line a reviewer flags both alike; the share of pairs that it gets right on both sides"
        " stands beside each name."
    )
    return alone(ident, frame, points, [*_half(frame, frame.right, frame.left), word], caption)


def _points(table: Table, series: Series, names: tuple[str, str, str]) -> list[Point]:
    """Of the first share against the second; the third stands beside the name."""
    metrics = [m for name in names for m in table.metrics if m.name == name]
    points = []
    for row in table.rows:
        if {*names[:2]} <= row.cells.keys():
            told = ", ".join(
                f"{m.title} {in_words(row, m)}" for m in metrics if m.name in row.cells
            )
            across, up = row.cells[names[0]], row.cells[names[1]]
            name = _with(row, names[2])
            points.append(Point(name, series[row.label], across, up, f"{row.label}: {told}"))
    return points


def _with(row: Row, name: str) -> str:
    share = row.cells.get(name)
    return fitted(row.label) + (f" {share.value * 100:.0f}%" if share else "")


def _half(frame: Frame, high: float, low: float) -> Sequence[Inside]:
    """The upper half, above the diagonal from `high` at the top to `low` at the bottom."""
    corners = ((frame.left, frame.top), (frame.right, frame.top), (low, frame.bottom))
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    return [
        element("polygon", points=points, class_="shade"),
        line(high, frame.top, low, frame.bottom, "edge"),
    ]
