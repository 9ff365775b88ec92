from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tracker.domain.days import PlanYear, WorkingCalendar
from tracker.domain.facts import ProjectFacts, TreasuryState
from tracker.domain.flags import Flag, RemedyKind, Severity
from tracker.domain.money import Dong
from tracker.domain.projects import Group, Status, Tier
from tracker.domain.records import apart_from_treasury, in_another_unit, paid_in_full
from tracker.domain.rulebook import THRESHOLDS
from tracker.domain.slowness import FlagRule
from tracker.domain.thresholds import Threshold, ThresholdBook, ThresholdUnit

BOOK = ThresholdBook(THRESHOLDS)
DAY = date(2025, 6, 10)
BY = date(2025, 5, 30)
MONEY = st.integers(0, 10**14).map(Dong)
BILLION = 10**9


def a_project(**changes: object) -> ProjectFacts:
    facts = ProjectFacts(
        project_id=1,
        day=DAY,
        year=PlanYear(2025),
        tier=Tier.PROVINCE,
        group=Group.B,
        status=Status.UNDER_CONSTRUCTION,
        plan=Dong(1_000),
        disbursed=Dong(400),
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


def judged(rule: FlagRule, facts: ProjectFacts, book: ThresholdBook = BOOK) -> Flag | None:
    return rule(facts, book.on(DAY), WorkingCalendar())


def with_tolerance(amount: int) -> ThresholdBook:
    row = Threshold("treasury_tolerance", amount, ThresholdUnit.DONG, date(2025, 1, 1), 2)
    return ThresholdBook((*THRESHOLDS, row))


@pytest.mark.parametrize(
    ("books", "statements", "tolerance", "over"),
    [
        (500, 500, 0, None),
        (501, 500, 0, 1),  # one đồng is a difference
        (500, 501, 0, 1),  # and so is one the other way
        (510, 500, 10, None),
        (511, 500, 10, 1),
        (489, 500, 10, 1),
        (0, 0, 0, None),
    ],
)
def test_books_and_statements_may_differ_by_the_tolerance_and_no_more(
    books: int, statements: int, tolerance: int, over: int | None
) -> None:
    facts = a_project(treasury=TreasuryState(BY, Dong(books), Dong(statements)))
    flag = judged(apart_from_treasury, facts, with_tolerance(tolerance))
    assert (flag.remedy.amount if flag else None) == over


def test_nothing_is_apart_before_any_statement() -> None:
    assert judged(apart_from_treasury, a_project(treasury=None)) is None


@given(MONEY, MONEY, st.integers(0, 1_000))
def test_finding_exactly_the_amount_on_a_statement_lifts_the_flag(
    books: Dong, found: Dong, tolerance: int
) -> None:
    assume(books - found > tolerance)
    book = with_tolerance(tolerance)
    facts = a_project(treasury=TreasuryState(BY, books, found))
    flag = judged(apart_from_treasury, facts, book)
    assert flag is not None
    assert (flag.remedy.kind, flag.severity) == (RemedyKind.RECONCILE, Severity.ORANGE)
    for less, is_lifted in ((0, True), (1, False)):
        more = Dong(found + flag.remedy.amount - less)
        after = replace(facts, treasury=TreasuryState(BY, books, more))
        assert (judged(apart_from_treasury, after, book) is None) is is_lifted


@pytest.mark.parametrize(
    ("plan", "investment", "amount"),
    [
        (100_398_000_000, 130, BILLION - 130),  # 130 was typed for 130,000 million
        (500_000_000, 499_999_999, 1),
        (500_000_000, 500_000_000, None),
        (2 * BILLION, BILLION, None),  # a billion may be right: F-18 speaks of the rest
        (2 * BILLION, BILLION - 1, 1),
        (500, None, None),
    ],
)
def test_an_investment_below_the_plan_and_too_small_was_typed_in_another_unit(
    plan: int, investment: int | None, amount: int | None
) -> None:
    facts = a_project(plan=Dong(plan), total_investment=investment)
    flag = judged(in_another_unit, facts)
    assert (flag.remedy.amount if flag else None) == amount
    if flag is not None and investment is not None:
        for less, is_lifted in ((0, True), (1, False)):
            corrected = Dong(investment + flag.remedy.amount - less)
            after = judged(in_another_unit, replace(facts, total_investment=corrected))
            assert (after is None) is is_lifted


@pytest.mark.parametrize(
    ("status", "paid", "is_raised"),
    [
        (Status.UNDER_CONSTRUCTION, 999, False),
        (Status.UNDER_CONSTRUCTION, 1_000, True),
        (Status.COMPLETED_NOT_HANDED_OVER, 1_000, False),
        (Status.APPROVED_NOT_STARTED, 1_000, False),
    ],
)
def test_works_paid_in_full_are_not_under_construction(
    status: Status, paid: int, is_raised: bool
) -> None:
    facts = a_project(status=status, total_investment=Dong(1_000), disbursed_total=Dong(paid))
    assert (judged(paid_in_full, facts) is not None) is is_raised
