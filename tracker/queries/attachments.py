"""Readings of documents and photographs, within what the reader reaches."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.attachments import FileKind, Place
from tracker.domain.people import Actor, Scope
from tracker.models import Attachment, Directive, DirectiveFile, Person, Project
from tracker.queries.scoping import visible_directives, visible_projects


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file as lists show it; `withdrawn_reason` is there when it was taken back."""

    id: int
    project_id: int
    project_code: str
    subject: str
    subject_id: int
    stored: str
    name: str
    kind: FileKind
    size: int
    sha256: str
    sent_sha256: str
    width: int | None
    height: int | None
    taken_at: datetime | None
    place: Place | None
    note: str | None
    attached_by: str
    attached_at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    withdrawn_reason: str | None


@dataclass(frozen=True, slots=True)
class ThreadFile:
    """One file of a step in the thread of a directive."""

    id: int
    step_id: int
    stored: str
    name: str
    kind: FileKind
    size: int
    sha256: str
    taken_at: datetime | None


def file_of(session: Session, scope: Scope, file_id: int) -> FileRow | None:
    """Return one file, withdrawn or not; None when it does not exist or is out of reach."""
    rows = _rows(session, _files(scope).where(Attachment.id == file_id))
    return rows[0] if rows else None


def files_of_project(session: Session, scope: Scope, project_id: int) -> list[FileRow]:
    """List every file of a project, whatever record it belongs to, the newest first."""
    wanted = _files(scope).where(Attachment.project_id == project_id)
    return _rows(session, wanted.order_by(Attachment.attached_at.desc(), Attachment.id.desc()))


def files_of(
    session: Session, scope: Scope, subject: str, subject_ids: Collection[int]
) -> Mapping[int, list[FileRow]]:
    """Return the files in force of several rows of a table, by row, in the order they came."""
    wanted = _files(scope).where(
        Attachment.subject == subject,
        Attachment.subject_id.in_(sorted(subject_ids)),
        Attachment.withdrawn_at.is_(None),
    )
    found: dict[int, list[FileRow]] = defaultdict(list)
    for row in _rows(session, wanted.order_by(Attachment.id)):
        found[row.subject_id].append(row)
    return found


def files_of_directive(
    session: Session, actor: Actor, directive_id: int, file_id: int | None = None
) -> list[ThreadFile]:
    """List the files in the thread of a directive, or one of them, in the order they came.

    None of them for whoever may not see the directive.
    """
    file = DirectiveFile
    wanted = (
        select(
            file.id, file.step_id, file.stored, file.name, file.kind, file.size, file.sha256,
            file.taken_at,
        )
        .join(Directive, Directive.id == file.directive_id)
        .where(file.directive_id == directive_id, visible_directives(actor))
        .order_by(file.id)
    )  # fmt: skip
    if file_id is not None:
        wanted = wanted.where(file.id == file_id)
    return [ThreadFile(*row) for row in session.execute(wanted)]


def kept_files(session: Session) -> list[tuple[str, str]]:
    """List stored name and sum of every file there must be, withdrawn ones too."""
    return [
        (stored, sha256)
        for model in (Attachment, DirectiveFile)
        for stored, sha256 in session.execute(select(model.stored, model.sha256).order_by(model.id))
    ]


def _files(scope: Scope) -> Select[Any]:
    withdrawer = aliased(Person)
    file = Attachment
    columns: list[Any] = [
        *(file.id, file.project_id, Project.code, file.subject, file.subject_id, file.stored),
        *(file.name, file.kind, file.size, file.sha256, file.sent_sha256, file.width),
        *(file.height, file.taken_at, file.latitude, file.longitude, file.note, Person.name),
        *(file.attached_at, withdrawer.name, file.withdrawn_at, file.withdrawn_reason),
    ]
    return (
        select(*columns)
        .join(Project, Project.id == file.project_id)
        .join(Person, Person.id == file.attached_by)
        .join(withdrawer, withdrawer.id == file.withdrawn_by, isouter=True)
        .where(visible_projects(scope))
    )


def _rows(session: Session, wanted: Select[Any]) -> list[FileRow]:
    found = [tuple(row) for row in session.execute(wanted)]
    return [FileRow(*(*row[:14], _place(*row[14:16]), *row[16:])) for row in found]


def _place(latitude: int | None, longitude: int | None) -> Place | None:
    return None if latitude is None or longitude is None else Place(latitude, longitude)
