"""The daily sheet: which lines are open, what was said of them, of which nothing was said."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.checks.queries import statements
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_entry, a_plan_line, a_source
from tests.factories.projects import a_project
from tests.factories.units import a_district, an_organisation
from tracker.domain.act import Act
from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.domain.people import EVERYTHING, Scope
from tracker.domain.plans import PlanKind
from tracker.models import PlanLine, Project
from tracker.queries.day_sheet import SheetLine, sheet_lines
from tracker.queries.filters import search_words
from tracker.queries.open_lines import (
    SheetCounts,
    SheetFilter,
    Show,
    fresh_from,
    late_projects,
    missing_projects,
    open_lines,
    sheet_counts,
)
from tracker.services.disbursements import (
    ReverseDisbursement,
    record_quiet_day,
    reverse_disbursement,
)

DAY = date(2025, 4, 30)
WEEK = timedelta(days=7)


def wanted(day: date = DAY, **changes: object) -> SheetFilter:
    return SheetFilter(day, day - WEEK, **changes)  # type: ignore[arg-type]


def lines(session: Session, day: date = DAY, **changes: object) -> list[SheetLine]:
    return sheet_lines(session, EVERYTHING, wanted(day, **changes))


def ids(found: list[SheetLine]) -> list[int]:
    return [one.id for one in found]


@pytest.fixture
def line(session: Session) -> PlanLine:
    """A line of a billion of 2025."""
    return a_plan_line(session)


def test_in_january_both_years_are_open_and_after_it_only_the_new_one(session: Session) -> None:
    project = a_project(session)
    old = a_plan_line(session, project, year=2024)
    new = a_plan_line(session, project, year=2025)
    assert ids(lines(session, date(2024, 12, 31))) == [old.id]
    assert ids(lines(session, date(2025, 1, 1))) == [old.id, new.id]
    assert ids(lines(session, date(2025, 1, 31))) == [old.id, new.id]
    assert ids(lines(session, date(2025, 2, 1))) == [new.id]
    assert ids(lines(session, date(2025, 2, 1), show=Show.CLOSED)) == [old.id]


def test_an_extended_line_stays_open_until_its_own_deadline(session: Session) -> None:
    line = a_plan_line(
        session,
        year=2024,
        extended=True,
        effective_on=date(2025, 2, 10),
        deadline_on=date(2025, 12, 31),
    )
    assert ids(lines(session, date(2025, 2, 9))) == []
    assert ids(lines(session, date(2025, 2, 10))) == [line.id]
    assert lines(session)[0].extended


def test_a_line_is_not_there_before_its_plan_nor_when_it_lost_it(session: Session) -> None:
    line = a_plan_line(session, effective_on=date(2025, 3, 1))
    assert ids(lines(session, date(2025, 2, 28))) == []
    a_plan_entry(session, line, kind=PlanKind.CANCELLATION)
    assert ids(lines(session)) == []


def test_the_pool_of_a_unit_is_not_on_the_sheet(session: Session) -> None:
    a_plan_line(session, unit=a_district(session))
    assert lines(session) == []


def test_lines_stand_in_vietnamese_order_of_projects_and_year(session: Session) -> None:
    made = []
    for name in ("Đường tỉnh 391", "Ô tô", "Dốc Bến", "Đường tỉnh 39", "Ấp Mới"):
        made.append(a_plan_line(session, a_project(session, name=name)))
    second = a_plan_line(
        session, a_project(session, name="Dốc Bến"), source_id=a_source(session, "1.1.1").id
    )
    names = [one.project_name for one in lines(session)]
    assert names == [
        "Ấp Mới",
        "Dốc Bến",
        "Dốc Bến",
        "Đường tỉnh 39",
        "Đường tỉnh 391",
        "Ô tô",
    ]
    assert ids(lines(session))[2] == second.id
    assert len(made) == 5


def test_the_last_entry_is_the_newest_before_the_day_that_still_holds(
    session: Session, act: Act, line: PlanLine
) -> None:
    assert lines(session)[0].last is None
    kept = a_disbursement(
        session,
        line,
        5,
        posted_on=date(2025, 4, 10),
        kind=DisbursementKind.ADVANCE,
        purpose=Purpose.EQUIPMENT,
    )
    a_disbursement(session, line, 7, posted_on=date(2025, 4, 2))
    wrong = a_disbursement(session, line, 9, posted_on=date(2025, 4, 20))
    order = ReverseDisbursement(wrong.id, "Nhập nhầm dự án khác", "key")
    reverse_disbursement(session, act, order)
    last = lines(session)[0].last
    assert last is not None
    assert (last.id, last.counted) == (kept.id, 5)
    assert (last.kind, last.purpose) == (DisbursementKind.ADVANCE, Purpose.EQUIPMENT)


def test_what_is_left_is_told_with_what_was_posted_later(session: Session, line: PlanLine) -> None:
    a_disbursement(session, line, 100, posted_on=date(2025, 4, 1))
    a_disbursement(session, line, 30, posted_on=DAY)
    a_disbursement(session, line, 7, posted_on=date(2025, 5, 5))
    a_disbursement(session, line, 2, posted_on=date(2025, 6, 30), kind=DisbursementKind.REFUND)
    found = lines(session)[0]
    assert found.payable == 1_000_000_000 - 135
    assert (found.later_entries, found.later) == (2, 5)
    assert [one.amount for one in found.entries.newest] == [30]


def test_the_entries_of_the_day_stand_with_their_reversals(
    session: Session, act: Act, line: PlanLine
) -> None:
    made = a_disbursement(session, line, 30, posted_on=DAY)
    order = ReverseDisbursement(made.id, "Nhập nhầm dự án khác", "key")
    reversal = reverse_disbursement(session, act, order)
    a_disbursement(session, line, 40, posted_on=DAY)
    first, second, third = lines(session)[0].entries.newest
    assert (first.reversal_id, second.reverses_id) == (reversal.id, made.id)
    assert [one.is_live for one in (first, second, third)] == [False, False, True]


def test_the_outstanding_advance_is_that_of_the_project(session: Session) -> None:
    project = a_project(session)
    first = a_plan_line(session, project)
    a_plan_line(session, project, source_id=a_source(session, "2.2").id)
    a_disbursement(session, first, 300, kind=DisbursementKind.ADVANCE)
    a_disbursement(session, first, 100, recovered=40)
    assert [one.advance for one in lines(session)] == [260, 260]


def test_a_project_is_missing_until_it_is_paid_or_said_to_be_quiet(
    session: Session, act: Act
) -> None:
    paid, quiet, left = (a_plan_line(session) for _ in range(3))
    a_plan_line(session, a_project_of(session, paid), source_id=a_source(session, "2.2").id)
    made = a_disbursement(session, paid, 5, posted_on=DAY)
    record_quiet_day(session, act, [project_id(quiet)], DAY)
    assert missing_projects(session, EVERYTHING, wanted()) == [project_id(left)]
    assert ids(lines(session, show=Show.MISSING)) == [left.id]
    counts = sheet_counts(session, EVERYTHING, wanted())
    assert (counts.lines, counts.projects) == (4, 3)
    assert (counts.lines_missing, counts.projects_missing) == (1, 1)
    order = ReverseDisbursement(made.id, "Nhập nhầm dự án khác", "key")
    reverse_disbursement(session, act, order)
    missing = missing_projects(session, EVERYTHING, wanted())
    assert missing == sorted([project_id(left), project_id(paid)])
    assert sheet_counts(session, EVERYTHING, wanted()).lines_missing == 3


def test_nothing_is_missing_where_nothing_is_left_to_pay(session: Session) -> None:
    full = a_plan_line(session)
    a_disbursement(session, full, 1_000_000_000, posted_on=date(2025, 4, 1))
    assert ids(lines(session)) == [full.id]
    assert lines(session, show=Show.MISSING) == []
    assert missing_projects(session, EVERYTHING, wanted()) == []


def test_what_was_said_of_the_day_names_who_said_it(session: Session, act: Act) -> None:
    line = a_plan_line(session)
    record_quiet_day(session, act, [project_id(line)], DAY)
    quiet = lines(session)[0].quiet
    assert quiet is not None
    assert (quiet.recorder, quiet.recorded_at) == ("Hệ thống", act.at)
    assert lines(session, DAY - timedelta(days=1))[0].quiet is None


def test_a_project_is_late_when_nothing_was_said_for_longer_than_a_week(
    session: Session, act: Act
) -> None:
    never, old, fresh, quiet, full = (a_plan_line(session) for _ in range(5))
    a_disbursement(session, old, 5, posted_on=DAY - WEEK - timedelta(days=1))
    a_disbursement(session, fresh, 5, posted_on=DAY - WEEK)
    record_quiet_day(session, act, [project_id(quiet)], DAY - WEEK)
    a_disbursement(session, full, 1_000_000_000, posted_on=date(2025, 3, 1))
    late = late_projects(session, EVERYTHING, wanted(), 10)
    told = [(one.id, one.news_on) for one in late]
    assert told == [
        (project_id(never), None),
        (project_id(old), DAY - WEEK - timedelta(days=1)),
    ]
    assert late_projects(session, EVERYTHING, wanted(), 1) == late[:1]
    assert set(ids(lines(session, show=Show.LATE))) == {never.id, old.id}
    assert sheet_counts(session, EVERYTHING, wanted()).projects_late == 2


def test_a_new_plan_is_not_late_at_once(session: Session) -> None:
    a_plan_line(session, effective_on=DAY - WEEK)
    assert late_projects(session, EVERYTHING, wanted(), 10) == []
    assert len(late_projects(session, EVERYTHING, wanted(DAY + timedelta(days=1)), 10)) == 1


@pytest.mark.parametrize(
    ("day", "oldest"),
    [
        (date(2025, 4, 30), date(2025, 4, 23)),
        (date(2025, 11, 30), date(2025, 11, 23)),
        # From December to the close one working day may pass.
        (date(2025, 12, 10), date(2025, 12, 9)),
        (date(2025, 12, 8), date(2025, 12, 5)),
        (date(2025, 12, 7), date(2025, 12, 4)),
    ],
)
def test_news_are_fresh_for_as_long_as_the_flag_allows(
    session: Session, day: date, oldest: date
) -> None:
    assert fresh_from(session, day) == oldest


def test_words_are_found_without_accents(session: Session) -> None:
    found = a_plan_line(session, a_project(session, name="Đường tỉnh 391"))
    a_plan_line(session, a_project(session, name="Trạm y tế"))
    for text in ("duong tinh 391", "ĐƯỜNG  391", "391 duong"):
        assert ids(lines(session, words=search_words(text))) == [found.id], text


def test_a_scope_sees_its_own_lines_alone(session: Session) -> None:
    board = an_organisation(session)
    mine = a_plan_line(session, a_project(session, owner=board))
    other = a_plan_line(session)
    scope = Scope(organisation_ids=frozenset({board.id}))
    assert ids(sheet_lines(session, scope, wanted())) == [mine.id]
    assert sheet_lines(session, scope, wanted(line_id=other.id)) == []
    assert missing_projects(session, scope, wanted()) == [project_id(mine)]
    assert sheet_counts(session, scope, wanted()).lines == 1
    assert sheet_counts(session, Scope(), wanted()) == SheetCounts(0, 0, 0, 0, 0, 0)
    codes = [one.project_code for one in lines(session)]
    assert [
        one.id for found in open_lines(session, scope, DAY, codes).values() for one in found
    ] == [mine.id]


def test_a_page_of_lines_asks_five_statements_however_many_there_are(session: Session) -> None:
    for _ in range(4):
        line = a_plan_line(session)
        a_disbursement(session, line, 5, posted_on=DAY)
        a_disbursement(session, line, 5, posted_on=date(2025, 4, 1))
    with statements(session) as few:
        first = sheet_lines(session, EVERYTHING, wanted(), limit=1)
    with statements(session) as many:
        every = lines(session)
    assert (len(first), len(every)) == (1, 4)
    assert len(few) == len(many) == 5
    rest = sheet_lines(session, EVERYTHING, wanted(), offset=1, limit=2)
    assert rest == every[1:3]


def test_pasted_rows_are_matched_with_open_lines_by_code(session: Session) -> None:
    line = a_plan_line(session)
    a_plan_line(session, a_project_of(session, line), year=2024)
    a_disbursement(session, line, 40, posted_on=date(2025, 4, 1), purpose=Purpose.LAND_CLEARANCE)
    code = lines(session)[0].project_code
    assert open_lines(session, EVERYTHING, DAY, ["không có"]) == {}
    (found,) = open_lines(session, EVERYTHING, DAY, [code])[code]
    assert (found.id, found.payable) == (line.id, 999_999_960)
    assert (found.source_code, found.purpose) == ("2.1", Purpose.LAND_CLEARANCE)
    january = open_lines(session, EVERYTHING, date(2025, 1, 31), [code])[code]
    assert [one.year for one in january] == [2024, 2025]


def project_id(line: PlanLine) -> int:
    assert line.project_id is not None
    return line.project_id


def a_project_of(session: Session, line: PlanLine) -> Project:
    return session.get_one(Project, line.project_id)


def test_of_many_entries_of_a_day_the_newest_are_listed_and_the_rest_counted(
    session: Session,
) -> None:
    line = a_plan_line(session, planned=10**12)
    made = [a_disbursement(session, line, 10 + place, posted_on=DAY).id for place in range(13)]
    said = lines(session)[0].entries
    assert [one.id for one in said.newest] == made[3:]
    assert (said.older, said.is_any_live) == (3, True)
