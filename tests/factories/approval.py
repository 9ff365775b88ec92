"""Organisations that need a second person, and the two people."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tests.checks.paying import order
from tests.factories.counting import a_number
from tests.factories.people import AT, the_system
from tests.factories.units import an_organisation
from tracker.domain.act import Act
from tracker.domain.approval import SubmissionState
from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.domain.money import Dong
from tracker.models import ApprovalRule, Organisation, Person, PlanLine, Submission
from tracker.services.submissions import enter_disbursement, send_submissions


def a_second_person_rule(
    session: Session, organisation: Organisation, **changes: Any
) -> ApprovalRule:
    """Make an organisation need a second person from the beginning of 2025."""
    rule = ApprovalRule(
        **{
            "organisation_id": organisation.id,
            "valid_from": date(2025, 1, 1),
            "second_person": True,
            "reason": "Quy chế kiểm soát nội bộ",
            "set_by": the_system(session).id,
            "set_at": AT,
            **changes,
        }
    )
    session.add(rule)
    session.flush()
    return rule


def a_board_of_two(session: Session) -> Organisation:
    """Make an organisation whose entries need a second person."""
    board = an_organisation(session)
    a_second_person_rule(session, board)
    return board


def a_submission(
    session: Session, line: PlanLine, maker: Person, amount: int = 1_234_567, **changes: Any
) -> Submission:
    """Make a sent entry as it lies in the table, whatever the organisation's setting."""
    number = a_number()
    posted_on = changes.pop("posted_on", date(2025, 4, 29))
    found = Submission(
        **{
            "plan_line_id": line.id,
            "project_id": line.project_id,
            "year": line.year,
            "extended": line.extended,
            "kind": DisbursementKind.VOLUME_PAYMENT,
            "purpose": Purpose.CONSTRUCTION,
            "voucher": f"GRV-{number}",
            "voucher_on": posted_on,
            "posted_on": posted_on,
            "amount": Dong(amount),
            "recovered": Dong(0),
            "counted": Dong(amount),
            "advance": Dong(0),
            "note": None,
            "state": SubmissionState.SENT,
            "maker_id": maker.id,
            "made_at": AT,
            "sent_by": maker.id,
            "sent_at": AT,
            "idempotency_key": f"submission-{number}",
            "request_hash": "",
            **changes,
        }
    )
    session.add(found)
    session.flush()
    return found


def a_draft(
    session: Session, maker: Act, line: PlanLine, amount: int = 1_234_567, **changes: Any
) -> Submission:
    """Keep an entry as its maker does."""
    made = enter_disbursement(session, maker, order(line, amount, **changes))
    return session.get_one(Submission, made.id)


def a_sent(
    session: Session, maker: Act, line: PlanLine, amount: int = 1_234_567, **changes: Any
) -> Submission:
    """Keep an entry and send it to the approver."""
    found = a_draft(session, maker, line, amount, **changes)
    send_submissions(session, maker, [found.id])
    return found
