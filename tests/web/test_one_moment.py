"""Whatever a page or a file shows is of one moment; whatever is written is as things stand."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.checks.browsing import token_on
from tests.checks.paying import URL
from tests.conftest import Database
from tests.factories.offices import Office, an_office
from tracker.db import db, transaction
from tracker.models import Disbursement
from tracker.queries import disbursements as ledger
from tracker.queries import wall


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    with an_office(database.copy()) as office:
        yield office


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Disbursement)) or 0


def pay(office: Office, voucher: str) -> None:
    token = token_on(office.officer.get(URL))
    order = office.order(key=voucher, voucher=voucher)
    assert office.officer.post(URL, data={"csrf_token": token, **order}).status_code == 303


@pytest.mark.parametrize("url", ["/disbursements/entries", "/disbursements/entries.csv"])
def test_rows_and_their_sum_are_of_one_moment(
    office: Office, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    pay(office, "CT-1")
    read_sums = ledger.entry_sums

    def sums_before_another_payment(*asked: Any) -> ledger.EntrySums:
        found = read_sums(*asked)
        pay(office, "CT-2")
        return found

    monkeypatch.setattr(ledger, "entry_sums", sums_before_another_payment)
    shown = office.officer.get(url).text
    monkeypatch.undo()
    assert ("CT-1" in shown, "CT-2" in shown) == (True, False)
    assert "CT-2" in office.officer.get(url).text


def test_a_reading_stays_and_a_writing_sees_what_others_committed(office: Office) -> None:
    with office.app.app_context():
        session = db.session()
        wall.open_to_the_system(session)
        assert count(session) == 0
        pay(office, "CT-1")
        assert count(session) == 0
        with transaction() as writing:
            assert count(writing) == 1
