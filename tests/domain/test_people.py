"""Roles, scopes and places: who reaches what."""

import pytest

from tracker.domain.people import (
    EVERYTHING,
    GRANTS,
    MONEY_PERMISSIONS,
    NOTHING,
    Actor,
    Permission,
    Place,
    Role,
    RoleGrant,
    Scope,
    touches_money,
    union,
)

DISTRICT = Scope(unit_paths=frozenset({"/1/5/"}))
BOARD = Scope(organisation_ids=frozenset({7}))


@pytest.mark.parametrize(
    ("scope", "place", "expected"),
    [
        (EVERYTHING, Place(), True),
        (EVERYTHING, Place("/1/5/"), True),
        (EVERYTHING, Place("/1/5/", 7), True),
        (DISTRICT, Place(), False),
        (DISTRICT, Place("/1/"), False),
        (DISTRICT, Place("/1/5/"), True),
        (DISTRICT, Place("/1/5/9/"), True),
        (DISTRICT, Place("/1/50/"), False),
        (DISTRICT, Place("/1/5/9/", 7), True),
        (DISTRICT, Place("/1/6/", 7), False),
        (BOARD, Place(), False),
        (BOARD, Place("/1/"), False),
        (BOARD, Place("/1/", 7), True),
        (BOARD, Place("/1/", 8), False),
        (NOTHING, Place("/1/"), False),
    ],
)
def test_a_scope_reaches_what_lies_wholly_within_it(
    scope: Scope, place: Place, expected: bool
) -> None:
    assert scope.reaches(place) is expected


def test_an_administrator_has_no_right_over_money() -> None:
    assert not GRANTS[Role.ADMIN] & MONEY_PERMISSIONS
    assert not touches_money(Role.ADMIN)


def test_only_an_administrator_manages_people() -> None:
    assert [role for role in Role if Permission.PEOPLE_MANAGE in GRANTS[role]] == [Role.ADMIN]


def test_every_permission_that_is_no_reading_is_about_money_people_or_directing() -> None:
    others = {right for right in Permission if not right.value.endswith(":read")}
    directing = {
        right for right in others if right.value.partition(":")[0] in {"difficulty", "directive"}
    }
    assert others == MONEY_PERMISSIONS | {Permission.PEOPLE_MANAGE} | directing
    assert not directing & GRANTS[Role.ADMIN]


def test_a_permission_holds_only_over_the_scopes_of_the_grants_that_give_it() -> None:
    actor = Actor(
        1, "huyen", "Huyền", (RoleGrant(Role.READER, EVERYTHING), RoleGrant(Role.ADMIN, DISTRICT))
    )
    assert actor.scope_of(Permission.PROJECT_READ) == union((EVERYTHING, DISTRICT))
    assert actor.scope_of(Permission.PEOPLE_MANAGE) == DISTRICT
    assert actor.scope_of(Permission.DISBURSEMENT_RECORD).is_empty
