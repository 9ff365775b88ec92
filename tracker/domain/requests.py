"""Deeds that need two people: which, from what size on, and how a request ends."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tracker.domain.people import Permission
from tracker.domain.refusals import Refusal


class RequestKind(StrEnum):
    """What is asked for: one kind of order each."""

    REOPEN_PERIOD = "reopen_period"
    LOWER_PLAN = "lower_plan"
    TRANSFER_PLAN = "transfer_plan"
    REVERSE_DISBURSEMENT = "reverse_disbursement"
    RECORD_MANY = "record_many"
    IMPORT_ROWS = "import_rows"
    GRANT_ROLE = "grant_role"


class RequestState(StrEnum):
    """How a request stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    """Told of one that waited too long; stored as waiting, for nobody ends it."""


class Limit(StrEnum):
    """Above what one person is not enough: codes of dated thresholds."""

    PLAN_DECREASE = "two_person_plan_decrease"
    """Đồng that one order takes away from plans."""
    REVERSAL = "two_person_reversal"
    """Đồng of an entry that is undone."""
    ROWS = "two_person_rows"
    """Rows of money that come in at once, from a file or pasted."""


WAITING_DAYS = "two_person_days"
"""The code of the threshold that says how long a request waits."""


def right_to_decide(kind: RequestKind) -> Permission:
    """Return the right that the second person needs, over the place of the request."""
    # Rights are given by those who run the accounts, and money is decided by those who do not.
    is_grant = kind is RequestKind.GRANT_ROLE
    return Permission.PEOPLE_MANAGE if is_grant else Permission.REQUEST_DECIDE


_MONEY = (
    Permission.DISBURSEMENT_RECORD,
    Permission.PLAN_ASSIGN,
    Permission.SCENARIO_PROPOSE,
    Permission.PROJECT_EDIT,
)
_ASKED_BY = {
    RequestKind.REOPEN_PERIOD: (Permission.PERIOD_LOCK,),
    RequestKind.LOWER_PLAN: (Permission.PLAN_ASSIGN,),
    RequestKind.TRANSFER_PLAN: (Permission.PLAN_ASSIGN,),
    RequestKind.REVERSE_DISBURSEMENT: (Permission.DISBURSEMENT_RECORD,),
    RequestKind.RECORD_MANY: (Permission.DISBURSEMENT_RECORD,),
    RequestKind.IMPORT_ROWS: _MONEY,
    RequestKind.GRANT_ROLE: (Permission.PEOPLE_MANAGE,),
}


def rights_to_ask(kind: RequestKind) -> tuple[Permission, ...]:
    """Return by which rights a request is made: of a file it depends on what is in it."""
    return _ASKED_BY[kind]


def state_on(state: RequestState, expires_at: datetime, now: datetime) -> RequestState:
    """Return how a stored request stands at an instant."""
    is_late = state is RequestState.WAITING and now >= expires_at
    return RequestState.EXPIRED if is_late else state


@dataclass(eq=False)
class NeedsSecondPerson(Refusal):
    """The deed is for two: one asks, another agrees. `limit` is what one may do alone."""

    kind: RequestKind
    limit: int
    asked: int


@dataclass(eq=False)
class OwnRequest(Refusal):
    """Nobody decides what they asked for, whatever their roles."""

    request_id: int


@dataclass(eq=False)
class RequestOver(Refusal):
    """The request was decided, withdrawn, or waited too long."""

    state: RequestState


@dataclass(eq=False)
class RequestOutdated(Refusal):
    """What was to be changed is not any more what the request showed: it is asked anew."""

    request_id: int


@dataclass(eq=False)
class AskerGone(Refusal):
    """Who asked has no account any more, or not the right they had."""

    request_id: int


@dataclass(eq=False)
class TooManyRows(Refusal):
    """A request keeps at most so many rows."""

    most: int
