"""Which deeds one person may do alone, by the thresholds of the day."""

from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.requests import Limit, NeedsSecondPerson, RequestKind
from tracker.queries.requests import value_on
from tracker.services.reference import SYSTEM


def is_alone(act: Act) -> bool:
    """Tell whether a deed of a person rests on them alone.

    The product's own account makes the first administrator and fills an empty database, from the
    command line of the machine it runs on: nobody signs in by it.
    """
    return act.second is None and act.actor.username != SYSTEM


def check_alone(session: Session, act: Act, kind: RequestKind, limit: Limit, size: int) -> None:
    """Accept a deed that one person may do, or that a second one agreed to.

    Raises:
        NeedsSecondPerson: its size is above the limit in force on the day.
    """
    if not is_alone(act):
        return
    most = value_on(session, limit, act.on)
    if size > most:
        raise NeedsSecondPerson(kind, most, size)
