"""The S-curve over the thirteen months of a plan year."""

from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest

from tests.drawing.reading import Reading, read, spots
from tracker.drawing.s_curve import (
    LINE_HEIGHT,
    NARROW,
    WIDE,
    Curve,
    CurveKind,
    CurvePoint,
    Today,
    s_curve,
)
from tracker.drawing.svg import Size

TITLE, WORDS = "Giải ngân lũy kế năm 2025", "Đến 30/04/2025 đạt 23,6%."


def curve(kind: CurveKind, *points: tuple[date, int], label: str = "") -> Curve:
    """Return a line through (day, percent) points."""
    return Curve(
        kind, label or kind.value, tuple(CurvePoint(day, Fraction(per, 100)) for day, per in points)
    )


ACTUAL = curve(CurveKind.ACTUAL, (date(2025, 1, 31), 2), (date(2025, 4, 30), 24), label="Thực tế")
SCENARIO = curve(
    CurveKind.SCENARIO, (date(2025, 1, 31), 3), (date(2026, 1, 31), 100), label="Kịch bản"
)


def base_line(found: Reading) -> tuple[float, float]:
    """Return where the base line begins and ends."""
    begin, end = found.of_class("draw-axis")[0]["d"].split("M")[1].split("H")
    return float(begin.split()[0]), float(end)


@pytest.mark.parametrize("size", [WIDE, NARROW, Size(500, 200)])
@pytest.mark.parametrize("curves", [[], [ACTUAL], [ACTUAL, SCENARIO], [curve(CurveKind.ACTUAL)]])
def test_every_drawing_is_well_formed_and_named(curves: list[Curve], size: Size) -> None:
    found = read(s_curve(2025, curves, title=TITLE, description=WORDS, size=size))
    assert found.texts["title"] == [TITLE]
    assert found.texts["desc"] == [WORDS]


def test_the_axis_runs_from_the_first_month_to_the_last_day_of_january() -> None:
    words = read(s_curve(2025, [], title=TITLE, description=WORDS)).texts["text"]
    assert [one for one in words if not one.endswith("%")] == [
        *(f"T{month}" for month in range(1, 13)),
        "31/01",
    ]


def test_without_a_point_there_is_a_frame_and_no_line() -> None:
    found = read(s_curve(2025, [curve(CurveKind.ACTUAL)], title=TITLE, description=WORDS))
    assert not found.of_class("draw-actual")
    assert "circle" not in found.tags


def test_one_point_is_a_dot_and_no_line() -> None:
    one = curve(CurveKind.SCENARIO, (date(2025, 3, 31), 20))
    found = read(s_curve(2025, [one], title=TITLE, description=WORDS))
    assert not found.of_class("draw-scenario")
    assert len(found.of_class("draw-scenario-dot")) == 1


def test_a_curve_may_go_down() -> None:
    refund = curve(
        CurveKind.ACTUAL,
        (date(2025, 3, 31), 20),
        (date(2025, 4, 10), 18),
        (date(2025, 4, 30), 24),
    )
    found = read(s_curve(2025, [refund], title=TITLE, description=WORDS))
    heights = [y for _, y in spots(found.of_class("draw-actual")[0])]
    assert heights[1] > heights[0] > heights[2]


def test_the_whole_plan_is_the_top_unless_a_line_goes_higher() -> None:
    over = curve(CurveKind.ACTUAL, (date(2025, 1, 31), 1), (date(2026, 1, 31), 125))
    words = read(s_curve(2025, [over], title=TITLE, description=WORDS)).texts["text"]
    assert "125%" in words
    assert "150%" not in words


def test_the_last_of_january_stands_at_the_right_edge_and_the_year_begins_at_the_left() -> None:
    found = read(s_curve(2025, [ACTUAL, SCENARIO], title=TITLE, description=WORDS))
    left, right = base_line(found)
    ends = spots(found.of_class("draw-scenario")[0])
    assert ends[-1][0] == pytest.approx(right, abs=0.1)
    month = (right - left) / 13
    assert ends[0][0] == pytest.approx(left + month, abs=0.1)


def test_days_outside_the_plan_year_stand_at_its_edges() -> None:
    long = curve(CurveKind.ACTUAL, (date(2024, 12, 1), 0), (date(2026, 3, 1), 90))
    found = read(s_curve(2025, [long], title=TITLE, description=WORDS))
    left, right = base_line(found)
    first, last = spots(found.of_class("draw-actual")[0])
    assert (first[0], last[0]) == (left, right)


def test_less_than_nothing_stands_on_the_base_line() -> None:
    below = curve(CurveKind.ACTUAL, (date(2025, 1, 31), -5), (date(2025, 2, 28), 3))
    found = read(s_curve(2025, [below], title=TITLE, description=WORDS))
    assert spots(found.of_class("draw-actual")[0])[0][1] == WIDE.height - 26


def test_today_is_marked_and_named() -> None:
    today = Today(date(2025, 4, 30), "30/04")
    found = read(s_curve(2025, [ACTUAL], title=TITLE, description=WORDS, today=today))
    assert "30/04" in found.texts["text"]
    assert len(found.of_class("draw-today")) == 1


def test_names_of_lines_that_end_together_do_not_overlap() -> None:
    kinds = list(CurveKind)
    end = date(2026, 1, 31)
    curves = [curve(kind, (date(2025, 1, 31), 1), (end, 96 + i)) for i, kind in enumerate(kinds)]
    found = read(s_curve(2025, curves, title=TITLE, description=WORDS))
    heights = sorted(
        float(one["y"]) for kind in kinds for one in found.of_class(f"draw-{kind}-words")
    )
    assert len(heights) == len(kinds)
    assert all(b - a >= LINE_HEIGHT - 0.2 for a, b in pairwise(heights))


def test_each_kind_of_line_has_its_own_stroke() -> None:
    points = ((date(2025, 1, 31), 1), (date(2025, 2, 28), 2))
    curves = [curve(kind, *points) for kind in CurveKind]
    found = read(s_curve(2025, curves, title=TITLE, description=WORDS))
    looks = {
        (one["stroke-width"], one.get("stroke-dasharray"))
        for kind in CurveKind
        for one in found.of_class(f"draw-{kind}")
    }
    assert len(looks) == len(CurveKind)


def test_a_hostile_label_stays_text() -> None:
    label = "<script>&\x00"
    found = read(
        s_curve(
            2025,
            [curve(CurveKind.ACTUAL, (date(2025, 2, 1), 5), label=label)],
            title=label,
            description=label,
        )
    )
    assert "script" not in found.tags
    assert "<script>&" in found.texts["text"]
