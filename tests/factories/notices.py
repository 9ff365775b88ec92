"""Notices and letters, and people who can be written to."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.counting import a_number
from tests.factories.people import AT, ON
from tracker.domain.notices import NoticeKind, Way
from tracker.domain.outbox import MailKind, MailState
from tracker.domain.people import Actor, Permission
from tracker.models import Correspondence, Mail, Notice, Person, Project
from tracker.queries.notices import InboxFilter, NoticeRow, inbox
from tracker.queries.recipients import recipients


def a_proved_address(session: Session, person_id: int, language: str = "vi") -> str:
    """Give an account an address that was proved, and return it."""
    person = session.get_one(Person, person_id)
    person.email = f"nguoi{person_id}@vidu.vn"
    session.add(
        Correspondence(
            person_id=person_id,
            language=language,
            address=person.email,
            asked_at=AT,
            tries=1,
            confirmed_at=AT,
        )
    )
    session.flush()
    return person.email


def a_notice(
    session: Session, person: Person, project: Project | None = None, **changes: Any
) -> Notice:
    """Tell a person that entries of a project came back, as it lies in the table."""
    notice = Notice(
        **{
            "person_id": person.id,
            "kind": NoticeKind.ENTRY_RETURNED,
            "key": f"thu:{a_number()}",
            "subject": "submission",
            "subject_id": None,
            "permission": Permission.DISBURSEMENT_READ if project else None,
            "unit_path": project.unit_path if project else None,
            "organisation_id": project.owner_id if project else None,
            "project_id": project.id if project else None,
            "facts": {
                "entries": 2,
                "code": project.code if project else "KHONG",
                "project": project.name if project else "không có",
                "reason": "sai số chứng từ",
                "day": "2025-04-29",
            },
            "way": Way.APP,
            "told_at": AT,
            **changes,
        }
    )
    session.add(notice)
    session.flush()
    return notice


def a_mail(session: Session, person: Person, **changes: Any) -> Mail:
    """Write a letter that waits."""
    number = a_number()
    mail = Mail(
        **{
            "person_id": person.id,
            "kind": MailKind.NOTICE,
            "key": f"thu:{number}",
            "message_id": f"thu{number}",
            "state": MailState.WAITING,
            "tries": 0,
            "made_at": AT,
            "due_at": AT,
            **changes,
        }
    )
    session.add(mail)
    session.flush()
    return mail


def seen_by(session: Session, actor: Actor) -> list[NoticeRow]:
    """Return what a person sees in their inbox now, by the rights they hold now."""
    now = recipients(session, [actor.id], ON)[actor.id].actor
    return list(inbox(session, now, InboxFilter(), 1, 200).page.rows)


def kinds_seen(session: Session, actor: Actor) -> list[str]:
    """Return the kinds of what a person sees, the newest first."""
    return [row.kind.value for row in seen_by(session, actor)]


def mails_of(session: Session, people: Collection[int]) -> list[Mail]:
    """List the letters of some people, the oldest first."""
    return list(session.scalars(select(Mail).where(Mail.person_id.in_(people)).order_by(Mail.id)))
