"""Disk full, database locked, stopped, read-only: reads go on, writes wait, all heals by itself."""

import html
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Response
from sqlalchemy import create_engine, event, func, make_url, select, update
from werkzeug.test import TestResponse

from tests.checks.browsing import token_on
from tests.checks.faults import FAULTS
from tests.checks.paying import HTMX, URL
from tests.conftest import Database, fill
from tests.factories.offices import PASSWORD, Office, an_office
from tools import postgres
from tracker.models import Change, SignInSession
from tracker.web.health.routes import KEPT_SECONDS

READINGS = (
    "/",
    "/projects",
    "/slowness",
    URL,
    "/disbursements/entries",
)
FILE = "/disbursements/entries.csv"
NOTE = 'Đợt 3 – "khối lượng" <hoàn thành> & bàn giao'


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    with an_office(database.copy()) as office:
        yield office


def sent_again(page: TestResponse) -> dict[str, str]:
    """Return what the form on a page holds."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)
    return {name: html.unescape(value) for name, value in found}


def refused_one(office: Office, token: str) -> tuple[int, dict[str, str], TestResponse]:
    """Pay until a payment is refused; return how many were taken, the refused one, its answer.

    A full file still has room in its last pages.
    """
    for taken in range(100):
        order = office.order(note=NOTE * 6, voucher=f"GRV-{taken}")
        sent = {"csrf_token": token, **{name: str(value) for name, value in order.items()}}
        answer = office.officer.post(f"{URL}?q=391", data=sent)
        if answer.status_code != 303:
            return taken, sent, answer
    raise AssertionError("nothing was refused")


def exported(office: Office) -> int:
    """Return how many files the history says were handed out."""
    told = select(func.count()).where(Change.deed == "access.exported")
    with office.looked_into() as connection:
        return connection.scalars(told).one()


@pytest.mark.parametrize("kind", ["full", "locked", "read-only"])
def test_reads_go_on_and_writes_are_kept_until_it_heals(
    office: Office, database: Database, kind: str
) -> None:
    token = token_on(office.officer.get(URL))
    with FAULTS[database.engine_name][kind](office):
        taken, sent, refused = refused_one(office, token)
        assert taken == 0 or (database.engine_name, kind) == ("sqlite", "full")
        assert refused.status_code == 503
        assert refused.headers["Retry-After"] == "5"
        assert "Tạm thời chưa ghi được" in refused.text
        kept = sent_again(refused)
        assert {**kept, "csrf_token": token} == sent
        assert f'action="{URL}?q=391" id="kept"' in refused.text
        assert "<dd>Đợt 3 – &#34;khối lượng&#34; &lt;hoàn thành&gt; &amp; bàn giao" in refused.text
        for word in ("sqlite", "psycopg", "Traceback", "INSERT", "no_room"):
            assert word not in refused.text
        part = office.officer.post(URL, data=sent, headers=HTMX)
        assert part.status_code == 503
        assert '<div id="alerts"' in part.text
        for url in READINGS:
            assert office.officer.get(url).status_code == 200, url
        file = office.officer.get(FILE)
        if exported(office) == 0:  # what cannot be written down is not handed out
            assert (file.status_code, file.headers["Retry-After"]) == (503, "5")
            assert "Tạm thời chưa mở được" in file.text
            assert NOTE not in file.text
        else:
            assert file.status_code == 200
        assert office.paid() == taken
    for _twice in range(2):
        assert office.officer.post(f"{URL}?q=391", data=kept).status_code == 303
    assert office.paid() == taken + 1


def test_who_was_seen_is_left_out_while_nothing_can_be_written(
    office: Office, database: Database
) -> None:
    with office.engine.begin() as connection:
        connection.execute(
            update(SignInSession).values(seen_at=datetime.now(UTC) - timedelta(minutes=10))
        )
    with FAULTS[database.engine_name]["read-only"](office):
        assert office.officer.get("/projects").status_code == 200
    assert office.officer.get("/projects").status_code == 200
    with office.engine.connect() as connection:
        seen = connection.scalars(select(SignInSession.seen_at)).one()
    assert datetime.now(UTC) - seen < timedelta(minutes=1)


def test_at_the_door_the_name_is_kept_and_the_password_asked_for_again(
    office: Office, database: Database
) -> None:
    visitor = office.app.test_client()
    form = {"username": "canbo", "password": PASSWORD, "next": "/projects?q=a"}
    token = token_on(visitor.get("/sign-in"))
    with FAULTS[database.engine_name]["read-only"](office):
        refused = visitor.post("/sign-in", data={"csrf_token": token, **form})
        assert refused.status_code == 503
        assert PASSWORD not in refused.text
        kept = sent_again(refused)
        assert '<input class="control" type="password" name="password"' in refused.text
    entered = visitor.post("/sign-in", data={**kept, "password": PASSWORD})
    assert (entered.status_code, entered.location) == (303, "/projects?q=a")


@dataclass
class Stoppable:
    """A PostgreSQL server that a test stops and starts again."""

    server: postgres.Server
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        postgres.stop(self.process)

    def start(self) -> None:
        self.process = postgres.start(self.server)
        postgres.wait_until_ready(self.server, self.process)


@pytest.fixture
def stoppable() -> Iterator[Stoppable]:
    with postgres.prepared() as server:
        process = postgres.start(server)
        postgres.wait_until_ready(server, process)
        postgres.add_owner(server)
        found = Stoppable(server, process)
        yield found
        found.stop()


def test_a_server_that_is_stopped_and_started_again_is_found_again(stoppable: Stoppable) -> None:
    url = make_url(stoppable.server.url).set(database="tracker")
    base = create_engine(stoppable.server.url, isolation_level="AUTOCOMMIT")
    with base.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE tracker")
    base.dispose()
    address = url.render_as_string(hide_password=False)
    fill(address)
    with an_office(address) as office:
        token = token_on(office.officer.get(URL))
        order = {"csrf_token": token, **office.order(note=NOTE)}
        stoppable.stop()
        refused = office.officer.post(URL, data=order)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        kept = sent_again(refused)
        assert kept["key"] == order["key"]
        for url_read in ("/", "/projects", URL):
            answer = office.officer.get(url_read)
            assert answer.status_code == 503
            assert "Tạm thời chưa mở được" in answer.text
        assert office.officer.get("/healthz").status_code == 200
        assert office.officer.get("/readyz").status_code == 503
        stoppable.start()
        began = time.monotonic()
        assert office.officer.post(URL, data=kept).status_code == 303
        assert time.monotonic() - began < 10
        time.sleep(KEPT_SECONDS)
        assert office.officer.get("/readyz").status_code == 200
        assert office.paid() == 1


def test_a_server_that_dies_in_the_middle_of_a_form_is_a_503_that_keeps_it(
    stoppable: Stoppable,
) -> None:
    fill(stoppable.server.url)
    with an_office(stoppable.server.url) as office:
        token = token_on(office.officer.get(URL))
        order = {"csrf_token": token, **office.order("1.234.567", note=NOTE)}
        stopped: list[str] = []

        @event.listens_for(office.engine, "before_cursor_execute")
        def die(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if "INSERT INTO project_month" in statement and not stopped:
                stoppable.stop()
                stopped.append(statement)

        refused = office.officer.post(URL, data=order)
        assert stopped
        assert refused.status_code == 503
        kept = sent_again(refused)
        assert kept["key"] == order["key"]
        stoppable.start()
        assert office.officer.post(URL, data={**order, **kept}).status_code == 303


def test_what_was_acknowledged_is_said_though_the_server_dies_before_the_answer_is_out(
    stoppable: Stoppable,
) -> None:
    fill(stoppable.server.url)
    with an_office(stoppable.server.url) as office:
        token = token_on(office.officer.get(URL))

        def die(answer: Response) -> Response:
            stoppable.stop()
            return answer

        office.app.after_request_funcs[None].insert(0, die)  # the last one to be asked
        order = {"csrf_token": token, **office.order("1.234.567", note=NOTE)}
        assert office.officer.post(URL, data=order).status_code == 303
        office.app.after_request_funcs[None].remove(die)
        stoppable.start()
        assert office.officer.get(URL).status_code == 200
        assert office.paid() == 1
