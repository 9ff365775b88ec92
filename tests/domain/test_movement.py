import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.classes import Class
from tracker.domain.money import Dong
from tracker.domain.movement import Judgement, Movement, moved, movement_of, movement_sums

JUDGEMENTS = st.builds(
    Judgement,
    st.sampled_from(Class),
    st.integers(0, 10**12).map(Dong),
    st.none() | st.integers(-(10**12), 10**12).map(Dong),
)
DAYS = st.dictionaries(st.integers(1, 30), JUDGEMENTS)


def a_judgement(klass: Class | None) -> Judgement | None:
    return None if klass is None else Judgement(klass, Dong(10), Dong(-1))


@pytest.mark.parametrize(
    ("before", "after", "movement"),
    [
        (Class.GOOD, Class.SLOW, Movement.WORSENED),
        (Class.SLOW, Class.UNABLE, Movement.WORSENED),
        (Class.GOOD, Class.NOT_ENOUGH_DATA, Movement.WORSENED),
        (Class.NOT_ENOUGH_DATA, Class.SLOW, Movement.WORSENED),
        (Class.NOT_ENOUGH_DATA, Class.GOOD, Movement.IMPROVED),
        (Class.UNABLE, Class.SLOW, Movement.IMPROVED),
        (Class.SLOW, Class.SLOW, Movement.UNCHANGED),
        (None, Class.GOOD, Movement.NEW),
        (Class.NOT_APPLICABLE, Class.GOOD, Movement.NEW),
        (Class.GOOD, None, Movement.CLOSED),
        (Class.GOOD, Class.NOT_APPLICABLE, Movement.CLOSED),
        (None, Class.NOT_APPLICABLE, None),
        (None, None, None),
    ],
)
def test_a_project_moves_between_classes(
    before: Class | None, after: Class | None, movement: Movement | None
) -> None:
    assert movement_of(a_judgement(before), a_judgement(after)) is movement


@given(DAYS, DAYS)
def test_the_sums_add_up_to_the_cohort(
    before: dict[int, Judgement], after: dict[int, Judgement]
) -> None:
    cohort = moved(before, after)
    sums = movement_sums(cohort)
    judged = {
        number
        for day in (before, after)
        for number, one in day.items()
        if one.klass is not Class.NOT_APPLICABLE
    }
    assert {one.project_id for one in cohort} == judged
    assert sum(one.projects for one in sums.values()) == len(judged)
    assert sum(one.plan for one in sums.values()) == sum(one.plan for one in cohort)
    for one in cohort:
        if one.before and one.after and None not in (one.before.gap, one.after.gap):
            assert one.gap_change == (one.after.gap or 0) - (one.before.gap or 0)


@given(DAYS)
def test_between_a_day_and_itself_nothing_changes(day: dict[int, Judgement]) -> None:
    assert {one.movement for one in moved(day, day)} <= {Movement.UNCHANGED}
