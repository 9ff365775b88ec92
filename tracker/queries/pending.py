"""What waits for one person's decision: how much of each kind, and what comes first.

The overview and the brief say the same, because both ask here; every number is that of a list
narrowed by the same conditions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.difficulties import levels_of
from tracker.domain.people import Actor, Permission
from tracker.queries.approval import NOTHING_WAITS, WaitingSum, sum_to_approve
from tracker.queries.difficulties import (
    DifficultyFilter,
    DifficultyOrder,
    DifficultyRow,
    Inbox,
    count_difficulties,
    difficulties_page,
)
from tracker.queries.directive_parts import Asks, Whose, asked_of_issuer
from tracker.queries.directives import (
    DirectiveFilter,
    DirectiveOrder,
    DirectiveRow,
    directives_page,
)
from tracker.queries.requests import RequestRow, waiting_for

DECIDING = (
    Permission.REQUEST_DECIDE,
    Permission.PEOPLE_MANAGE,
    Permission.DISBURSEMENT_APPROVE,
    Permission.DIFFICULTY_REPLY,
    Permission.DIRECTIVE_ISSUE,
)
"""The rights for which something can wait; without any of them nothing ever does."""


@dataclass(frozen=True, slots=True)
class PendingCounts:
    """How much waits for a person, by what it is; nothing is counted twice.

    `requests` ask for a second person, `entries` for approval, `difficulties` are open at a level
    at which the person acts, `asks` are of directives that they issued.
    """

    requests: int
    entries: WaitingSum
    difficulties: int
    asks: Mapping[Asks, int]

    @property
    def total(self) -> int:
        """Return how many things wait in all."""
        return self.requests + self.entries.entries + self.difficulties + sum(self.asks.values())


@dataclass(frozen=True, slots=True)
class PendingFirst:
    """What comes first of each kind: what ends soonest."""

    requests: tuple[RequestRow, ...]
    difficulties: tuple[DifficultyRow, ...]
    directives: Mapping[Asks, tuple[DirectiveRow, ...]]


def may_decide(actor: Actor) -> bool:
    """Tell whether anything can ever wait for this person."""
    return any(map(actor.may, DECIDING))


def pending_counts(session: Session, actor: Actor, requests: int, day: date) -> PendingCounts:
    """Count what waits for a person besides so many requests.

    Three statements, fewer for those with fewer rights.
    """
    approves = actor.may(Permission.DISBURSEMENT_APPROVE)
    return PendingCounts(
        requests,
        sum_to_approve(session, actor) if approves else NOTHING_WAITS,
        count_difficulties(session, actor, _at_own_level(actor), day)
        if actor.may(Permission.DIFFICULTY_REPLY)
        else 0,
        asked_of_issuer(session, actor),
    )


def pending_first(
    session: Session, actor: Actor, counts: PendingCounts, now: datetime, day: date, most: int
) -> PendingFirst:
    """Return up to so many of each kind that was counted, in a fixed number of statements."""
    return PendingFirst(
        tuple(waiting_for(session, actor, now)[:most]) if counts.requests else (),
        difficulties_to_solve(session, actor, day, most) if counts.difficulties else (),
        {
            asks: directives_asking(session, actor, asks, day, most)
            for asks, count in counts.asks.items()
            if count
        },
    )


def difficulties_to_solve(
    session: Session, actor: Actor, day: date, most: int
) -> tuple[DifficultyRow, ...]:
    """Return the open difficulties at a level at which this person acts, by deadline."""
    by_due = (DifficultyOrder.DUE, False)
    page, _sums = difficulties_page(session, actor, _at_own_level(actor), day, by_due, (1, most))
    return page.rows


def directives_asking(
    session: Session, actor: Actor, asks: Asks, day: date, most: int
) -> tuple[DirectiveRow, ...]:
    """Return the directives that ask this of the person, who issued them, by deadline."""
    wanted = DirectiveFilter(whose=Whose.ISSUED, asks=asks)
    by_due = (DirectiveOrder.DUE, False)
    return directives_page(session, actor, wanted, day, by_due, (1, most)).rows


def _at_own_level(actor: Actor) -> DifficultyFilter:
    """Return what asks a person now, and not somebody above or below them."""
    return DifficultyFilter(Inbox.MINE, levels=levels_of(actor.roles))
