"""What the daily sheet shows: its lines, what is missing, what the day adds up to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.days import DAY
from tracker.domain.money import Dong
from tracker.domain.people import Actor, Permission, Scope
from tracker.queries.approval import WaitingRow
from tracker.queries.day_sheet import SheetLine
from tracker.queries.disbursements import EntrySums, LedgerRow
from tracker.queries.open_lines import LateProject, SheetCounts, Show
from tracker.queries.paging import Paged
from tracker.queries.periods import LockRow
from tracker.web.chips import Chip
from tracker.web.disbursements.asking import Asked
from tracker.web.disbursements.mine import Mine
from tracker.web.disbursements.rows import EntryDraft, RowMaker, SheetRow
from tracker.web.disbursements.wording import SheetWords
from tracker.web.formats import day as write_day
from tracker.web.formats import dong, number, spelled
from tracker.web.locking import banner_words
from tracker.web.paging import Paging, paging_of

SHEET = "disbursements.show_day"
FIRST_LOCKS = 3
FIRST_LATE = 8
"""Projects without news that are named on top; the rest stand behind a link."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way of looking at the sheet, with how many lines it shows."""

    label: str
    url: str
    is_current: bool
    count: int | None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class LateRow:
    """A project without news, in words."""

    code: str
    name: str
    url: str
    told: str


@dataclass(frozen=True, slots=True)
class DayTotals:
    """What the day adds up to, and of how many projects nothing was said yet."""

    day: date
    sums: EntrySums
    ledger_url: str
    counts: SheetCounts
    missing_url: str
    late_url: str
    late_after: int
    late: tuple[LateRow, ...]
    quiet_url: str
    can_record: bool
    mine: Mine


@dataclass(frozen=True, slots=True)
class DayPage:
    """One day's sheet, as this person may see and fill it."""

    day: date
    title: str
    asked: Asked
    can_record: bool
    words: SheetWords
    rows: tuple[SheetRow, ...]
    totals: DayTotals
    choices: tuple[Choice, ...]
    chips: tuple[Chip, ...]
    clear_url: str
    paging: Paging | None
    why_empty: str
    record_url: str
    paste_url: str
    previous_url: str
    next_url: str | None
    today: date
    locked: tuple[str, ...]
    locks_url: str


def sheet_scope(actor: Actor) -> Scope:
    """Return whose lines are "mine": those one may record on, or else those one may see."""
    recording = actor.scope_of(Permission.DISBURSEMENT_RECORD)
    return actor.scope_of(Permission.DISBURSEMENT_READ) if recording.is_empty else recording


def day_page(
    day: date,
    today: date,
    asked: Asked,
    found: Paged[SheetLine],
    totals: DayTotals,
    rows: RowMaker,
    drafts: Mapping[int, EntryDraft] | None = None,
    locks: Sequence[LockRow] = (),
) -> DayPage:
    """Decide what the sheet shows; `drafts` are rows sent back with what was typed in them."""
    drafts = drafts or {}
    return DayPage(
        day=day,
        title=_title(day, can_record=totals.can_record),
        asked=asked,
        can_record=totals.can_record,
        words=rows.words,
        rows=tuple(rows.row(line, drafts.get(line.id)) for line in found.rows),
        totals=totals,
        choices=_choices(day, asked, totals.counts),
        chips=_chips(day, asked),
        clear_url=url_for(SHEET, day=day),
        paging=paging_of(found, _("dòng vốn")),
        why_empty=_why_empty(asked),
        record_url=url_for("disbursements.record", day=day, **asked.params),
        paste_url=url_for("disbursements.paste", day=day),
        previous_url=url_for(SHEET, day=day - DAY, **asked.params),
        next_url=url_for(SHEET, day=day + DAY, **asked.params) if day < today else None,
        today=today,
        locked=_locked(locks),
        locks_url=url_for("periods.list_locks", year=day.year),
    )


def _locked(locks: Sequence[LockRow]) -> tuple[str, ...]:
    """Return the first locks in words, and how many more there are."""
    words = [banner_words(one) for one in locks[:FIRST_LOCKS]]
    if len(locks) > FIRST_LOCKS:
        words.append(_("Và %(count)s kỳ khóa khác.", count=number(len(locks) - FIRST_LOCKS)))
    return tuple(words)


def day_totals(
    day: date,
    asked: Asked,
    sums: EntrySums,
    counts: SheetCounts,
    late: Sequence[LateProject],
    late_after: int,
    actor: Actor,
    mine: Mine,
) -> DayTotals:
    """Decide what stands on top of the sheet."""
    range_of_one: dict[str, Any] = {"from": day.isoformat(), "to": day.isoformat()}
    return DayTotals(
        day=day,
        sums=sums,
        ledger_url=url_for("disbursements.list_entries", **range_of_one),
        counts=counts,
        missing_url=url_for(SHEET, day=day, show=Show.MISSING.value),
        late_url=url_for(SHEET, day=day, show=Show.LATE.value),
        late_after=late_after,
        late=tuple(_late_row(one, day) for one in late),
        quiet_url=url_for("disbursements.record_quiet", day=day, **asked.params),
        can_record=actor.may(Permission.DISBURSEMENT_RECORD),
        mine=mine,
    )


def amount_words(row: LedgerRow | WaitingRow) -> tuple[str, str]:
    """Return the amount of an entry in digits and in words: with its sign where it takes away."""
    told = row.counted if row.counted < 0 else Dong(abs(row.amount))
    return dong(told), spelled(told)


def kept_words(row: WaitingRow) -> str:
    """Return the sentence that says what was kept and is not sent yet."""
    amount, words = amount_words(row)
    return _(
        "Đã lưu nháp %(amount)s (%(words)s đồng) cho %(code)s %(project)s, chứng từ %(voucher)s. "
        "Chưa tính vào số giải ngân: hãy gửi duyệt khi nhập xong.",
        amount=amount,
        words=words,
        code=row.project_code,
        project=row.project_name,
        voucher=row.voucher,
    )


def saved_words(entry: LedgerRow) -> str:
    """Return the sentence that says what was just entered and counts, also in words."""
    amount, words = amount_words(entry)
    saved = _(
        "Đã ghi %(amount)s (%(words)s đồng) cho %(code)s %(project)s, chứng từ %(voucher)s.",
        amount=amount,
        words=words,
        code=entry.project_code,
        project=entry.project_name,
        voucher=entry.voucher,
    )
    if amount == dong(entry.counted):
        return saved
    counted = _(
        "Tính giải ngân %(amount)s (%(words)s đồng).",
        amount=dong(entry.counted),
        words=spelled(entry.counted),
    )
    return f"{saved} {counted}"


def undone_words(entry: LedgerRow) -> str:
    """Return the sentence that says what was just taken back."""
    undone = Dong(-entry.counted) if entry.counted > 0 else Dong(abs(entry.amount))
    return _(
        "Đã đảo bút toán %(amount)s của %(code)s %(project)s, chứng từ %(voucher)s. "
        "Cả hai bút toán vẫn nằm trong sổ.",
        amount=dong(undone),
        code=entry.project_code,
        project=entry.project_name,
        voucher=entry.voucher,
    )


def quiet_words(count: int, day: date) -> str:
    """Return the sentence that says of how many projects nothing was paid."""
    return _(
        "Đã ghi không phát sinh ngày %(day)s cho %(count)s dự án.",
        day=write_day(day),
        count=number(count),
    )


def _title(day: date, *, can_record: bool) -> str:
    if can_record:
        return _("Nhập giải ngân ngày %(day)s", day=write_day(day))
    return _("Giải ngân ngày %(day)s", day=write_day(day))


def _late_row(one: LateProject, day: date) -> LateRow:
    told = _("chưa có lần nhập nào")
    if one.news_on is not None:
        told = _(
            "chưa cập nhật %(days)s ngày (lần cuối %(day)s)",
            days=number((day - one.news_on).days),
            day=write_day(one.news_on),
        )
    return LateRow(
        one.code,
        one.name,
        url_for(SHEET, day=day, q=one.code),
        told,
    )


def _choices(day: date, asked: Asked, counts: SheetCounts) -> tuple[Choice, ...]:
    labels = {
        Show.ALL: _("Tất cả"),
        Show.MISSING: _("Chưa nhập ngày này"),
        Show.LATE: _("Lâu chưa cập nhật"),
        Show.CLOSED: _("Đã hết hạn"),
    }
    words: dict[str, Any] = {"q": asked.text} if asked.text else {}
    known = asked.show is not Show.CLOSED
    return tuple(
        Choice(
            label,
            url_for(SHEET, day=day, **words, show=None if show is Show.ALL else show.value),
            show is asked.show,
            counts.lines_of(show) if known and show is not Show.CLOSED else None,
            _("dòng vốn"),
        )
        for show, label in labels.items()
    )


def _chips(day: date, asked: Asked) -> tuple[Chip, ...]:
    if not asked.text:
        return ()
    kept = {name: value for name, value in asked.params.items() if name != "q"}
    return (Chip(_("Tìm"), asked.text, url_for(SHEET, day=day, **kept)),)


def _why_empty(asked: Asked) -> str:
    if asked.text:
        return _("Không có dòng vốn nào khớp với “%(text)s”.", text=asked.text)
    return {
        Show.ALL: _(
            "Chưa có dòng vốn nào đang mở trong phạm vi của anh/chị vào ngày này: kế hoạch chưa "
            "giao, hoặc đã hết hạn giải ngân."
        ),
        Show.MISSING: _("Mọi dự án đều đã nhập cho ngày này."),
        Show.LATE: _("Không có dự án nào lâu chưa cập nhật."),
        Show.CLOSED: _("Không có dòng vốn nào đã hết hạn trong hai năm gần đây."),
    }[asked.show]
