"""Every word can be said in both languages."""

import ast
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import get_domain
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checks.browsing import Browser, send
from tests.checks.speaking import a_project_with_much_to_say
from tests.conftest import Database, settings_for
from tests.factories.notices import a_notice
from tests.factories.people import a_grant, a_person
from tests.factories.sessions import a_browser
from tools import catalogue
from tracker.app import create_app
from tracker.domain.act import Act
from tracker.domain.notices import NoticeKind
from tracker.domain.people import Role
from tracker.domain.projects import SECTORS
from tracker.models import (
    CapitalSource,
    Disbursement,
    Organisation,
    Person,
    Project,
    Unit,
)
from tracker.web.words import SECTOR_NAMES

BILLION = 10**9
DAY = date(2025, 4, 30)
ROOT = Path(__file__).resolve().parents[2]
PLACEHOLDER = re.compile(r"%\(\w+\)s")
SAYERS = frozenset({"_", "ngettext", "pgettext", "npgettext", "lazy_gettext", "_listed"})
SAID = re.compile(rf"\b(?:{'|'.join(SAYERS)})\((?:\s*\"[^\"]*\",?)+")
COMMENT = re.compile(r"{#.*?#}", re.DOTALL)
TONE_AT_THE_END = re.compile(r"\b\w*(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])\b", re.IGNORECASE)
"""Syllables written the other way: "hoà" instead of "hòa"."""
OWN_NAMES = ("Tiếng Việt", "QĐ-UBND", "KH-UBND")
"""What is said in Vietnamese everywhere: the language itself, and the symbols of documents."""


def spoken() -> list[tuple[catalogue.Name, tuple[str, ...]]]:
    """List every text of the source with the files it stands in."""
    return [
        (catalogue.texts(message.id), tuple(file for file, _line in message.locations))
        for message in catalogue.entries(catalogue.extract())
    ]


def is_vietnamese(letter: str) -> bool:
    """Tell whether a letter is one that English does not have."""
    return letter in "đĐ" or (letter.isalpha() and len(unicodedata.normalize("NFD", letter)) > 1)


def vietnamese(text: str) -> list[str]:
    """List the words that hold a Vietnamese letter."""
    words = re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", text))
    return [word for word in words if any(map(is_vietnamese, word))]


def test_a_percent_sign_is_doubled_where_texts_are_filled_in() -> None:
    lone = [text for texts, _ in spoken() for text in texts if "%" in bare(text)]
    assert lone == []


def test_a_doubled_percent_sign_is_never_shown() -> None:
    # In a template every text is filled in; in the code only one that has something to fill in.
    shown = [
        text
        for texts, files in spoken()
        for text in texts
        if "%%" in text and not PLACEHOLDER.search(text)
        if any(file.startswith("tracker/") for file in files)
    ]
    assert shown == []


def test_translations_double_the_percent_sign_as_their_texts_do() -> None:
    for path in catalogue.CATALOGUES:
        for message in catalogue.entries(catalogue.read(path)):
            assert [text for text in catalogue.texts(message.string) if "%" in bare(text)] == []


def bare(text: str) -> str:
    """Return a text without its placeholders and doubled percent signs."""
    return PLACEHOLDER.sub("", text).replace("%%", "")


def test_a_word_is_spelled_one_way() -> None:
    assert TONE_AT_THE_END.findall("Khoá, huỷ, hoà giải; quý, toàn khóa") == ["Khoá", "huỷ", "hoà"]
    for path in [*ROOT.glob("templates/**/*.html"), *ROOT.glob("tracker/**/*.py")]:
        text = path.read_text().replace('("hoà", "hòa")', "")
        assert (path, TONE_AT_THE_END.findall(text)) == (path, [])


def test_templates_say_vietnamese_only_through_the_catalogue() -> None:
    for path in ROOT.glob("templates/**/*.html"):
        rest = SAID.sub("", COMMENT.sub("", path.read_text()))
        assert (path, vietnamese(without(rest, OWN_NAMES))) == (path, [])


def test_screens_say_vietnamese_only_through_the_catalogue() -> None:
    for path in ROOT.glob("tracker/web/**/*.py"):
        texts = plain_texts(ast.parse(path.read_text()))
        left = [text for text in texts if vietnamese(without(text, OWN_NAMES))]
        assert (path, left) == (path, [])


def plain_texts(tree: ast.Module) -> Iterator[str]:
    """Yield the texts of a module that are neither docstrings nor given to the catalogue."""
    others = {
        id(text)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Call) and name_of(node.func) in SAYERS)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for text in ast.walk(node)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in others
        ):
            yield node.value


def name_of(called: ast.expr) -> str:
    """Return the last name of what is called."""
    return called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")


def test_the_catalogue_is_complete(capsys: pytest.CaptureFixture[str]) -> None:
    assert catalogue.check() == 0, capsys.readouterr().out


def test_no_translation_is_left_in_vietnamese() -> None:
    for path in catalogue.CATALOGUES:
        translations = [
            text
            for message in catalogue.entries(catalogue.read(path))
            for text in catalogue.texts(message.string)
        ]
        left = [text for text in translations if vietnamese(without(text, OWN_NAMES))]
        assert left == []


def test_every_sector_has_a_name() -> None:
    assert list(SECTOR_NAMES) == list(SECTORS)


def without(text: str, names: tuple[str, ...]) -> str:
    """Return a text without these names, the longest taken away first."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "")
    return text


PATHS = (
    "/",
    "/?unit=million&as_of=2025-03-31&colour=red&year=many",
    "/projects",
    "/projects?q=Cau&tier=province&class=slow&plan=all",
    "/projects?q=nothing+of+this+name",
    "/projects.csv",
    "/projects/new",
    "/projects/CAU-1",
    "/projects/CAU-1/plan",
    "/projects/CAU-1/plan/assign",
    "/projects/CAU-1/plan/transfer",
    "/projects/CAU-1/scenario",
    "/projects/CAU-1/scenario/propose",
    "/projects/CAU-1/history",
    "/projects/CAU-1/edit",
    "/slowness",
    "/slowness?block=slow",
    "/disbursements/2025-04-30",
    "/disbursements/2025-04-30?show=late",
    "/disbursements/2025-04-30/paste",
    "/disbursements/entries",
    "/disbursements/entries?q=nothing+of+this+name",
    "/disbursements/entries.csv",
    "/projects/CAU-1/flags/f02",
    "/changes?from=2025-03-31",
    "/thresholds",
    "/thresholds/behind_tolerance/preview?value=90&valid_from=2025-05-01",
    "/periods",
    "/periods?year=2024",
    "/requests",
    "/notices",
    "/notices?show=unread&kind=stale",
    "/notices/preferences",
    "/freshness",
    "/freshness?month=2025-03&owner=x",
    "/scores",
    "/people",
    "/people/rights",
    "/people/new",
    "/people/an",
    "/people/binh",
    "/people/binh/grants/new",
    "/password",
    "/nowhere",
)


@pytest.fixture(scope="module")
def app(sqlite_database: Database) -> Flask:
    """The application on one engine: words do not depend on it."""
    app = create_app(settings_for(sqlite_database.copy()))
    app.testing = True
    return app


@pytest.fixture(autouse=True)
def browsers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "test_client_class", Browser)


@pytest.fixture
def english(app: Flask, session: Session) -> FlaskClient:
    """A browser in English of somebody who may see and do everything."""
    catalogue.compile_all()
    get_domain().cache.clear()
    person = a_person(session, username="an", name="Nguyen Van An", email="an@example.org")
    for role in Role:
        a_grant(session, person, role)
    a_grant(session, a_person(session, username="binh", name="Tran Van Binh"), Role.READER)
    a_notice(session, person, kind=NoticeKind.STALE, facts={
        "projects": 3, "owner": "Ban Mot", "first_since": "2025-04-01", "most_times": 2,
    })  # fmt: skip
    browser = a_browser(app, session, person)
    browser.set_cookie("language", "en")
    return browser


@pytest.fixture
def works(session: Session, act: Act) -> Project:
    return a_project_with_much_to_say(session, act)


def names_kept(session: Session) -> tuple[str, ...]:
    """Return the names of reference data, which are the same in every language."""
    columns = (
        Unit.name,
        Unit.short_name,
        Organisation.name,
        Organisation.short_name,
        CapitalSource.name,
        Person.name,
    )
    return (*OWN_NAMES, *(name for column in columns for name in session.scalars(select(column))))


def left_in_vietnamese(html: str, session: Session) -> Iterator[str]:
    """Yield what is said in Vietnamese outside of data, each with the words around it."""
    text = without(html, names_kept(session))
    for word in vietnamese(text):
        place = text.index(word)
        yield " ".join(text[max(0, place - 60) : place + 60].split())


@pytest.mark.parametrize("path", PATHS)
def test_a_page_in_english_is_english_throughout(
    path: str, english: FlaskClient, works: Project, session: Session
) -> None:
    answer = english.get(path)
    assert answer.status_code == (404 if path == "/nowhere" else 200)
    assert list(left_in_vietnamese(answer.text, session)) == []


def test_the_door_in_english_is_english_throughout(
    client: FlaskClient, english: FlaskClient, session: Session
) -> None:
    client.set_cookie("language", "en")
    answer = client.get("/sign-in")
    assert answer.status_code == 200
    assert list(left_in_vietnamese(answer.text, session)) == []


def test_an_entry_in_english_is_english_throughout(
    english: FlaskClient, works: Project, session: Session
) -> None:
    entries = session.scalars(select(Disbursement.id).where(Disbursement.project_id == works.id))
    for number in entries.all():
        answer = english.get(f"/disbursements/entries/{number}")
        assert answer.status_code == 200
        assert list(left_in_vietnamese(answer.text, session)) == []


@pytest.mark.usefixtures("works")
@pytest.mark.parametrize(
    "path",
    [
        "/projects/new",
        "/projects/CAU-1/edit",
        "/projects/CAU-1/owner",
        "/projects/CAU-1/decisions/new",
        "/projects/CAU-1/plan/assign",
        "/projects/CAU-1/plan/transfer",
        "/projects/CAU-1/scenario/propose",
        "/people/new",
        "/people/binh/grants/new",
        "/password",
    ],
)
def test_what_is_wrong_with_a_form_is_said_in_english(
    path: str, english: FlaskClient, session: Session
) -> None:
    answer = send(english, path, name="n" * 600, amount="1,000", number="?", kind="?", colour="red")
    assert answer.status_code == 422
    assert list(left_in_vietnamese(answer.text, session)) == []


@pytest.mark.usefixtures("works")
@pytest.mark.parametrize(
    ("language", "sentence"), [("vi", "Dài quá 50 ký tự."), ("en", "Longer than 50 characters.")]
)
def test_what_the_form_library_finds_wrong_is_said_in_our_words(
    language: str, sentence: str, english: FlaskClient
) -> None:
    english.set_cookie("language", language)
    assert sentence in send(english, "/projects/CAU-1/decisions/new", number="1" * 51).text


@pytest.mark.usefixtures("works")
def test_numbers_and_days_in_english_are_written_the_english_way(english: FlaskClient) -> None:
    page = english.get("/projects/CAU-1?unit=million&as_of=2025-04-30").text
    assert "45,000.0" in page
    assert "30 Apr 2025" in page
    assert "30/04/2025" not in page
