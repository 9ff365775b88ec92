"""The round of a working day: reminders climb, deadlines come nearer, nobody is told twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.notices import a_proved_address, mails_of, seen_by
from tests.factories.people import an_act
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.units import an_organisation
from tracker.domain.act import Act
from tracker.domain.notices import NoticeKind
from tracker.domain.outbox import MailKind
from tracker.domain.people import Actor, Role
from tracker.models import PlanEntry, StaleReminder
from tracker.services.daily import do_round
from tracker.services.outbox import gather_digests

MONDAY = date(2025, 5, 12)
"""No holiday is near."""


@pytest.fixture
def on(act: Act) -> Callable[[date], Act]:
    return lambda day: replace(act, on=day, at=act.at + (day - act.on))


def kinds(session: Session, actor: Actor, kind: NoticeKind) -> list[int]:
    """Return how many times the projects were reminded of, as the person is told, oldest first."""
    found = [row.facts["most_times"] for row in seen_by(session, actor) if row.kind is kind]
    return found[::-1]


def test_reminders_climb_from_the_officer_to_the_leader_and_above(
    session: Session, on: Callable[[date], Act]
) -> None:
    board = an_organisation(session)
    line = a_plan_line(session, a_project(session, owner=board))
    a_plan_line(session, a_project(session, owner=board))
    a_disbursement(session, line, posted_on=MONDAY - timedelta(days=30))
    officer = an_act(session, organisation=board).actor
    leader = an_act(session, Role.UNIT_LEADER, organisation=board).actor
    above = an_act(session, Role.COORDINATOR).actor
    beside = an_act(session, organisation=an_organisation(session)).actor
    for place in range(14):  # two weeks, of which ten days are worked
        done = do_round(session, on(MONDAY + timedelta(days=place)))
        assert (done is None) is (place % 7 > 4)
        if done is not None:
            assert done.stale == 2
            again = do_round(session, on(MONDAY + timedelta(days=place)))
            assert again is not None
            assert (again.stale, again.notices) == (0, 0)
    assert kinds(session, officer, NoticeKind.STALE) == list(range(1, 11))
    assert kinds(session, leader, NoticeKind.STALE_ESCALATED) == list(range(4, 11))
    assert kinds(session, above, NoticeKind.STALE_ESCALATED) == list(range(6, 11))
    assert kinds(session, beside, NoticeKind.STALE) == []
    newest = seen_by(session, leader)[0]
    assert newest.facts["projects"] == 2
    a_disbursement(session, line, posted_on=MONDAY + timedelta(days=14))
    done = do_round(session, on(MONDAY + timedelta(days=14)))
    assert done is not None
    assert done.stale == 1  # news ended the count of the other
    counts = session.scalars(select(StaleReminder.times).order_by(StaleReminder.times)).all()
    assert list(counts) == [10, 11]


def test_a_deadline_is_told_at_each_step_and_once(
    session: Session, on: Callable[[date], Act]
) -> None:
    board = an_organisation(session)
    closes = date(2025, 8, 1)
    line = a_plan_line(session, a_project(session, owner=board), deadline_on=closes)
    a_disbursement(session, line, posted_on=MONDAY)
    officer = an_act(session, organisation=board).actor
    told: list[int] = []
    for days in (61, 60, 57, 30, 29, 9, 8):
        do_round(session, on(closes - timedelta(days=days)))
        found = [row for row in seen_by(session, officer) if row.kind is NoticeKind.DEADLINE_NEAR]
        told.append(len(found))
    assert told[0] == 0
    assert told == sorted(told)
    assert told[-1] == 3
    assert session.scalars(select(PlanEntry.deadline_on)).first() == closes


def test_the_month_before_is_to_be_complete_soon(
    session: Session, on: Callable[[date], Act]
) -> None:
    officer = an_act(session).actor
    seen = []
    for day in (date(2025, 6, 2), date(2025, 6, 3), date(2025, 6, 5), date(2025, 6, 6)):
        do_round(session, on(day))
        kinds_now = [row.kind for row in seen_by(session, officer)]
        seen.append(kinds_now.count(NoticeKind.PERIOD_NEAR))
    assert seen == [1, 1, 1, 1]
    (row,) = (one for one in seen_by(session, officer) if one.kind is NoticeKind.PERIOD_NEAR)
    assert row.facts == {"until": "2025-05-31", "by": "2025-06-05"}


def test_a_digest_holds_each_notice_once_and_comes_once_a_day(
    session: Session, on: Callable[[date], Act]
) -> None:
    board = an_organisation(session)
    a_plan_line(session, a_project(session, owner=board))
    reader, silent = (an_act(session, organisation=board).actor for _ in range(2))
    a_proved_address(session, reader.id)
    for place in range(3):
        act = on(MONDAY + timedelta(days=place))
        do_round(session, act)
        assert gather_digests(session, act, act.on) == 0
    mails = mails_of(session, [reader.id, silent.id])
    assert [one.kind for one in mails] == [MailKind.DIGEST] * 3
    assert {one.person_id for one in mails} == {reader.id}
