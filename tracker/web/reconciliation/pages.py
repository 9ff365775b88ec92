"""What the reconciliation screen shows: the entries of a day beside the treasury's statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.days import DAY
from tracker.domain.money import Dong, total
from tracker.queries.approval import StatementRow
from tracker.web.formats import instant
from tracker.web.words import disbursement_kind_words


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry of the day: still to be found on a statement, or found on which."""

    row: StatementRow
    url: str
    kind: str
    found: str
    can_tick: bool


@dataclass(frozen=True, slots=True)
class DayPage:
    """The entries of a day, how many were found, and what they add up to."""

    day: date
    lines: tuple[EntryLine, ...]
    counted: Dong
    reconciled: int
    reconciled_sum: Dong
    owners: tuple[str, ...]
    owner: str
    can_tick: bool
    url: str
    previous_url: str
    next_url: str | None


def day_page(
    day: date, today: date, rows: Sequence[StatementRow], person_id: int, owner: str
) -> DayPage:
    """Decide what the screen shows; `owner` narrows the entries to one organisation."""
    shown = [row for row in rows if not owner or row.owner == owner]
    done = [row for row in shown if row.statement is not None]
    lines = tuple(_line(row, person_id) for row in shown)
    return DayPage(
        day=day,
        lines=lines,
        counted=total(row.counted for row in shown),
        reconciled=len(done),
        reconciled_sum=total(row.counted for row in done),
        owners=tuple(dict.fromkeys(row.owner for row in rows)),
        owner=owner,
        can_tick=any(line.can_tick for line in lines),
        url=url_for("reconciliation.show_day", day=day),
        previous_url=url_for("reconciliation.show_day", day=day - DAY),
        next_url=url_for("reconciliation.show_day", day=day + DAY) if day < today else None,
    )


def _line(row: StatementRow, person_id: int) -> EntryLine:
    found = ""
    if row.statement is not None and row.reconciled_at is not None:
        found = _(
            "%(statement)s, %(who)s đối chiếu lúc %(at)s",
            statement=row.statement,
            who=row.reconciler or "",
            at=instant(row.reconciled_at),
        )
    is_own = row.recorder_id == person_id
    kind = disbursement_kind_words(row.kind)
    if row.reverses_id is not None:
        kind = _("bút toán đảo")
    return EntryLine(
        row=row,
        url=url_for("disbursements.show_entry", entry_id=row.id),
        kind=kind,
        found=found or (_("do chính anh/chị ghi: người khác đối chiếu") if is_own else ""),
        can_tick=row.statement is None and not is_own,
    )
