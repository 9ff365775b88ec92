"""Imports of projects: by code; the deeds on projects and decisions judge every row."""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, cast, func, select

from tracker.domain.decisions import DecisionKind, is_decision_number
from tracker.domain.imports import Cells, Column, FirstRows, Problem
from tracker.domain.money import ZERO, Dong
from tracker.domain.people import Permission
from tracker.domain.projects import SECTORS, InvestmentClass, ProjectKind, Status, Tier
from tracker.domain.refusals import OutOfScope, Refusal
from tracker.models import (
    Decision,
    DecisionSource,
    PlanLine,
    Project,
    ProjectLocation,
)
from tracker.services.decisions import RecordDecision, record_decision
from tracker.services.imports.prepared import (
    Prepared,
    Reading,
    Span,
    chunks,
    on_day,
    organisation_spans,
    sources_by_code,
    unit_spans,
)
from tracker.services.projects import (
    AmendProject,
    OpenProject,
    ProjectFields,
    amend_project,
    open_project,
)

COLUMNS = (
    Column("code", needed=True),
    Column("name", needed=True),
    Column("owner_code", needed=True),
    Column("owned_from"),
    Column("kind"),
    Column("tier", needed=True),
    Column("sector", needed=True),
    Column("investment_class", needed=True),
    Column("status"),
    Column("year_from", needed=True),
    Column("year_to", needed=True),
    Column("budget_code"),
    Column("national_code"),
    Column("programme"),
    Column("parent_code"),
    Column("is_key"),
    Column("has_construction"),
    Column("start_planned_on"),
    Column("started_on"),
    Column("finish_planned_on"),
    Column("finished_on"),
    Column("handed_over_on"),
    Column("first_capital_year"),
    Column("capital_extended_until"),
    Column("disbursed_before"),
    Column("objective"),
    Column("location_codes"),
    Column("decision_kind"),
    Column("decision_number"),
    Column("decided_on"),
    Column("authority"),
    Column("total_investment"),
    Column("sources"),
    Column("confirmed"),
)

BASIS = "Nhập từ tệp dữ liệu"
"""Why the stage of a project changes when a file says so."""

_DAYS = ("start_planned_on", "started_on", "finish_planned_on", "finished_on", "handed_over_on")
_YEARS = ("first_capital_year", "capital_extended_until")
_CODES = ("budget_code", "national_code", "programme", "parent_code")
_SMALLEST_INVESTMENT = 10_000_000
"""Less than this was surely typed in another unit than đồng (K7)."""
_PLACE_OF = {
    "in_the_future": "decided_on",
    "move_not_allowed": "status",
    "sources_differ": "sources",
    "own_ancestor": "parent_code",
}


@dataclass(slots=True)
class _Draft:
    cells: Cells
    code: str
    owner: Span
    owned_from: date
    values: dict[str, Any]
    status: Status | None
    decision: RecordDecision | None


@dataclass(slots=True)
class _Stored:
    project: Project
    fields: ProjectFields
    decisions: dict[tuple[DecisionKind, str, date], tuple[Dong | None, frozenset[Any]]]


class _Known:
    """What rows refer to, read once."""

    def __init__(self, reading: Reading) -> None:
        session = reading.session
        self.owners = on_day(organisation_spans(session), reading.act.on)
        self.units = {
            code: span.id for code, span in on_day(unit_spans(session), reading.act.on).items()
        }
        self.sources = sources_by_code(session)
        place = reading.places["code"]
        codes = sorted({row[1][place].strip() for row in reading.rows if len(row[1]) > place})
        self.stored: dict[str, _Stored] = {}
        for part in chunks(codes):
            projects = session.scalars(select(Project).where(Project.code.in_(part))).all()
            self.stored |= _stored(reading, projects)
        self.paid = _paid(reading, [one.project.id for one in self.stored.values()])


def prepare(reading: Reading) -> Prepared:
    """Open and amend the projects row by row; whoever called undoes it when a row is refused."""
    known = _Known(reading)
    first = FirstRows()
    counts = {"made": 0, "changed": 0, "unchanged": 0}
    for cells in reading.cells():
        draft = _read(reading, cells, known)
        if draft is None or not first.is_first(cells, "code", draft.code):
            continue
        try:
            with reading.session.begin_nested():
                counts[_carry_out(reading, draft, known)] += 1
        except OutOfScope:
            # What is out of reach must look like what is not there.
            cells.fail("owner_code", Problem.UNKNOWN_CODE)
        except Refusal as refusal:
            named = refusal.data.get("field") or refusal.data.get("later")
            cells.refuse(str(named or _PLACE_OF.get(refusal.name, "")), refusal)
    return Prepared(counts["made"], counts["changed"], counts["unchanged"], lambda: None)


def _read(reading: Reading, cells: Cells, known: _Known) -> _Draft | None:
    code = cells.text("code", needed=True, at_most=40)
    owner = cells.known("owner_code", known.owners)
    values = _fields(cells, reading, known)
    status = cells.choice("status", Status, needed=False)
    owned_from = cells.day("owned_from", needed=False)
    decision = _decision(reading, cells, known)
    if (
        values.get("year_from")
        and values.get("year_to")
        and values["year_to"] < values["year_from"]
    ):
        cells.fail("year_to", Problem.SPAN)
    if not cells.is_sound or owner is None:
        return None
    owned_from = owned_from or max(date(values["year_from"], 1, 1), owner.valid_from)
    return _Draft(cells, code, owner, owned_from, values, status, decision)


def _fields(cells: Cells, reading: Reading, known: _Known) -> dict[str, Any]:
    """Return what the row says of the fields whose columns the file has."""
    values: dict[str, Any] = {
        "name": cells.text("name", needed=True),
        "tier": cells.choice("tier", Tier),
        "sector": cells.known("sector", {code: code for code in SECTORS}),
        "investment_class": cells.choice("investment_class", InvestmentClass),
        "year_from": cells.year("year_from"),
        "year_to": cells.year("year_to"),
        "kind": cells.choice("kind", ProjectKind, default=ProjectKind.PROJECT),
        "is_key": cells.flag("is_key"),
        "has_construction": not cells.raw("has_construction") or cells.flag("has_construction"),
        "disbursed_before": cells.money("disbursed_before", needed=False, zero=True) or ZERO,
        "objective": cells.text("objective", at_most=2_000) or None,
        "location_ids": _locations(cells, known),
    }
    values |= {name: cells.day(name, needed=False) for name in _DAYS}
    values |= {name: cells.year(name, needed=False) for name in _YEARS}
    values |= {name: cells.text(name, at_most=100) or None for name in _CODES}
    columns = {"location_ids": "location_codes"}
    return {
        name: value for name, value in values.items() if columns.get(name, name) in reading.places
    }


def _locations(cells: Cells, known: _Known) -> frozenset[int]:
    found = {code: known.units.get(code) for code in cells.text("location_codes").split()}
    missing = [code for code, unit_id in found.items() if unit_id is None]
    if missing:
        cells.fail("location_codes", Problem.UNKNOWN_CODE, codes=", ".join(missing))
    return frozenset(unit_id for unit_id in found.values() if unit_id is not None)


def _decision(reading: Reading, cells: Cells, known: _Known) -> RecordDecision | None:
    """Return the decision a row names, with its project still open."""
    number = cells.text("decision_number", at_most=60)
    total = cells.money("total_investment", needed=False)
    sources = _sources(cells, known)
    if not number:
        if total is not None or sources or cells.raw("decided_on"):
            cells.fail("decision_number", Problem.DECISION_REQUIRED)
        return None
    if not is_decision_number(number):
        cells.fail("decision_number", Problem.MALFORMED)
    decided_on = cells.day("decided_on")
    started_on = cells.day("started_on", needed=False) if decided_on else None
    if started_on and decided_on and started_on < decided_on:
        reading.warn(cells, "started_on", Problem.DAYS_ORDER, decided_on=decided_on)
    if total is not None and total < _SMALLEST_INVESTMENT and not cells.flag("confirmed"):
        cells.fail("total_investment", Problem.UNIT_SUSPECTED)
    kind = cells.choice("decision_kind", DecisionKind, default=DecisionKind.INVESTMENT)
    authority = cells.text("authority", needed=True, at_most=100)
    if kind is None or decided_on is None:
        return None
    return RecordDecision(
        0, 0, kind, number, decided_on, authority, total_investment=total, sources=sources
    )


def _sources(cells: Cells, known: _Known) -> tuple[tuple[int, Dong], ...]:
    """Read `2.1:60000000000 2.2:40000000000`: capital sources with the parts they pay."""
    parts = []
    for part in cells.text("sources").split():
        code, _, typed = part.partition(":")
        if code not in known.sources:
            cells.fail("sources", Problem.UNKNOWN_CODE, codes=code)
        elif not (typed.isascii() and typed.isdecimal() and 0 < int(typed[:20]) <= 10**15):
            cells.fail("sources", Problem.NOT_MONEY, part=part)
        else:
            parts.append((known.sources[code], Dong(int(typed))))
    return tuple(parts)


def _carry_out(reading: Reading, draft: _Draft, known: _Known) -> str:
    """Open or amend the project of a row and enter its decision; return what that was."""
    stored = known.stored.get(draft.code)
    if stored is None:
        order = OpenProject(
            ProjectFields(**{"kind": ProjectKind.PROJECT, **draft.values}),
            draft.owner.id,
            draft.owned_from,
            draft.status or Status.PROPOSED,
            draft.code,
        )
        made = open_project(reading.session, reading.act, order)
        _decide(reading, draft, made.id, made.row_version)
        return "made"
    scope = reading.act.actor.scope_of(Permission.PROJECT_EDIT)
    project = stored.project
    if not scope.covers(project.unit_path, project.owner_id, project.id):
        raise OutOfScope(Permission.PROJECT_EDIT, "project")
    if project.owner_id != draft.owner.id:
        draft.cells.fail("owner_code", Problem.CANNOT_CHANGE)
        return "unchanged"
    return _amend(reading, draft, stored, known)


def _amend(reading: Reading, draft: _Draft, stored: _Stored, known: _Known) -> str:
    project = stored.project
    wanted = replace(stored.fields, **draft.values)
    status = draft.status or project.status
    version, outcome = project.row_version, "unchanged"
    if wanted != stored.fields or status is not project.status:
        order = AmendProject(project.id, version, wanted, status, project.halt, BASIS)
        version = amend_project(reading.session, reading.act, order).row_version
        outcome = "changed"
    if draft.decision is None or _is_known(draft, stored):
        return outcome
    total = draft.decision.total_investment
    paid = project.disbursed_before + known.paid.get(project.id, 0)
    if total is not None and total < paid:
        draft.cells.fail("total_investment", Problem.BELOW_DISBURSED, disbursed=paid)
        return outcome
    _decide(reading, draft, project.id, version)
    return "changed"


def _is_known(draft: _Draft, stored: _Stored) -> bool:
    """Tell whether the decision is there already; with other contents it is refused."""
    decision = draft.decision
    if decision is None:
        return True
    known = stored.decisions.get((decision.kind, decision.number, decision.issued_on))
    if known is None:
        return False
    if known != (decision.total_investment, frozenset(decision.sources)):
        draft.cells.fail("decision_number", Problem.DIFFERS_FROM_RECORDED)
    return True


def _decide(reading: Reading, draft: _Draft, project_id: int, row_version: int) -> None:
    if draft.decision is not None:
        order = replace(draft.decision, project_id=project_id, row_version=row_version)
        record_decision(reading.session, reading.act, order)


def _stored(reading: Reading, projects: Any) -> dict[str, _Stored]:
    session = reading.session
    ids = [project.id for project in projects]
    above = {one.parent_id for one in projects if one.parent_id}
    rows = session.execute(select(Project.id, Project.code).where(Project.id.in_(above)))
    parents = dict(rows.all())
    places: dict[int, set[int]] = {}
    for project_id, unit_id in session.execute(
        select(ProjectLocation.project_id, ProjectLocation.unit_id).where(
            ProjectLocation.project_id.in_(ids)
        )
    ):
        places.setdefault(project_id, set()).add(unit_id)
    decisions = _decisions(reading, ids)
    names = {field.name for field in fields(ProjectFields)} - {"parent_code", "location_ids"}
    return {
        project.code: _Stored(
            project,
            ProjectFields(
                **{name: getattr(project, name) for name in names},
                parent_code=parents.get(project.parent_id),
                location_ids=frozenset(places.get(project.id, ())),
            ),
            decisions.get(project.id, {}),
        )
        for project in projects
    }


def _decisions(reading: Reading, project_ids: list[int]) -> dict[int, dict[Any, Any]]:
    session = reading.session
    parts: dict[int, set[tuple[int, Dong]]] = {}
    for decision_id, source_id, amount in session.execute(
        select(DecisionSource.decision_id, DecisionSource.source_id, DecisionSource.amount)
        .join(Decision, Decision.id == DecisionSource.decision_id)
        .where(Decision.project_id.in_(project_ids))
    ):
        parts.setdefault(decision_id, set()).add((source_id, amount))
    found: dict[int, dict[Any, Any]] = {}
    for one in session.scalars(select(Decision).where(Decision.project_id.in_(project_ids))):
        found.setdefault(one.project_id, {})[one.kind, one.number, one.issued_on] = (
            one.total_investment,
            frozenset(parts.get(one.id, ())),
        )
    return found


def _paid(reading: Reading, project_ids: list[int]) -> dict[int, int]:
    paid: dict[int, int] = {}
    for part in chunks(project_ids):
        rows = reading.session.execute(
            select(PlanLine.project_id, cast(func.sum(PlanLine.disbursed), BigInteger))
            .where(PlanLine.project_id.in_(part))
            .group_by(PlanLine.project_id)
        )
        paid |= {project_id: amount for project_id, amount in rows if project_id is not None}
    return paid
