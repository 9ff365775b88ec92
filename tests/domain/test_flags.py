from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.clearance import Clearance
from tracker.domain.contract_facts import (
    ContractFact,
    ContractFacts,
    GuaranteeFact,
    PackageFact,
)
from tracker.domain.contracts import GuaranteeKind
from tracker.domain.days import PlanYear, WorkingCalendar
from tracker.domain.facts import ProjectFacts, TreasuryState
from tracker.domain.flags import (
    KEPT_FLAGS,
    UNIT_FLAGS,
    Equation,
    Flag,
    FlagCode,
    Operand,
    Quantity,
    Remedy,
    RemedyKind,
    Severity,
    gravest_first,
)
from tracker.domain.money import ZERO, Dong
from tracker.domain.progress import Ratio, RatioCode
from tracker.domain.projects import Group, Halt, Status, Tier
from tracker.domain.rulebook import THRESHOLDS
from tracker.domain.scenarios import PathSource
from tracker.domain.site import SiteFacts
from tracker.domain.slowness import RULES, judge
from tracker.domain.thresholds import ThresholdBook

BOOK = ThresholdBook(THRESHOLDS)
PLAIN = WorkingCalendar()
DAY = date(2025, 7, 1)
LAND = Clearance(DAY, 10, 1, advance_held=Dong(5), advance_on=date(2025, 1, 1), due_on=DAY)
SITE = SiteFacts(9_000, 1_000, LAND, started_on=date(2019, 12, 31))


def a_flag(code: FlagCode, severity: Severity, gap: int = 0, variant: str = "") -> Flag:
    remedy = Remedy(RemedyKind.PAY, Dong(1), DAY)
    return Flag(code, variant, severity, DAY, None, (), (), remedy, Dong(gap))


def a_project(**changes: object) -> ProjectFacts:
    """Return the facts of a project on which nearly every flag is raised, with changes."""
    facts = ProjectFacts(
        project_id=1,
        day=date(2025, 12, 15),
        year=PlanYear(2025),
        tier=Tier.PROVINCE,
        group=Group.C,
        status=Status.UNDER_CONSTRUCTION,
        plan=Dong(1_000),
        disbursed=Dong(124),
        expected=Dong(310),
        path=PathSource.PROJECT,
        plan_decided_on=date(2024, 12, 10),
        last_positive_on=date(2025, 8, 1),
        last_updated_on=date(2025, 8, 1),
        deadlines=((date(2026, 1, 31), Dong(876)),),
        province=Ratio(RatioCode.TL2, Dong(700_000), Dong(1_000_000)),
        first_capital_year=2020,
        planned_end_on=date(2024, 12, 31),
        total_investment=Dong(100),
        allocated_total=Dong(5_000),
        disbursed_total=Dong(4_000),
        site=SITE,
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


def flag_of(code: FlagCode, **changes: object) -> Flag:
    flag = judge(a_project(**changes), BOOK, PLAIN).flag(code)
    assert flag is not None
    return flag


def test_the_equation_of_the_scenario_is_that_of_the_leaders() -> None:
    assert flag_of(FlagCode.F02).equation() == Equation(
        Operand("rate", Fraction("12.4"), Quantity.PERCENT),
        "-",
        Operand("expected_rate", Fraction(31), Quantity.PERCENT),
        Operand("points", Fraction("-18.6"), Quantity.POINTS),
    )


@given(
    st.integers(1, 10**14).map(Dong),
    st.integers(0, 10**14).map(Dong),
    st.integers(1, 10**14).map(Dong),
    st.integers(0, 3),
)
def test_what_is_printed_adds_up(
    plan: Dong, disbursed: Dong, expected: Dong, decimals: int
) -> None:
    facts = a_project(plan=plan, disbursed=disbursed, expected=expected)
    flag = judge(facts, BOOK, PLAIN).flag(FlagCode.F02)
    if flag is None:
        return
    equation = flag.equation(decimals)
    left, right, result = (part.value for part in (equation[0], equation[2], equation[3]))
    assert isinstance(left, Fraction)
    assert isinstance(right, Fraction)
    assert left - right == result
    assert left * 10**decimals == int(left * 10**decimals)
    assert abs(left - Fraction(disbursed, plan) * 100) <= Fraction(1, 2 * 10**decimals)


@pytest.mark.parametrize(
    ("code", "changes", "quantity", "result"),
    [
        (FlagCode.F01, {"disbursed": ZERO}, Quantity.DAYS, 348 - 30),
        (FlagCode.F03, {}, Quantity.POINTS, Fraction("-57.6")),
        (
            FlagCode.F04,
            {"national_rate": 7_000, "national_on": date(2025, 12, 1)},
            Quantity.POINTS,
            Fraction("-57.6"),
        ),
        (FlagCode.F05, {}, Quantity.POINTS, Fraction("-72.6")),
        (FlagCode.F06, {}, Quantity.DAYS, 136 - 45),
        (FlagCode.F07, {}, Quantity.DONG_PER_DAY, 19),
        (FlagCode.F07, {"halt": Halt.STOPPED}, Quantity.DONG, 876),
        (FlagCode.F07, {"day": date(2026, 2, 1)}, Quantity.DONG, 876),
        (FlagCode.F08, {}, Quantity.DAYS, 47),
        (FlagCode.F11, {}, Quantity.DAYS, 318),
        (FlagCode.F12, {}, Quantity.YEARS, 3),
        (FlagCode.F13, {}, Quantity.DAYS, 349),
        (
            FlagCode.F15,
            {"status": Status.HANDED_OVER, "handed_over_on": date(2025, 8, 14)},
            Quantity.DAYS,
            1,
        ),
        (FlagCode.F18, {}, Quantity.DONG, 4_900),
        (FlagCode.F27, {"difficulty_due_on": date(2025, 12, 1)}, Quantity.DAYS, 14),
        (FlagCode.F29, {}, Quantity.WORKING_DAYS, 95),
        (FlagCode.F29, {"day": date(2025, 9, 1)}, Quantity.DAYS, 24),
        (
            FlagCode.F30,
            {"treasury": TreasuryState(date(2025, 8, 1), Dong(124), Dong(123))},
            Quantity.EXACT_DONG,
            1,
        ),
        (
            FlagCode.F36,
            {"status": Status.AWAITING_TAKEOVER, "status_since": date(2025, 11, 14)},
            Quantity.DAYS,
            1,
        ),
        (FlagCode.F38, {}, Quantity.EXACT_DONG, 900),
        (FlagCode.F38, {"plan": Dong(100)}, Quantity.EXACT_DONG, 3_900),
    ],
)
def test_every_flag_has_its_arithmetic(
    code: FlagCode, changes: dict[str, object], quantity: Quantity, result: object
) -> None:
    equation = flag_of(code, **changes).equation()
    assert (equation.result.quantity, equation.result.value) == (quantity, result)


PAST = date(2025, 1, 1)
BAD_CONTRACTS = ContractFacts(
    accepted=Dong(10**6),
    contracts=(
        ContractFact(1, Dong(9), PAST, is_over=False, advanced=Dong(9), disbursed=Dong(9)),
        ContractFact(2, Dong(9), PAST, is_over=False, accepted=Dong(9)),
        ContractFact(3, Dong(9), PAST, is_over=False, disbursed=Dong(9)),
    ),
    packages=(PackageFact(PAST),),
    guarantees=(GuaranteeFact(1, GuaranteeKind.PERFORMANCE, PAST),),
)


def test_every_flag_tells_its_day_basis_thresholds_and_remedy() -> None:
    seen = set()
    late = {"status": Status.HANDED_OVER, "handed_over_on": date(2025, 1, 1)}
    waiting = {"status": Status.AWAITING_TAKEOVER, "status_since": date(2025, 10, 1)}
    apart = TreasuryState(date(2025, 8, 1), Dong(124), Dong(100))
    nation = {"national_rate": 7_000, "national_on": date(2025, 11, 30)}
    cases: tuple[dict[str, object], ...] = (
        {"treasury": apart, **nation},
        {"disbursed": ZERO},
        {"disbursed": Dong(1_001)},
        {"difficulty_due_on": date(2025, 12, 1)},
        {"contracts": BAD_CONTRACTS},
        late,
        waiting,
    )
    for changes in cases:
        for flag in judge(a_project(**changes), BOOK, PLAIN).flags:
            seen.add(flag.code)
            assert flag.day == date(2025, 12, 15)
            assert flag.basis == "software"
            assert flag.remedy.by >= flag.day
            assert flag.terms.keys() == {operand.name for operand in flag.operands}
            assert flag.version == (1 if flag.thresholds else 0)
            assert flag.equation().operator == "-"
    assert seen == {code for code, _ in RULES} == set(KEPT_FLAGS) - UNIT_FLAGS


def test_flags_are_ordered_by_severity_then_by_money() -> None:
    flags = [
        a_flag(FlagCode.F29, Severity.YELLOW),
        a_flag(FlagCode.F11, Severity.YELLOW),
        a_flag(FlagCode.F02, Severity.RED, 5),
        a_flag(FlagCode.F18, Severity.RED, 9, "over_plan"),
        a_flag(FlagCode.F12, Severity.INFO, 99),
    ]
    assert [flag.code for flag in gravest_first(flags)] == ["f18", "f02", "f11", "f29", "f12"]
