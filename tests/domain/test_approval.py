"""States, two people, and when a second one is needed."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.approval import (
    MOVES,
    OwnWork,
    PlanReserved,
    SecondPerson,
    SubmissionMoved,
    SubmissionState,
    check_move,
    check_reserved,
    check_two_people,
    needs_second_person,
)
from tracker.domain.disbursements import Effect, Headroom
from tracker.domain.money import ZERO, Dong

MAY, JUNE = date(2025, 5, 1), date(2025, 6, 1)


@pytest.mark.parametrize(
    ("rules", "day", "needed"),
    [
        ((), MAY, False),
        ((SecondPerson(MAY, is_needed=True),), date(2025, 4, 30), False),
        ((SecondPerson(MAY, is_needed=True),), MAY, True),
        ((SecondPerson(MAY, is_needed=True), SecondPerson(JUNE, is_needed=False)), JUNE, False),
        ((SecondPerson(JUNE, is_needed=False), SecondPerson(MAY, is_needed=True)), MAY, True),
        ((SecondPerson(MAY, is_needed=True), SecondPerson(MAY, is_needed=False)), MAY, False),
    ],
)
def test_the_newest_rule_that_has_begun_decides(
    rules: tuple[SecondPerson, ...], day: date, needed: bool
) -> None:
    assert needs_second_person(rules, day) is needed


@pytest.mark.parametrize(("found", "to"), list(product(SubmissionState, SubmissionState)))
def test_only_listed_moves_are_made(found: SubmissionState, to: SubmissionState) -> None:
    if (found, to) in MOVES:
        check_move(found, to)
    else:
        with pytest.raises(SubmissionMoved) as refusal:
            check_move(found, to)
        assert refusal.value.state is found


@pytest.mark.parametrize("final", [SubmissionState.APPROVED, SubmissionState.WITHDRAWN])
def test_what_is_final_stays(final: SubmissionState) -> None:
    assert not [to for found, to in MOVES if found is final]


def test_what_is_approved_was_sent() -> None:
    approved = SubmissionState.APPROVED
    assert [found for found, to in MOVES if to is approved] == [SubmissionState.SENT]


@pytest.mark.parametrize(("maker", "sender"), [(1, 2), (2, 1), (1, 1), (1, None)])
def test_nobody_checks_their_own(maker: int, sender: int | None) -> None:
    with pytest.raises(OwnWork):
        check_two_people(1, maker, sender)
    check_two_people(3, maker, sender)


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(-1000, 1000))
def test_what_waits_and_the_new_one_fit_together_or_are_refused(
    plan: int, waiting: int, counted: int
) -> None:
    effect, room = Effect(Dong(counted), ZERO), Headroom(Dong(plan), ZERO)
    fits = counted <= 0 or counted + waiting <= plan
    if fits:
        check_reserved(effect, room, Dong(waiting))
        return
    with pytest.raises(PlanReserved) as refusal:
        check_reserved(effect, room, Dong(waiting))
    assert (refusal.value.remaining, refusal.value.waiting) == (plan, waiting)
