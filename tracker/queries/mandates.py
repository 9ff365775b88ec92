"""What was kept about actions that flags demanded, as of a day."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.flags import FlagCode
from tracker.domain.ladder import Answer
from tracker.models import MandateEntry, Person


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One action that was done, with its deadline, by whom it was kept and when."""

    id: int
    answer: Answer
    due_on: date
    who: str
    at: datetime


def answers_of(
    session: Session, project_ids: Collection[int], year: int, day: date
) -> dict[int, list[AnswerRow]]:
    """Return what was done by the close of a day about each project's flags. One statement.

    In the order of recording.
    """
    one = MandateEntry
    rows = session.execute(
        select(
            one.project_id, one.id, one.flag, one.action, one.done_on, one.evidence, one.due_on,
            Person.name, one.recorded_at,
        )
        .join(Person, Person.id == one.recorded_by)
        .where(
            one.project_id.in_(sorted(project_ids)), one.year == year, one.done_on <= day
        )
        .order_by(one.id)
    )  # fmt: skip
    found: dict[int, list[AnswerRow]] = defaultdict(list)
    for row in rows:
        answer = Answer(FlagCode(row[2]), *row[3:6])
        found[row[0]].append(AnswerRow(row[1], answer, *row[6:]))
    return dict(found)
