from datetime import date
from itertools import product

import pytest

from tracker.domain.days import NoRuleInForceError
from tracker.domain.money import Dong
from tracker.domain.projects import (
    SECTORS,
    Group,
    GroupLimits,
    InvestmentClass,
    MoveNotAllowed,
    Status,
    can_move,
    check_move,
    group_of,
    is_sector_within,
    next_statuses,
    sector_parent,
    years_of_capital,
)
from tracker.domain.rulebook import GROUP_LIMITS

BILLION = 10**9
BEFORE, AFTER = date(2024, 12, 31), date(2025, 1, 1)


@pytest.mark.parametrize(
    ("klass", "day", "national", "a_from", "b_from"),
    [
        (InvestmentClass.I, BEFORE, 10_000, 2_300, 120),
        (InvestmentClass.II, BEFORE, 10_000, 1_500, 80),
        (InvestmentClass.III, BEFORE, 10_000, 1_000, 60),
        (InvestmentClass.IV, BEFORE, 10_000, 800, 45),
        (InvestmentClass.I, AFTER, 30_000, 4_600, 240),
        (InvestmentClass.II, AFTER, 30_000, 3_000, 160),
        (InvestmentClass.III, AFTER, 30_000, 2_000, 120),
        (InvestmentClass.IV, AFTER, 30_000, 1_600, 90),
    ],
)
def test_the_group_changes_at_each_limit_to_the_dong(
    klass: InvestmentClass, day: date, national: int, a_from: int, b_from: int
) -> None:
    borders = [(national, Group.A, Group.NATIONAL), (a_from, Group.B, Group.A)]
    borders.append((b_from, Group.C, Group.B))
    for limit, below, at in borders:
        assert group_of(GROUP_LIMITS, klass, Dong(limit * BILLION - 1), day) is below
        assert group_of(GROUP_LIMITS, klass, Dong(limit * BILLION), day) is at


def test_a_class_without_limits_is_a_fault() -> None:
    only = [GroupLimits(AFTER, InvestmentClass.I, Dong(3), Dong(2), Dong(1))]
    with pytest.raises(NoRuleInForceError):
        group_of(only, InvestmentClass.IV, Dong(1), AFTER)
    with pytest.raises(NoRuleInForceError):
        group_of(only, InvestmentClass.I, Dong(1), BEFORE)


def test_statuses_are_numbered_as_in_the_official_list() -> None:
    assert [status.number for status in Status] == list(range(11))
    assert Status.PROPOSED.number == 0
    assert Status.UNDER_CONSTRUCTION.number == 3
    assert Status.AWAITING_TAKEOVER.number == 10


@pytest.mark.parametrize(
    ("status", "to", "allowed"),
    [
        (Status.PROPOSED, Status.POLICY_APPROVED, True),
        (Status.PROPOSED, Status.UNDER_CONSTRUCTION, False),
        (Status.APPROVED_NOT_STARTED, Status.UNDER_CONSTRUCTION, True),
        (Status.UNDER_CONSTRUCTION, Status.COMPLETED_NOT_HANDED_OVER, True),
        (Status.UNDER_CONSTRUCTION, Status.CLOSED, False),
        (Status.UNDER_CONSTRUCTION, Status.PROPOSED, False),
        (Status.COMPLETED_NOT_HANDED_OVER, Status.UNDER_CONSTRUCTION, True),
        (Status.SETTLEMENT_SUBMITTED, Status.HANDED_OVER, True),
        (Status.FINANCIAL_PROCESSING, Status.CLOSED, True),
        (Status.CLOSED, Status.AWAITING_TAKEOVER, False),
        (Status.UNDER_CONSTRUCTION, Status.AWAITING_TAKEOVER, True),
        (Status.AWAITING_TAKEOVER, Status.UNDER_CONSTRUCTION, True),
        (Status.AWAITING_TAKEOVER, Status.CLOSED, False),
    ],
)
def test_stages_follow_one_another(status: Status, to: Status, allowed: bool) -> None:
    assert can_move(status, to) is allowed


def test_no_stage_follows_itself() -> None:
    assert not any(can_move(status, status) for status in Status)


def test_every_stage_is_reached_and_only_the_closed_one_is_the_end() -> None:
    reached = {to for status, to in product(Status, Status) if can_move(status, to)}
    assert reached == set(Status)
    assert [status for status in Status if not next_statuses(status)] == [Status.CLOSED]


def test_a_move_that_is_not_allowed_is_refused_with_both_stages() -> None:
    check_move(Status.PROPOSED, Status.POLICY_APPROVED)
    with pytest.raises(MoveNotAllowed) as refusal:
        check_move(Status.PROPOSED, Status.CLOSED)
    assert refusal.value.data == {"status": Status.PROPOSED, "to": Status.CLOSED}


def test_completed_and_handed_over_stages_are_known() -> None:
    completed = [status.number for status in Status if status.is_completed]
    handed_over = [status.number for status in Status if status.is_handed_over]
    assert completed == [4, 5, 6, 7, 8, 9]
    assert handed_over == [5, 6, 7, 8, 9]


@pytest.mark.parametrize(
    ("first", "year", "given"), [(2023, 2023, 1), (2023, 2025, 3), (2026, 2025, 0)]
)
def test_years_of_capital_count_the_first(first: int, year: int, given: int) -> None:
    assert years_of_capital(first, year) == given


def test_there_are_thirteen_sectors_and_the_parts_of_the_tenth() -> None:
    top = [code for code in SECTORS if sector_parent(code) is None]
    assert top == [str(n) for n in range(1, 14)]
    assert [code for code in SECTORS if sector_parent(code) == "10"] == [
        f"10.{n}" for n in range(1, 14)
    ]


def test_whole_segments_of_a_sector_code_are_compared() -> None:
    assert is_sector_within("10.3", "10")
    assert is_sector_within("10", "10")
    assert not is_sector_within("10", "1")
    assert not is_sector_within("10.13", "10.1")
