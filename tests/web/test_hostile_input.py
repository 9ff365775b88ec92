"""Whatever is sent, the answer is a page in words, soon; and what is stored is clean text."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import String, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse
from wtforms import Form, SelectMultipleField

from tests.checks.asking import Ask, addresses, form_asks
from tests.checks.browsing import token_on
from tests.checks.contents import contents_of
from tests.checks.hostile import IN_NAMES, PARAMS, TEXTS, URL_WORDS, is_clean, sendable
from tests.checks.intruding import Share
from tests.checks.neighbours import Neighbourhood, a_neighbourhood
from tests.conftest import Database
from tests.factories.people import a_grant, a_person
from tests.factories.plans import a_source
from tests.factories.sessions import a_browser
from tracker.domain.act import Act
from tracker.domain.people import Role
from tracker.models import Base
from tracker.web.guard import REPEATED

pytestmark = pytest.mark.usefixtures("browsers")

FORM = "application/x-www-form-urlencoded"
SERVER_FAULT, SEE_OTHER = 500, 303
SLOW = 2.0
"""Seconds of work, not of waiting for a busy machine."""
LONGEST = 6_000
"""An address longer than this never reaches the application."""
SENT_EVERYWHERE = ("nul", "huge_number")
WITH_FEW_PARAMS = ("/projects", "/disbursements/entries", "/slowness", "/", "/people")
SHEET = "/disbursements/2025-04-30"
# fmt: off
FREE_TEXT = frozenset({
    "voucher", "note", "reason", "name", "document", "committed_by", "authority", "basis", "round",
    "key", "username", "email", "phone", "number", "code", "parent_code",
})
# fmt: on
"""Fields into which words are typed."""


@pytest.fixture
def world(session: Session, act: Act) -> Neighbourhood:
    return a_neighbourhood(session, act)


class Visitors:
    """Somebody who may do everything with the records, and somebody who runs the accounts."""

    def __init__(self, app: Flask, session: Session) -> None:
        self._working = self._of(app, session, Role.OFFICER, Role.COORDINATOR, Role.UNIT_LEADER)
        self._admin = self._of(app, session, Role.ADMIN)
        self._tokens = {
            id(one): token_on(one.get("/people/rights")) for one in (self._working, self._admin)
        }

    def _of(self, app: Flask, session: Session, *roles: Role) -> FlaskClient:
        person = a_person(session)
        for role in roles:
            a_grant(session, person, role)
        return a_browser(app, session, person)

    def ask(self, url: str, method: str = "GET", **more: object) -> TestResponse:
        """Send a request as the one of the two who may; a form with the token of the visit."""
        browser = self._admin if url.startswith("/people") else self._working
        headers = {"X-CSRFToken": self._tokens[id(browser)]}
        return browser.open(url, method=method, headers=headers, **more)


@pytest.fixture
def visitors(app: Flask, session: Session, world: Neighbourhood) -> Visitors:
    return Visitors(app, session)


def fault_of(what: str, ask: Callable[[], TestResponse]) -> list[str]:
    """Send a request; return what was wrong with the answer, if anything was."""
    what, took = what[:150], SLOW + 1
    for _ in range(2):  # the collector's turn may fall into one of them, not into both
        began = time.process_time()
        try:
            answer = ask()
        except Exception as fault:
            return [f"{what}: {type(fault).__name__}: {str(fault)[:150]}"]
        took = min(took, time.process_time() - began)
        if took <= SLOW:
            break
    faults = []
    if answer.status_code >= SERVER_FAULT:
        faults.append(f"{what}: {answer.status}")
    if took > SLOW:
        faults.append(f"{what}: {took:.1f} s")
    if "X-Injected" in answer.headers:
        faults.append(f"{what}: a header of the sender's")
    if b'href="javascript:' in answer.data:
        faults.append(f"{what}: a link that runs")
    return faults


def half_of(database: Database) -> Share:
    """Return the half that an engine gets; `make torture TRIAL=hostile` sends both all of it."""
    return Share(int(database.engine_name == "postgresql"), 2)


def readings(app: Flask, world: Neighbourhood) -> list[str]:
    """List every address that can be read."""
    return [
        url
        for rule, url, _names in addresses(app, world.attacked, world.sibling)
        if "GET" in (rule.methods or ()) and rule.endpoint not in {"static", "style"}
    ]


@pytest.mark.any_engine
def test_no_parameters_break_a_reading_screen(
    app: Flask, world: Neighbourhood, visitors: Visitors
) -> None:
    texts, faults = sendable(TEXTS), []
    turn = cycle(texts)
    for place, url in enumerate(readings(app, world)):
        always = SENT_EVERYWHERE[place % 2]
        for text in {texts[name] for name in (always, next(turn))}:
            named = PARAMS if len(text) < 100 else ("q", "as_of", "page")
            asked = f"{url}?" + "&".join(f"{name}={text[:LONGEST]}" for name in named)
            faults += fault_of(f"GET {asked}", partial(visitors.ask, asked))
    assert "\n".join(faults) == ""


@pytest.mark.any_engine
def test_no_single_parameter_breaks_the_screens_with_most_of_them(visitors: Visitors) -> None:
    turn, faults = cycle(WITH_FEW_PARAMS), []
    for text in sendable(TEXTS).values():
        for query in (f"q={text[:LONGEST]}", f"as_of={text[:100]}&page={text[:LONGEST]}"):
            asked = f"{next(turn)}?{query}"
            faults += fault_of(f"GET {asked}", partial(visitors.ask, asked))
    assert "\n".join(faults) == ""


@pytest.mark.any_engine
def test_the_first_and_the_last_days_can_be_looked_at(
    app: Flask, world: Neighbourhood, visitors: Visitors
) -> None:
    faults = []
    days = cycle(("2000-01-01", "2100-12-31"))
    for url, day in zip(readings(app, world), days, strict=False):
        asked = url.replace("2025-04-30", day) if "2025" in url else f"{url}?as_of={day}"
        faults += fault_of(f"GET {asked}", partial(visitors.ask, asked))
    assert "\n".join(faults) == ""


@pytest.mark.any_engine
def test_words_of_the_address_builder_are_ordinary_parameters(
    app: Flask, world: Neighbourhood, visitors: Visitors
) -> None:
    faults = []
    turn = cycle((URL_WORDS, ("_scheme",)))
    for url, words in zip(readings(app, world), turn, strict=False):
        asked = f"{url}?size=50&" + "&".join(f"{word}=javascript" for word in words)
        faults += fault_of(f"GET {asked}", partial(visitors.ask, asked))
    assert "\n".join(faults) == ""


def test_no_name_of_a_record_in_an_address_breaks_anything(
    app: Flask, world: Neighbourhood, visitors: Visitors, database: Database
) -> None:
    texts, faults = sendable(TEXTS), []
    share = half_of(database)
    for rule, url, names in addresses(app, world.attacked, world.sibling):
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        parts = [one for one in (*names, "2025-04-30", "/en", "/0.css") if one in url]
        for name in share.of(IN_NAMES) if parts and rule.endpoint != "static" else ():
            asked = url.replace(parts[0], texts[name][:LONGEST], 1)
            faults += fault_of(f"{method} {asked}", partial(visitors.ask, asked, method))
    assert "\n".join(faults) == ""


def encoded(ask: Ask, source_id: int, changes: dict[str, str]) -> bytes:
    """Return a form as it travels, with some fields replaced by what is written already."""
    fields = {
        name: quote(str(value).replace("SOURCE", str(source_id)), safe="")
        for name, value in (ask.body or {}).items()
    }
    return "&".join(f"{name}={value}" for name, value in (fields | changes).items()).encode()


def forms(app: Flask, world: Neighbourhood) -> Iterator[Ask]:
    """Give each form once, filled in rightly."""
    known = set()
    for ask in form_asks(app, world.attacked, world.sibling):
        if ask.endpoint not in known and not ask.partial:
            known.add(ask.endpoint)
            yield ask


def test_no_field_breaks_a_form(
    app: Flask, session: Session, world: Neighbourhood, visitors: Visitors, database: Database
) -> None:
    share = half_of(database)
    texts, source, faults = sendable(TEXTS), a_source(session).id, []
    turn = cycle(texts)
    for ask in forms(app, world):
        changes = [{field: texts[next(turn)]} for field in ask.body or {}]
        changes += [
            dict.fromkeys(ask.body or {}, texts[name])
            for name in (*SENT_EVERYWHERE, next(turn), next(turn))
        ]
        changes += [{"unknown": "1"}, {"%00": "1"}, {"line_" + "9" * 5_000: "1"}]
        for change in share.of(changes):
            body = encoded(ask, source, change)
            with session.connection().begin_nested() as savepoint:
                send = partial(visitors.ask, ask.url, "POST", data=body, content_type=FORM)
                told = ", ".join(f"{name}={text[:40]}" for name, text in change.items())
                faults += fault_of(f"POST {ask.url} {told}", send)
                savepoint.rollback()
    assert "\n".join(faults) == ""


def test_a_form_that_is_no_form_is_refused(visitors: Visitors) -> None:
    faults = []
    bodies: dict[str, tuple[bytes, str]] = {
        "not utf-8": (b"line=\xff\xfe&key=\xc3", FORM),
        "nothing": (b"", FORM),
        "no form": (b'{"line": 1}', "application/json"),
        "a cut multipart": (b"--x\r\nContent-Dis", "multipart/form-data; boundary=x"),
        "no boundary": (b"--x", "multipart/form-data"),
        "many fields": (b"&".join(b"a=1" for _ in range(50_000)), FORM),
        "a megabyte": (b"note=" + b"a" * 1_000_000, FORM),
        "three megabytes": (b"note=" + b"a" * 3_000_000, FORM),
        "twice": (b"line=1&line=2&key=a&key=b", FORM),
    }
    for what, (body, kind) in bodies.items():
        send = partial(visitors.ask, SHEET, "POST", data=body, content_type=kind)
        faults += fault_of(what, send)
    for what, query in {
        "raw bytes": "q=\xff\xfe",
        "raw nul": "q=\x00",
        "signs": "q=+&&&==",
    }.items():
        raw = {"QUERY_STRING": query}
        faults += fault_of(what, partial(visitors.ask, "/projects", environ_overrides=raw))
    assert "\n".join(faults) == ""


def texts_of(session: Session) -> Iterator[tuple[str, str]]:
    """Give every text that is kept, with where."""
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, String)]
        for row in session.execute(select(*columns)) if columns else ():
            for column, value in zip(columns, row, strict=True):
                if value:
                    yield f"{table.name}.{column.name}", value


@pytest.mark.any_engine
def test_what_is_stored_is_composed_and_can_be_seen(
    app: Flask, session: Session, world: Neighbourhood, visitors: Visitors
) -> None:
    kept, source, taken = set(), a_source(session).id, 0
    turn = cycle(("decomposed", "bell", "c1", "bidi", "zero_width", "tag_character"))
    for ask in forms(app, world):
        for field in sorted(FREE_TEXT & set(ask.body or ())):
            for name in {"decomposed", next(turn)}:
                body = encoded(ask, source, {field: quote(TEXTS[name] * 2, safe="")})
                with session.connection().begin_nested() as savepoint:
                    answer = visitors.ask(ask.url, "POST", data=body, content_type=FORM)
                    if answer.status_code == SEE_OTHER:
                        taken += 1
                        kept |= {
                            f"{ask.endpoint} {field} ({name}) keeps {where}"
                            for where, text in texts_of(session)
                            if not is_clean(text)
                        }
                    savepoint.rollback()
    assert sorted(kept) == []
    assert taken > 5


UNREADABLE = {
    "nul": "q=a%00b",
    "bell": "q=a%07b",
    "c1": "q=a%C2%85b",
    "line end": "q=a%0d%0aX-Injected:%20b",
    "bidi": "q=a%E2%80%AEb",
    "isolate": "q=a%E2%81%A6b",
    "half of a pair": "q=%ED%A0%80",
    "not utf-8": "q=%FF",
    "in a name": "q%00=1",
}


@pytest.mark.parametrize("query", UNREADABLE.values(), ids=UNREADABLE)
def test_an_address_with_what_cannot_be_seen_is_refused_in_words(
    visitors: Visitors, query: str
) -> None:
    answer = visitors.ask(f"/projects?{query}")
    assert answer.status_code == 400
    assert "Địa chỉ hoặc biểu mẫu gửi lên không đúng." in answer.text


TWICE = (
    "q=a&q=b", "q=a&q=a", "page=1&page=2", "as_of=2025-01-01&as_of=2025-02-01", "owner=1&owner=2",
    "unit=million&unit=dong", "order=name&order=-name", "size=50&size=all", "colour=1&colour=2",
)  # fmt: skip


@pytest.mark.parametrize("query", TWICE)
@pytest.mark.any_engine
def test_a_parameter_sent_twice_is_refused_in_words(visitors: Visitors, query: str) -> None:
    answer = visitors.ask(f"/projects?{query}")
    assert answer.status_code == 422
    assert "Có mục được gửi hai lần" in answer.text


BOXES = {
    "approval.approve": {"pick"},
    "approval.send_back": {"pick"},
    "people.delegations": {"grants"},
    "people.delegations_of": {"grants"},
    "reconciliation.reconcile": {"entry"},
}
"""The fields that are lists of boxes to tick."""


@pytest.mark.any_engine
def test_a_field_sent_twice_is_refused_by_every_form(
    app: Flask, session: Session, world: Neighbourhood, visitors: Visitors
) -> None:
    source, before, taken = a_source(session).id, contents_of(session), []
    for ask in forms(app, world):
        for field in set(ask.body or {"unknown": ""}) - BOXES.get(ask.endpoint, set()):
            body = encoded(ask, source, {}) + f"&{field}=1&{field}=2".encode()
            answer = visitors.ask(ask.url, "POST", data=body, content_type=FORM)
            if answer.status_code != 422 or "Có mục được gửi hai lần" not in answer.text:
                taken.append(f"{ask.url} {field}: {answer.status}")
    assert taken == []
    assert contents_of(session) == before


def descendants(kind: type[Any]) -> set[type[Any]]:
    return {one for child in kind.__subclasses__() for one in (child, *descendants(child))}


@pytest.mark.any_engine
def test_every_field_of_several_values_may_be_sent_several_times() -> None:
    fields = {
        name
        for form in descendants(Form)
        for name, field in vars(form).items()
        if issubclass(getattr(field, "field_class", object), SelectMultipleField)
    }
    assert fields > {"partners"}
    assert fields <= REPEATED


@pytest.mark.any_engine
def test_an_address_too_long_to_be_meant_is_refused_in_words(visitors: Visitors) -> None:
    answer = visitors.ask("/projects?q=" + "a" * 4_000)
    assert answer.status_code == 414
    assert "Địa chỉ quá dài" in answer.text
