"""What directives and difficulties tell, and to whom: called in the transaction of each deed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.difficulties import Level
from tracker.domain.directives import DirectiveStep
from tracker.domain.notices import Event, NoticeKind
from tracker.domain.people import Permission, Place
from tracker.models import (
    Difficulty,
    Directive,
    DirectiveEntry,
    DirectivePartner,
    Organisation,
    Project,
)
from tracker.queries.recipients import holders
from tracker.services.notices import tell, tell_holders

_DIRECTIVE, _DIFFICULTY = "directive", "difficulty"
_LONGEST = 200
_BELOW_THE_PROVINCE = frozenset({Level.OWNER, Level.LOCAL, Level.DEPARTMENT})
_TO_ADDRESSEES = {
    DirectiveStep.ISSUED: NoticeKind.DIRECTIVE_ISSUED,
    DirectiveStep.REMARKED: NoticeKind.DIRECTIVE_REPLIED,
    DirectiveStep.EXTENSION_GRANTED: NoticeKind.DIRECTIVE_EXTENSION_GRANTED,
    DirectiveStep.EXTENSION_REFUSED: NoticeKind.DIRECTIVE_REPLIED,
    DirectiveStep.CLOSED: NoticeKind.DIRECTIVE_CLOSED,
}
_TO_ISSUER = {
    DirectiveStep.REPLIED: NoticeKind.DIRECTIVE_REPLIED,
    DirectiveStep.REPORTED: NoticeKind.DIRECTIVE_REPLIED,
    DirectiveStep.EXTENSION_ASKED: NoticeKind.DIRECTIVE_EXTENSION_ASKED,
}


def tell_directive(session: Session, act: Act, directive: Directive, step: DirectiveEntry) -> None:
    """Tell those a directive is addressed to, or whoever issued it, what was just said."""
    key = f"directive:{directive.id}:{step.id}"
    if kind := _TO_ADDRESSEES.get(step.kind):
        _tell_addressees(session, act, directive, kind, key)
    elif kind := _TO_ISSUER.get(step.kind):
        lead = session.get_one(Organisation, directive.lead_id)
        event = directive_event(
            directive, kind, key, lead, Permission.DIRECTIVE_READ, act.actor.name
        )
        tell(session, act, event, {directive.issued_by})


def _tell_addressees(
    session: Session, act: Act, directive: Directive, kind: NoticeKind, key: str
) -> None:
    partners = select(DirectivePartner.organisation_id).where(
        DirectivePartner.directive_id == directive.id
    )
    addressed = session.scalars(
        select(Organisation)
        .where((Organisation.id == directive.lead_id) | Organisation.id.in_(partners))
        .order_by(Organisation.id)
    ).all()
    for one in addressed:
        event = directive_event(
            directive, kind, key, one, Permission.DIRECTIVE_REPLY, act.actor.name
        )
        tell_holders(session, act, event)


def directive_event(
    directive: Directive,
    kind: NoticeKind,
    key: str,
    place: Organisation,
    right: Permission,
    who: str,
) -> Event:
    """Return what is told of a directive to those who hold a right over one organisation."""
    facts = {
        "title": directive.content[:_LONGEST],
        "who": who,
        "due": directive.due_on.isoformat(),
    }
    where = Place(place.unit_path, place.id)
    return Event(kind, key, _DIRECTIVE, directive.id, right, where, facts)


def tell_difficulty(session: Session, act: Act, difficulty: Difficulty, kind: NoticeKind) -> None:
    """Tell the heads who can clear a difficulty away that it was raised, or passed on to them.

    Leaders of the whole province hear of it when it has come up to them. That it is closed is
    told to whoever raised it.
    """
    project = session.get_one(Project, difficulty.project_id)
    event = Event(
        kind,
        f"difficulty:{difficulty.id}:{kind.value}:{difficulty.row_version}",
        _DIFFICULTY,
        difficulty.id,
        Permission.DIFFICULTY_READ
        if kind is NoticeKind.DIFFICULTY_CLOSED
        else Permission.DIFFICULTY_CLOSE,
        Place(project.unit_path, project.owner_id, project.id),
        {
            "title": difficulty.description[:_LONGEST],
            "who": project.name,
            "due": difficulty.due_on.isoformat(),
            "code": project.code,
        },
    )
    if kind is NoticeKind.DIFFICULTY_CLOSED:
        tell(session, act, event, {difficulty.raised_by})
        return
    place = Place(project.unit_path, project.owner_id, project.id)
    people = holders(session, Permission.DIFFICULTY_CLOSE, place, act.on)
    if difficulty.level in _BELOW_THE_PROVINCE:
        people = people - holders(session, Permission.DIFFICULTY_CLOSE, Place(), act.on)
    tell(session, act, event, people)
