"""Has the working day's standings kept before they are read, and pages decided once for them."""

from collections.abc import Callable, Hashable
from datetime import date
from typing import Any, TypeVar

from flask import g, request
from sqlalchemy.exc import DBAPIError

from tracker.db import db, transaction, will_pass
from tracker.domain.days import PlanYear, usual_year
from tracker.domain.people import Actor
from tracker.queries.remembered import Remembered
from tracker.queries.requests import waiting_until
from tracker.queries.standings import Moment, moment_on
from tracker.services.standings import keep
from tracker.web.session import clock, today
from tracker.web.speech import language

Page = TypeVar("Page")

NEIGHBOURS = 1
"""Plan years kept beside the usual one, before and after it."""


def moment_of(year: int, day: date) -> Moment:
    """Return the moment a screen is read at, after what is due was judged again.

    The working day of the years people work with is kept; other days and years are judged when
    they are read. When nothing can be kept now, because somebody else is keeping for too long or
    the database takes no writes, this reading is judged for itself.
    """
    now = today()
    asked = PlanYear(year)
    is_kept = day == now and abs(year - usual_year(now)) <= NEIGHBOURS
    moment = moment_on(db.session(), asked, day)
    if moment.stamp is not None and (moment.kept is not None or not is_kept):
        return moment
    if not g.get("keeping_failed", False):
        _try_to_keep(asked if is_kept else PlanYear(usual_year(now)), now)
    return moment_on(db.session(), asked, day)


def _try_to_keep(year: PlanYear, now: date) -> None:
    """Have what is due judged again; a request that failed in it does not try a second time."""
    try:
        with transaction() as session:
            keep(session, year, now)
    except DBAPIError as fault:
        if not will_pass(fault):
            raise
        g.keeping_failed = True


_PAGES: Remembered[Any] = Remembered(256)
_READ: Remembered[Any] = Remembered(512)


def read_in_state(who: Hashable, read: Callable[[], Page]) -> Page:
    """Return what was read in the state of the data that this request saw first, or read it.

    `who` holds what is read and all it takes from the person. Where nobody looked at the state
    (`freshness` does, for reading screens) it is read each time.
    """
    state = g.get("state_of_data")
    if state is None:
        return read()
    key = (state, who, today())
    known: Page | None = _READ.get(key)
    return _READ.put(key, read()) if known is None else known


def requests_waiting(actor: Actor) -> int:
    """Return how many requests wait for a person: of those that did in this state, not over yet."""
    now = clock().now()
    who = ("requests", actor.id, actor.rights_version, actor.grants)
    ends = read_in_state(who, lambda: waiting_until(db.session(), actor, now))
    return sum(end > now for end in ends)


def page_of_moment(moment: Moment, who: Hashable, make: Callable[[], Page]) -> Page:
    """Return the frozen page decided for this address, in this state of the data, for `who`.

    `who` holds all the page takes from the person: their scope, and their rights where it asks for
    them. Only what is decided is remembered, never what is written.
    """
    if moment.stamp is None:
        return make()
    asked = (request.endpoint, request.script_root, request.full_path, today())
    key = (moment.stamp, who, asked, language().locale.language)
    known: Page | None = _PAGES.get(key)
    return _PAGES.put(key, make()) if known is None else known
