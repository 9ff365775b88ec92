"""The units that exist on a day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.domain.projects import Tier
from tracker.models import Unit


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit as a reader sees it."""

    id: int
    code: str
    name: str
    short_name: str
    tier: Tier
    path: str
    sort: str


def units_on(session: Session, day: date, tiers: tuple[Tier, ...]) -> list[UnitName]:
    """List the units of these tiers that exist on a day, in Vietnamese order."""
    rows = session.execute(
        select(Unit.id, Unit.code, Unit.name, Unit.short_name, Unit.tier, Unit.path, Unit.name_sort)
        .where(
            Unit.tier.in_(tiers),
            Unit.valid_from <= day,
            or_(Unit.valid_until.is_(None), Unit.valid_until > day),
        )
        .order_by(Unit.name_sort, Unit.id)
    )
    return [UnitName(*row) for row in rows]
