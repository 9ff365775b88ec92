"""The facts on which projects are judged, as of the close of a day.

A fixed number of statements, however many projects: what is asked for all of them is narrowed
by one condition on `Project`, the same in every statement.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from tracker.domain.ability import TRAILING_DAYS
from tracker.domain.contract_facts import NO_CONTRACTS
from tracker.domain.days import DAY, PlanYear, WorkingCalendar
from tracker.domain.deadlines import Left, Tranche, left_by_deadline
from tracker.domain.facts import ProjectFacts
from tracker.domain.money import Dong
from tracker.domain.plans import PlanChange, PlanKind
from tracker.domain.progress import Ratio, RatioCode
from tracker.domain.scenarios import Curve, ExpectedPath, choose_path
from tracker.models import (
    Disbursement,
    Organisation,
    PlanEntry,
    PlanLine,
    Project,
    ProjectMonth,
    QuietDay,
)
from tracker.queries.cards import CARD, ProjectCard, card_of
from tracker.queries.contract_facts import contract_facts
from tracker.queries.contradictions import (
    difficulties_due,
    entered_stage_on,
    national_rates,
    stages_before,
    treasury_states,
)
from tracker.queries.disbursements import is_live
from tracker.queries.lifetimes import allocated_ever, disbursed_otherwise
from tracker.queries.progress import first_of_month, province_ratio, total
from tracker.queries.scenarios import ScopeCurves, project_scenarios, scope_curves
from tracker.queries.site import NO_SITE, begun, sites_on
from tracker.queries.states import state_in, states_on


@dataclass(frozen=True, slots=True)
class ProjectReading:
    """One project with the facts it is judged by and the path it is measured against."""

    card: ProjectCard
    facts: ProjectFacts
    path: ExpectedPath | None


@dataclass(slots=True)
class _Plan:
    """The plan entries of one project, as they are read."""

    changes: list[PlanChange] = field(default_factory=list)
    initial: int = 0
    lines: dict[int, list[tuple[date, int]]] = field(default_factory=lambda: defaultdict(list))


@dataclass(slots=True)
class _Paid:
    """The sums of one project, as they are read."""

    counted: int = 0
    trailing: int = 0
    last_on: date | None = None
    last_positive_on: date | None = None

    def saw(self, last_on: date | None, last_positive_on: date | None) -> None:
        """Keep the later days."""
        self.last_on = _later(self.last_on, last_on)
        self.last_positive_on = _later(self.last_positive_on, last_positive_on)


def _later(one: date | None, other: date | None) -> date | None:
    if one is None or other is None:
        return one or other
    return max(one, other)


def project_readings(
    session: Session,
    condition: ColumnElement[bool],
    year: PlanYear,
    day: date,
    calendar: WorkingCalendar,
    default_curve: Curve | None,
    province: tuple[Dong, Dong] | None = None,
) -> list[ProjectReading]:
    """Return the readings of the projects that meet the condition and have a plan of the year.

    In Vietnamese order of names. Projects without a plan entry by the day are left out. `province`
    is what `province_ratio` answers, where it was asked already.
    """
    plans = _plans(session, condition, year, day)
    paid = _paid(session, condition, year, day)
    quiet = _quiet_days(session, condition, day)
    by_line = _paid_by_line(session, condition, year, day)
    allocated = allocated_ever(session, condition, day)
    otherwise = disbursed_otherwise(session, condition, year, day)
    states = states_on(session, condition, day)
    difficulties = difficulties_due(session, condition, day)
    contracts = contract_facts(session, condition, day)
    sites = sites_on(session, condition, day)
    scenarios = project_scenarios(session, condition, year, day)
    ratio = Ratio(RatioCode.TL2, *(province or province_ratio(session, year, day)))
    treasury = treasury_states(session, condition, year, day)
    left = stages_before(session, condition, day)
    national_on, national_rate = (national_rates(session, year, day) or ((None, None),))[-1]
    rows = session.execute(_projects(condition)).all()
    has_own = all(row.id in scenarios for row in rows)  # then nobody asks for another's path
    curves = ScopeCurves() if has_own else scope_curves(session, year, day, default_curve)
    readings = []
    for row in rows:
        plan = plans.get(row.id)
        if plan is None:
            continue
        path = choose_path(
            year,
            scenarios.get(row.id),
            curves.of(row.owner_id, row.unit_path, row.tier),
            plan.changes,
        )
        sums = paid.get(row.id, _NOTHING_PAID)
        state = states.get(row.id) or state_in(row)
        facts = ProjectFacts(
            project_id=row.id,
            day=day,
            year=year,
            tier=row.tier,
            group=state.group,
            status=state.status,
            halt=state.halt,
            plan=Dong(sum(change.amount for change in plan.changes)),
            disbursed=Dong(sums.counted),
            expected=path.at(day, calendar) if path else None,
            path=path.source if path else None,
            is_new_start=row.first_capital_year == year.year,
            initial_plan=Dong(plan.initial),
            plan_decided_on=plan.changes[0].effective_on,
            last_positive_on=sums.last_positive_on,
            last_updated_on=_later(sums.last_on, quiet.get(row.id)),
            trailing_60=Dong(sums.trailing),
            deadlines=_deadlines(plan, sums.counted, by_line),
            has_scenario=row.id in scenarios,
            province=ratio,
            first_capital_year=row.first_capital_year,
            extension_until=state.capital_extended_until,
            planned_end_on=state.planned_end_on,
            handed_over_on=row.handed_over_on,
            total_investment=state.total_investment or None,
            allocated_total=Dong(row.disbursed_before + allocated.get(row.id, 0)),
            disbursed_total=Dong(row.disbursed_before + otherwise.get(row.id, 0) + sums.counted),
            national_rate=national_rate,
            national_on=national_on,
            status_since=entered_stage_on(left.get(row.id, {}), state.status),
            treasury=treasury.get(row.id),
            difficulty_due_on=difficulties.get(row.id),
            contracts=contracts.get(row.id, NO_CONTRACTS),
            site=begun(sites.get(row.id, NO_SITE), row.started_on),
        )
        readings.append(ProjectReading(card_of(row, state), facts, path))
    return readings


_NOTHING_PAID = _Paid()
_COLUMNS = (
    *CARD,
    Project.total_investment,
    Project.year_to,
    Project.finish_planned_on,
    Project.capital_extended_until,
    Project.first_capital_year,
    Project.handed_over_on,
    Project.disbursed_before,
    Project.started_on,
)


def _projects(condition: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(*_COLUMNS, Organisation.short_name.label("owner"))
        .join(Organisation, Organisation.id == Project.owner_id)
        .where(condition)
        .order_by(Project.name_sort, Project.id)
    )


def _plans(
    session: Session, condition: ColumnElement[bool], year: PlanYear, day: date
) -> dict[int, _Plan]:
    rows = session.execute(
        select(
            PlanLine.project_id,
            PlanLine.id,
            PlanEntry.effective_on,
            PlanEntry.amount,
            PlanEntry.kind,
            PlanEntry.deadline_on,
        )
        .join(PlanLine, PlanLine.id == PlanEntry.plan_line_id)
        .join(Project, Project.id == PlanLine.project_id)
        .where(
            PlanLine.year == year.year,
            PlanLine.extended.is_(False),
            PlanEntry.effective_on <= day,
            condition,
        )
        .order_by(PlanEntry.effective_on, PlanEntry.id)
    )
    plans: dict[int, _Plan] = defaultdict(_Plan)
    for project_id, line_id, effective_on, amount, kind, deadline_on in rows:
        if project_id is None:  # the pool belongs to no project
            continue
        plan = plans[project_id]
        plan.changes.append(PlanChange(effective_on, amount))
        plan.initial += amount if kind is PlanKind.INITIAL else 0
        plan.lines[line_id].append((deadline_on, amount))
    return dict(plans)


_LinePaid = Mapping[tuple[int, date], tuple[int, int]]
"""By line and deadline: what was paid of the line, and what of it after the deadline."""


def _deadlines(plan: _Plan, paid: int, by_line: _LinePaid) -> Left:
    """Return what remains at each deadline.

    Where all lines of a project close together, the project's own sum says as much as its lines'.
    """
    last_days = {deadline for entries in plan.lines.values() for deadline, _ in entries}
    if len(last_days) == 1:
        planned = sum(amount for entries in plan.lines.values() for _, amount in entries)
        return ((next(iter(last_days)), Dong(planned - paid)),)
    left: dict[date, int] = defaultdict(int)
    for line_id, entries in plan.lines.items():
        used = 0
        tranches = []
        for deadline, amount in _by_deadline(entries):
            used, after = by_line.get((line_id, deadline), (0, 0))
            tranches.append(Tranche(deadline, amount, after))
        for deadline, rest in left_by_deadline(tranches, used):
            left[deadline] += rest
    return tuple((deadline, Dong(amount)) for deadline, amount in sorted(left.items()))


def _by_deadline(entries: Iterable[tuple[date, int]]) -> list[tuple[date, int]]:
    sums: dict[date, int] = defaultdict(int)
    for deadline, amount in entries:
        sums[deadline] += amount
    return sorted(sums.items())


_MONTHS = (
    select(
        ProjectMonth.project_id,
        total(ProjectMonth.counted),
        func.max(case((ProjectMonth.entries > 0, ProjectMonth.last_on))),
        func.max(ProjectMonth.last_positive_on),
    )
    .join(Project, Project.id == ProjectMonth.project_id)
    .where(
        ProjectMonth.year == bindparam("year"),
        ProjectMonth.extended.is_(False),
        ProjectMonth.month < bindparam("month"),
    )
    .group_by(ProjectMonth.project_id)
)
_IS_LIVE = is_live(Disbursement)
_OF_MONTH = Disbursement.posted_on >= bindparam("month")
_IS_TRAILING = Disbursement.posted_on >= bindparam("trailing")
_RECENT = (
    select(
        Disbursement.project_id,
        total(case((_OF_MONTH, Disbursement.counted), else_=0)),
        total(case((_IS_TRAILING, Disbursement.counted), else_=0)),
        func.max(case((_IS_LIVE, Disbursement.posted_on))),
        func.max(case((and_(Disbursement.counted > 0, _IS_LIVE), Disbursement.posted_on))),
    )
    .join(Project, Project.id == Disbursement.project_id)
    .where(
        Disbursement.posted_on.between(bindparam("since"), bindparam("day")),
        Disbursement.year == bindparam("year"),
        Disbursement.extended.is_(False),
    )
    .group_by(Disbursement.project_id)
)


def _paid(
    session: Session, condition: ColumnElement[bool], year: PlanYear, day: date
) -> dict[int, _Paid]:
    """Read the months that are over from the sums, the last sixty days from the ledger."""
    month_opens = first_of_month(year, year.month_of(day))
    paid: dict[int, _Paid] = defaultdict(_Paid)
    of_year = {"year": year.year}
    month = {"month": year.month_of(day)}
    months = session.execute(_MONTHS.where(condition), of_year | month)
    for project_id, counted, last_on, last_positive_on in months:
        one = paid[project_id]
        one.counted += counted
        one.saw(last_on, last_positive_on)
    trailing = day - timedelta(days=TRAILING_DAYS) + DAY
    days = {"month": month_opens, "trailing": trailing, "day": day}
    since = {"since": min(trailing, month_opens)}
    recent = session.execute(_RECENT.where(condition), of_year | days | since)
    for project_id, counted, of_trailing, last_on, last_positive_on in recent:
        one = paid[project_id]
        one.counted += counted
        one.trailing += of_trailing
        one.saw(last_on, last_positive_on)
    return dict(paid)


def _paid_by_line(
    session: Session, condition: ColumnElement[bool], year: PlanYear, day: date
) -> _LinePaid:
    """Read the sums of lines only where a project has lines that close on different days."""
    in_force = (
        PlanLine.year == year.year,
        PlanLine.extended.is_(False),
        PlanEntry.effective_on <= day,
    )
    several = (
        select(PlanLine.project_id)
        .join(PlanEntry, PlanEntry.plan_line_id == PlanLine.id)
        .join(Project, Project.id == PlanLine.project_id)
        .where(*in_force, condition)
        .group_by(PlanLine.project_id)
        .having(func.min(PlanEntry.deadline_on) < func.max(PlanEntry.deadline_on))
    )
    last = (
        select(PlanEntry.plan_line_id, PlanEntry.deadline_on)
        .join(PlanLine, PlanLine.id == PlanEntry.plan_line_id)
        .where(*in_force, PlanLine.project_id.in_(several))
        .distinct()
        .subquery()
    )
    entry, closes_on = Disbursement, last.c.deadline_on
    rows = session.execute(
        select(
            last.c.plan_line_id,
            closes_on,
            total(entry.counted),
            total(case((entry.posted_on > closes_on, entry.counted), else_=0)),
        )
        .join(entry, entry.plan_line_id == last.c.plan_line_id)
        .where(entry.posted_on <= day)
        .group_by(last.c.plan_line_id, closes_on)
    )
    return {(line_id, deadline): (paid, after) for line_id, deadline, paid, after in rows}


def _quiet_days(session: Session, condition: ColumnElement[bool], day: date) -> dict[int, date]:
    rows = session.execute(
        select(QuietDay.project_id, func.max(QuietDay.day))
        .join(Project, Project.id == QuietDay.project_id)
        .where(QuietDay.day <= day, condition)
        .group_by(QuietDay.project_id)
    )
    return {project_id: last for project_id, last in rows}  # noqa: C416 - typed
