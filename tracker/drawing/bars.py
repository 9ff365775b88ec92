"""Bars lying on their side, each with a mark for what was expected."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tracker.drawing.svg import Frame, Size, drawing, escaped, line, rect, text

LETTER = 6.6  # the mean width of a letter at 12 units
ROW = 28
NARROW_ROW = 42
NARROW_WIDTH = 480


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, its value, what was expected of it, the figure to write beside it.

    Values are whole numbers of one unit (đồng, or a count). `state` is on_track, slow, at_risk or
    nothing, and only tints: the figure and the mark say the same.
    """

    label: str
    value: int
    words: str
    expected: int | None = None
    state: str = ""


def bars(
    rows: Sequence[Bar], *, title: str, description: str, width: int = 560, whole: int | None = None
) -> Markup:
    """Return the bars under each other, all to one scale.

    The scale ends at `whole`, or at the greatest value or expectation. A value below zero has no
    bar; its figure is written all the same. On a narrow drawing the name stands above its bar.
    """
    narrow = width < NARROW_WIDTH
    letters = max((len(row.label) for row in rows), default=0)
    figures = max((len(row.words) for row in rows), default=0)
    left = 0.0 if narrow else min(letters * LETTER + 12, width * 0.42)
    height = NARROW_ROW if narrow else ROW
    frame = Frame(left, 4, width - figures * LETTER - 12, 4 + height * len(rows))
    longest = max((max(row.value, row.expected or 0) for row in rows), default=0)
    scale = max(whole or longest, longest, 1)
    parts: list[str] = []
    for index, row in enumerate(rows):
        parts += _bar(frame, frame.top + index * height, row, scale, narrow=narrow)
    return drawing(Size(width, round(frame.bottom) + 4), title, description, parts, "bars")


def _bar(frame: Frame, top: float, row: Bar, scale: int, *, narrow: bool) -> Iterator[str]:
    middle = top + (NARROW_ROW - 14 if narrow else ROW / 2)
    full = frame.right - frame.left
    yield f'<g data-state="{escaped(row.state)}">'
    if narrow:
        yield text(0, top + 13, row.label)
    else:
        yield text(frame.left - 8, middle + 4, row.label, anchor="end")
    yield rect(frame.left, middle - 5, full, 10, fill="#dfe4ea", name="draw-track")
    if row.value > 0:
        done = full * row.value / scale
        yield rect(frame.left, middle - 5, done, 10, fill="#2a78cc", name="draw-fill")
    if row.expected is not None:
        x = frame.x(max(row.expected, 0) / scale)
        yield line(
            x,
            middle - 9,
            x,
            middle + 9,
            stroke="#14181d",
            name="draw-expected",
            rest=' stroke-width="2"',
        )
    yield text(frame.right + 8, middle + 4, row.words, name="draw-strong", fill="#14181d")
    yield "</g>"
