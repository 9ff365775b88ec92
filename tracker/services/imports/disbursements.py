"""Imports of voucher lines: by plan line, voucher, its day and its line, in posting order.

The rules are those of the screens, by the same books; what differs is that the rows are read,
judged and stored a thousand at a time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import aliased

from tracker.domain.approval import check_reserved
from tracker.domain.cross_checks import Finding, Flaw, Severity
from tracker.domain.disbursements import (
    DisbursementKind,
    Effect,
    InTheFuture,
    Purpose,
    check_day,
    check_effect,
    effect_of,
)
from tracker.domain.imports import Cells, Column, FirstRows, Problem
from tracker.domain.money import ZERO, Dong
from tracker.domain.people import Permission
from tracker.domain.plans import PlanSystem
from tracker.domain.projects import Tier
from tracker.domain.refusals import Refusal
from tracker.models import Disbursement, Origin, PlanLine
from tracker.services.books import Books
from tracker.services.findings import findings_of
from tracker.services.imports.prepared import (
    CHUNK,
    Prepared,
    Reading,
    chunks,
    fingerprint,
    projects_by_code,
    sources_by_code,
)
from tracker.services.imports.sums import add_imported_to_sums, newest_entry
from tracker.services.periods import hold_lines

COLUMNS = (
    Column("project_code", needed=True),
    Column("year", needed=True),
    Column("extended"),
    Column("source_code", needed=True),
    Column("budget_tier", needed=True),
    Column("kind", needed=True),
    Column("purpose"),
    Column("voucher", needed=True),
    Column("voucher_line"),
    Column("voucher_on", needed=True),
    Column("posted_on", needed=True),
    Column("amount", needed=True),
    Column("recovered"),
    Column("note"),
    Column("confirmed"),
)

_PLACE_OF = {
    "in_the_future": "posted_on",
    "before_plan_year": "posted_on",
    "line_closed": "posted_on",
    "advances_closed": "posted_on",
    "period_locked": "posted_on",
    "reason_required": "posted_on",
    "recovery_not_possible": "recovered",
    "note_required": "note",
}

LineName = tuple[int, int, bool, int, Tier]
"""Project, year, extended, source, budget tier."""


@dataclass(slots=True)
class _Draft:
    cells: Cells
    line_id: int
    kind: DisbursementKind
    purpose: Purpose
    voucher: str
    voucher_on: date
    posted_on: date
    amount: Dong
    recovered: Dong
    note: str
    key: str
    confirmed: bool

    @property
    def hash(self) -> str:
        """Return the name of what a second file must say alike."""
        return fingerprint(
            self.key, self.kind, self.purpose, self.posted_on, self.amount, self.recovered
        )


_ODD = {
    Flaw.VOUCHER_AFTER_POSTING: "voucher_on",
    Flaw.VOUCHER_OF_ANOTHER_YEAR: "voucher_on",
    Flaw.ADVANCE_BEYOND_SHARE: "amount",
    Flaw.PAID_IN_FULL_UNDER_CONSTRUCTION: "amount",
}
"""What is said of a row, beside which cell; flags tell what is odd about its project's record."""


@dataclass(frozen=True, slots=True)
class _Recorded:
    """What the ledger says already of the lines of a file."""

    hashes: dict[str, str]
    undone: dict[str, int]
    typed: dict[tuple[int, str, date, Dong], int]

    def key_for(self, draft: _Draft) -> str:
        """Return the key of a new entry: what was undone keeps its own, the next bears its end."""
        reversal = self.undone.get(draft.key)
        return draft.key if reversal is None else f"{draft.key}:{reversal}"


class _Known:
    """What rows refer to, read once."""

    def __init__(self, reading: Reading, years: Iterable[int]) -> None:
        scope = reading.act.actor.scope_of(Permission.DISBURSEMENT_RECORD)
        self.projects = projects_by_code(reading.session, scope)
        self.codes = {one.id: code for code, one in self.projects.items()}
        self.sources = sources_by_code(reading.session)
        rows = reading.session.execute(
            select(
                PlanLine.project_id,
                PlanLine.year,
                PlanLine.extended,
                PlanLine.source_id,
                PlanLine.budget_tier,
                PlanLine.id,
            ).where(
                PlanLine.system == PlanSystem.PROVINCE,
                PlanLine.project_id.is_not(None),
                PlanLine.year.in_(sorted(set(years))),
            )
        )
        self.lines: dict[Any, int] = {tuple(row[:5]): row[5] for row in rows}
        self.projects_of = {line_id: name[0] for name, line_id in self.lines.items()}


def prepare(reading: Reading) -> Prepared:
    """Judge the rows in posting order by what the earlier ones leave."""
    known = _Known(reading, _years(reading))
    drafts = sorted(_drafts(reading, known), key=lambda one: (one.posted_on, one.cells.number))
    books = _open_books(reading, known, {one.line_id for one in drafts})
    recorded = _recorded(reading, sorted(books))
    entries: list[dict[str, Any]] = []
    unchanged = 0
    for draft in drafts:
        if draft.key in recorded.hashes:
            if recorded.hashes[draft.key] == draft.hash:
                unchanged += 1
            else:
                draft.cells.fail("voucher", Problem.DIFFERS_FROM_RECORDED)
            continue
        try:
            entries.append(_entry(reading, draft, books[draft.line_id], recorded))
        except Refusal as refusal:
            draft.cells.refuse(_PLACE_OF.get(refusal.name, "amount"), refusal)

    def write() -> None:
        before = newest_entry(reading.session)
        for part in chunks(entries):
            reading.session.execute(insert(Disbursement.__table__), part)  # type: ignore[arg-type]
        add_imported_to_sums(reading.session, reading.act, before)
        reading.session.expire_all()  # triggers moved the lines

    taken = max((-one["counted"] for one in entries), default=0)
    return Prepared(len(entries), 0, unchanged, write, taken)


def _years(reading: Reading) -> set[int]:
    place = reading.places["year"]
    cells = {row[1][place].strip() for row in reading.rows if len(row[1]) > place}
    return {int(text) for text in cells if text.isascii() and text.isdecimal() and len(text) == 4}


def _drafts(reading: Reading, known: _Known) -> list[_Draft]:
    drafts = []
    first = FirstRows()
    for cells in reading.cells():
        draft = _read(reading, cells, known)
        if draft is not None and first.is_first(cells, "voucher", draft.key):
            drafts.append(draft)
    return drafts


def _read(reading: Reading, cells: Cells, known: _Known) -> _Draft | None:
    """Judge each cell by itself; return the row only when nothing is wrong with any."""
    line_id = _line(cells, known)
    kind = cells.choice("kind", DisbursementKind)
    purpose = cells.choice("purpose", Purpose, default=Purpose.CONSTRUCTION)
    voucher = cells.text("voucher", needed=True, at_most=60)
    voucher_line = cells.text("voucher_line", at_most=10) or "1"
    voucher_on, posted_on = cells.day("voucher_on"), cells.day("posted_on")
    if posted_on is not None and posted_on > reading.act.on:
        cells.refuse("posted_on", InTheFuture(posted_on, reading.act.on))
    amount = cells.money("amount", negative=kind in {None, DisbursementKind.ADJUSTMENT})
    recovered = cells.money("recovered", needed=False, zero=True) or ZERO
    note, confirmed = cells.text("note"), cells.flag("confirmed")
    _check_amounts(cells, kind, amount, recovered)
    if not cells.is_sound or line_id is None or kind is None or purpose is None:
        return None
    if voucher_on is None or posted_on is None or amount is None:
        return None
    project_id = known.projects_of[line_id]
    names = (known.codes[project_id], *(cells.raw(name) for name in ("year", "source_code")))
    rest = (cells.raw("budget_tier"), cells.flag("extended"), voucher, voucher_on, voucher_line)
    return _Draft(
        cells,
        line_id,
        kind,
        purpose,
        voucher,
        voucher_on,
        posted_on,
        amount,
        recovered,
        note,
        f"import:{fingerprint(*names, *rest)}",
        confirmed,
    )


def _check_amounts(
    cells: Cells, kind: DisbursementKind | None, amount: Dong | None, recovered: Dong
) -> None:
    if kind is None or amount is None or not cells.is_sound_in("recovered"):
        return
    try:
        effect_of(kind, amount, recovered)
    except Refusal as refusal:
        cells.refuse(_PLACE_OF.get(refusal.name, "amount"), refusal)


def _line(cells: Cells, known: _Known) -> int | None:
    project = cells.known("project_code", known.projects)
    year = cells.year("year")
    source_id = cells.known("source_code", known.sources)
    budget_tier = cells.choice("budget_tier", Tier)
    extended = cells.flag("extended")
    if project is None or not cells.is_sound:
        return None
    line_id = known.lines.get((project.id, year, extended, source_id, budget_tier))
    if line_id is None:
        cells.fail("source_code", Problem.NO_PLAN_LINE)
    return line_id


def _open_books(reading: Reading, known: _Known, line_ids: set[int]) -> dict[int, Books]:
    """Open the books of the lines, a project's lines together, projects in order."""
    if reading.to_write:
        for some in chunks(sorted(line_ids)):  # of all plan years before any row is locked
            hold_lines(reading.session, some)
    ordered = sorted(line_ids, key=lambda line_id: (known.projects_of[line_id], line_id))
    books: dict[int, Books] = {}
    part: list[int] = []
    for place, line_id in enumerate(ordered):
        part.append(line_id)
        follower = ordered[place + 1] if place + 1 < len(ordered) else None
        is_last_of_project = (
            follower is None or known.projects_of[follower] != known.projects_of[line_id]
        )
        if follower is None or (len(part) >= CHUNK and is_last_of_project):
            opened = Books(reading.session, reading.act, part, to_write=reading.to_write)
            opened.read_waiting()
            books |= dict.fromkeys(part, opened)
            part = []
    return books


def _recorded(reading: Reading, line_ids: Sequence[int]) -> _Recorded:
    """Return the entries that were not undone, and by whose reversal imported ones were."""
    hashes: dict[str, str] = {}
    undone: dict[str, int] = {}
    typed: dict[tuple[int, str, date, Dong], int] = {}
    reversal = aliased(Disbursement)
    for part in chunks(line_ids):
        rows: Any = reading.session.execute(
            select(
                Disbursement.plan_line_id,
                Disbursement.voucher,
                Disbursement.voucher_on,
                Disbursement.amount,
                Disbursement.id,
                Disbursement.origin,
                Disbursement.idempotency_key,
                Disbursement.request_hash,
                reversal.id,
            )
            .outerjoin(reversal, reversal.reverses_id == Disbursement.id)
            .where(Disbursement.plan_line_id.in_(part), Disbursement.reverses_id.is_(None))
        )
        for line_id, voucher, voucher_on, amount, entry_id, origin, key, hashed, ended in rows:
            if origin is not Origin.IMPORTED:
                if ended is None:
                    typed[line_id, voucher, voucher_on, amount] = entry_id
                continue
            name = ":".join(key.split(":")[:2])
            if ended is None:
                hashes[name] = hashed
            else:
                undone[name] = max(ended, undone.get(name, 0))
    return _Recorded(hashes, undone, typed)


def _entry(reading: Reading, draft: _Draft, books: Books, recorded: _Recorded) -> dict[str, Any]:
    """Judge one row by its books, take its amounts from them, and return its entry.

    Raises:
        Refusal: one of those of `record_disbursement`.
    """
    line, project = books.lines[draft.line_id]
    effect = effect_of(draft.kind, draft.amount, draft.recovered)
    check_day(draft.kind, draft.posted_on, books.windows[line.id], reading.act.on)
    # A file gives no reasons: into a softly locked period each entry is typed with its own.
    books.check_period(line.id, draft.posted_on, "")
    room = books.headroom(line.id, draft.kind, draft.posted_on)
    check_effect(effect, room)
    books.check_taking(effect, draft.note)
    twin = (draft.voucher, draft.voucher_on, draft.amount)
    if not draft.confirmed:
        typed = recorded.typed.get((line.id, *twin))
        if typed is not None or books.waits(line.id, twin):
            draft.cells.fail("voucher", "suspected_duplicate", entry_id=typed or 0)
    for finding in findings_of(books, line.id, draft, effect, room):
        _say(reading, draft, finding)
    check_reserved(effect, room, books.waiting(line.id))
    books.take(line.id, effect, draft.posted_on, twin)
    return _values(reading, draft, effect) | {
        "plan_line_id": line.id,
        "project_id": project.id,
        "organisation_id": books.owner_on(project, draft.posted_on),
        "idempotency_key": recorded.key_for(draft),
        "year": line.year,
        "extended": line.extended,
    }


def _say(reading: Reading, draft: _Draft, finding: Finding) -> None:
    """Refuse what has to be confirmed (K7), warn of what is odd about the row itself."""
    if finding.severity is Severity.CONFIRM and not draft.confirmed:
        draft.cells.fail("amount", Problem.UNIT_SUSPECTED)
    elif finding.flaw in _ODD:
        facts = dict(zip(("given", "known"), finding.operands, strict=False))
        reading.warn(draft.cells, _ODD[finding.flaw], finding.flaw, **facts)


def _values(reading: Reading, draft: _Draft, effect: Effect) -> dict[str, Any]:
    is_recovery = draft.kind is DisbursementKind.ADVANCE_RECOVERY
    return {
        "kind": draft.kind,
        "purpose": draft.purpose,
        "voucher": draft.voucher,
        "voucher_on": draft.voucher_on,
        "posted_on": draft.posted_on,
        "amount": draft.amount,
        "recovered": ZERO if is_recovery else draft.recovered,
        "counted": effect.counted,
        "advance": effect.advance,
        "origin": Origin.IMPORTED,
        "note": draft.note or None,
        "reverses_id": None,
        "reason": None,
        "recorded_by": reading.act.actor.id,
        "recorded_at": reading.act.at,
        "request_hash": draft.hash,
    }
