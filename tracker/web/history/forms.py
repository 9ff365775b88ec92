"""What the address of the log asks for."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask import request

from tracker.clock import OFFICE
from tracker.queries.history import LogFilter
from tracker.web.changes import DEEDS
from tracker.web.fields import read_day
from tracker.web.reading import LONGEST, Reading, read, with_wrong

PARAMS = ("person", "deed", "project", "from", "to", "before")


@dataclass(frozen=True, slots=True)
class AskedLog:
    """The filter, and the texts of the address it was read from."""

    wanted: LogFilter
    reading: Reading
    params: dict[str, str]


def asked_log() -> AskedLog:
    """Return what the address asks for; what cannot be read is left out and named."""
    params = {name: request.args.get(name, "").strip()[:LONGEST] for name in PARAMS}
    wrong = []
    if params["deed"] and params["deed"] not in DEEDS:
        wrong.append("deed")
    since, until = _start_of(params["from"], 0), _start_of(params["to"], 1)
    wrong += [name for name, at in (("from", since), ("to", until)) if params[name] and at is None]
    wanted = LogFilter(
        params["person"],
        "" if "deed" in wrong else params["deed"],
        params["project"],
        since,
        until,
        read_before(),
    )
    reading = with_wrong(read(known=PARAMS), *wrong)
    kept = {name: text for name, text in params.items() if text and name not in wrong}
    kept.pop("before", None)
    return AskedLog(wanted, reading, kept)


def read_before() -> int:
    """Return the key before which the page begins; 0 for the newest."""
    text = request.args.get("before", "")
    known = text.isascii() and text.isdigit() and len(text) < len(str(2**63))
    return int(text) if known else 0


def _start_of(text: str, days: int) -> datetime | None:
    """Return the instant a day at the office begins, or the one so many days later."""
    day = read_day(text) if text else None
    if day is None:
        return None
    try:
        return datetime.combine(day + timedelta(days=days), time.min, OFFICE)
    except OverflowError:
        return None
