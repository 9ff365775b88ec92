"""The rule values as they are read back, against the ones the domain starts with."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.domain import rulebook
from tracker.domain.days import NoRuleInForceError, default_deadline
from tracker.domain.thresholds import THRESHOLD_CODES
from tracker.models import OfficeDay, Threshold
from tracker.queries import rules

MAY = date(2025, 5, 1)


def test_group_limits_are_those_of_both_laws(session: Session) -> None:
    assert rules.group_limits(session) == rulebook.GROUP_LIMITS


def test_every_threshold_is_there_with_the_value_of_the_rulebook(session: Session) -> None:
    stored = {row for row in rules.threshold_values(session) if row.code in THRESHOLD_CODES}
    assert stored == set(rulebook.THRESHOLDS)


def test_the_default_curve_is_that_of_the_rulebook(session: Session) -> None:
    assert rules.default_curve(session, MAY) == rulebook.DEFAULT_CURVE


def test_the_deadlines_are_those_of_the_law(session: Session) -> None:
    stored = rules.deadline_rules(session)
    assert stored == rulebook.DEADLINES
    assert default_deadline(2024, date(2024, 9, 30), stored) == date(2025, 1, 31)
    assert default_deadline(2024, date(2024, 10, 1), stored) == date(2025, 12, 31)


def test_a_new_value_holds_from_its_own_day_on(session: Session) -> None:
    session.add(
        Threshold(code="plan_deadline", value=228, unit="month_day", valid_from=MAY, version=2)
    )
    session.add(Threshold(code="idle_days", value=30, unit="days", valid_from=MAY, version=2))
    session.flush()
    before, after = rules.deadline_rules(session)
    assert (before.ordinary, after.ordinary) == ((1, 31), (2, 28))
    assert (before.late, after.late) == ((12, 31), (12, 31))
    book = rules.threshold_book(session)
    assert book.on(date(2025, 4, 30)).idle_days.value == 45
    assert book.on(MAY).idle_days.value == 30


def test_a_missing_value_is_a_fault_of_the_configuration(session: Session) -> None:
    session.execute(text("DELETE FROM threshold WHERE code = 'curve_07'"))
    with pytest.raises(NoRuleInForceError):
        rules.default_curve(session, MAY)


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        (date(2024, 4, 29), False),  # exchanged
        (date(2024, 5, 4), True),  # a Saturday worked instead
        (date(2025, 4, 26), True),
        (date(2025, 5, 2), False),
        (date(2025, 1, 29), False),  # Tết
        (date(2025, 4, 7), False),  # the Hùng kings
        (date(2025, 4, 28), True),
    ],
)
def test_the_office_rests_and_works_as_it_did(
    session: Session, day: date, is_working: bool
) -> None:
    assert rules.working_calendar(session, 2024, 2025).is_working(day) is is_working


def test_an_office_day_goes_before_the_general_calendar(session: Session) -> None:
    session.add(OfficeDay(day=date(2025, 4, 28), is_working=False, note="bão"))
    session.add(OfficeDay(day=date(2025, 5, 3), is_working=True, note="làm bù"))
    session.flush()
    calendar = rules.working_calendar(session, 2025, 2025)
    assert not calendar.is_working(date(2025, 4, 28))
    assert calendar.is_working(date(2025, 5, 3))


def test_sources_stand_in_the_order_of_the_tree(session: Session) -> None:
    listed = rules.sources(session)
    assert [row.code for row in listed][:7] == [
        "1",
        "1.1",
        "1.1.1",
        "1.1.2",
        "1.1.3",
        "1.1.4",
        "1.2",
    ]
    assert [row.depth for row in listed][:3] == [1, 2, 3]
    assert listed[2].path == "/1/1.1/1.1.1/"
    assert [row.code for row in listed if row.is_foreign] == ["1.2"]


def test_a_source_is_listed_only_while_it_is_in_force(session: Session) -> None:
    codes = {row.code for row in rules.sources(session, date(2021, 6, 1))}
    assert "1.1.3" not in codes  # the recovery programme began in 2022
    assert "1.1.2" in codes


def test_the_national_rate_is_the_newest_published_until_the_day(session: Session) -> None:
    rate = rules.national_rate(session, 2025, date(2025, 4, 30))
    assert rate is not None
    assert (rate.day, rate.rate) == (date(2025, 4, 30), 1556)
    before = rules.national_rate(session, 2025, date(2025, 4, 29))
    assert before is not None
    assert before.day == date(2025, 3, 31)
    assert rules.national_rate(session, 2025, date(2025, 1, 1)) is None


def test_all_rules_together_say_what_each_reading_says(session: Session) -> None:
    together = rules.rules(session, 2024, 2026)
    assert together.group_limits == rules.group_limits(session)
    assert together.deadlines == rules.deadline_rules(session)
    assert together.thresholds == rules.threshold_book(session)
    assert together.calendar == rules.working_calendar(session, 2024, 2026)
    assert together.default_curve(MAY) == rules.default_curve(session, MAY)
