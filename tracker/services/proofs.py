"""Files that prove a step of a thread: kept with the step of a difficulty, or of a directive."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.attachments import STEP_OF_DIFFICULTY, FileFault, FileRefused, KeptFile
from tracker.domain.people import Permission, Place
from tracker.models import DifficultyEntry, Directive, DirectiveEntry, DirectiveFile, Organisation
from tracker.services.attachments import AttachFile, attach_file, columns_of, told_of
from tracker.services.history import record_change


def proof_told(words: str | None, files: Sequence[KeptFile]) -> str | None:
    """Return what a record says of its evidence: the words typed, else the names of the files."""
    return words or "; ".join(one.name for one in files) or None


def stored_names(files: Sequence[KeptFile]) -> tuple[str, ...]:
    """Return the names in the folder of files that no row names: the caller drops their bytes."""
    return tuple(one.stored for one in files)


def prove_difficulty_step(
    session: Session, act: Act, step: DifficultyEntry, files: Sequence[KeptFile], most: int
) -> tuple[str, ...]:
    """Attach files to a step of a difficulty; return the stored names of those sent twice.

    They are files of its project, and take of the room the project has.

    Raises:
        FileRefused: the project's files would take more than `most` bytes (0: any number).
    """
    spare = []
    for file in files:
        order = AttachFile(step.project_id, STEP_OF_DIFFICULTY, step.id, file, most=most)
        if attach_file(session, act, order).is_replay:
            spare.append(file.stored)
    return tuple(spare)


def prove_directive_step(
    session: Session,
    act: Act,
    directive: Directive,
    step: DirectiveEntry,
    files: Sequence[KeptFile],
    most: int,
    right: Permission,
) -> tuple[str, ...]:
    """Keep files with a step of a locked directive; return the stored names of those sent twice.

    They belong to no project: whoever sees the directive sees them, and nobody else.

    Raises:
        FileRefused: the directive's files would take more than `most` bytes (0: any number).
    """
    if not files:
        return ()
    lead = session.get_one(Organisation, directive.lead_id)
    taken, known, spare = _room_taken(session, directive.id), set[str](), []
    for file in files:
        if file.sent_sha256 in known:
            spare.append(file.stored)
            continue
        known.add(file.sent_sha256)
        taken += file.size
        if most and taken > most:
            raise FileRefused(FileFault.NO_ROOM, most)
        row = DirectiveFile(directive_id=directive.id, step_id=step.id, **columns_of(act, file))
        session.add(row)
        record_change(
            session, act, "directive.file_attached", directive, directive.id,
            after={**told_of(row), "step_id": step.id}, rights=(right,),
            place=Place(lead.unit_path, lead.id),
        )  # fmt: skip
    session.flush()
    return tuple(spare)


def _room_taken(session: Session, directive_id: int) -> int:
    total = cast(func.coalesce(func.sum(DirectiveFile.size), 0), BigInteger)
    wanted = select(total).where(DirectiveFile.directive_id == directive_id)
    return session.scalar(wanted) or 0
