"""Entries of the disbursement ledger, with the sums kept beside it."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.counting import a_number
from tests.factories.people import AT, the_system
from tests.factories.plans import a_plan_line
from tracker.domain.disbursements import DisbursementKind, Purpose, effect_of
from tracker.domain.money import Dong
from tracker.models import Disbursement, Origin, PlanLine, Project
from tracker.services.progress import add_to_sums


def a_disbursement(
    session: Session, line: PlanLine | None = None, amount: int = 100_000_000, **changes: Any
) -> Disbursement:
    """Make a volume payment on a line, posted on 15 March of its year."""
    line = line or a_plan_line(session)
    project = session.get_one(Project, line.project_id)
    kind = changes.pop("kind", DisbursementKind.VOLUME_PAYMENT)
    recovered = changes.pop("recovered", 0)
    effect = effect_of(kind, Dong(amount), Dong(recovered))
    posted_on = changes.pop("posted_on", date(line.year, 3, 15))
    number = a_number()
    entry = Disbursement(
        **{
            "plan_line_id": line.id,
            "project_id": project.id,
            "organisation_id": project.owner_id,
            "year": line.year,
            "extended": line.extended,
            "kind": kind,
            "purpose": Purpose.CONSTRUCTION,
            "voucher": f"CT-{number:05d}",
            "voucher_on": posted_on,
            "posted_on": posted_on,
            "amount": Dong(amount),
            "recovered": Dong(recovered),
            "counted": effect.counted,
            "advance": effect.advance,
            "origin": Origin.TYPED,
            "recorded_by": the_system(session).id,
            "recorded_at": AT,
            "idempotency_key": f"payment-{number}",
            "request_hash": "",
            **changes,
        }
    )
    session.add(entry)
    session.flush()
    add_to_sums(session, entry, line)
    session.refresh(line)
    return entry
