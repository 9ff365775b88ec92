"""A line with capital of two deadlines: after the first one only the later capital is paid."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.checks.paying import order, reverse
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_entry, a_plan_line
from tracker.domain.act import Act
from tracker.domain.days import PlanYear
from tracker.domain.disbursements import DisbursementKind, LineClosed, OverPlan
from tracker.domain.people import Scope
from tracker.domain.plans import PlanKind
from tracker.models import PlanLine, Project
from tracker.queries.day_sheet import sheet_lines
from tracker.queries.open_lines import SheetFilter, open_lines
from tracker.queries.plans import lines_of
from tracker.queries.slowness import judged_projects
from tracker.services.disbursements import (
    OrdersRefused,
    record_disbursement,
    record_disbursements,
)

MILLION = 1_000_000
FIRST, SECOND = date(2025, 1, 31), date(2025, 12, 31)
LATER = date(2025, 3, 11)


@pytest.fixture
def line(session: Session) -> PlanLine:
    """A line of a thousand million until January, and a hundred more until December."""
    line = a_plan_line(session, year=2024, deadline_on=FIRST)
    a_plan_entry(
        session,
        line,
        100 * MILLION,
        kind=PlanKind.SUPPLEMENT,
        effective_on=date(2024, 11, 20),
        deadline_on=SECOND,
    )
    return line


def test_after_its_deadline_capital_cannot_be_paid(
    session: Session, act: Act, line: PlanLine
) -> None:
    with pytest.raises(OverPlan) as refusal:
        record_disbursement(session, act, order(line, 900 * MILLION, posted_on=LATER))
    assert refusal.value.remaining == 100 * MILLION
    record_disbursement(session, act, order(line, 100 * MILLION, posted_on=LATER))
    with pytest.raises(OverPlan):
        record_disbursement(session, act, order(line, 1, posted_on=LATER))
    day = date(2026, 1, 5)
    with pytest.raises(LineClosed):
        record_disbursement(session, replace(act, on=day), order(line, 1, posted_on=day))


def test_what_is_entered_later_but_was_paid_in_time_uses_the_earlier_capital(
    session: Session, act: Act, line: PlanLine
) -> None:
    record_disbursement(session, act, order(line, 100 * MILLION, posted_on=LATER))
    record_disbursement(session, act, order(line, 1_000 * MILLION, posted_on=FIRST))
    with pytest.raises(OverPlan):
        record_disbursement(session, act, order(line, 1, posted_on=FIRST))


def test_the_orders_of_one_act_share_what_is_left_of_the_later_capital(
    session: Session, act: Act, line: PlanLine
) -> None:
    orders = [order(line, 60 * MILLION, posted_on=LATER) for _ in range(2)]
    with pytest.raises(OrdersRefused) as refused:
        record_disbursements(session, act, orders)
    ((place, fault),) = refused.value.faults
    assert place == 1
    assert isinstance(fault, OverPlan)
    assert fault.remaining == 40 * MILLION


def test_a_payment_undone_can_be_made_again_but_what_came_back_of_the_old_capital_cannot(
    session: Session, act: Act, line: PlanLine
) -> None:
    record_disbursement(session, act, order(line, 900 * MILLION, posted_on=FIRST))
    made = record_disbursement(session, act, order(line, 100 * MILLION, posted_on=LATER))
    reverse(session, act, made.id)
    record_disbursement(session, act, order(line, 100 * MILLION, posted_on=LATER))
    refund = order(line, 500 * MILLION, kind=DisbursementKind.REFUND, posted_on=LATER)
    record_disbursement(session, act, refund)
    with pytest.raises(OverPlan) as refusal:
        record_disbursement(session, act, order(line, 101 * MILLION, posted_on=LATER))
    assert refusal.value.remaining == 100 * MILLION


def test_every_reading_tells_what_is_left_by_deadline(session: Session, line: PlanLine) -> None:
    a_disbursement(session, line, 300 * MILLION, posted_on=date(2025, 1, 20))
    a_disbursement(session, line, 30 * MILLION, posted_on=date(2025, 2, 20))
    left = ((FIRST, 700 * MILLION), (SECOND, 70 * MILLION))
    (shown,) = sheet_lines(session, Scope(everything=True), SheetFilter(LATER, LATER))
    assert shown.left == left
    assert shown.payable == 70 * MILLION
    project = session.get_one(Project, line.project_id)
    (found,) = open_lines(session, Scope(everything=True), LATER, [project.code])[project.code]
    assert found.payable == 70 * MILLION
    (row,) = lines_of(session, Scope(everything=True), project.id, 2024, LATER)
    assert row.left == left
    (row,) = lines_of(session, Scope(everything=True), project.id, 2024, date(2025, 1, 31))
    assert row.left == ((FIRST, 700 * MILLION), (SECOND, 100 * MILLION))
    (one,) = judged_projects(session, Project.id == project.id, PlanYear(2024), LATER)
    assert one.facts.deadlines == left
