"""The list of entries and its sums: what the filters let through, and nothing beyond the scope."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.checks.queries import statements
from tests.factories.disbursements import a_disbursement
from tests.factories.people import an_act
from tests.factories.plans import a_plan_line, a_source
from tests.factories.projects import a_project
from tests.factories.units import a_unit, an_organisation
from tracker.domain.act import Act
from tracker.domain.disbursements import DisbursementKind
from tracker.domain.money import Dong
from tracker.domain.people import EVERYTHING, NOTHING, Permission, Scope
from tracker.domain.projects import Tier
from tracker.models import PlanLine
from tracker.queries.disbursements import EntryFilter, EntryOrder, entries, entry, entry_sums
from tracker.queries.filters import search_words
from tracker.services.disbursements import ReverseDisbursement, reverse_disbursement

MARCH = date(2025, 3, 31)


@pytest.fixture
def line(session: Session) -> PlanLine:
    """A line of a project that can be told by every filter."""
    unit = a_unit(session)
    project = a_project(session, unit=unit, name="Cải tạo đường tỉnh 391", tier=Tier.DISTRICT)
    return a_plan_line(
        session,
        project,
        source_id=a_source(session, "1.1.2").id,
        budget_tier=Tier.DISTRICT,
        year=2024,
        extended=True,
        deadline_on=date(2025, 12, 31),
    )


def amounts(session: Session, wanted: EntryFilter, **changes: Any) -> list[int]:
    scope = changes.pop("scope", EVERYTHING)
    return [row.counted for row in entries(session, scope, wanted, **changes)]


def test_each_filter_lets_through_what_it_names(session: Session, line: PlanLine) -> None:
    mine = a_disbursement(session, line, 7, posted_on=MARCH, kind=DisbursementKind.ADVANCE)
    a_disbursement(session, amount=9, posted_on=date(2025, 4, 1))
    found = entry(session, EVERYTHING, mine.id)
    assert found is not None
    for wanted in (
        EntryFilter(words=search_words("duong TINH 391")),
        EntryFilter(project_code=found.project_code),
        EntryFilter(owner_id=found.owner_id),
        EntryFilter(place_path=found.unit_path),
        EntryFilter(tier=Tier.DISTRICT),
        EntryFilter(year=2024),
        EntryFilter(extended=True),
        EntryFilter(source_path="/1/"),
        EntryFilter(source_path="/1/1.1/1.1.2/"),
        EntryFilter(budget_tier=Tier.DISTRICT),
        EntryFilter(kind=DisbursementKind.ADVANCE),
        EntryFilter(until=MARCH),
        EntryFilter(since=MARCH, until=MARCH),
    ):
        assert amounts(session, wanted) == [7], wanted
        assert entry_sums(session, EVERYTHING, wanted).counted == 7, wanted
    for wanted in (
        EntryFilter(since=date(2025, 4, 1)),
        EntryFilter(extended=False),
        EntryFilter(source_path="/2/"),
        EntryFilter(kind=DisbursementKind.VOLUME_PAYMENT),
    ):
        assert amounts(session, wanted) == [9], wanted


def test_the_sums_are_the_rows_to_the_dong(session: Session, line: PlanLine) -> None:
    a_disbursement(session, line, 400, kind=DisbursementKind.ADVANCE)
    a_disbursement(session, line, 500, recovered=200)
    a_disbursement(session, line, 30, kind=DisbursementKind.REFUND)
    rows = list(entries(session, EVERYTHING, EntryFilter()))
    sums = entry_sums(session, EVERYTHING, EntryFilter())
    assert (sums.entries, sums.counted) == (len(rows), sum(row.counted for row in rows)) == (3, 670)
    kinds = [(one.kind, one.entries, one.amount, one.counted) for one in sums.by_kind]
    assert kinds == [
        (DisbursementKind.ADVANCE, 1, 400, 400),
        (DisbursementKind.VOLUME_PAYMENT, 1, 500, 300),
        (DisbursementKind.REFUND, 1, 30, -30),
    ]


def test_large_sums_stay_whole(session: Session) -> None:
    line = a_plan_line(session, planned=2 * 10**15)
    for _ in range(2):
        a_disbursement(session, line, 10**15)
    counted = entry_sums(session, EVERYTHING, EntryFilter()).counted
    assert (counted, type(counted)) == (2 * 10**15, int)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (EntryOrder.NEWEST, [3, 1, 2]),
        (EntryOrder.OLDEST, [2, 1, 3]),
        (EntryOrder.LARGEST, [3, 2, 1]),
        (EntryOrder.SMALLEST, [1, 2, 3]),
        (EntryOrder.PROJECT, [2, 1, 3]),
    ],
)
def test_the_entries_come_in_the_order_asked_for(
    session: Session, order: EntryOrder, expected: list[int]
) -> None:
    first = a_plan_line(session, a_project(session, name="Âu thuyền"))
    second = a_plan_line(session, a_project(session, name="Bến xe"))
    a_disbursement(session, first, 1, posted_on=date(2025, 3, 2))
    a_disbursement(session, first, 2, posted_on=date(2025, 3, 1))
    a_disbursement(session, second, 3, posted_on=date(2025, 3, 2))
    assert amounts(session, EntryFilter(), order=order) == expected
    assert amounts(session, EntryFilter(), order=order, offset=1, limit=1) == expected[1:2]


def test_a_scope_sees_its_own_entries_alone(session: Session, line: PlanLine) -> None:
    board = an_organisation(session)
    mine = a_disbursement(session, a_plan_line(session, a_project(session, owner=board)), 1)
    other = a_disbursement(session, line, 2)
    for scope in (
        Scope(organisation_ids=frozenset({board.id})),
        an_act(session, organisation=board).actor.scope_of(Permission.DISBURSEMENT_READ),
    ):
        assert amounts(session, EntryFilter(), scope=scope) == [1]
        assert entry_sums(session, scope, EntryFilter()).counted == 1
        assert entry(session, scope, mine.id) is not None
        assert entry(session, scope, other.id) is None
    assert amounts(session, EntryFilter(), scope=NOTHING) == []


def test_a_reversal_and_what_it_reverses_name_each_other(
    session: Session, act: Act, line: PlanLine
) -> None:
    made = a_disbursement(session, line, 5)
    order = ReverseDisbursement(made.id, "Nhập nhầm dự án khác", "key")
    reversal = reverse_disbursement(session, act, order)
    first, second = entry(session, EVERYTHING, made.id), entry(session, EVERYTHING, reversal.id)
    assert first is not None
    assert second is not None
    assert (first.reversal_id, first.reverses_id) == (reversal.id, None)
    assert (second.reversal_id, second.reverses_id) == (None, made.id)
    assert (second.reason, second.counted) == ("Nhập nhầm dự án khác", -5)
    assert second.recorder == "Hệ thống"


def test_a_page_asks_one_statement_however_long_it_is(session: Session, line: PlanLine) -> None:
    for number in range(1, 6):
        a_disbursement(session, line, number)
    with statements(session) as sent:
        assert len(list(entries(session, EVERYTHING, EntryFilter(), limit=2))) == 2
    with statements(session) as more:
        assert len(list(entries(session, EVERYTHING, EntryFilter()))) == 5
    assert len(sent) == len(more) == 1


def test_nothing_adds_up_to_zero(session: Session) -> None:
    sums = entry_sums(session, EVERYTHING, EntryFilter(project_code="không có"))
    assert (sums.entries, sums.counted, sums.by_kind) == (0, Dong(0), ())
