"""What was promised is kept once, told in the history, and held against the ledger of its day."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.people import an_act
from tests.factories.plans import a_plan_line
from tests.factories.pledges import a_pledge
from tests.factories.projects import a_project
from tests.factories.units import a_unit, an_organisation
from tracker.domain.act import Act
from tracker.domain.money import Dong
from tracker.domain.people import Role
from tracker.domain.pledges import PledgedAlreadyDisbursed, PledgedBeyondPlan, PledgeState
from tracker.domain.refusals import ChangedRequest, OutOfScope
from tracker.models import Change, Organisation, PlanLine, PledgeEntry, Project, StandingDue
from tracker.queries.pledges import PledgeRow, pledges_of
from tracker.queries.wall import open_to_the_system
from tracker.services.pledges import RecordPledge, record_pledge

BILLION = 10**9
DAY = date(2025, 4, 29)


@pytest.fixture
def board(session: Session) -> Organisation:
    return an_organisation(session, a_unit(session))


@pytest.fixture
def project(session: Session, board: Organisation) -> Project:
    return a_project(session, owner=board)


@pytest.fixture
def line(session: Session, project: Project) -> PlanLine:
    """Ten billion, of which one was disbursed in January."""
    line = a_plan_line(session, project, planned=10 * BILLION)
    a_disbursement(session, line, BILLION, posted_on=date(2025, 1, 15))
    return line


@pytest.fixture
def officer(session: Session, board: Organisation) -> Act:
    return replace(an_act(session, Role.OFFICER, organisation=board), on=DAY)


def an_order(project: Project, **changes: object) -> RecordPledge:
    order = RecordPledge(
        project.id, 2025, Dong(4 * BILLION), date(2025, 6, 30), "Giám đốc Ban", "15/BB", "k1"
    )
    return replace(order, **changes)  # type: ignore[arg-type]  # the tests name real fields


def rows_on(session: Session, project: Project, day: date) -> list[PledgeRow]:
    open_to_the_system(session)
    return pledges_of(session, [project.id], 2025, day).get(project.id, [])


def test_a_promise_is_kept_once_and_told(
    session: Session, project: Project, line: PlanLine, officer: Act
) -> None:
    kept = record_pledge(session, officer, an_order(project))
    assert record_pledge(session, officer, an_order(project)) == kept
    with pytest.raises(ChangedRequest):
        record_pledge(session, officer, an_order(project, amount=Dong(5 * BILLION)))
    told = session.scalars(select(Change).where(Change.deed == "pledge.recorded")).one()
    assert told.project_id == project.id
    assert (told.after or {})["amount"] == 4 * BILLION
    assert session.scalar(select(StandingDue.id)) is not None
    [row] = rows_on(session, project, DAY)
    assert (row.pledge.amount, row.outcome.state, row.outcome.missing) == (
        4 * BILLION, PledgeState.OPEN, 3 * BILLION,
    )  # fmt: skip


def test_it_is_held_against_the_ledger_of_its_day(
    session: Session, project: Project, line: PlanLine
) -> None:
    a_pledge(session, project, amount=Dong(2 * BILLION), due_on=date(2025, 4, 15))
    a_disbursement(session, line, BILLION - 1, posted_on=date(2025, 4, 15))
    a_disbursement(session, line, 1, posted_on=date(2025, 4, 16))
    [late] = rows_on(session, project, DAY)
    assert (late.outcome.state, late.outcome.missing) == (PledgeState.BROKEN, 1)
    a_pledge(session, project, amount=Dong(2 * BILLION), made_on=date(2025, 4, 16))
    newest, before = rows_on(session, project, DAY)
    assert (newest.outcome.state, before.outcome.state) == (PledgeState.KEPT, PledgeState.BROKEN)
    [then] = rows_on(session, project, date(2025, 4, 15))
    assert (then.outcome.state, then.outcome.missing) == (PledgeState.OPEN, 1)


def test_extended_capital_keeps_no_promise(
    session: Session, project: Project, line: PlanLine
) -> None:
    extended = a_plan_line(session, project, planned=5 * BILLION, extended=True)
    a_disbursement(session, extended, 5 * BILLION, posted_on=date(2025, 4, 2))
    a_pledge(session, project, amount=Dong(2 * BILLION))
    [row] = rows_on(session, project, DAY)
    assert (row.outcome.state, row.outcome.missing) == (PledgeState.OPEN, BILLION)


def test_it_is_refused_beyond_the_plan_and_behind_the_ledger(
    session: Session, project: Project, line: PlanLine, officer: Act
) -> None:
    with pytest.raises(PledgedAlreadyDisbursed):
        record_pledge(session, officer, an_order(project, amount=Dong(BILLION)))
    with pytest.raises(PledgedBeyondPlan):
        record_pledge(session, officer, an_order(project, amount=Dong(10 * BILLION + 1)))
    assert session.scalar(select(PledgeEntry.id)) is None


def test_nobody_promises_for_others(session: Session, project: Project, line: PlanLine) -> None:
    stranger = an_act(session, Role.OFFICER, organisation=an_organisation(session, a_unit(session)))
    with pytest.raises(OutOfScope):
        record_pledge(session, stranger, an_order(project))


@pytest.mark.parametrize("deed", ["UPDATE pledge_entry SET amount = 1", "DELETE FROM pledge_entry"])
def test_what_was_promised_stays(session: Session, project: Project, deed: str) -> None:
    a_pledge(session, project)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(deed))
