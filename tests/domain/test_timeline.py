from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.days import DAY, PlanYear, WorkingCalendar
from tracker.domain.facts import ProjectFacts
from tracker.domain.flags import Flag
from tracker.domain.line_ledgers import LineLedger, Payment, Steps
from tracker.domain.money import Dong
from tracker.domain.plans import PlanChange
from tracker.domain.progress import Ratio, RatioCode
from tracker.domain.projects import Group, Halt, Status, Tier
from tracker.domain.rulebook import DEFAULT_CURVE, THRESHOLDS
from tracker.domain.scenarios import CurvePath, PathSource, ProjectPath, Scenario
from tracker.domain.slowness import judge, raised
from tracker.domain.states import ProjectState
from tracker.domain.thresholds import Threshold, ThresholdBook, ThresholdUnit
from tracker.domain.timeline import Lookback, Timeline, first_of_span, with_since

YEAR = PlanYear(2025)
BOOK = ThresholdBook(THRESHOLDS)
TET = WorkingCalendar(frozenset(date(2025, 1, 27) + n * DAY for n in range(5)))
FIRST, LAST = date(2024, 12, 1), date(2026, 3, 1)
DAYS = st.dates(FIRST, LAST)


def a_project(day: date, **changes: object) -> ProjectFacts:
    """Return the facts of a plain project, with changes."""
    facts = ProjectFacts(
        project_id=1,
        day=day,
        year=YEAR,
        tier=Tier.PROVINCE,
        group=Group.C,
        status=Status.UNDER_CONSTRUCTION,
        plan=Dong(0),
        disbursed=Dong(0),
        plan_decided_on=date(2024, 12, 10),
        path=PathSource.DEFAULT_CURVE,
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


def a_state(**changes: object) -> ProjectState:
    """Return the state of works under way, with changes."""
    state = ProjectState(
        Status.UNDER_CONSTRUCTION, None, Dong(20_000), Group.C, None, 2026, None, None
    )
    return replace(state, **changes)  # type: ignore[arg-type]


def a_line(
    deadline_on: date, changes: tuple[PlanChange, ...], payments: tuple[Payment, ...] = ()
) -> LineLedger:
    """Return a line all of whose capital has one deadline."""
    return LineLedger(tuple((deadline_on, change) for change in changes), payments)


def history(
    day: date, changes: tuple[PlanChange, ...], payments: tuple[Payment, ...], **more: object
) -> Timeline:
    """Return the timeline of a project with a single line and the default curve."""
    line = a_line(date(2026, 1, 31), changes, payments)
    path = CurvePath(YEAR, PathSource.DEFAULT_CURVE, DEFAULT_CURVE, changes)
    timeline = Timeline(a_project(day), (line,), path, **more)  # type: ignore[arg-type]
    return replace(timeline, facts=timeline.facts_on(day, TET))


PLAN = (PlanChange(date(2024, 12, 10), Dong(10_000)),)


def test_steps_add_up_by_the_close_of_a_day() -> None:
    steps = Steps(
        [(date(2025, 3, 2), Dong(5)), (date(2025, 3, 1), Dong(7)), (date(2025, 3, 2), Dong(-2))]
    )
    assert steps.by(date(2025, 2, 28)) == 0
    assert steps.by(date(2025, 3, 1)) == 7
    assert steps.by(date(2025, 3, 2)) == 10
    assert Steps([]).by(date(2025, 3, 2)) == 0


def test_the_facts_of_an_earlier_day_know_nothing_of_later_ones() -> None:
    payments = (Payment(date(2025, 3, 5), Dong(500)), Payment(date(2025, 6, 2), Dong(900)))
    line = a_line(date(2026, 1, 31), (*PLAN, PlanChange(date(2025, 6, 1), Dong(2_000))), payments)
    now = a_project(date(2025, 6, 30), allocated_total=Dong(50_000), disbursed_total=Dong(31_400))
    timeline = Timeline(
        now,
        (line,),
        CurvePath(YEAR, PathSource.DEFAULT_CURVE, DEFAULT_CURVE, line.changes),
        updates=(date(2025, 3, 5), date(2025, 6, 2)),
        states=(
            (date.min, a_state(status=Status.APPROVED_NOT_STARTED, total_investment=Dong(0))),
            (date(2025, 4, 1), a_state()),
        ),
        province=((date(2025, 1, 1), Ratio(RatioCode.TL2, Dong(1), Dong(9))),),
        scenario_on=date(2025, 4, 1),
    )
    march = timeline.facts_on(date(2025, 3, 5), TET)
    assert (march.plan, march.disbursed, march.trailing_60) == (10_000, 500, 500)
    assert march.deadlines == ((date(2026, 1, 31), 9_500),)
    assert march.last_positive_on == march.last_updated_on == date(2025, 3, 5)
    assert (march.status, march.total_investment) == (Status.APPROVED_NOT_STARTED, None)
    assert timeline.facts_on(date(2025, 4, 1), TET).status is Status.UNDER_CONSTRUCTION
    assert not march.has_scenario
    assert (march.allocated_total, march.disbursed_total) == (48_000, 30_500)
    assert march.province is not None
    may = timeline.facts_on(date(2025, 5, 4), TET)
    assert (may.trailing_60, may.has_scenario) == (0, True)
    assert timeline.facts_on(date(2025, 5, 3), TET).trailing_60 == 500
    early = timeline.facts_on(date(2024, 12, 15), TET)
    assert early.status is Status.APPROVED_NOT_STARTED
    assert early.last_positive_on is None
    assert early.province is None


def test_a_line_with_two_deadlines_remembers_what_was_left_at_each() -> None:
    first, second = date(2026, 1, 31), date(2026, 12, 31)
    late = PlanChange(date(2025, 11, 20), Dong(500))
    payments = (Payment(date(2025, 12, 1), Dong(9_000)), Payment(date(2026, 2, 9), Dong(200)))
    line = LineLedger((*((first, change) for change in PLAN), (second, late)), payments)
    assert line.left(date(2025, 11, 19)) == ((first, 10_000),)
    assert line.left(date(2025, 12, 1)) == ((first, 1_000), (second, 500))
    assert line.left(date(2026, 2, 9)) == ((first, 1_000), (second, 300))
    timeline = Timeline(a_project(date(2026, 2, 9)), (line,))
    timeline = replace(timeline, facts=timeline.facts_on(date(2026, 2, 9), TET))
    flag = raised_flag(timeline, "f07")
    assert (flag.variant, flag.gap) == ("expired", 1_000)
    assert Lookback(timeline, BOOK, TET).since(flag) == date(2026, 2, 1)


def test_a_flag_of_nothing_disbursed_holds_since_its_thirty_first_day() -> None:
    timeline = history(date(2025, 6, 30), PLAN, ())
    flag = raised_flag(timeline, "f01")
    assert Lookback(timeline, BOOK, TET).since(flag) == date(2025, 2, 1)


def test_a_span_that_was_broken_begins_after_the_break() -> None:
    payments = (Payment(date(2025, 5, 5), Dong(2_000)),)
    timeline = history(date(2025, 8, 29), PLAN, payments)
    flag = raised_flag(timeline, "f02")
    since = Lookback(timeline, BOOK, TET).since(flag)
    assert since is not None
    assert since > date(2025, 5, 5)
    before, on = (timeline.facts_on(day, TET) for day in (since - DAY, since))
    assert before.expected is not None
    assert on.expected is not None
    assert before.disbursed * 10_000 >= before.expected * 9_500
    assert on.disbursed * 10_000 < on.expected * 9_500


def test_late_works_are_late_since_the_day_after_their_last_even_years_ago() -> None:
    timeline = history(date(2025, 6, 30), PLAN, ())
    timeline = replace(timeline, facts=replace(timeline.facts, planned_end_on=date(2022, 12, 31)))
    flag = raised_flag(timeline, "f13")
    assert Lookback(timeline, BOOK, TET).since(flag) == date(2023, 1, 1)


def test_years_of_capital_are_over_since_a_new_year_s_day() -> None:
    timeline = history(date(2025, 6, 30), PLAN, ())
    timeline = replace(timeline, facts=replace(timeline.facts, first_capital_year=2021))
    flag = raised_flag(timeline, "f12")
    assert Lookback(timeline, BOOK, TET).since(flag) == date(2024, 1, 1)


def test_a_new_threshold_may_begin_a_flag() -> None:
    stricter = Threshold("idle_days", 10, ThresholdUnit.DAYS, date(2025, 6, 1), 2)
    book = ThresholdBook((*THRESHOLDS, stricter))
    timeline = history(date(2025, 6, 30), PLAN, (Payment(date(2025, 5, 5), Dong(9_000)),))
    flag = raised_flag(timeline, "f06", book)
    assert Lookback(timeline, book, TET).since(flag) == date(2025, 6, 1)


def test_a_looser_threshold_breaks_a_span() -> None:
    looser = Threshold("idle_days", 100, ThresholdUnit.DAYS, date(2025, 6, 1), 2)
    book = ThresholdBook((*THRESHOLDS, looser))
    timeline = history(date(2025, 10, 1), PLAN, (Payment(date(2025, 3, 3), Dong(9_000)),))
    flag = raised_flag(timeline, "f06", book)
    assert Lookback(timeline, BOOK, TET).since(flag) == date(2025, 4, 18)
    assert Lookback(timeline, book, TET).since(flag) == date(2025, 6, 12)


def test_a_deadline_that_passed_breaks_the_span_of_the_next() -> None:
    first = a_line(date(2025, 11, 30), PLAN)
    second = a_line(date(2026, 2, 28), PLAN)
    now = a_project(date(2026, 1, 15))
    timeline = Timeline(now, (first, second))
    timeline = replace(timeline, facts=timeline.facts_on(now.day, TET))
    flag = raised_flag(timeline, "f08")
    assert Lookback(timeline, BOOK, TET).since(flag) == date(2025, 12, 30)


def test_news_breaks_the_span_without_news() -> None:
    timeline = history(date(2025, 6, 30), PLAN, (), updates=(date(2025, 2, 3), date(2025, 6, 2)))
    flag = raised_flag(timeline, "f29")
    assert Lookback(timeline, BOOK, TET).since(flag) == date(2025, 6, 10)


def test_history_that_does_not_raise_the_flag_gives_no_day() -> None:
    timeline = history(date(2025, 6, 30), PLAN, ())
    flag = raised_flag(timeline, "f01")
    paid_up = history(date(2025, 6, 30), PLAN, (Payment(date(2025, 6, 1), Dong(1)),))
    assert Lookback(paid_up, BOOK, TET).since(flag) is None


def test_a_verdict_is_completed_with_the_first_day_of_every_flag() -> None:
    timeline = history(date(2025, 6, 30), PLAN, ())
    verdict = with_since(judge(timeline.facts, BOOK, TET), timeline, BOOK, TET)
    assert verdict.flags
    assert all(flag.since is not None and flag.since <= flag.day for flag in verdict.flags)


def raised_flag(timeline: Timeline, code: str, book: ThresholdBook = BOOK) -> Flag:
    found = [flag for flag in judge(timeline.facts, book, TET).flags if flag.code == code]
    assert found
    return found[0]


# --- against looking at every day -------------------------------------------------------------


def by_looking_at_every_day(timeline: Timeline, flag: Flag, book: ThresholdBook) -> date | None:
    first, day, since = timeline.breaks(flag.code, book)[0], flag.day, None
    while day >= first and raised(flag.code, flag.variant, timeline.facts_on(day, TET), book, TET):
        since, day = day, day - DAY
    return since


AMOUNTS = st.integers(-3_000, 5_000).filter(bool).map(Dong)
DEADLINES = st.dates(date(2025, 11, 1), LAST)
GIVEN = st.lists(st.tuples(DEADLINES, st.builds(PlanChange, DAYS, AMOUNTS)), max_size=3)
PAYMENTS = st.lists(st.builds(Payment, DAYS, AMOUNTS), max_size=5).map(tuple)
LINES = st.lists(
    st.builds(LineLedger, GIVEN.map(tuple), PAYMENTS),
    min_size=1,
    max_size=2,
).map(tuple)
STATES = st.lists(
    st.tuples(
        st.just(date.min) | DAYS,
        st.builds(
            ProjectState,
            status=st.sampled_from(Status),
            halt=st.none() | st.sampled_from(Halt),
            total_investment=st.integers(0, 20_000).map(Dong),
            group_computed=st.sampled_from(Group),
            group_override=st.none(),
            year_to=st.integers(2023, 2026),
            finish_planned_on=st.none() | st.dates(date(2024, 1, 1), LAST),
            capital_extended_until=st.none() | st.integers(2023, 2026),
        ),
    ),
    max_size=3,
).map(tuple)
RATIOS = st.builds(
    Ratio, st.just(RatioCode.TL2), st.integers(0, 50_000).map(Dong), st.just(Dong(50_000))
)
STRICTER = Threshold("behind_tolerance", 1_500, ThresholdUnit.BASIS_POINTS, date(2025, 5, 15), 2)
BOOKS = st.sampled_from([BOOK, ThresholdBook((*THRESHOLDS, STRICTER))])
CUMULATIVE = st.lists(st.integers(0, 9_000), min_size=13, max_size=13).map(
    lambda amounts: Scenario(YEAR, tuple(Dong(a) for a in sorted(amounts)))
)


@dataclass(frozen=True)
class Case:
    timeline: Timeline
    book: ThresholdBook


@st.composite
def cases(draw: st.DrawFn) -> Case:
    lines = draw(LINES)
    base = PlanChange(draw(DAYS), Dong(10_000))
    given = ((draw(DEADLINES), base), *lines[0].given)
    lines = (replace(lines[0], given=given), *lines[1:])
    changes = tuple(change for line in lines for change in line.changes)
    scenario = draw(st.none() | CUMULATIVE)
    curve = CurvePath(YEAR, PathSource.DEFAULT_CURVE, DEFAULT_CURVE, changes)
    path = curve if scenario is None else ProjectPath(scenario, changes)
    now = a_project(
        draw(st.dates(date(2025, 1, 15), LAST)),
        plan_decided_on=draw(st.none() | DAYS),
        planned_end_on=draw(st.none() | st.dates(date(2024, 1, 1), LAST)),
        first_capital_year=draw(st.none() | st.integers(2021, 2025)),
        extension_until=draw(st.none() | st.integers(2023, 2026)),
        handed_over_on=draw(st.none() | DAYS),
        total_investment=draw(st.none() | st.integers(5_000, 20_000).map(Dong)),
        last_updated_on=draw(st.none() | DAYS),
        is_new_start=draw(st.booleans()),
    )
    timeline = Timeline(
        now,
        lines,
        draw(st.sampled_from([path, None])),
        updates=tuple(draw(st.lists(DAYS, max_size=3))),
        states=draw(STATES),
        province=tuple(draw(st.lists(st.tuples(DAYS, RATIOS), max_size=3))),
        scenario_on=draw(st.none() | DAYS),
    )
    return Case(replace(timeline, facts=timeline.facts_on(now.day, TET)), draw(BOOKS))


@settings(max_examples=80, deadline=None)
@given(cases())
def test_searching_by_halves_finds_what_looking_at_every_day_finds(case: Case) -> None:
    timeline, book = case.timeline, case.book
    for flag in judge(timeline.facts, book, TET).flags:
        found = Lookback(timeline, book, TET).since(flag)
        assert found == by_looking_at_every_day(timeline, flag, book), flag.code


@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=8, unique=True).map(sorted),
    st.data(),
)
def test_the_first_day_of_a_span_is_found_whatever_the_stretches(
    starts: list[int], data: st.DataObject
) -> None:
    begin = date(2025, 1, 1)
    breaks = [begin + timedelta(days=n) for n in starts]
    stretches = list(zip(starts, [*starts[1:], 90], strict=True))
    truth = {}
    for start, end in stretches:
        turns = data.draw(st.integers(start, end))
        truth |= {begin + timedelta(days=n): n >= turns for n in range(start, end)}
    day = begin + timedelta(days=data.draw(st.integers(starts[0], 89)))
    span = day
    while truth.get(span - DAY) and truth[day]:
        span -= DAY
    looked_at = []

    def holds(day: date) -> bool:
        looked_at.append(day)
        return truth[day]

    assert first_of_span(holds, breaks, day) == (span if truth[day] else None)
    assert len(looked_at) <= 2 * len(breaks) + 10


@pytest.mark.parametrize("holds", [True, False])
def test_without_any_break_only_the_day_itself_is_known(holds: bool) -> None:
    day = date(2025, 1, 1)
    assert first_of_span(lambda _: holds, [], day) == (day if holds else None)
