"""Readings for the daily round: what is stale, which deadlines are near, from kept standings."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.days import DAY, PlanYear, WorkingCalendar
from tracker.domain.flags import FlagCode
from tracker.domain.notices import About
from tracker.domain.packing import unpack
from tracker.domain.terms import no_news
from tracker.domain.thresholds import Thresholds
from tracker.models import ProjectStanding


@dataclass(frozen=True, slots=True)
class Stale:
    """A project without news for longer than F-29 allows, and the day of its last news."""

    about: About
    since_on: date


@dataclass(frozen=True, slots=True)
class Closing:
    """A project with capital left at a deadline that is near."""

    about: About
    deadline_on: date
    days: int
    step: int


def stale_projects(
    session: Session, year: PlanYear, day: date, limits: Thresholds, calendar: WorkingCalendar
) -> list[Stale]:
    """List the projects that flag F-29 stands on, by the kept standings of the day."""
    found: list[Stale] = []
    for row in _flagged(session, year, FlagCode.F29):
        facts = unpack(row.facts, row.project_id, year, day, None)
        flag = no_news(facts, limits, calendar)
        since = flag.terms["last_updated_on"] if flag is not None else None
        if isinstance(since, date):
            found.append(Stale(_about(row), since))
    return found


def closing_projects(
    session: Session, year: PlanYear, day: date, limits: Thresholds
) -> list[Closing]:
    """List the projects whose nearest deadline has come within a step of F-08, with that step."""
    steps = sorted(
        one.value for one in (limits.deadline_first, limits.deadline_second, limits.deadline_third)
    )
    found: list[Closing] = []
    for row in _flagged(session, year, FlagCode.F08):
        facts = unpack(row.facts, row.project_id, year, day, None)
        open_on = [on for on, left in facts.deadlines if left > 0 and on >= day]
        if not open_on:
            continue
        days = (min(open_on) - day).days
        step = next((step for step in steps if days <= step), None)
        if step is not None:
            found.append(Closing(_about(row), min(open_on), days, step))
    return found


def month_to_complete(day: date, complete_day: int) -> tuple[date, date]:
    """Return the last day of the month before, and the day by which its figures are complete."""
    until = day.replace(day=1) - DAY
    return until, until + DAY * complete_day


def _flagged(session: Session, year: PlanYear, code: FlagCode) -> Any:
    table = ProjectStanding
    return session.execute(
        select(table.project_id, table.unit_path, table.owner_id, table.facts)
        .where(table.year == year.year, table.flags.contains(f"{code.value}:"))
        .order_by(table.project_id)
    )


def _about(row: Any) -> About:
    return About(row.project_id, row.unit_path, row.owner_id)
