"""Two people for one entry: its states, who may move it, when a second person is needed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.disbursements import Effect, Headroom
from tracker.domain.money import Dong
from tracker.domain.refusals import Refusal


class SubmissionState(StrEnum):
    """How far an entry has come that needs a second person."""

    DRAFT = "draft"
    SENT = "sent"
    RETURNED = "returned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


OPEN = (SubmissionState.DRAFT, SubmissionState.SENT, SubmissionState.RETURNED)
"""States in which something is still to be done; the others are final."""
EDITABLE = (SubmissionState.DRAFT, SubmissionState.RETURNED)
"""States in which the maker has the entry in hand."""

MOVES: frozenset[tuple[SubmissionState, SubmissionState]] = frozenset(
    {
        (SubmissionState.DRAFT, SubmissionState.DRAFT),
        (SubmissionState.DRAFT, SubmissionState.SENT),
        (SubmissionState.DRAFT, SubmissionState.WITHDRAWN),
        (SubmissionState.SENT, SubmissionState.DRAFT),
        (SubmissionState.SENT, SubmissionState.RETURNED),
        (SubmissionState.SENT, SubmissionState.APPROVED),
        (SubmissionState.SENT, SubmissionState.WITHDRAWN),
        (SubmissionState.RETURNED, SubmissionState.DRAFT),
        (SubmissionState.RETURNED, SubmissionState.SENT),
        (SubmissionState.RETURNED, SubmissionState.WITHDRAWN),
    }
)
"""The one table of moves; the database refuses every other too."""


@dataclass(frozen=True, slots=True)
class SecondPerson:
    """Whether the entries of an organisation need a second person, from a day on."""

    valid_from: date
    is_needed: bool


def needs_second_person(rules: Iterable[SecondPerson], day: date) -> bool:
    """Tell whether a second person is needed on a day: the newest rule that has begun decides.

    Rules stand in the order in which they were made; of two from the same day the later holds.
    Without any, one person is enough.
    """
    begun = [rule for rule in rules if rule.valid_from <= day]
    if not begun:
        return False
    newest = max(rule.valid_from for rule in begun)
    return [rule for rule in begun if rule.valid_from == newest][-1].is_needed


def check_move(found: SubmissionState, to: SubmissionState) -> None:
    """Accept a move that the table knows.

    Raises:
        SubmissionMoved: somebody moved it meanwhile, or it never could.
    """
    if (found, to) not in MOVES:
        raise SubmissionMoved(found)


def check_two_people(checker_id: int, maker_id: int, sender_id: int | None) -> None:
    """Accept a checker who neither made nor sent the entry.

    Raises:
        OwnWork: it is the checker's own.
    """
    if checker_id in (maker_id, sender_id):
        raise OwnWork(maker_id)


def check_reserved(effect: Effect, room: Headroom, waiting: Dong) -> None:
    """Accept an entry that fits beside what was sent before it and is not approved yet.

    Raises:
        PlanReserved: what is waiting and this one together exceed what the line still allows.
    """
    if effect.counted > 0 and effect.counted > room.remaining - waiting:
        raise PlanReserved(room.remaining, waiting, effect.counted)


@dataclass(eq=False)
class NeedsApproval(Refusal):
    """Entries of this organisation count when a second person approves them (`submissions`)."""

    organisation_id: int


@dataclass(eq=False)
class OwnWork(Refusal):
    """Nobody approves, returns or reconciles what they made themselves."""

    maker_id: int


@dataclass(eq=False)
class NotTheMaker(Refusal):
    """Only whoever made the entry takes it back or changes it."""

    maker_id: int


@dataclass(eq=False)
class SubmissionMoved(Refusal):
    """The entry is in another state by now (409)."""

    state: SubmissionState


@dataclass(eq=False)
class PlanReserved(Refusal):
    """The line has room, but what was sent before and waits for approval takes it."""

    remaining: Dong
    waiting: Dong
    asked: Dong


@dataclass(eq=False)
class RuleInThePast(Refusal):
    """A setting holds from today on at the earliest: what was posted stays as it was posted."""

    day: date
    today: date


@dataclass(eq=False)
class AlreadyReconciled(Refusal):
    """The entry was matched to the treasury's statement before."""

    entry_id: int
