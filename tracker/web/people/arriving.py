"""What every way in ends with: a cookie, and the place where somebody wanted to be."""

from flask import Response, make_response, redirect

from tracker.domain.accounts import TooManyAttempts
from tracker.domain.refusals import Refusal
from tracker.web.form_token import show_to
from tracker.web.fragments import show
from tracker.web.people.kept import Kept
from tracker.web.people.words import seconds_left
from tracker.web.session import remember


def arrive(person_id: int, token: str, onward: str, kept: Kept | None) -> Response:
    """Give somebody their session, and lead them on: back to what they were typing, if they were.

    What another person was typing is left behind.
    """
    show_to(person_id)
    inside = make_response(redirect(onward, 303))
    if kept is not None and kept.owner == person_id:
        inside = show("people/continue.html", kept=kept)
    remember(inside, token)
    return inside


def refused(response: Response, refusal: Refusal) -> Response:
    """Give the answer the status of the refusal, and how long to wait if that is what it says."""
    response.status_code = 422
    if isinstance(refusal, TooManyAttempts):
        response.status_code = 429
        response.headers["Retry-After"] = str(seconds_left(refusal))
    return response
