"""The S-curve: cumulative disbursement over the thirteen months of a plan year.

A plan year N runs from 1 January N to 31 January N+1. Values are shares of the plan (1 is the whole
plan, and more than 1 is possible). A curve may go down: refunds and adjustments do that.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import ceil

from markupsafe import Markup

from tracker.drawing.svg import Frame, Size, drawing, line, number, path, polyline, text

WIDE = Size(760, 320)
NARROW = Size(358, 270)
MONTHS = 13
MONTH_NAMES = (*(f"T{month}" for month in range(1, MONTHS)), "31/01")
LINE_HEIGHT = 16


class CurveKind(StrEnum):
    """What a line of the chart tells; each has its own colour and its own stroke."""

    ACTUAL = "actual"
    SCENARIO = "scenario"
    NATIONAL = "national"
    LAST_YEAR = "past"


# stroke, width, dashes
_STROKES = {
    CurveKind.ACTUAL: ("#0a58a8", "2.5", ""),
    CurveKind.SCENARIO: ("#14181d", "1.5", ' stroke-dasharray="6 4"'),
    CurveKind.NATIONAL: ("#8a5200", "1.5", ' stroke-dasharray="1.5 3.5"'),
    CurveKind.LAST_YEAR: ("#7c8592", "1.25", ""),
}


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """How much of the plan had been disbursed by the close of a day of the plan year."""

    on: date
    share: Fraction


@dataclass(frozen=True, slots=True)
class Curve:
    """One line: its kind, its name with its last figure ("Thực tế 23,6%"), its points in order.

    Points of last year are given on the same days of this plan year.
    """

    kind: CurveKind
    label: str
    points: tuple[CurvePoint, ...]


@dataclass(frozen=True, slots=True)
class Today:
    """The day of the figures and the word for it ("30/04")."""

    on: date
    label: str


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where days and shares of the plan stand in the frame."""

    year: int
    top: float
    frame: Frame

    def x(self, day: date) -> float:
        """Return where the close of a day stands; each month is equally wide."""
        month = (day.year - self.year) * 12 + day.month - 1
        share = (month + day.day / monthrange(day.year, day.month)[1]) / MONTHS
        return self.frame.x(min(max(share, 0.0), 1.0))

    def y(self, share: Fraction) -> float:
        """Return where a share stands; less than nothing stands on the base line."""
        return self.frame.y(max(share.numerator / share.denominator, 0.0) / self.top)


@dataclass(frozen=True, slots=True)
class _Line:
    """A curve and the points of the drawing that it runs through."""

    curve: Curve
    spots: list[tuple[float, float]]


def s_curve(
    year: int,
    curves: Sequence[Curve],
    *,
    title: str,
    description: str,
    today: Today | None = None,
    size: Size = WIDE,
    months: Sequence[str] = MONTH_NAMES,
) -> Markup:
    """Return the chart of the plan year; curves without points are left out.

    The first curve in the sequence is drawn on top. Wide drawings name each line at its end, narrow
    ones above the chart. `months` are the thirteen words under the axis.
    """
    drawn = [curve for curve in curves if curve.points]
    wide = size.width >= WIDE.width
    legend = 0 if wide else LINE_HEIGHT * ((len(drawn) + 1) // 2) + 4
    frame = Frame(
        left=38,
        top=12 + legend,
        right=size.width - (_label_room(drawn) if wide else 10),
        bottom=size.height - 26,
    )
    scale = _Scale(year, _top_of(drawn), frame)
    lines = [
        _Line(curve, [(scale.x(point.on), scale.y(point.share)) for point in curve.points])
        for curve in drawn
    ]
    parts = [*_grid(scale, months, wide=wide)]
    if today is not None:
        parts += _today(scale, today, wide=wide)
    for one in reversed(lines):
        parts += _curve(frame, one)
    parts += _end_labels(frame, lines) if wide else _legend(drawn, size)
    return drawing(size, title, description, parts, "s_curve")


def _top_of(curves: Sequence[Curve]) -> float:
    """Return the height of the chart: the whole plan, or the next quarter above the highest."""
    shares = (point.share for curve in curves for point in curve.points)
    highest = max((share.numerator / share.denominator for share in shares), default=1.0)
    return max(1.0, ceil(highest * 4) / 4)


def _label_room(curves: Sequence[Curve]) -> int:
    longest = max((len(curve.label) for curve in curves), default=0)
    return min(220, 26 + longest * 7)


def _grid(scale: _Scale, months: Sequence[str], *, wide: bool) -> Iterator[str]:
    frame = scale.frame
    step = 25 if scale.top <= 1.5 else 50
    heights = [
        (percent, frame.y(percent / 100 / scale.top))
        for percent in range(0, round(scale.top * 100) + 1, step)
    ]
    left, right = number(frame.left), number(frame.right)
    rules = "".join(f"M{left} {number(y)}H{right}" for percent, y in heights if percent)
    yield path(rules, name="draw-grid", rest=' fill="none" stroke="#e1e4e9"')
    ticks = "".join(f"M{number(frame.x(m / MONTHS))} {frame.bottom}v4" for m in range(1, MONTHS))
    yield path(
        f"M{left} {frame.bottom}H{right}{ticks}",
        name="draw-axis",
        rest=' fill="none" stroke="#c6ccd4"',
    )
    for percent, y in heights:
        yield text(frame.left - 6, y + 4, f"{percent}%", size=11, anchor="end")
    for month in range(0, MONTHS - 1, 1 if wide else 2):
        middle = frame.x((month + 0.5) / MONTHS)
        yield text(middle, frame.bottom + 18, months[month], size=11, anchor="middle")
    yield text(frame.right, frame.bottom + 18, months[-1], size=11, anchor="end", bold=True)


def _today(scale: _Scale, today: Today, *, wide: bool) -> Iterator[str]:
    x, frame = scale.x(today.on), scale.frame
    yield line(
        x,
        frame.top,
        x,
        frame.bottom,
        stroke="#626b78",
        name="draw-today",
        rest=' stroke-width="1" stroke-dasharray="2 3"',
    )
    late = x > (frame.left + frame.right) * (0.75 if wide else 0.6)
    yield text(
        x - 5 if late else x + 5,
        frame.top + 10,
        today.label,
        size=11,
        anchor="end" if late else "start",
        bold=True,
        name="draw-strong",
        fill="#14181d",
    )


def _curve(frame: Frame, one: _Line) -> Iterator[str]:
    kind, spots = one.curve.kind, one.spots
    stroke, width, dashes = _STROKES[kind]
    name = f"draw-{kind}"
    if len(spots) > 1:
        steps = polyline(spots)
        if kind is CurveKind.ACTUAL:
            floor = number(frame.bottom)
            area = f"{steps}L{number(spots[-1][0])} {floor}L{number(spots[0][0])} {floor}Z"
            yield path(area, name=f"{name}-area", rest=' fill="#dbe8f6" fill-opacity="0.55"')
        yield path(
            steps,
            name=name,
            rest=f' fill="none" stroke="{stroke}" stroke-width="{width}"{dashes}'
            ' stroke-linejoin="round" stroke-linecap="round"',
        )
    if kind is CurveKind.ACTUAL or len(spots) == 1:
        x, y = spots[-1]
        yield (
            f'<circle class="{name}-dot draw-halo" cx="{number(x)}" cy="{number(y)}" r="4.5"'
            f' fill="{stroke}" stroke="#ffffff" stroke-width="2"/>'
        )


def _end_labels(frame: Frame, lines: Sequence[_Line]) -> Iterator[str]:
    """Name each line at its end, the names pushed apart where the ends meet."""
    ends = sorted(lines, key=lambda one: one.spots[-1][1])
    edge = frame.right - 60
    inside = [one for one in ends if one.spots[-1][0] <= edge]
    outside = [one for one in ends if one.spots[-1][0] > edge]
    for group in (inside, outside):
        heights = _apart([one.spots[-1][1] for one in group], frame.top, frame.bottom)
        for one, height in zip(group, heights, strict=True):
            kind, (x, y) = one.curve.kind, one.spots[-1]
            place = x + 10 if x <= edge else frame.right + 12
            if abs(height - y) > 1:
                yield line(x + 3, y, place - 3, height, stroke="#c6ccd4", name="draw-axis")
            yield text(
                place,
                height + 4,
                one.curve.label,
                bold=kind is CurveKind.ACTUAL,
                fill=_STROKES[kind][0],
                name=f"draw-{kind}-words draw-halo",
            )


def _apart(places: Sequence[float], top: float, bottom: float) -> list[float]:
    """Return the places, from the top down, moved so that no two are nearer than one line."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + LINE_HEIGHT) if moved else max(place, top))
    ceiling = bottom
    for index in range(len(moved) - 1, -1, -1):
        moved[index] = min(moved[index], ceiling)
        ceiling = moved[index] - LINE_HEIGHT
    return moved


def _legend(curves: Sequence[Curve], size: Size) -> Iterator[str]:
    for index, curve in enumerate(curves):
        stroke, width, dashes = _STROKES[curve.kind]
        x = 8 + (index % 2) * (size.width / 2)
        y = 12 + (index // 2) * LINE_HEIGHT
        yield line(
            x,
            y - 4,
            x + 20,
            y - 4,
            stroke=stroke,
            name=f"draw-{curve.kind}",
            rest=f' stroke-width="{width}"{dashes}',
        )
        yield text(x + 26, y, curve.label, fill=_STROKES[curve.kind][0], name="draw-strong")
