"""Flag F-28 on projects, for those alone who see the directives it is about."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from tracker.domain.flags import Flag
from tracker.domain.overdue import OpenDirective, directive_overdue
from tracker.domain.people import Actor, Permission
from tracker.queries.directives import DirectiveRow, open_directives_of
from tracker.queries.rules import rules
from tracker.web.reading import Reading


def flags_of_directives(
    session: Session, actor: Actor, project_id: int, reading: Reading
) -> tuple[Flag, ...]:
    """Return F-28 of a project for this person today; nothing of another day, or without right."""
    if not reading.is_latest or not actor.may(Permission.DIRECTIVE_READ):
        return ()
    found = open_directives_of(session, actor, [project_id]).get(project_id, [])
    flag = worst_of(session, found, reading)
    return () if flag is None else (flag,)


def worst_of(session: Session, rows: Iterable[DirectiveRow], reading: Reading) -> Flag | None:
    """Return F-28 of the directive that is late for longest; None when none is late."""
    listed = list(rows)
    if not listed:
        return None
    limits = rules(session, reading.year, reading.year + 1).thresholds.on(reading.as_of)
    flags = (
        directive_overdue(
            OpenDirective(row.due_on, row.issued_on, row.last_reply_on), limits, reading.as_of
        )
        for row in listed
    )
    raised = [flag for flag in flags if flag is not None]
    return min(raised, key=lambda flag: (bool(flag.variant), flag.since or flag.day), default=None)
