"""Who does something, and when: handed to every service as its first fact."""

from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.people import Actor


@dataclass(frozen=True, slots=True)
class Act:
    """One deed: its actor, its instant (aware, UTC), the day at the office, the request."""

    actor: Actor
    at: datetime
    on: date
    request_id: str = ""
