"""On which days of a plan year each project was red: stretches of its gravest flags, together."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain.days import DAY, PlanYear
from tracker.domain.flags import RED_FLAGS, FlagCode, Severity
from tracker.domain.stretches import Stretch, joined, stretches
from tracker.domain.timeline import Lookback, Timeline
from tracker.queries.rules import Rules, rules
from tracker.queries.slowness import judged_by
from tracker.queries.standings import parts
from tracker.queries.timelines import with_timelines


def red_spans(session: Session, year: PlanYear, day: date) -> Iterator[tuple[int, list[Stretch]]]:
    """Yield each project that was red on some day of the year up to a day, with those days.

    As its ledgers say it now: what was entered late counts from the day it is about. A fixed
    number of statements for some thousand projects at a time.
    """
    known = rules(session, year.year - 1, year.year + 2)
    last = min(day, year.closes - DAY)
    for condition in parts(session, None):
        judged = judged_by(session, condition, year, day, known)
        for one, timeline in with_timelines(session, judged, year, day, known) if judged else ():
            found = _red(timeline, year.opens, last, known)
            if found:
                yield one.card.id, found


def _red(timeline: Timeline, first: date, last: date, known: Rules) -> list[Stretch]:
    past = Lookback(timeline, known.thresholds, known.calendar)

    def is_red(code: FlagCode, day: date) -> int:
        return int(past.severity_on(code, day) >= Severity.RED)

    return joined(
        one
        for code in sorted(RED_FLAGS)
        for one in stretches(
            lambda day, code=code: is_red(code, day),  # type: ignore[misc]  # bound at once
            past.breaks(code),
            first,
            last,
        )
    )
