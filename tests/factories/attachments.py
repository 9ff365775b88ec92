"""Files attached to records, with or without bytes in a folder."""

from typing import Any

from sqlalchemy.orm import Session

from tests.factories.counting import a_number
from tests.factories.people import AT, the_system
from tracker.domain.attachments import FileKind
from tracker.models import Attachment, DirectiveEntry, DirectiveFile, Project


def a_file(session: Session, project: Project, **changes: Any) -> Attachment:
    """Make the row of a document of the project itself; its bytes lie nowhere."""
    told = {"project_id": project.id, "subject": "project", "subject_id": project.id}
    row = Attachment(**{**_columns(session), **told, **changes})
    session.add(row)
    session.flush()
    return row


def a_directive_file(session: Session, step: DirectiveEntry, **changes: Any) -> DirectiveFile:
    """Make the row of a document that proves a step of a directive; its bytes lie nowhere."""
    told = {"directive_id": step.directive_id, "step_id": step.id}
    row = DirectiveFile(**{**_columns(session), **told, **changes})
    session.add(row)
    session.flush()
    return row


def _columns(session: Session) -> dict[str, Any]:
    number = a_number()
    return {
        "stored": f"{number:032x}",
        "name": f"Tệp {number}.pdf",
        "kind": FileKind.PDF,
        "size": 1_000,
        "sha256": f"{number:064x}",
        "sent_sha256": f"{number:064x}",
        "attached_by": the_system(session).id,
        "attached_at": AT,
    }
