"""How far a directive is, when it is measured, and what came of it."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tracker.domain.directives import (
    DirectiveForm,
    DirectiveStanding,
    DirectiveState,
    Metric,
    Moment,
    effect_of,
    measured_on,
    standing_of,
)
from tracker.domain.money import Dong

DUE = date(2025, 5, 10)
BEFORE = Metric(date(2025, 4, 30), 2, Dong(1_000), Dong(300), Dong(-50), 4)
STATES, STANDINGS = DirectiveState, DirectiveStanding


@pytest.mark.parametrize(
    ("state", "closed_on", "day", "standing"),
    [
        (STATES.NOT_BEGUN, None, DUE, STANDINGS.NOT_BEGUN),
        (STATES.IN_PROGRESS, None, DUE, STANDINGS.IN_PROGRESS),
        (STATES.WAITING, None, DUE, STANDINGS.WAITING),
        (STATES.WAITING, None, date(2025, 5, 11), STANDINGS.OVERDUE),
        (STATES.DONE, DUE, date(2025, 7, 1), STANDINGS.DONE_IN_TIME),
        (STATES.DONE, date(2025, 5, 11), date(2025, 7, 1), STANDINGS.DONE_LATE),
    ],
)
def test_the_deadline_day_itself_is_in_time(
    state: DirectiveState, closed_on: date | None, day: date, standing: DirectiveStanding
) -> None:
    assert standing_of(state, DUE, closed_on, day) is standing


@pytest.mark.parametrize(
    ("changes", "nothing"),
    [
        ({"disbursed": Dong(400), "gap": Dong(-80)}, True),  # money came, the gap grew
        ({"disbursed": Dong(400), "gap": Dong(-50)}, True),
        ({"disbursed": Dong(400), "gap": Dong(-49)}, False),
        ({"flags": 3}, False),
        ({"flags": 5, "gap": Dong(-60)}, True),
        ({"gap": None}, True),
        ({"gap": None, "disbursed": Dong(301)}, False),
    ],
)
def test_something_turned_when_the_gap_narrowed_or_a_flag_went(
    changes: dict[str, object], nothing: bool
) -> None:
    assert effect_of(BEFORE, replace(BEFORE, **changes)).is_nothing is nothing


def test_the_effect_is_later_less_earlier_to_the_dong() -> None:
    later = Metric(DUE, 2, Dong(900), Dong(333), Dong(-7), 1)
    effect = effect_of(BEFORE, later)
    assert (effect.disbursed, effect.gap, effect.flags) == (33, 43, -3)
    assert effect.rate == Fraction(333, 900) - Fraction(300, 1_000)
    assert effect_of(replace(BEFORE, plan=Dong(0)), later).rate is None


def test_it_is_measured_when_issued_at_the_deadline_and_after_it() -> None:
    days = [measured_on(moment, BEFORE.day, DUE, 30) for moment in Moment]
    assert days == [BEFORE.day, DUE, date(2025, 6, 9)]


def test_a_remark_is_no_document() -> None:
    assert [form for form in DirectiveForm if not form.is_document] == [
        DirectiveForm.REMARK,
        DirectiveForm.MEETING,
    ]
