"""Directives (chỉ đạo): their states, and what became of the figures they were issued about.

Source: docs/sources.md#directives.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from tracker.domain.money import Dong
from tracker.domain.refusals import Refusal

MOST_PARTNERS = 30
MOST_PROJECTS = 2_000
"""Projects of a list or a unit that one directive measures."""


class About(StrEnum):
    """What a directive was issued from."""

    PROJECT = "project"
    FLAG = "flag"
    ORGANISATION = "organisation"
    UNIT = "unit"
    LIST = "list"


class DirectiveForm(StrEnum):
    """In which form the word was given."""

    REMARK = "remark"
    MEETING = "meeting"
    CONCLUSION = "conclusion"
    OFFICIAL_LETTER = "official_letter"
    TELEGRAM = "telegram"

    @property
    def is_document(self) -> bool:
        """Tell whether a document with a number and a day stands behind it."""
        return self not in {DirectiveForm.REMARK, DirectiveForm.MEETING}


class DirectiveState(StrEnum):
    """How far a directive is, as it is stored."""

    NOT_BEGUN = "not_begun"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    DONE = "done"


class DirectiveStanding(StrEnum):
    """How far a directive is on a day, its deadline looked at."""

    NOT_BEGUN = "not_begun"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    OVERDUE = "overdue"
    DONE_IN_TIME = "done_in_time"
    DONE_LATE = "done_late"


class Side(StrEnum):
    """Who has to do the next thing."""

    ADDRESSEE = "addressee"
    ISSUER = "issuer"


class DirectiveStep(StrEnum):
    """What was done about a directive, in its thread."""

    ISSUED = "issued"
    REPLIED = "replied"
    REPORTED = "reported"
    """The addressees say it is done, with evidence; whoever issued it looks and closes."""
    REMARKED = "remarked"
    EXTENSION_ASKED = "extension_asked"
    EXTENSION_GRANTED = "extension_granted"
    EXTENSION_REFUSED = "extension_refused"
    CLOSED = "closed"


class Moment(StrEnum):
    """When the figures of a directive are measured."""

    BASELINE = "baseline"
    DEADLINE = "deadline"
    AFTER = "after"
    """So many days after the deadline (threshold `directive_effect_days`)."""


def standing_of(
    state: DirectiveState, due_on: date, closed_on: date | None, day: date
) -> DirectiveStanding:
    """Return how far a directive is by the close of a day; its deadline is still in time."""
    if state is DirectiveState.DONE:
        is_late = closed_on is not None and closed_on > due_on
        return DirectiveStanding.DONE_LATE if is_late else DirectiveStanding.DONE_IN_TIME
    return DirectiveStanding.OVERDUE if due_on < day else DirectiveStanding(state.value)


def measured_on(moment: Moment, issued_on: date, due_on: date, after_days: int) -> date:
    """Return the day by whose close a directive is measured."""
    if moment is Moment.BASELINE:
        return issued_on
    return due_on if moment is Moment.DEADLINE else due_on + timedelta(days=after_days)


@dataclass(frozen=True, slots=True)
class Metric:
    """The figures of the projects of a directive by the close of a day, in whole đồng.

    `gap` is disbursed less expected over the projects that have a path; None when none has.
    `flags` counts their open flags.
    """

    day: date
    projects: int
    plan: Dong
    disbursed: Dong
    gap: Dong | None
    flags: int

    @property
    def rate(self) -> Fraction | None:
        """Return ratio TL2; None when nothing is planned."""
        return Fraction(self.disbursed, self.plan) if self.plan > 0 else None


@dataclass(frozen=True, slots=True)
class Effect:
    """What changed between the day of issue and a later day: later less earlier, exactly."""

    disbursed: Dong
    gap: Dong | None
    rate: Fraction | None
    flags: int

    @property
    def is_nothing(self) -> bool:
        """Tell whether nothing turned: the gap did not narrow, and no flag went.

        Money that comes along the expected path anyway is no effect; where no path is known,
        any money more is one.
        """
        better = self.disbursed > 0 if self.gap is None else self.gap > 0
        return not better and self.flags >= 0


def effect_of(baseline: Metric, later: Metric) -> Effect:
    """Return the later figures less those of the baseline."""
    gaps = (later.gap, baseline.gap)
    rates = (later.rate, baseline.rate)
    return Effect(
        disbursed=Dong(later.disbursed - baseline.disbursed),
        gap=None if gaps[0] is None or gaps[1] is None else Dong(gaps[0] - gaps[1]),
        rate=None if rates[0] is None or rates[1] is None else rates[0] - rates[1],
        flags=later.flags - baseline.flags,
    )


@dataclass(eq=False)
class DocumentIncomplete(Refusal):
    """A document needs its number and its day."""


@dataclass(eq=False)
class NoProjects(Refusal):
    """What the directive is about holds no project, so nothing of it can be measured."""


@dataclass(eq=False)
class TooMany(Refusal):
    """More than one directive holds."""

    subject: str
    most: int


@dataclass(eq=False)
class ExtensionNotLater(Refusal):
    """An extension must end after the deadline there is."""

    due_on: date


@dataclass(eq=False)
class ExtensionWaits(Refusal):
    """An extension was asked for already and waits for its answer."""

    asked_due_on: date


@dataclass(eq=False)
class NoExtensionAsked(Refusal):
    """Nobody asks for an extension now: it was answered before."""
