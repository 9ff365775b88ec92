"""The heat map: units down, months across."""

import pytest

from tests.drawing.reading import read
from tracker.drawing.heat_map import Heat, HeatCell, HeatRow, heat_map

MONTHS = [*(f"T{month}" for month in range(1, 13)), "31/01"]


def drawn(rows: list[HeatRow], width: int = 560, now: int | None = None) -> str:
    """Return the map of the rows."""
    return heat_map(MONTHS, rows, title="Mức đạt", description="theo tháng", width=width, now=now)


@pytest.mark.parametrize("width", [358, 560])
def test_without_rows_only_the_heads_are_drawn(width: int) -> None:
    found = read(drawn([], width, now=3))
    assert found.texts["title"] == ["Mức đạt"]
    assert "31/01" in found.texts["text"]
    assert "path" not in found.tags


def test_every_cell_shows_its_number() -> None:
    cells = tuple(HeatCell(str(value), Heat.ON_TRACK) for value in (101, 97, 84))
    found = read(drawn([HeatRow("Thanh Hà", cells)]))
    assert {"Thanh Hà", "101", "97", "84"} <= set(found.texts["text"])


@pytest.mark.parametrize(
    ("heat", "shapes"),
    [
        (Heat.AHEAD, 1),
        (Heat.SLOW, 1),
        (Heat.AT_RISK, 1),
        (Heat.ON_TRACK, 0),
        (Heat.UNKNOWN, 0),
    ],
)
def test_a_state_that_matters_has_a_shape_besides_its_tint(heat: Heat, shapes: int) -> None:
    found = read(drawn([HeatRow("Tứ Kỳ", (HeatCell("70", heat),))]))
    assert len(found.of_class(f"heat-{heat}")) == 1
    assert len(found.of_class(f"heat-shape-{heat}")) == shapes


def test_the_shapes_of_two_states_differ() -> None:
    paths = [
        read(drawn([HeatRow("Tứ Kỳ", (HeatCell("70", heat),))])).of_class(f"heat-shape-{heat}")[0]
        for heat in (Heat.AHEAD, Heat.SLOW, Heat.AT_RISK)
    ]
    assert len({path["d"] for path in paths}) == 3


def test_a_month_to_come_is_empty_and_cells_beyond_the_heads_are_dropped() -> None:
    cells = (None, *(HeatCell(str(n), Heat.SLOW) for n in range(100, 120)))
    found = read(drawn([HeatRow("Gia Lộc", cells)]))
    assert "111" in found.texts["text"]
    assert "112" not in found.texts["text"]


def test_the_present_month_is_framed() -> None:
    row = HeatRow("Gia Lộc", (HeatCell("99", Heat.ON_TRACK),))
    assert len(read(drawn([row], now=0)).of_class("heat-now")) == 1
    assert not read(drawn([row])).of_class("heat-now")


def test_a_long_name_is_cut_where_there_is_no_room() -> None:
    found = read(drawn([HeatRow("Ban Quản lý dự án đầu tư xây dựng tỉnh Hải Dương", ())], 358))
    assert any(words.endswith("…") for words in found.texts["text"])


def test_hostile_words_stay_text() -> None:
    bad = "<img src=x onerror=alert(1)>"
    found = read(drawn([HeatRow(bad, (HeatCell(bad, Heat.SLOW),))]))
    assert "img" not in found.tags
    assert bad in found.texts["text"]
