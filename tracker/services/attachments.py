"""Deeds on documents and photographs: attach one to a record of a project, withdraw it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.attachments import PARTS_OF_THREADS, SUBJECTS, FileFault, FileRefused, KeptFile
from tracker.domain.people import Permission
from tracker.domain.refusals import SHORTEST_REASON, OutOfScope, ReasonRequired, Refusal
from tracker.models import Attachment, DirectiveFile, Project
from tracker.services.history import record_change
from tracker.services.progress import bump_version


@dataclass(frozen=True, slots=True)
class AttachFile:
    """The order to attach a file that lies in its folder to a row of a project.

    `subject` is the table of the row, one of `SUBJECTS`; `most` how many bytes the files of one
    project may take together, 0 for as many as there are.
    """

    project_id: int
    subject: str
    subject_id: int
    file: KeptFile
    note: str = ""
    most: int = 0


@dataclass(frozen=True, slots=True)
class Attached:
    """What came of it; `is_replay` when the record has this very file already."""

    id: int
    is_replay: bool


@dataclass(frozen=True, slots=True)
class WithdrawFile:
    """The order to withdraw a file; it is kept, and shown no more."""

    file_id: int
    reason: str


@dataclass(eq=False)
class AlreadyWithdrawn(Refusal):
    """The file was withdrawn before."""

    file_id: int


@dataclass(eq=False)
class PartOfThread(Refusal):
    """The file is part of what was said in a thread, which never changes."""

    file_id: int


def attach_file(session: Session, act: Act, order: AttachFile) -> Attached:
    """Attach a file and return its number; the same file again is no second one.

    On a replay the bytes just kept are named by no row: the caller drops them.

    Raises:
        OutOfScope: the project is outside the actor's scope, or does not exist.
        FileRefused: the project's files would take more room than it has.
        ValueError: no table of this name has files.
    """
    permission = SUBJECTS.get(order.subject)
    if permission is None:
        raise ValueError(order.subject)
    _lock_project(session, act, order.project_id, permission)
    same = session.scalar(
        select(Attachment.id).where(
            Attachment.subject == order.subject,
            Attachment.subject_id == order.subject_id,
            Attachment.sent_sha256 == order.file.sent_sha256,
            Attachment.withdrawn_at.is_(None),
        )
    )
    if same is not None:
        return Attached(same, is_replay=True)
    if order.most and room_taken(session, order.project_id) + order.file.size > order.most:
        raise FileRefused(FileFault.NO_ROOM, order.most)
    row = _row(act, order)
    session.add(row)
    session.flush()  # the history names it
    record_change(
        session, act, "file.attached", row, row.id,
        after=_told(row), project_id=order.project_id, rights=(permission,),
    )  # fmt: skip
    bump_version(session)
    return Attached(row.id, is_replay=False)


def withdraw_file(session: Session, act: Act, order: WithdrawFile) -> None:
    """Withdraw a file: it stays where it is, told with the reason, and is served no more.

    Raises:
        OutOfScope: its project is outside the actor's scope, or there is no such file.
        AlreadyWithdrawn: it was withdrawn before.
        PartOfThread: it proves a step of a thread.
        ReasonRequired: the reason says too little.
    """
    row = session.get(Attachment, order.file_id)
    if row is None:
        raise OutOfScope(Permission.FILE_ATTACH, "attachment")
    permission = SUBJECTS.get(row.subject, Permission.FILE_ATTACH)
    _lock_project(session, act, row.project_id, permission)
    session.refresh(row)
    if row.withdrawn_at is not None:
        raise AlreadyWithdrawn(row.id)
    if row.subject in PARTS_OF_THREADS:
        raise PartOfThread(row.id)
    if len(order.reason) < SHORTEST_REASON:
        raise ReasonRequired("file.withdrawn")
    row.withdrawn_by, row.withdrawn_at, row.withdrawn_reason = act.actor.id, act.at, order.reason
    record_change(
        session, act, "file.withdrawn", row, row.id,
        before=_told(row), after={"withdrawn_reason": order.reason}, reason=order.reason,
        project_id=row.project_id, rights=(permission,),
    )  # fmt: skip
    bump_version(session)


def room_taken(session: Session, project_id: int) -> int:
    """Return how many bytes the files of a project take, withdrawn ones too."""
    total = cast(func.coalesce(func.sum(Attachment.size), 0), BigInteger)
    return session.scalar(select(total).where(Attachment.project_id == project_id)) or 0


def told_of(row: Attachment | DirectiveFile) -> dict[str, str | int | None]:
    """Return what the history tells of a file, whatever it is attached to."""
    return {
        "name": row.name,
        "kind": row.kind.value,
        "size": row.size,
        "stored": row.stored,
        "sha256": row.sha256,
        "sent_sha256": row.sent_sha256,
        "width": row.width,
        "height": row.height,
        "taken_at": None if row.taken_at is None else row.taken_at.isoformat(),
        "latitude": row.latitude,
        "longitude": row.longitude,
    }


def columns_of(act: Act, file: KeptFile) -> dict[str, Any]:
    """Return what the row of a file that lies in its folder says, whatever it is attached to."""
    seen = file.seen
    place = seen.place if seen else None
    return {
        "stored": file.stored,
        "name": file.name,
        "kind": file.kind,
        "size": file.size,
        "sha256": file.sha256,
        "sent_sha256": file.sent_sha256,
        "width": seen.width if seen else None,
        "height": seen.height if seen else None,
        "taken_at": seen.taken_at if seen else None,
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "attached_by": act.actor.id,
        "attached_at": act.at,
    }


def _told(row: Attachment) -> dict[str, str | int | None]:
    told = told_of(row)
    return {"subject": row.subject, "subject_id": row.subject_id, "note": row.note, **told}


def _row(act: Act, order: AttachFile) -> Attachment:
    return Attachment(
        project_id=order.project_id,
        subject=order.subject,
        subject_id=order.subject_id,
        note=order.note or None,
        **columns_of(act, order.file),
    )


def _lock_project(session: Session, act: Act, project_id: int, permission: Permission) -> None:
    """Lock the project: files that come at once must not together take more room than it has."""
    found = session.execute(
        select(Project.unit_path, Project.owner_id, Project.id)
        .where(Project.id == project_id)
        .with_for_update(key_share=True)
    ).one_or_none()
    if found is None or not act.actor.scope_of(permission).covers(*found):
        raise OutOfScope(permission, "project")
