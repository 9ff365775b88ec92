"""What was planned and disbursed by the close of a day, by owner: from the sums, not the ledger.

Sums by month answer, less what sums by day tell of the rest of the month in which the day falls:
of today nothing. Both are kept in the ledger's own transaction, so they are the ledger's figures.
"""

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    case,
    cast,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.domain.days import PlanYear
from tracker.domain.money import Dong
from tracker.domain.people import Scope
from tracker.domain.plans import PlanKind, PlanSystem
from tracker.domain.projects import Tier
from tracker.domain.units import OrganisationKind
from tracker.models import (
    CapitalSource,
    Disbursement,
    Organisation,
    OwnerDay,
    OwnerMonth,
    PlanEntry,
    PlanLine,
    Project,
    SourceDay,
)
from tracker.queries.scoping import (
    named_organisations,
    single_projects,
    visible_organisations,
    visible_projects,
)
from tracker.queries.wall import BEYOND

MONTHS_OF_A_YEAR = 12


@dataclass(slots=True)
class Sums:
    """Amounts of one holder by the close of a day; `extended` came from the year before."""

    plan: int = 0
    plan_initial: int = 0
    plan_extended: int = 0
    disbursed: int = 0
    disbursed_extended: int = 0
    projects: int = 0


class Owner(NamedTuple):
    """An organisation that holds plans, with the place it belongs to."""

    id: int
    code: str
    name: str
    short_name: str
    sort: str
    kind: OrganisationKind
    tier: Tier
    unit_id: int
    unit_path: str


@dataclass(frozen=True, slots=True)
class ProvinceSums:
    """What only the whole province has: the Prime Minister's plan and what stands against it."""

    plan_pm: Dong
    plan_pm_late: Dong
    disbursed_pm: Dong
    pool: Dong
    pool_initial: Dong


@dataclass(frozen=True)
class OwnerSums:
    """Sums by owner; a project, with all it ever disbursed, is counted under its owner of today."""

    owners: dict[int, Owner]
    by_owner: dict[int, Sums] = field(default_factory=dict)


def total(column: InstrumentedAttribute[Dong] | ColumnElement[int]) -> ColumnElement[int]:
    """Return the sum of a column as a whole number on both engines."""
    # PostgreSQL sums bigint as numeric; without the cast a Decimal would come back.
    return cast(func.sum(column), BigInteger)


def owner_sums(session: Session, scope: Scope, year: PlanYear, day: date) -> OwnerSums:
    """Return plan and disbursement of every owner within the scope; three statements."""
    owners = _owners(session, scope)
    sums: dict[int, Sums] = defaultdict(Sums)
    for owner_id, extended, plan, initial, projects in session.execute(
        _plans_by_owner(scope, year, day)
    ):
        one = sums[owner_id]
        if extended:
            one.plan_extended += plan
        else:
            one.plan += plan
            one.plan_initial += initial
            one.projects += projects
    paid = [(*row,) for row in session.execute(_paid_by_owner(scope, year, day))]
    paid += [(own, late, sum_) for own, late, _, sum_ in single_sums(session, scope, year, day)]
    for owner_id, extended, counted in paid:
        if extended:
            sums[owner_id].disbursed_extended += counted
        else:
            sums[owner_id].disbursed += counted
    return OwnerSums(owners, {key: sums[key] for key in sums if key in owners})


def plan_of(session: Session, scope: Scope, year: PlanYear, day: date) -> Dong:
    """Return the plan of all owners within the scope together, without extended capital."""
    plan = session.scalar(
        select(total(PlanEntry.amount))
        .join(PlanLine, PlanLine.id == PlanEntry.plan_line_id)
        .join(Project, Project.id == PlanLine.project_id)
        .join(Organisation, Organisation.id == Project.owner_id)
        .where(
            PlanLine.year == year.year,
            PlanLine.extended.is_(False),
            PlanEntry.effective_on <= day,
            visible_projects(scope),
            visible_organisations(scope),
        )
    )
    return Dong(plan or 0)


def province_sums(
    session: Session, year: PlanYear, day: date, late_after: date | None
) -> ProvinceSums:
    """Return the plan the Prime Minister assigned, what was disbursed of it, and the pool.

    Disbursement stands against the Prime Minister's plan when its source, or one above it, has
    a line in that plan: the province may add sources of its own.
    """
    pm_plan, pm_late = 0, 0
    pool, pool_initial = 0, 0
    covered: set[str] = set()
    rows = session.execute(
        select(
            PlanLine.system,
            CapitalSource.path,
            PlanEntry.kind,
            PlanEntry.effective_on,
            PlanEntry.amount,
        )
        .join(PlanLine, PlanLine.id == PlanEntry.plan_line_id)
        .join(CapitalSource, CapitalSource.id == PlanLine.source_id)
        .where(
            PlanLine.unit_id.is_not(None),
            PlanLine.year == year.year,
            PlanLine.extended.is_(False),
            PlanEntry.effective_on <= day,
        )
    )
    for system, path, kind, effective_on, amount in rows:
        if system is PlanSystem.PM:
            pm_plan += amount
            covered.add(path)
            if late_after is not None and effective_on > late_after:
                pm_late += amount
        else:
            pool += amount
            pool_initial += amount if kind is PlanKind.INITIAL else 0
    paid = 0
    if covered:
        under = or_(*(CapitalSource.path.startswith(path, autoescape=True) for path in covered))
        paid = (
            session.scalar(
                select(total(SourceDay.counted))
                .join(CapitalSource, CapitalSource.id == SourceDay.source_id)
                .where(
                    SourceDay.year == year.year,
                    SourceDay.extended.is_(False),
                    SourceDay.day <= day,
                    under,
                )
            )
            or 0
        )
    return ProvinceSums(Dong(pm_plan), Dong(pm_late), Dong(paid), Dong(pool), Dong(pool_initial))


def province_ratio(session: Session, year: PlanYear, day: date) -> tuple[Dong, Dong]:
    """Return what the whole province disbursed of its plan, and that plan, by the day's close."""
    plan = (
        session.scalar(
            select(total(PlanEntry.amount))
            .join(PlanLine, PlanLine.id == PlanEntry.plan_line_id)
            .where(
                PlanLine.system == PlanSystem.PROVINCE,
                PlanLine.year == year.year,
                PlanLine.extended.is_(False),
                PlanEntry.effective_on <= day,
            ),
            execution_options=BEYOND,
        )
        or 0
    )
    paid = (
        session.scalar(
            select(total(SourceDay.counted)).where(
                SourceDay.year == year.year, SourceDay.extended.is_(False), SourceDay.day <= day
            )
        )
        or 0
    )
    return Dong(paid), Dong(plan)


@dataclass(frozen=True, slots=True)
class MonthSum:
    """What was disbursed by the end of a month, or by the day when that comes first."""

    month: int
    cumulative: Dong


def monthly_curve(
    session: Session, scope: Scope, year: PlanYear, day: date, owner_ids: list[int] | None = None
) -> list[MonthSum]:
    """Return the cumulative disbursement at each month end up to the day, for the S-curve."""
    until, last = _until(year, day), year.month_of(day)

    def of_owners(table: type[OwnerMonth | OwnerDay]) -> tuple[ColumnElement[bool], ...]:
        within = (
            table.year == year.year,
            table.extended.is_(False),
            visible_organisations(scope),
        )
        return within if owner_ids is None else (*within, table.organisation_id.in_(owner_ids))

    rows = session.execute(
        select(OwnerMonth.month, total(OwnerMonth.counted))
        .join(Organisation, Organisation.id == OwnerMonth.organisation_id)
        .where(OwnerMonth.month <= until.month, *of_owners(OwnerMonth))
        .group_by(OwnerMonth.month)
    )
    later = session.scalar(
        select(total(OwnerDay.counted))
        .join(Organisation, Organisation.id == OwnerDay.organisation_id)
        .where(OwnerDay.day > day, OwnerDay.day <= until.ends_on, *of_owners(OwnerDay))
    )
    by_month: dict[int, int] = defaultdict(int)
    by_month[min(until.month, last)] -= later or 0
    for month, counted in rows:
        by_month[min(month, last)] += counted
    for owner_id, extended, month, counted in single_sums(session, scope, year, day):
        if not extended and (owner_ids is None or owner_id in owner_ids):
            by_month[month] += counted
    curve, running = [], 0
    for month in range(1, last + 1):
        running += by_month[month]
        curve.append(MonthSum(month, Dong(running)))
    return curve


def single_sums(
    session: Session, scope: Scope, year: PlanYear, day: date
) -> list[tuple[int, bool, int, int]]:
    """Return (owner, extended, month, counted) of what is seen by the name of a project alone.

    Their owners' sums are not this person's to see, so these entries are added up one by one.
    """
    if not scope.project_ids:
        return []
    rows = session.execute(
        select(
            Project.owner_id,
            Disbursement.extended,
            Disbursement.posted_on,
            total(Disbursement.counted),
        )
        .join(Project, Project.id == Disbursement.project_id)
        .where(
            Disbursement.year == year.year, Disbursement.posted_on <= day, single_projects(scope)
        )
        .group_by(Project.owner_id, Disbursement.extended, Disbursement.posted_on)
    )
    return [(owner, extended, year.month_of(on), counted) for owner, extended, on, counted in rows]


def first_of_month(year: PlanYear, month: int) -> date:
    """Return the first day of a month of a plan year, 1 to 13."""
    return year.month_end(month).replace(day=1)


def _owners(session: Session, scope: Scope) -> dict[int, Owner]:
    rows = session.execute(
        select(
            Organisation.id,
            Organisation.code,
            Organisation.name,
            Organisation.short_name,
            Organisation.name_sort,
            Organisation.kind,
            Organisation.tier,
            Organisation.unit_id,
            Organisation.unit_path,
        ).where(named_organisations(scope))
    )
    return {row[0]: Owner._make(row) for row in rows}


def _plans_by_owner(scope: Scope, year: PlanYear, day: date) -> Select[int, bool, int, int, int]:
    initial = case((PlanEntry.kind == PlanKind.INITIAL, PlanEntry.amount), else_=0)
    return (
        select(
            Project.owner_id,
            PlanLine.extended,
            total(PlanEntry.amount),
            total(initial),
            func.count(Project.id.distinct()),
        )
        .join(PlanLine, PlanLine.id == PlanEntry.plan_line_id)
        .join(Project, Project.id == PlanLine.project_id)
        .where(PlanLine.year == year.year, PlanEntry.effective_on <= day, visible_projects(scope))
        .group_by(Project.owner_id, PlanLine.extended)
    )


def _paid_by_owner(scope: Scope, year: PlanYear, day: date) -> Select[int, bool, int]:
    until = _until(year, day)
    months = select(OwnerMonth.organisation_id, OwnerMonth.extended, OwnerMonth.counted).where(
        OwnerMonth.year == year.year, OwnerMonth.month <= until.month
    )
    later = select(OwnerDay.organisation_id, OwnerDay.extended, -OwnerDay.counted).where(
        OwnerDay.year == year.year, OwnerDay.day > day, OwnerDay.day <= until.ends_on
    )
    both = union_all(months, later).subquery()
    return (
        select(both.c.organisation_id, both.c.extended, total(both.c.counted))
        .join(Organisation, Organisation.id == both.c.organisation_id)
        .where(visible_organisations(scope))
        .group_by(both.c.organisation_id, both.c.extended)
    )


class _Until(NamedTuple):
    """The month a day falls in, as the sums number it, and its last day.

    Sums up to a day are those of whole months less what was posted later in its month: of today's
    month that is nothing.
    """

    month: int
    ends_on: date


def _until(year: PlanYear, day: date) -> _Until:
    month = (day.year - year.year) * MONTHS_OF_A_YEAR + day.month
    return _Until(month, date(day.year, day.month, monthrange(day.year, day.month)[1]))
