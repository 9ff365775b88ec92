"""The units that exist on a day."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.projects import Tier
from tracker.models import Unit


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit as a reader sees it; `label` tells it apart from others of its name."""

    id: int
    code: str
    name: str
    short_name: str
    tier: Tier
    path: str
    sort: str
    label: str


def units_on(session: Session, day: date, tiers: tuple[Tier, ...]) -> list[UnitName]:
    """List the units of these tiers that exist on a day, in Vietnamese order."""
    above = aliased(Unit)
    rows = session.execute(
        select(
            Unit.id, Unit.code, Unit.name, Unit.short_name, Unit.tier, Unit.path, Unit.name_sort,
            above.name,
        )
        .outerjoin(above, above.id == Unit.parent_id)
        .where(
            Unit.tier.in_(tiers),
            Unit.valid_from <= day,
            or_(Unit.valid_until.is_(None), Unit.valid_until > day),
        )
        .order_by(Unit.name_sort, Unit.id)
    ).all()  # fmt: skip
    times = Counter(row[2] for row in rows)
    return [
        UnitName(*row[:-1], f"{row[2]} ({row[-1]})" if times[row[2]] > 1 and row[-1] else row[2])
        for row in rows
    ]
