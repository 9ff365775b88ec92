"""Readings of people: order, search, scope, pages, and a number of statements that stays."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.checks.queries import statements
from tests.factories.people import a_grant, a_person
from tests.factories.units import a_unit, an_organisation
from tracker.domain.people import EVERYTHING, NOTHING, Role, Scope
from tracker.queries.accounts import account_named, administrators, deeds_on
from tracker.queries.people import (
    AccountState,
    PeopleFilter,
    people_named,
    people_page,
)
from tracker.queries.places import PlaceKind, place_numbered, places_matching

ON = date(2025, 4, 30)
EVERYBODY = PeopleFilter()


def usernames(session: Session, asked: PeopleFilter, scope: Scope = EVERYTHING) -> list[str]:
    return [row.username for row in people_page(session, asked, scope, ON).page.rows]


def test_people_stand_in_vietnamese_order(session: Session) -> None:
    for username, name in (
        ("a1", "Ân"), ("a2", "Ánh"), ("a3", "An"), ("a4", "Đức"), ("a5", "Dũng"), ("a6", "Ăn"),
    ):  # fmt: skip
        a_person(session, username=username, name=f"Test {name}")
    found = usernames(session, PeopleFilter("test"))
    assert found == ["a3", "a2", "a6", "a1", "a5", "a4"]


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("nguyen hanh", True),
        ("HẠNH", True),
        ("hanh minh", True),
        ("hanh.ng", True),
        ("soTC.vn", True),
        ("hạnh nguyệt", False),
        ("100%", False),
        ("_", False),
        ("", True),
    ],
)
def test_a_search_needs_no_accents_and_finds_every_word(
    session: Session, typed: str, is_found: bool
) -> None:
    a_person(session, username="hanh.ng", name="Nguyễn Thị Minh Hạnh", email="Hanh@SoTC.vn")
    assert ("hanh.ng" in usernames(session, PeopleFilter(typed))) is is_found


def test_people_are_filtered_by_the_role_they_hold_today_and_by_state(session: Session) -> None:
    reader, former, future, shut = (
        a_person(session, username=name, name="Tìm thử") for name in ("a1", "a2", "a3", "a4")
    )
    a_grant(session, reader, Role.READER)
    a_grant(session, former, Role.READER, valid_until=ON)
    a_grant(session, future, Role.READER, valid_from=date(2025, 5, 1))
    a_grant(session, shut, Role.READER)
    shut.disabled_at = shut.created_at
    session.flush()
    of_readers = PeopleFilter("tim thu", Role.READER)
    assert usernames(session, of_readers) == ["a1", "a4"]
    active = PeopleFilter("tim thu", Role.READER, AccountState.ACTIVE)
    assert usernames(session, active) == ["a1"]
    assert usernames(session, PeopleFilter("tim thu", None, AccountState.DISABLED)) == ["a4"]


def test_who_runs_the_accounts_of_a_unit_sees_those_below_it_alone(session: Session) -> None:
    mine, other = a_unit(session), a_unit(session)
    below = an_organisation(session, mine)
    inside, board, outside, province, nobody, former = (
        a_person(session, username=f"s{number}", name="Phạm vi") for number in range(6)
    )
    a_grant(session, inside, Role.OFFICER, unit=mine)
    a_grant(session, board, Role.OFFICER, organisation=below)
    a_grant(session, outside, Role.OFFICER, unit=other)
    a_grant(session, province, Role.READER)
    a_grant(session, former, Role.OFFICER, unit=mine, valid_until=ON)
    assert nobody.id
    scope = Scope(unit_paths=frozenset({mine.path}))
    assert usernames(session, EVERYBODY, scope) == ["s0", "s1"]
    found = people_page(session, PeopleFilter("khong ai"), scope, ON)
    assert (found.page.total, found.visible) == (0, 2)
    of_board = Scope(organisation_ids=frozenset({below.id}))
    assert usernames(session, EVERYBODY, of_board) == ["s1"]
    assert usernames(session, EVERYBODY, NOTHING) == []
    for username, is_seen in (("s0", True), ("s2", False), ("s3", False), ("s5", False)):
        seen = account_named(session, username, scope, ON, outside.created_at)
        assert (seen is not None) is is_seen


def test_pages_follow_each_other_without_gap_and_end_where_the_list_ends(session: Session) -> None:
    for number in range(7):
        a_person(session, username=f"t{number}", name="Trang như nhau")
    asked = PeopleFilter("trang nhu nhau")
    pages = [people_page(session, asked, EVERYTHING, ON, page=n, size=3).page for n in (1, 2, 3)]
    assert [row.username for page in pages for row in page.rows] == [f"t{n}" for n in range(7)]
    assert [(page.first, page.last, page.pages) for page in pages] == [
        (1, 3, 3),
        (4, 6, 3),
        (7, 7, 3),
    ]
    beyond = people_page(session, asked, EVERYTHING, ON, page=99, size=3).page
    assert (beyond.number, len(beyond.rows)) == (3, 1)


def test_the_number_of_statements_does_not_grow_with_the_people(session: Session) -> None:
    def asked() -> int:
        with statements(session) as sent:
            people_page(session, EVERYBODY, EVERYTHING, ON)
        return len(sent)

    few = asked()
    for _ in range(20):
        person = a_person(session)
        a_grant(session, person, Role.READER)
        a_grant(session, person, Role.OFFICER, unit=a_unit(session))
    assert asked() == few == 3


def test_one_account_comes_with_every_grant_it_ever_had(session: Session) -> None:
    person, board = a_person(session, username="hanh"), an_organisation(session)
    a_grant(session, person, Role.READER, valid_until=date(2024, 1, 1))
    a_grant(session, person, Role.OFFICER, organisation=board)
    account = account_named(session, "hanh", EVERYTHING, ON, person.created_at)
    assert account is not None
    assert [(grant.role, grant.place, grant.is_over(ON)) for grant in account.grants] == [
        (Role.READER, "", True),
        (Role.OFFICER, board.name, False),
    ]
    assert account.grants[1].reach.organisation_id == board.id
    assert account.grants[1].granted_by == "Hệ thống"
    assert (account.open_sessions, account.seen_at) == (0, None)
    assert deeds_on(session, person.id, EVERYTHING, most=5) == []


def test_a_shut_account_is_not_among_those_named(session: Session) -> None:
    a_person(session, username="canbo")
    shut = a_person(session, username="huyen")
    shut.disabled_at = shut.created_at
    session.flush()
    assert [row.username for row in people_named(session, ("canbo", "huyen"), ON)] == ["canbo"]


def test_administrators_are_those_who_can_really_grant(session: Session) -> None:
    for name, changes in (
        ("Thật", {"password_hash": "kept"}),
        ("Không mật khẩu", {}),
    ):
        a_grant(session, a_person(session, name=name, **changes), Role.ADMIN)
    unit_admin = a_person(session, name="Huyện", password_hash="kept")
    a_grant(session, unit_admin, Role.ADMIN, unit=a_unit(session))
    assert administrators(session, ON) == ["Thật"]


def test_places_are_found_without_accents_in_scope_and_in_time(session: Session) -> None:
    unit = a_unit(session, name="Xã Đồng Lạc Mới")
    board = an_organisation(session, unit, name="Ban quản lý Đồng Lạc Mới")
    a_unit(session, name="Xã Đồng Lạc Mới cũ", valid_until=date(2024, 12, 1))
    found = places_matching(session, "dong lac moi", EVERYTHING, ON, most=10)
    assert [(row.kind, row.id) for row in found.rows] == [
        (PlaceKind.UNIT, unit.id),
        (PlaceKind.ORGANISATION, board.id),
    ]
    assert found.rows[0].above == "Huyện Thanh Hà"
    elsewhere = Scope(unit_paths=frozenset({a_unit(session).path}))
    assert places_matching(session, "dong lac moi", elsewhere, ON, most=10).rows == ()
    assert place_numbered(session, PlaceKind.UNIT, unit.id, elsewhere, ON) is None
    here = Scope(unit_paths=frozenset({unit.path}))
    assert places_matching(session, "dong lac moi", here, ON, most=1).has_more
    assert place_numbered(session, PlaceKind.ORGANISATION, board.id, here, ON) == found.rows[1]


def test_one_starts_from_the_districts(session: Session) -> None:
    found = places_matching(session, "", EVERYTHING, ON, most=40)
    assert len(found.rows) == 12
    assert {row.above for row in found.rows} == {"Tỉnh Hải Dương"}
    assert not found.has_more
