"""Which deeds one person may do alone, by the thresholds of the day."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.requests import Limit, NeedsSecondPerson, RequestKind
from tracker.models import Disbursement
from tracker.queries.requests import value_on
from tracker.services.reference import SYSTEM


def is_product(act: Act) -> bool:
    """Tell whether a deed is the product's own: nobody signs in by its account."""
    return act.actor.username == SYSTEM


def is_alone(act: Act) -> bool:
    """Tell whether a deed of a person rests on them alone.

    The product's own account makes the first administrator and fills an empty database, from the
    command line of the machine it runs on: nobody signs in by it.
    """
    return act.second is None and not is_product(act)


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


def check_posted_alone(session: Session, act: Act, entries: Sequence[Disbursement]) -> None:
    """Accept entries that one person may post at once, or that a second one agreed to.

    Raises:
        NeedsSecondPerson: they are too many, or one takes back as much as a reversal for two.
    """
    if len(entries) > 1:  # a file or a paste
        check_alone(session, act, RequestKind.RECORD_MANY, Limit.ROWS, len(entries))
    taken = max((-one.counted for one in entries), default=0)
    if taken > 0:
        check_alone(session, act, RequestKind.RECORD_MANY, Limit.REVERSAL, taken)
