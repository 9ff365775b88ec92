"""People, the roles granted to them over a scope, and their sign-in sessions."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.people import Role
from tracker.models.base import Base, Key, OrderedText, Ref, code_of, known_codes


class ScopeKind(StrEnum):
    """What a grant reaches."""

    EVERYTHING = "everything"
    UNIT = "unit"
    ORGANISATION = "organisation"
    PROJECT = "project"


class Person(Base):
    """Somebody with an account. `rights_version` grows whenever their rights change."""

    __tablename__ = "person"

    id: Mapped[Key]
    username: Mapped[OrderedText] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    password_hash: Mapped[str | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None]
    rights_version: Mapped[int] = mapped_column(default=1)
    row_version: Mapped[int] = mapped_column(default=1)
    name_folded: Mapped[OrderedText]
    name_sort: Mapped[OrderedText]
    created_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy reads it


class Grant(Base):
    """A role over a scope during [valid_from, valid_until); ended, never deleted."""

    __tablename__ = "role_grant"

    id: Mapped[Key]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(code_of(Role))
    scope_kind: Mapped[ScopeKind] = mapped_column(code_of(ScopeKind))
    unit_id: Mapped[Ref | None] = mapped_column(ForeignKey("unit.id"))
    organisation_id: Mapped[Ref | None] = mapped_column(ForeignKey("organisation.id"))
    project_id: Mapped[Ref | None] = mapped_column(ForeignKey("project.id"))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    granted_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime]
    ended_by: Mapped[Ref | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        known_codes("role", Role),
        known_codes("scope_kind", ScopeKind),
        CheckConstraint("(scope_kind = 'unit') = (unit_id IS NOT NULL)", name="unit_scope"),
        CheckConstraint(
            "(scope_kind = 'organisation') = (organisation_id IS NOT NULL)",
            name="organisation_scope",
        ),
        CheckConstraint(
            "(scope_kind = 'project') = (project_id IS NOT NULL)", name="project_scope"
        ),
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="span"),
    )


class Delegation(Base):
    """One grant that somebody lends to another during [valid_from, valid_until).

    It gives what the grant gives at that moment and nothing more; ended, never deleted.
    """

    __tablename__ = "delegation"

    id: Mapped[Key]
    grant_id: Mapped[Ref] = mapped_column(ForeignKey("role_grant.id"), index=True)
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), index=True)
    delegate_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), index=True)
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    reason: Mapped[str]
    granted_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime]
    ended_by: Mapped[Ref | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("person_id <> delegate_id", name="to_another"),
        CheckConstraint("valid_until > valid_from", name="span"),
    )


class AccessReview(Base):
    """One time somebody looked through who may do what, and stood by it. Rows never change."""

    __tablename__ = "access_review"

    id: Mapped[Key]
    reviewed_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    reviewed_on: Mapped[date]
    reviewed_at: Mapped[datetime]
    accounts: Mapped[int]
    grants: Mapped[int]
    note: Mapped[str]


class SignInSession(Base):
    """One signed-in browser. Only the hash of its token is kept.

    `factor` is what the person proved themselves with besides the password; `proved_at` when they
    last did so. `issuer` is the identity provider that let them in, if one did.
    """

    __tablename__ = "sign_in_session"

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str | None]
    browser: Mapped[str | None]
    factor: Mapped[str | None]
    proved_at: Mapped[datetime | None]
    issuer: Mapped[str | None]


class Viewing(Base):
    """A session that is shown the product as another person sees it, until `ended_at`."""

    __tablename__ = "viewing"

    id: Mapped[Key]
    session_id: Mapped[Ref] = mapped_column(ForeignKey("sign_in_session.id"))
    viewed_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "ix_viewing_open",
            "session_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class SignInFailure(Base):
    """One failed sign-in, counted by account and by network to slow down guessing."""

    __tablename__ = "sign_in_failure"

    id: Mapped[Key]
    username: Mapped[OrderedText]
    network: Mapped[OrderedText]
    at: Mapped[datetime]

    __table_args__ = (
        Index("ix_sign_in_failure_username_at", "username", "at"),
        Index("ix_sign_in_failure_network_at", "network", "at"),
    )
