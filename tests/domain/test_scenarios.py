from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.days import DAY, PlanYear, WorkingCalendar
from tracker.domain.money import ZERO, Dong
from tracker.domain.plans import PlanChange
from tracker.domain.rulebook import DEFAULT_CURVE, HAI_DUONG_2025
from tracker.domain.scenarios import (
    Curve,
    CurvePath,
    Moment,
    PathSource,
    ProjectPath,
    Scenario,
    ScenarioFalls,
    ScenarioIncomplete,
    ScenarioOverPlan,
    choose_path,
    gap_to_scope,
    moment_of,
    monthly,
    plan_on,
    tranches_on,
)

YEAR = PlanYear(2025)
PLAIN = WorkingCalendar()
TET = WorkingCalendar(frozenset(date(2025, 1, 27) + n * DAY for n in range(5)))
HUNDRED = tuple(Dong(n) for n in (3, 8, 19, 28, 37, 50, 57, 62, 71, 77, 81, 93, 100))
BILLION = 10**9

CALENDARS = st.builds(
    WorkingCalendar,
    st.frozensets(st.dates(date(2025, 1, 1), date(2026, 1, 31)), max_size=60),
    st.frozensets(st.dates(date(2025, 1, 1), date(2026, 1, 31)), max_size=5),
)
DAYS = st.dates(date(2024, 12, 1), date(2026, 3, 1))
CUMULATIVE = st.lists(st.integers(0, 10**14), min_size=13, max_size=13).map(
    lambda amounts: tuple(Dong(a) for a in sorted(amounts))
)
CURVES = st.lists(st.integers(0, 10_000), min_size=13, max_size=13).map(
    lambda points: Curve(tuple(sorted(points)))
)
CHANGES = st.lists(
    st.builds(PlanChange, DAYS, st.integers(-(10**14), 10**14).map(Dong)), max_size=6
).map(tuple)


def test_the_month_ends_are_met_to_the_dong() -> None:
    scenario = Scenario(YEAR, HUNDRED)
    assert [scenario.at(day, PLAIN) for day in YEAR.month_ends] == list(HUNDRED)


def test_nothing_is_expected_before_and_all_after() -> None:
    scenario = Scenario(YEAR, HUNDRED)
    assert scenario.at(YEAR.opens - DAY, PLAIN) == 0
    assert scenario.at(YEAR.closes, PLAIN) == 100
    assert scenario.at(date(2030, 1, 1), PLAIN) == 100


@pytest.mark.parametrize(
    ("day", "calendar", "moment"),
    [
        (date(2024, 12, 31), PLAIN, Moment(0, 0, 1)),
        (date(2025, 1, 1), PLAIN, Moment(0, 1, 23)),
        (date(2025, 1, 30), PLAIN, Moment(0, 22, 23)),
        (date(2025, 1, 24), TET, Moment(0, 18, 18)),
        (date(2025, 1, 31), TET, Moment(1, 0, 1)),
        (date(2025, 2, 1), PLAIN, Moment(1, 0, 20)),
        (date(2026, 1, 30), PLAIN, Moment(12, 22, 22)),
        (date(2026, 1, 31), PLAIN, Moment(13, 0, 1)),
    ],
)
def test_a_day_stands_at_its_working_days(
    day: date, calendar: WorkingCalendar, moment: Moment
) -> None:
    assert moment_of(YEAR, day, calendar) == moment


def test_within_a_month_the_path_rises_by_working_days() -> None:
    cumulative = (Dong(2_300), *[Dong(2_300)] * 12)
    scenario = Scenario(YEAR, cumulative)
    assert scenario.at(date(2025, 1, 1), PLAIN) == 100
    assert scenario.at(date(2025, 1, 3), PLAIN) == 300
    assert scenario.at(date(2025, 1, 5), PLAIN) == 300
    assert scenario.at(date(2025, 1, 6), PLAIN) == 400


def test_amounts_are_rounded_half_up_to_whole_dong() -> None:
    scenario = Scenario(YEAR, tuple(Dong(a) for a in [1] * 13))
    half = WorkingCalendar(frozenset(), frozenset())
    twelfth = next(d for d in range(1, 31) if moment_of(YEAR, date(2025, 1, d), half).done == 12)
    assert scenario.at(date(2025, 1, twelfth), half) == 1  # 12/23
    assert scenario.at(date(2025, 1, twelfth) - DAY, half) == 0  # 11/23


def test_a_month_without_working_days_is_passed_on_its_last_day() -> None:
    february = frozenset(date(2025, 2, 1) + n * DAY for n in range(28))
    scenario = Scenario(YEAR, HUNDRED)
    calendar = WorkingCalendar(february)
    assert scenario.at(date(2025, 2, 27), calendar) == 3
    assert scenario.at(date(2025, 2, 28), calendar) == 8


@settings(deadline=None)
@given(CUMULATIVE, CALENDARS)
def test_the_expected_amount_never_falls(
    cumulative: tuple[Dong, ...], calendar: WorkingCalendar
) -> None:
    scenario = Scenario(YEAR, cumulative)
    days = [YEAR.opens + timedelta(days=n) for n in range(-2, 400)]
    amounts = [scenario.at(day, calendar) for day in days]
    assert all(a <= b for a, b in pairwise(amounts))
    assert amounts[0] == 0
    assert amounts[-1] == cumulative[-1]


@pytest.mark.parametrize("months", [0, 12, 14])
def test_a_scenario_has_thirteen_months(months: int) -> None:
    with pytest.raises(ScenarioIncomplete) as refusal:
        Scenario(YEAR, tuple([ZERO] * months))
    assert refusal.value.months == months


def test_a_scenario_that_falls_is_refused_with_its_month() -> None:
    falling = (*HUNDRED[:6], Dong(49), *HUNDRED[7:])
    with pytest.raises(ScenarioFalls) as refusal:
        Scenario(YEAR, falling)
    assert refusal.value.data == {"month": 7, "before": 50, "after": 49}


def test_a_scenario_below_zero_is_refused() -> None:
    with pytest.raises(ScenarioFalls) as refusal:
        Scenario(YEAR, (Dong(-1), *HUNDRED[1:]))
    assert refusal.value.data == {"month": 1, "before": 0, "after": -1}


def test_a_scenario_beyond_the_plan_is_refused_with_the_first_such_month() -> None:
    Scenario.within(YEAR, HUNDRED, Dong(100))
    with pytest.raises(ScenarioOverPlan) as refusal:
        Scenario.within(YEAR, HUNDRED, Dong(92))
    assert refusal.value.data == {"month": 12, "foreseen": 93, "plan": 92}


def test_a_curve_has_a_whole() -> None:
    with pytest.raises(ValueError, match="whole"):
        Curve(tuple([0] * 13), 0)
    with pytest.raises(ScenarioOverPlan):
        Curve((*[0] * 12, 10_001))


def test_the_published_scenario_of_hai_duong_gives_its_published_amounts() -> None:
    plan = Dong(10_452_600_000_000)
    path = CurvePath(
        YEAR, PathSource.PROVINCE, HAI_DUONG_2025, (PlanChange(date(2024, 12, 10), plan),)
    )
    assert path.at(date(2025, 4, 30), TET) == plan * 28 // 100
    target = path.at(date(2026, 1, 31), TET)
    assert target == plan * 997 // 1000
    assert abs(target - 10_421_700_000_000) < 500_000_000


def test_a_scope_lends_its_shape_and_not_its_size() -> None:
    scope = Scenario(YEAR, tuple(Dong(n * BILLION) for n in HUNDRED))
    curve = scope.curve_of(Dong(200 * BILLION))
    path = CurvePath(YEAR, PathSource.UNIT, curve, (PlanChange(YEAR.opens, Dong(1_000)),))
    assert path.at(date(2025, 6, 30), PLAIN) == 250
    assert path.at(YEAR.closes, PLAIN) == 500


@given(CURVES, DAYS, CALENDARS, st.integers(1, 10**15).map(Dong))
def test_capital_of_the_opening_day_follows_the_curve_itself(
    curve: Curve, day: date, calendar: WorkingCalendar, plan: Dong
) -> None:
    early = CurvePath(YEAR, PathSource.DEFAULT_CURVE, curve, (PlanChange(date(2024, 12, 1), plan),))
    opening = CurvePath(YEAR, PathSource.DEFAULT_CURVE, curve, (PlanChange(YEAR.opens, plan),))
    scaled = Scenario(YEAR, tuple(Dong(p * 10**11) for p in curve.points)).at(day, calendar)
    assert opening.at(day, calendar) == (early.at(day, calendar) if day >= YEAR.opens else 0)
    exact = Fraction(scaled * plan, 10_000 * 10**11)
    assert abs(early.at(day, calendar) - exact) <= Fraction(1, 2) + Fraction(plan, 10**15)


def test_added_capital_starts_on_its_day_and_ends_where_the_curve_ends() -> None:
    base = PlanChange(date(2024, 12, 10), Dong(10_000))
    added = PlanChange(date(2025, 7, 1), Dong(4_000))
    path = CurvePath(YEAR, PathSource.DEFAULT_CURVE, DEFAULT_CURVE, (base, added))
    assert path.at(date(2025, 6, 30), PLAIN) == 2_900
    # C(6) = 29, C(9) = 48, C(13) = 93: (48 - 29) / (93 - 29) of the way to 93 %.
    assert path.at(date(2025, 9, 30), PLAIN) == 4_800 + round(4_000 * 0.93 * 19 / 64)
    assert path.at(date(2026, 1, 31), PLAIN) == 9_300 + 3_720


def test_capital_that_comes_when_the_curve_is_done_is_due_at_the_close() -> None:
    path = CurvePath(
        YEAR, PathSource.DEFAULT_CURVE, DEFAULT_CURVE, (PlanChange(YEAR.closes, Dong(100)),)
    )
    assert path.at(date(2026, 1, 31), PLAIN) == 0
    assert path.at(YEAR.closes, PLAIN) == 93


@settings(deadline=None)
@given(CURVES, CHANGES, CALENDARS)
def test_a_path_stays_between_nothing_and_the_plan(
    curve: Curve, changes: tuple[PlanChange, ...], calendar: WorkingCalendar
) -> None:
    path = CurvePath(YEAR, PathSource.DEFAULT_CURVE, curve, changes)
    for n in range(-40, 430, 7):
        day = YEAR.opens + timedelta(days=n)
        held = sum(part.amount for part in tranches_on(changes, day))
        assert 0 <= path.at(day, calendar) <= held


@settings(deadline=None)
@given(CURVES, CHANGES, CALENDARS)
def test_between_its_breaks_a_path_never_falls(
    curve: Curve, changes: tuple[PlanChange, ...], calendar: WorkingCalendar
) -> None:
    scenario = Scenario(YEAR, tuple(Dong(p) for p in curve.points))
    for path in (
        CurvePath(YEAR, PathSource.DEFAULT_CURVE, curve, changes),
        ProjectPath(scenario, changes),
    ):
        breaks = set(path.breaks)
        days = [YEAR.opens + timedelta(days=n) for n in range(-40, 430)]
        for day, after in pairwise(days):
            assert after in breaks or path.at(day, calendar) <= path.at(after, calendar)


@given(CURVES, CHANGES.map(lambda cs: [c for c in cs if c.amount > 0]), DAYS, DAYS, CALENDARS)
def test_an_addition_taken_back_leaves_no_trace(
    curve: Curve, changes: list[PlanChange], on: date, day: date, calendar: WorkingCalendar
) -> None:
    last = max([on, *(change.effective_on for change in changes)])
    undone = (*changes, PlanChange(last, Dong(77)), PlanChange(last, Dong(-77)))
    plain = CurvePath(YEAR, PathSource.DEFAULT_CURVE, curve, tuple(changes))
    with_trace = CurvePath(YEAR, PathSource.DEFAULT_CURVE, curve, undone)
    assert with_trace.at(day, calendar) == plain.at(day, calendar)


def test_capital_is_taken_from_what_came_last() -> None:
    changes = (
        PlanChange(date(2025, 1, 1), Dong(100)),
        PlanChange(date(2025, 5, 1), Dong(40)),
        PlanChange(date(2025, 8, 1), Dong(-50)),
    )
    assert tranches_on(changes, date(2025, 7, 31)) == list(changes[:2])
    assert tranches_on(changes, date(2025, 8, 1)) == [PlanChange(date(2025, 1, 1), Dong(90))]
    assert plan_on(changes, date(2025, 8, 1)) == 90


def test_more_than_all_capital_cannot_be_taken() -> None:
    changes = (PlanChange(YEAR.opens, Dong(10)), PlanChange(YEAR.opens + DAY, Dong(-99)))
    assert tranches_on(changes, date(2025, 2, 1)) == []
    assert plan_on(changes, date(2025, 2, 1)) == 0


def test_a_project_path_bends_under_a_smaller_plan() -> None:
    changes = (PlanChange(YEAR.opens, Dong(100)), PlanChange(date(2025, 6, 1), Dong(-60)))
    path = ProjectPath(Scenario(YEAR, HUNDRED), changes)
    assert path.at(date(2025, 5, 31), PLAIN) == 37
    assert path.at(date(2025, 6, 30), PLAIN) == 40
    assert path.at(YEAR.closes, PLAIN) == 40


CHANGE = (PlanChange(YEAR.opens, Dong(100)),)
FLAT = Curve(tuple([10_000] * 13))


@pytest.mark.parametrize(
    ("known", "source"),
    [
        (list(PathSource)[1:], PathSource.UNIT),
        ([PathSource.TIER, PathSource.PROVINCE, PathSource.DEFAULT_CURVE], PathSource.TIER),
        ([PathSource.DEFAULT_CURVE, PathSource.PROVINCE], PathSource.PROVINCE),
        ([PathSource.DEFAULT_CURVE], PathSource.DEFAULT_CURVE),
    ],
)
def test_the_nearest_path_is_taken(known: list[PathSource], source: PathSource) -> None:
    path = choose_path(YEAR, None, dict.fromkeys(known, FLAT), CHANGE)
    assert path is not None
    assert path.source is source


def test_a_scenario_of_its_own_comes_before_all_others() -> None:
    path = choose_path(YEAR, Scenario(YEAR, HUNDRED), {PathSource.UNIT: FLAT}, CHANGE)
    assert path is not None
    assert path.source is PathSource.PROJECT
    assert path.at(date(2025, 6, 30), PLAIN) == 50


def test_without_any_path_nothing_is_expected_or_refused() -> None:
    assert choose_path(YEAR, None, {}, CHANGE) is None


@given(CUMULATIVE)
def test_the_months_add_up_to_the_last_amount(cumulative: tuple[Dong, ...]) -> None:
    steps = monthly(Scenario(YEAR, cumulative))
    assert len(steps) == 13
    assert sum(steps) == cumulative[-1]
    assert min(steps) >= 0


def test_the_difference_to_the_scope_is_shown_for_each_month() -> None:
    scope = Scenario(YEAR, HUNDRED)
    gaps = gap_to_scope(scope, [scope, Scenario(YEAR, tuple([Dong(1)] * 13))])
    assert gaps == tuple([Dong(1)] * 13)
    assert gap_to_scope(scope, [])[0] == -3
