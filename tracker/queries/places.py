"""Readings of the places a role can be granted over: units and organisations that exist."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, case, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.people import Scope
from tracker.domain.projects import Tier
from tracker.domain.text import fold
from tracker.models import Organisation, Project, Unit
from tracker.queries.scoping import below_unit, visible_organisations, visible_projects


class PlaceKind(StrEnum):
    """What kind of place a choice is."""

    UNIT = "unit"
    ORGANISATION = "organisation"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One unit, organisation or project; `above` names its unit, or is the project's code."""

    kind: PlaceKind
    id: int
    name: str
    above: str | None


@dataclass(frozen=True, slots=True)
class PlacesFound:
    """The first places found, and whether there are more."""

    rows: tuple[PlaceRow, ...]
    has_more: bool


_HEIGHTS = {tier: height for height, tier in enumerate(Tier)}


def places_matching(
    session: Session, text: str, scope: Scope, day: date, *, most: int
) -> PlacesFound:
    """Return places within the scope whose name holds every word, read without accents.

    Higher tiers first, units before organisations before projects, then in Vietnamese order.
    Without a word only
    units above the communes are given: the list one starts from. Who reaches everything is not
    offered the province as a unit: that is everything again.
    """
    words = fold(text).split()
    if words:
        in_units = [Unit.name_folded.contains(word, autoescape=True) for word in words]
    else:
        in_units = [Unit.tier != Tier.COMMUNE]
    if scope.everything:
        in_units.append(Unit.tier != Tier.PROVINCE)
    in_organisations = [Organisation.name_folded.contains(w, autoescape=True) for w in words]
    found = _units(session, in_units, scope, day, most + 1)
    if words:
        found += _organisations(session, in_organisations, scope, day, most + 1)
        if len(found) <= most:
            found += _projects(session, [_in_project(word) for word in words], scope, most + 1)
    return PlacesFound(tuple(found[:most]), len(found) > most)


def place_numbered(
    session: Session, kind: PlaceKind, number: int, scope: Scope, day: date
) -> PlaceRow | None:
    """Return the place with this number if it exists on the day and lies within the scope."""
    if kind is PlaceKind.UNIT:
        rows = _units(session, [Unit.id == number], scope, day, 1)
    elif kind is PlaceKind.PROJECT:
        rows = _projects(session, [Project.id == number], scope, 1)
    else:
        rows = _organisations(session, [Organisation.id == number], scope, day, 1)
    return rows[0] if rows else None


def _units(
    session: Session, asked: list[ColumnElement[bool]], scope: Scope, day: date, most: int
) -> list[PlaceRow]:
    within = [] if scope.everything else [_within(scope)]
    above = aliased(Unit)
    rows = session.execute(
        select(Unit.id, Unit.name, above.name)
        .outerjoin(above, above.id == Unit.parent_id)
        .where(*asked, *within, *_exists_on(Unit, day))
        .order_by(case(_HEIGHTS, value=Unit.tier), Unit.name_sort, Unit.id)
        .limit(most)
    )
    return [PlaceRow(PlaceKind.UNIT, *row) for row in rows]


def _organisations(
    session: Session, asked: list[ColumnElement[bool]], scope: Scope, day: date, most: int
) -> list[PlaceRow]:
    rows = session.execute(
        select(Organisation.id, Organisation.name, Unit.name)
        .join(Unit, Unit.id == Organisation.unit_id)
        .where(*asked, visible_organisations(scope), *_exists_on(Organisation, day))
        .order_by(case(_HEIGHTS, value=Organisation.tier), Organisation.name_sort, Organisation.id)
        .limit(most)
    )
    return [PlaceRow(PlaceKind.ORGANISATION, *row) for row in rows]


def _in_project(word: str) -> ColumnElement[bool]:
    return or_(
        Project.name_folded.contains(word, autoescape=True),
        func.lower(Project.code).contains(word, autoescape=True),
    )


def _projects(
    session: Session, asked: list[ColumnElement[bool]], scope: Scope, most: int
) -> list[PlaceRow]:
    rows = session.execute(
        select(Project.id, Project.name, Project.code)
        .where(*asked, visible_projects(scope))
        .order_by(Project.name_sort, Project.id)
        .limit(most)
    )
    return [PlaceRow(PlaceKind.PROJECT, *row) for row in rows]


def _within(scope: Scope) -> ColumnElement[bool]:
    return or_(false(), *(below_unit(Unit.path, path) for path in sorted(scope.unit_paths)))


def _exists_on(
    table: type[Unit] | type[Organisation], day: date
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        table.valid_from <= day,
        or_(table.valid_until.is_(None), table.valid_until > day),
    )


def places_of(session: Session, scope: Scope) -> tuple[str, ...]:
    """Return the names of the units and organisations a scope consists of, units first.

    Whoever reaches everything is in no particular place: no name. A name counts once, though a
    unit had several lives.
    """
    if scope.everything:
        return ()
    units = select(Unit.name).where(Unit.path.in_(sorted(scope.unit_paths)))
    bodies = select(Organisation.name).where(Organisation.id.in_(sorted(scope.organisation_ids)))
    names: list[str] = []
    if scope.unit_paths:
        names += session.scalars(units.order_by(Unit.name_sort))
    if scope.organisation_ids:
        names += session.scalars(bodies.order_by(Organisation.name_sort))
    return tuple(dict.fromkeys(names))
