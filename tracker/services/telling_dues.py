"""Tells of milestones and pledges whose day is near or has passed: of each such day once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.days import usual_year
from tracker.domain.notices import About, NoticeKind
from tracker.domain.people import Permission
from tracker.models import DueReminder
from tracker.queries.dues import Due, milestones_due, pledges_due
from tracker.queries.rules import Rules, value_among
from tracker.services.notices import tell_of_projects

_AT_ONCE = 300
_INSERTS: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_PAYING = (Permission.DISBURSEMENT_RECORD, Permission.DISBURSEMENT_APPROVE)
_TOLD_TO: Mapping[NoticeKind, tuple[Permission, ...]] = {
    NoticeKind.MILESTONE_NEAR: (Permission.WORKS_RECORD,),
    NoticeKind.MILESTONE_OVERDUE: (Permission.WORKS_RECORD, Permission.DIRECTIVE_ISSUE),
    NoticeKind.PLEDGE_NEAR: _PAYING,
    NoticeKind.PLEDGE_BROKEN: (*_PAYING, Permission.DIRECTIVE_ISSUE),
}
"""Who can still do something about it hears first; who directs hears once it is too late."""


def tell_of_days(session: Session, act: Act, known: Rules) -> int:
    """Tell of milestones and pledges of the act's day; return how many notices are new."""
    day = act.on
    found = [
        *milestones_due(session, day, value_among(known.values, "milestone_near", day)),
        *pledges_due(
            session, day, value_among(known.values, "pledge_near", day), usual_year(day) - 1
        ),
    ]
    by_kind: dict[NoticeKind, list[Due]] = defaultdict(list)
    for one in _claimed(session, act, found):
        by_kind[one.kind].append(one)
    return sum(
        tell_of_projects(session, act, kind, right, _projects(dues), _key(dues[0]))
        for kind, dues in by_kind.items()
        for right in _TOLD_TO[kind]
    )


def _claimed(session: Session, act: Act, found: Sequence[Due]) -> list[Due]:
    """Keep that these are told of now, and return those of which nobody else just told."""
    insert_new = _INSERTS[session.get_bind().dialect.name]
    kept: set[tuple[Any, ...]] = set()
    for start in range(0, len(found), _AT_ONCE):
        rows = [
            {
                "project_id": one.about.project_id,
                "kind": one.kind,
                "subject": one.subject,
                "due_on": one.due_on,
                "told_on": act.on,
            }
            for one in found[start : start + _AT_ONCE]
        ]
        made = session.execute(
            insert_new(DueReminder)
            .values(rows)
            .on_conflict_do_nothing()
            .returning(
                DueReminder.project_id, DueReminder.kind, DueReminder.subject, DueReminder.due_on
            )
        )
        kept |= {tuple(row) for row in made}
    return [
        one for one in found if (one.about.project_id, one.kind, one.subject, one.due_on) in kept
    ]


def _projects(dues: Sequence[Due]) -> dict[About, dict[str, Any]]:
    """Return what is told of each project."""
    by_project: dict[About, list[Due]] = defaultdict(list)
    for one in dues:
        by_project[one.about].append(one)
    return {
        about: {
            "first_due": min(one.due_on for one in some).isoformat(),
            "items": len(some),
            "milestone": some[0].subject if len(some) == 1 else "",
            "missing": sum(one.missing for one in some),
            "title": some[0].name,
            "some_codes": [some[0].code],
        }
        for about, some in by_project.items()
    }


def _key(first: Due) -> str:
    """Return a key that no other telling has: of each day is told once."""
    subject = first.subject or "pledge"
    return f"{first.kind.value}:{first.about.project_id}:{subject}:{first.due_on.isoformat()}"
