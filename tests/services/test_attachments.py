"""Files attached to records: within the scope, once, within the room there is, withdrawn once."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.factories.people import an_act
from tests.factories.projects import a_project
from tests.factories.units import an_organisation
from tracker.domain.act import Act
from tracker.domain.attachments import FileFault, FileKind, FileRefused, KeptFile, Place, Seen
from tracker.domain.refusals import OutOfScope, ReasonRequired
from tracker.models import Attachment, Change, Project
from tracker.queries.attachments import file_of, files_of, files_of_project, kept_files
from tracker.services.attachments import (
    AlreadyWithdrawn,
    AttachFile,
    WithdrawFile,
    attach_file,
    withdraw_file,
)

PHOTO = KeptFile(
    "a" * 32, "Ảnh 1.jpg", FileKind.JPG, 1_000, "b" * 64, "c" * 64,
    Seen(640, 480, None, Place(20_937_300, 106_314_500)),
)  # fmt: skip
WHY = "Gửi nhầm dự án khác"


@pytest.fixture
def project(session: Session) -> Project:
    return a_project(session)


def order(project: Project, file: KeptFile = PHOTO, **changes: object) -> AttachFile:
    wanted = AttachFile(project.id, "project", project.id, file)
    return replace(wanted, **changes)  # type: ignore[arg-type]  # the tests name real fields


def test_a_file_is_attached_once_and_told_in_the_history(
    session: Session, act: Act, project: Project
) -> None:
    first = attach_file(session, act, order(project))
    again = attach_file(session, act, order(project, replace(PHOTO, stored="d" * 32)))
    assert (again.id, again.is_replay) == (first.id, True)
    [row] = files_of_project(session, act.actor.reach, project.id)
    assert (row.name, row.place, row.withdrawn_reason) == ("Ảnh 1.jpg", PHOTO.seen.place, None)  # type: ignore[union-attr]  # it was seen
    [change] = session.scalars(select(Change).where(Change.deed == "file.attached"))
    assert change.project_id == project.id
    assert change.after["sha256"] == PHOTO.sha256  # type: ignore[index]  # it tells something
    assert (PHOTO.stored, PHOTO.sha256) in kept_files(session)


def test_a_withdrawn_file_is_kept_told_why_and_listed_as_withdrawn(
    session: Session, act: Act, project: Project
) -> None:
    file_id = attach_file(session, act, order(project)).id
    with pytest.raises(ReasonRequired):
        withdraw_file(session, act, WithdrawFile(file_id, "nhầm"))
    withdraw_file(session, act, WithdrawFile(file_id, WHY))
    with pytest.raises(AlreadyWithdrawn):
        withdraw_file(session, act, WithdrawFile(file_id, WHY))
    row = file_of(session, act.actor.reach, file_id)
    assert row is not None
    assert (row.withdrawn_reason, row.withdrawn_by) == (WHY, row.attached_by)
    assert files_of(session, act.actor.reach, "project", [project.id]) == {}
    assert attach_file(session, act, order(project, replace(PHOTO, stored="d" * 32))).id != file_id


def test_the_files_of_a_project_take_no_more_room_than_it_has(
    session: Session, act: Act, project: Project
) -> None:
    attach_file(session, act, order(project, most=1_500))
    other = replace(PHOTO, stored="d" * 32, sent_sha256="e" * 64)
    with pytest.raises(FileRefused) as refusal:
        attach_file(session, act, order(project, other, most=1_999))
    assert (refusal.value.fault, refusal.value.most) == (FileFault.NO_ROOM, 1_999)
    attach_file(session, act, order(project, other, most=2_000))


def test_nobody_attaches_reads_or_withdraws_beyond_their_scope(
    session: Session, act: Act, project: Project
) -> None:
    file_id = attach_file(session, act, order(project)).id
    elsewhere = an_act(session, organisation=an_organisation(session))
    for deed in (
        lambda: attach_file(session, elsewhere, order(project)),
        lambda: withdraw_file(session, elsewhere, WithdrawFile(file_id, WHY)),
        lambda: withdraw_file(session, act, WithdrawFile(2**62, WHY)),
    ):
        with pytest.raises(OutOfScope):
            deed()
    assert file_of(session, elsewhere.actor.reach, file_id) is None
    assert files_of_project(session, elsewhere.actor.reach, project.id) == []


@pytest.mark.parametrize("statement", [
    "UPDATE attachment SET name = 'x.pdf' WHERE id = :id",
    "UPDATE attachment SET withdrawn_at = attached_at, withdrawn_by = attached_by,"
    " withdrawn_reason = 'y', sha256 = sent_sha256 WHERE id = :id",
    "DELETE FROM attachment WHERE id = :id",
])  # fmt: skip
def test_the_database_itself_keeps_the_row_as_it_was(
    session: Session, act: Act, project: Project, statement: str
) -> None:
    file_id = attach_file(session, act, order(project)).id
    session.flush()
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(statement), {"id": file_id})
    assert session.get_one(Attachment, file_id).name == PHOTO.name
