"""First drafts of a scenario: always a path within the plan."""

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.days import MONTHS, PlanYear
from tracker.domain.money import Dong
from tracker.domain.prefill import along, rest_along
from tracker.domain.scenarios import Curve, Scenario

CURVE = Curve((200, 800, 1100, 1650, 2200, 2900, 3600, 4100, 4800, 5250, 6050, 8100, 9300))
YEAR = PlanYear(2025)
amounts = st.integers(0, 10**13).map(Dong)


def test_a_curve_is_laid_over_the_plan() -> None:
    draft = along(CURVE, Dong(1_000_000))
    assert draft[0] == 20_000
    assert draft[-1] == 930_000


def test_what_was_done_stays_and_the_rest_follows_the_curve() -> None:
    draft = rest_along(CURVE, Dong(1_000_000), [Dong(0), Dong(10), Dong(300_000)])
    assert draft[:3] == (0, 10, 300_000)
    assert draft[-1] == 930_000
    assert 300_000 < draft[3] < draft[4]


def test_a_month_that_went_down_is_held_at_the_highest_before_it() -> None:
    assert rest_along(CURVE, Dong(1_000), [Dong(50), Dong(20)])[:2] == (50, 50)


def test_when_the_curve_has_ended_the_rest_comes_at_once() -> None:
    flat = Curve((10_000,) * MONTHS)
    assert rest_along(flat, Dong(100), [Dong(40)]) == (40, *(Dong(100),) * 12)


@given(
    st.lists(st.integers(0, 10_000), min_size=MONTHS, max_size=MONTHS).map(sorted),
    amounts,
    st.lists(amounts, max_size=MONTHS),
)
def test_every_draft_is_a_path(points: list[int], plan: Dong, done: list[Dong]) -> None:
    curve = Curve(tuple(points))
    within = [min(amount, plan) for amount in done]
    draft = rest_along(curve, plan, within)
    assert Scenario.within(YEAR, draft, plan).cumulative == draft
    assert Scenario.within(YEAR, along(curve, plan), plan)
