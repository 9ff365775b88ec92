"""Structured lines: one for each request and each deed, in JSON, UTC, without personal text."""

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime

LOG = logging.getLogger("tracker")
CODES = ("sqlstate", "sqlite_errorname")
"""What the databases' drivers say of a fault by a code of their own."""
DEEPEST = 25


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON; control characters are encoded."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "event": record.getMessage(),
        }
        line.update(getattr(record, "facts", {}))
        if record.exc_info and record.exc_info[1]:
            line["trace"] = list(_causes(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=True, default=str)


def _causes(error: BaseException | None) -> Iterator[dict[str, object]]:
    """Give what was raised, then what it came from: kinds, codes and places.

    Never the messages: they repeat what was typed, names and passwords among it.
    """
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        kind = type(error)
        told: dict[str, object] = {"kind": f"{kind.__module__}.{kind.__qualname__}"}
        told |= {name: getattr(error, name) for name in CODES if getattr(error, name, None)}
        frames = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
        told["at"] = [f"{one.filename}:{one.lineno} {one.name}" for one in frames]
        yield told
        error = error.__cause__ or error.__context__


def set_up() -> None:
    """Send the lines to standard error; call once at start."""
    if LOG.handlers:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    LOG.propagate = False


def event(name: str, **facts: object) -> None:
    """Log one event by its name with ids and numbers, never with free text."""
    LOG.info(name, extra={"facts": facts})


def fault(name: str, **facts: object) -> None:
    """Log a fault together with the trace of the exception being handled."""
    LOG.exception(name, extra={"facts": facts})
