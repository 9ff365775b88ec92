"""Files prove a step as well as words do, and are read by exactly those who read the thread."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.factories.matters import a_difficulty, a_directive
from tests.factories.people import an_act
from tests.factories.projects import a_project
from tests.factories.units import a_district, a_unit, an_organisation
from tracker.domain.act import Act
from tracker.domain.attachments import FileFault, FileKind, FileRefused, KeptFile
from tracker.domain.difficulties import EvidenceRequired
from tracker.domain.people import Role
from tracker.models import Change, Directive, DirectiveFile, Organisation, Project
from tracker.queries.attachments import files_of, files_of_directive, kept_files
from tracker.queries.wall import keep_within
from tracker.services.attachments import PartOfThread, WithdrawFile, withdraw_file
from tracker.services.difficulties import (
    CloseDifficulty,
    ReplyToDifficulty,
    close_difficulty,
    reply_to_difficulty,
)
from tracker.services.directives import (
    CloseDirective,
    ReplyToDirective,
    close_directive,
    reply_to_directive,
)

PAPER = KeptFile("a" * 32, "Biên bản.pdf", FileKind.PDF, 1_000, "b" * 64, "c" * 64)
PHOTO = KeptFile("d" * 32, "Ảnh.jpg", FileKind.JPG, 2_000, "e" * 64, "f" * 64)
TWICE = replace(PHOTO, stored="1" * 32)


@pytest.fixture
def board(session: Session) -> Organisation:
    return an_organisation(session, a_unit(session))


@pytest.fixture
def project(session: Session, board: Organisation) -> Project:
    return a_project(session, board)


@pytest.fixture
def chair(session: Session) -> Act:
    return an_act(session, Role.PROVINCE_LEADER)


@pytest.fixture
def officer(session: Session, board: Organisation) -> Act:
    return an_act(session, Role.OFFICER, organisation=board)


@pytest.fixture
def directive(session: Session, chair: Act, project: Project, board: Organisation) -> Directive:
    return a_directive(session, chair, project, board)


def test_a_file_proves_that_a_directive_is_done_and_lets_it_be_closed(
    session: Session, chair: Act, officer: Act, directive: Directive
) -> None:
    order = ReplyToDirective(directive.id, "Đã bàn giao", "k1", is_done=True)
    with pytest.raises(EvidenceRequired):
        reply_to_directive(session, officer, order)
    done = replace(order, files=(PAPER, PHOTO, TWICE))
    assert reply_to_directive(session, officer, done).spare == (TWICE.stored,)
    again = reply_to_directive(session, officer, done)
    assert (again.is_replay, again.spare) == (True, tuple(one.stored for one in done.files))
    [paper, photo] = files_of_directive(session, chair.actor, directive.id)
    assert (paper.name, photo.step_id) == ("Biên bản.pdf", again.id)
    told = session.scalars(select(Change).where(Change.deed == "directive.file_attached")).all()
    assert [(one.subject, one.subject_id, one.project_id) for one in told] == [
        ("directive", directive.id, None)
    ] * 2
    closing = CloseDirective(directive.id, directive.row_version, "Đã xong", "")
    with pytest.raises(EvidenceRequired):
        close_directive(session, chair, closing)
    with pytest.raises(FileRefused) as refusal:
        close_directive(session, chair, replace(closing, files=(PAPER,), most=3_999))
    assert refusal.value.fault is FileFault.NO_ROOM
    session.rollback()


def test_the_names_of_the_files_stand_for_evidence_where_none_was_typed(
    session: Session, chair: Act, directive: Directive, project: Project
) -> None:
    version = directive.row_version
    closing = CloseDirective(directive.id, version, "Đã xong", "", (PAPER, PHOTO), most=3_000)
    close_directive(session, chair, closing)
    assert directive.evidence == "Biên bản.pdf; Ảnh.jpg"
    difficulty = a_difficulty(session, an_act(session, Role.COORDINATOR), project)
    ours = replace(PAPER, stored="2" * 32)
    with pytest.raises(EvidenceRequired):
        close_difficulty(session, chair, CloseDifficulty(difficulty.id, 1, "Xong", ""))
    close_difficulty(session, chair, CloseDifficulty(difficulty.id, 1, "Xong", "", (ours,)))
    assert difficulty.evidence == "Biên bản.pdf"
    assert {PAPER.stored, PHOTO.stored, ours.stored} <= {name for name, _sum in kept_files(session)}


def test_the_files_of_a_thread_are_read_by_exactly_those_who_read_the_thread(
    session: Session, project: Project, board: Organisation, chair: Act, officer: Act,
    directive: Directive,
) -> None:  # fmt: skip
    reply_to_directive(
        session, officer, ReplyToDirective(directive.id, "Đang làm", "k1", files=(PAPER,))
    )
    session.flush()
    [row] = session.scalars(select(DirectiveFile))
    hear = (chair, officer, an_act(session, Role.UNIT_LEADER, unit=a_district(session)))
    deaf = (
        an_act(session, Role.READER),
        an_act(session, Role.ADMIN),
        an_act(session, Role.OFFICER, project=project),
        an_act(session, Role.UNIT_LEADER, unit=a_district(session, "290")),
    )
    for expected, people in ((1, hear), (0, deaf)):
        for act in people:
            found = files_of_directive(session, act.actor, directive.id, row.id)
            assert len(found) == expected, act.actor.grants
    elsewhere = deaf[-1].actor
    keep_within(session, elsewhere.reach, elsewhere.id)  # the second wall, whatever is asked
    try:
        assert session.scalars(select(DirectiveFile.name)).all() == []
    finally:
        keep_within(session, chair.actor.reach)


def test_what_proves_a_step_stays_in_its_thread(
    session: Session, project: Project, officer: Act, directive: Directive
) -> None:
    difficulty = a_difficulty(session, officer, project)
    order = ReplyToDifficulty(difficulty.id, "Đã họp", "k1", files=(PAPER,))
    step = reply_to_difficulty(session, officer, order)
    reach = officer.actor.reach
    [row] = files_of(session, reach, "difficulty_step", [step.id])[step.id]
    with pytest.raises(PartOfThread):
        withdraw_file(session, officer, WithdrawFile(row.id, "Gửi nhầm tệp khác"))
    other = replace(PAPER, stored="2" * 32)
    reply_to_directive(
        session, officer, ReplyToDirective(directive.id, "Xong", "k2", files=(other,))
    )
    session.commit()
    for verb in ("UPDATE directive_file SET name = 'x'", "DELETE FROM directive_file"):
        with pytest.raises(DBAPIError, match=r"append-only|refuse"):
            session.execute(text(verb))
        session.rollback()
