"""Tax codes, shares, values after appendices, ceilings, acceptances; packages and their moves."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.contracts import (
    AdvanceNeedsDecision,
    Appendix,
    OverContract,
    OverContractAdvance,
    SameContractor,
    SharesNotWhole,
    advance_allowed,
    check_acceptance,
    check_advance_limit,
    check_recovery,
    check_shares,
    end_on,
    is_tax_code,
    last_day,
    value_on,
    with_check,
)
from tracker.domain.money import Dong
from tracker.domain.packages import (
    MOVES,
    PackageCannotMove,
    PackageDays,
    PackageNeeds,
    PackageState,
    PackageStepsOutOfOrder,
    check_can_sign,
    check_move,
    check_steps,
    quarter_end,
    quarter_of,
    saving,
)
from tracker.domain.refusals import Refusal


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("0100109106", True),
        ("0101248141", True),
        ("0100109106-001", True),
        ("030123456789", True),  # a person
        ("0100109107", False),
        ("0100109106-01", False),
        ("100109106", False),
        ("\uff10100109106", False),  # a digit that is not ASCII
        ("", False),
    ],
)
def test_a_tax_code_is_known_by_its_check(text: str, is_one: bool) -> None:
    assert is_tax_code(text) is is_one


@given(st.from_regex(r"[0-9]{9}", fullmatch=True), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(nine: str, place: int, more: int) -> None:
    code = with_check(nine)
    if code is None:
        return
    assert is_tax_code(code)
    wrong = str((int(code[place]) + more) % 10)
    assert not is_tax_code(code[:place] + wrong + code[place + 1 :])


@pytest.mark.parametrize(
    ("members", "refusal"),
    [
        ((("a", 10_000),), None),
        ((("a", 6_000), ("b", 4_000)), None),
        ((("a", 6_000), ("b", 3_999)), SharesNotWhole),
        ((("a", 10_000), ("b", 0)), SharesNotWhole),
        ((), SharesNotWhole),
        ((("a", 5_000), ("a", 5_000)), SameContractor),
    ],
)
def test_the_shares_of_a_consortium_are_a_whole(
    members: tuple[tuple[str, int], ...], refusal: type[Refusal] | None
) -> None:
    refused(lambda: check_shares(members), refusal)


ENDS = ((3, 31), (6, 30), (9, 30), (12, 31))


def refused(deed: Callable[[], object], refusal: type[Refusal] | None) -> None:
    if refusal is None:
        deed()
    else:
        with pytest.raises(refusal):
            deed()


def test_value_and_last_day_are_those_of_the_newest_appendix_that_gives_one() -> None:
    appendices = (
        Appendix(date(2025, 2, 1), Dong(1_200)),
        Appendix(date(2025, 3, 1), None, date(2026, 6, 30)),
        Appendix(date(2025, 4, 1), Dong(1_100), None),
    )
    signed, ends = Dong(1_000), last_day(date(2025, 1, 1), 365)
    assert ends == date(2025, 12, 31)
    days = (date(2025, 1, 31), date(2025, 2, 1), date(2025, 3, 1), date(2025, 4, 1))
    assert [value_on(signed, appendices, day) for day in days] == [1_000, 1_200, 1_200, 1_100]
    assert [end_on(ends, appendices, day) for day in days] == [ends, ends, *[date(2026, 6, 30)] * 2]


@pytest.mark.parametrize(
    ("limit", "decision", "refusal"),
    [
        (None, "", None),
        (300, "", None),
        (301, "", AdvanceNeedsDecision),
        (301, "  ", AdvanceNeedsDecision),
        (301, "12/QĐ-UBND", None),
    ],
)
def test_a_ceiling_above_the_share_needs_a_decision(
    limit: int | None, decision: str, refusal: type[Refusal] | None
) -> None:
    asked = None if limit is None else Dong(limit)
    refused(lambda: check_advance_limit(Dong(1_001), asked, decision, 3_000), refusal)


def test_the_share_of_a_value_is_rounded_down_to_whole_dong() -> None:
    assert advance_allowed(Dong(1_009), None, 3_000) == 302
    assert advance_allowed(Dong(1_009), Dong(5), 3_000) == 5


@pytest.mark.parametrize(("amount", "refusal"), [(250, None), (251, OverContract)])
def test_acceptances_stay_within_the_value(amount: int, refusal: type[Refusal] | None) -> None:
    accepted = (Dong(700), Dong(100), Dong(-50))
    refused(lambda: check_acceptance(Dong(amount), accepted, Dong(1_000)), refusal)


@pytest.mark.parametrize(
    ("outstanding", "advance", "refusal"),
    [(100, -100, None), (100, -101, OverContractAdvance), (0, 50, None), (0, 0, None)],
)
def test_no_more_is_recovered_than_was_advanced(
    outstanding: int, advance: int, refusal: type[Refusal] | None
) -> None:
    refused(lambda: check_recovery(Dong(outstanding), Dong(advance)), refusal)


@pytest.mark.parametrize("state", PackageState)
@pytest.mark.parametrize("to", PackageState)
def test_a_package_moves_by_hand_only_as_the_table_says(
    state: PackageState, to: PackageState
) -> None:
    refused(lambda: check_move(state, to), None if to in MOVES[state] else PackageCannotMove)


def test_a_contract_needs_the_result_of_its_selection() -> None:
    result_on, award = date(2025, 1, 5), Dong(10)
    check_can_sign(PackageState.SELECTING, result_on, award)
    check_can_sign(PackageState.UNDER_WAY, result_on, award)
    with pytest.raises(PackageNeeds) as refusal:
        check_can_sign(PackageState.SELECTING, None, None)
    assert refusal.value.fields == ("result_on", "award")
    with pytest.raises(PackageCannotMove):
        check_can_sign(PackageState.CANCELLED, result_on, award)


def test_the_steps_of_a_selection_follow_each_other() -> None:
    first = date(2025, 1, 5)
    check_steps(PackageDays(first, first, None, first))
    with pytest.raises(PackageStepsOutOfOrder) as refusal:
        check_steps(PackageDays(first, date(2025, 2, 1), None, date(2025, 1, 31)))
    assert (refusal.value.earlier, refusal.value.later) == ("bids_closed_on", "result_on")


@pytest.mark.parametrize(
    ("quarter", "end"),
    list(enumerate((date(2025, month, day) for month, day in ENDS), start=1)),
)
def test_a_quarter_ends_on_its_last_day(quarter: int, end: date) -> None:
    assert quarter_end(2025, quarter) == end
    assert quarter_of(end) == (2025, quarter)


def test_what_a_selection_saved_may_be_negative() -> None:
    assert saving(Dong(10), Dong(12)) == -2
    assert saving(Dong(10), None) is None
