"""What a project was on each day, whatever was told of it and when."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.money import Dong
from tracker.domain.projects import Group, Halt, Status
from tracker.domain.states import (
    Past,
    ProjectState,
    entered_on,
    last_move_on,
    looking_back,
    spans_of,
    stages_before,
    state_on,
    states_since,
    told,
)

NOW = ProjectState(Status.UNDER_CONSTRUCTION, None, Dong(100), Group.C, None, 2026, None, None)
BEGIN = date(2025, 1, 1)
NAMES = {
    "halt": st.none() | st.sampled_from(Halt),
    "year_to": st.integers(2025, 2028),
    "total_investment": st.integers(0, 5).map(Dong),
}
TOLD = st.sampled_from(sorted(NAMES)).flatmap(
    lambda name: st.tuples(st.integers(0, 40), st.just(name), NAMES[name])
)


@given(st.lists(TOLD, max_size=8))
def test_what_was_told_last_holds_from_its_day_until_now(
    changes: list[tuple[int, str, object]],
) -> None:
    rows: list[Past] = []
    now = NOW
    truth = dict.fromkeys((BEGIN + timedelta(n) for n in range(-1, 42)), NOW)
    for number, name, value in changes:
        on, field = BEGIN + timedelta(number), {name: value}
        rows += told(rows, now, on, lambda _, state, field=field: replace(state, **field))
        now = replace(now, **field)  # type: ignore[arg-type]
        truth |= {
            day: replace(state, **field)  # type: ignore[arg-type]
            for day, state in truth.items()
            if day >= on
        }
    past = spans_of(rows)
    assert {day: state_on(past, now, day) for day in truth} == truth
    assert states_since(past, now)[-1] == (past[-1].until_on if past else date.min, now)


def test_nothing_is_kept_of_a_change_that_changes_nothing() -> None:
    assert told([], NOW, BEGIN, lambda _, state: state) == []


def test_of_several_changes_of_one_day_the_state_before_the_first_is_kept() -> None:
    changes = [
        (BEGIN, {"total_investment": Dong(40)}),
        (BEGIN, {"total_investment": Dong(70)}),
        (date(2025, 3, 1), {"halt": Halt.PAUSED}),
    ]
    found = looking_back(NOW, changes)
    assert [(span.until_on, span.state.total_investment) for span in found] == [
        (BEGIN, 40),
        (date(2025, 3, 1), 100),
    ]
    assert [span.state.halt for span in found] == [Halt.PAUSED, Halt.PAUSED]


DAYS = {
    "started_on": date(2024, 3, 1),
    "finished_on": date(2024, 12, 1),
    "handed_over_on": date(2025, 1, 15),
}


@pytest.mark.parametrize(
    ("status", "stages"),
    [
        (Status.PROPOSED, []),
        (Status.UNDER_CONSTRUCTION, [Status.APPROVED_NOT_STARTED]),
        (
            Status.CLOSED,
            [
                Status.APPROVED_NOT_STARTED,
                Status.UNDER_CONSTRUCTION,
                Status.COMPLETED_NOT_HANDED_OVER,
            ],
        ),
        (Status.AWAITING_TAKEOVER, []),
    ],
)
def test_the_days_of_the_works_tell_the_stages_before(status: Status, stages: list[Status]) -> None:
    found = stages_before(status, DAYS)
    assert [fields["status"] for _, fields in found] == stages
    assert [on for on, _ in found] == list(DAYS.values())[: len(stages)]


def test_works_sent_back_to_the_site_are_there_since_today() -> None:
    today, moved_on = date(2025, 4, 30), date(2024, 12, 1)
    assert entered_on(Status.HANDED_OVER, DAYS, moved_on, today) == date(2025, 1, 15)
    assert entered_on(Status.UNDER_CONSTRUCTION, DAYS, moved_on, today) == today
    assert entered_on(Status.UNDER_CONSTRUCTION, DAYS, None, today) == date(2024, 3, 1)
    assert entered_on(Status.CLOSED, DAYS, None, today) == today


def test_the_last_move_is_the_last_change_of_stage() -> None:
    past = [
        Past(BEGIN, replace(NOW, status=Status.APPROVED_NOT_STARTED)),
        Past(date(2025, 2, 1), replace(NOW, halt=Halt.PAUSED)),
    ]
    assert last_move_on(past, NOW) == BEGIN
    assert last_move_on(past[1:], NOW) is None
