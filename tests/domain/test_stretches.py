from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.stretches import Stretch, stretches

FIRST = date(2025, 1, 1)
LENGTH = 60
LEVELS = st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=20), min_size=1, max_size=6)


@given(LEVELS)
def test_the_stretches_are_those_of_looking_at_every_day(parts: list[list[int]]) -> None:
    """Within a part the level only rises; at the beginning of each it may be anything."""
    levels = [level for part in parts for level in sorted(part)]
    days = [FIRST + timedelta(days=n) for n in range(len(levels))]
    known = dict(zip(days, levels, strict=True))
    breaks, start = [], 0
    for part in parts:
        breaks.append(days[start])
        start += len(part)
    plain: list[Stretch] = []
    for day in days:
        if plain and plain[-1].severity == known[day] and plain[-1].last == day - timedelta(1):
            plain[-1] = plain[-1]._replace(last=day)
        elif known[day]:
            plain.append(Stretch(day, day, known[day]))
    asked: list[date] = []

    def level(day: date) -> int:
        asked.append(day)
        return known[day]

    assert stretches(level, breaks, days[0], days[-1]) == tuple(plain)
    assert set(asked) <= set(days)


def test_a_long_stretch_is_not_walked_day_by_day() -> None:
    asked = set()

    def level(day: date) -> int:
        asked.add(day)
        return 2 if day >= date(2025, 6, 7) else 0

    found = stretches(level, [], FIRST, date(2025, 12, 31))
    assert found == (Stretch(date(2025, 6, 7), date(2025, 12, 31), 2),)
    assert found[0].days == 208
    assert len(asked) < 20
