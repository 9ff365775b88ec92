"""Everything the overview shows, read in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.days import PlanYear
from tracker.domain.money import Dong
from tracker.domain.people import Scope
from tracker.domain.progress import Figures
from tracker.domain.projects import Tier
from tracker.models import (
    NationalRate,
    Organisation,
    OwnerMonth,
)
from tracker.queries.paces import Pace, paces_before
from tracker.queries.progress import (
    MonthSum,
    OwnerSums,
    ProvinceSums,
    monthly_curve,
    owner_sums,
    plan_of,
    province_sums,
    single_sums,
)
from tracker.queries.remembered import Remembered
from tracker.queries.rules import Rules, rules
from tracker.queries.scenarios import (
    ApprovedScenario,
    UnitPath,
    scenario_of_scope,
    unit_paths,
)
from tracker.queries.scoping import visible_organisations
from tracker.queries.standing_sums import StandingSums, standing_sums
from tracker.queries.standings import Moment, standings_at
from tracker.queries.units import UnitName, units_on

WHOLE = 10_000
WEEK = 7
"""Days between two looks at who stands where."""


@dataclass(frozen=True, slots=True)
class NationalPoint:
    """The national rate of the plan year on a published day."""

    day: date
    share: Fraction


@dataclass(frozen=True)
class Overview:
    """The readings of one scope, plan year and day, before anything is decided about showing.

    `units` are those by which the scope is told: its districts, or its communes where all of it
    lies in one district or there are no districts any more. `province` is None for people who do
    not see the whole province. `scenario` is that of exactly this scope, where it has one.
    `before` holds, by owner, plan and disbursement of a week before; None where that lies before
    the plan year. `own_months` holds, by owner and month, what was disbursed.
    """

    year: PlanYear
    day: date
    rules: Rules
    sums: OwnerSums
    before: dict[int, Pace] | None
    province: ProvinceSums | None
    scenario: ApprovedScenario | None
    unit_paths: dict[int, UnitPath]
    standings: StandingSums
    units: list[UnitName]
    curve: list[MonthSum]
    curve_before: list[MonthSum]
    plan_before: Dong
    national: list[NationalPoint]
    own_months: dict[int, dict[int, int]]

    @cached_property
    def figures(self) -> Figures:
        """Return the sums of the whole scope; expected is the scenario's, or the projects'."""
        owners = self.sums.by_owner.values()
        pool = self.province.pool if self.province else 0
        pool_initial = self.province.pool_initial if self.province else 0
        return Figures(
            plan_pm=self.province.plan_pm if self.province else Dong(0),
            plan_pm_late=self.province.plan_pm_late if self.province else Dong(0),
            disbursed_pm=self.province.disbursed_pm if self.province else Dong(0),
            plan_province=Dong(sum(one.plan for one in owners) + pool),
            plan_initial=Dong(sum(one.plan_initial for one in owners) + pool_initial),
            plan_extended=Dong(sum(one.plan_extended for one in owners)),
            disbursed=Dong(sum(one.disbursed for one in owners)),
            disbursed_extended=Dong(sum(one.disbursed_extended for one in owners)),
            expected=self.expected,
        )

    @property
    def expected(self) -> Dong | None:
        """Return what the scope's own scenario foresees, or else the sum of the projects' paths."""
        if self.scenario is not None:
            return self.scenario.scenario.at(self.day, self.rules.calendar)
        return self.standings.expected


_READ: Remembered[Overview] = Remembered(48)


def overview(session: Session, scope: Scope, moment: Moment) -> Overview:
    """Return the readings of the overview for what the scope reaches.

    Nothing is read twice in the same state of the data, whoever with this scope asks.
    """
    if moment.stamp is None:
        return _read(session, scope, moment)
    key = (moment.stamp, scope, moment.year, moment.day)
    return _READ.get(key) or _READ.put(key, _read(session, scope, moment))


def _read(session: Session, scope: Scope, moment: Moment) -> Overview:
    year, day = moment.year, moment.day
    standings = standings_at(session, moment)
    known = rules(session, year.year - 1, year.year + 2)
    late_after = known.late_after(year.year, day)
    before = PlanYear(year.year - 1)
    # Last year's curve is shown whole up to the close of its own plan year, but never beyond today.
    day_before = min(day, before.month_end(13))
    week = day - timedelta(days=WEEK)
    units = _units_below(session, scope, day)
    sums = owner_sums(session, scope, year, day)
    whole = {one.id for one in units if scope.covers(one.path)}
    return Overview(
        year=year,
        day=day,
        rules=known,
        sums=sums,
        before=paces_before(session, scope, year, week, sums, day) if week in year else None,
        province=province_sums(session, year, day, late_after) if scope.everything else None,
        scenario=scenario_of_scope(session, scope, year, day),
        # A unit's own path is held against the whole unit alone.
        unit_paths={
            unit_id: one
            for unit_id, one in unit_paths(session, year, day).items()
            if unit_id in whole
        },
        standings=standing_sums(session, scope, standings, known),
        units=units,
        curve=monthly_curve(session, scope, year, day),
        curve_before=monthly_curve(session, scope, before, day_before),
        plan_before=plan_of(session, scope, before, day_before),
        national=_national(session, year, day),
        own_months=_own_months(session, scope, year, day),
    )


def _units_below(session: Session, scope: Scope, day: date) -> list[UnitName]:
    districts = units_on(session, day, (Tier.DISTRICT,))
    paths = () if scope.everything else tuple(scope.unit_paths)
    of_one = len(paths) == 1 and any(paths[0].startswith(one.path) for one in districts)
    if districts and not of_one:
        return districts
    communes = units_on(session, day, (Tier.COMMUNE,))
    return [one for one in communes if not of_one or one.path.startswith(paths[0])]


def _national(session: Session, year: PlanYear, day: date) -> list[NationalPoint]:
    rows = session.execute(
        select(NationalRate.day, NationalRate.rate)
        .where(NationalRate.year == year.year, NationalRate.day <= day)
        .order_by(NationalRate.day)
    )
    return [NationalPoint(on, Fraction(rate, WHOLE)) for on, rate in rows]


def _own_months(
    session: Session, scope: Scope, year: PlanYear, day: date
) -> dict[int, dict[int, int]]:
    rows = session.execute(
        select(OwnerMonth.organisation_id, OwnerMonth.month, OwnerMonth.counted)
        .join(Organisation, Organisation.id == OwnerMonth.organisation_id)
        .where(
            OwnerMonth.year == year.year,
            OwnerMonth.extended.is_(False),
            OwnerMonth.month <= year.month_of(day),
            visible_organisations(scope),
        )
    )
    single = [
        (owner, month, counted)
        for owner, extended, month, counted in single_sums(session, scope, year, day)
        if not extended
    ]
    return _by_owner_and_month(
        [*((owner, month, counted) for owner, month, counted in rows), *single]
    )


def _by_owner_and_month(rows: Sequence[tuple[int, int, int]]) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for owner_id, month, amount in rows:
        found[owner_id][month] = found[owner_id].get(month, 0) + amount
    return dict(found)
