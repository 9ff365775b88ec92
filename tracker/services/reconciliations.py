"""The deed that closes an entry's way: it was found on the treasury's statement."""

from collections.abc import Collection, Sequence

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.approval import AlreadyReconciled, OwnWork
from tracker.domain.people import Permission, Place
from tracker.domain.refusals import OutOfScope
from tracker.models import Disbursement, Project, Reconciliation, Submission
from tracker.queries.approval import reconciled_among
from tracker.services.approvals import makers_of
from tracker.services.history import lenders_behind, record_change
from tracker.services.progress import bump_version

RIGHT = Permission.DISBURSEMENT_RECONCILE
RECORDING = ("disbursement.recorded", "disbursement.reversed")


def reconcile_entries(session: Session, act: Act, entry_ids: Sequence[int], statement: str) -> int:
    """Say that entries stand on a statement of the treasury, all or none; return how many.

    Raises:
        OutOfScope: an entry is outside the actor's scope, or does not exist.
        OwnWork: the actor recorded one of them, drafted or sent it, or lent the right to.
        AlreadyReconciled: one was found on a statement before.
    """
    wanted = set(entry_ids)
    rows = session.execute(
        select(Disbursement, Project)
        .join(Project, Project.id == Disbursement.project_id)
        .where(Disbursement.id.in_(sorted(wanted)))
        .order_by(Project.id, Disbursement.id)
        .with_for_update(of=[Project], key_share=True)
    ).all()
    scope = act.actor.scope_of(RIGHT)
    if len(rows) < len(wanted) or not all(
        scope.covers(project.unit_path, project.owner_id, project.id) for _, project in rows
    ):
        raise OutOfScope(RIGHT, "disbursement")
    entries = [entry for entry, _ in rows]
    behind = lenders_behind(session, "disbursement", sorted(wanted), RECORDING)
    drafted = _drafted_by(session, wanted)
    for entry, project in rows:
        lender = act.actor.acts_for(RIGHT, Place(project.unit_path, project.owner_id, project.id))
        makers = {entry.recorded_by, *behind.get(entry.id, ()), *drafted.get(entry.id, ())}
        if not {act.actor.id, lender.id if lender else 0}.isdisjoint(makers):
            raise OwnWork(entry.recorded_by)
    if known := reconciled_among(session, sorted(wanted)):
        raise AlreadyReconciled(min(known))
    matched = [
        Reconciliation(
            disbursement_id=entry.id,
            statement=statement,
            reconciled_by=act.actor.id,
            reconciled_at=act.at,
            found_on=act.on,
        )
        for entry in entries
    ]
    session.add_all(matched)
    session.flush()  # the history names the rows
    for entry, one in zip(entries, matched, strict=True):
        record_change(
            session,
            act,
            "disbursement.reconciled",
            one,
            one.id,
            after={
                "disbursement_id": entry.id,
                "statement": statement,
                "found_on": act.on.isoformat(),
            },
            project_id=entry.project_id,
        )
    if matched:
        bump_version(session)
    return len(matched)


def _drafted_by(session: Session, entry_ids: Collection[int]) -> dict[int, set[int]]:
    """Return who made and sent the drafts behind entries that were approved, by entry."""
    rows = session.execute(
        select(Disbursement.id, Submission)
        .join(
            Submission,
            and_(
                Submission.maker_id == Disbursement.recorded_by,
                Submission.idempotency_key == Disbursement.idempotency_key,
            ),
        )
        .where(Disbursement.id.in_(sorted(entry_ids)))
    ).all()
    makers = makers_of(session, [row[1] for row in rows])
    return {entry_id: makers[draft.id] for entry_id, draft in rows}
