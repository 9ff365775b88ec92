"""Bars lying on their side."""

import pytest

from tests.drawing.reading import read
from tracker.drawing.bars import Bar, bars

TWO = [Bar("Trung ương", 600, "600", 700), Bar("Cấp tỉnh", 1200, "1.200", 1000, "slow")]


def drawn(rows: list[Bar], width: int = 560, whole: int | None = None) -> str:
    """Return the drawing of the rows."""
    return bars(rows, title="Theo nguồn", description="tỷ đồng", width=width, whole=whole)


@pytest.mark.parametrize("width", [358, 560])
@pytest.mark.parametrize("rows", [[], TWO, TWO[:1]])
def test_every_drawing_is_well_formed_and_named(rows: list[Bar], width: int) -> None:
    found = read(drawn(rows, width))
    assert found.texts["title"] == ["Theo nguồn"]
    assert len(found.of_class("draw-track")) == len(rows)


def test_the_longest_bar_fills_its_track_and_the_others_keep_proportion() -> None:
    found = read(drawn(TWO))
    track = float(found.of_class("draw-track")[0]["width"])
    first, second = (float(one["width"]) for one in found.of_class("draw-fill"))
    assert second == pytest.approx(track, abs=0.1)
    assert first == pytest.approx(track / 2, abs=0.1)


def test_a_given_whole_is_the_scale() -> None:
    found = read(drawn(TWO, whole=2400))
    track = float(found.of_class("draw-track")[0]["width"])
    assert float(found.of_class("draw-fill")[1]["width"]) == pytest.approx(track / 2, abs=0.1)


def test_what_was_expected_is_an_upright_line() -> None:
    found = read(drawn([Bar("a", 5, "5", 10), Bar("b", 5, "5")]))
    (mark,) = found.of_class("draw-expected")
    assert mark["x1"] == mark["x2"]


@pytest.mark.parametrize("value", [0, -5])
def test_nothing_or_less_has_no_bar_but_its_figure(value: int) -> None:
    found = read(drawn([Bar("a", value, str(value))]))
    assert not found.of_class("draw-fill")
    assert str(value) in found.texts["text"]


def test_hostile_words_stay_text() -> None:
    bad = '"><script>'
    found = read(drawn([Bar(bad, 1, bad, 1, bad)]))
    assert "script" not in found.tags
    assert bad in found.texts["text"]
