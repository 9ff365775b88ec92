"""One commune whose entries need a second person, with a few that wait for the district's word.

Nothing of it is in the ledger, so no published figure moves.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.demo.loading import Loader, Row
from tracker.demo.people import Officers

SINCE = "2025-04-01"
TODAY, TOMORROW, YESTERDAY = "2025-04-30", "2025-05-02", "2025-04-29"
_SECOND = 10_800
MOST = 6

_RULE = "id organisation_id valid_from second_person reason set_by set_at"
_SUBMISSION = (
    "id plan_line_id project_id year extended kind purpose voucher voucher_on posted_on amount"
    " recovered counted advance duplicate_confirmed unit_confirmed state maker_id made_at sent_by"
    " sent_at idempotency_key request_hash row_version"
)
_LINES = text(
    "SELECT l.id, l.project_id, l.planned - l.disbursed AS free FROM plan_line l"
    " JOIN project p ON p.id = l.project_id"
    " WHERE p.owner_id = :owner AND l.year = 2025 AND NOT l.extended"
    " AND l.planned - l.disbursed > 100000000 ORDER BY l.id LIMIT :most"
)


def send_some(loader: Loader, session: Session, officers: Officers) -> None:
    """Let one commune need a second person, and send what its officer typed on the last days."""
    at = loader.instant(SINCE, _SECOND)
    reason = "Quy chế chi tiêu nội bộ của UBND xã"
    rule = (
        loader.key("approval_rule"),
        officers.commune_id,
        SINCE,
        True,
        reason,
        officers.accounts["tonghop"],
        at,
    )
    loader.insert("approval_rule", _RULE, [rule])
    lines = session.execute(_LINES, {"owner": officers.commune_id, "most": MOST}).all()
    rows = [_row(loader, officers, place, line) for place, line in enumerate(lines)]
    loader.insert("submission", _SUBMISSION, rows)


def _row(loader: Loader, officers: Officers, place: int, line: Row) -> Row:
    """Return one entry: the first is kept back as a draft, the second has an odd voucher."""
    line_id, project_id, free = line
    own, maker = loader.key("submission"), officers.accounts["xa"]
    amount = free // 40 // 1_000 * 1_000 + 7_000
    is_draft = place == 0
    made = loader.instant(TODAY, _SECOND + place * 240)
    return (
        own,
        line_id,
        project_id,
        2025,
        False,
        "volume_payment",
        "construction",
        f"GRV-{own:03d}/2025",
        TOMORROW if place == 1 else YESTERDAY,
        TODAY,
        amount,
        0,
        amount,
        0,
        False,
        False,
        "draft" if is_draft else "sent",
        maker,
        made,
        None if is_draft else maker,
        None if is_draft else made,
        f"mp-gui-{own}",
        f"mp-gui-{own}",
        1 if is_draft else 2,
    )
