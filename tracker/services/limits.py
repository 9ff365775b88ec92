"""The deed of counting: how often something was done, by all workers together."""

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.domain.limits import Limited
from tracker.models import RateCount

KEPT_MINUTES = 10


def add_times(session: Session, kind: Limited, who: str, minute: int, times: int) -> int:
    """Add to the count of this minute and return what all workers have counted.

    What was counted long ago is thrown away with it.
    """
    dialect = session.get_bind().dialect.name
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(RateCount)
    statement = insert.values(kind=kind, who=who, minute=minute, times=times)
    counted: int = session.scalars(
        statement.on_conflict_do_update(
            index_elements=["kind", "who", "minute"],
            set_={"times": RateCount.times + statement.excluded.times},
        ).returning(RateCount.times)
    ).one()
    if counted == times:
        session.execute(delete(RateCount).where(RateCount.minute < minute - KEPT_MINUTES))
    return counted
