"""Two people who use the right of one are one: what is lent counts as the lender's."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import HISTORY_KEYS
from tests.factories.approval import a_board_of_two, a_sent
from tests.factories.delegations import a_delegation
from tests.factories.disbursements import a_disbursement
from tests.factories.people import AT, ON, a_grant, a_person, an_act
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tracker.domain.accounts import OwnAccount
from tracker.domain.act import Act
from tracker.domain.approval import OwnWork
from tracker.domain.delegations import OnlyByTheHolder
from tracker.domain.people import Role
from tracker.domain.requests import NeedsSecondPerson, OwnRequest
from tracker.models import Change, Delegation, Disbursement, Grant, Organisation, Person, PlanLine
from tracker.queries.people import actor_named
from tracker.services.approvals import approve_submissions, return_submissions
from tracker.services.chain_checks import chain_findings
from tracker.services.delegations import Delegate, delegate_grants
from tracker.services.grants import GrantRole, grant_role
from tracker.services.posting import OrdersRefused
from tracker.services.quiet_days import record_quiet_day
from tracker.services.reconciliations import reconcile_entries
from tracker.services.requests import Asked, approve, do_or_ask

WHY = "Theo văn bản của lãnh đạo"


def act_of(session: Session, person: Person) -> Act:
    actor = actor_named(session, person.username, ON)
    assert actor is not None
    return Act(actor, AT, ON)


def own_grant(session: Session, act: Act) -> Grant:
    return session.scalars(select(Grant).where(Grant.person_id == act.actor.id)).one()


def lent(session: Session, lender: Act) -> Act:
    """Return a deed of somebody who has nothing but what this person lends them."""
    deputy = a_person(session)
    a_delegation(session, own_grant(session, lender), deputy)
    return act_of(session, deputy)


def lent_of(session: Session, lender: Act, role: Role) -> Act:
    """Return a deed of somebody who has nothing but one of the roles this person lends them."""
    held = (Grant.person_id == lender.actor.id, Grant.role == role)
    deputy = a_person(session)
    a_delegation(session, session.scalars(select(Grant).where(*held)).one(), deputy)
    return act_of(session, deputy)


@pytest.fixture
def admin(session: Session) -> Act:
    return an_act(session, Role.ADMIN)


def asked(session: Session, act: Act) -> int:
    order = GrantRole(a_person(session).id, Role.ADMIN, ON)
    done = do_or_ask(session, act, grant_role, order, WHY)
    assert isinstance(done, Asked)
    return done.request_id


def test_a_lent_right_makes_no_administrator_alone(session: Session, admin: Act) -> None:
    with pytest.raises(NeedsSecondPerson):
        grant_role(session, lent(session, admin), GrantRole(a_person(session).id, Role.ADMIN, ON))


def test_lender_and_deputy_are_not_two_people_for_a_request(session: Session, admin: Act) -> None:
    first, second = lent(session, admin), lent(session, admin)
    for asker, decider in ((admin, first), (first, admin), (first, second)):
        number = asked(session, asker)
        with pytest.raises(OwnRequest):
            approve(session, decider, number)
        approve(session, an_act(session, Role.ADMIN), number)


def test_who_asked_in_anothers_place_is_remembered_when_that_is_over(
    session: Session, admin: Act
) -> None:
    deputy = lent(session, admin)
    number = asked(session, deputy)
    row = session.scalars(select(Delegation).where(Delegation.delegate_id == deputy.actor.id)).one()
    row.ended_at, row.ended_by = AT, admin.actor.id
    a_grant(session, session.get_one(Person, deputy.actor.id), Role.ADMIN)
    with pytest.raises(OwnRequest):
        approve(session, admin, number)


def test_a_request_tells_in_whose_place_it_was_made_and_decided(
    session: Session, admin: Act
) -> None:
    other = an_act(session, Role.ADMIN)
    number = asked(session, lent(session, admin))
    approve(session, lent(session, other), number)
    told = {
        change.deed: (change.after or {}).get("in_place_of", {}).get("person")
        for change in session.scalars(select(Change).where(Change.deed != "people.signed_in"))
    }
    assert told["request.asked"] == told["people.granted"] == admin.actor.id
    assert told["request.approved"] == other.actor.id


def test_a_manager_lends_nobody_elses_sensitive_role(session: Session, admin: Act) -> None:
    leader, deputy = an_act(session, Role.PROVINCE_LEADER), an_act(session, Role.READER)
    session.flush()
    username = session.get_one(Person, deputy.actor.id).username
    grants = (own_grant(session, leader).id,)
    order = Delegate(leader.actor.id, username, grants, ON, date(2025, 7, 1), WHY)
    with pytest.raises(OnlyByTheHolder):
        delegate_grants(session, admin, order)
    assert delegate_grants(session, leader, order)


@pytest.fixture
def board(session: Session) -> Organisation:
    return a_board_of_two(session)


@pytest.fixture
def line(session: Session, board: Organisation) -> PlanLine:
    return a_plan_line(session, a_project(session, owner=board))


def test_lender_and_deputy_are_not_two_people_for_an_entry(
    session: Session, board: Organisation, line: PlanLine
) -> None:
    officer = an_act(session, organisation=board)
    person = session.get_one(Person, officer.actor.id)
    deputy = lent(session, officer)
    by_deputy = a_sent(session, deputy, line)
    a_grant(session, person, Role.UNIT_LEADER, organisation=board)
    both = act_of(session, person)
    for refused in (
        lambda: approve_submissions(session, both, {by_deputy.id: by_deputy.row_version}),
        lambda: return_submissions(
            session, both, {by_deputy.id: by_deputy.row_version}, "Sai số chứng từ này"
        ),
    ):
        with pytest.raises(OrdersRefused) as told:
            refused()
        assert isinstance(told.value.faults[0][1], OwnWork)
    head = an_act(session, Role.UNIT_LEADER, organisation=board)
    assert approve_submissions(session, head, {by_deputy.id: by_deputy.row_version}).entries == 1


def test_nobody_finds_on_the_statement_what_was_recorded_in_the_same_place(
    session: Session,
) -> None:
    finance = an_act(session, Role.COORDINATOR)
    entry = a_disbursement(session, a_plan_line(session), recorded_by=finance.actor.id)
    with pytest.raises(OwnWork):
        reconcile_entries(session, lent(session, finance), [entry.id], "Sao kê")
    assert reconcile_entries(session, an_act(session, Role.COORDINATOR), [entry.id], "Sao kê") == 1


def test_nobody_finds_on_the_statement_what_was_drafted_by_their_lent_right(
    session: Session, board: Organisation, line: PlanLine
) -> None:
    officer = an_act(session, organisation=board)
    by_deputy = a_sent(session, lent(session, officer), line)
    head = an_act(session, Role.UNIT_LEADER, organisation=board)
    approve_submissions(session, head, {by_deputy.id: by_deputy.row_version})
    entry_id = session.scalars(select(Disbursement.id)).one()
    person = session.get_one(Person, officer.actor.id)
    a_grant(session, person, Role.COORDINATOR)
    both = act_of(session, person)
    for same in (both, lent_of(session, both, Role.COORDINATOR)):
        with pytest.raises(OwnWork):
            reconcile_entries(session, same, [entry_id], "Sao kê")
    assert reconcile_entries(session, an_act(session, Role.COORDINATOR), [entry_id], "Sao kê") == 1


def test_in_whose_place_it_was_done_is_part_of_the_chain(
    session: Session, line: PlanLine, board: Organisation
) -> None:
    officer = an_act(session, organisation=board)
    record_quiet_day(session, lent(session, officer), [line.project_id or 0], ON)
    session.commit()
    assert chain_findings(session, HISTORY_KEYS, 5) == []
    change = session.scalars(select(Change).where(Change.deed == "disbursement.quiet")).one()
    assert (change.after or {})["in_place_of"]["person"] == officer.actor.id


def test_nobody_agrees_to_what_they_are_granted_themselves(session: Session, admin: Act) -> None:
    soon, ends = a_person(session), date(2025, 5, 2)
    a_grant(session, soon, Role.ADMIN, valid_until=ends)
    done = do_or_ask(session, admin, grant_role, GrantRole(soon.id, Role.ADMIN, ends), WHY)
    assert isinstance(done, Asked)
    deputy = lent(session, act_of(session, soon))
    for lifted in (act_of(session, soon), deputy):
        with pytest.raises(OwnRequest):
            approve(session, lifted, done.request_id)
    approve(session, an_act(session, Role.ADMIN), done.request_id)


def test_a_deputy_grants_nothing_to_whom_they_have_the_right_from(
    session: Session, admin: Act
) -> None:
    deputy = lent(session, admin)
    later = GrantRole(admin.actor.id, Role.READER, ON)
    with pytest.raises(OwnAccount):
        grant_role(session, deputy, later)
    grant_role(session, deputy, GrantRole(a_person(session).id, Role.READER, ON))
    grant_role(session, an_act(session, Role.ADMIN), later)
