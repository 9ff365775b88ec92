"""An entry is found on the treasury's statement once, and not by whoever recorded it."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.people import an_act
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.units import an_organisation
from tracker.domain.approval import AlreadyReconciled, OwnWork
from tracker.domain.people import Role
from tracker.domain.refusals import OutOfScope
from tracker.models import Change, Disbursement, Reconciliation
from tracker.services.reconciliations import reconcile_entries

STATEMENT = "Sao kê KBNN 30/04/2025"


@pytest.fixture
def entries(session: Session) -> list[Disbursement]:
    line = a_plan_line(session)
    return [a_disbursement(session, line, 1_000 + number) for number in range(3)]


def test_entries_are_reconciled_together_with_their_history(
    session: Session, entries: list[Disbursement]
) -> None:
    finance = an_act(session, Role.COORDINATOR)
    wanted = [one.id for one in entries]
    assert reconcile_entries(session, finance, wanted, STATEMENT) == 3
    found = session.scalars(select(Reconciliation).order_by(Reconciliation.disbursement_id)).all()
    assert [(one.disbursement_id, one.statement) for one in found] == [
        (one, STATEMENT) for one in wanted
    ]
    deeds = session.scalars(select(Change.deed).where(Change.subject == "reconciliation")).all()
    assert list(deeds) == ["disbursement.reconciled"] * 3
    with pytest.raises(AlreadyReconciled):
        reconcile_entries(session, finance, wanted[:1], STATEMENT)


def test_nobody_reconciles_their_own_or_anothers(
    session: Session, entries: list[Disbursement]
) -> None:
    finance = an_act(session, Role.COORDINATOR)
    own = a_disbursement(session, a_plan_line(session), recorded_by=finance.actor.id)
    with pytest.raises(OwnWork):
        reconcile_entries(session, finance, [own.id], STATEMENT)
    board = an_organisation(session)
    a_project(session, owner=board)
    elsewhere = an_act(session, Role.COORDINATOR, organisation=board)
    officer = an_act(session)
    for by in (elsewhere, officer):
        with pytest.raises(OutOfScope):
            reconcile_entries(session, by, [entries[0].id], STATEMENT)
    with pytest.raises(OutOfScope):
        reconcile_entries(session, finance, [10**9], STATEMENT)


@pytest.mark.parametrize(
    "statement", ["UPDATE reconciliation SET statement = 'khác'", "DELETE FROM reconciliation"]
)
def test_what_was_reconciled_stays(
    session: Session, entries: list[Disbursement], statement: str
) -> None:
    reconcile_entries(session, an_act(session, Role.COORDINATOR), [entries[0].id], STATEMENT)
    with pytest.raises(DatabaseError), session.begin_nested():
        session.execute(text(statement))
