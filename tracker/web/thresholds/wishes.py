"""What somebody asks about a threshold before it is set: a value and a first day."""

from dataclasses import dataclass
from datetime import date

from tracker.domain.thresholds import ThresholdUnit
from tracker.web.fields import read_day
from tracker.web.tuning import read_value


@dataclass(frozen=True, slots=True)
class Wish:
    """The value and the first day somebody asks about; None where it could not be read."""

    value: int | None
    valid_from: date | None
    typed: str
    day: str

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was asked yet."""
        return not self.typed and not self.day


def wish_of(unit: ThresholdUnit, typed: str, day: str) -> Wish:
    """Return what was asked for in the address."""
    return Wish(read_value(unit, typed), read_day(day), typed[:40], day[:10])
