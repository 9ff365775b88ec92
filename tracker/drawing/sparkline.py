"""A line as small as a word: where a number has been."""

from collections.abc import Sequence

from markupsafe import Markup

from tracker.drawing.svg import Frame, Size, drawing, number, path, polyline

SMALL = Size(96, 24)


def sparkline(
    values: Sequence[int], *, title: str, description: str = "", size: Size = SMALL
) -> Markup:
    """Return the line through the values, the last one dotted; lowest below, highest above.

    Nothing is drawn for no value, a level line for values that are all the same.
    """
    frame = Frame(3, 3, size.width - 4, size.height - 3)
    parts: list[str] = []
    if values:
        low, high = min(values), max(values)
        spread = (high - low) or 1
        last = max(len(values) - 1, 1)
        spots = [
            (frame.x(index / last), frame.y((value - low) / spread if high > low else 0.5))
            for index, value in enumerate(values)
        ]
        if len(spots) > 1:
            parts.append(
                path(
                    polyline(spots),
                    name="draw-actual",
                    rest=' fill="none" stroke="#0a58a8" stroke-width="1.5"'
                    ' stroke-linejoin="round" stroke-linecap="round"',
                )
            )
        x, y = spots[-1]
        parts.append(
            f'<circle class="draw-actual-dot" cx="{number(x)}" cy="{number(y)}" r="2.5"'
            ' fill="#0a58a8"/>'
        )
    return drawing(size, title, description, parts, "sparkline")
