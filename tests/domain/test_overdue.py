"""F-27 and F-28: what was promised and not kept, from the day after the deadline."""

from dataclasses import replace
from datetime import date

import pytest

from tests.domain.test_facts import FACTS
from tracker.domain.days import PlanYear, WorkingCalendar
from tracker.domain.overdue import UNANSWERED, OpenDirective, difficulty_overdue, directive_overdue
from tracker.domain.packing import pack, unpack
from tracker.domain.rulebook import THRESHOLDS
from tracker.domain.thresholds import ThresholdBook

DUE = date(2025, 6, 10)
LIMITS = ThresholdBook(THRESHOLDS).on(DUE)


@pytest.mark.parametrize(
    ("day", "late"), [(date(2025, 6, 9), None), (DUE, None), (date(2025, 6, 11), 1)]
)
def test_a_difficulty_is_late_from_the_day_after_its_deadline(day: date, late: int | None) -> None:
    flag = difficulty_overdue(
        replace(FACTS, day=day, difficulty_due_on=DUE), LIMITS, WorkingCalendar()
    )
    assert (flag and flag.terms["days_late"]) == late
    assert difficulty_overdue(replace(FACTS, day=day), LIMITS, WorkingCalendar()) is None


@pytest.mark.parametrize(
    ("day", "replied", "variant"),
    [
        (date(2025, 6, 4), None, None),  # three days are allowed
        (date(2025, 6, 5), None, UNANSWERED),
        (date(2025, 6, 5), date(2025, 6, 2), None),
        (DUE, date(2025, 6, 2), None),
        (date(2025, 6, 11), date(2025, 6, 2), ""),
        (date(2025, 6, 11), None, ""),
    ],
)
def test_a_directive_is_late_unanswered_or_past_its_deadline(
    day: date, replied: date | None, variant: str | None
) -> None:
    flag = directive_overdue(OpenDirective(DUE, date(2025, 6, 1), replied), LIMITS, day)
    assert (flag and flag.variant) == variant
    if flag is not None:
        result = flag.equation().result
        assert result.value == 1
        assert flag.version == (1 if variant else 0)


def test_the_deadline_is_kept_with_the_facts() -> None:
    facts = replace(FACTS, difficulty_due_on=DUE)
    assert unpack(pack(facts), 1, PlanYear(2025), facts.day, None) == facts
