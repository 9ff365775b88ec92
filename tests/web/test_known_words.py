"""What the product itself wrote into the database is English on English pages."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.checks.browsing import readable
from tests.conftest import copy_of, settings_for
from tests.factories.sessions import a_browser_of_a
from tracker.app import create_app
from tracker.db import db
from tracker.domain.people import Role
from tracker.models import CapitalSource, Disbursement, Project, Submission
from tracker.queries import wall
from tracker.services.reference import FOLDER, rows_of
from tracker.web.known import known_words

pytestmark = pytest.mark.any_engine

WRITTEN = (
    "Hệ thống",
    "Số liệu mô phỏng",
    "Giao đầu năm",
    "Bổ sung đợt",
    "Điều chỉnh đợt",
    "Điều chuyển đợt",
    "Nhập nhầm",
    "Nhập trùng",
    "Điều chỉnh quy mô",
    "Biến động giá vật liệu",
    "Bổ sung hạng mục",
    "Quy chế chi tiêu nội bộ",
    "Chủ tịch UBND tỉnh",
    "Sổ tay quy trình",
)
"""What the product and its demonstration write by themselves, apart from names."""


SHIPPED = tuple(row["name"] for row in rows_of(FOLDER / "reference/capital_sources.csv"))
BASES = sorted(
    {
        row["legal_basis"]
        for file in ("thresholds", "milestones")
        for row in rows_of(FOLDER / f"reference/{file}.csv")
    }
)
NAMES_OF_WORKS = re.compile("Hệ thống (?=thu gom|camera|khí y tế|thoát nước)")


@pytest.fixture(scope="module")
def province(demonstration: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(settings_for(copy_of(demonstration, tmp_path_factory.mktemp("words"))))
    yield app
    with app.app_context():
        db.engine.dispose()


def a_reader(app: Flask, role: Role, language: str) -> FlaskClient:
    with app.app_context():
        browser = a_browser_of_a(role, app, db.session())
        db.session.remove()
    browser.set_cookie("language", language)
    return browser


def addresses(app: Flask) -> list[str]:
    """Return the screens and files that show names and notes which the product wrote."""
    with app.app_context():
        session = db.session()
        wall.open_to_the_system(session)
        code = session.scalars(select(Project.code).order_by(Project.id)).first()
        undone = session.execute(
            select(Disbursement.reverses_id, Project.code)
            .join(Project, Project.id == Disbursement.project_id)
            .where(Disbursement.reverses_id.is_not(None))
            .order_by(Disbursement.id)
        ).first()
        waiting = session.scalars(select(Submission.id)).first()
        db.session.remove()
    assert code
    assert undone
    assert waiting
    return [
        *("/", "/projects", "/slowness", "/disbursements/2025-04-29", "/disbursements/entries"),
        *(
            "/approval",
            "/approval/organisations",
            "/history",
            "/people",
            "/people/hethong",
            "/periods",
        ),
        *(f"/projects/{one}{tail}" for one in (code, undone[1]) for tail in TAILS),
        f"/disbursements/entries/{undone[0]}",
        "/disbursements/entries.csv",
    ]


TAILS = ("", "/plan", "/scenario", "/history", "/milestones")


@pytest.mark.parametrize("role", [Role.ADMIN, Role.COORDINATOR])
def test_an_english_page_says_in_english_what_the_product_wrote(
    province: Flask, role: Role
) -> None:
    with province.app_context():
        sources = tuple(db.session.scalars(select(CapitalSource.name)))
        db.session.remove()
    browser = a_reader(province, role, "en")
    found = {}
    for address in addresses(province):
        page = browser.get(address)
        assert page.status_code in {200, 403}, address
        words = NAMES_OF_WORKS.sub("", readable(page))
        if left := sorted({one for one in (*WRITTEN, *sources) if one in words}):
            found[address] = left
    assert found == {}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("vi", ("Hệ thống", "Giao đầu năm", "Thu tiền sử dụng đất")),
        ("en", ("System", "Initial assignment", "Land-use fees")),
    ],
)
def test_each_language_has_its_words(province: Flask, language: str, said: tuple[str, ...]) -> None:
    browser = a_reader(province, Role.COORDINATOR, language)
    listed = addresses(province)
    plan = next(one for one in listed if one.endswith("/plan"))
    words = " ".join(readable(browser.get(one)) for one in (plan, "/disbursements/entries"))
    assert [one for one in said if one not in words] == []


def test_what_somebody_typed_stays_outside_the_demonstration(province: Flask) -> None:
    with province.test_request_context(headers={"Cookie": "language=en"}):
        assert known_words("Nhập nhầm số tiền") == "Wrong amount entered"
        assert known_words("Nhập nhầm số tiền của tháng 3") == "Nhập nhầm số tiền của tháng 3"
        province.config["IS_DEMONSTRATION"] = False
        try:
            assert known_words("Nhập nhầm số tiền") == "Nhập nhầm số tiền"
            assert known_words("Nhập từ tệp dữ liệu") == "Imported from a data file"
            assert known_words(None) == ""
        finally:
            province.config["IS_DEMONSTRATION"] = True


@pytest.mark.parametrize("name", SHIPPED)
def test_every_source_the_product_ships_with_has_an_english_name(
    province: Flask, name: str
) -> None:
    with province.test_request_context(headers={"Cookie": "language=en"}):
        assert known_words(name) != name


@pytest.mark.parametrize("basis", BASES)
def test_every_basis_the_product_ships_with_is_said_in_english(province: Flask, basis: str) -> None:
    with province.test_request_context(headers={"Cookie": "language=en"}):
        assert known_words(basis) != basis
