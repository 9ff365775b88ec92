"""Rules about delegation: one person acts in another's place, for a time, with nothing more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.accounts import MoneyApart
from tracker.domain.people import Role, touches_money
from tracker.domain.refusals import Refusal

LONGEST = timedelta(days=366)
"""Who acts in another's place for longer is given the role itself."""


@dataclass(eq=False)
class NoSuchDelegate(Refusal):
    """There is nobody of that name to whom this person may delegate."""


@dataclass(eq=False)
class NothingToLend(Refusal):
    """None of the grants named is the lender's own and holds in that time."""


@dataclass(eq=False)
class DelegationOver(Refusal):
    """The span begins before today, ends before it begins, or is longer than a year."""


@dataclass(eq=False)
class AlreadyLent(Refusal):
    """The same grant is lent to the same person at that time already."""

    delegation_id: int


@dataclass(eq=False)
class OnlyByTheHolder(Refusal):
    """A role that two people must agree to give is lent by nobody but whoever holds it."""

    role: Role


def check_span(valid_from: date, valid_until: date, today: date) -> None:
    """Accept [valid_from, valid_until) that begins today or later and lasts a year at most.

    Raises:
        DelegationOver: any other span.
    """
    if valid_from < today or not valid_from < valid_until <= valid_from + LONGEST:
        raise DelegationOver


def check_apart(lent: Iterable[Role], held: Iterable[Role]) -> None:
    """Accept what keeps the accounts and the money in different hands.

    Raises:
        MoneyApart: whoever holds the one would be lent the other.
    """
    roles = set(held)
    for role in sorted(lent):
        for other in sorted(roles):
            if Role.ADMIN in {role, other} and (touches_money(role) or touches_money(other)):
                raise MoneyApart(role, other)
        roles.add(role)
