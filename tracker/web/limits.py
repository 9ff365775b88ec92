"""Who asks too often has to wait: counted by each worker, shared through the database.

Wrong passwords are counted elsewhere, one by one (`services/sign_in`).
"""

import threading
from dataclasses import dataclass, field

from flask import Flask, current_app, g, request
from flask_login import current_user
from sqlalchemy.exc import DBAPIError

from tracker import logs
from tracker.config import Settings
from tracker.db import transaction, will_pass
from tracker.domain.limits import Limited, TooOften, minute_of, next_minute, step_of
from tracker.services.limits import add_times
from tracker.services.sign_in import network_of
from tracker.web.guard import FILES
from tracker.web.session import clock, settings

OWN_COUNT = frozenset({"people.sign_in"})
"""Endpoints whose attempts are counted by a rule of their own."""


@dataclass
class Count:
    """What a worker knows of one kind and person in a minute."""

    minute: int
    shared: int = 0
    own: int = 0


@dataclass
class Tally:
    """The counts of this worker; forgotten when their minute is over."""

    minute: int = 0
    counts: dict[tuple[Limited, str], Count] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, kind: Limited, who: str, minute: int) -> Count:
        """Return the count of this minute, a new one at its first time."""
        if minute != self.minute:
            self.minute, self.counts = minute, {}
        return self.counts.setdefault((kind, who), Count(minute))


def most_of(kind: Limited, given: Settings) -> int:
    """Return how often a minute this instance allows it; 0: as often as one likes."""
    return {
        Limited.WRITE: given.writes_a_minute,
        Limited.SEARCH: given.searches_a_minute,
        Limited.EXPORT: given.exports_a_minute,
    }[kind]


def kind_of_request() -> Limited | None:
    """Return which limit this request counts for, if any."""
    rule = request.url_rule
    if rule is None or request.endpoint in FILES | OWN_COUNT:
        return None
    if request.method == "POST":
        return Limited.WRITE
    if request.method != "GET":
        return None
    if "." in rule.rule.rsplit("/", 1)[-1]:
        return Limited.EXPORT
    return Limited.SEARCH if request.args.get("q", "").strip() else None


def _count() -> None:
    kind = kind_of_request()
    most = most_of(kind, settings()) if kind else 0
    if kind is None or not most:
        return
    if current_user.is_authenticated:
        who = f"person {current_user.own.id}"
    else:
        who = network_of(request.remote_addr or "")
    now = clock().now()
    tally: Tally = current_app.extensions["tracker_tally"]
    with tally.lock:
        count = tally.of(kind, who, minute_of(now))
        if count.shared + count.own >= most:
            raise TooOften(kind, most, next_minute(now))
        count.own += 1
        told, count.own = _to_tell(count.own, step_of(most))
    if told:
        _tell(kind, who, count, told)
        if count.shared > most:
            raise TooOften(kind, most, next_minute(now))


def _to_tell(own: int, step: int) -> tuple[int, int]:
    """Return how many to tell the others now, and how many stay this worker's own."""
    return (own, 0) if own >= step else (0, own)


def _tell(kind: Limited, who: str, count: Count, told: int) -> None:
    try:
        with transaction() as session:
            count.shared = max(count.shared, add_times(session, kind, who, count.minute, told))
    except DBAPIError as fault:
        if not will_pass(fault):
            raise
        # Pages are read on while nothing can be written; a form finds that out by itself.
        logs.fault("limits.not_kept", request=g.get("request_id"))
        count.shared += told


def init_app(app: Flask) -> None:
    """Count every request that was let through."""
    app.extensions["tracker_tally"] = Tally()
    app.before_request(_count)
