"""What a project is: its tier, kind, stage, group and sector."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.days import in_force
from tracker.domain.money import Dong
from tracker.domain.refusals import Refusal


class Tier(StrEnum):
    """The level of government that manages a project; districts end on 30 June 2025."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


class Group(StrEnum):
    """The class of a project by its total investment."""

    NATIONAL = "national"
    A = "a"
    B = "b"
    C = "c"


class InvestmentClass(StrEnum):
    """The four classes of sectors for which the group limits differ."""

    I = "i"  # noqa: E741 - the law numbers them so
    II = "ii"
    III = "iii"
    IV = "iv"


class ProjectKind(StrEnum):
    """What kind of thing is financed."""

    PROJECT = "project"
    PLANNING_TASK = "planning_task"
    PREPARATION_TASK = "preparation_task"
    PROGRAMME = "programme"
    COMPONENT = "component"
    LAND_CLEARANCE_COMPONENT = "land_clearance_component"


class YearClass(StrEnum):
    """What a project does in one plan year: the grouping of rows in reports."""

    PAYMENT_AFTER_SETTLEMENT = "payment_after_settlement"
    COMPLETING = "completing"
    CARRIED_ON = "carried_on"
    NEW_START = "new_start"
    PREPARATION = "preparation"


class Halt(StrEnum):
    """How a project was halted; it stands beside the status."""

    PAUSED = "paused"
    STOPPED = "stopped"
    CANCELLED = "cancelled"


class Status(StrEnum):
    """The stage of a project, in the order of the official code list (0 to 10)."""

    PROPOSED = "proposed"
    POLICY_APPROVED = "policy_approved"
    APPROVED_NOT_STARTED = "approved_not_started"
    UNDER_CONSTRUCTION = "under_construction"
    COMPLETED_NOT_HANDED_OVER = "completed_not_handed_over"
    HANDED_OVER = "handed_over"
    SETTLEMENT_SUBMITTED = "settlement_submitted"
    SETTLED_WITH_DEBTS = "settled_with_debts"
    FINANCIAL_PROCESSING = "financial_processing"
    CLOSED = "closed"
    AWAITING_TAKEOVER = "awaiting_takeover"

    @property
    def number(self) -> int:
        """Return the number of the official code list, 0 to 10."""
        return _NUMBERS[self]

    @property
    def is_completed(self) -> bool:
        """Tell whether the works are done: completed, handed over, or later."""
        return self in _COMPLETED

    @property
    def is_handed_over(self) -> bool:
        """Tell whether the works are in use: handed over, or later."""
        return self in _COMPLETED and self is not Status.COMPLETED_NOT_HANDED_OVER


_NUMBERS = {status: number for number, status in enumerate(Status)}
_COMPLETED = frozenset(
    {
        Status.COMPLETED_NOT_HANDED_OVER,
        Status.HANDED_OVER,
        Status.SETTLEMENT_SUBMITTED,
        Status.SETTLED_WITH_DEBTS,
        Status.FINANCIAL_PROCESSING,
        Status.CLOSED,
    }
)

_LIVE = frozenset(Status) - {Status.CLOSED, Status.AWAITING_TAKEOVER}

_NEXT: dict[Status, frozenset[Status]] = {
    # Urgent works are approved without a policy decision of their own.
    Status.PROPOSED: frozenset({Status.POLICY_APPROVED, Status.APPROVED_NOT_STARTED}),
    Status.POLICY_APPROVED: frozenset({Status.APPROVED_NOT_STARTED}),
    # A stopped project is settled as it stands (DOMAIN: settlement of stopped works).
    Status.APPROVED_NOT_STARTED: frozenset(
        {Status.UNDER_CONSTRUCTION, Status.SETTLEMENT_SUBMITTED}
    ),
    Status.UNDER_CONSTRUCTION: frozenset(
        {Status.COMPLETED_NOT_HANDED_OVER, Status.SETTLEMENT_SUBMITTED}
    ),
    # Works found wanting at acceptance go back to the site.
    Status.COMPLETED_NOT_HANDED_OVER: frozenset({Status.HANDED_OVER, Status.UNDER_CONSTRUCTION}),
    Status.HANDED_OVER: frozenset({Status.SETTLEMENT_SUBMITTED}),
    # A dossier sent back leaves the project where it was.
    Status.SETTLEMENT_SUBMITTED: frozenset(
        {Status.SETTLED_WITH_DEBTS, Status.FINANCIAL_PROCESSING, Status.HANDED_OVER}
    ),
    Status.SETTLED_WITH_DEBTS: frozenset({Status.FINANCIAL_PROCESSING}),
    Status.FINANCIAL_PROCESSING: frozenset({Status.CLOSED}),
    Status.CLOSED: frozenset(),
    # Whoever takes a project over finds it at some stage of its life.
    Status.AWAITING_TAKEOVER: _LIVE,
}


@dataclass(eq=False)
class MoveNotAllowed(Refusal):
    """A project cannot pass from the one stage to the other."""

    status: Status
    to: Status


def next_statuses(status: Status) -> frozenset[Status]:
    """Return the stages that may follow; any live project may be waiting for its takeover."""
    handing_over = frozenset({Status.AWAITING_TAKEOVER}) if status in _LIVE else frozenset()
    return _NEXT[status] | handing_over


def can_move(status: Status, to: Status) -> bool:
    """Tell whether a project may pass from one stage to another.

    Money alone moves nothing: a project paid in full is not completed by that.

    Source: docs/sources.md#project-status.
    """
    return to in next_statuses(status)


def check_move(status: Status, to: Status) -> None:
    """Accept a change of stage.

    Raises:
        MoveNotAllowed: it is not one of the allowed ones.
    """
    if not can_move(status, to):
        raise MoveNotAllowed(status, to)


@dataclass(frozen=True, slots=True)
class GroupLimits:
    """From which total investment on a project of one class belongs to a group."""

    valid_from: date
    klass: InvestmentClass
    national_from: Dong
    a_from: Dong
    b_from: Dong


def group_of(
    limits: Iterable[GroupLimits], klass: InvestmentClass, total: Dong, decided_on: date
) -> Group:
    """Return the group a total investment belongs to under the law of the day of decision.

    Source: docs/sources.md#project-groups.

    Raises:
        NoRuleInForceError: no limits cover the class on that day.
    """
    rule = in_force((row for row in limits if row.klass is klass), decided_on)
    if total >= rule.national_from:
        return Group.NATIONAL
    if total >= rule.a_from:
        return Group.A
    return Group.B if total >= rule.b_from else Group.C


def years_of_capital(first_year: int, year: int) -> int:
    """Return in which year of capital for its works a project is: 1 in the first.

    Counted without gaps from the first plan year with capital for the works, preparation
    aside. How many years each group may have is a dated threshold.

    Source: docs/sources.md#allocation-years.
    """
    return max(0, year - first_year + 1)


SECTORS = (
    *(str(number) for number in range(1, 11)),
    *(f"10.{number}" for number in range(1, 14)),
    *(str(number) for number in range(11, 14)),
)
"""The codes of the sectors of the public-investment law, in their official order."""


def sector_parent(code: str) -> str | None:
    """Return the code one level up, or None at the top: `10.3` belongs to `10`."""
    head, dot, _ = code.rpartition(".")
    return head if dot else None


def is_sector_within(code: str, of: str) -> bool:
    """Tell whether a sector is the other or lies in it; whole segments are compared."""
    return code == of or code.startswith(f"{of}.")
