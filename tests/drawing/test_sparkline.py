"""A line as small as a word."""

from tests.drawing.reading import read, spots
from tracker.drawing.sparkline import sparkline


def test_without_a_value_nothing_is_drawn() -> None:
    found = read(sparkline([], title="7 tuần"))
    assert found.tags == ["svg", "title", "desc"]


def test_one_value_is_a_dot() -> None:
    found = read(sparkline([4], title="7 tuần"))
    assert found.tags[-1] == "circle"
    assert "path" not in found.tags


def test_equal_values_are_a_level_line() -> None:
    (line,) = read(sparkline([4, 4, 4], title="7 tuần")).of_class("draw-actual")
    assert len({y for _, y in spots(line)}) == 1


def test_a_fall_goes_down() -> None:
    (line,) = read(sparkline([9, 3], title="7 tuần")).of_class("draw-actual")
    first, last = spots(line)
    assert last[1] > first[1]


def test_hostile_words_stay_text() -> None:
    found = read(sparkline([1, 2], title="<b>", description="]]>&"))
    assert found.texts["title"] == ["<b>"]
    assert "b" not in found.tags
