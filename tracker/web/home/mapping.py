"""The map of the units: what stands on each, and the table that says the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext as _
from markupsafe import Markup

from tracker.drawing.heat_map import Heat
from tracker.drawing.unit_map import Spot, boundary_map, in_rows, tile_map
from tracker.queries.shapes import Shape
from tracker.queries.units import UnitName
from tracker.web.formats import money, number, percent
from tracker.web.home.charts import AT_RISK, NARROW_MAP, WIDE_MAP, reached
from tracker.web.home.pages import OverviewPage
from tracker.web.home.units import UnitRow
from tracker.web.speech import named

MEASURES = ("scenario", "ratio", "gap", "slow")
WIDE_BORDERS = 720
_TILES_ACROSS = 4
_NOTHING = "–"
_NO_SHAPE = Shape(None, None)


@dataclass(frozen=True, slots=True)
class MapRow:
    """One line beside the map: the unit as the overview has it, its state, where it leads."""

    unit: UnitRow
    url: str
    reached: Fraction | None
    heat: Heat

    @property
    def state_words(self) -> str:
        """Return the state in words."""
        return heat_words(self.heat)

    @property
    def unit_id(self) -> int | None:
        """Return the number of the unit; None for owners that are no place."""
        kind, _colon, key = self.unit.key.partition(":")
        return int(key) if kind == "unit" else None


@dataclass(frozen=True, slots=True)
class MapPage:
    """The map as this person may see it. `by_name`: the tiles stand in the order of names."""

    overview: OverviewPage
    measure: str
    tiles: Markup
    tiles_narrow: Markup
    borders: Markup | None
    borders_narrow: Markup | None
    rows: tuple[MapRow, ...]
    drawn: int
    by_name: bool

    @property
    def title(self) -> str:
        """Return what the numbers on the map are."""
        return measure_words(self.measure)

    @property
    def tabs(self) -> tuple[dict[str, object], ...]:
        """Return the numbers that may stand on the map."""
        return tuple(
            {
                "label": measure_words(measure),
                "url": self._url(measure),
                "is_current": measure == self.measure,
            }
            for measure in MEASURES
        )

    @property
    def tiles_url(self) -> str:
        """Return the same map in tiles."""
        return self._url(self.measure, shape="tiles")

    @property
    def borders_url(self) -> str:
        """Return the same map by the outlines."""
        return self._url(self.measure)

    def _url(self, measure: str, **more: str) -> str:
        by = {} if measure == MEASURES[0] else {"by": measure}
        return self.overview.list_url("home.show_map", **by, **more)


@named
def measure_words(measure: str) -> str:
    """Return what the number on each unit is."""
    return {
        "scenario": _("Mức đạt kịch bản (TL6)"),
        "ratio": _("Tỷ lệ giải ngân (TL2)"),
        "gap": _("Chênh lệch so với kịch bản"),
        "slow": _("Số dự án chậm"),
    }[measure]


@named
def heat_words(heat: Heat) -> str:
    """Return a state of the map in words."""
    return {
        Heat.AHEAD: _("Vượt kịch bản"),
        Heat.ON_TRACK: _("Đúng kịch bản"),
        Heat.SLOW: _("Sau kịch bản"),
        Heat.AT_RISK: _("Dưới %(share)s kịch bản", share=percent(AT_RISK, 0)),
        Heat.UNKNOWN: _("Không có kịch bản"),
    }[heat]


def map_page(
    overview: OverviewPage,
    units: Iterable[UnitName],
    shapes: Mapping[int, Shape],
    measure: str,
) -> MapPage:
    """Decide what stands on the map: a tile for each unit, its outline where that is loaded."""
    rows = tuple(_row(unit, overview) for unit in overview.units)
    names = {unit.id: unit.short_name for unit in units}
    spots, by_name = _spots(rows, names, overview, shapes, measure)
    title = f"{measure_words(measure)} – {overview.area.name}"
    has_borders = any(spot.outline for spot in spots)
    return MapPage(
        overview,
        measure,
        tile_map(spots, title=title, width=WIDE_MAP),
        tile_map(spots, title=title, width=NARROW_MAP),
        boundary_map(spots, title=title, width=WIDE_BORDERS) if has_borders else None,
        boundary_map(spots, title=title, width=NARROW_MAP) if has_borders else None,
        rows,
        len(spots),
        by_name,
    )


def _row(unit: UnitRow, overview: OverviewPage) -> MapRow:
    share, heat = reached(unit.disbursed, unit.expected or 0)
    return MapRow(unit, overview.unit_url(unit), share, heat)


def _spots(
    rows: Sequence[MapRow],
    names: Mapping[int, str],
    overview: OverviewPage,
    shapes: Mapping[int, Shape],
    measure: str,
) -> tuple[list[Spot], bool]:
    places = [
        (row, names[row.unit_id], shapes.get(row.unit_id, _NO_SHAPE))
        for row in sorted(rows, key=lambda row: row.unit.sort)
        if row.unit_id is not None
    ]
    own = [shape.tile for _row, _name, shape in places if shape.tile is not None]
    by_name = len(set(own)) < len(places)
    tiles = in_rows(len(places), _TILES_ACROSS) if by_name else own
    spots = []
    for (row, name, shape), tile in zip(places, tiles, strict=True):
        words = _words(row, overview, measure)
        said = f"{row.unit.name}: {words}, {heat_words(row.heat)}"
        spots.append(Spot(name, words, row.heat, row.url, said, tile, shape.outline or ()))
    return spots, by_name


def _words(row: MapRow, overview: OverviewPage, measure: str) -> str:
    unit = row.unit
    if measure == "slow":
        return number(unit.slow)
    if measure == "gap":
        if unit.gap is None:
            return _NOTHING
        written = money(unit.gap, overview.reading.unit, overview.places)
        return f"+{written}" if unit.gap > 0 else written
    share = unit.ratio if measure == "ratio" else row.reached
    return _NOTHING if share is None else percent(share)
