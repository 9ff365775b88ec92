"""What the page of one entry shows: what it says, how it counts, what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.disbursements import DisbursementKind
from tracker.domain.money import Dong
from tracker.domain.people import Actor, Permission
from tracker.queries.approval import Matched, WaitingRow
from tracker.queries.disbursements import LedgerRow
from tracker.web.disbursements.ledger import LIST, plan_words
from tracker.web.formats import day, dong, instant
from tracker.web.known import known_words
from tracker.web.words import disbursement_kind_words, purpose_words


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an entry."""

    who: str
    at: str
    words: str
    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One entry: what it says, how it counts, what became of it."""

    row: LedgerRow
    project_url: str
    day_url: str
    ledger_url: str
    facts: tuple[tuple[str, str | None], ...]
    formula: str
    advance: str
    events: tuple[Event, ...]
    can_reverse: bool
    why_not: str
    reverse_url: str


def entry_page(
    row: LedgerRow,
    related: LedgerRow | None,
    actor: Actor,
    approval: WaitingRow | None,
    matched: Matched | None,
) -> EntryPage:
    """Decide what the page of one entry shows; `related` is its reversal, or what it reverses."""
    scope = actor.scope_of(Permission.DISBURSEMENT_RECORD)
    is_live = row.reverses_id is None and row.reversal_id is None
    within = scope.covers(row.unit_path, row.owner_id, row.project_id)
    return EntryPage(
        row=row,
        project_url=url_for("projects.show_project", code=row.project_code),
        day_url=url_for("disbursements.show_day", day=row.posted_on),
        ledger_url=url_for(LIST, project=row.project_code, year=row.year),
        facts=(*_facts(row), (_("Trạng thái"), _state_words(approval, matched))),
        formula=formula_words(row),
        advance=_advance_words(row),
        events=(*_events(row, related), *_checks(approval, matched)),
        can_reverse=is_live and within,
        why_not=_why_not(row, within=within),
        reverse_url=url_for("disbursements.reverse", entry_id=row.id),
    )


def formula_words(row: LedgerRow) -> str:
    """Return how the counted amount comes about, with its operands (DOMAIN §3.2)."""
    amount, recovered, counted = dong(row.amount), dong(row.recovered), dong(row.counted)
    if row.kind is DisbursementKind.VOLUME_PAYMENT and row.recovered:
        return _(
            "Số tính giải ngân = số Kho bạc chấp nhận %(amount)s − thu hồi tạm ứng %(recovered)s "
            "= %(counted)s",
            amount=amount,
            recovered=recovered,
            counted=counted,
        )
    if row.kind is DisbursementKind.ADVANCE_RECOVERY:
        return _(
            "Số tính giải ngân = 0 đồng: %(amount)s chuyển từ tạm ứng thành thanh toán, "
            "đã tính khi tạm ứng",
            amount=amount,
        )
    if row.kind is DisbursementKind.REFUND:
        return _(
            "Số tính giải ngân = −(số nộp trả %(amount)s) = %(counted)s",
            amount=amount,
            counted=counted,
        )
    return _("Số tính giải ngân = số Kho bạc chấp nhận = %(counted)s", counted=counted)


def _advance_words(row: LedgerRow) -> str:
    if not row.advance:
        return ""
    if row.advance > 0:
        return _("Dư tạm ứng của dự án tăng %(amount)s.", amount=dong(row.advance))
    return _("Dư tạm ứng của dự án giảm %(amount)s.", amount=dong(Dong(-row.advance)))


def _facts(row: LedgerRow) -> tuple[tuple[str, str | None], ...]:
    return (
        (_("Dự án"), f"{row.project_code} {row.project_name}"),
        (_("Chủ đầu tư"), row.owner),
        (_("Dòng vốn"), plan_words(row)),
        (_("Loại"), disbursement_kind_words(row.kind)),
        (_("Nội dung chi"), purpose_words(row.purpose)),
        *(((_("Hợp đồng"), row.contract),) if row.contract else ()),
        (_("Số chứng từ"), row.voucher),
        (_("Ngày chứng từ"), day(row.voucher_on)),
        (_("Ngày Kho bạc hạch toán"), day(row.posted_on)),
        (_("Số Kho bạc chấp nhận"), dong(row.amount)),
        (_("Thu hồi tạm ứng"), dong(row.recovered)),
        (_("Số tính giải ngân"), dong(row.counted)),
        (_("Nguồn số liệu"), _origin_words(row.origin)),
        (_("Ghi chú"), known_words(row.note)),
        *(((_("Lý do ghi vào kỳ đã khóa mềm"), row.late_reason),) if row.late_reason else ()),
    )


def _origin_words(code: str) -> str:
    return {
        "typed": _("nhập trên phần mềm"),
        "imported": _("nhập từ tệp"),
        "simulated": _("số liệu mô phỏng"),
    }.get(code, code)


def _events(row: LedgerRow, related: LedgerRow | None) -> Iterable[Event]:
    first, second = (related, row) if row.reverses_id is not None else (row, related)
    if first is not None:
        yield _event(first, row, _("Ghi bút toán %(id)s", id=first.id), "deed")
    if second is not None:
        words = _(
            "Đảo bằng bút toán %(id)s. Lý do: %(reason)s",
            id=second.id,
            reason=known_words(second.reason),
        )
        yield _event(second, row, words, "warning")


def _state_words(approval: WaitingRow | None, matched: Matched | None) -> str:
    """Return how far the entry has come; every entry of the ledger is approved at least."""
    approved = _("đã duyệt theo quy định, một người ghi")
    if approval is not None:
        approved = _("đã duyệt bởi %(who)s", who=known_words(approval.checker))
    if matched is None:
        return approved
    return _(
        "%(approved)s; đã đối chiếu Kho bạc (%(statement)s)",
        approved=approved,
        statement=matched.statement,
    )


def _checks(approval: WaitingRow | None, matched: Matched | None) -> Iterable[Event]:
    if approval is not None and approval.checked_at is not None:
        words = _("Duyệt bút toán do %(maker)s nhập", maker=known_words(approval.maker))
        yield Event(known_words(approval.checker), instant(approval.checked_at), words, "deed", "")
    if matched is not None:
        words = _("Đối chiếu Kho bạc: %(statement)s", statement=matched.statement)
        yield Event(
            known_words(matched.reconciler), instant(matched.reconciled_at), words, "deed", ""
        )


def _event(one: LedgerRow, shown: LedgerRow, words: str, kind: str) -> Event:
    """Tell of an entry, with a way to it unless it is the one that is shown."""
    url = "" if one.id == shown.id else url_for("disbursements.show_entry", entry_id=one.id)
    return Event(known_words(one.recorder), instant(one.recorded_at), words, kind, url)


def _why_not(row: LedgerRow, *, within: bool) -> str:
    if row.reverses_id is not None:
        return _("Đây là bút toán đảo. Nếu đảo nhầm, hãy nhập lại khoản giải ngân.")
    if row.reversal_id is not None:
        return _("Bút toán này đã được đảo; cả hai vẫn nằm trong sổ.")
    if not within:
        return _("Chỉ người có quyền nhập giải ngân của dự án này được đảo bút toán.")
    return ""
