"""What the documents of a project show: each file, of which record it is, who may do what."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.attachments import PARTS_OF_THREADS, STEP_OF_DIFFICULTY, SUBJECTS
from tracker.domain.people import Actor, Permission
from tracker.queries.attachments import FileRow
from tracker.queries.dossiers import ProjectDetail
from tracker.web.reading import Reading
from tracker.web.uploads import file_size


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file of the list."""

    row: FileRow
    of: str
    size: str
    url: str | None
    thumbnail_url: str | None
    withdraw_url: str | None


@dataclass(frozen=True)
class DocumentsPage:
    """The documents of a project as this person may see them."""

    reading: Reading
    project: ProjectDetail
    lines: tuple[FileLine, ...]
    attach_url: str | None
    withdrawing: FileLine | None = None


def documents_page(
    project: ProjectDetail,
    rows: Sequence[FileRow],
    reading: Reading,
    actor: Actor,
    withdrawing: int | None = None,
) -> DocumentsPage:
    """Decide what the page shows; `withdrawing` is the file that somebody is about to take back."""
    lines = tuple(_line(row, project, actor) for row in rows)
    may_attach = _covers(project, actor, Permission.FILE_ATTACH)
    return DocumentsPage(
        reading,
        project,
        lines,
        url_for("attachments.show_documents", code=project.code) if may_attach else None,
        next((line for line in lines if line.row.id == withdrawing and line.withdraw_url), None),
    )


def subject_words(subject: str) -> str:
    """Return of what kind of record a file is."""
    return {
        "project": _("dự án"),
        "progress_entry": _("tiến độ thi công"),
        "clearance_entry": _("giải phóng mặt bằng"),
        STEP_OF_DIFFICULTY: _("vướng mắc"),
    }.get(subject, subject)


def _line(row: FileRow, project: ProjectDetail, actor: Actor) -> FileLine:
    is_there = row.withdrawn_at is None
    is_own = row.subject not in PARTS_OF_THREADS
    may_withdraw = (
        is_there
        and is_own
        and _covers(project, actor, SUBJECTS.get(row.subject, Permission.FILE_ATTACH))
    )
    return FileLine(
        row,
        subject_words(row.subject),
        file_size(row.size),
        url_for("attachments.hand_out", file_id=row.id) if is_there else None,
        url_for("attachments.show_thumbnail", file_id=row.id)
        if is_there and row.kind.is_image
        else None,
        url_for("attachments.withdraw", file_id=row.id) if may_withdraw else None,
    )


def _covers(project: ProjectDetail, actor: Actor, permission: Permission) -> bool:
    scope = actor.scope_of(permission)
    return scope.covers(project.unit_path, project.owner_id, project.id)
