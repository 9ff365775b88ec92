"""Two people change one project at once: nothing of either is lost."""

import random
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.checks.browsing import readable
from tests.checks.filling import fields_on
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import a_unit
from tracker.domain.people import Role
from tracker.models import Project, ProjectLocation

pytestmark = pytest.mark.usefixtures("browsers")

TEXTS = ("name", "programme", "budget_code", "group_reason", "objective", "year_to")
Fields = dict[str, list[str]]


@pytest.fixture
def project(session: Session) -> Project:
    return a_project(session, name="Tên lúc mở", programme="Chương trình", objective="Dài 2 km")


class Editor:
    """Somebody with the form of a project open."""

    def __init__(self, browser: FlaskClient, project: Project) -> None:
        self.browser, self.url = browser, f"/projects/{project.code}/edit"
        self.sent: Fields = {}
        self.open()

    def open(self) -> None:
        self.sent = fields_on(self.browser.get(self.url).text, self.url)

    def save(self, **changes: str | list[str]) -> TestResponse:
        """Type some fields and save; the page that comes back is the one open then."""
        for name, value in changes.items():
            self.sent[name] = value if isinstance(value, list) else [value]
        answer = self.browser.post(self.url, data=self.sent)
        if answer.status_code != 303:
            self.sent = fields_on(answer.text, self.url)
        return answer


@pytest.fixture
def pair(app: Flask, session: Session, project: Project) -> tuple[Editor, Editor]:
    one, other = (Editor(a_browser_of_a(Role.COORDINATOR, app, session), project) for _ in range(2))
    return one, other


def test_fields_that_one_side_changed_are_merged_by_themselves(
    pair: tuple[Editor, Editor], session: Session, project: Project
) -> None:
    one, other = pair
    assert other.save(tier="district", programme="", is_key="y").status_code == 303
    page = one.save(name="Tên của tôi", objective="Dài 3 km")
    assert page.status_code == 409
    words = readable(page)
    assert "Cấp quản lý Tỉnh Huyện Tỉnh lấy bản đang lưu" in words
    assert "Tên dự án Tên lúc mở Tên lúc mở Tên của tôi giữ bản của anh/chị" in words
    assert not [name for name in one.sent if name.startswith("take_")]
    assert one.save().status_code == 303
    session.refresh(project)
    kept = (project.tier, project.programme, project.is_key, project.name, project.objective)
    assert kept == ("district", None, True, "Tên của tôi", "Dài 3 km")


@pytest.mark.parametrize(
    ("choice", "expected"), [("stored", "Tên người khác"), ("typed", "Tên của tôi")]
)
def test_what_both_changed_is_chosen(
    pair: tuple[Editor, Editor], session: Session, project: Project, choice: str, expected: str
) -> None:
    one, other = pair
    assert other.save(name="Tên người khác", year_to="2027").status_code == 303
    page = one.save(name="Tên của tôi", objective="Dài 3 km")
    assert page.status_code == 409
    assert "Tên dự án Tên lúc mở Tên người khác Tên của tôi" in readable(page)
    unchosen = one.save()
    assert unchosen.status_code == 422
    assert "Hãy chọn lấy bản nào." in readable(unchosen)
    assert one.save(take_name=choice).status_code == 303
    session.refresh(project)
    assert (project.name, project.year_to, project.objective) == (expected, 2027, "Dài 3 km")


def test_a_stage_that_moved_meanwhile_is_no_dead_end(
    pair: tuple[Editor, Editor], session: Session, project: Project
) -> None:
    one, other = pair
    moved = {
        "status": "completed_not_handed_over", "finished_on": "2025-04-01",
        "started_on": "2024-03-01", "basis": "Biên bản nghiệm thu số 12",
    }  # fmt: skip
    assert other.save(**moved).status_code == 303
    assert one.save(objective="Dài 3 km").status_code == 409
    assert one.save().status_code == 303
    session.refresh(project)
    assert (project.status, project.objective) == ("completed_not_handed_over", "Dài 3 km")


def test_places_are_merged_too(
    pair: tuple[Editor, Editor], session: Session, project: Project
) -> None:
    one, other = pair
    places = [str(a_unit(session).id) for _ in range(2)]
    session.commit()
    other.open()
    assert other.save(locations=places).status_code == 303
    assert one.save(objective="Dài 3 km").status_code == 409
    assert one.save().status_code == 303
    kept = session.query(ProjectLocation.unit_id).filter_by(project_id=project.id)
    assert sorted(str(row[0]) for row in kept) == sorted(places)


def test_a_base_that_cannot_be_read_makes_everything_a_choice(pair: tuple[Editor, Editor]) -> None:
    one, other = pair
    assert other.save(year_to="2027").status_code == 303
    page = one.save(name="Tên của tôi", base="không phải JSON")
    assert page.status_code == 409
    assert {"take_name", "take_year_to"} <= set(re.findall(r'name="(take_\w+)"', page.text))


def test_at_random_no_change_is_lost(
    pair: tuple[Editor, Editor], session: Session, project: Project
) -> None:
    chance = random.Random(391)
    expected: dict[str, str] = {}
    for number in range(12):
        for one in pair:
            one.open()
        wanted: list[dict[str, str]] = []
        for place, one in enumerate(pair):
            names = chance.sample(TEXTS, chance.randint(1, 3))
            typed = {name: f"{name} {number}.{place}" for name in names}
            if "year_to" in typed:
                typed["year_to"] = str(2027 + number * 2 + place)
            if "budget_code" in typed:
                typed["budget_code"] = f"79{number:02d}{place}"
            wanted.append(typed)
            answer = one.save(**typed)
            taken = chance.choice(["stored", "typed"])
            both = [name for name in names if place == 1 and name in wanted[0]]
            if place == 1:
                assert answer.status_code == 409
                answer = one.save(**{f"take_{name}": taken for name in both})
            assert answer.status_code == 303, readable(answer)
            expected |= {
                name: value
                for name, value in typed.items()
                if not (name in both and taken == "stored")
            }
    session.refresh(project)
    assert {name: str(getattr(project, name)) for name in expected} == expected
