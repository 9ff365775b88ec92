"""Who may change whose account, who may grant what, how often one may guess."""

from datetime import UTC, datetime, timedelta

import pytest

from tracker.domain.accounts import (
    LONGEST_WAIT,
    NETWORK_TRIES,
    BeyondOwnScope,
    MoneyApart,
    OwnAccount,
    OwnDeed,
    UnusableUsername,
    account_opens_at,
    can_manage,
    check_grant,
    check_username,
    network_opens_at,
)
from tracker.domain.people import EVERYTHING, Actor, Place, Role, RoleGrant, Scope

NOON = datetime(2025, 4, 30, 5, 0, tzinfo=UTC)
DISTRICT = Scope(unit_paths=frozenset({"/1/5/"}))
BOARD = Scope(organisation_ids=frozenset({7}))
PROVINCE = Place()
IN_DISTRICT = Place("/1/5/9/")


def someone(*grants: RoleGrant) -> Actor:
    return Actor(1, "a", "A", grants)


ADMIN = someone(RoleGrant(Role.ADMIN, EVERYTHING))
DISTRICT_ADMIN = someone(RoleGrant(Role.ADMIN, DISTRICT), RoleGrant(Role.READER, EVERYTHING))
BOARD_ADMIN = someone(RoleGrant(Role.ADMIN, BOARD))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("place", [PROVINCE, IN_DISTRICT, Place("/1/5/", 7)])
def test_nobody_grants_anything_to_themselves(role: Role, place: Place) -> None:
    with pytest.raises(OwnAccount) as refusal:
        check_grant(ADMIN, ADMIN.id, role, place, ())
    assert refusal.value.deed is OwnDeed.GRANT


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("giver", "place"),
    [
        (DISTRICT_ADMIN, PROVINCE),
        (DISTRICT_ADMIN, Place("/1/")),
        (DISTRICT_ADMIN, Place("/1/50/")),
        (DISTRICT_ADMIN, Place("/1/6/", 7)),
        (BOARD_ADMIN, PROVINCE),
        (BOARD_ADMIN, Place("/1/5/")),
        (BOARD_ADMIN, Place("/1/5/", 8)),
        (someone(RoleGrant(Role.COORDINATOR, EVERYTHING)), IN_DISTRICT),
        (someone(RoleGrant(Role.PROVINCE_LEADER, EVERYTHING)), IN_DISTRICT),
        (someone(RoleGrant(Role.OFFICER, DISTRICT)), IN_DISTRICT),
        (someone(), IN_DISTRICT),
    ],
)
def test_nobody_grants_wider_than_their_own_right_over_accounts(
    giver: Actor, place: Place, role: Role
) -> None:
    with pytest.raises(BeyondOwnScope):
        check_grant(giver, 2, role, place, ())


@pytest.mark.parametrize(
    ("giver", "place"),
    [
        (ADMIN, PROVINCE),
        (ADMIN, IN_DISTRICT),
        (DISTRICT_ADMIN, Place("/1/5/")),
        (DISTRICT_ADMIN, IN_DISTRICT),
        (DISTRICT_ADMIN, Place("/1/5/9/", 7)),
        (BOARD_ADMIN, Place("/1/", 7)),
    ],
)
def test_a_grant_within_the_givers_scope_is_accepted(giver: Actor, place: Place) -> None:
    check_grant(giver, 2, Role.OFFICER, place, ())


@pytest.mark.parametrize("money", [Role.COORDINATOR, Role.OFFICER, Role.UNIT_LEADER])
def test_accounts_and_money_never_come_into_one_hand(money: Role) -> None:
    for role, held in ((Role.ADMIN, money), (money, Role.ADMIN)):
        with pytest.raises(MoneyApart) as refusal:
            check_grant(ADMIN, 2, role, PROVINCE, {Role.READER, held})
        assert (refusal.value.role, refusal.value.held) == (role, held)


@pytest.mark.parametrize("role", [Role.READER, Role.ADMIN])
def test_an_administrator_may_also_read(role: Role) -> None:
    check_grant(ADMIN, 2, role, PROVINCE, {Role.ADMIN})


@pytest.mark.parametrize(
    ("actor", "places", "expected"),
    [
        (ADMIN, (), True),
        (ADMIN, (PROVINCE, IN_DISTRICT), True),
        (DISTRICT_ADMIN, (), False),
        (DISTRICT_ADMIN, (IN_DISTRICT,), True),
        (DISTRICT_ADMIN, (IN_DISTRICT, PROVINCE), False),
        (DISTRICT_ADMIN, (Place("/1/50/"),), False),
        (someone(RoleGrant(Role.COORDINATOR, EVERYTHING)), (IN_DISTRICT,), False),
    ],
)
def test_an_account_is_changed_by_whom_reaches_all_of_it(
    actor: Actor, places: tuple[Place, ...], expected: bool
) -> None:
    assert can_manage(actor, places) is expected


@pytest.mark.parametrize("username", ["xa", "quantri", "hanh.nguyen", "a1-b_c.d", "a" * 32])
def test_a_plain_account_name_is_accepted(username: str) -> None:
    check_username(username)


@pytest.mark.parametrize(
    "username",
    ["", "x", "a" * 33, "Hanh", "hạnh", "1a", ".a", "a.", "a..b", "a b", "a/b", "a\n", "new"],
)
def test_an_account_name_that_is_hard_to_say_or_stands_in_addresses_is_refused(
    username: str,
) -> None:
    with pytest.raises(UnusableUsername):
        check_username(username)


def minutes(*after: float) -> list[datetime]:
    return [NOON + timedelta(minutes=each) for each in after]


@pytest.mark.parametrize(
    ("failures", "opens_after"),
    [
        (minutes(0, 1, 2, 3), None),
        (minutes(0, 1, 2, 3, 4), 4 + 15),
        (minutes(0, 1, 2, 3, 4, 20, 21), 4 + 15),
        (minutes(0, 1, 2, 3, 4, 20, 21, 22, 23, 24), 24 + 30),
        (minutes(*range(15)), 14 + 60),
        (minutes(*range(20)), 19 + 120),
    ],
)
def test_every_fifth_wrong_password_makes_an_account_wait_twice_as_long(
    failures: list[datetime], opens_after: float | None
) -> None:
    expected = None if opens_after is None else NOON + timedelta(minutes=opens_after)
    assert account_opens_at(failures) == expected


def test_an_account_never_waits_longer_than_the_longest_wait() -> None:
    many = minutes(*range(5_000))
    assert account_opens_at(many) == many[-1] + LONGEST_WAIT


def test_a_network_waits_until_its_oldest_counted_failure_is_a_quarter_of_an_hour_old() -> None:
    failures = [NOON + timedelta(seconds=second) for second in range(NETWORK_TRIES)]
    assert network_opens_at(failures[1:]) is None
    assert network_opens_at(failures) == NOON + timedelta(minutes=15)
