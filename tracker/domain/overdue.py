"""The flags about what was promised: F-27 on difficulties, F-28 on directives.

Source: docs/sources.md#flags.
"""

from dataclasses import dataclass
from datetime import date

from tracker.domain.days import DAY, WorkingCalendar
from tracker.domain.facts import ProjectFacts
from tracker.domain.flags import Flag, FlagCode, Operand, Quantity, Remedy, RemedyKind, Severity
from tracker.domain.money import ZERO
from tracker.domain.thresholds import Thresholds

UNANSWERED = "unanswered"


def difficulty_overdue(facts: ProjectFacts, _: Thresholds, __: WorkingCalendar) -> Flag | None:
    """F-27: the deadline of an open difficulty has passed; the earliest is the one told."""
    due_on = facts.difficulty_due_on
    if due_on is None or due_on >= facts.day:
        return None
    return _late(FlagCode.F27, due_on, facts.day, RemedyKind.SOLVE)


@dataclass(frozen=True, slots=True)
class OpenDirective:
    """What F-28 needs to know of a directive that is not done."""

    due_on: date
    issued_on: date
    last_reply_on: date | None


def directive_overdue(directive: OpenDirective, limits: Thresholds, day: date) -> Flag | None:
    """F-28: the deadline has passed, or nobody replied within the days that are allowed.

    Shown only to those who see the directive itself, so no kept verdict holds it.
    """
    if directive.due_on < day:
        return _late(FlagCode.F28, directive.due_on, day, RemedyKind.REPORT)
    allowed, since = limits.directive_reply_days, (day - directive.issued_on).days
    if directive.last_reply_on is not None or since <= allowed.value:
        return None
    return Flag(
        FlagCode.F28,
        UNANSWERED,
        Severity.ORANGE,
        day,
        None,
        (
            Operand("issued_on", directive.issued_on, Quantity.DATE),
            Operand("days_since", since, Quantity.DAYS),
            Operand("days_allowed", allowed.value, Quantity.DAYS),
        ),
        (allowed,),
        Remedy(RemedyKind.REPORT, ZERO, day),
    )


def _late(code: FlagCode, due_on: date, day: date, remedy: RemedyKind) -> Flag:
    return Flag(
        code,
        "",
        Severity.ORANGE,
        day,
        None,
        (
            Operand("day", day, Quantity.DATE),
            Operand("due_on", due_on, Quantity.DATE),
            Operand("days_late", (day - due_on).days, Quantity.DAYS),
        ),
        (),
        Remedy(remedy, ZERO, day),
        since=due_on + DAY if code is FlagCode.F28 else None,
    )
