"""People, their grants, and deeds in their name."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.counting import a_number
from tracker.domain.act import Act
from tracker.domain.people import Role
from tracker.domain.text import fold, sort_key
from tracker.models import (
    Grant,
    Organisation,
    Passkey,
    Person,
    Project,
    ScopeKind,
    SignInSession,
    Unit,
)
from tracker.queries.people import actor_named

FROM = date(2020, 1, 1)
AT = datetime(2025, 4, 30, 2, 0, tzinfo=UTC)
ON = date(2025, 4, 30)


def the_system(session: Session) -> Person:
    """Return the product's own account."""
    return session.scalars(select(Person).where(Person.username == "hethong")).one()


def a_person(session: Session, **changes: Any) -> Person:
    """Make an account without a password and without any grant."""
    number = a_number()
    name = changes.pop("name", f"Nguyễn Văn Thử {number}")
    person = Person(
        **{
            "username": f"nguoi{number}",
            "name": name,
            "password_hash": None,
            "name_folded": fold(name),
            "name_sort": sort_key(name),
            "created_at": AT,
            **changes,
        }
    )
    session.add(person)
    session.flush()
    return person


def a_grant(
    session: Session,
    person: Person,
    role: Role,
    *,
    unit: Unit | None = None,
    organisation: Organisation | None = None,
    project: Project | None = None,
    **changes: Any,
) -> Grant:
    """Grant a role over a unit, an organisation, a project or, when none is given, everything."""
    kind = ScopeKind.EVERYTHING
    if unit is not None:
        kind = ScopeKind.UNIT
    elif organisation is not None:
        kind = ScopeKind.ORGANISATION
    elif project is not None:
        kind = ScopeKind.PROJECT
    grant = Grant(
        **{
            "person_id": person.id,
            "role": role,
            "scope_kind": kind,
            "unit_id": unit.id if unit else None,
            "organisation_id": organisation.id if organisation else None,
            "project_id": project.id if project else None,
            "valid_from": FROM,
            "valid_until": None,
            "granted_by": the_system(session).id,
            "granted_at": AT,
            **changes,
        }
    )
    session.add(grant)
    session.flush()
    return grant


def a_passkey(session: Session, person: Person, **changes: Any) -> Passkey:
    """Give a person a passkey that signs nothing."""
    passkey = Passkey(
        **{
            "person_id": person.id,
            "credential": f"credential{a_number()}",
            "public_key": "",
            "user_handle": "",
            "sign_count": 0,
            "name": "Khóa thử",
            "added_at": AT,
            **changes,
        }
    )
    session.add(passkey)
    session.flush()
    return passkey


def a_session(session: Session, person: Person, **changes: Any) -> SignInSession:
    """Sign a person in with a browser that nobody has."""
    row = SignInSession(
        **{
            "token_hash": f"token{a_number()}",
            "person_id": person.id,
            "started_at": AT,
            "seen_at": AT,
            "expires_at": AT + timedelta(days=10_000),
            **changes,
        }
    )
    session.add(row)
    session.flush()
    return row


def an_act(
    session: Session,
    role: Role = Role.OFFICER,
    *,
    unit: Unit | None = None,
    organisation: Organisation | None = None,
    project: Project | None = None,
    on: date = ON,
) -> Act:
    """Make a person with one role and return a deed in their name."""
    person = a_person(session)
    a_grant(session, person, role, unit=unit, organisation=organisation, project=project)
    actor = actor_named(session, person.username, on)
    assert actor is not None
    return Act(actor, AT, on)
