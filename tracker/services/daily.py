"""The round of each working day: reminders that climb, near deadlines, the digest.

Done again on the same day it tells nobody anything twice.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.days import DAY, PlanYear, WorkingCalendar, usual_year
from tracker.domain.notices import About, Event, NoticeKind
from tracker.domain.people import Permission
from tracker.domain.periods import LockScope
from tracker.domain.reminders import Patience, Reminded, Stage, remind, stage_of
from tracker.models import StaleReminder
from tracker.queries.periods import locks_in_force
from tracker.queries.recipients import holders_anywhere
from tracker.queries.reminders import (
    Stale,
    closing_projects,
    month_to_complete,
    stale_projects,
)
from tracker.queries.rules import Rules, rules, value_among
from tracker.services.notices import tell, tell_of_projects
from tracker.services.outbox import gather_digests
from tracker.services.standings import keep
from tracker.services.telling_directives import tell_directives_due
from tracker.services.telling_dues import tell_of_days

_FEW = 500
"""Names in one statement at most."""


@dataclass(frozen=True, slots=True)
class Round:
    """What a round did: projects reminded of, notices that are new, letters of digests."""

    stale: int
    notices: int
    digests: int


def do_round(session: Session, act: Act) -> Round | None:
    """Do the round of the act's day; None on a day the office does not work."""
    known = rules(session, act.on.year - 1, act.on.year + 1)
    if not known.calendar.is_working(act.on):
        return None
    year = PlanYear(usual_year(act.on))
    keep(session, year, act.on)
    stale, told = _remind(session, act, year, known)
    told += _tell_deadlines(session, act, year, known)
    told += _tell_closing_month(session, act, known)
    told += tell_of_days(session, act, known)
    told += tell_directives_due(session, act, known)
    return Round(stale, told, gather_digests(session, act, act.on))


def _remind(session: Session, act: Act, year: PlanYear, known: Rules) -> tuple[int, int]:
    """Remind whoever has to enter figures, and those above them once it was said in vain."""
    limits = known.thresholds.on(act.on)
    stale = stale_projects(session, year, act.on, limits, known.calendar)
    reminded = _count(session, stale, act.on)
    patience = Patience(
        value_among(known.values, "reminder_officer", act.on),
        value_among(known.values, "reminder_leader", act.on),
    )
    told = 0
    for stage in Stage:
        reached = {
            about: {"first_since": one.since_on.isoformat(), "most_times": one.times}
            for about, one in reminded.items()
            if stage_of(one.times, patience) >= stage
        }
        kind = NoticeKind.STALE if stage is Stage.OFFICER else NoticeKind.STALE_ESCALATED
        key = f"stale:{act.on.isoformat()}:{stage.value}"
        if reached:
            told += tell_of_projects(session, act, kind, stage.right, reached, key)
    return len(reminded), told


def _count(session: Session, stale: list[Stale], day: date) -> Mapping[About, Reminded]:
    """Keep one more reminder of each project that has none of this day; return those."""
    kept: dict[int, StaleReminder] = {}
    numbers = [one.about.project_id for one in stale]
    for start in range(0, len(numbers), _FEW):
        some = StaleReminder.project_id.in_(numbers[start : start + _FEW])
        rows = session.scalars(select(StaleReminder).where(some))
        kept |= {row.project_id: row for row in rows}
    made: dict[About, Reminded] = {}
    for one in stale:
        row = kept.get(one.about.project_id)
        before = None if row is None else Reminded(row.since_on, row.times, row.last_on)
        after = remind(before, one.since_on, day)
        if after is None:
            continue
        made[one.about] = after
        if row is None:
            row = StaleReminder(project_id=one.about.project_id)
            session.add(row)
        row.since_on, row.times, row.last_on = after.since_on, after.times, after.last_on
    session.flush()
    return made


def _tell_deadlines(session: Session, act: Act, year: PlanYear, known: Rules) -> int:
    """Tell who enters and who approves of capital whose deadline has come a step nearer."""
    limits = known.thresholds.on(act.on)
    steps: dict[tuple[date, int], dict[About, dict[str, object]]] = defaultdict(dict)
    for one in closing_projects(session, year, act.on, limits):
        facts = {"first_deadline": one.deadline_on.isoformat(), "first_days": one.days}
        steps[one.deadline_on, one.step][one.about] = {**facts}
    told = 0
    for (deadline, step), projects in sorted(steps.items()):
        for right in (Permission.DISBURSEMENT_RECORD, Permission.DISBURSEMENT_APPROVE):
            key = f"deadline:{deadline.isoformat()}:{step}"
            told += tell_of_projects(session, act, NoticeKind.DEADLINE_NEAR, right, projects, key)
    return told


def _tell_closing_month(session: Session, act: Act, known: Rules) -> int:
    """Tell who enters figures that those of the month before are to be complete soon."""
    complete_day = value_among(known.values, "period_complete_day", act.on)
    until, by = month_to_complete(act.on, complete_day)
    near = value_among(known.values, "period_near", act.on)
    if act.on > by or _working_days_to(known.calendar, act.on, by) > near:
        return 0
    locked = any(
        lock.period.until_on >= until and lock.place.scope is LockScope.EVERYTHING
        for lock in locks_in_force(session, [usual_year(until)])
    )
    if locked:
        return 0
    event = Event(
        NoticeKind.PERIOD_NEAR,
        f"period:{until.isoformat()}",
        "period",
        facts={"until": until.isoformat(), "by": by.isoformat()},
    )
    return tell(session, act, event, holders_anywhere(session, _ENTERS, act.on))


_ENTERS = Permission.DISBURSEMENT_RECORD


def _working_days_to(calendar: WorkingCalendar, day: date, by: date) -> int:
    return calendar.working_days(day + DAY, by + DAY)
