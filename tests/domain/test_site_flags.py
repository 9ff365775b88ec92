"""The flags about a site, on both sides of every border; source: the catalogue of flags."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from tracker.domain.clearance import Clearance
from tracker.domain.days import PlanYear, WorkingCalendar
from tracker.domain.facts import ProjectFacts
from tracker.domain.flags import Equation, Flag, FlagCode, Operand, Quantity, RemedyKind, Severity
from tracker.domain.money import Dong
from tracker.domain.packing import pack, unpack
from tracker.domain.projects import Group, Halt, Status, Tier
from tracker.domain.rulebook import THRESHOLDS
from tracker.domain.site import NO_SITE, SiteFacts
from tracker.domain.slowness import judge
from tracker.domain.thresholds import Threshold, ThresholdBook, ThresholdUnit
from tracker.domain.timeline import Lookback, Timeline

BOOK = ThresholdBook(THRESHOLDS)
PLAIN = WorkingCalendar()
DAY = date(2025, 6, 10)
LAND = Clearance(
    DAY, 1_000, 600, households=10, counted=10, approved=9, paid=8, handed_over=7,
    money_approved=Dong(90), money_paid=Dong(80),
)  # fmt: skip
OF_SITE = {FlagCode.F14, FlagCode.F22, FlagCode.F26, FlagCode.F32, FlagCode.F34}


def facts(site: SiteFacts = NO_SITE, **changes: object) -> ProjectFacts:
    plain = ProjectFacts(
        project_id=1,
        day=DAY,
        year=PlanYear(2025),
        tier=Tier.PROVINCE,
        group=Group.B,
        status=Status.UNDER_CONSTRUCTION,
        plan=Dong(0),
        disbursed=Dong(0),
        first_capital_year=2024,
        total_investment=Dong(10_000),
        disbursed_total=Dong(5_000),
        site=site,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def flag(code: FlagCode, site: SiteFacts, **changes: object) -> Flag | None:
    return judge(facts(site, **changes), BOOK, PLAIN).flag(code)


def works(planned: int, actual: int) -> SiteFacts:
    return SiteFacts(planned=planned, actual=actual)


def test_a_site_of_which_nothing_is_known_raises_nothing() -> None:
    assert not judge(facts(), BOOK, PLAIN).codes & OF_SITE


@pytest.mark.parametrize(("planned", "actual", "severity"), [
    (5_000, 5_000, None), (5_000, 4_000, None), (5_000, 3_999, Severity.YELLOW),
    (5_000, 3_000, Severity.YELLOW), (5_000, 2_999, Severity.ORANGE), (4_000, 5_500, None),
    (10_000, 0, Severity.ORANGE),
])  # fmt: skip
def test_f14_begins_beyond_ten_points_and_turns_orange_beyond_twenty(
    planned: int, actual: int, severity: Severity | None
) -> None:
    raised = flag(FlagCode.F14, works(planned, actual))
    assert (raised.severity if raised else None) == severity


def test_f14_shows_the_points_and_is_not_raised_on_works_that_are_done_or_stopped() -> None:
    raised = flag(FlagCode.F14, works(6_250, 5_000))
    assert raised is not None
    assert raised.equation() == Equation(
        Operand("works_actual", Fraction(50), Quantity.PERCENT), "-",
        Operand("works_planned", Fraction("62.5"), Quantity.PERCENT),
        Operand("points", Fraction("-12.5"), Quantity.POINTS),
    )  # fmt: skip
    assert raised.remedy.kind is RemedyKind.CATCH_UP
    behind = works(9_000, 1_000)
    assert flag(FlagCode.F14, behind, status=Status.COMPLETED_NOT_HANDED_OVER) is None
    assert flag(FlagCode.F14, behind, halt=Halt.STOPPED) is None
    assert flag(FlagCode.F14, behind, halt=Halt.PAUSED) is not None


def test_a_dated_threshold_moves_the_border_of_f14() -> None:
    later = Threshold("works_behind", 500, ThresholdUnit.BASIS_POINTS, date(2025, 7, 1), 2)
    book = ThresholdBook((*THRESHOLDS, later))
    site = works(5_000, 4_400)
    assert judge(facts(site), book, PLAIN).flag(FlagCode.F14) is None
    assert judge(facts(site, day=date(2025, 7, 1)), book, PLAIN).flag(FlagCode.F14) is not None


@pytest.mark.parametrize(("held", "days", "is_raised"), [
    (100, 90, False), (100, 91, True), (0, 400, False), (1, 91, True),
])  # fmt: skip
def test_f22_begins_on_the_day_after_three_months(held: int, days: int, is_raised: bool) -> None:
    land = replace(LAND, advance_held=Dong(held), advance_on=DAY - timedelta(days=days))
    raised = flag(FlagCode.F22, SiteFacts(land=land))
    assert (raised is not None) is is_raised
    if raised is not None:
        assert (raised.gap, raised.remedy.amount) == (held, held)
        assert raised.equation().result.value == days - 90


@pytest.mark.parametrize(("land", "point_due_on", "variant"), [
    (None, None, None),
    (replace(LAND, due_on=DAY), None, None),
    (replace(LAND, due_on=DAY - timedelta(days=1)), None, "overdue"),
    (replace(LAND, due_on=DAY - timedelta(days=1), area_done=1_000), None, "overdue"),
    (replace(LAND, due_on=DAY - timedelta(days=1), area_done=1_000, approved=10, paid=10,
             handed_over=10), None, None),
    (None, DAY, None),
    (None, DAY - timedelta(days=1), "points"),
    (replace(LAND, claims_done=True), None, "claimed"),
    (replace(LAND, claims_done=True, handed_over=10), None, "claimed_area"),
    (replace(LAND, claims_done=True, area_done=1_000, handed_over=10), None, None),
    (replace(LAND, claims_done=True, due_on=DAY - timedelta(days=3)), DAY, "overdue"),
])  # fmt: skip
def test_f26_names_land_that_is_late_points_overdue_and_what_is_only_called_done(
    land: Clearance | None, point_due_on: date | None, variant: str | None
) -> None:
    raised = flag(FlagCode.F26, SiteFacts(land=land, point_due_on=point_due_on))
    assert (raised.variant if raised else None) == variant


def test_f26_says_how_many_households_remain() -> None:
    raised = flag(FlagCode.F26, SiteFacts(land=replace(LAND, claims_done=True)))
    assert raised is not None
    equation = raised.equation()
    assert (equation.left.value, equation.right.value, equation.result.value) == (10, 7, 3)


@pytest.mark.parametrize(("actual", "disbursed", "variant", "amount"), [
    (5_000, 5_000, None, 0),
    (5_000, 7_000, None, 0), (5_000, 7_001, "money_ahead", 0),
    (5_000, 3_000, None, 0), (5_000, 2_999, "works_ahead", 1),
    (10_000, 0, "works_ahead", 8_000), (0, 10_000, "money_ahead", 0),
])  # fmt: skip
def test_f32_begins_beyond_twenty_points_either_way_and_says_the_least_that_lifts_it(
    actual: int, disbursed: int, variant: str | None, amount: int
) -> None:
    site = works(actual, actual)
    raised = flag(FlagCode.F32, site, disbursed_total=Dong(disbursed))
    assert (raised.variant if raised else None) == variant
    if raised is not None and raised.remedy.kind is RemedyKind.PAY:
        assert raised.remedy.amount == amount
        lifted = Dong(disbursed + amount)
        assert flag(FlagCode.F32, site, disbursed_total=lifted) is None
        assert flag(FlagCode.F32, site, disbursed_total=Dong(lifted - 1)) is not None


def test_f32_needs_a_total_investment_and_works_not_handed_over() -> None:
    apart = works(10_000, 10_000)
    assert flag(FlagCode.F32, apart, disbursed_total=Dong(0), total_investment=None) is None
    assert flag(FlagCode.F32, apart, disbursed_total=Dong(0), status=Status.HANDED_OVER) is None


def begun(started_on: date, ready_on: date | None = None, *, known: bool = False) -> SiteFacts:
    return SiteFacts(started_on=started_on, ready_on=ready_on, is_ready_known=known)


@pytest.mark.parametrize(("site", "variant", "days"), [
    (begun(date(2024, 1, 1)), None, 0),
    (begun(date(2023, 12, 31)), "no_capital", 1),
    (begun(date(2025, 12, 31)), None, 0),
    (begun(date(2025, 3, 1), date(2025, 3, 1), known=True), None, 0),
    (begun(date(2025, 3, 1), date(2025, 3, 2), known=True), "conditions", 1),
    (begun(date(2025, 3, 1), None, known=True), "unready", 101),
    (begun(date(2025, 3, 1), None), None, 0),
])  # fmt: skip
def test_f34_compares_the_day_of_beginning_with_capital_and_conditions(
    site: SiteFacts, variant: str | None, days: int
) -> None:
    raised = flag(FlagCode.F34, site)
    assert (raised.variant if raised else None) == variant
    if raised is not None:
        assert raised.severity is Severity.RED
        assert raised.equation().result.value == days


@pytest.mark.parametrize("site", [
    NO_SITE, works(5_000, 4_000),
    SiteFacts(1, 2, replace(LAND, advance_on=DAY, due_on=DAY), DAY, DAY, DAY, True),
])  # fmt: skip
def test_facts_of_a_site_are_packed_and_unpacked_unchanged(site: SiteFacts) -> None:
    packed = pack(facts(site))
    assert unpack(packed, 1, PlanYear(2025), DAY, None).site == site


def test_a_flag_of_the_site_holds_since_the_report_that_raised_it_or_since_its_deadline() -> None:
    late = SiteFacts(land=replace(LAND, due_on=date(2025, 3, 31)))
    states = (
        (date.min, NO_SITE),
        (date(2025, 2, 1), replace(late, planned=3_000, actual=2_900)),
        (date(2025, 5, 17), replace(late, planned=5_000, actual=3_000)),
    )
    now = facts(states[-1][1])
    timeline = Timeline(now, (), site=states)
    verdict = judge(now, BOOK, PLAIN)
    since = {
        code: Lookback(timeline, BOOK, PLAIN).since(found)
        for code in OF_SITE
        if (found := verdict.flag(code))
    }
    assert since[FlagCode.F14] == date(2025, 5, 17)
    assert since[FlagCode.F26] == date(2025, 4, 1)
