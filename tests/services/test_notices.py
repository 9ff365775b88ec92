"""People are told once, by those who do the deed, and never what they may not see."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests.checks.queries import statements
from tests.factories.approval import a_board_of_two, a_draft, a_sent
from tests.factories.delegations import a_delegation
from tests.factories.notices import a_notice, a_proved_address, kinds_seen, mails_of, seen_by
from tests.factories.people import AT, ON, a_grant, a_person, an_act
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.units import a_unit, an_organisation
from tracker.domain.act import Act
from tracker.domain.notices import Event, NoticeKind, Way
from tracker.domain.outbox import MailState, Problem
from tracker.domain.people import Permission, Place, Role
from tracker.domain.periods import Strength
from tracker.models import Grant, Notice, NoticePreference, Organisation, Project
from tracker.services.approvals import return_submissions
from tracker.services.notices import mark_read, tell, tell_holders
from tracker.services.outbox import Claimed, Letter, claim_due, letter_of
from tracker.services.owners import AssignOwner, assign_owner
from tracker.services.periods import LockPeriod, lock_period
from tracker.services.submissions import send_submissions


def an_event(project: Project, key: str = "thu", **changes: object) -> Event:
    """Return something about a project that its readers of payments may know."""
    given = {
        "kind": NoticeKind.ENTRY_RETURNED,
        "key": key,
        "subject": "project",
        "subject_id": project.id,
        "right": Permission.DISBURSEMENT_READ,
        "place": Place(project.unit_path, project.owner_id, project.id),
        "facts": {"entries": 1, "code": project.code, "project": project.name,
                  "reason": "sai", "day": "2025-04-29"},
        **changes,
    }  # fmt: skip
    return Event(**given)  # type: ignore[arg-type]


def told(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Notice)).one()


def test_sent_entries_tell_who_approves_them_and_nobody_else(session: Session, act: Act) -> None:
    board = a_board_of_two(session)
    lines = [a_plan_line(session, a_project(session, owner=board)) for _ in range(2)]
    maker = an_act(session, organisation=board)
    of_board = an_act(session, Role.UNIT_LEADER, organisation=board).actor
    of_one = an_act(
        session, Role.UNIT_LEADER, project=session.get_one(Project, lines[0].project_id)
    ).actor
    beside = an_act(session, Role.UNIT_LEADER, organisation=an_organisation(session)).actor
    reader = an_act(session, Role.READER).actor
    drafts = [a_draft(session, maker, line, 7_000_123 + n) for n, line in enumerate(lines * 2)]
    send_submissions(session, maker, [one.id for one in drafts])
    (whole,) = seen_by(session, of_board)
    assert (whole.kind, whole.facts["entries"], whole.facts["projects"]) == ("entry_waiting", 4, 2)
    (part,) = seen_by(session, of_one)
    assert (part.facts["entries"], part.project_id) == (2, lines[0].project_id)
    assert [kinds_seen(session, one) for one in (beside, reader, maker.actor)] == [[], [], []]


def test_returned_entries_tell_their_maker_and_a_letter_waits(session: Session) -> None:
    board = a_board_of_two(session)
    line = a_plan_line(session, a_project(session, owner=board))
    maker = an_act(session, organisation=board)
    checker = an_act(session, Role.UNIT_LEADER, organisation=board)
    address = a_proved_address(session, maker.actor.id, "en")
    sent = a_sent(session, maker, line)
    return_submissions(session, checker, {sent.id: sent.row_version}, "Sai số chứng từ gốc")
    (row,) = seen_by(session, maker.actor)
    assert (row.kind, row.facts["reason"]) == ("entry_returned", "Sai số chứng từ gốc")
    (mail,) = mails_of(session, [maker.actor.id])
    letter = letter_of(session, Claimed(mail.id, ""), ON)
    assert isinstance(letter, Letter)
    assert (letter.address, letter.language, letter.notices) == (address, "en", (row,))


def test_a_right_lost_in_between_shows_and_mails_nothing(session: Session, act: Act) -> None:
    project = a_project(session)
    person = a_person(session)
    grant = a_grant(session, person, Role.OFFICER, project=project)
    a_proved_address(session, person.id)
    assert tell(session, act, an_event(project), [person.id]) == 1
    (mail,) = mails_of(session, [person.id])
    actor = an_act(session).actor
    assert isinstance(letter_of(session, Claimed(mail.id, ""), ON), Letter)
    session.execute(update(Grant).where(Grant.id == grant.id).values(ended_at=AT))
    a_grant(session, person, Role.OFFICER, project=a_project(session))
    session.expire_all()
    held = type(actor)(person.id, person.username, person.name)
    assert seen_by(session, held) == []
    assert letter_of(session, Claimed(mail.id, ""), ON) is Problem.NOTHING_TO_SAY


def test_a_project_that_moved_in_between_shows_and_mails_nothing_to_its_old_owner(
    session: Session, act: Act
) -> None:
    project = a_project(session, an_organisation(session))
    before = session.get_one(Organisation, project.owner_id)
    old = an_act(session, Role.OFFICER, organisation=before).actor
    a_proved_address(session, old.id)
    everybody = an_act(session, Role.COORDINATOR).actor
    assert tell(session, act, an_event(project), {old.id, everybody.id}) >= 1
    assert seen_by(session, old)
    owner = an_organisation(session, unit=a_unit(session))
    basis = "Quyết định 77/QĐ-UBND ngày 01/04/2025"
    order = AssignOwner(project.id, project.row_version, owner.id, date(2025, 4, 1), basis)
    assign_owner(session, an_act(session, Role.COORDINATOR), order)
    assert seen_by(session, old) == []
    (claimed,) = claim_due(session, AT, "nguoi gui", 9)
    assert letter_of(session, claimed, ON) is Problem.NOTHING_TO_SAY


@pytest.mark.parametrize("is_lent", [True, False])
def test_nobody_is_told_what_they_may_not_see(session: Session, act: Act, is_lent: bool) -> None:
    project = a_project(session, unit=a_unit(session))
    owner = a_person(session)
    grant = a_grant(session, owner, Role.OFFICER, project=project)
    deputy = a_person(session)
    until = date(2025, 5, 31) if is_lent else date(2025, 4, 20)
    a_delegation(session, grant, deputy, valid_from=date(2025, 4, 1), valid_until=until)
    shut = a_person(session, disabled_at=AT)
    a_grant(session, shut, Role.OFFICER, project=project)
    strangers = [
        a_person(session),
        session.get_one(type(owner), an_act(session, unit=a_unit(session)).actor.id),
        session.get_one(type(owner), an_act(session, project=a_project(session)).actor.id),
    ]
    everybody = [owner.id, deputy.id, shut.id, *(one.id for one in strangers)]
    assert tell(session, act, an_event(project), everybody) == 1 + is_lent
    assert tell_holders(session, act, an_event(project, "khac")) == 1 + is_lent
    found = set(session.scalars(select(Notice.person_id)))
    assert found == ({owner.id, deputy.id} if is_lent else {owner.id})


def test_one_event_tells_one_person_once(session: Session, act: Act) -> None:
    project = a_project(session)
    officer = an_act(session, project=project)
    a_proved_address(session, officer.actor.id)
    people = [officer.actor.id]
    assert [tell(session, act, an_event(project), people) for _ in range(3)] == [1, 0, 0]
    assert (told(session), len(mails_of(session, people))) == (1, 1)
    assert tell(session, officer, an_event(project, "cua minh"), people) == 0  # one's own deed


@pytest.mark.parametrize(
    ("kind", "way", "rows", "letters"),
    [
        (NoticeKind.DEADLINE_NEAR, Way.OFF, 0, 0),
        (NoticeKind.DEADLINE_NEAR, Way.MAIL, 1, 1),
        (NoticeKind.DEADLINE_NEAR, None, 1, 0),
        (NoticeKind.ENTRY_RETURNED, Way.OFF, 1, 0),  # it cannot be switched off
        (NoticeKind.ENTRY_RETURNED, Way.DIGEST, 1, 0),
        (NoticeKind.ENTRY_RETURNED, None, 1, 1),
    ],
)
def test_people_are_told_in_the_way_they_chose(
    session: Session, act: Act, kind: NoticeKind, way: Way | None, rows: int, letters: int
) -> None:
    project = a_project(session)
    person = an_act(session, project=project).actor
    a_proved_address(session, person.id)
    if way is not None:
        session.add(NoticePreference(person_id=person.id, kind=kind, way=way))
        session.flush()
    tell(session, act, an_event(project, kind=kind), [person.id])
    assert (told(session), len(mails_of(session, [person.id]))) == (rows, letters)


def test_no_letter_goes_to_an_address_that_was_not_proved(session: Session, act: Act) -> None:
    project = a_project(session)
    never, moved = (an_act(session, project=project).actor for _ in range(2))
    a_proved_address(session, moved.id)
    tell(session, act, an_event(project, "truoc"), [moved.id])
    moved_person = session.get_one(type(a_person(session)), moved.id)
    moved_person.email = "khac@vidu.vn"
    session.flush()
    tell(session, act, an_event(project), [never.id, moved.id])
    (mail,) = mails_of(session, [never.id, moved.id])
    assert letter_of(session, Claimed(mail.id, ""), ON) is Problem.NO_ADDRESS


def test_what_was_read_in_the_inbox_is_not_mailed_any_more(session: Session, act: Act) -> None:
    project = a_project(session)
    reader = an_act(session, project=project)
    a_proved_address(session, reader.actor.id)
    tell(session, act, an_event(project), [reader.actor.id])
    assert mark_read(session, reader) == 1
    (taken,) = claim_due(session, AT, "ai", 5)
    assert letter_of(session, taken, ON) is Problem.NOTHING_TO_SAY
    assert mails_of(session, [reader.actor.id])[0].state is MailState.CLAIMED


def test_a_lock_tells_whoever_enters_figures_there(session: Session, act: Act) -> None:
    board = an_organisation(session)
    mine = an_act(session, organisation=board).actor
    beside = an_act(session, organisation=an_organisation(session)).actor
    reader = an_act(session, Role.READER).actor
    lock_period(session, act, LockPeriod(2025, 2, Strength.HARD, organisation_id=board.id))
    seen = [kinds_seen(session, one) for one in (mine, beside, reader)]
    assert seen == [["period_locked"], [], []]
    lock_period(session, act, LockPeriod(2025, 3, Strength.HARD))
    assert [len(kinds_seen(session, one)) for one in (mine, beside, reader)] == [2, 1, 0]


def test_a_notice_stays_as_it_was_told(session: Session) -> None:
    notice = a_notice(session, a_person(session))
    session.execute(update(Notice).values(read_at=AT))
    for change in ({"facts": {}}, {"person_id": 1}, {"read_at": AT + timedelta(days=1)}):
        with pytest.raises(DatabaseError, match="stays as it was told"), session.begin_nested():
            session.execute(update(Notice).where(Notice.id == notice.id).values(**change))


def test_telling_many_takes_no_more_statements_than_telling_few(session: Session, act: Act) -> None:
    project = a_project(session)
    counts = []
    for many in (2, 20):
        people = [an_act(session, project=project).actor.id for _ in range(many)]
        for one in people:
            a_proved_address(session, one)
        with statements(session) as sent:
            assert tell(session, act, an_event(project, f"{many}"), people) == many
        counts.append(len(sent))
    assert counts[0] == counts[1]
