"""Judges every project of the kept standings anew and tells which row is not as the rule says."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.days import PlanYear
from tracker.models import ProjectStanding, StandingDay, StandingDue
from tracker.queries.progress import province_ratio
from tracker.queries.standings import KEPT, judged_values

Facts = tuple[str, str, str, str, str]
"""Table, key, check, expected, found."""
_CHECK = "verdict_by_rule"


def standing_findings(session: Session) -> Iterator[Facts]:
    """Yield what differs, year by year; nothing while something is due, for then none is shown."""
    if session.scalar(select(StandingDue.id).limit(1)) is not None:
        return
    for day in session.scalars(select(StandingDay).order_by(StandingDay.year)).all():
        year = PlanYear(day.year)
        kept = {
            row.project_id: dict(row._mapping)
            for row in session.execute(select(KEPT).where(ProjectStanding.year == day.year))
        }
        for values in judged_values(session, year, day.day):
            for wanted in values:
                yield from _compared(day.year, wanted, kept.pop(wanted["project_id"], None))
        for project_id in sorted(kept):
            yield KEPT.name, f"{day.year}/{project_id}", _CHECK, "–", "row"
        sums = (day.province_disbursed, day.province_plan)
        true = province_ratio(session, year, day.day)
        if sums != true:
            yield StandingDay.__tablename__, str(day.year), _CHECK, str(true), str(sums)


def _compared(year: int, wanted: dict[str, Any], kept: dict[str, Any] | None) -> Iterator[Facts]:
    key = f"{year}/{wanted['project_id']}"
    if kept is None:
        yield KEPT.name, key, _CHECK, "row", "–"
        return
    apart = [name for name in wanted if name != "stamp" and str(wanted[name]) != str(kept[name])]
    if apart:
        yield KEPT.name, key, _CHECK, _told(wanted, apart), _told(kept, apart)


def _told(row: dict[str, Any], names: list[str]) -> str:
    return ", ".join(f"{name}={row[name]}" for name in names)
