"""What the ledger says, the chain says too: an altered entry is found, however well it adds up."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.services.test_disbursements_at_once import an_order
from tests.services.test_verification import loosen
from tracker.domain.act import Act
from tracker.domain.money import Dong
from tracker.services.disbursements import (
    ReverseDisbursement,
    record_disbursement,
    reverse_disbursement,
)
from tracker.services.history_verification import verify_history
from tracker.services.verification import Finding


@pytest.fixture
def ledger(session: Session, act: Act) -> Session:
    """Two entries as people typed them, one of them undone again."""
    project = a_project(session, total_investment=Dong(10**11))
    line = a_plan_line(session, project, planned=10**10)
    record_disbursement(session, act, an_order(line.id, "một", 5_000_000_000))
    wrong = record_disbursement(session, act, an_order(line.id, "hai", 7))
    order = ReverseDisbursement(wrong.id, "nhập nhầm số chứng từ", "đảo")
    reverse_disbursement(session, act, order)
    session.commit()
    return session


def found(session: Session) -> list[Finding]:
    return [one for one in verify_history(session) if one.check == "told_in_history"]


def test_a_ledger_that_was_typed_is_told_whole(ledger: Session) -> None:
    assert verify_history(ledger) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE disbursement SET amount = amount + 1, counted = counted + 1 WHERE amount > 7",
        "UPDATE disbursement SET posted_on = '2025-04-09' WHERE amount > 7",
        "UPDATE disbursement SET voucher = 'khác' WHERE amount > 7",
    ],
)
def test_an_entry_altered_by_hand_differs_from_what_was_told(
    ledger: Session, statement: str
) -> None:
    loosen(ledger, ledgers=True)
    ledger.execute(text(statement))
    assert len(found(ledger)) == 1


def test_an_entry_nobody_told_is_found(ledger: Session) -> None:
    loosen(ledger, ledgers=True)
    ledger.execute(text("DELETE FROM change_link"))
    ledger.execute(text("DELETE FROM change WHERE deed = 'disbursement.reversed'"))
    assert [one.found for one in found(ledger)] == ["–"]
