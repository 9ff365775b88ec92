"""The thresholds with who set them, and what others would change, judged by the same judge."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.facts import ProjectFacts
from tracker.domain.people import Scope
from tracker.domain.slowness import Verdict, judge
from tracker.domain.thresholds import Threshold, ThresholdBook, ThresholdUnit
from tracker.domain.tuning import Effects, effects_of
from tracker.models import Organisation, Person, Project
from tracker.models import Threshold as ThresholdRow
from tracker.queries.cards import CARD, ProjectCard, card_of
from tracker.queries.rules import Rules
from tracker.queries.scoping import visible_projects, visible_rows
from tracker.queries.standings import Moment, Standings, standings_at


@dataclass(frozen=True, slots=True)
class SetThreshold:
    """One version of a threshold: its value, who set it, when and why; nobody: it was there."""

    threshold: Threshold
    legal_basis: str | None
    reason: str | None
    who: str | None
    at: datetime | None


def threshold_versions(session: Session, code: str | None = None) -> list[SetThreshold]:
    """List every version of every threshold, or of one, in order of code and day."""
    wanted = (
        select(ThresholdRow, Person.name)
        .outerjoin(Person, Person.id == ThresholdRow.changed_by)
        .order_by(ThresholdRow.code, ThresholdRow.valid_from, ThresholdRow.version)
    )
    if code is not None:
        wanted = wanted.where(ThresholdRow.code == code)
    return [
        SetThreshold(
            Threshold(row.code, row.value, ThresholdUnit(row.unit), row.valid_from, row.version),
            row.legal_basis,
            row.reason,
            who,
            row.changed_at,
        )
        for row, who in session.execute(wanted)
    ]


@dataclass(frozen=True, slots=True)
class Preview:
    """What other thresholds would change on a day, with the cards of the projects named."""

    day: date
    effects: Effects
    cards: Mapping[int, ProjectCard]


def preview(
    session: Session, scope: Scope, moment: Moment, known: Rules, wanted: ThresholdBook
) -> Preview:
    """Judge every project of a moment by the thresholds of its day and by others.

    Two statements, three on a day that is not kept, however many projects.
    """
    standings = standings_at(session, moment)
    pairs = _judged(session, scope, standings, known, wanted)
    effects = effects_of(pairs)
    return Preview(moment.day, effects, cards_of(session, scope, effects.shown))


def _judged(
    session: Session, scope: Scope, standings: Standings, known: Rules, wanted: ThresholdBook
) -> Iterator[tuple[ProjectFacts, Verdict, Verdict]]:
    table = standings.table
    rows = session.execute(
        select(table.c.project_id, table.c.facts).where(
            standings.of_year, visible_rows(scope, table)
        ),
        standings.given,
    )
    for row in rows:
        facts = standings.facts_in(row, row.project_id)
        yield (
            facts,
            judge(facts, known.thresholds, known.calendar),
            judge(facts, wanted, known.calendar),
        )


def cards_of(session: Session, scope: Scope, ids: frozenset[int]) -> dict[int, ProjectCard]:
    """Return the cards of some projects within the scope, by number."""
    rows = session.execute(
        select(*CARD, Organisation.short_name.label("owner"))
        .join(Organisation, Organisation.id == Project.owner_id)
        .where(Project.id.in_(sorted(ids)), visible_projects(scope))
    )
    return {row.id: card_of(row) for row in rows}
