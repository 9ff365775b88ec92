"""A project with something to say on each of its pages, named in plain letters."""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_entry, a_plan_line
from tests.factories.projects import a_decision, a_project
from tests.factories.scenarios import a_scenario
from tests.factories.units import a_district, a_unit, an_organisation
from tracker.domain.act import Act
from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.domain.money import ZERO, Dong
from tracker.domain.plans import PlanKind
from tracker.domain.projects import Group
from tracker.models import (
    Organisation,
    PlanLine,
    Project,
    Unit,
)
from tracker.services.disbursements import (
    RecordDisbursement,
    ReverseDisbursement,
    record_disbursement,
    record_quiet_day,
    reverse_disbursement,
)

BILLION = 10**9
DAY = date(2025, 4, 30)


def a_project_with_much_to_say(session: Session, act: Act) -> Project:
    """A project with something to say on each of its pages, and some others beside it."""
    unit = a_unit(session, name="Xa Tam")
    board = an_organisation(session, name="Ban Mot", unit=a_district(session))
    project = a_project(
        session,
        board,
        unit,
        code="CAU-1",
        name="Cau Song",
        year_from=2021,
        first_capital_year=2021,
        year_to=2024,
        finish_planned_on=date(2024, 12, 31),
        group_override=Group.B,
        group_reason="Theo van ban",
    )
    a_decision(session, project, authority="UBND", reason="Tang quy mo")
    line = a_plan_line(session, project, planned=50 * BILLION)
    a_plan_entry(session, line, 5 * BILLION, kind=PlanKind.DECREASE, effective_on=date(2025, 3, 1))
    a_plan_line(session, project, planned=BILLION, extended=True, effective_on=date(2025, 2, 1))
    a_scenario(session, project, tuple(2 * BILLION * month for month in range(1, 14)))
    a_scenario(
        session,
        project,
        tuple(3 * BILLION * month for month in range(1, 14)),
        version=2,
        approved_by=None,
        approved_at=None,
        approved_on=None,
    )
    a_disbursement(session, line, BILLION, posted_on=date(2025, 2, 10))
    paid = record_disbursement(session, act, an_advance(line))
    record_disbursement(session, act, replace(an_advance(line), voucher="2", idempotency_key="2"))
    reverse_disbursement(session, act, ReverseDisbursement(paid.id, "Nham so tien", "3"))
    _others(session, act, board, unit)
    return project


def an_advance(line: PlanLine) -> RecordDisbursement:
    """Return the order to enter an advance."""
    return RecordDisbursement(
        plan_line_id=line.id,
        kind=DisbursementKind.ADVANCE,
        purpose=Purpose.CONSTRUCTION,
        voucher="1",
        voucher_on=DAY,
        posted_on=DAY,
        amount=Dong(BILLION),
        recovered=ZERO,
        note="",
        idempotency_key="1",
    )


def _others(session: Session, act: Act, board: Organisation, unit: Unit) -> None:
    """Make a project with a quiet day, one that is ahead, one that has no plan."""
    quiet = a_project(session, board, unit, code="CAU-2", name="Cau Hai")
    a_plan_line(session, quiet, planned=9 * BILLION)
    record_quiet_day(session, act, [quiet.id], DAY)
    ahead = a_project(session, board, unit, code="CAU-3", name="Cau Ba")
    line = a_plan_line(session, ahead, planned=9 * BILLION)
    a_scenario(session, ahead)
    a_disbursement(session, line, 8 * BILLION)
    a_project(session, board, unit, code="CAU-4", name="Cau Bon")
    session.commit()
