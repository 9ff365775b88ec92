"""The score of a unit is exact: what mending a record gains is what the score changes by."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tracker.domain.money import Dong
from tracker.domain.scores import (
    Cause,
    Cost,
    Criterion,
    DueDirective,
    ProjectRecord,
    add_up,
    costs_of,
    mendings,
    score_of,
    with_directives,
)
from tracker.domain.timeliness import DayMark, DayState

WEIGHTS = {
    Criterion.VOLUME: 3500,
    Criterion.ACCURACY: 2000,
    Criterion.FRESHNESS: 2000,
    Criterion.QUALITY: 1500,
    Criterion.DIRECTIVES: 1000,
}
OPEN_FROM = date(2025, 4, 25)


def a_record(number: int, disbursed: int, expected: int | None, **more: bool) -> ProjectRecord:
    due = None if expected is None else Dong(expected)
    return ProjectRecord(number, Dong(disbursed), due, **more)


RECORDS = (
    a_record(1, 1_000_000_007, 3_000_000_001),
    a_record(2, 5_000_000_000, 5_000_000_000),
    a_record(3, 900, 7, is_faulty=True),
    a_record(4, 12, None, is_faulty=True),
    a_record(5, 0, 10**12, is_blocked=True),
    a_record(6, 2 * 10**12, 1, is_faulty=True, is_blocked=True),
)
DAYS = (
    DayMark(date(2025, 4, 22), DayState.MISSING),
    DayMark(date(2025, 4, 23), DayState.IN_TIME),
    DayMark(date(2025, 4, 24), DayState.LATE),
    DayMark(date(2025, 4, 25), DayState.MISSING),
    DayMark(date(2025, 4, 26), DayState.REST),
    DayMark(date(2025, 4, 28), DayState.QUIET),
    DayMark(date(2025, 4, 29), DayState.PENDING),
)


def points(records: tuple[ProjectRecord, ...], days: tuple[DayMark, ...] = DAYS) -> Fraction:
    found = score_of(add_up(records, days), WEIGHTS).points
    assert found is not None
    return found


def costs() -> list[Cost]:
    return costs_of(RECORDS, DAYS, WEIGHTS, OPEN_FROM)


def test_each_criterion_is_what_it_says() -> None:
    shares = add_up(RECORDS, DAYS).shares()
    due = 3_000_000_001 + 5_000_000_000 + 7
    off = 2_000_000_001 - 7 + 893
    assert shares == {
        Criterion.VOLUME: Fraction(1_000_000_007 + 5_000_000_000 + 7, due),
        Criterion.ACCURACY: 1 - Fraction(off, 3_000_000_001 + 5_000_000_000 + 900),
        Criterion.FRESHNESS: Fraction(Fraction(5, 2), 5),
        Criterion.QUALITY: Fraction(2, 4),
        Criterion.DIRECTIVES: None,
    }


def test_what_is_not_counted_is_spread_over_the_rest() -> None:
    score = score_of(add_up(RECORDS, DAYS), WEIGHTS)
    assert score.points is not None
    assert sum(part.weight for part in score.parts) == 100
    assert {part.criterion: part.weight for part in score.parts}[Criterion.VOLUME] == Fraction(
        3500 * 100, 9000
    )
    assert score.points + sum(part.lost for part in score.parts) == 100
    assert score_of(add_up([]), WEIGHTS).points is None


def test_mending_a_record_changes_the_score_by_the_shown_amount() -> None:
    before = points(RECORDS)
    shown = {(one.cause, one.project_id): one.gain for one in costs() if one.project_id}
    assert set(shown) == {
        (Cause.BEHIND, 1), (Cause.AHEAD, 3), (Cause.FAULTY, 3), (Cause.FAULTY, 4),
    }  # fmt: skip
    for place, record in enumerate(RECORDS):
        for cause, mended, _ in mendings(record):
            after = points((*RECORDS[:place], mended, *RECORDS[place + 1 :]))
            assert after - before == shown[cause, record.project_id]


def test_a_day_that_can_still_be_entered_gains_half_of_what_it_cost() -> None:
    before = points(RECORDS)
    by_day = {one.day: one for one in costs() if one.day}
    assert set(by_day) == {date(2025, 4, 22), date(2025, 4, 24), date(2025, 4, 25)}
    for place, mark in enumerate(DAYS):
        if mark.day not in by_day:
            continue
        perfect = replace(mark, state=DayState.IN_TIME)
        late = replace(mark, state=DayState.LATE)
        cost = by_day[mark.day]
        assert points(RECORDS, (*DAYS[:place], perfect, *DAYS[place + 1 :])) - before == cost.lost
        if mark.day >= OPEN_FROM:
            entered = points(RECORDS, (*DAYS[:place], late, *DAYS[place + 1 :]))
            assert entered - before == cost.gain
        else:
            assert cost.gain == 0


@pytest.mark.parametrize("number", [5, 6])
def test_blocked_capital_has_no_effect_at_all(number: int) -> None:
    without = tuple(one for one in RECORDS if one.project_id != number)
    assert points(without) == points(RECORDS)
    assert all(one.project_id != number for one in costs())


def test_each_directive_not_done_in_time_costs_the_same_and_is_lost_for_good() -> None:
    due_on = date(2025, 4, 20)
    closed = (date(2025, 4, 20), date(2025, 4, 21), None, date(2025, 3, 1))
    due = [DueDirective(number, due_on, on) for number, on in enumerate(closed, start=1)]
    assert [one.is_in_time for one in due] == [True, False, False, True]
    sums = add_up(RECORDS, DAYS)
    before = score_of(with_directives(sums, 4, 2), WEIGHTS)
    assert {one.criterion: one.share for one in before.parts}[Criterion.DIRECTIVES] == Fraction(
        1, 2
    )
    assert before.points is not None
    found = costs_of(RECORDS, DAYS, WEIGHTS, OPEN_FROM, due)
    missed = {one.directive_id: one for one in found if one.directive_id}
    assert {number: one.cause for number, one in missed.items()} == {
        2: Cause.LATE_DIRECTIVE,
        3: Cause.OVERDUE_DIRECTIVE,
    }
    after = score_of(with_directives(sums, 4, 3), WEIGHTS).points
    assert after is not None
    assert {(one.lost, one.gain) for one in missed.values()} == {(after - before.points, 0)}
    part = next(one for one in before.parts if one.criterion is Criterion.DIRECTIVES)
    assert part.share == Fraction(1, 2)
    assert sum(one.lost for one in missed.values()) == part.lost
