"""K1 to K11 at their borders, and with the values that failed in reality (DOMAIN §3.6)."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tracker.domain.cross_checks import (
    Check,
    ContractSide,
    EntryFacts,
    Finding,
    Flaw,
    Severity,
    UnitSuspected,
    a_thousandth,
    advance_beyond_share,
    alike,
    check_entry,
    check_of,
    debt_apart,
    investment_too_small,
    paid_beyond_acceptance,
    paid_beyond_investment,
    paid_beyond_plan,
    planned_beyond_investment,
    refuse_suspected,
    same_project,
    sources_apart,
    status_against_money,
    voucher_days,
)
from tracker.domain.disbursements import (
    Effect,
    Headroom,
    OverInvestment,
    OverPlan,
    Purpose,
    check_effect,
)
from tracker.domain.money import ZERO, Dong
from tracker.domain.projects import Status

MILLION, BILLION = 10**6, 10**9
DAY = date(2025, 4, 30)


def million(amount: str) -> Dong:
    """Return a published amount in million đồng, decimal comma, as whole đồng."""
    return Dong(int(Fraction(amount.replace(".", "").replace(",", ".")) * MILLION))


# --- the real values ----------------------------------------------------------------------------


def test_k1_sources_of_10493_and_11834_are_not_11834_04() -> None:
    whole, parts = million("11.834,04"), [million("10.493"), million("11.834")]
    found = sources_apart(whole, parts)
    assert found == Finding(
        Check.K1, Severity.BLOCK, Flaw.SOURCES_APART, (11_834_040_000, 22_327_000_000)
    )
    assert sources_apart(Dong(sum(parts)), parts) is None


def test_k2_88133_million_are_not_paid_from_a_plan_of_500() -> None:
    paid, planned = million("88.133"), million("500")
    found = paid_beyond_plan(paid, planned)
    assert found is not None
    assert (found.severity, found.operands) == (Severity.BLOCK, (88_133_000_000, 500_000_000))
    with pytest.raises(OverPlan) as refusal:
        check_effect(Effect(paid, ZERO), Headroom(planned, ZERO))
    assert check_of(refusal.value) is Check.K2


def test_k4_and_k7_130_was_meant_to_be_130000() -> None:
    investment, planned = million("130"), million("100.398")
    allotted = planned_beyond_investment(planned, investment)
    assert allotted is not None
    assert allotted.severity is Severity.BLOCK
    unit = investment_too_small(investment, planned)
    assert unit == Finding(
        Check.K7,
        Severity.CONFIRM,
        Flaw.INVESTMENT_TOO_SMALL,
        (130_000_000, 100_398_000_000),
    )
    assert investment_too_small(million("130.000"), planned) is None
    assert planned_beyond_investment(planned, million("130.000")) is None


# --- borders ------------------------------------------------------------------------------------


@given(st.integers(0, 10**15), st.integers(0, 10**15))
def test_k2_and_k3_speak_exactly_beyond_the_border(paid: int, most: int) -> None:
    assert (paid_beyond_plan(Dong(paid), Dong(most)) is None) == (paid <= most)
    fits = most == 0 or paid <= most
    assert (paid_beyond_investment(Dong(paid), Dong(most)) is None) == fits
    assert (planned_beyond_investment(Dong(paid), Dong(most)) is None) == fits


def test_k4_is_only_said_of_an_import() -> None:
    found = planned_beyond_investment(Dong(2), Dong(1), imported=True)
    assert found is not None
    assert found.severity is Severity.WARNING


@given(st.lists(st.integers(1, 10**15), max_size=9), st.integers(-3, 3))
def test_k1_speaks_exactly_when_the_parts_do_not_add_up(parts: list[int], off: int) -> None:
    found = sources_apart(Dong(sum(parts) + off), [Dong(part) for part in parts])
    assert (found is None) == (off == 0 or not parts)


@pytest.mark.parametrize(
    ("investment", "planned", "is_suspected"),
    [
        (BILLION - 1, BILLION, True),
        (BILLION, 2 * BILLION, False),
        (BILLION - 1, BILLION - 1, False),
        (0, BILLION, False),
    ],
)
def test_k7_speaks_of_small_investments_below_their_plan(
    investment: int, planned: int, is_suspected: bool
) -> None:
    assert bool(investment_too_small(Dong(investment), Dong(planned))) is is_suspected


@given(st.integers(1_000, 10**15), st.sampled_from([1_000, 1_000_000]))
def test_k7_knows_an_amount_without_its_last_digits(known: int, unit: int) -> None:
    assume(known >= unit)
    found = a_thousandth(Dong(known // unit), [Dong(known)])
    assert found is not None
    assert found.severity is Severity.CONFIRM


@given(st.integers(1, 10**15))
def test_k7_says_nothing_of_the_amount_itself(known: int) -> None:
    assert a_thousandth(Dong(known), [Dong(known)]) is None
    assert a_thousandth(Dong(-known), [Dong(known * 1_000)]) is None


@pytest.mark.parametrize(
    ("voucher_on", "flaw"),
    [
        (DAY, None),
        (date(2025, 5, 1), Flaw.VOUCHER_AFTER_POSTING),
        (date(2024, 1, 1), None),
        (date(2023, 12, 31), Flaw.VOUCHER_OF_ANOTHER_YEAR),
    ],
)
def test_k8_looks_at_the_day_of_the_voucher(voucher_on: date, flaw: Flaw | None) -> None:
    found = voucher_days(voucher_on, DAY, 2025)
    assert (found.flaw if found else None) is flaw


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("Cải tạo đường tỉnh 391", "Cai tao duong tinh 391", True),
        ("Cải tạo đường tỉnh 391", "Cải tạo đường tỉnh 390", True),
        ("Cải tạo đường tỉnh 391", "Trường tiểu học Hồng Lạc", False),
        ("", "", False),
    ],
)
def test_k10_compares_names_without_accents(one: str, other: str, is_one: bool) -> None:
    assert (same_project(one, [other]) is not None) is is_one
    assert alike(one, other) == alike(other, one)


@pytest.mark.parametrize(
    ("status", "finished_on", "paid", "flaw"),
    [
        (Status.UNDER_CONSTRUCTION, None, 100, Flaw.PAID_IN_FULL_UNDER_CONSTRUCTION),
        (Status.UNDER_CONSTRUCTION, None, 99, None),
        (Status.COMPLETED_NOT_HANDED_OVER, None, 1, Flaw.COMPLETED_WITHOUT_DAY),
        (Status.HANDED_OVER, DAY, 100, None),
        (Status.PROPOSED, None, 100, None),
    ],
)
def test_k11_compares_the_stage_with_the_money(
    status: Status, finished_on: date | None, paid: int, flaw: Flaw | None
) -> None:
    found = status_against_money(status, finished_on, Dong(paid), Dong(100))
    assert (found.flaw if found else None) is flaw


def test_k5_17833_53_million_are_not_paid_for_470_accepted() -> None:
    paid, accepted = million("17.833,53"), million("470")
    found = paid_beyond_acceptance(paid, ZERO, accepted)
    operands = (17_833_530_000, 470_000_000)
    assert found == Finding(Check.K5, Severity.WARNING, Flaw.PAID_BEYOND_ACCEPTANCE, operands)


@pytest.mark.parametrize(("advance", "is_odd"), [(17_363_530_000, False), (17_363_529_999, True)])
def test_k5_leaves_out_what_was_paid_in_advance(advance: int, *, is_odd: bool) -> None:
    found = paid_beyond_acceptance(million("17.833,53"), Dong(advance), million("470"))
    assert (found is not None) is is_odd


@pytest.mark.parametrize(("declared", "computed"), [("30", 30), ("0", 30), ("31", 30), ("-30", 30)])
def test_k6_the_debt_is_what_was_accepted_less_what_was_paid_for_it(
    declared: str, computed: int
) -> None:
    found = debt_apart(million(declared), million("470"), million("440"))
    if million(declared) == computed * MILLION:
        assert found is None
    else:
        operands = (million(declared), computed * MILLION)
        assert found == Finding(Check.K6, Severity.WARNING, Flaw.DEBT_APART, operands)


@pytest.mark.parametrize(
    ("advance", "value", "is_odd"),
    [(30, 100, False), (31, 100, True), (5, 0, False), (0, 0, False)],
)
def test_k9_more_than_30_percent_in_advance_is_odd(
    advance: int, value: int, *, is_odd: bool
) -> None:
    found = advance_beyond_share(Dong(advance), Dong(value), 3_000)
    assert (found is not None) is is_odd


def test_k9_is_exact_at_its_border() -> None:
    assert advance_beyond_share(Dong(3), Dong(11), 3_000) is None
    assert advance_beyond_share(Dong(4), Dong(11), 3_000) is not None
    assert advance_beyond_share(Dong(4), Dong(11), 3_700) is None


@pytest.mark.parametrize(
    ("amount", "outstanding", "purpose", "is_odd"),
    [
        (1, 2_700, Purpose.CONSTRUCTION, True),
        (1, 2_699, Purpose.CONSTRUCTION, False),
        (1, 2_700, Purpose.LAND_CLEARANCE, False),
        (-1, 2_800, Purpose.CONSTRUCTION, False),
    ],
)
def test_an_entry_is_only_odd_when_it_is_itself_an_advance_to_contractors(
    amount: int, outstanding: int, purpose: Purpose, *, is_odd: bool
) -> None:
    entry = replace(
        FACTS,
        effect=Effect(Dong(amount * MILLION), Dong(amount * MILLION)),
        advance=Dong(outstanding * MILLION),
        purpose=purpose,
    )
    found = [one.check for one in check_entry(entry)]
    assert found == ([Check.K9] if is_odd else [])


FACTS = EntryFacts(
    amount=Dong(40 * MILLION),
    effect=Effect(Dong(40 * MILLION), ZERO),
    voucher_on=DAY,
    posted_on=DAY,
    year=2025,
    planned=Dong(3 * BILLION),
    remaining=Dong(2 * BILLION),
    paid=Dong(BILLION),
    investment=Dong(9 * BILLION),
    status=Status.UNDER_CONSTRUCTION,
    finished_on=None,
    advance=ZERO,
    purpose=Purpose.CONSTRUCTION,
    advance_share=3_000,
)


NAMED = ContractSide(
    disbursed=Dong(500), outstanding=Dong(100), accepted=Dong(400), allowed=Dong(300)
)


@pytest.mark.parametrize(
    ("counted", "advance", "found"),
    [
        (0, -100, [Check.K5]),  # what was advanced becomes a payment for work not accepted
        (1, 0, [Check.K5]),
        (200, 200, []),
        (201, 201, [Check.K9]),
        (-1, 0, []),  # what is taken back is not asked about
        (0, -1, [Check.K5]),
    ],
)
def test_an_entry_is_held_against_the_contract_that_it_names(
    counted: int, advance: int, found: list[Check]
) -> None:
    entry = replace(FACTS, effect=Effect(Dong(counted), Dong(advance)), contract=NAMED)
    assert [one.check for one in check_entry(entry)] == found


def test_work_is_paid_up_to_what_was_accepted() -> None:
    side = replace(NAMED, accepted=Dong(450))
    fits = replace(FACTS, effect=Effect(Dong(50), ZERO), contract=side)
    assert check_entry(fits) == ()
    (found,) = check_entry(replace(fits, effect=Effect(Dong(51), ZERO)))
    assert (found.flaw, found.operands) == (Flaw.PAID_BEYOND_ACCEPTANCE, (451, 450))


def test_an_advance_is_no_payment_for_work() -> None:
    overpaid = replace(NAMED, accepted=Dong(399))
    advance = replace(FACTS, effect=Effect(Dong(10), Dong(10)), contract=overpaid)
    assert check_entry(advance) == ()


def test_where_a_contract_is_named_its_own_ceiling_of_advances_holds() -> None:
    much = replace(FACTS, effect=Effect(Dong(5 * BILLION), Dong(5 * BILLION)))
    assert [one.flaw for one in check_entry(much)] == [Flaw.ADVANCE_BEYOND_SHARE]
    decided = replace(NAMED, allowed=Dong(6 * BILLION))
    assert check_entry(replace(much, contract=decided)) == ()
    (found,) = check_entry(replace(much, contract=NAMED))
    assert found.flaw is Flaw.ADVANCE_BEYOND_CONTRACT
    assert found.operands == (5 * BILLION + 100, 300)
    clearance = replace(much, contract=NAMED, purpose=Purpose.LAND_CLEARANCE)
    assert check_entry(clearance) == ()


def test_an_ordinary_entry_passes_every_check() -> None:
    assert check_entry(FACTS) == ()
    refuse_suspected(check_entry(FACTS))


def test_everything_odd_is_said_at_once() -> None:
    odd = replace(
        FACTS,
        amount=Dong(2 * MILLION),
        voucher_on=date(2025, 5, 2),
        paid=Dong(9 * BILLION),
    )
    found = check_entry(odd)
    assert [one.check for one in found] == [Check.K7, Check.K8, Check.K11]
    with pytest.raises(UnitSuspected):
        refuse_suspected(found)
    refuse_suspected(found[1:])


def test_what_goes_beyond_the_investment_is_k3() -> None:
    room = Headroom(Dong(100), ZERO, investment=Dong(5))
    with pytest.raises(OverInvestment) as refusal:
        check_effect(Effect(Dong(6), ZERO), room)
    assert check_of(refusal.value) is Check.K3
