"""Reminders climb by how often they were made, on the working days there are."""

from datetime import date, timedelta

import holidays
import pytest

from tracker.domain.days import WorkingCalendar
from tracker.domain.reminders import Patience, Reminded, Stage, remind, stage_of

PATIENCE = Patience(officer=3, leader=2)
SINCE = date(2026, 2, 2)


@pytest.mark.parametrize(
    ("times", "stage"),
    [(1, 1), (3, 1), (4, 2), (5, 2), (6, 3), (60, 3)],
)
def test_three_times_the_officer_twice_the_leader_then_those_above(times: int, stage: int) -> None:
    assert stage_of(times, PATIENCE) is Stage(stage)


def test_each_working_day_reminds_once_and_tet_reminds_nobody() -> None:
    days = holidays.country_holidays("VN", years=2026, expand=False)
    calendar = WorkingCalendar(frozenset(days), frozenset(days.weekend_workdays))
    kept: Reminded | None = None
    made: list[date] = []
    for place in range(24):  # 10 February to 5 March, over Tết Bính Ngọ
        day = date(2026, 2, 10) + timedelta(days=place)
        if not calendar.is_working(day):
            continue
        now = remind(kept, SINCE, day)
        assert now is not None
        assert remind(now, SINCE, day) is None
        kept = now
        made.append(day)
    assert date(2026, 2, 17) not in made  # the first day of the year of the horse
    assert made[:4] == [date(2026, 2, day) for day in (10, 11, 12, 13)]
    assert kept is not None
    assert kept.times == len(made) == calendar.working_days(date(2026, 2, 10), date(2026, 3, 6))
    assert len(made) < 18  # the weekdays without the holidays


def test_news_ends_the_count() -> None:
    kept = Reminded(SINCE, 7, date(2026, 3, 5))
    assert remind(kept, date(2026, 3, 5), date(2026, 3, 16)) == Reminded(
        date(2026, 3, 5), 1, date(2026, 3, 16)
    )
