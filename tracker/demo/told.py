"""What the people of the demonstration were told on the last working days."""

from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.notices import About, Event, NoticeKind
from tracker.domain.people import Permission
from tracker.queries.recipients import holders_anywhere
from tracker.services.notices import mark_read, tell, tell_of_projects
from tracker.services.telling import tell_sent_entries

_SENT_AT = datetime(2025, 4, 29, 9, 30, tzinfo=UTC)
_MORNING = datetime(2025, 4, 29, 0, 30, tzinfo=UTC)
_EARLIER = datetime(2025, 4, 1, 0, 30, tzinfo=UTC)
_STALE_SINCE = date(2025, 4, 18)
_STALE = text(
    "SELECT p.id, p.unit_path, p.owner_id, coalesce(max(d.posted_on), :opens) AS last_on"
    " FROM project p JOIN plan_line l ON l.project_id = p.id AND l.year = 2025"
    " LEFT JOIN disbursement d ON d.plan_line_id = l.id"
    " WHERE p.halt IS NULL AND NOT l.extended"
    " AND NOT EXISTS (SELECT 1 FROM quiet_day q WHERE q.project_id = p.id AND q.day >= :since)"
    " GROUP BY p.id, p.unit_path, p.owner_id"
    " HAVING coalesce(max(d.posted_on), :opens) < :since ORDER BY p.id"
)
_SENT = text("SELECT id, project_id FROM submission WHERE state = 'sent' ORDER BY id")


def tell_some(session: Session, act: Act) -> None:
    """Tell of entries that wait, of figures that are late, of the month that closed."""
    by = replace(act, at=_EARLIER, on=date(2025, 4, 1))
    closing = Event(
        NoticeKind.PERIOD_NEAR,
        "period:2025-03-31",
        "period",
        facts={"until": "2025-03-31", "by": "2025-04-05"},
    )
    enter = Permission.DISBURSEMENT_RECORD
    people = holders_anywhere(session, enter, by.on)
    tell(session, by, closing, people)
    for one in sorted(people):
        mark_read(session, replace(by, actor=replace(by.actor, id=one)))
    _tell_stale(session, replace(act, at=_MORNING, on=date(2025, 4, 29)))
    sent = session.execute(_SENT).all()
    entries = {row.project_id: 0 for row in sent}
    for row in sent:
        entries[row.project_id] += 1
    if sent:
        tell_sent_entries(session, replace(act, at=_SENT_AT, on=date(2025, 4, 29)), entries, "demo")


def _tell_stale(session: Session, act: Act) -> None:
    rows = session.execute(_STALE, {"opens": "2025-01-01", "since": _STALE_SINCE.isoformat()})
    stale = {
        About(row.id, row.unit_path, row.owner_id): {
            "first_since": str(row.last_on),
            "most_times": 4,
        }
        for row in rows
    }
    if not stale:
        return
    for kind, right in (
        (NoticeKind.STALE, Permission.DISBURSEMENT_RECORD),
        (NoticeKind.STALE_ESCALATED, Permission.DISBURSEMENT_APPROVE),
    ):
        tell_of_projects(session, act, kind, right, stale, f"stale:{act.on.isoformat()}:{right}")
