from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.classes import Class, Standing, standing_of
from tracker.domain.flags import Flag, FlagCode, Remedy, RemedyKind, Severity
from tracker.domain.groups import summarise
from tracker.domain.money import Dong
from tracker.domain.slowness import Verdict

DAY = date(2025, 4, 30)


def a_verdict(gap: int | None, klass: Class = Class.GOOD, flag: Severity | None = None) -> Verdict:
    remedy = Remedy(RemedyKind.PAY, Dong(1), DAY)
    flags = (Flag(FlagCode.F02, "", flag, DAY, None, (), (), remedy),) if flag else ()
    amount = None if gap is None else Dong(gap)
    return Verdict(1, flags, klass, standing_of(amount), amount)


def test_nothing_amounts_to_nothing() -> None:
    summary = summarise([])
    assert (summary.projects, summary.behind, summary.ahead, summary.slow) == (0, 0, 0, 0)
    assert summary.worst is None
    assert set(summary.classes) == set(Class)
    assert set(summary.flags) == set(FlagCode)


def test_a_unit_is_as_bad_as_its_worst_project_and_is_told_its_money() -> None:
    summary = summarise(
        [
            a_verdict(-300, Class.SLOW, Severity.ORANGE),
            a_verdict(-200, Class.UNABLE, Severity.RED),
            a_verdict(400),
            a_verdict(0),
            a_verdict(None, Class.NOT_ENOUGH_DATA, Severity.YELLOW),
        ]
    )
    assert (summary.projects, summary.slow) == (5, 2)
    assert (summary.behind, summary.ahead, summary.gap) == (500, 400, -100)
    assert summary.worst is Severity.RED
    assert summary.flags[FlagCode.F02] == 3
    assert summary.standings == {
        Standing.BEHIND: 2,
        Standing.ON: 1,
        Standing.AHEAD: 1,
        Standing.UNKNOWN: 1,
    }


@given(st.lists(st.none() | st.integers(-(10**14), 10**14)))
def test_the_gaps_of_a_group_add_up(gaps: list[int | None]) -> None:
    summary = summarise([a_verdict(gap) for gap in gaps])
    assert summary.gap == sum(gap or 0 for gap in gaps)
    assert sum(summary.classes.values()) == sum(summary.standings.values()) == len(gaps)
