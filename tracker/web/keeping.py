"""Has the working day's standings kept before they are read."""

from contextlib import suppress
from datetime import date

from sqlalchemy.exc import OperationalError

from tracker.db import db, transaction
from tracker.domain.days import PlanYear, usual_year
from tracker.queries.standings import Moment, moment_on
from tracker.services.standings import keep
from tracker.web.session import today

NEIGHBOURS = 1
"""Plan years kept beside the usual one, before and after it."""


def moment_of(year: int, day: date) -> Moment:
    """Return the moment a screen is read at, after what is due was judged again.

    The working day of the years people work with is kept; other days and years are judged when
    they are read. When somebody else is keeping for too long, this reading is judged for itself.
    """
    now = today()
    asked = PlanYear(year)
    is_kept = day == now and abs(year - usual_year(now)) <= NEIGHBOURS
    moment = moment_on(db.session(), asked, day)
    if moment.stamp is not None and (moment.kept is not None or not is_kept):
        return moment
    with suppress(OperationalError), transaction() as session:
        keep(session, asked if is_kept else PlanYear(usual_year(now)), now)
    return moment_on(db.session(), asked, day)
