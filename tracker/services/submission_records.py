"""The records of entries that need a second person: made, found, locked, moved, told of."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.approval import NotTheMaker, SubmissionState
from tracker.domain.people import Permission
from tracker.domain.refusals import OutOfScope, StaleEdit
from tracker.models import Disbursement, Project, Submission
from tracker.services.history import record_change
from tracker.services.posting import RecordDisbursement, Recorded, Stored

FACTS = (
    "plan_line_id",
    "project_id",
    "year",
    "extended",
    "kind",
    "purpose",
    "voucher",
    "voucher_on",
    "posted_on",
    "amount",
    "recovered",
    "counted",
    "advance",
    "note",
    "contract_id",
    "request_hash",
)
"""What an entry and the submission it comes from have in common."""


def order_of(one: Submission) -> RecordDisbursement:
    """Return the order that a submission keeps."""
    return RecordDisbursement(
        plan_line_id=one.plan_line_id,
        kind=one.kind,
        purpose=one.purpose,
        voucher=one.voucher,
        voucher_on=one.voucher_on,
        posted_on=one.posted_on,
        amount=one.amount,
        recovered=one.recovered,
        note=one.note or "",
        idempotency_key=one.idempotency_key,
        duplicate_confirmed=one.duplicate_confirmed,
        unit_confirmed=one.unit_confirmed,
        contract_id=one.contract_id,
    )


def told(one: Submission) -> dict[str, Any]:
    """Return what the history says of a submission."""
    return {
        "state": one.state.value,
        "plan_line_id": one.plan_line_id,
        "kind": one.kind.value,
        "voucher": one.voucher,
        "posted_on": one.posted_on.isoformat(),
        "amount": one.amount,
        "recovered": one.recovered,
        "counted": one.counted,
        "reverses_id": one.reverses_id,
        "contract_id": one.contract_id,
        "row_version": one.row_version,
    }


def a_submission(entry: Disbursement, act: Act, state: SubmissionState) -> Submission:
    """Return a submission, not stored yet, with the facts of an entry."""
    facts = {name: getattr(entry, name) for name in FACTS}
    return Submission(
        **facts,
        state=state,
        maker_id=act.actor.id,
        made_at=act.at,
        idempotency_key=entry.idempotency_key,
        row_version=1,
    )


def submitted(session: Session, act: Act, keys: Sequence[str]) -> Mapping[str, Stored]:
    """Return what the actor submitted before under these keys, by key."""
    rows = session.execute(
        select(
            Submission.idempotency_key,
            Submission.request_hash,
            Submission.id,
            Submission.project_id,
            Submission.counted,
            Submission.state,
        ).where(Submission.maker_id == act.actor.id, Submission.idempotency_key.in_(keys))
    )
    return {
        key: (
            Recorded(
                one,
                project_id,
                counted,
                is_replay=True,
                is_posted=False,
                is_withdrawn=state is SubmissionState.WITHDRAWN,
            ),
            hashed,
        )
        for key, hashed, one, project_id, counted, state in rows
    }


def found_submission(session: Session, submission_id: int) -> Submission:
    """Return one submission, not locked.

    Raises:
        OutOfScope: there is none.
    """
    found = session.get(Submission, submission_id)
    if found is None:
        raise OutOfScope(Permission.DISBURSEMENT_RECORD, "submission")
    return found


def own_submission(session: Session, act: Act, submission_id: int, row_version: int) -> Submission:
    """Lock one submission and return it, when it is the actor's and is as it was read.

    Raises:
        OutOfScope, NotTheMaker: it is not the actor's.
        StaleEdit: it changed after it was read.
    """
    row = session.execute(
        select(Submission, Project)
        .join(Project, Project.id == Submission.project_id)
        .where(Submission.id == submission_id)
        .with_for_update(of=[Submission])
        .execution_options(populate_existing=True)
    ).one_or_none()
    scope = act.actor.scope_of(Permission.DISBURSEMENT_RECORD)
    if row is None or not scope.covers(row[1].unit_path, row[1].owner_id, row[1].id):
        raise OutOfScope(Permission.DISBURSEMENT_RECORD, "submission")
    found: Submission = row[0]
    if found.maker_id != act.actor.id:
        raise NotTheMaker(found.maker_id)
    if found.row_version != row_version:
        raise StaleEdit(row_version, found.row_version)
    return found


def all_submissions(
    session: Session, submission_ids: Sequence[int], *, lock: bool = False
) -> list[Submission]:
    """Return submissions in the order of their numbers, locked if wanted.

    Raises:
        OutOfScope: one does not exist.
    """
    chosen = select(Submission).where(Submission.id.in_(submission_ids)).order_by(Submission.id)
    if lock:
        chosen = chosen.with_for_update().execution_options(populate_existing=True)
    found = list(session.scalars(chosen))
    if len(found) < len(set(submission_ids)):
        raise OutOfScope(Permission.DISBURSEMENT_RECORD, "submission")
    return found


def move(one: Submission, to: SubmissionState) -> None:
    """Put a submission into another state, with nobody's verdict on it."""
    one.state = to
    one.checked_by = one.checked_at = one.checked_reason = None
    one.row_version += 1


def tell(
    session: Session, act: Act, deed: str, one: Submission, before: dict[str, Any] | None
) -> None:
    """Keep in the history what a submission was and is."""
    record_change(
        session,
        act,
        deed,
        one,
        one.id,
        before=before,
        after=told(one),
        reason=one.reason,
        project_id=one.project_id,
    )
