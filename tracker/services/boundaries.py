"""Loads the outlines of units from a map, by their codes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.people import Permission
from tracker.domain.refusals import OutOfScope
from tracker.domain.shapes import NoOutline, ShapeFault, outline_of, packed
from tracker.models import Unit, UnitShape
from tracker.services.history import record_change

_MARK = 16


@dataclass(frozen=True, slots=True)
class Feature:
    """One area of a map file: the code it carries, and its geometry as JSON was read."""

    code: str
    geometry: Any


@dataclass(frozen=True, slots=True)
class LoadBoundaries:
    """The areas of one file, the day whose units they are, where they are from, and why."""

    features: tuple[Feature, ...]
    on: date
    source: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class BoundariesLoaded:
    """What a file came to. Nothing was written when there are `faults`, by code.

    `unknown` are codes of no unit of the day, `without` units of the day that have no outline
    yet.
    """

    made: int
    changed: int
    unchanged: int
    faults: tuple[tuple[str, ShapeFault], ...]
    doubled: tuple[str, ...]
    unknown: tuple[str, ...]
    without: int


def load_boundaries(session: Session, act: Act, order: LoadBoundaries) -> BoundariesLoaded:
    """Keep the outlines of the units that the codes name on the day; others are left out, told.

    Raises:
        OutOfScope: projects of the whole province are not in the actor's hands.
    """
    if not act.actor.scope_of(Permission.PROJECT_EDIT).everything:
        raise OutOfScope(Permission.PROJECT_EDIT, "unit")
    units = _units_on(session, order.on)
    shapes = {shape.unit_id: shape for shape in session.scalars(select(UnitShape))}
    outlines, faults, doubled = _read(order.features, set(units))
    made = changed = unchanged = 0
    if not faults and not doubled:
        for code, outline in sorted(outlines.items()):
            unit = units[code]
            shape = shapes.get(unit.id)
            if shape is not None and shape.outline == outline:
                unchanged += 1
                continue
            if shape is None:
                shape = shapes[unit.id] = UnitShape(unit_id=unit.id)
                session.add(shape)
            made, changed = made + (shape.outline is None), changed + (shape.outline is not None)
            before = _mark(shape.outline)
            shape.outline, shape.source = outline, order.source
            after = {"outline": _mark(outline), "source": order.source}
            record_change(
                session, act, "unit.outlined", unit, unit.id,
                before={"outline": before}, after=after, reason=order.reason,
            )  # fmt: skip
    with_outline = {key for key, shape in shapes.items() if shape.outline is not None}
    return BoundariesLoaded(
        made,
        changed,
        unchanged,
        faults,
        doubled,
        tuple(sorted({one.code for one in order.features} - set(units))),
        sum(unit.id not in with_outline for unit in units.values()),
    )


def _units_on(session: Session, day: date) -> dict[str, Unit]:
    rows = session.scalars(
        select(Unit).where(
            Unit.valid_from <= day, or_(Unit.valid_until.is_(None), Unit.valid_until > day)
        )
    )
    return {unit.code: unit for unit in rows}


def _read(
    features: Iterable[Feature], known: set[str]
) -> tuple[dict[str, str], tuple[tuple[str, ShapeFault], ...], tuple[str, ...]]:
    outlines: dict[str, str] = {}
    faults, doubled = [], []
    for feature in features:
        if feature.code not in known:
            continue
        if feature.code in outlines:
            doubled.append(feature.code)
        try:
            outlines[feature.code] = packed(outline_of(feature.geometry))
        except NoOutline as fault:
            faults.append((feature.code, fault.fault))
    return outlines, tuple(faults), tuple(doubled)


def _mark(outline: str | None) -> str | None:
    """Return a short mark of an outline: the history tells that it changed, not every point."""
    return None if outline is None else sha256(outline.encode()).hexdigest()[:_MARK]
