"""The brief: every number on it leads to a page that shows the same number, for everybody."""

import csv
import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.checks.browsing import readable, send
from tests.checks.intruding import words_of
from tests.checks.linked import Link, Sheet, numbers_on
from tests.checks.queries import statements
from tests.factories.briefs import World, a_brief_world, projects_of
from tests.factories.sessions import a_browser, a_browser_of_a
from tests.factories.units import a_district
from tracker.domain.act import Act
from tracker.domain.people import Role
from tracker.models import Directive

pytestmark = pytest.mark.usefixtures("browsers")
TOTALS = {
    "worst": "Tổng {} dự án",
    "worsened": None,
    "pending": None,
    "late": "{} chỉ đạo đã lọc",
}
"""How the page behind "and so many more" says how many there are in all; None: as a number."""
LOOSE = re.compile(r"TL2|\d\d/\d\d/\d{4}")
"""What may stand outside of links: the code of a ratio, and the day since which is looked."""


@pytest.fixture
def world(session: Session, act: Act) -> World:
    return a_brief_world(session, act)


class Follower:
    """Opens what links lead to, each address once."""

    def __init__(self, browser: FlaskClient) -> None:
        self.browser = browser
        self._seen: dict[str, tuple[str, str]] = {}

    def page(self, url: str) -> tuple[str, str]:
        """Return the markup and the words of a page."""
        if url not in self._seen:
            answer = self.browser.get(url)
            assert answer.status_code == 200, url
            self._seen[url] = (answer.text, unescape(readable(answer)))
        return self._seen[url]

    def faults(self, link: Link, sheet: Sheet) -> list[str]:
        """Return what a link says and its page does not."""
        url, _mark, anchor = link.url.partition("#")
        text, words = self.page(url)
        numbers = numbers_on(text)
        if link.rest is not None:
            count = link.rest + sheet.rows[link.part]
            said = TOTALS[link.part]
            shown = {value for kind, _id, value in numbers if kind == "number"}
            same = str(count) in shown if said is None else said.format(count) in words
            return [] if same else [f"{count} in all: {url}"]
        missing = [one for one in link.texts if one not in words]
        for kind, value in link.numbers:
            places = {mark for known, mark, one in numbers if (known, one) == (kind, value)}
            if not places or (anchor and anchor not in places):
                missing.append(f"{kind} {value}")
        return [f"{one}: {link.url}" for one in missing]


def whole(browser: FlaskClient, url: str) -> str:
    """Return the page with the part that it asks for itself, as a browser shows it."""
    page = browser.get(url).text
    part = browser.get(url, headers={"HX-Request-Type": "partial"}).text
    made, count = re.subn(
        r'<section [^>]*id="worsened".*?</section>', lambda _: part, page, flags=re.S
    )
    assert count == 1
    return made


def faults_of(browser: FlaskClient, url: str = "/brief") -> tuple[list[str], Sheet]:
    """Follow every link of a brief; return what its page does not say, and what leads nowhere."""
    sheet, follower = Sheet(whole(browser, url), "brief"), Follower(browser)
    found = [fault for link in sheet.links for fault in follower.faults(link, sheet)]
    loose = [words for words in sheet.loose if re.search(r"\d", LOOSE.sub("", words))]
    return [*found, *(f"not a link: {words}" for words in loose)], sheet


def brief_of(app: Flask, session: Session, world: World, who: str) -> FlaskClient:
    return a_browser(app, session, getattr(world, who))


@pytest.mark.parametrize(
    ("who", "rows"),
    [
        ("leader", {"worst": 5, "worsened": 5, "pending": 5, "late": 5}),
        pytest.param(
            "of_district",
            {"worst": 5, "worsened": 4, "pending": 3, "late": 5},
            marks=pytest.mark.any_engine,
        ),
        pytest.param(
            "of_board",
            {"worst": 5, "worsened": 4, "pending": 3, "late": 5},
            marks=pytest.mark.any_engine,
        ),
    ],
)
def test_every_number_and_name_stands_on_the_page_it_leads_to(
    app: Flask, session: Session, world: World, who: str, rows: dict[str, int]
) -> None:
    faults, sheet = faults_of(brief_of(app, session, world, who))
    assert faults == []
    assert {part: sheet.rows.get(part) for part in rows} == rows
    assert len(sheet.links) > 40


def test_a_unit_of_another_day_is_told_of_that_unit_on_that_day(
    app: Flask, session: Session, world: World
) -> None:
    browser = brief_of(app, session, world, "leader")
    url = f"/brief?area={world.district.code}&as_of=2025-04-29"
    faults, sheet = faults_of(browser, url)
    assert faults == [f"xem báo cáo hôm nay: /brief?area={world.district.code}"]  # no number
    page = browser.get(url).text
    assert "Đường nhà" in page
    assert "Cầu bạn" not in page
    assert "xem báo cáo hôm nay" in page  # what waits is known of today alone
    assert "late" not in sheet.rows


def test_what_waits_is_the_same_on_the_overview_and_in_each_list(
    app: Flask, session: Session, world: World
) -> None:
    kinds = {
        "leader": {"requests": "2", "difficulties": "3", "extension": "3", "closing": "3"},
        "of_district": {"entries": "2", "difficulties": "2"},
        "of_board": {"entries": "2", "difficulties": "2"},
    }
    for who, wanted in kinds.items():
        browser = brief_of(app, session, world, who)
        home = browser.get("/").text
        lines = re.findall(r'data-kind="(\w+)"><a href="([^"]+)">(\d+) ([^<]+)</a>', home)
        assert {kind: count for kind, _url, count, _noun in lines} == wanted, who
        for _kind, url, count, noun in lines:
            assert f"{count} {noun}" in readable(browser.get(unescape(url))), (who, url)
        total = sum(map(int, wanted.values()))
        assert ("number", "pending_total", str(total)) in numbers_on(home)
        sheet = Sheet(browser.get("/brief").text, "brief")
        shown = 2 if "entries" in wanted else 0  # the entries are one row
        rest = sum(link.rest or 0 for link in sheet.links if link.part == "pending")
        assert sheet.rows["pending"] + max(0, shown - 1) + rest == total


def test_what_a_person_may_not_decide_does_not_wait_for_them(
    app: Flask, session: Session, world: World
) -> None:
    reader = a_browser_of_a(Role.READER, app, session)
    page = reader.get("/").text
    assert 'id="pending"' not in page
    brief = reader.get("/brief").text
    assert "Cần anh/chị quyết định" not in brief
    assert "Chỉ đạo quá hạn" not in brief
    idle = a_browser_of_a(Role.UNIT_LEADER, app, session, unit=a_district(session, "292"))
    assert "Không có việc nào chờ anh/chị quyết định." in readable(idle.get("/"))


def test_those_of_a_district_read_nothing_of_the_next_one(
    app: Flask, session: Session, world: World
) -> None:
    for who, url in (("of_district", "/brief"), ("of_board", "/brief/meeting")):
        page = brief_of(app, session, world, who).get(url).text
        assert "Đường nhà" in page, url
        assert "Cầu bạn" not in page, url
        assert "bên cạnh" not in page, url
    foreign = brief_of(app, session, world, "of_board").get(f"/brief?area={world.district.code}")
    assert "Không đọc được tham số: area" in readable(foreign)


def test_the_list_for_the_meeting_says_why_and_leads_to_a_directive(
    app: Flask, session: Session, world: World
) -> None:
    browser = brief_of(app, session, world, "leader")
    page = browser.get("/brief/meeting")
    words = readable(page)
    worst = world.others[0]
    assert "nhiều tiền bị chậm nhất, thứ 1" in words
    assert "mới xấu đi: Đúng tiến độ → Chậm" in words
    assert "vướng mắc chờ anh/chị: Thẩm định thiết kế" in words
    assert "quá 7 ngày" in words
    issue = browser.get(f"/directives/new?project={worst.code}&content=Nghiệm+thu+ngay")
    assert "Nghiệm thu ngay</textarea>" in issue.text
    forms = re.findall(r'<form class="conclusion"[^>]*>', page.text)
    assert forms
    for form in forms:  # posted beside the list, so nothing typed is lost or too long
        assert 'method="post"' in form
        assert 'target="_blank"' in form
        assert "data-warn-unsaved" in form
    fewer = browser.get("/brief/meeting?why=late&take=5").text
    assert 'id="projects"' not in fewer
    dropped = browser.get(f"/brief/meeting?without={worst.code},directive-1&why=worst").text
    assert worst.name not in dropped
    assert "Đã bỏ 2 dòng" in dropped
    assert "Không đọc được tham số: why, take" in readable(
        browser.get("/brief/meeting?why=nothing&take=7")
    )


def test_a_conclusion_of_any_length_fills_the_form_and_issues_nothing(
    app: Flask, session: Session, world: World
) -> None:
    browser = brief_of(app, session, world, "leader")
    said = "Nghiệm thu, thanh toán ngay khối lượng đã xong. " * 100
    before = session.scalar(select(func.count()).select_from(Directive))
    filled = send(
        browser, "/directives/new", page="/brief/meeting",
        project=world.others[0].code, conclusion=said,
    )  # fmt: skip
    assert filled.status_code == 200
    assert f"{said.strip()}</textarea>" in filled.text
    assert "field-error" not in filled.text
    assert session.scalar(select(func.count()).select_from(Directive)) == before
    long = "Nghiem thu ngay. " * 150
    asked = browser.get(
        "/directives/new", query_string={"project": world.others[0].code, "content": long}
    )
    assert f"{long.strip()}</textarea>" in asked.text  # nothing is cut off in silence
    reader = brief_of(app, session, world, "of_board")
    assert '<form class="conclusion"' not in reader.get("/brief/meeting").text


def test_the_files_of_the_meeting_hold_what_its_page_shows(
    app: Flask, session: Session, world: World
) -> None:
    browser = brief_of(app, session, world, "leader")
    page = browser.get("/brief/meeting?take=5")
    book = browser.get("/brief/meeting.xlsx?take=5")
    projects, directives = (
        list(csv.reader(browser.get(f"/brief/meeting.csv?take=5{more}").text.splitlines()))
        for more in ("", "&table=directives")
    )
    numbers = {value for kind, _id, value in numbers_on(page.text) if kind == "money"}
    heads, rows = projects[0], projects[1:-1]
    assert rows
    for column in ("Kế hoạch năm", "Đã giải ngân", "Kịch bản", "Chênh lệch so với kịch bản"):
        place = next(i for i, head in enumerate(heads) if head.startswith(column))
        assert {row[place].removeprefix("'") for row in rows} <= numbers, column
    for row in (*rows, *directives[1:-1]):
        assert row[2] in page.text
        assert row[-2].split("; ")[0] in page.text  # why it is listed
    sheet = words_of(book)
    assert all(row[2] in sheet for row in (*rows, *directives[1:-1]))


def test_a_brief_asks_as_many_statements_however_many_projects(
    app: Flask, session: Session, act: Act
) -> None:
    world = a_brief_world(session, act)
    browser = brief_of(app, session, world, "leader")
    counts: list[list[int]] = []
    browser.get("/")  # who has no form token yet is told no state of the data
    for _ in range(2):
        asked = []
        for url in ("/brief", "/brief/meeting"):
            browser.get("/")  # what is due is judged before
            with statements(session) as sent:
                browser.get(url)
            asked.append(len(sent))
        counts.append(asked)
        projects_of(session, world.board, world.district, "Đường thêm", 3, 3)
        session.commit()
    assert counts[0] == counts[1]
