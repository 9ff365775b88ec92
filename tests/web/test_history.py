"""The log: within one's scope, by person, deed, project and day, and the history of a record."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checks.browsing import readable
from tests.checks.intruding import words_of
from tests.checks.queries import statements
from tests.factories.people import a_grant, a_person
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser
from tests.factories.units import an_organisation
from tests.services.test_disbursements_at_once import an_order
from tracker.domain.act import Act
from tracker.domain.chain import short
from tracker.domain.people import Role
from tracker.domain.seals import SealCause
from tracker.models import Organisation, Person, PlanLine, Project
from tracker.services.disbursements import (
    ReverseDisbursement,
    record_disbursement,
    reverse_disbursement,
)
from tracker.services.history import record_change
from tracker.services.seals import put_seal, read_seal_key

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

Visitor = Callable[..., tuple[Person, FlaskClient]]


@pytest.fixture
def visitor(app: Flask, session: Session) -> Visitor:
    """Give somebody with these roles over one organisation or everything, and their browser."""

    def make(*roles: Role, organisation: Organisation | None = None) -> tuple[Person, FlaskClient]:
        person = a_person(session)
        for role in roles:
            a_grant(session, person, role, organisation=organisation)
        return person, a_browser(app, session, person)

    return make


@pytest.fixture
def line(session: Session, act: Act) -> PlanLine:
    """A line with two entries, one of which is undone for a reason."""
    project = a_project(session, name="Đường trục Bắc Nam")
    line = a_plan_line(session, project)
    record_disbursement(session, act, an_order(line.id, "một", 5_000_000))
    wrong = record_disbursement(session, act, an_order(line.id, "hai", 7_000))
    reverse_disbursement(session, act, ReverseDisbursement(wrong.id, "nhầm số chứng từ rồi", "đ"))
    session.commit()
    return line


def project_of(session: Session, line: PlanLine) -> Project:
    return session.get_one(Project, line.project_id)


def test_the_log_tells_who_what_when_and_why(visitor: Visitor, line: PlanLine) -> None:
    _, browser = visitor(Role.READER)
    words = readable(browser.get("/history"))
    for told in (
        "Nhập giải ngân", "Đảo bút toán giải ngân", "nhầm số chứng từ rồi", "5.000.000",
        "Đường trục Bắc Nam", "Hệ thống", "của chuỗi nhật ký", "chưa được niêm phong",
    ):  # fmt: skip
        assert told in words, told


def test_somebody_of_another_place_sees_nothing_of_it(
    session: Session, visitor: Visitor, line: PlanLine
) -> None:
    elsewhere = an_organisation(session)
    _, browser = visitor(Role.OFFICER, organisation=elsewhere)
    project = project_of(session, line)
    for url in ("/history", f"/history?project={project.code}", "/history?deed=plan.assigned"):
        page = browser.get(url)
        assert page.status_code == 200
        assert "Đường trục" not in page.text
        assert "5.000.000" not in page.text
    assert browser.get(f"/history/lines/{line.id}").status_code == 404
    assert browser.get("/history/lines/987654321").status_code == 404


def test_those_whose_project_it_is_see_it(
    session: Session, visitor: Visitor, line: PlanLine
) -> None:
    owner = session.get_one(Organisation, project_of(session, line).owner_id)
    _, browser = visitor(Role.OFFICER, organisation=owner)
    assert "5.000.000" in browser.get("/history").text
    words = readable(browser.get(f"/history/lines/{line.id}"))
    assert "nhầm số chứng từ rồi" in words
    assert words.count("Nhập giải ngân") >= 2


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("deed=disbursement.reversed", "nhầm số chứng từ rồi"),
        ("person=hethong", "5.000.000"),
        ("from=2025-04-30&to=2025-04-30", "5.000.000"),
    ],
)
def test_the_log_is_narrowed(visitor: Visitor, line: PlanLine, query: str, seen: str) -> None:
    _, browser = visitor(Role.READER)
    assert seen in browser.get(f"/history?{query}").text


@pytest.mark.parametrize(
    "query",
    ["deed=disbursement.quiet", "person=khong.co", "to=2025-04-29", "from=2025-05-01&project=X"],
)
def test_what_does_not_fit_the_filter_is_not_shown(
    visitor: Visitor, line: PlanLine, query: str
) -> None:
    _, browser = visitor(Role.READER)
    page = browser.get(f"/history?{query}")
    assert "5.000.000" not in page.text
    if "to=" not in query:
        assert "Không có việc nào khớp bộ lọc" in page.text


def test_each_filter_at_work_is_told_with_a_way_out(visitor: Visitor, line: PlanLine) -> None:
    _, browser = visitor(Role.READER)
    page = browser.get("/history?deed=plan.assigned&from=2025-04-01").text
    assert 'href="/history?from=2025-04-01"><span class="visually_hidden">Bỏ lọc' in page
    assert '<span class="chip-label">Việc:</span> Giao, điều chỉnh kế hoạch vốn' in page
    assert '<span class="chip-label">Từ ngày:</span> 01/04/2025' in page
    typed = browser.get("/history?to=30/04/2025").text
    assert '<span class="chip-label">Đến hết ngày:</span> 30/04/2025' in typed
    assert 'class="chips"' not in browser.get("/history").text


def test_what_cannot_be_read_in_the_address_is_named(visitor: Visitor) -> None:
    _, browser = visitor(Role.READER)
    page = browser.get("/history?deed=bay&from=hôm-qua&lạ=1")
    assert page.status_code == 200
    for name in ("deed", "from", "lạ"):
        assert name in readable(page)


def test_a_day_is_the_day_at_the_office(session: Session, act: Act, visitor: Visitor) -> None:
    project = a_project(session)
    late = Act(act.actor, act.at.replace(hour=17, minute=30), act.on)  # 00:30 the next day
    told = {"name": "Tên sau nửa đêm"}
    record_change(
        session, late, "project.amended", project, project.id, after=told, project_id=project.id
    )
    session.commit()
    _, browser = visitor(Role.READER)
    assert "Tên sau nửa đêm" not in browser.get("/history?to=2025-04-30").text
    assert "Tên sau nửa đêm" in browser.get("/history?from=2025-05-01").text


def test_older_changes_are_on_the_next_page_by_key(
    session: Session, act: Act, visitor: Visitor
) -> None:
    project = a_project(session)
    for number in range(60):
        record_change(
            session,
            act,
            "project.amended",
            project,
            project.id,
            after={"name": f"Tên thứ {number:02d}."},
            project_id=project.id,
        )
    session.commit()
    _, browser = visitor(Role.READER)
    first = browser.get("/history?deed=project.amended").text
    assert "Tên thứ 59." in first
    assert "Tên thứ 05." not in first
    address = first.split("before=")[1].split('"')[0]
    second = browser.get(f"/history?deed=project.amended&before={address}").text
    assert "Tên thứ 05." in second
    assert "Tên thứ 59." not in second


def test_accounts_are_told_to_those_who_run_them_and_ones_own_to_oneself(
    session: Session, app: Flask, visitor: Visitor
) -> None:
    admin, running = visitor(Role.ADMIN)
    reader, reading = visitor(Role.READER)
    reading.get("/people/new")  # refused, and kept
    shown = readable(running.get(f"/history?person={reader.username}"))
    assert "Bị từ chối truy cập" in shown
    own = readable(reading.get(f"/history?person={reader.username}"))
    assert "/people/new" not in own
    assert "/people/new" in shown
    running.get("/projects/KHONG-CO")
    assert "KHONG-CO" in readable(running.get("/history?deed=access.denied"))
    assert "KHONG-CO" not in readable(reading.get("/history"))
    assert session.scalar(select(Person.id).where(Person.id == admin.id))


def test_the_statements_do_not_grow_with_the_rows(
    session: Session, act: Act, app: Flask, visitor: Visitor, line: PlanLine
) -> None:
    _, browser = visitor(Role.READER)
    with statements(session) as few:
        browser.get("/history")
    for number in range(30):
        record_disbursement(session, act, an_order(line.id, f"thêm {number}", 1_100 + number))
    session.commit()
    with statements(session) as many:
        browser.get("/history")
    assert len(many) == len(few)


def test_nobody_can_change_what_was_written(app: Flask) -> None:
    methods = {
        method
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("history.")
        for method in rule.methods or ()
    }
    assert methods == {"GET", "HEAD", "OPTIONS"}


def test_what_is_printed_or_handed_out_says_the_latest_seal(
    session: Session, act: Act, visitor: Visitor, line: PlanLine
) -> None:
    _, browser = visitor(Role.READER)
    assert "chưa được niêm phong" in readable(browser.get("/projects"))
    key = read_seal_key("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")
    seal = put_seal(session, key, SealCause.MANUAL, act.at)
    session.commit()
    assert seal is not None
    told = short(seal.facts.hash)
    project = project_of(session, line)
    for url in ("/", "/projects", f"/projects/{project.code}", "/disbursements/entries"):
        assert told in readable(browser.get(url)), url
    assert told in words_of(browser.get("/projects.xlsx"))
