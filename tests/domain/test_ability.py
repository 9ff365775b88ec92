from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.ability import not_able
from tracker.domain.days import DAY, PlanYear, WorkingCalendar
from tracker.domain.facts import ProjectFacts
from tracker.domain.flags import Flag, RemedyKind
from tracker.domain.money import ZERO, Dong
from tracker.domain.projects import Group, Halt, Status, Tier
from tracker.domain.rulebook import THRESHOLDS
from tracker.domain.slowness import FlagRule
from tracker.domain.thresholds import ThresholdBook

YEAR = PlanYear(2025)
PLAIN = WorkingCalendar()
LIMITS = ThresholdBook(THRESHOLDS).on(date(2025, 1, 1))
BILLION = 10**9
MONEY = st.integers(1, 10**14).map(Dong)


def a_project(**changes: object) -> ProjectFacts:
    """Return the facts of a plain project in June 2025, with changes."""
    facts = ProjectFacts(
        project_id=1,
        day=date(2025, 6, 10),
        year=YEAR,
        tier=Tier.PROVINCE,
        group=Group.B,
        status=Status.UNDER_CONSTRUCTION,
        plan=Dong(1_000),
        disbursed=Dong(400),
        plan_decided_on=date(2024, 12, 10),
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


def judged(rule: FlagRule, facts: ProjectFacts) -> Flag | None:
    return rule(facts, LIMITS, PLAIN)


def raised(rule: FlagRule, facts: ProjectFacts) -> Flag:
    flag = judged(rule, facts)
    assert flag is not None
    return flag


def paid(facts: ProjectFacts, amount: int) -> ProjectFacts:
    """Return the facts as they would be had the amount been counted on the same day."""
    left, deadlines = amount, []
    for on, rest in sorted(facts.deadlines):
        taken = min(left, rest)
        left -= taken
        deadlines.append((on, Dong(rest - taken)))
    return replace(
        facts,
        disbursed=Dong(facts.disbursed + amount),
        trailing_60=Dong(facts.trailing_60 + amount),
        deadlines=tuple(deadlines),
    )


def assert_remedy_is_exact(rule: FlagRule, facts: ProjectFacts) -> None:
    """Check that paying the amount lifts the flag, and that one đồng less does not."""
    flag = raised(rule, facts)
    assert flag.remedy.kind is RemedyKind.PAY
    assert flag.remedy.amount > 0
    assert judged(rule, paid(facts, flag.remedy.amount)) is None
    assert judged(rule, paid(facts, flag.remedy.amount - 1)) is not None


DEADLINE = date(2026, 1, 31)
"""From 3 November it is 89 days away."""


def late_project(**changes: object) -> ProjectFacts:
    """Return a project behind its path in November, 600 left in 89 days."""
    known: dict[str, object] = {
        "day": date(2025, 11, 3),
        "expected": Dong(800),
        "trailing_60": Dong(100),
        "deadlines": ((DEADLINE, Dong(600)),),
    }
    return a_project(**known | changes)


@pytest.mark.parametrize(
    ("trailing", "is_raised"),
    # 600 / 89 days against 2.5 times the average: equal at 161.8 in sixty days.
    [(0, True), (161, True), (162, False), (500, False)],
)
def test_not_able_compares_the_pace_needed_with_the_pace_believed(
    trailing: int, is_raised: bool
) -> None:
    flag = judged(not_able, late_project(trailing_60=Dong(trailing)))
    assert (flag is not None) is is_raised


@pytest.mark.parametrize(
    ("day", "is_raised"), [(date(2025, 9, 2), False), (date(2025, 9, 3), True)]
)
def test_not_able_is_not_asked_when_the_deadline_is_far(day: date, is_raised: bool) -> None:
    flag = judged(not_able, late_project(day=day, trailing_60=ZERO))
    assert (flag is not None) is is_raised


def test_who_is_on_the_path_is_able() -> None:
    assert judged(not_able, late_project(expected=Dong(400), trailing_60=ZERO)) is None
    assert judged(not_able, late_project(expected=None, trailing_60=ZERO)) is None


def test_who_has_disbursed_enough_is_able() -> None:
    nearly = late_project(
        disbursed=Dong(950), expected=Dong(1_000), deadlines=((date(2025, 11, 2), Dong(50)),)
    )
    assert judged(not_able, nearly) is None
    short = replace(nearly, disbursed=Dong(949), deadlines=((date(2025, 11, 2), Dong(51)),))
    assert raised(not_able, short).variant == "expired"


def test_on_the_last_day_nothing_more_can_be_paid() -> None:
    assert raised(not_able, late_project(day=DEADLINE)).variant == ""
    expired = raised(not_able, late_project(day=DEADLINE + DAY))
    assert expired.variant == "expired"
    assert expired.remedy.kind is RemedyKind.TAKE_BACK
    assert expired.gap == 600


def taken_back(facts: ProjectFacts, amount: int) -> ProjectFacts:
    """Return the facts as they would be had so much of the expired capital been taken back."""
    (on, rest), *others = sorted(facts.deadlines)
    return replace(
        facts,
        plan=Dong(facts.plan - amount),
        deadlines=((on, Dong(rest - amount)), *others),
    )


@pytest.mark.parametrize("halt", [None, Halt.STOPPED])
@pytest.mark.parametrize(
    ("disbursed", "amount"),
    # A plan of 100: 63 is the most of which 60 is 95 per cent.
    [(60, 37), (0, 100), (94, 2), (57, 40)],
)
def test_taking_back_what_the_flag_names_lifts_it_and_one_less_does_not(
    halt: Halt | None, disbursed: int, amount: int
) -> None:
    facts = late_project(
        plan=Dong(100),
        disbursed=Dong(disbursed),
        halt=halt,
        day=date(2026, 3, 2),
        deadlines=((DEADLINE, Dong(100 - disbursed)),),
    )
    flag = raised(not_able, facts)
    assert (flag.remedy.kind, flag.remedy.amount) == (RemedyKind.TAKE_BACK, amount)
    assert judged(not_able, taken_back(facts, amount)) is None
    assert raised(not_able, taken_back(facts, amount - 1)).variant == flag.variant


def test_when_all_that_expired_is_taken_back_nothing_more_is_asked() -> None:
    late = (date(2026, 12, 31), Dong(50))
    facts = late_project(
        plan=Dong(100),
        disbursed=Dong(40),
        expected=Dong(40),
        day=date(2026, 3, 2),
        deadlines=((DEADLINE, Dong(10)), late),
    )
    assert raised(not_able, facts).remedy.amount == 10
    assert judged(not_able, taken_back(facts, 10)) is None


@pytest.mark.parametrize("halt", [Halt.STOPPED, Halt.CANCELLED])
def test_a_halted_project_is_not_able(halt: Halt) -> None:
    flag = raised(not_able, late_project(halt=halt))
    assert flag.variant == "halted"
    assert flag.remedy.kind is RemedyKind.TAKE_BACK


def test_an_early_line_may_be_out_of_reach_when_the_whole_is_not() -> None:
    lines = ((date(2025, 11, 13), Dong(300)), (date(2026, 12, 31), Dong(300)))
    flag = raised(not_able, late_project(deadlines=lines, trailing_60=Dong(300)))
    assert flag.terms["deadline_on"] == date(2025, 11, 13)
    assert flag.terms["remaining"] == 300


LINES = st.lists(
    st.tuples(st.dates(date(2025, 11, 3), date(2026, 12, 31)), st.integers(1, 10**13).map(Dong)),
    min_size=1,
    max_size=4,
).map(tuple)


@given(LINES, st.integers(0, 100), st.integers(0, 10**12), st.integers(50, 100))
def test_the_amount_named_makes_a_project_able_again(
    lines: tuple[tuple[date, Dong], ...], part: int, trailing: int, share: int
) -> None:
    left = sum(rest for _, rest in lines)
    disbursed = Dong(left * part // 100)
    plan = Dong(disbursed + left)
    facts = late_project(
        plan=plan,
        disbursed=disbursed,
        trailing_60=Dong(trailing),
        expected=Dong(plan * share // 100),
        deadlines=lines,
    )
    if judged(not_able, facts):
        assert_remedy_is_exact(not_able, facts)
