from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tracker.domain.days import DAY, PlanYear, WorkingCalendar
from tracker.domain.facts import ProjectFacts
from tracker.domain.flags import Flag, FlagCode, RemedyKind, Severity
from tracker.domain.money import ZERO, Dong
from tracker.domain.pace import (
    behind_scenario,
    below_milestone,
    below_nation,
    below_province,
    idle,
    milestones,
    nothing_disbursed,
)
from tracker.domain.progress import Ratio, RatioCode
from tracker.domain.projects import Group, Halt, Status, Tier
from tracker.domain.rulebook import THRESHOLDS
from tracker.domain.scenarios import PathSource
from tracker.domain.slowness import FlagRule
from tracker.domain.thresholds import ThresholdBook

YEAR = PlanYear(2025)
PLAIN = WorkingCalendar()
LIMITS = ThresholdBook(THRESHOLDS).on(date(2025, 1, 1))
BILLION = 10**9
MONEY = st.integers(1, 10**14).map(Dong)


def a_project(**changes: object) -> ProjectFacts:
    """Return the facts of a plain project in June 2025, with changes."""
    facts = ProjectFacts(
        project_id=1,
        day=date(2025, 6, 10),
        year=YEAR,
        tier=Tier.PROVINCE,
        group=Group.B,
        status=Status.UNDER_CONSTRUCTION,
        plan=Dong(1_000),
        disbursed=Dong(400),
        plan_decided_on=date(2024, 12, 10),
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


def judged(rule: FlagRule, facts: ProjectFacts) -> Flag | None:
    return rule(facts, LIMITS, PLAIN)


def raised(rule: FlagRule, facts: ProjectFacts) -> Flag:
    flag = judged(rule, facts)
    assert flag is not None
    return flag


def paid(facts: ProjectFacts, amount: int) -> ProjectFacts:
    """Return the facts as they would be had the amount been counted on the same day."""
    left, deadlines = amount, []
    for on, rest in sorted(facts.deadlines):
        taken = min(left, rest)
        left -= taken
        deadlines.append((on, Dong(rest - taken)))
    province = facts.province
    if province is not None:
        more = Dong(province.numerator + amount)
        province = Ratio(province.code, more, province.denominator)
    return replace(
        facts,
        disbursed=Dong(facts.disbursed + amount),
        trailing_60=Dong(facts.trailing_60 + amount),
        last_positive_on=facts.day if amount else facts.last_positive_on,
        deadlines=tuple(deadlines),
        province=province,
    )


def assert_remedy_is_exact(rule: FlagRule, facts: ProjectFacts) -> None:
    """Check that paying the amount lifts the flag, and that one đồng less does not."""
    flag = raised(rule, facts)
    assert flag.remedy.kind is RemedyKind.PAY
    assert flag.remedy.amount > 0
    assert judged(rule, paid(facts, flag.remedy.amount)) is None
    assert judged(rule, paid(facts, flag.remedy.amount - 1)) is not None


# --- F-01 -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "is_new", "severity"),
    [
        (date(2025, 1, 31), False, None),  # 30 days after the opening
        (date(2025, 2, 1), False, Severity.ORANGE),
        (date(2025, 3, 2), True, None),  # 60 days
        (date(2025, 3, 3), True, Severity.ORANGE),
        (date(2025, 5, 31), False, Severity.ORANGE),
        (date(2025, 6, 1), False, Severity.RED),
        (date(2024, 12, 31), False, None),
    ],
)
def test_nothing_disbursed_is_raised_after_its_days(
    day: date, is_new: bool, severity: Severity | None
) -> None:
    facts = a_project(day=day, disbursed=ZERO, is_new_start=is_new)
    flag = judged(nothing_disbursed, facts)
    assert (flag.severity if flag else None) is severity


@pytest.mark.parametrize(
    "changes",
    [
        {"disbursed": Dong(1)},
        {"plan": ZERO},
        {"plan_decided_on": None},
        {"plan_decided_on": date(2025, 5, 11)},
        {"halt": Halt.STOPPED},
        {"halt": Halt.CANCELLED},
    ],
)
def test_nothing_disbursed_is_not_raised(changes: dict[str, object]) -> None:
    assert judged(nothing_disbursed, a_project(**{"disbursed": ZERO} | changes)) is None


def test_a_plan_given_late_counts_from_its_own_day() -> None:
    facts = a_project(disbursed=ZERO, plan_decided_on=date(2025, 5, 10))
    flag = raised(nothing_disbursed, facts)
    assert flag.terms["days_since"] == 31
    assert flag.terms["payable_from"] == date(2025, 5, 10)


def test_a_single_dong_lifts_nothing_disbursed() -> None:
    assert_remedy_is_exact(nothing_disbursed, a_project(disbursed=ZERO))


# --- F-02 -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("disbursed", "severity"),
    [
        (1_000, None),
        (950, None),  # exactly the tolerance
        (949, Severity.YELLOW),
        (850, Severity.YELLOW),
        (849, Severity.ORANGE),
        (700, Severity.ORANGE),
        (699, Severity.RED),
        (0, Severity.RED),
    ],
)
def test_behind_the_scenario_grows_graver(disbursed: int, severity: Severity | None) -> None:
    facts = a_project(plan=Dong(2_000), expected=Dong(1_000), disbursed=Dong(disbursed))
    flag = judged(behind_scenario, facts)
    assert (flag.severity if flag else None) is severity


@pytest.mark.parametrize(
    ("gap", "severity"), [(20 * BILLION - 1, Severity.YELLOW), (20 * BILLION, Severity.RED)]
)
def test_a_large_gap_is_red_whatever_its_share(gap: int, severity: Severity) -> None:
    expected = 200 * BILLION
    facts = a_project(plan=Dong(expected), expected=Dong(expected), disbursed=Dong(expected - gap))
    assert raised(behind_scenario, facts).severity is severity


@pytest.mark.parametrize(
    "changes",
    [{"expected": None}, {"plan": ZERO}, {"halt": Halt.STOPPED}, {"expected": ZERO}],
)
def test_behind_the_scenario_is_not_raised(changes: dict[str, object]) -> None:
    facts = a_project(**{"expected": Dong(900), "disbursed": ZERO} | changes)
    assert judged(behind_scenario, facts) is None


def test_a_paused_project_is_still_behind() -> None:
    facts = a_project(expected=Dong(900), halt=Halt.PAUSED)
    assert raised(behind_scenario, facts).code is FlagCode.F02


def test_behind_the_scenario_shows_its_operands_and_where_the_path_comes_from() -> None:
    facts = a_project(
        plan=Dong(1_000), disbursed=Dong(124), expected=Dong(310), path=PathSource.PROVINCE
    )
    flag = raised(behind_scenario, facts)
    assert flag.variant == "province"
    assert flag.ratio is RatioCode.TL6
    assert flag.gap == flag.terms["gap"] == 186
    assert flag.terms["rate"] == Fraction(124, 1_000)
    assert flag.terms["expected_rate"] == Fraction(310, 1_000)
    assert {row.code for row in flag.thresholds} >= {"behind_tolerance", "behind_red"}
    assert flag.version == 1
    assert flag.remedy.amount == 295 - 124


@given(MONEY, MONEY, MONEY)
def test_the_amount_named_brings_a_project_back_on_its_path(
    plan: Dong, disbursed: Dong, expected: Dong
) -> None:
    facts = a_project(plan=plan, disbursed=disbursed, expected=expected)
    assume(judged(behind_scenario, facts))
    assert_remedy_is_exact(behind_scenario, facts)


# --- F-03 -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("disbursed", "is_raised"), [(400, False), (399, True), (401, False)])
def test_below_the_province_compares_exactly(disbursed: int, is_raised: bool) -> None:
    province = Ratio(RatioCode.TL2, Dong(4_000), Dong(10_000))
    flag = judged(below_province, a_project(disbursed=Dong(disbursed), province=province))
    assert (flag is not None) is is_raised


def test_a_project_alone_in_its_province_is_not_below_itself() -> None:
    province = Ratio(RatioCode.TL2, Dong(400), Dong(1_000))
    assert judged(below_province, a_project(disbursed=Dong(400), province=province)) is None


def test_an_unknown_province_raises_nothing() -> None:
    assert judged(below_province, a_project(disbursed=ZERO)) is None


@given(MONEY, MONEY, MONEY, st.integers(0, 10**14))
def test_the_amount_named_brings_a_project_up_to_its_province(
    plan: Dong, disbursed: Dong, others: Dong, others_disbursed: int
) -> None:
    province = Ratio(RatioCode.TL2, Dong(disbursed + others_disbursed), Dong(plan + others))
    facts = a_project(plan=plan, disbursed=disbursed, province=province)
    assume(judged(below_province, facts))
    assert_remedy_is_exact(below_province, facts)


# --- F-05 -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "least", "severity"),
    [
        (date(2025, 6, 30), 300, Severity.ORANGE),
        (date(2025, 9, 29), 300, Severity.ORANGE),
        (date(2025, 9, 30), 600, Severity.ORANGE),
        (date(2025, 10, 31), 700, Severity.ORANGE),
        (date(2025, 11, 30), 850, Severity.RED),
        (date(2025, 12, 31), 950, Severity.RED),
        (date(2026, 1, 31), 950, Severity.RED),
        (date(2026, 5, 1), 950, Severity.RED),
    ],
)
def test_milestones_demand_their_share(day: date, least: int, severity: Severity) -> None:
    assert judged(below_milestone, a_project(day=day, disbursed=Dong(least))) is None
    flag = raised(below_milestone, a_project(day=day, disbursed=Dong(least - 1)))
    assert flag.severity is severity
    assert flag.remedy.amount == 1


def test_before_the_first_milestone_nothing_is_demanded() -> None:
    assert judged(below_milestone, a_project(day=date(2025, 6, 29), disbursed=ZERO)) is None


def test_the_remedy_of_a_milestone_holds_to_the_day_before_the_next() -> None:
    facts = a_project(day=date(2025, 7, 15), disbursed=ZERO)
    flag = raised(below_milestone, facts)
    assert flag.remedy.by == date(2025, 9, 29)
    cured = paid(facts, flag.remedy.amount)
    assert judged(below_milestone, replace(cured, day=flag.remedy.by)) is None
    assert judged(below_milestone, replace(cured, day=flag.remedy.by + DAY)) is not None


def test_milestones_follow_one_another_without_gaps() -> None:
    found = milestones(YEAR)
    assert [m.until + DAY for m in found] == [*[m.day for m in found[1:]], YEAR.closes]


@given(MONEY, MONEY, st.dates(date(2025, 6, 30), date(2026, 1, 31)))
def test_the_amount_named_reaches_the_milestone(plan: Dong, disbursed: Dong, day: date) -> None:
    facts = a_project(plan=plan, disbursed=disbursed, day=day)
    assume(judged(below_milestone, facts))
    assert_remedy_is_exact(below_milestone, facts)


# --- F-06 -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "is_raised"), [(45, False), (46, True), (0, False)])
def test_idle_is_raised_after_its_days(days: int, is_raised: bool) -> None:
    last = date(2025, 6, 10) - timedelta(days=days)
    assert (judged(idle, a_project(last_positive_on=last)) is not None) is is_raised


@pytest.mark.parametrize(
    "changes",
    [
        {"status": Status.APPROVED_NOT_STARTED},
        {"status": Status.HANDED_OVER},
        {"disbursed": Dong(1_000)},
        {"last_positive_on": None},
        {"halt": Halt.PAUSED},
    ],
)
def test_idle_is_only_for_works_that_go_on_with_capital_left(changes: dict[str, object]) -> None:
    assert judged(idle, a_project(**{"last_positive_on": date(2025, 1, 2)} | changes)) is None


def test_a_single_dong_lifts_idle() -> None:
    assert_remedy_is_exact(idle, a_project(last_positive_on=date(2025, 1, 2)))


@pytest.mark.parametrize(
    ("disbursed", "rate", "published", "is_raised"),
    [
        (299, 3_000, date(2025, 5, 31), True),
        (300, 3_000, date(2025, 5, 31), False),  # the same rate is not below it
        (299, 2_991, date(2025, 5, 31), True),  # a part of a đồng below is below
        (299, 2_990, date(2025, 5, 31), False),
        (299, 3_000, date(2025, 4, 26), True),  # 45 days old: still compared with
        (299, 3_000, date(2025, 4, 25), False),  # 46 days old
        (0, 0, date(2025, 5, 31), False),
        (299, None, None, False),
    ],
)
def test_a_project_is_held_against_the_newest_rate_of_the_country(
    disbursed: int, rate: int | None, published: date | None, is_raised: bool
) -> None:
    facts = a_project(disbursed=Dong(disbursed), national_rate=rate, national_on=published)
    assert (judged(below_nation, facts) is not None) is is_raised


@pytest.mark.parametrize("changes", [{"plan": ZERO}, {"halt": Halt.STOPPED}])
def test_without_a_plan_or_once_stopped_nothing_is_held_against_the_country(
    changes: dict[str, object],
) -> None:
    facts = a_project(national_rate=9_000, national_on=date(2025, 6, 1), **changes)
    assert judged(below_nation, facts) is None


@given(MONEY, MONEY, st.integers(1, 10_000))
def test_paying_exactly_what_is_short_of_the_country_lifts_the_flag(
    plan: Dong, disbursed: Dong, rate: int
) -> None:
    assume(disbursed * 10_000 < plan * rate)
    assert_remedy_is_exact(
        below_nation,
        a_project(
            plan=plan, disbursed=disbursed, national_rate=rate, national_on=date(2025, 5, 31)
        ),
    )
