"""Structured lines: one for each request and each deed, in JSON, UTC, without personal text."""

import json
import logging
import sys
from datetime import UTC, datetime

LOG = logging.getLogger("tracker")


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
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True, default=str)


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
