"""The words that every row of the sheet repeats, looked up once for all of them.

A sentence with a place for an amount or a name keeps it open: `words.of % {"plan": ...}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from tracker.domain.approval import SubmissionState
from tracker.domain.disbursements import CORRECTIONS, DisbursementKind, Purpose
from tracker.domain.projects import Tier
from tracker.web.disbursements.kinds import LESS, kind_choices
from tracker.web.findings import submission_state_words
from tracker.web.speech import money_example
from tracker.web.words import disbursement_kind_words, purpose_words, tier_words

_CORRECTIONS = {kind.value for kind in CORRECTIONS} | {LESS}


@dataclass(frozen=True, slots=True)
class SheetWords:
    """The words of the sheet in the reader's language."""

    kinds: tuple[tuple[str, str], ...]
    corrections: tuple[tuple[str, str], ...]
    purposes: tuple[tuple[str, str], ...]
    kind_names: Mapping[DisbursementKind, str]
    tiers: Mapping[Tier, str]
    line: str
    left: str
    left_label: str
    said: str
    kind_and_purpose: str
    kind: str
    purpose: str
    contract: str
    no_contract: str
    amount: str
    amount_label: str
    amount_name: str
    voucher_and_day: str
    voucher: str
    voucher_on: str
    note: str
    note_hint: str
    note_and_save: str
    more: str
    details: str
    more_name: str
    recovered: str
    recovered_hint: str
    advance: str
    late_reason: str
    confirmed: str
    fill: str
    save: str
    save_name: str
    quiet: str
    quiet_name: str
    never: str
    newest: str
    of: str
    later: str
    was_quiet: str
    recorded: str
    is_reversal: str
    is_reversed: str
    older: str
    source: str
    year: str
    year_extended: str
    plan: str
    left_until: str
    only_read: str
    states: Mapping[SubmissionState, str]
    returned: str
    reserved: str
    edit: str
    recall: str
    discard: str
    unit_confirmed: str
    dong: str
    million: str
    billion: str
    malformed: str


def sheet_words() -> SheetWords:
    """Return the words in the language of this request."""
    first = DisbursementKind.VOLUME_PAYMENT.value
    listed = kind_choices()
    return SheetWords(
        kinds=tuple(sorted(listed, key=lambda one: one[0] != first)),
        corrections=tuple(one for one in listed if one[0] in _CORRECTIONS),
        purposes=tuple((one.value, purpose_words(one)) for one in Purpose),
        kind_names={kind: disbursement_kind_words(kind) for kind in DisbursementKind},
        tiers={tier: tier_words(tier).lower() for tier in Tier},
        line=_("Dòng vốn"),
        left=_("Còn lại"),
        left_label=_("Còn lại (đồng)"),
        said=_("Đã nhập"),
        kind_and_purpose=_("Loại, nội dung chi"),
        kind=_("Loại"),
        purpose=_("Nội dung chi"),
        contract=_("Hợp đồng"),
        no_contract=_("không ghi hợp đồng"),
        amount=_("Số tiền"),
        amount_label=_("Số tiền (đồng)"),
        amount_name=_("Số tiền, đồng"),
        voucher_and_day=_("Chứng từ: số, ngày"),
        voucher=_("Số chứng từ"),
        voucher_on=_("Ngày chứng từ"),
        note=_("Ghi chú"),
        note_hint=_("ghi chú"),
        note_and_save=_("Ghi chú, lưu"),
        more=_("Thu hồi ứng"),
        details=_("Chi tiết"),
        more_name=_("Thu hồi ứng, ghi chú"),
        recovered=_("Thu hồi tạm ứng, đồng"),
        recovered_hint=_("thu hồi tạm ứng"),
        advance=_("dư tạm ứng %(left)s"),
        late_reason=_("Lý do ghi vào kỳ đã khóa mềm"),
        confirmed=_("Đây là một khoản khác, vẫn ghi"),
        fill=_("Điền %(amount)s"),
        save=_("Lưu"),
        save_name=_("Lưu: %(what)s"),
        quiet=_("Không phát sinh"),
        quiet_name=_("Không phát sinh: %(what)s"),
        never=_("Chưa có lần nhập nào"),
        newest=_("Gần nhất %(day)s:"),
        of=_("của %(plan)s"),
        later=_("đã trừ %(amount)s của %(count)s khoản ghi sau ngày này"),
        was_quiet=_("Không phát sinh, %(who)s ghi lúc %(at)s"),
        recorded=_("%(who)s ghi lúc %(at)s"),
        is_reversal=_("bút toán đảo"),
        is_reversed=_("đã đảo"),
        older=_("và %(count)s bút toán trước đó trong ngày"),
        source=_("%(source)s · ngân sách %(tier)s"),
        year=_("KH %(year)s"),
        year_extended=_("KH %(year)s kéo dài"),
        plan=_("%(plan)s, hạn %(deadline)s"),
        left_until=_("hạn %(deadline)s còn %(left)s"),
        only_read=_("Chỉ xem: dòng vốn này do đơn vị khác nhập."),
        states={state: submission_state_words(state) for state in SubmissionState},
        returned=_("%(who)s trả lại: %(why)s"),
        reserved=_("đang chờ duyệt %(amount)s"),
        edit=_("Sửa"),
        recall=_("Rút lại"),
        discard=_("Bỏ"),
        unit_confirmed=_("Số tiền đúng đơn vị, vẫn ghi"),
        dong=_("đồng"),
        million=_("triệu đồng"),
        billion=_("tỷ đồng"),
        malformed=_("Chưa đọc được. Hãy gõ dạng %(example)s", example=money_example()),
    )
