"""Tells of directives whose deadline is near or has passed, and of those that stay overdue."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.days import DAY
from tracker.domain.notices import NoticeKind
from tracker.domain.people import Permission, Place, Scope
from tracker.models import Directive, DirectivePartner, Organisation, Person
from tracker.queries.recipients import Recipient, holders_anywhere, recipients
from tracker.queries.rules import Rules, value_among
from tracker.services.notices import Told, write
from tracker.services.telling_matters import directive_event


@dataclass(frozen=True, slots=True)
class _Due:
    """An open directive, who issued it, and the organisations that it is addressed to."""

    directive: Directive
    issuer: str
    lead: Organisation
    partners: tuple[Organisation, ...]

    def key(self, kind: NoticeKind) -> str:
        """Return the key of what is told: a deadline that was moved is told of again."""
        return f"directive:{self.directive.id}:{kind.value}:{self.directive.due_on.isoformat()}"


def tell_directives_due(session: Session, act: Act, known: Rules) -> int:
    """Tell those addressed of open directives whose deadline is near, or has passed.

    Whoever issued an overdue one is told as well, and after some working days whoever else directs
    the organisation that leads it. Each is told once near, once overdue and once to those above,
    and again after the deadline was moved. Returns how many notices are new. The statements grow
    with the people who can be told, not with the directives.
    """
    due = _due(session, act, value_among(known.values, "directive_near", act.on))
    if not due:
        return 0
    patience = value_among(known.values, "directive_escalate", act.on)
    addressed = _reaching(session, act, Permission.DIRECTIVE_REPLY)
    above = _reaching(session, act, Permission.DIRECTIVE_ISSUE)
    issuers = recipients(session, {one.directive.issued_by for one in due}, act.on)
    told: list[Told] = []
    for one in due:
        is_late = one.directive.due_on < act.on
        told += _to_addressed(one, addressed, is_late=is_late)
        issuer = issuers.get(one.directive.issued_by)
        if is_late and issuer is not None:
            told.append(_to_reader(one, issuer, NoticeKind.DIRECTIVE_OVERDUE))
        waited = known.calendar.working_days(one.directive.due_on + DAY, act.on + DAY)
        if waited > patience:
            told += _to_above(one, above)
    return write(session, act, told)


def _due(session: Session, act: Act, days: int) -> list[_Due]:
    """Read the open directives that are due within some days, in two statements."""
    until = act.on + timedelta(days=days)
    is_due = Directive.closed_on.is_(None) & (Directive.due_on <= until)
    partners: dict[int, list[Organisation]] = defaultdict(list)
    for directive_id, partner in session.execute(
        select(DirectivePartner.directive_id, Organisation)
        .join(Organisation, Organisation.id == DirectivePartner.organisation_id)
        .join(Directive, Directive.id == DirectivePartner.directive_id)
        .where(is_due)
        .order_by(Organisation.id)
    ):
        partners[directive_id].append(partner)
    rows = session.execute(
        select(Directive, Person.name, Organisation)
        .join(Person, Person.id == Directive.issued_by)
        .join(Organisation, Organisation.id == Directive.lead_id)
        .where(is_due)
        .order_by(Directive.id)
    )
    return [_Due(one, name, lead, tuple(partners[one.id])) for one, name, lead in rows]


def _reaching(session: Session, act: Act, right: Permission) -> list[tuple[Recipient, Scope]]:
    """Return who holds a right anywhere, and over what."""
    people = holders_anywhere(session, right, act.on) - {act.actor.id}
    known = recipients(session, people, act.on)
    return [(one, one.actor.scope_of(right)) for one in known.values()]


def _to_addressed(
    one: _Due, people: Collection[tuple[Recipient, Scope]], *, is_late: bool
) -> Iterator[Told]:
    kind = NoticeKind.DIRECTIVE_OVERDUE if is_late else NoticeKind.DIRECTIVE_NEAR
    for organisation in (one.lead, *one.partners):
        place = Place(organisation.unit_path, organisation.id)
        event = directive_event(
            one.directive, kind, one.key(kind), organisation,
            Permission.DIRECTIVE_REPLY, one.issuer,
        )  # fmt: skip
        yield from (Told(person, event) for person, scope in people if scope.reaches(place))


def _to_above(one: _Due, people: Collection[tuple[Recipient, Scope]]) -> Iterator[Told]:
    place = Place(one.lead.unit_path, one.lead.id)
    for person, scope in people:
        if person.actor.id != one.directive.issued_by and scope.reaches(place):
            yield _to_reader(one, person, NoticeKind.DIRECTIVE_ESCALATED)


def _to_reader(one: _Due, person: Recipient, kind: NoticeKind) -> Told:
    right = Permission.DIRECTIVE_READ
    return Told(
        person,
        directive_event(one.directive, kind, one.key(kind), one.lead, right, one.lead.short_name),
    )
