"""What one row of the daily sheet shows: the line, what was said of it, and its form."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import url_for

from tracker.domain.approval import EDITABLE, SubmissionState
from tracker.domain.disbursements import OTHER_COSTS, DisbursementKind, Purpose
from tracker.domain.money import Dong
from tracker.domain.people import Scope
from tracker.queries.approval import WaitingRow
from tracker.queries.day_sheet import DayEntry, SheetLine
from tracker.queries.open_lines import Show
from tracker.web.disbursements.asking import Asked
from tracker.web.disbursements.wording import SheetWords
from tracker.web.formats import day as write_day
from tracker.web.formats import instant, money, number
from tracker.web.known import known_words

_PAYMENTS = (
    DisbursementKind.VOLUME_PAYMENT,
    DisbursementKind.ADVANCE,
    DisbursementKind.BOOK_ENTRY,
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
    asks_unit: bool = False
    asks_recovered: bool = False
    asks_late_reason: bool = False
    contracts: tuple[tuple[str, str], ...] = ()

    @property
    def is_more_open(self) -> bool:
        """Tell whether the rarer fields are open: something stands in them, or is wrong there."""
        rare = ("note", "recovered")
        given = any(self.values.get(name) or name in self.errors for name in rare)
        return given or "contract" in self.errors


@dataclass(frozen=True, slots=True)
class SaidEntry:
    """One entry of the day in a row."""

    url: str
    counted: Dong
    voucher: str
    words: str
    told: str
    is_live: bool


@dataclass(frozen=True, slots=True)
class WaitingEntry:
    """One entry of the day that is not approved yet; an address is empty where there is no way."""

    counted: Dong
    voucher: str
    words: str
    why: str
    told: str
    state: str
    edit_url: str
    recall_url: str
    discard_url: str


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
    older: tuple[str, str] | None
    """Where the entries of the day that are not listed stand, and how many they are."""
    waiting: tuple[WaitingEntry, ...]
    reserved: str
    quiet: str
    last_url: str
    more_left: tuple[str, ...]
    state: str | None
    said_state: str | None
    draft: EntryDraft | None
    can_be_quiet: bool

    has_deadlines: bool
    """Whether there is capital with deadlines of its own, so that each of them must be seen."""

    @property
    def id(self) -> int:
        """Return the number of the plan line."""
        return self.line.id


def new_key() -> str:
    """Return a key for one form: whatever is sent with it twice is done once."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class RowMaker:
    """Makes the rows of one day for one person; `scope` is what they may record on."""

    day: date
    asked: Asked
    scope: Scope
    words: SheetWords
    person_id: int
    contracts: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    """By project, the contracts that an entry may name, as far as they were read."""

    def row(self, line: SheetLine, draft: EntryDraft | None = None) -> SheetRow:
        """Decide what one row shows; `draft` is its form as it was sent."""
        can_record = self.scope.covers(line.unit_path, line.owner_id, line.project_id)
        waiting = [one for one in line.waiting if one.posted_on == self.day]
        has_entries = line.entries.is_any_live
        is_wrong = draft is not None and bool(draft.errors or draft.words)
        is_left = line.payable > 0 and self.asked.show is not Show.CLOSED
        can_be_quiet = can_record and is_left and not (has_entries or waiting or line.quiet)
        if can_record and draft is None:
            draft = self.fresh_draft(line)
        year = self._year(line)
        return SheetRow(
            line=line,
            label=", ".join((line.project_code, line.source_code, year)),
            project_url=url_for("projects.show_project", code=line.project_code),
            ledger_url=_ledger_url(line),
            source=self.words.source
            % {
                "source": f"{line.source_code} {known_words(line.source_name)}",
                "tier": self.words.tiers[line.budget_tier],
            },
            plan=self._plan(line, year),
            said=tuple(self._said(one) for one in line.entries.newest),
            older=self._older(line),
            waiting=tuple(self.waiting(one) for one in waiting),
            reserved=self._reserved(line),
            quiet="" if has_entries else self._quiet(line),
            last_url="" if line.last is None else _entry_url(line.last.id),
            more_left=self._more_left(line),
            state="error" if is_wrong else None,
            said_state="saved" if has_entries else "waiting" if line.quiet or waiting else None,
            draft=draft if can_record else None,
            can_be_quiet=can_be_quiet,
            has_deadlines=sum(on >= self.day for on, _left in line.left) > 1,
        )

    def fresh_draft(self, line: SheetLine) -> EntryDraft:
        """Return the form of a row before anything is typed: what can be known is filled in."""
        kinds = self._kinds(line)
        usual = line.last.kind.value if line.last and line.last.kind in _PAYMENTS else kinds[0][0]
        is_open = kinds is self.words.kinds
        return EntryDraft(
            values={
                "key": new_key(),
                "kind": usual if is_open else kinds[0][0],
                "purpose": (line.last.purpose if line.last else Purpose.CONSTRUCTION).value,
                "amount": "",
                "voucher": "",
                "voucher_on": self.day.isoformat(),
                "note": "",
                "recovered": "",
                "confirmed": "",
                "unit_confirmed": "",
                "submission": "",
                "version": "",
                "contract": self._usual_contract(line),
            },
            kinds=kinds,
            contracts=self._contracts(line),
            purposes=self.words.purposes,
            errors={},
            asks_recovered=line.advance > 0,
        )

    def typed_draft(
        self,
        line: SheetLine,
        values: Mapping[str, str],
        errors: Mapping[str, str],
        *,
        words: str = "",
        fits: Dong | None = None,
        asks_to_confirm: bool = False,
        asks_late_reason: bool = False,
        asks_unit: bool = False,
    ) -> EntryDraft:
        """Return the form of a row as it was sent, with what is wrong in it."""
        return EntryDraft(
            values=values,
            kinds=self._kinds(line),
            purposes=self.words.purposes,
            errors=errors,
            words=words,
            fits=fits,
            fits_text="" if fits is None else money(fits),
            asks_to_confirm=asks_to_confirm,
            asks_unit=asks_unit,
            asks_recovered=line.advance > 0 or bool(values.get("recovered")),
            asks_late_reason=asks_late_reason,
            contracts=self._contracts(line),
        )

    def _contracts(self, line: SheetLine) -> tuple[tuple[str, str], ...]:
        """List the contracts an entry may name; nothing where the project has none."""
        own = self.contracts.get(line.project_id, ())
        if not own:
            return ()
        return (("", self.words.no_contract), *((str(key), number) for key, number in own))

    def _usual_contract(self, line: SheetLine) -> str:
        """Return the only contract there is, unless the last payment was for none; else nothing."""
        own = self.contracts.get(line.project_id, ())
        if len(own) != 1 or (line.last and line.last.purpose in OTHER_COSTS):
            return ""
        return str(own[0][0])

    def _kinds(self, line: SheetLine) -> tuple[tuple[str, str], ...]:
        """List the kinds that can be chosen: a closed line can only be put right."""
        return self.words.corrections if line.deadline_on < self.day else self.words.kinds

    def _year(self, line: SheetLine) -> str:
        words = self.words.year_extended if line.extended else self.words.year
        return words % {"year": line.year}

    def _plan(self, line: SheetLine, year: str) -> str:
        """Return the plan year with its deadline; with several, what is left at each of them."""
        if len(line.left) <= 1:
            return self.words.plan % {"plan": year, "deadline": write_day(line.deadline_on)}
        by_day = (
            self.words.left_until % {"deadline": write_day(on), "left": money(left)}
            for on, left in line.left
        )
        return "; ".join((year, *by_day))

    def _older(self, line: SheetLine) -> tuple[str, str] | None:
        if not line.entries.older:
            return None
        on = self.day.isoformat()
        url = url_for("disbursements.list_entries", project=line.project_code, since=on, until=on)
        return url, self.words.older % {"count": number(line.entries.older)}

    def _said(self, one: DayEntry) -> SaidEntry:
        words = self.words.kind_names[one.kind]
        if one.reverses_id is not None:
            words = self.words.is_reversal
        elif one.reversal_id is not None:
            words = self.words.is_reversed
        told = self.words.recorded % {
            "who": known_words(one.recorder),
            "at": instant(one.recorded_at),
        }
        return SaidEntry(_entry_url(one.id), one.counted, one.voucher, words, told, one.is_live)

    def waiting(self, one: WaitingRow) -> WaitingEntry:
        """Decide what is shown of an entry that is not approved yet, and what may be done."""
        is_own = one.maker_id == self.person_id
        is_in_hand = is_own and one.state in EDITABLE
        at: dict[str, Any] = {"submission_id": one.id, "version": one.row_version}
        words = self.words.states[one.state]
        if one.reverses_id is not None:
            words = f"{words}, {self.words.is_reversal}"
        why = ""
        if one.state is SubmissionState.RETURNED:
            why = self.words.returned % {"who": one.checker or "", "why": one.checked_reason or ""}
        can_recall = is_own and one.state is SubmissionState.SENT
        return WaitingEntry(
            counted=one.counted,
            voucher=one.voucher,
            words=words,
            why=why,
            told=self.words.recorded % {"who": known_words(one.maker), "at": instant(one.made_at)},
            state=one.state.value,
            edit_url=edit_url(one) if is_in_hand and one.reverses_id is None else "",
            recall_url=url_for("approval.recall", **at) if can_recall else "",
            discard_url=url_for("approval.discard", **at) if is_in_hand else "",
        )

    def _reserved(self, line: SheetLine) -> str:
        sent = sum(one.counted for one in line.waiting if one.state is SubmissionState.SENT)
        return self.words.reserved % {"amount": money(Dong(sent))} if sent else ""

    def _quiet(self, line: SheetLine) -> str:
        if line.quiet is None:
            return ""
        said = {"who": known_words(line.quiet.recorder), "at": instant(line.quiet.recorded_at)}
        return self.words.was_quiet % said

    def _more_left(self, line: SheetLine) -> tuple[str, ...]:
        told = (self._advance(line), self._later(line))
        return tuple(words for words in told if words)

    def _advance(self, line: SheetLine) -> str:
        return self.words.advance % {"left": money(line.advance)} if line.advance > 0 else ""

    def _later(self, line: SheetLine) -> str:
        if not line.later_entries:
            return ""
        told = {"amount": money(line.later), "count": number(line.later_entries)}
        return self.words.later % told


def edit_url(one: WaitingRow) -> str:
    """Return where an entry that is in its maker's hands is changed: its row, filled in."""
    return url_for(
        "disbursements.show_day",
        day=one.posted_on,
        edit=one.id,
        _anchor=f"line_{one.plan_line_id}",
    )


def _ledger_url(line: SheetLine) -> str:
    """Return the entries of the project's plan year, those after today too if there are any."""
    until = line.deadline_on.isoformat() if line.later_entries else None
    return url_for(
        "disbursements.list_entries", project=line.project_code, year=line.year, to=until
    )


def _entry_url(entry_id: int) -> str:
    return url_for("disbursements.show_entry", entry_id=entry_id)
