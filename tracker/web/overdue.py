"""Flag F-28 on projects, for those alone who see the directives it is about."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tracker.domain.flags import Flag
from tracker.domain.overdue import OpenDirective, directive_overdue
from tracker.domain.people import Actor, Permission
from tracker.queries.directives import DirectiveRow, open_directives_of
from tracker.queries.rules import rules
from tracker.web.reading import Reading


@dataclass(frozen=True, slots=True)
class Heard:
    """F-28 with the directive that raised it, on whose page alone it is spoken of."""

    flag: Flag
    directive_id: int


def flags_of_directives(
    session: Session, actor: Actor, project_id: int, reading: Reading
) -> tuple[Heard, ...]:
    """Return F-28 of a project for this person today; nothing of another day, or without right."""
    if not reading.is_latest or not actor.may(Permission.DIRECTIVE_READ):
        return ()
    found = open_directives_of(session, actor, [project_id]).get(project_id, [])
    heard = worst_of(session, found, reading)
    return () if heard is None else (heard,)


def worst_of(session: Session, rows: Iterable[DirectiveRow], reading: Reading) -> Heard | None:
    """Return F-28 of the directive that is late for longest; None when none is late."""
    listed = list(rows)
    if not listed:
        return None
    limits = rules(session, reading.year, reading.year + 1).thresholds.on(reading.as_of)
    raised = [
        Heard(flag, row.id)
        for row in listed
        if (
            flag := directive_overdue(
                OpenDirective(row.due_on, row.issued_on, row.last_reply_on), limits, reading.as_of
            )
        )
    ]
    return min(
        raised,
        key=lambda one: (bool(one.flag.variant), one.flag.since or one.flag.day),
        default=None,
    )
