"""The brief: every number on it leads to a page that shows the same number, for everybody."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.checks.browsing import readable
from tests.checks.linked import Link, Sheet, numbers_on
from tests.factories.briefs import World, a_brief_world
from tests.factories.sessions import a_browser
from tracker.domain.act import Act

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


def faults_of(browser: FlaskClient, url: str = "/brief") -> tuple[list[str], Sheet]:
    """Follow every link of a brief; return what its page does not say, and what leads nowhere."""
    answer = browser.get(url)
    assert answer.status_code == 200
    sheet, follower = Sheet(answer.text, "brief"), Follower(browser)
    found = [fault for link in sheet.links for fault in follower.faults(link, sheet)]
    loose = [words for words in sheet.loose if re.search(r"\d", LOOSE.sub("", words))]
    return [*found, *(f"not a link: {words}" for words in loose)], sheet


def brief_of(app: Flask, session: Session, world: World, who: str) -> FlaskClient:
    return a_browser(app, session, getattr(world, who))


@pytest.mark.parametrize(
    ("who", "rows"),
    [
        ("leader", {"worst": 5, "worsened": 5, "pending": 5, "late": 5}),
        ("of_district", {"worst": 5, "worsened": 4, "pending": 3, "late": 5}),
        ("of_board", {"worst": 5, "worsened": 4, "pending": 3, "late": 5}),
    ],
)
def test_every_number_and_name_stands_on_the_page_it_leads_to(
    app: Flask, session: Session, world: World, who: str, rows: dict[str, int]
) -> None:
    faults, sheet = faults_of(brief_of(app, session, world, who))
    assert faults == []
    assert {part: sheet.rows.get(part) for part in rows} == rows
    assert len(sheet.links) > 40
