"""The only clock. Floors below the web are told the time; they never ask for it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

OFFICE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Clock:
    """Tells the time; a demonstration stands on one day at the office."""

    fixed_today: date | None = None

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """Return the calendar day at the office."""
        return self.fixed_today or self.now().astimezone(OFFICE).date()
