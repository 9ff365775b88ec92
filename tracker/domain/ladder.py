"""What a grade of flag demands: the action, its deadline, who is answerable and for how much.

Source: docs/sources.md#ladder.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tracker.domain import difficulties
from tracker.domain.facts import ProjectFacts
from tracker.domain.flags import Flag, FlagCode, RemedyKind, Severity
from tracker.domain.money import ZERO, Dong
from tracker.domain.people import Permission
from tracker.domain.refusals import Refusal
from tracker.domain.thresholds import Threshold, Thresholds


class Action(StrEnum):
    """What a grade demands to be done."""

    EXPLAIN = "explain"
    """The owner explains, and says how and when the flag will be lifted."""
    CATCH_UP = "catch_up"
    """The owner's head sends a plan to catch up, week by week, to the department of finance."""
    REVIEW = "review"
    """The province reviews the project: decides what blocks it, or moves its capital elsewhere."""
    PUT_RIGHT = "put_right"
    """The owner completes or corrects the records: of flags that speak of records alone."""


class Cause(StrEnum):
    """What a delay is attributable to."""

    CONTRACTOR = "contractor"
    LAND = "land"
    DESIGN = "design"
    CAPITAL = "capital"
    PROCEDURE = "procedure"


_D = difficulties.Cause
ATTRIBUTED: Mapping[difficulties.Cause, Cause] = {
    _D.CONTRACTOR_CAPACITY: Cause.CONTRACTOR,
    **dict.fromkeys((_D.LAND_PRICE, _D.LAND_ORIGIN, _D.RESETTLEMENT, _D.UTILITIES), Cause.LAND),
    _D.APPRAISAL: Cause.DESIGN,
    **dict.fromkeys((_D.LATE_ALLOCATION, _D.LAND_FEE_SHORTFALL), Cause.CAPITAL),
    **dict.fromkeys((_D.PLANNING, _D.ADJUSTMENT, _D.PROCUREMENT), Cause.PROCEDURE),
}
"""What the coded causes of difficulties say; the others name none of the five."""
Attribution = Cause | difficulties.Cause
"""What a delay is attributable to: one of the five, or the coded cause that is of none of them."""


def attribution_of(cause: difficulties.Cause) -> Attribution:
    """Return what the coded cause of a difficulty makes a delay attributable to."""
    return ATTRIBUTED.get(cause, cause)


class BlockReason(StrEnum):
    """Why capital cannot be paid, whatever its owner does."""

    LAND_REVENUE = "land_revenue"
    """The land-use fees that should pay it did not come in."""
    POLICY_CHANGE = "policy_change"
    """The project waits for a decision that changes it."""
    INSPECTION = "inspection"
    """An inspection, an audit or a court stopped the payments."""
    REORGANISATION = "reorganisation"
    """It waits for its takeover after units were merged."""
    FORCE_MAJEURE = "force_majeure"
    OTHER = "other"


@dataclass(eq=False)
class BlockedBeyondRemaining(Refusal):
    """More would be blocked than is left of the plan of the year."""

    asked: Dong
    remaining: Dong


@dataclass(eq=False)
class BlockedOutsideYear(Refusal):
    """The day from which capital would be blocked, or freed, lies outside the plan year."""

    opens_on: date
    last_on: date


@dataclass(eq=False)
class NothingBlocked(Refusal):
    """Capital would be freed from a day on which none is blocked."""

    day: date


@dataclass(frozen=True, slots=True)
class Blocked:
    """How much of a project's plan of a year is blocked since a day, why, by which document."""

    amount: Dong
    since: date
    cause: BlockReason
    document: str
    reason: str


_OF_RECORDS = frozenset(
    {
        FlagCode.F11,
        FlagCode.F18,
        FlagCode.F29,
        FlagCode.F30,
        FlagCode.F36,
        FlagCode.F38,
    }
)


@dataclass(frozen=True, slots=True)
class Mandate:
    """The action a flag demands, until when, by which threshold; inside on the last day."""

    action: Action
    since: date
    due_on: date
    threshold: Threshold
    is_overdue: bool


def mandate_of(flag: Flag, limits: Thresholds) -> Mandate | None:
    """Return what the grade of a flag demands; None for information.

    The days run from the first day on which the flag was at this grade or a graver one; from the
    day of the flag where that was not looked for.
    """
    step = {
        Severity.YELLOW: (Action.EXPLAIN, limits.action_days_yellow),
        Severity.ORANGE: (Action.CATCH_UP, limits.action_days_orange),
        Severity.RED: (Action.REVIEW, limits.action_days_red),
    }.get(flag.severity)
    if step is None:
        return None
    action, days = step
    if flag.code in _OF_RECORDS:
        action = Action.PUT_RIGHT
    since = flag.graded or flag.since or flag.day
    due_on = since + timedelta(days=days.value)
    return Mandate(action, since, due_on, days, due_on < flag.day)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was kept about an action that a flag demanded: when it was done, what shows it."""

    flag: FlagCode
    action: Action
    done_on: date
    evidence: str


def answer_to(mandate: Mandate, flag: FlagCode, answers: Iterable[Answer]) -> Answer | None:
    """Return by what a mandate was answered: the same action, done since it was demanded.

    Of several answers, which come in the order of recording, the one recorded first. What was
    done before the flag was at its grade answered another mandate.
    """
    fitting = (
        one
        for one in answers
        if one.flag is flag and one.action is mandate.action and one.done_on >= mandate.since
    )
    return next(fitting, None)


@dataclass(eq=False)
class NothingDemanded(Refusal):
    """The flag does not demand this action now: it was lifted, or is at another grade."""


@dataclass(eq=False)
class AlreadyAnswered(Refusal):
    """It is recorded already that what is demanded was done."""

    answer: Answer


@dataclass(eq=False)
class DoneBeforeDemanded(Refusal):
    """What was done before the action was demanded does not answer it."""

    since: date


RIGHT_OF: Mapping[Action, Permission] = {
    Action.EXPLAIN: Permission.DIFFICULTY_REPLY,
    Action.CATCH_UP: Permission.DIFFICULTY_REPLY,
    Action.PUT_RIGHT: Permission.DIFFICULTY_REPLY,
    Action.REVIEW: Permission.DIRECTIVE_ISSUE,
}
"""By which right it is recorded that an action was done: a review is the province's own."""
UNRECORDED = frozenset({FlagCode.F28})
"""Flags whose answer stands elsewhere: the thread of a directive, for those who see it."""


@dataclass(frozen=True, slots=True)
class Blame:
    """How a gap is shared: what blocked capital explains, and what the owner answers for."""

    gap: Dong
    blocked: Dong

    @property
    def owners(self) -> Dong:
        """Return what the owner answers for."""
        return Dong(self.gap - self.blocked)


def blame_of(gap: Dong, blocked: Dong) -> Blame:
    """Return the shares of a gap, which is counted in đồng behind and above zero.

    Capital that is blocked explains as much of the gap as it can, never more.
    """
    behind = Dong(max(ZERO, gap))
    return Blame(behind, Dong(min(behind, max(ZERO, blocked))))


def missing_data(facts: ProjectFacts) -> Sequence[RemedyKind]:
    """Return the shortest way to judge a project of the class without enough data, in order."""
    steps = []
    if facts.expected is None:
        steps.append(RemedyKind.APPROVE_SCENARIO)
    if facts.last_updated_on is None:
        steps.append(RemedyKind.UPDATE)
    return tuple(steps)
