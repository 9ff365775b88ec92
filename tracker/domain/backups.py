"""Which backups are kept: one for each of the last days, weeks and months."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

_NAME = re.compile(r"tracker-(\d{8}T\d{6}Z)\.(db|dump)(\.enc)?")
_STAMP = "%Y%m%dT%H%M%SZ"

MOST_KEPT = 366
"""Days, weeks or months: more backups than these are no rule but a mistake."""


@dataclass(frozen=True, slots=True)
class Keep:
    """How many days, weeks and months have a backup of theirs."""

    daily: int = 7
    weekly: int = 4
    monthly: int = 12


def read_keep(text: str) -> Keep:
    """Return the rule of a setting: three whole numbers, separated by commas.

    Raises:
        ValueError: it is none, or nothing would be kept.
    """
    numbers = [int(part) for part in text.split(",")]
    if len(numbers) != 3 or min(numbers) < 0 or not 1 <= max(numbers) <= MOST_KEPT:
        raise ValueError(text)
    return Keep(*numbers)


def backup_name(at: datetime, ending: str) -> str:
    """Return the name of a backup made at an instant: its order is the order of time."""
    return f"tracker-{at.astimezone(UTC):{_STAMP}}.{ending}"


def made_at(name: str) -> datetime | None:
    """Return when the backup of this name was made; None if it is no name of a backup."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        return datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def superfluous(names: Iterable[str], keep: Keep) -> list[str]:
    """List the backups that no rule keeps; of a day, a week, a month its newest stays.

    The newest of all is always kept, and whatever is not named like a backup is not spoken of.
    """
    dated = [(at, name) for name in names if (at := made_at(name)) is not None]
    dated.sort(reverse=True)
    kept = {name for _, name in dated[:1]}
    rules: tuple[tuple[int, Callable[[datetime], object]], ...] = (
        (keep.daily, lambda at: at.date()),
        (keep.weekly, lambda at: at.isocalendar()[:2]),
        (keep.monthly, lambda at: (at.year, at.month)),
    )
    for number, period_of in rules:
        newest: dict[object, str] = {}
        for at, name in dated:
            newest.setdefault(period_of(at), name)
        kept |= set(list(newest.values())[:number])
    return sorted(name for _, name in dated if name not in kept)
