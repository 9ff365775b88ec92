"""Which part of what a person reaches a screen is about: a unit, and the way up from it."""

from dataclasses import dataclass
from datetime import date

from flask import request

from tracker.db import db
from tracker.domain.people import Scope
from tracker.domain.projects import Tier
from tracker.queries.units import UnitName, units_on
from tracker.web.place import place_of, province
from tracker.web.reading import Reading, with_wrong


@dataclass(frozen=True, slots=True)
class Area:
    """What a screen is about: all a person reaches, or one unit within it.

    `above` are the units on the way to it that the person reaches as a whole, the highest first.
    """

    reach: Scope
    unit: UnitName | None = None
    above: tuple[UnitName, ...] = ()

    @property
    def scope(self) -> Scope:
        """Return what is read: never more than the person reaches."""
        if self.unit is None:
            return self.reach
        return Scope(unit_paths=frozenset({self.unit.path}))

    @property
    def name(self) -> str:
        """Return the name of the place, as head lines say it."""
        return place_of(self.reach) if self.unit is None else self.unit.name

    @property
    def filters(self) -> dict[str, str]:
        """Return the filter that keeps a list to this area."""
        return {} if self.unit is None else {"area": self.unit.code}

    def crumbs(self, reading: Reading, endpoint: str) -> tuple[dict[str, str | None], ...]:
        """Return the way here, for `ui.breadcrumbs`; empty when nothing is narrowed."""
        if self.unit is None:
            return ()
        top = province() if self.reach.everything else place_of(self.reach)
        way: list[dict[str, str | None]] = [{"label": top, "url": reading.url(endpoint)}]
        way += [
            {"label": one.name, "url": reading.url(endpoint, area=one.code)} for one in self.above
        ]
        return (*way, {"label": self.unit.name, "url": None})


def asked_area(reading: Reading, reach: Scope) -> tuple[Reading, Area]:
    """Return the area that the address asks for.

    A unit that is not wholly within reach is named as unreadable, like one that does not exist.
    """
    code = request.args.get("area", "")
    if not code:
        return reading, Area(reach)
    units = _units_within(reach, reading.as_of)
    found = next((one for one in units if one.code == code), None)
    if found is None:
        return with_wrong(reading, "area"), Area(reach)
    above = (one for one in units if found.path.startswith(one.path) and one is not found)
    return reading, Area(reach, found, tuple(sorted(above, key=lambda one: len(one.path))))


def _units_within(reach: Scope, day: date) -> list[UnitName]:
    units = units_on(db.session(), day, (Tier.DISTRICT, Tier.COMMUNE))
    return [one for one in units if reach.covers(one.path)]
