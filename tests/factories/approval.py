"""Organisations that need a second person, and the two people."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tests.checks.paying import order
from tests.factories.people import AT, the_system
from tracker.domain.act import Act
from tracker.models import ApprovalRule, Organisation, PlanLine, Submission
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
