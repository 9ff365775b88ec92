"""The screens of projects: the list, its files, one project, its history."""

import csv
import re
from datetime import date
from io import StringIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.checks.browsing import readable, send
from tests.checks.queries import statements
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_decision, a_project
from tests.factories.scenarios import a_scenario
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import a_unit, an_organisation
from tracker.domain.money import Dong
from tracker.domain.people import Role
from tracker.models import Project

pytestmark = pytest.mark.usefixtures("browsers")

BILLION = 10**9


@pytest.fixture
def leader(app: Flask, session: Session) -> FlaskClient:
    return a_browser_of_a(Role.PROVINCE_LEADER, app, session)


@pytest.fixture
def coordinator(app: Flask, session: Session) -> FlaskClient:
    return a_browser_of_a(Role.COORDINATOR, app, session)


def a_planned(session: Session, name: str, planned: int = BILLION) -> Project:
    project = a_project(session, name=name)
    a_plan_line(session, project, planned=planned)
    return project


def rows_of(html: str) -> list[str]:
    """Return the names of the projects listed, in order."""
    return re.findall(
        r'<th scope="row" role="rowheader" class="table-name"><a [^>]*>([^<]*)<', html
    )


def values_of(html: str) -> list[str]:
    """Return the amounts of the totals row, in đồng."""
    totals = html.split('class="totals_row"', 1)[1].split("</tr>", 1)[0]
    return re.findall(r'<data class="money"[^>]*\bvalue="([^"]*)"', totals)


def test_the_head_line_says_what_is_shown(leader: FlaskClient, session: Session) -> None:
    a_planned(session, "Cầu")
    page = readable(leader.get("/projects?as_of=2025-03-31&unit=million"))
    assert "kế hoạch vốn 2025 · đến 31/03/2025 · theo phần mềm · triệu đồng" in page


def test_a_search_without_accents_finds(leader: FlaskClient, session: Session) -> None:
    a_planned(session, "Cải tạo Đường tỉnh 391")
    a_planned(session, "Trường học")
    page = leader.get("/projects?q=duong tinh 391").text
    assert rows_of(page) == ["Cải tạo Đường tỉnh 391"]
    assert 'value="duong tinh 391"' in page


def test_totals_are_over_all_rows_and_not_over_the_page(
    leader: FlaskClient, session: Session
) -> None:
    for number in range(60):
        a_planned(session, f"Dự án {number}", planned=3)
    page = leader.get("/projects?page=2").text
    assert len(rows_of(page)) == 10
    assert "Tổng 60 dự án đã lọc" in page
    assert values_of(page)[0] == "180"
    assert "51–60 trong 60 dự án" in page
    assert len(rows_of(leader.get("/projects?size=all").text)) == 60


def test_columns_order_the_list_and_say_so(leader: FlaskClient, session: Session) -> None:
    for name, planned in (("Bé", 1), ("Lớn", 3), ("Vừa", 2)):
        a_planned(session, name, planned)
    page = leader.get("/projects?order=-plan").text
    assert rows_of(page) == ["Lớn", "Vừa", "Bé"]
    assert page.count("aria-sort=") == 1
    assert 'aria-sort="descending"' in page
    assert 'href="/projects?order=plan"' in page
    by_name = leader.get("/projects").text
    assert 'aria-sort="ascending"' in by_name
    assert 'href="/projects?order=-name"' in by_name


def test_a_new_order_begins_at_the_first_page(leader: FlaskClient, session: Session) -> None:
    for number in range(51):
        a_planned(session, f"Dự án {number}")
    page = leader.get("/projects?page=2&tier=province").text
    assert 'href="/projects?tier=province&amp;order=plan"' in page


def test_filters_stand_as_chips_with_a_way_out(leader: FlaskClient, session: Session) -> None:
    a_planned(session, "Cầu")
    page = leader.get("/projects?q=cau&tier=province&order=gap").text
    assert 'href="/projects?tier=province&amp;order=gap"' in page
    assert 'href="/projects?q=cau&amp;order=gap"' in page
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Tìm: cau" in words
    assert "Cấp: Tỉnh" in words


def test_another_plan_year_is_a_filter_with_a_chip(leader: FlaskClient, session: Session) -> None:
    project = a_project(session, name="Cầu")
    a_plan_line(session, project, year=2024)
    page = leader.get("/projects?year=2024&tier=province")
    assert rows_of(page.text) == ["Cầu"]
    assert '<option value="2024" selected>' in page.text
    assert "Năm kế hoạch: 2024" in readable(page)
    assert 'href="/projects?tier=province"' in page.text
    assert page.text.count('name="year"') == 2  # the filter, and the form of the day


def test_what_is_not_understood_is_named(leader: FlaskClient, session: Session) -> None:
    a_planned(session, "Cầu")
    url = (
        "/projects?cap_du_an=1&tier=xa&class=good,bad&flag=f99&order=colour&owner=KHONG-CO&group=z"
    )
    page = leader.get(url)
    words = readable(page)
    assert "cap_du_an" in words
    assert "Không đọc được tham số: tier, owner, group, class, flag, order" in words
    assert rows_of(page.text) == ["Cầu"]
    assert 'class="chip"' not in page.text


@pytest.mark.parametrize("page", ["0", "-3", "99999999999999999999", "x", "²"])
def test_a_page_that_is_not_there_shows_the_nearest(
    leader: FlaskClient, session: Session, page: str
) -> None:
    a_planned(session, "Cầu")
    assert rows_of(leader.get("/projects", query_string={"page": page}).text) == ["Cầu"]


def test_projects_without_a_plan_are_one_link_away(leader: FlaskClient, session: Session) -> None:
    a_planned(session, "Có kế hoạch")
    a_project(session, name="Không kế hoạch")
    page = leader.get("/projects").text
    assert rows_of(page) == ["Có kế hoạch"]
    assert 'href="/projects?plan=any"' in page
    assert rows_of(leader.get("/projects?plan=any").text) == ["Có kế hoạch", "Không kế hoạch"]


def test_an_empty_list_says_why_and_offers_one_step(leader: FlaskClient, session: Session) -> None:
    page = leader.get("/projects?year=2031").text
    assert "chưa có dự án nào được giao kế hoạch 2031" in page
    page = leader.get("/projects?q=khongco&plan=any").text
    assert "khớp với các bộ lọc" in page
    assert 'href="/projects">Bỏ tất cả bộ lọc' in page


def test_the_files_hold_every_filtered_row_and_its_totals(
    leader: FlaskClient, session: Session
) -> None:
    for number in range(55):
        a_planned(session, f"Dự án {number}", planned=2)
    a_planned(session, "=cmd|calc", planned=5)
    answer = leader.get("/projects.csv?order=-plan&page=2")
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == 1 + 56 + 1 + 1
    assert rows[1][1] == "'=cmd|calc"
    assert rows[-2][1] == "Tổng 56 dự án đã lọc"
    assert rows[-2][7] == "115"
    (said,) = rows[-1]
    assert said.endswith("Số giải ngân gồm bút toán đã duyệt và đã đối chiếu Kho bạc")
    book = leader.get("/projects.xlsx?q=khongco")
    assert book.status_code == 200
    assert book.data.startswith(b"PK")


def test_the_list_takes_as_many_statements_for_fifty_as_for_five(
    leader: FlaskClient, session: Session
) -> None:
    def taken(rows: int) -> int:
        for number in range(rows):
            project = a_planned(session, f"Dự án {rows} {number}")
            a_scenario(session, project)
        session.flush()
        session.expunge_all()
        leader.get("/projects")  # the first reader has what changed judged again
        with statements(session) as sent:
            assert leader.get("/projects?plan=any&size=all").status_code == 200
        return len(sent)

    leader.get("/projects")  # who has no form token yet is told no state of the data
    assert taken(5) == taken(45)


def test_a_scope_lists_and_opens_its_own_projects_alone(app: Flask, session: Session) -> None:
    commune = a_unit(session)
    mine = a_project(session, unit=commune, name="Của xã")
    a_plan_line(session, mine)
    other = a_planned(session, "Của nơi khác")
    browser = a_browser_of_a(Role.READER, app, session, unit=commune)
    assert rows_of(browser.get("/projects?plan=any").text) == ["Của xã"]
    assert "nơi khác" not in browser.get("/projects.csv").data.decode()
    for part in ("", "/history", "/plan", "/scenario"):
        assert browser.get(f"/projects/{mine.code}{part}").status_code == 200
        foreign = browser.get(f"/projects/{other.code}{part}")
        missing = browser.get(f"/projects/KHONG-CO{part}")
        assert foreign.status_code == missing.status_code == 404
        shape = [readable(page).replace(other.code, "KHONG-CO") for page in (foreign, missing)]
        number = re.compile(r"\b[0-9a-f]{16}\b")
        assert number.sub("", shape[0]) == number.sub("", shape[1])


def test_a_project_shows_its_year_and_where_each_figure_comes_from(
    leader: FlaskClient, session: Session
) -> None:
    project = a_project(session, name="Cầu Tân Kỳ")
    line = a_plan_line(session, project, planned=200_000_000)
    a_scenario(session, project)
    a_disbursement(session, line, 10_000_000, posted_on=date(2025, 3, 3))
    a_decision(session, project)
    page = leader.get(f"/projects/{project.code}?unit=dong").text

    def value(name: str) -> str:
        found = re.search(rf'<data[^>]*\bid="{name}"[^>]*\bvalue="([^"]*)"', page)
        assert found, name
        return found.group(1)

    assert [value(n) for n in ("plan", "disbursed", "remaining", "scenario", "gap")] == [
        "200000000",
        "10000000",
        "190000000",
        "40000000",
        "-30000000",
    ]
    assert value("ratio") == "0.050000"
    assert f"/projects/{project.code}/plan" in page
    assert f"project={project.code}" in page
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "5,0% đã giải ngân − 20,0% phải đạt = −15,0 điểm" in words
    assert "TL2 = đã giải ngân ÷ kế hoạch tỉnh giao" in words
    assert re.search(r"F-02 từ \d\d/\d\d/2025", words)
    assert "Để hết cờ: Giải ngân thêm" in words


def test_a_past_day_is_kept_in_the_links_of_a_project(
    leader: FlaskClient, session: Session
) -> None:
    project = a_planned(session, "Cầu")
    page = leader.get(f"/projects/{project.code}?as_of=2025-03-31").text
    for part in ("plan", "scenario", "history"):
        assert f"/projects/{project.code}/{part}?as_of=2025-03-31" in page


def test_a_project_without_a_plan_says_so(leader: FlaskClient, session: Session) -> None:
    project = a_project(session)
    words = readable(leader.get(f"/projects/{project.code}"))
    assert "dự án chưa được giao kế hoạch vốn 2025" in words


def test_who_may_not_edit_sees_no_way_to(
    leader: FlaskClient, coordinator: FlaskClient, session: Session
) -> None:
    project = a_planned(session, "Cầu")
    url = f"/projects/{project.code}"
    assert f"{url}/edit" in coordinator.get(url).text
    page = leader.get(url).text
    for part in ("edit", "owner", "decisions/new"):
        assert f"{url}/{part}" not in page
        assert leader.get(f"{url}/{part}").status_code == 403
    assert leader.get("/projects/new").status_code == 403


def test_the_page_of_a_project_takes_a_fixed_number_of_statements(
    leader: FlaskClient, session: Session
) -> None:
    def taken(payments: int) -> int:
        project = a_planned(session, f"Dự án {payments}")
        line = a_plan_line(session, project, extended=True)
        for number in range(payments):
            a_disbursement(session, line, 1, posted_on=date(2025, 1, 2 + number))
        session.flush()
        session.expunge_all()
        with statements(session) as sent:
            assert leader.get(f"/projects/{project.code}").status_code == 200
        return len(sent)

    taken(1)  # from now on a year of standings is kept, and due again at each of the next
    assert taken(5) == taken(25)


def test_the_history_tells_who_did_what_and_why(coordinator: FlaskClient, session: Session) -> None:
    project = a_project(session, name="Tên cũ", owner=an_organisation(session))
    owner = an_organisation(session, name="Ban Quản lý mới")
    url = f"/projects/{project.code}"
    answer = send(
        coordinator,
        f"{url}/owner",
        owner=owner.id,
        valid_from="2025-04-01",
        basis="Quyết định 77/QĐ-UBND",
        row_version=project.row_version,
    )
    assert answer.status_code == 303
    words = readable(coordinator.get(f"{url}/history"))
    assert "Giao chủ đầu tư" in words
    assert "Chuyên viên tổng hợp" in words
    assert "→ Ban Quản lý mới" in words
    assert "Lý do, căn cứ: Quyết định 77/QĐ-UBND" in words


def test_a_project_never_approved_shows_no_total_investment(
    leader: FlaskClient, session: Session
) -> None:
    project = a_project(session, total_investment=Dong(0))
    page = leader.get(f"/projects/{project.code}").text
    assert re.search(r'<span class="blank" id="total_investment">', page)
