"""Rules about accounts: who may change whose, who may grant what, how often one may guess."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tracker.domain.people import Actor, Permission, Place, Role, touches_money
from tracker.domain.refusals import Flaw, Malformed, Refusal
from tracker.domain.text import clean_line


class OwnDeed(StrEnum):
    """What nobody does to their own account."""

    GRANT = "grant"
    END_GRANT = "end_grant"
    DISABLE = "disable"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - the name of a deed
    RESET_FACTORS = "reset_factors"
    VIEW = "view"
    SWITCH_LOCAL = "switch_local"


@dataclass(eq=False)
class OwnAccount(Refusal):
    """Nobody changes their own rights, disables themselves or issues themselves a password."""

    deed: OwnDeed


@dataclass(eq=False)
class BeyondOwnScope(Refusal):
    """The place is not there, or reaches further than the right of the one who grants."""


@dataclass(eq=False)
class MoneyApart(Refusal):
    """One person would hold both the accounts and rights over money."""

    role: Role
    held: Role


@dataclass(eq=False)
class LastAdministrator(Refusal):
    """Nobody would be left who runs the accounts of the whole province without an end."""


@dataclass(eq=False)
class AlreadyGranted(Refusal):
    """The person holds this role over this place at that time already."""

    grant_id: int


@dataclass(eq=False)
class GrantOver(Refusal):
    """The grant would begin before today, or has ended already."""


@dataclass(eq=False)
class SystemAccount(Refusal):
    """The product's own account is not a person's: nobody signs in by it or changes it."""


@dataclass(eq=False)
class UnusableUsername(Refusal):
    """The account name has another form than the one that is easy to say and to type."""


@dataclass(eq=False)
class UnusableName(Refusal):
    """A person's name is empty, too long or holds what cannot be seen. `code` says which."""

    code: Flaw


@dataclass(eq=False)
class NotLetIn(Refusal):
    """Account name and password do not belong together; which of them is wrong is not said."""


@dataclass(eq=False)
class TooManyAttempts(Refusal):
    """Too many wrong passwords: nothing is compared before `until`."""

    until: datetime


@dataclass(eq=False)
class TooLongUnused(NotLetIn):
    """The account was not used for so long that it is shut instead of opened."""

    person_id: int


def idle_from(used_at: datetime, days: int) -> datetime:
    """Return from when on an account that was last used then counts as unused."""
    return used_at + timedelta(days=days)


USERNAME = re.compile(r"[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*")
USERNAME_LENGTHS = range(2, 33)
RESERVED_USERNAMES = frozenset({"delegations", "new", "review", "rights", "why"})
"""Words that stand in addresses where an account name may stand."""


def check_username(username: str) -> None:
    """Accept small unaccented letters and digits, parted by single . _ or -.

    Raises:
        UnusableUsername: anything else.
    """
    usable = len(username) in USERNAME_LENGTHS and USERNAME.fullmatch(username)
    if not usable or username in RESERVED_USERNAMES:
        raise UnusableUsername


LONGEST_NAME = 120


def clean_name(text: str) -> str:
    """Return a person's name ready to store.

    Raises:
        UnusableName: it is empty, too long, or holds what cannot be seen.
    """
    try:
        name = clean_line(text, LONGEST_NAME)
    except Malformed as flaw:
        raise UnusableName(flaw.code) from None
    if not name:
        raise UnusableName(Flaw.EMPTY)
    return name


def check_grant(
    giver: Actor, person_id: int, role: Role, place: Place, held: Iterable[Role]
) -> None:
    """Accept a grant that lifts nobody above the one who gives it.

    `held` are the roles the person holds at any time of the new grant.

    Raises:
        OwnAccount: a grant to oneself.
        BeyondOwnScope: a place further than the giver's own right over accounts.
        MoneyApart: the accounts and the money in one hand.
    """
    if giver.id == person_id:
        raise OwnAccount(OwnDeed.GRANT)
    if not giver.scope_of(Permission.PEOPLE_MANAGE).reaches(place):
        raise BeyondOwnScope
    for other in sorted(held):
        if Role.ADMIN in {role, other} and (touches_money(role) or touches_money(other)):
            raise MoneyApart(role, other)


def can_manage(actor: Actor, places: Sequence[Place]) -> bool:
    """Tell whether the actor may change an account whose grants, now or later, are of these places.

    An account without any grant belongs to those who run the accounts of the whole province.
    """
    own = actor.scope_of(Permission.PEOPLE_MANAGE)
    return own.everything or (bool(places) and all(own.reaches(place) for place in places))


TRIES = 5
"""Wrong passwords for one account before it has to wait."""
FIRST_WAIT = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=12)
REMEMBERED = timedelta(hours=24)
"""How long a wrong password counts."""
NETWORK_TRIES = 100
"""Wrong passwords of one network within `FIRST_WAIT`: an office shares one address."""


def account_opens_at(
    failures: Sequence[datetime], first_wait: timedelta = FIRST_WAIT
) -> datetime | None:
    """Return until when an account waits after the wrong passwords of the last day, in order.

    Every fifth makes it wait: 15 minutes, then twice as long each time, 12 hours at most.
    """
    times = len(failures) // TRIES
    if not times:
        return None
    wait = min(first_wait * (1 << min(times - 1, 10)), LONGEST_WAIT)
    return failures[times * TRIES - 1] + wait


def network_opens_at(failures: Sequence[datetime]) -> datetime | None:
    """Return until when a network waits after its wrong passwords of the last 15 minutes."""
    if len(failures) < NETWORK_TRIES:
        return None
    return failures[-NETWORK_TRIES] + FIRST_WAIT
