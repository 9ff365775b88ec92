"""A row that was sent: back to its form when refused, each sentence beside its field."""

from collections.abc import Mapping

from flask import request
from flask_babel import gettext as _

from tracker.domain.approval import PlanReserved
from tracker.domain.contracts import BeforeSigning, ContractElsewhere, OverContractAdvance
from tracker.domain.cross_checks import UnitSuspected
from tracker.domain.disbursements import (
    AdvancesClosed,
    AmountOutOfBounds,
    BelowZero,
    DisbursementKind,
    NoteRequired,
    OverAdvance,
    OverInvestment,
    OverPlan,
    RecoveryNotPossible,
    SuspectedDuplicate,
)
from tracker.domain.money import ZERO, Dong
from tracker.domain.refusals import ReasonRequired, Refusal
from tracker.queries.approval import WaitingRow
from tracker.queries.day_sheet import SheetLine
from tracker.web.disbursements.forms import EntryForm
from tracker.web.disbursements.kinds import LESS
from tracker.web.disbursements.rows import EntryDraft, RowMaker, new_key
from tracker.web.formats import money
from tracker.web.refusing import refusal_words

TYPED = (
    "key", "kind", "purpose", "amount", "voucher", "voucher_on", "note", "recovered", "confirmed",
    "late_reason",
    "unit_confirmed", "submission", "version", "contract",
)  # fmt: skip
_FIELDS: dict[type[Refusal], str] = {
    OverPlan: "amount",
    OverInvestment: "amount",
    BelowZero: "amount",
    AmountOutOfBounds: "amount",
    OverAdvance: "recovered",
    OverContractAdvance: "recovered",
    ContractElsewhere: "contract",
    BeforeSigning: "contract",
    RecoveryNotPossible: "recovered",
    AdvancesClosed: "kind",
    SuspectedDuplicate: "voucher",
    ReasonRequired: "late_reason",
    PlanReserved: "amount",
    NoteRequired: "note",
    UnitSuspected: "amount",
}
"""Beside which field a refusal stands; the others concern the whole row."""


def draft_of(
    rows: RowMaker, line: SheetLine, form: EntryForm, refusal: Refusal | None = None
) -> EntryDraft:
    """Return the form of a row with everything typed in it, and what is wrong."""
    errors = {
        name: " ".join(map(str, form[name].errors))
        for name in TYPED
        if name != "key" and form[name].errors
    }
    words = " ".join(map(str, form.form_errors))
    if form.key.errors:
        words = _("Biểu mẫu thiếu mã chống ghi trùng. Hãy mở lại trang rồi nhập lại.")
    if refusal is not None:
        field = _field_of(refusal, form)
        if field is None:
            words = refusal_words(refusal)
        else:
            errors[field] = refusal_words(refusal)
    return rows.typed_draft(
        line,
        _typed(),
        errors,
        words=words,
        fits=_what_fits(refusal, form),
        asks_to_confirm=isinstance(refusal, SuspectedDuplicate) or bool(form.confirmed.data),
        asks_late_reason=isinstance(refusal, ReasonRequired) or bool(form.late_reason.data),
        asks_unit=isinstance(refusal, UnitSuspected) or bool(form.unit_confirmed.data),
    )


def filled(rows: RowMaker, line: SheetLine, form: EntryForm) -> EntryDraft:
    """Return the form of a row with the amount that fits filled in; nothing is saved by it."""
    values = dict(_typed())
    if form.fill.data is not None:
        values["amount"] = money(form.fill.data)
    return rows.typed_draft(line, values, {})


def _typed() -> Mapping[str, str]:
    return {name: request.form.get(name, "") for name in TYPED}


def _field_of(refusal: Refusal, form: EntryForm) -> str | None:
    field = _FIELDS.get(type(refusal))
    # A recovery alone is typed as the amount.
    if field == "recovered" and form.kind.data == DisbursementKind.ADVANCE_RECOVERY.value:
        return "amount"
    return field


def _what_fits(refusal: Refusal | None, form: EntryForm) -> Dong | None:
    """Return the amount that would be accepted; None when none would, or it is not about that."""
    if isinstance(refusal, PlanReserved):
        left = Dong(refusal.remaining - refusal.waiting)
    elif isinstance(refusal, OverPlan | OverInvestment):
        left = refusal.remaining
    else:
        return None
    # What clears an advance was counted before, so it comes on top.
    fits = left + (form.recovered.data or ZERO)
    return Dong(fits) if fits > 0 and left > 0 else None


def draft_of_waiting(rows: RowMaker, line: SheetLine, one: WaitingRow) -> EntryDraft:
    """Return the form of a row with an entry in it that is not approved yet, to be changed."""
    is_less = one.kind is DisbursementKind.ADJUSTMENT and one.amount < 0
    values = {
        "key": new_key(),
        "kind": LESS if is_less else one.kind.value,
        "purpose": one.purpose.value,
        "amount": money(abs(one.amount)),
        "voucher": one.voucher,
        "voucher_on": one.voucher_on.isoformat(),
        "note": one.note or "",
        "recovered": money(one.recovered) if one.recovered else "",
        "confirmed": "",
        "unit_confirmed": "",
        "submission": str(one.id),
        "version": str(one.row_version),
        "contract": str(one.contract_id or ""),
    }
    return rows.typed_draft(line, values, {})
