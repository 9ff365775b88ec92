"""The list of projects: search, order, totals, scope, and how many statements it takes."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.checks.queries import statements
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line, a_source
from tests.factories.projects import a_project
from tests.factories.scenarios import a_scenario
from tests.factories.units import a_district, a_unit, an_organisation
from tracker.domain.classes import Class, Standing
from tracker.domain.days import PlanYear
from tracker.domain.flags import FlagCode
from tracker.domain.money import Dong
from tracker.domain.people import EVERYTHING, NOTHING, Scope
from tracker.domain.projects import Group, Status, Tier
from tracker.models import Organisation, Project
from tracker.queries.filters import ProjectFilter, owner_choices, search_words
from tracker.queries.projects import Listed, Order, listed_projects, ordered, totals_of

YEAR = PlanYear(2025)
DAY = date(2025, 4, 30)
BILLION = 10**9


def a_planned(session: Session, name: str, planned: int = BILLION, **changes: Any) -> Project:
    project = a_project(session, name=name, **changes)
    if planned:
        a_plan_line(session, project, planned=planned)
    return project


def listed(session: Session, scope: Scope = EVERYTHING, **wanted: Any) -> list[Listed]:
    return listed_projects(session, scope, ProjectFilter(**wanted), YEAR, DAY)


def names(rows: list[Listed]) -> list[str]:
    return [row.card.name for row in rows]


@pytest.mark.parametrize(
    "typed", ["duong tinh 391", "Đường tỉnh 391", "DUONG  tinh", "391", "tỉnh đường"]
)
def test_a_search_without_accents_finds_the_name(session: Session, typed: str) -> None:
    a_planned(session, "Cải tạo Đường tỉnh 391 đoạn qua Tứ Kỳ")
    a_planned(session, "Trường tiểu học Thanh Sơn")
    assert names(listed(session, words=search_words(typed))) == [
        "Cải tạo Đường tỉnh 391 đoạn qua Tứ Kỳ"
    ]


def test_a_search_finds_the_code_and_the_owner(session: Session) -> None:
    board = an_organisation(session, name="Ban Quản lý dự án huyện Kim Thành")
    project = a_planned(session, "Cầu Đò", owner=board)
    a_planned(session, "Cầu khác")
    for typed in (project.code.lower(), "kim thanh", "ban quan ly cau do"):
        assert names(listed(session, words=search_words(typed))) == ["Cầu Đò"]


def test_signs_of_a_search_pattern_are_searched_as_they_are(session: Session) -> None:
    a_planned(session, "Cầu 50% vốn")
    a_planned(session, "Cầu 500 vốn")
    assert names(listed(session, words=search_words("50%"))) == ["Cầu 50% vốn"]
    assert listed(session, words=search_words("c_u")) == []


def test_the_order_of_names_is_vietnamese(session: Session) -> None:
    wanted = ["An", "Ăn", "Ân", "Dân", "Đăng", "Em", "Êm", "Ơn", "Ưng"]
    for name in reversed(wanted):
        a_planned(session, name)
    assert names(listed(session)) == wanted
    assert names(ordered(listed(session), Order.NAME, descending=True)) == wanted[::-1]


def test_unknown_values_come_last_in_both_directions(session: Session) -> None:
    a_planned(session, "Bé", planned=1_000)
    a_planned(session, "Lớn", planned=2_000)
    a_planned(session, "Không", planned=0)
    rows = listed(session, without_plan=True)
    assert names(ordered(rows, Order.PLAN)) == ["Bé", "Lớn", "Không"]
    assert names(ordered(rows, Order.PLAN, descending=True)) == ["Lớn", "Bé", "Không"]


@pytest.mark.parametrize("order", list(Order))
def test_every_order_is_total(session: Session, order: Order) -> None:
    for name in ("C", "A", "B"):
        a_planned(session, name, planned=5_000)
    for descending in (False, True):
        rows = ordered(listed(session), order, descending=descending)
        if order not in (Order.NAME, Order.OWNER):
            assert names(rows) == ["A", "B", "C"]
        assert rows == ordered(listed(session), order, descending=descending)


def test_totals_are_over_all_rows_and_their_ratio_is_not_a_mean_of_ratios(
    session: Session,
) -> None:
    small, large = a_project(session), a_project(session)
    a_disbursement(session, a_plan_line(session, small, planned=100), 100)
    a_disbursement(session, a_plan_line(session, large, planned=300), 50)
    a_planned(session, "Không kế hoạch", planned=0)
    totals = totals_of(listed(session, without_plan=True))
    assert (totals.projects, totals.plan, totals.disbursed) == (3, 400, 150)
    assert totals.ratio is not None
    assert totals.ratio * 8 == 3
    assert (totals.unplanned, totals.unknown) == (1, 0)
    assert totals.gap == totals.disbursed - totals.expected


def test_a_project_without_a_plan_of_the_year_is_shown_only_when_asked_for(
    session: Session,
) -> None:
    project = a_project(session, name="Chưa giao")
    a_plan_line(session, project, year=2024, planned=5)
    assert listed(session) == []
    (row,) = listed(session, without_plan=True)
    assert (row.card.name, row.plan, row.klass) == ("Chưa giao", None, Class.NOT_APPLICABLE)
    assert listed(session, without_plan=True, classes=frozenset({Class.GOOD})) == []


def test_a_scope_sees_its_own_projects_alone(session: Session) -> None:
    commune = a_unit(session)
    mine = a_planned(session, "Của tôi", unit=commune)
    other = a_planned(session, "Của người khác")
    assert names(listed(session, Scope(unit_paths=frozenset({commune.path})))) == ["Của tôi"]
    owner = Scope(organisation_ids=frozenset({other.owner_id}))
    assert names(listed(session, owner)) == ["Của người khác"]
    assert listed(session, NOTHING) == []
    assert mine.owner_id not in {one.id for one in owner_choices(session, owner)}
    assert other.owner_id in {one.id for one in owner_choices(session, owner)}


def test_each_filter_narrows_the_list(session: Session) -> None:
    district = a_district(session)
    commune = a_unit(session, parent=district)
    one = a_planned(
        session,
        "Một",
        unit=commune,
        tier=Tier.COMMUNE,
        sector="10.3",
        group_override=Group.B,
        group_reason="Lý do đủ dài",
    )
    two = a_project(
        session, name="Hai", unit=a_district(session, "290"), sector="10", status=Status.CLOSED
    )
    a_plan_line(session, two, source_id=a_source(session, "1.1.2").id)
    for wanted, found in (
        ({"tier": Tier.COMMUNE}, ["Một"]),
        ({"place_path": district.path}, ["Một"]),
        ({"owner_id": one.owner_id}, ["Một"]),
        ({"group": Group.B}, ["Một"]),
        ({"group": Group.C}, ["Hai"]),
        ({"sector": "10"}, ["Hai", "Một"]),
        ({"sector": "10.3"}, ["Một"]),
        ({"sector": "1"}, []),
        ({"source_path": a_source(session, "1.1").path}, ["Hai"]),
        ({"status": Status.CLOSED}, ["Hai"]),
        ({"group_is_unknown": True}, []),
    ):
        assert names(listed(session, **wanted)) == found, wanted


def test_verdicts_narrow_the_list(session: Session) -> None:
    slow = a_project(session, name="Chậm")
    a_disbursement(session, a_plan_line(session, slow, planned=1_000_000_000), 1_000_000)
    a_scenario(session, slow)
    good = a_project(session, name="Tốt")
    a_disbursement(session, a_plan_line(session, good), 900_000_000, posted_on=date(2025, 4, 28))
    a_scenario(session, good)
    assert names(listed(session, classes=frozenset({Class.SLOW, Class.UNABLE}))) == ["Chậm"]
    assert names(listed(session, classes=frozenset({Class.GOOD}))) == ["Tốt"]
    assert names(listed(session, flag=FlagCode.F02)) == ["Chậm"]
    assert names(listed(session, standing=Standing.AHEAD)) == ["Tốt"]
    assert names(listed(session, standing=Standing.ON)) == []


def test_a_list_of_fifty_takes_no_more_statements_than_one_of_five(session: Session) -> None:
    def taken(rows: int) -> int:
        for number in range(rows):
            project = a_project(session, name=f"Dự án {number}")
            a_disbursement(session, a_plan_line(session, project), 1_000)
            a_scenario(session, project)
        session.flush()
        session.expunge_all()
        with statements(session) as sent:
            listed(session, without_plan=True)
        return len(sent)

    assert taken(5) == taken(45)


def test_amounts_stay_whole_on_both_engines(session: Session) -> None:
    project = a_project(session)
    a_disbursement(session, a_plan_line(session, project, planned=10**15), 10**15 - 1)
    (row,) = listed(session)
    assert (row.plan, row.disbursed) == (10**15, 10**15 - 1)
    assert all(isinstance(amount, int) for amount in (row.plan, row.disbursed))
    assert isinstance(totals_of([row]).plan, int)


def test_the_owner_of_a_row_is_that_of_today(session: Session) -> None:
    project = a_planned(session, "Dự án")
    owner = session.get_one(Organisation, project.owner_id)
    assert listed(session)[0].card.owner == owner.short_name
    assert Dong(BILLION) == listed(session)[0].plan
