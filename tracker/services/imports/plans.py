"""Imports of plan entries: by line, decision, kind and round, in the order they took effect."""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.domain.decisions import is_decision_number
from tracker.domain.disbursements import InTheFuture
from tracker.domain.imports import Cells, Column, FirstRows, Problem
from tracker.domain.money import ZERO, Dong, total
from tracker.domain.people import Permission
from tracker.domain.plans import PlanKind, PlanSystem, sign_of
from tracker.domain.projects import Tier
from tracker.domain.refusals import Refusal
from tracker.models import PlanEntry, Project
from tracker.services.imports.prepared import (
    Prepared,
    ProjectRef,
    Reading,
    Span,
    chunks,
    fingerprint,
    on_day,
    projects_by_code,
    sources_by_code,
    unit_spans,
)
from tracker.services.plan_books import (
    DecisionNumberMalformed,
    PlanBooks,
    PlanDecision,
    PlanStep,
    check_decision,
    check_step,
    effective_on,
    sources_in_force,
)
from tracker.services.plan_lines import LineKey, locked_holders, locked_lines
from tracker.services.plans import note_first_years

COLUMNS = (
    Column("project_code"),
    Column("unit_code"),
    Column("system"),
    Column("year", needed=True),
    Column("extended"),
    Column("source_code", needed=True),
    Column("budget_tier", needed=True),
    Column("kind", needed=True),
    Column("amount", needed=True),
    Column("decision_number", needed=True),
    Column("decided_on", needed=True),
    Column("effective_on"),
    Column("deadline_on"),
    Column("round"),
    Column("transfer"),
    Column("note"),
    Column("confirmed"),
)

_BILLION = Dong(10**9)
_PLACE_OF = {
    "plan_below_disbursed": "amount",
    "plan_amount_out_of_bounds": "amount",
    "kind_not_for_line": "kind",
    "plan_above_projects": "project_code",
    "source_not_in_force": "source_code",
    "decision_number_malformed": "decision_number",
    "deadline_out_of_bounds": "deadline_on",
    "in_the_future": "decided_on",
    "effective_later": "effective_on",
}


@dataclass(slots=True)
class _Draft:
    cells: Cells
    step: PlanStep
    decision: PlanDecision
    transfer: str
    project: ProjectRef | None

    @property
    def natural(self) -> tuple[object, ...]:
        """Return what makes the entry the one it is."""
        decision = self.decision
        return (
            self.step.line,
            decision.number,
            decision.decided_on,
            self.step.kind,
            decision.round,
        )

    @property
    def said(self) -> tuple[object, ...]:
        """Return what a second file must say alike."""
        step, decision = self.step, self.decision
        return (sign_of(step.kind) * step.amount, effective_on(decision))

    @property
    def order(self) -> tuple[object, ...]:
        """Return its place in the ledger: what is given on a day comes before what is taken."""
        return (effective_on(self.decision), -sign_of(self.step.kind), self.cells.number)


class _Known:
    """What rows refer to, read once."""

    def __init__(self, reading: Reading) -> None:
        scope = reading.act.actor.scope_of(Permission.PLAN_ASSIGN)
        self.projects = projects_by_code(reading.session, scope)
        self.units = {
            code: span
            for code, span in on_day(unit_spans(reading.session), reading.act.on).items()
            if scope.covers(span.path)
        }
        self.sources = sources_by_code(reading.session)


def prepare(reading: Reading) -> Prepared:
    """Judge the entries in the order in which they took effect, and make the lines they need.

    Whoever called undoes the lines when a row is refused.
    """
    known = _Known(reading)
    drafts, broken = _drafts(reading, known)
    _check_rules(reading, drafts)
    _check_transfers(drafts, broken)
    drafts = sorted((one for one in drafts if one.cells.is_sound), key=lambda one: one.order)
    keys = {one.step.line for one in drafts}
    if not keys:
        return Prepared(0, 0, 0, lambda: None)
    projects = locked_holders(reading.session, reading.act, keys)
    lines = locked_lines(reading.session, keys)
    books = PlanBooks(reading.session, reading.act, projects, lines)
    stored = _stored(reading, {line.id: key for key, line in lines.items()})
    entries, unchanged = _judge(reading, drafts, books, projects, stored)

    def write() -> None:
        for part in chunks(entries):
            reading.session.add_all(part)
            reading.session.flush()
        reading.session.expire_all()  # triggers moved the lines
        note_first_years(reading.session, reading.act, [one.step for one in drafts])

    taken = -total(min(ZERO, one.amount) for one in entries)
    return Prepared(len(entries), 0, unchanged, write, taken)


def _drafts(reading: Reading, known: _Known) -> tuple[list[_Draft], set[str]]:
    """Return the rows that can be judged on, and the transfers that miss a row."""
    drafts, broken = [], set()
    first = FirstRows()
    for cells in reading.cells():
        draft = _read(reading, cells, known)
        if draft is not None and first.is_first(cells, "decision_number", draft.natural):
            drafts.append(draft)
        else:
            broken.add(cells.raw("transfer"))
    return drafts, broken


def _read(reading: Reading, cells: Cells, known: _Known) -> _Draft | None:
    """Judge each cell by itself; return the row only when nothing is wrong with any."""
    project, unit = _holder(cells, known)
    year = cells.year("year")
    source_id = cells.known("source_code", known.sources)
    budget_tier = cells.choice("budget_tier", Tier)
    system = cells.choice("system", PlanSystem, default=PlanSystem.PROVINCE)
    extended = cells.flag("extended")
    kind, amount = cells.choice("kind", PlanKind), cells.money("amount")
    deadline_on = cells.day("deadline_on", needed=False)
    decision = _decision(reading, cells)
    transfer = cells.text("transfer", at_most=60)
    cells.flag("confirmed")
    if not cells.is_sound or decision is None:
        return None
    # All of these were read, or the row would not be sound.
    line = LineKey(
        year or 0,
        source_id or 0,
        budget_tier or Tier.PROVINCE,
        project_id=project.id if project else None,
        unit_id=unit.id if unit else None,
        system=system or PlanSystem.PROVINCE,
        extended=extended,
    )
    step = PlanStep(line, kind or PlanKind.INITIAL, Dong(amount or 0), deadline_on)
    return _Draft(cells, step, decision, transfer, project)


def _holder(cells: Cells, known: _Known) -> tuple[ProjectRef | None, Span | None]:
    if bool(cells.raw("project_code")) == bool(cells.raw("unit_code")):
        cells.fail("project_code", Problem.ONE_OF, other="unit_code")
        return None, None
    return (
        cells.known("project_code", known.projects, needed=False),
        cells.known("unit_code", known.units, needed=False),
    )


def _decision(reading: Reading, cells: Cells) -> PlanDecision | None:
    number = cells.text("decision_number", needed=True, at_most=60)
    if number and not is_decision_number(number):
        cells.refuse("decision_number", DecisionNumberMalformed(number))
    decided_on = cells.day("decided_on")
    if decided_on is not None and decided_on > reading.act.on:
        cells.refuse("decided_on", InTheFuture(decided_on, reading.act.on))
    effective_on = cells.day("effective_on", needed=False)
    round_, note = cells.text("round", at_most=60), cells.text("note")
    if decided_on is None:
        return None
    return PlanDecision(number, decided_on, effective_on, round_, note)


def _check_rules(reading: Reading, drafts: Iterable[_Draft]) -> None:
    in_force: dict[date, frozenset[int]] = {}
    for draft in drafts:
        day = effective_on(draft.decision)
        if day not in in_force:
            in_force[day] = sources_in_force(reading.session, day)
        try:
            check_decision(draft.decision, reading.act.on)
            check_step(draft.step, draft.decision, in_force[day], reading.act.on)
        except Refusal as refusal:
            draft.cells.refuse(_PLACE_OF.get(refusal.name, ""), refusal)
        _suspect_unit(draft)


def _suspect_unit(draft: _Draft) -> None:
    """Refuse a plan above a total investment that was surely typed in another unit (K7)."""
    approved = draft.project.total_investment if draft.project else 0
    is_small = 0 < approved < _BILLION and draft.step.amount > approved
    if is_small and not draft.cells.flag("confirmed"):
        draft.cells.fail("amount", Problem.UNIT_SUSPECTED, total_investment=approved)


def _check_transfers(drafts: Iterable[_Draft], broken: Container[str]) -> None:
    """Refuse decisions that move capital and do not give what they take.

    What a transfer comes to is not known while one of its rows has a fault.
    """
    groups: dict[tuple[str, str], list[_Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.transfer and draft.transfer not in broken:
            groups[draft.decision.number, draft.transfer].append(draft)
    for members in groups.values():
        balance = sum(sign_of(one.step.kind) * one.step.amount for one in members)
        if balance:
            members[0].cells.fail("transfer", Problem.SUM_DIFFERS, difference=balance)


def _stored(
    reading: Reading, lines: dict[int, LineKey]
) -> dict[tuple[object, ...], tuple[object, ...]]:
    """Return what the ledger says already of these lines, by what makes an entry the one it is."""
    stored: dict[tuple[object, ...], tuple[object, ...]] = {}
    for part in chunks(sorted(lines)):
        rows = reading.session.execute(
            select(
                PlanEntry.plan_line_id,
                PlanEntry.decision_number,
                PlanEntry.decided_on,
                PlanEntry.kind,
                PlanEntry.round,
                PlanEntry.amount,
                PlanEntry.effective_on,
            ).where(PlanEntry.plan_line_id.in_(part))
        )
        for line_id, number, decided_on, kind, round_, *said in rows:
            stored[lines[line_id], number, decided_on, kind, round_ or ""] = tuple(said)
    return stored


def _judge(
    reading: Reading,
    drafts: Sequence[_Draft],
    books: PlanBooks,
    projects: dict[int, Project],
    stored: dict[tuple[object, ...], tuple[object, ...]],
) -> tuple[list[PlanEntry], int]:
    entries, unchanged = [], 0
    for draft in drafts:
        known = stored.get(draft.natural)
        if known is not None:
            if known == draft.said:
                unchanged += 1
            else:
                draft.cells.fail("amount", Problem.DIFFERS_FROM_RECORDED, recorded=known[0])
            continue
        if refusal := books.over_allocation(draft.step):
            reading.warn(draft.cells, "amount", refusal.name, **refusal.data)
        try:
            entries.append(_entry(draft, books, projects))
        except Refusal as refused:
            draft.cells.refuse(_PLACE_OF.get(refused.name, "amount"), refused)
    return entries, unchanged


def _entry(draft: _Draft, books: PlanBooks, projects: dict[int, Project]) -> PlanEntry:
    holder = projects[draft.project.id].code if draft.project else draft.cells.raw("unit_code")
    line, decision = draft.step.line, draft.decision
    natural = (holder, line.system, line.year, line.extended, line.source_id, line.budget_tier)
    key = fingerprint(*natural, *draft.natural[1:])
    entry = books.entry_for(
        draft.step, decision, f"import:{key}", fingerprint(*draft.said), strict=False
    )
    if draft.transfer:
        entry.transfer_key = f"import:{fingerprint(decision.number, draft.transfer)}"
    return entry
