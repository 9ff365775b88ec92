"""The views of signing in elsewhere: a browser is sent to the identity provider, and comes back."""

from hmac import compare_digest

from flask import Response, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.accounts import NotLetIn, TooManyAttempts
from tracker.domain.people import Actor
from tracker.domain.provider import Identity, NotBound, NotTaken, ProviderDown, ProviderFault
from tracker.domain.refusals import Refusal
from tracker.identity.asking import address_to_ask, address_to_leave, identity_of, new_question
from tracker.identity.directory import Directory
from tracker.services import entrances, sign_in
from tracker.web.form_token import NOBODY
from tracker.web.guard import PUBLIC, SIGNED_IN, current_actor, needs
from tracker.web.people import door, door_elsewhere, question
from tracker.web.people.arriving import arrive
from tracker.web.people.factor_forms import AwayForm
from tracker.web.people.notices import keep_done
from tracker.web.people.words import why
from tracker.web.reading import safe_next
from tracker.web.session import clock, settings

_REFUSALS = (NotTaken, NotBound, NotLetIn, ProviderDown, TooManyAttempts)


def provider_name() -> str | None:
    """Return what the identity provider is called; None if there is none."""
    provider = settings().provider
    return None if provider is None else provider.name


@needs(PUBLIC, is_door=True, keeps_typed=False)
def enter_elsewhere() -> AnyResponse:
    """Send a browser to the identity provider, with a question that only it can bring back."""
    onward = _onward()
    return _send(onward, url_for("people.sign_in", next=onward))


@needs(SIGNED_IN, keeps_typed=False)
def confirm_elsewhere() -> AnyResponse:
    """Send somebody to the identity provider to prove once more who they are."""
    onward = _onward()
    return _send(onward, url_for("people.confirm", next=onward), current_actor().id)


@needs(PUBLIC, keeps_typed=False)
def come_back() -> AnyResponse:
    """Take what a browser brings back from the identity provider; once, and only its own."""
    directory = _directory()
    if request.method != "GET":
        abort(405)
    away = question.carried()
    try:
        inside = _taken(directory, away)
    except _REFUSALS as refusal:
        inside = _told(refusal, away)
    question.drop(inside)
    return inside


def leave_elsewhere(answer: Response, issuer: str | None) -> Response:
    """Lead somebody whom the provider let in to the place where their session there ends too."""
    provider = settings().provider
    if provider is None or issuer != provider.issuer:
        return answer
    try:
        back = url_for("people.sign_in", _external=True)
        answer.location = address_to_leave(_directory(), back) or answer.location
    except ProviderDown:
        logs.event("people.provider_down", request=g.get("request_id"))
    return answer


def _directory() -> Directory:
    found: Directory | None = current_app.extensions.get("tracker_directory")
    if found is None:
        abort(404)
    return found


def _onward() -> str:
    _directory()
    form = AwayForm()
    return safe_next(form.next.data or "") if form.validate() else "/"


def _send(onward: str, here: str, person_id: int = NOBODY) -> AnyResponse:
    """Send the browser away; it stays `here` if the provider does not answer."""
    away = question.Away(new_question(), onward, clock().now(), person_id)
    try:
        anew = person_id != NOBODY
        there = address_to_ask(_directory(), away.question, _back(), anew=anew)
    except ProviderDown as refusal:
        logs.event("people.provider_down", request=g.get("request_id"))
        keep_done(why(refusal), kind="error")
        return redirect(here, 303)
    answer = redirect(there, 303)
    question.carry(answer, away)
    return answer


def _back() -> str:
    """Return where the provider leads back to: this host, checked against those served."""
    return url_for("people.come_back", _external=True)


def _taken(directory: Directory, away: question.Away | None) -> AnyResponse:
    """Let somebody in, or on, by what they brought back.

    Raises:
        NotTaken: it is not the answer to this browser's question.
        ProviderDown: the provider does not stand by it just now.
        NotBound: nobody here is whom the provider means.
        NotLetIn: the account is shut.
        TooManyAttempts: too many of this network were refused.
    """
    if away is None or not compare_digest(
        request.args.get("state", "").encode(), away.question.state.encode()
    ):
        raise NotTaken(ProviderFault.STATE)
    arrival = _count(away)
    told = request.args.to_dict()
    try:
        identity = identity_of(directory, away.question, told, _back(), clock().now())
        return _confirmed(away, identity) if away.person_id else _entered(away, identity, arrival)
    except ProviderDown:
        with transaction() as session:
            sign_in.forget_arrival(session, arrival)
        raise


def _count(away: question.Away) -> int:
    """Use a question up and count who brings its answer, before anybody is asked about it.

    Raises:
        NotTaken: it was answered before.
        TooManyAttempts: too many of this network were refused.
    """
    with transaction() as session:
        now = clock().now()
        is_first = entrances.spend(session, away.mark, away.expires_at, now)
        number = sign_in.count_arrival(session, request.remote_addr or "", now)
    if not is_first:
        raise NotTaken(ProviderFault.STATE)
    return number


def _entered(away: question.Away, identity: Identity, arrival: int) -> AnyResponse:
    entered = door_elsewhere.let_in(identity, arrival)
    if entered is None:
        return redirect(url_for("people.prove_factor", next=away.onward), 303)
    return arrive(entered.actor.id, entered.token, away.onward, None)


def _confirmed(away: question.Away, identity: Identity) -> AnyResponse:
    """Give this browser a new session: its person proved who they are after they were asked.

    Raises:
        NotTaken: it is somebody else, or it was proved before.
    """
    actor: Actor | None = current_user.actor if current_user.is_authenticated else None
    if actor is None or actor.id != away.person_id:
        raise NotTaken(ProviderFault.ANOTHER_PERSON)
    token = door_elsewhere.confirm(actor, identity, away.asked_at)
    return arrive(actor.id, token, away.onward, None)


def _told(refusal: Refusal, away: question.Away | None) -> AnyResponse:
    """Say why somebody is not let in, at the door or where they were asked who they are."""
    fault = refusal.fault.value if isinstance(refusal, NotTaken) else refusal.name
    logs.event("people.sign_in_failed", request=g.get("request_id"), fault=fault)
    db.session.rollback()
    onward = "/" if away is None else away.onward
    if away is not None and not isinstance(refusal, ProviderDown | TooManyAttempts):
        door.keep_failure(None)
    keep_done(why(refusal), kind="error")
    confirms = away is not None and away.person_id and current_user.is_authenticated
    return redirect(url_for("people.confirm" if confirms else "people.sign_in", next=onward), 303)
