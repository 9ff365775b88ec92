"""What open directives are to the person who looks, and what they ask of whoever issued them."""

from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from tracker.domain.directives import Side
from tracker.domain.people import Actor, Permission
from tracker.models import Directive
from tracker.queries.scoping import heard_by, visible_directives


class Whose(StrEnum):
    """What a directive is to a person; every visible one is exactly one of the three."""

    ISSUED = "issued"
    ADDRESSED = "addressed"
    """Issued by somebody else, to an organisation in whose place the person may answer."""
    OTHERS = "others"


class Asks(StrEnum):
    """What an open directive asks of whoever issued it; one thing at a time."""

    EXTENSION = "extension"
    CLOSING = "closing"
    """The addressees say that it is done."""


def is_of(actor: Actor, whose: Whose) -> ColumnElement[bool]:
    """Return the condition on Directive for what it is to a person."""
    own = Directive.issued_by == actor.id
    answering = heard_by(actor.scope_of(Permission.DIRECTIVE_REPLY), Directive.audience)
    match whose:
        case Whose.ISSUED:
            return own
        case Whose.ADDRESSED:
            return and_(~own, answering)
        case Whose.OTHERS:
            return and_(~own, ~answering)


def does_ask(asks: Asks) -> ColumnElement[bool]:
    """Return the condition on Directive that it is open and asks this of its issuer."""
    is_open, is_asked = Directive.closed_on.is_(None), Directive.asked_due_on.is_not(None)
    if asks is Asks.EXTENSION:
        return and_(is_open, is_asked)
    return and_(is_open, ~is_asked, Directive.side == Side.ISSUER)


def overdue_by_whose(session: Session, actor: Actor, day: date) -> dict[Whose, int]:
    """Return how many visible directives are overdue, by what they are to this person.

    One statement.
    """
    columns = [func.count(case((is_of(actor, whose), 1))) for whose in Whose]
    is_overdue = and_(Directive.closed_on.is_(None), Directive.due_on < day)
    row = session.execute(
        select(*columns).select_from(Directive).where(visible_directives(actor), is_overdue)
    ).one()
    return dict(zip(Whose, row, strict=True))


def asked_of_issuer(session: Session, actor: Actor) -> dict[Asks, int]:
    """Return how many directives ask something of this person, who issued them. One statement.

    Nothing is asked of those who may not direct any more: they could not answer.
    """
    if not actor.may(Permission.DIRECTIVE_ISSUE):
        return dict.fromkeys(Asks, 0)
    columns = [func.count(case((does_ask(asks), 1))) for asks in Asks]
    own = and_(visible_directives(actor), is_of(actor, Whose.ISSUED))
    row = session.execute(select(*columns).select_from(Directive).where(own)).one()
    return dict(zip(Asks, row, strict=True))
