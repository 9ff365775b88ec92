"""Directives of leaders: to whom, about which projects, what was answered, what came of them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.directives import (
    About,
    DirectiveForm,
    DirectiveState,
    DirectiveStep,
    Moment,
    Side,
)
from tracker.domain.money import Dong
from tracker.models.base import Base, Key, OrderedText, Ref, code_of, known_codes


class Directive(Base):
    """One directive. What it says never changes; its deadline does when an extension is granted.

    `subject` are the words for what it is about, as they were on the day of issue; `year` the plan
    year its figures are of. `audience` spells every organisation it is addressed to with the path
    of its unit, `|/1/5/#12#`: whoever's scope reaches one of them may see it (`scoping.heard_by`),
    and so does whoever issued it. `side` has to do the next thing.
    """

    __tablename__ = "directive"

    id: Mapped[Key]
    about: Mapped[About] = mapped_column(code_of(About))
    subject: Mapped[str]
    project_id: Mapped[Ref | None] = mapped_column(ForeignKey("project.id"), index=True)
    organisation_id: Mapped[Ref | None] = mapped_column(ForeignKey("organisation.id"))
    unit_id: Mapped[Ref | None] = mapped_column(ForeignKey("unit.id"))
    year: Mapped[int]
    form: Mapped[DirectiveForm] = mapped_column(code_of(DirectiveForm))
    number: Mapped[str | None]
    document_on: Mapped[date | None]
    content: Mapped[str]
    product: Mapped[str]
    lead_id: Mapped[Ref] = mapped_column(ForeignKey("organisation.id"), index=True)
    responsible_person: Mapped[str | None]
    issued_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"), index=True)
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]
    due_on: Mapped[date]
    asked_due_on: Mapped[date | None]
    state: Mapped[DirectiveState] = mapped_column(code_of(DirectiveState))
    side: Mapped[Side] = mapped_column(code_of(Side))
    last_reply_on: Mapped[date | None]
    closed_by: Mapped[Ref | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]
    closed_on: Mapped[date | None]
    result: Mapped[str | None]
    evidence: Mapped[str | None]
    audience: Mapped[OrderedText]
    text_folded: Mapped[OrderedText]
    idempotency_key: Mapped[str]
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy reads it
    __table_args__ = (
        known_codes("about", About),
        known_codes("form", DirectiveForm),
        known_codes("state", DirectiveState),
        known_codes("side", Side),
        CheckConstraint("due_on >= issued_on", name="due_after_issue"),
        CheckConstraint("asked_due_on IS NULL OR asked_due_on > due_on", name="extension_later"),
        CheckConstraint(
            "form IN ('remark', 'meeting') OR (number IS NOT NULL AND document_on IS NOT NULL)",
            name="document_whole",
        ),
        CheckConstraint(
            "(state = 'done') = (closed_on IS NOT NULL)"
            " AND (closed_on IS NULL) = (closed_by IS NULL)"
            " AND (closed_on IS NULL) = (evidence IS NULL)",
            name="closed_whole",
        ),
        UniqueConstraint("issued_by", "idempotency_key"),
        Index("ix_directive_closed_on", "closed_on", "due_on", "id"),
    )


class DirectivePartner(Base):
    """An organisation that cooperates in carrying out a directive."""

    __tablename__ = "directive_partner"

    directive_id: Mapped[Ref] = mapped_column(ForeignKey("directive.id"), primary_key=True)
    organisation_id: Mapped[Ref] = mapped_column(ForeignKey("organisation.id"), primary_key=True)


class DirectiveProject(Base):
    """A project that a directive measures: those it was about on the day of issue, for good."""

    __tablename__ = "directive_project"

    directive_id: Mapped[Ref] = mapped_column(ForeignKey("directive.id"), primary_key=True)
    project_id: Mapped[Ref] = mapped_column(ForeignKey("project.id"), primary_key=True, index=True)


class DirectiveDifficulty(Base):
    """A difficulty that a directive is to clear away."""

    __tablename__ = "directive_difficulty"

    directive_id: Mapped[Ref] = mapped_column(ForeignKey("directive.id"), primary_key=True)
    difficulty_id: Mapped[Ref] = mapped_column(
        ForeignKey("difficulty.id"), primary_key=True, index=True
    )


class DirectiveEntry(Base):
    """One step in the thread of a directive. Rows never change."""

    __tablename__ = "directive_step"

    id: Mapped[Key]
    directive_id: Mapped[Ref] = mapped_column(ForeignKey("directive.id"))
    kind: Mapped[DirectiveStep] = mapped_column(code_of(DirectiveStep))
    done_on: Mapped[date]
    done_at: Mapped[datetime]
    done_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str | None]
    evidence: Mapped[str | None]
    due_on: Mapped[date | None]
    idempotency_key: Mapped[str | None]

    __table_args__ = (
        known_codes("kind", DirectiveStep),
        UniqueConstraint("done_by", "idempotency_key"),
        Index("ix_directive_step_directive_id", "directive_id", "id"),
    )


class DirectiveMeasure(Base):
    """The figures of a directive's projects by the close of a day. Rows never change."""

    __tablename__ = "directive_measure"

    id: Mapped[Key]
    directive_id: Mapped[Ref] = mapped_column(ForeignKey("directive.id"))
    moment: Mapped[Moment] = mapped_column(code_of(Moment))
    day: Mapped[date]
    projects: Mapped[int]
    plan: Mapped[Dong]
    disbursed: Mapped[Dong]
    gap: Mapped[Dong | None]
    flags: Mapped[int]
    measured_at: Mapped[datetime]

    __table_args__ = (
        known_codes("moment", Moment),
        UniqueConstraint("directive_id", "moment", "day"),
    )
