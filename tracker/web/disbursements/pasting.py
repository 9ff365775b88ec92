"""Reads what was pasted, and asks the rules about it before anything is saved."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.money import total
from tracker.domain.people import Permission
from tracker.domain.refusals import Refusal
from tracker.queries.open_lines import open_lines
from tracker.services.disbursements import check_disbursements
from tracker.services.posting import Recorded
from tracker.web.disbursements.paste import (
    PastePage,
    cells_of,
    codes_of,
    order_of,
    understood,
    with_faults,
)
from tracker.web.disbursements.rows import new_key
from tracker.web.formats import dong, number

CHOSEN = "line_"
"""The field of a pasted row that says which of several plan lines is meant."""
_ROW = re.compile(rf"{CHOSEN}[0-9]{{1,6}}")
LONGEST_KEY = 64


def pasted(session: Session, act: Act, day: date, *, check: bool = True) -> PastePage:
    """Read what was pasted and, if wanted, ask the rules about every row that was understood."""
    text = request.form.get("text", "")
    sent = request.form.get("key", "")
    key = sent if sent.isalnum() and len(sent) <= LONGEST_KEY else new_key()
    confirmed = "confirmed" in request.form
    cells, error = cells_of(text)
    chosen = {
        int(name.removeprefix(CHOSEN)): value
        for name, value in request.form.items()
        if _ROW.fullmatch(name)
    }
    scope = act.actor.scope_of(Permission.DISBURSEMENT_RECORD)
    lines = open_lines(session, scope, day, codes_of(cells))
    rows = understood(cells, lines, chosen, day)
    page = PastePage(day, text, key, tuple(rows), error, confirmed)
    ready = [row for row in rows if not row.is_wrong]
    if not check or not ready:
        return page
    orders = [order_of(row, key, day, confirmed=confirmed) for row in ready]
    refused = check_disbursements(session, act, orders)
    return page_with_faults(page, {ready[place].number: fault for place, fault in refused.items()})


def pasted_words(recorded: Sequence[Recorded]) -> str:
    """Return the sentence that says what became of pasted rows."""
    kept = sum(not one.is_posted for one in recorded)
    told = {
        "count": number(len(recorded)),
        "amount": dong(total(one.counted for one in recorded)),
    }
    if not kept:
        return _("Đã ghi %(count)s khoản, tính giải ngân %(amount)s.", **told)
    return _(
        "Đã đọc %(count)s khoản, %(amount)s; trong đó %(kept)s khoản lưu nháp, chưa tính vào "
        "số giải ngân: hãy gửi duyệt khi nhập xong.",
        kept=number(kept),
        **told,
    )


def page_with_faults(page: PastePage, faults: Mapping[int, Refusal]) -> PastePage:
    """Return the page with the sentence of each refusal, by the number of its row."""
    return replace(page, rows=tuple(with_faults(page.rows, faults)))
