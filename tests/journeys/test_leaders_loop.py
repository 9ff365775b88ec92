"""Three people and three days: a flag, a directive from the phone, an answer, what came of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy.orm import Session

from tests.conftest import Database, open_engine
from tests.factories.disbursements import a_disbursement
from tests.factories.people import a_grant, a_person
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.scenarios import a_scenario
from tests.factories.units import a_district, an_organisation
from tests.journeys.conftest import PASSWORD, Enter, free_port, serving, signed_in
from tracker.db import WRITES
from tracker.domain.people import Role
from tracker.queries import wall
from tracker.services.passwords import hash_password

pytestmark = pytest.mark.browser

DESK = {"viewport": {"width": 1366, "height": 768}, "locale": "vi-VN"}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "locale": "vi-VN"}
CODE = "THU-DT-01"
NAME = "Đường tránh Thử"
BILLION = 10**9
CALM, SLOW, DUE, AFTER = (
    date(2025, 4, 15),
    date(2025, 4, 30),
    date(2025, 5, 10),
    date(2025, 5, 12),
)


@dataclass
class Office:
    """A database, a port, and the browsers of the three people: their sessions outlive a day."""

    url: str
    port: int
    leader: BrowserContext
    board: BrowserContext
    district: BrowserContext


@pytest.fixture
def office(sqlite_database: Database, chromium: Browser) -> Iterator[Office]:
    """A project that keeps to its path in the middle of April, and not at the end of it."""
    url = sqlite_database.copy()
    engine = open_engine(url)
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        session = Session(connection)
        wall.open_to_the_system(session)
        place = a_district(session)
        board = an_organisation(session, place, name="Ban dự án huyện Thử")
        project = a_project(session, owner=board, unit=place, name=NAME, code=CODE)
        line = a_plan_line(session, project, planned=10 * BILLION)
        a_scenario(session, project, tuple(10 * BILLION * month // 13 for month in range(1, 14)))
        a_disbursement(session, line, 2_750_000_000, posted_on=date(2025, 4, 10))
        secret = hash_password(PASSWORD)
        leader, clerk, head = (
            a_person(session, username=name, password_hash=secret)
            for name in ("chutich", "canboban", "huyenuy")
        )
        a_grant(session, leader, Role.PROVINCE_LEADER)
        a_grant(session, clerk, Role.OFFICER, organisation=board)
        a_grant(session, head, Role.UNIT_LEADER, unit=place)
        session.commit()
    engine.dispose()
    browsers = [chromium.new_context(**look) for look in (PHONE, DESK, DESK)]
    for one in browsers:
        one.set_default_timeout(15_000)
    yield Office(url, free_port(), *browsers)
    for one in browsers:
        one.close()


def shown(page: Page, address: str) -> str:
    """Open an address, whole and no wider than its window; return its words."""
    answer = page.goto(address)
    assert answer
    assert answer.ok, address
    if address.endswith("/brief"):  # a part of it is asked for by the page itself
        page.locator("#worsened:not([hx-get])").wait_for()
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0, address
    return " ".join((page.locator("main").text_content() or "").split())


def gap_on(page: Page) -> str:
    """Return the exact gap that stands in the project's row."""
    row = page.locator("li, tr").filter(has_text=NAME).filter(has=page.locator("data[data-sign]"))
    return row.first.locator("data.money[data-sign]").first.get_attribute("value") or ""


@pytest.mark.parametrize("username", ["lanhdao", "huyen", "canbo"])
def test_a_brief_is_one_sheet_of_paper(
    enter: Enter, context: BrowserContext, username: str
) -> None:
    page = enter(username)
    home = re.sub(r"(//[^/]+)/.*", r"\1", page.url)
    for language in ("vi", "en"):
        context.add_cookies([{"name": "language", "value": language, "url": home}])
        shown(page, f"{home}/brief")
        sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
        assert len(sheets) == 1, language


def test_a_flag_leads_to_a_directive_and_its_effect_is_seen_by_all(office: Office) -> None:
    with serving(office.url, office.port, CALM) as address:
        leader = signed_in(office.leader, address, "chutich")
        board = signed_in(office.board, address, "canboban")
        district = signed_in(office.district, address, "huyenuy")
        assert NAME not in shown(leader, f"{address}/brief")  # nothing is wrong so far

    with serving(office.url, office.port, SLOW) as address:
        words = shown(leader, f"{address}/brief")
        assert words.count(NAME) == 2  # among the worst, and newly worse
        assert "Đúng tiến độ → Chậm" in words
        first_gap = gap_on(leader)
        leader.locator("#worst .brief-name").first.click()
        leader.locator("#flags a[href*='flag=f02']").first.click()
        leader.fill("[name=content]", "Nghiệm thu và thanh toán ngay khối lượng đã xong.")
        leader.fill("[name=product]", "Chứng từ Kho bạc của ít nhất 300 triệu đồng.")
        leader.fill("[name=due_on]", DUE.isoformat())
        leader.locator("main form button[data-kind=main]").click()
        leader.get_by_text("Đã giao chỉ đạo").wait_for()
        thread = re.sub(r"^https?://[^/]+", "", leader.url)

        assert "Chờ tôi 1" in shown(board, f"{address}/directives")
        shown(board, f"{address}/disbursements/{SLOW.isoformat()}")
        number = (board.locator("tr[id^=line_]").first.get_attribute("id") or "")[5:]
        board.fill(f"#amount_{number}", "300.000.000")
        board.fill(f"#voucher_{number}", "GRV-17/2025")
        board.click(f"#save_{number}")
        board.locator('#day_sum[value="300000000"]').wait_for()
        shown(board, f"{address}{thread}")
        board.fill("#reply [name=words]", "Đã thanh toán 300 triệu đồng.")
        board.check("#reply input[name=standing][value=done]")
        board.fill("#reply [name=evidence]", "GRV-17/2025")
        board.locator("#reply button[type=submit]").click()
        board.get_by_text("Đã gửi phản hồi").wait_for()

    with serving(office.url, office.port, AFTER) as address:
        brief = shown(leader, f"{address}/brief")
        gap = gap_on(leader)
        assert int(first_gap) < int(gap) < 0  # less behind than on the day of the directive
        assert "Tôi đã giao: 1 chỉ đạo" in brief
        assert "quá 2 ngày" in brief
        assert "kết thúc" in (leader.locator("#pending").text_content() or "")
        effect = shown(leader, f"{address}{thread}")
        assert "có chuyển biến" in effect
        for page in (leader, board, district):
            assert "quá 2 ngày" in shown(page, f"{address}/brief")
            assert gap_on(page) == gap
            slow = shown(page, f"{address}/slowness")
            assert gap_on(page) == gap
            assert "Chỉ đạo: Ban dự án huyện Thử" in slow
            assert "quá 2 ngày" in shown(page, f"{address}/directives?inbox=overdue")
        shown(leader, f"{address}{thread}")
        leader.fill("#close [name=result]", "Đã thanh toán")
        leader.locator("#close button[type=submit]").click()
        leader.get_by_text("Đã kết thúc chỉ đạo").wait_for()
        assert "Không có việc nào chờ anh/chị quyết định." in shown(leader, f"{address}/brief")
