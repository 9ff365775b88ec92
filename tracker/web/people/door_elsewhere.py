"""At the door with an identity of the provider: from it to a session, or to the second step."""

from datetime import datetime, timedelta

from flask_login import current_user

from tracker.db import transaction
from tracker.domain.factors import Factor
from tracker.domain.people import Actor
from tracker.domain.provider import Identity, NotTaken, ProviderFault
from tracker.queries.entrances import bound_to, entrance_of
from tracker.queries.factors import has_factor
from tracker.services import entrances, sessions, sign_in
from tracker.web.people import door
from tracker.web.session import hash_of

CLOCKS_DIFFER = timedelta(minutes=1)


def let_in(identity: Identity, arrival: int) -> door.Entered | None:
    """Open a session for the person of an identity; None when our second factor is needed.

    An account that waits to be bound to the identity is bound now. `arrival` is the count of this
    attempt, which is forgotten.

    Raises:
        NotBound: the identity belongs to nobody here.
        NotLetIn: the account is shut.
    """
    visit, token = door.new_visit()
    factor = Factor.PROVIDER if identity.has_factor else None
    with door.entering() as session:
        known = bound_to(session, identity.issuer, identity.subject)
        username = known or entrances.bind_if_allowed(session, identity)
        actor = door.actor_of(session, username)
        act = door.act_of(actor)
        if known is None:
            entrances.bind(session, act, identity)
            session.flush()
        sign_in.forget_arrival(session, arrival)
        if factor is None and has_factor(session, actor.id):
            proof = door.proof_of(entrance_of(session, actor.id))
            door.wait(door.Waiting(username, hash_of(proof), identity.issuer))
            return None
        door.leave_before(session, act)
        entrances.note_use(session, act)
        sign_in.open_by_provider(session, act, visit, identity.issuer, factor)
    return door.came_in(door.Entered(actor, token, factor), act)


def confirm(actor: Actor, identity: Identity, asked_at: datetime) -> str:
    """Give this browser a new session because the provider has just asked its person anew.

    Returns the session's token.

    Raises:
        NotTaken: it let somebody else in, or does not say that it asked after `asked_at`.
    """
    if identity.proved_at is None or identity.proved_at < asked_at - CLOCKS_DIFFER:
        raise NotTaken(ProviderFault.TOO_OLD)
    token = door.fresh_token()
    factor = Factor.PROVIDER.value if identity.has_factor else None
    with transaction() as session:
        if bound_to(session, identity.issuer, identity.subject) != actor.username:
            raise NotTaken(ProviderFault.ANOTHER_PERSON)
        act, number = door.act_of(actor), current_user.session_id
        sessions.renew_session(
            session, act, number, hash_of(token), factor=factor, by=Factor.PROVIDER.value
        )
    return token
