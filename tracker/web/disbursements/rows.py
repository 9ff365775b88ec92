"""What one row of the daily sheet shows: the line, what was said of it, and its form."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.domain.money import Dong
from tracker.domain.people import Actor, Permission
from tracker.queries.day_sheet import DayEntry, SheetLine
from tracker.queries.open_lines import Show
from tracker.web.disbursements.asking import Asked
from tracker.web.disbursements.kinds import LESS, kind_choices
from tracker.web.disbursements.lines import source_words, year_words
from tracker.web.formats import day as write_day
from tracker.web.formats import instant, money, number
from tracker.web.words import purpose_words

_PAYMENTS = (
    DisbursementKind.VOLUME_PAYMENT,
    DisbursementKind.ADVANCE,
    DisbursementKind.BOOK_ENTRY,
)
_CORRECTIONS = frozenset(
    {
        DisbursementKind.ADVANCE_RECOVERY.value,
        DisbursementKind.REFUND.value,
        DisbursementKind.ADJUSTMENT.value,
        LESS,
    }
)


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """The form of one row: its values as typed, what is wrong with them, what would fit.

    `words` are what stands over the whole row; `fits` is the amount that the plan still allows.
    """

    values: Mapping[str, str]
    kinds: tuple[tuple[str, str], ...]
    purposes: tuple[tuple[str, str], ...]
    errors: Mapping[str, str]
    words: str = ""
    fits: Dong | None = None
    fits_text: str = ""
    asks_to_confirm: bool = False
    asks_recovered: bool = False


@dataclass(frozen=True, slots=True)
class SaidEntry:
    """One entry of the day in a row."""

    url: str
    kind: DisbursementKind
    counted: Dong
    voucher: str
    words: str
    told: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One plan line of the sheet. `draft` is None when this person may not record on it."""

    line: SheetLine
    label: str
    project_url: str
    ledger_url: str
    source: str
    plan: str
    said: tuple[SaidEntry, ...]
    quiet: str
    last_url: str
    later: str
    state: str | None
    said_state: str | None
    draft: EntryDraft | None
    can_be_quiet: bool

    @property
    def id(self) -> int:
        """Return the number of the plan line."""
        return self.line.id


def new_key() -> str:
    """Return a key for one form: whatever is sent with it twice is done once."""
    return secrets.token_hex(16)


def sheet_row(
    line: SheetLine,
    day: date,
    asked: Asked,
    actor: Actor,
    draft: EntryDraft | None = None,
) -> SheetRow:
    """Decide what one row shows to this person."""
    scope = actor.scope_of(Permission.DISBURSEMENT_RECORD)
    can_record = scope.covers(line.unit_path, line.owner_id)
    live = [one for one in line.entries if one.is_live]
    is_wrong = draft is not None and bool(draft.errors or draft.words)
    return SheetRow(
        line=line,
        label=", ".join((line.project_code, line.source_code, _year(line))),
        project_url=url_for("projects.show_project", code=line.project_code),
        ledger_url=url_for("disbursements.list_entries", project=line.project_code, year=line.year),
        source=source_words(line.source_code, line.source_name, line.budget_tier),
        plan=_plan_words(line),
        said=tuple(_said(one) for one in line.entries),
        quiet=_quiet_words(line) if not live else "",
        last_url="" if line.last is None else _entry_url(line.last.id),
        later=_later_words(line),
        state="error" if is_wrong else None,
        said_state="saved" if live else "waiting" if line.quiet else None,
        draft=(draft or fresh_draft(line, day)) if can_record else None,
        can_be_quiet=can_record and not live and line.quiet is None and asked.show != Show.CLOSED,
    )


def fresh_draft(line: SheetLine, day: date) -> EntryDraft:
    """Return the form of a row before anything is typed: what can be known is filled in."""
    kinds = _kinds(line, day)
    usual = line.last.kind.value if line.last and line.last.kind in _PAYMENTS else kinds[0][0]
    codes = [code for code, _words in kinds]
    return EntryDraft(
        values={
            "key": new_key(),
            "kind": usual if usual in codes else kinds[0][0],
            "purpose": (line.last.purpose if line.last else Purpose.CONSTRUCTION).value,
            "amount": "",
            "voucher": "",
            "voucher_on": day.isoformat(),
            "note": "",
            "recovered": "",
            "confirmed": "",
        },
        kinds=kinds,
        purposes=_purposes(),
        errors={},
        asks_recovered=line.advance > 0,
    )


def typed_draft(
    line: SheetLine,
    day: date,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    words: str = "",
    fits: Dong | None = None,
    asks_to_confirm: bool = False,
) -> EntryDraft:
    """Return the form of a row as it was sent, with what is wrong in it."""
    return EntryDraft(
        values=values,
        kinds=_kinds(line, day),
        purposes=_purposes(),
        errors=errors,
        words=words,
        fits=fits,
        fits_text="" if fits is None else money(fits),
        asks_to_confirm=asks_to_confirm,
        asks_recovered=line.advance > 0 or bool(values.get("recovered")),
    )


def _kinds(line: SheetLine, day: date) -> tuple[tuple[str, str], ...]:
    """List the kinds that can be chosen: a closed line can only be put right."""
    listed = kind_choices()
    if line.deadline_on < day:
        return tuple(one for one in listed if one[0] in _CORRECTIONS)
    first = DisbursementKind.VOLUME_PAYMENT.value
    return tuple(sorted(listed, key=lambda one: one[0] != first))


def _purposes() -> tuple[tuple[str, str], ...]:
    return tuple((one.value, purpose_words(one)) for one in Purpose)


def _year(line: SheetLine) -> str:
    return year_words(line.year, extended=line.extended)


def _plan_words(line: SheetLine) -> str:
    return _(
        "%(plan)s, hạn %(deadline)s",
        plan=_year(line),
        deadline=write_day(line.deadline_on),
    )


def _said(one: DayEntry) -> SaidEntry:
    told = _("%(who)s ghi lúc %(at)s", who=one.recorder, at=instant(one.recorded_at))
    words = ""
    if one.reverses_id is not None:
        words = _("bút toán đảo")
    elif one.reversal_id is not None:
        words = _("đã đảo")
    return SaidEntry(_entry_url(one.id), one.kind, one.counted, one.voucher, words, told)


def _quiet_words(line: SheetLine) -> str:
    if line.quiet is None:
        return ""
    return _(
        "Không phát sinh, %(who)s ghi lúc %(at)s",
        who=line.quiet.recorder,
        at=instant(line.quiet.recorded_at),
    )


def _later_words(line: SheetLine) -> str:
    if not line.later_entries:
        return ""
    return _(
        "đã trừ %(amount)s của %(count)s khoản ghi sau ngày này",
        amount=money(line.later),
        count=number(line.later_entries),
    )


def _entry_url(entry_id: int) -> str:
    return url_for("disbursements.show_entry", entry_id=entry_id)
