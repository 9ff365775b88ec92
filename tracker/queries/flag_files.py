"""Everything about one flag of one project on a day: its sum, its history, what it demands."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain.days import DAY
from tracker.domain.flags import Flag, FlagCode
from tracker.domain.ladder import Attribution, Blocked
from tracker.domain.people import Scope
from tracker.domain.stretches import Stretch, stretches
from tracker.domain.thresholds import Thresholds
from tracker.domain.timeline import Lookback, Timeline, with_since
from tracker.models import Project
from tracker.queries.blocked import blocked_on, cause_of
from tracker.queries.dossiers import ProjectDetail, project_of
from tracker.queries.mandates import AnswerRow, answers_of
from tracker.queries.rules import Rules, rules
from tracker.queries.slowness import judged_by
from tracker.queries.standings import Moment
from tracker.queries.timelines import with_timelines
from tracker.queries.tuning import SetThreshold, threshold_versions


@dataclass(frozen=True)
class FlagFile:
    """One flag of one project by the close of a day.

    `flags` holds every variant raised then, the gravest first; empty when it was not raised.
    `answers` are the actions it demanded that were done by then. `history` holds the days of the
    plan year on which the flag held, in order.
    """

    project: ProjectDetail
    code: FlagCode
    flags: tuple[Flag, ...]
    history: tuple[Stretch, ...]
    limits: Thresholds
    versions: tuple[SetThreshold, ...]
    blocked: Blocked | None
    cause: Attribution | None
    answers: tuple[AnswerRow, ...] = ()


def flag_file(
    session: Session, scope: Scope, code: str, flag: FlagCode, moment: Moment
) -> FlagFile | None:
    """Return the file of a flag; None when there is no such project within the scope.

    A fixed number of statements.
    """
    project = project_of(session, scope, code)
    if project is None:
        return None
    year, day = moment.year, moment.day
    known = rules(session, year.year - 1, year.year + 2)
    judged = judged_by(session, Project.id == project.id, year, day, known)
    flags: tuple[Flag, ...] = ()
    history: tuple[Stretch, ...] = ()
    for one, timeline in with_timelines(session, judged, year, day, known) if judged else ():
        own = tuple(raised for raised in one.verdict.flags if raised.code is flag)
        verdict = replace(one.verdict, flags=own)
        flags = with_since(verdict, timeline, known.thresholds, known.calendar).flags
        history = _history(timeline, flag, year.opens, min(day, year.closes - DAY), known)
    return FlagFile(
        project,
        flag,
        flags,
        history,
        known.thresholds.on(day),
        tuple(threshold_versions(session)) if flags else (),
        blocked_on(session, [project.id], year.year, day).get(project.id),
        cause_of(session, project.id, day),
        tuple(
            row
            for row in answers_of(session, [project.id], year.year, day).get(project.id, ())
            if row.answer.flag is flag
        ),
    )


def _history(
    timeline: Timeline, code: FlagCode, first: date, last: date, known: Rules
) -> tuple[Stretch, ...]:
    if last < first:
        return ()
    past = Lookback(timeline, known.thresholds, known.calendar)

    def level(day: date) -> int:
        return past.severity_on(code, day)

    return stretches(level, past.breaks(code), first, last)
