"""What the tests of payments share: orders, rows of the sheet, figures that are shown."""

import re
from datetime import date
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.checks.browsing import token_on
from tests.factories.counting import a_number
from tracker.domain.act import Act
from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.domain.money import ZERO, Dong
from tracker.models import Disbursement, PlanLine
from tracker.services.disbursements import (
    RecordDisbursement,
    Recorded,
    ReverseDisbursement,
    reverse_disbursement,
)

URL = "/disbursements/2025-04-30"
ENTRIES = "/disbursements/entries"
DAY = date(2025, 4, 29)
REASON = "Nhập nhầm số tiền trên chứng từ"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def the_entry(session: Session) -> Disbursement:
    """Return the only entry there is."""
    return session.scalars(select(Disbursement)).one()


def fields(line: PlanLine, amount: str = "1.234.567", **changes: Any) -> dict[str, Any]:
    """Return what one row sends."""
    return {
        "line": line.id,
        "key": f"{a_number():032x}",
        "kind": "volume_payment",
        "purpose": "construction",
        "amount": amount,
        "voucher": "GRV-01/2025",
        "voucher_on": "2025-04-29",
        "note": "",
        "recovered": "",
        **changes,
    }


def post(
    browser: FlaskClient, data: dict[str, Any], url: str = URL, *, htmx: bool = False
) -> TestResponse:
    """Send a form with the token of a page."""
    token = token_on(browser.get(f"{ENTRIES}?q=none"))
    return browser.post(url, data={"csrf_token": token, **data}, headers=HTMX if htmx else {})


def typed_in(html: str, line: PlanLine, sent: dict[str, Any]) -> str:
    """Assert that a row holds what was sent; return the key that it would be sent with now."""
    row = html.split(f'<tr role="row" id="line_{line.id}"')[1].split("</tr>")[0]
    for name in ("amount", "voucher", "voucher_on", "note"):
        assert f'id="{name}_{line.id}" value="{sent[name]}"' in row, name
    for name in ("kind", "purpose"):
        assert f'<option value="{sent[name]}" selected>' in row, name
    found = re.search(r'name="key" value="([0-9a-f]{32})"', row)
    assert found, "the row has no key"
    return found[1]


def value_of(html: str, name: str) -> int:
    """Return the figure of the element with this id."""
    found = re.search(rf'<data[^>]*\bid="{name}"[^>]*\bvalue="(-?\d+)"', html)
    assert found, f"no element {name}"
    return int(found.group(1))


def rows(session: Session) -> int:
    """Return how many entries there are."""
    return session.scalars(select(func.count()).select_from(Disbursement)).one()


def order(line: PlanLine, amount: int = 400_000_000, **changes: Any) -> RecordDisbursement:
    """Return the order to pay on a line on 29 April."""
    number = a_number()
    return RecordDisbursement(
        **{
            "plan_line_id": line.id,
            "kind": DisbursementKind.VOLUME_PAYMENT,
            "purpose": Purpose.CONSTRUCTION,
            "voucher": f"GRV-{number}",
            "voucher_on": DAY,
            "posted_on": DAY,
            "amount": Dong(amount),
            "recovered": ZERO,
            "note": "",
            "idempotency_key": f"form-{number}",
            **changes,
        }
    )


def disbursed(session: Session, line: PlanLine) -> int:
    """Return what the line's counter says."""
    return session.scalars(select(PlanLine.disbursed).where(PlanLine.id == line.id)).one()


def reverse(session: Session, act: Act, entry_id: int, **changes: Any) -> Recorded:
    """Reverse an entry for a reason that is long enough."""
    wanted = ReverseDisbursement(
        **{
            "disbursement_id": entry_id,
            "reason": REASON,
            "idempotency_key": f"reverse-{a_number()}",
            **changes,
        }
    )
    return reverse_disbursement(session, act, wanted)
