"""Who does something, and when: handed to every service as its first fact."""

from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.people import Actor


@dataclass(frozen=True, slots=True)
class Second:
    """The person who agreed to a deed that needs two, and the request it was asked by."""

    request_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class Act:
    """One deed: its actor, its instant (aware, UTC), the day at the office, the request.

    `second` is there when the actor asked for the deed and another person agreed to it.
    """

    actor: Actor
    at: datetime
    on: date
    request_id: str = ""
    second: Second | None = None
