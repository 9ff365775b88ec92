"""Has the working day's standings kept before they are read, and pages decided once for them."""

from collections.abc import Callable, Hashable
from datetime import date
from typing import Any, TypeVar

from flask import g, request
from sqlalchemy.exc import DBAPIError

from tracker.db import db, transaction, will_pass
from tracker.domain.days import PlanYear, usual_year
from tracker.queries.remembered import Remembered
from tracker.queries.standings import Moment, moment_on
from tracker.services.standings import keep
from tracker.web.session import today
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
