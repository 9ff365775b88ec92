"""Projects with the verdict on them, as of the close of a day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from tracker.domain.days import PlanYear
from tracker.domain.facts import ProjectFacts
from tracker.domain.money import Dong
from tracker.domain.scenarios import ExpectedPath
from tracker.domain.slowness import Verdict, judge
from tracker.queries.cards import ProjectCard
from tracker.queries.facts import project_readings
from tracker.queries.remembered import Remembered
from tracker.queries.rules import Rules, rules


@dataclass(frozen=True, slots=True)
class Judged:
    """One project with its facts and the verdict on them."""

    card: ProjectCard
    facts: ProjectFacts
    path: ExpectedPath | None
    verdict: Verdict


_JUDGED: Remembered[Judged] = Remembered(2_000)


def remember_judged(stamp: int, one: Judged) -> None:
    """Remember a verdict under the stamp that its row of the standings got."""
    _JUDGED.put((stamp, one.card.id), one)


def judged_under(stamp: int, project_id: int) -> Judged | None:
    """Return the verdict that was remembered under a stamp, or None."""
    return _JUDGED.get((stamp, project_id))


def judged_projects(
    session: Session, condition: ColumnElement[bool], year: PlanYear, day: date
) -> list[Judged]:
    """Judge the projects that meet the condition and have a plan of the year, by the day's rules.

    In Vietnamese order of names.
    """
    known = rules(session, year.year - 1, year.year + 2)
    return judged_by(session, condition, year, day, known)


def judged_by(
    session: Session,
    condition: ColumnElement[bool],
    year: PlanYear,
    day: date,
    known: Rules,
    province: tuple[Dong, Dong] | None = None,
) -> list[Judged]:
    """Judge as `judged_projects` does, by rules, maybe a province's ratio, read before."""
    readings = project_readings(
        session, condition, year, day, known.calendar, known.default_curve(day), province
    )
    return [
        Judged(one.card, one.facts, one.path, judge(one.facts, known.thresholds, known.calendar))
        for one in readings
    ]
