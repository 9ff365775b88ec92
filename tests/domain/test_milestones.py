"""Milestones: late days, the next one."""

from datetime import date

import pytest

from tracker.domain.milestones import ORDER, Days, MilestoneCode, late_days, standings

PLANNED = date(2025, 5, 1)


@pytest.mark.parametrize(("actual", "day", "late"), [
    (None, date(2025, 4, 30), 0), (None, PLANNED, 0), (None, date(2025, 5, 2), 1),
    (date(2025, 4, 28), date(2025, 6, 1), -3), (date(2025, 5, 4), date(2025, 6, 1), 3),
    (date(2025, 5, 4), date(2025, 5, 3), 2),
])  # fmt: skip
def test_a_milestone_is_late_by_its_own_day_or_by_the_day_looked_at(
    actual: date | None, day: date, late: int
) -> None:
    assert late_days(Days(PLANNED, actual), day) == late
    assert late_days(Days(None, actual), day) is None


def test_the_next_milestone_follows_the_last_that_was_reached() -> None:
    days = {
        MilestoneCode.CONTRACT_SIGNED: Days(None, date(2025, 3, 1)),
        MilestoneCode.PROJECT_APPROVAL: Days(None, date(2025, 1, 1)),
        MilestoneCode.GROUND_BREAKING: Days(PLANNED, date(2025, 6, 1)),
    }

    def following(day: date) -> list[MilestoneCode]:
        return [one.code for one in standings(days, {}, day) if one.is_next]

    assert following(date(2025, 2, 1)) == [MilestoneCode.DRAWINGS]
    assert following(date(2025, 5, 1)) == [MilestoneCode.GROUND_BREAKING]
    assert following(date(2025, 7, 1)) == [MilestoneCode.ACCEPTANCE]
    assert [one.code for one in standings({}, {}, PLANNED) if one.is_next] == [ORDER[0]]
