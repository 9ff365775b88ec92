"""One row of a file of projects: every cell judged by itself, then the row as a whole."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker.domain.decisions import DecisionKind, is_decision_number
from tracker.domain.disbursements import InTheFuture
from tracker.domain.imports import Cells, Column, FirstRows, Problem
from tracker.domain.lifecycle import DayNotYet, NotThere
from tracker.domain.money import ZERO, Dong
from tracker.domain.people import Permission
from tracker.domain.projects import SECTORS, InvestmentClass, ProjectKind, Status, Tier
from tracker.domain.refusals import AlreadyTaken
from tracker.domain.text import fold_case
from tracker.models import Project
from tracker.queries.scoping import visible_projects
from tracker.services.decisions import RecordDecision
from tracker.services.imports.prepared import (
    Reading,
    Span,
    chunks,
    on_day,
    organisation_spans,
    sources_by_code,
    unit_spans,
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

_DAYS = ("start_planned_on", "started_on", "finish_planned_on", "finished_on", "handed_over_on")
_YEARS = ("first_capital_year", "capital_extended_until")
_CODES = ("budget_code", "national_code", "programme", "parent_code")
_ONE_PROJECT = ("budget_code", "national_code")
"""Codes that only one project has."""
_SMALLEST_INVESTMENT = 10_000_000
"""Less than this was surely typed in another unit than đồng (K7)."""


@dataclass(slots=True)
class ProjectRow:
    """A row with nothing wrong in any cell; `decision` has its project still open."""

    cells: Cells
    code: str
    owner: Span
    owned_from: date
    values: dict[str, Any]
    status: Status | None
    decision: RecordDecision | None


class Referred:
    """What rows refer to, read once."""

    def __init__(self, reading: Reading) -> None:
        session, day = reading.session, reading.act.on
        self.owners = on_day(organisation_spans(session), day)
        self.units = {code: span.id for code, span in on_day(unit_spans(session), day).items()}
        self.sources = sources_by_code(session)
        self.codes = reading.said("code")
        self.first = FirstRows()
        self.twins = _twins(reading, {fold_case(code) for code in self.codes})
        self.parents = self.codes | _seen(reading)
        self.holders = {name: _holders(reading, name) for name in _ONE_PROJECT}


def _seen(reading: Reading) -> set[str]:
    """Return which of the parents that the file names are projects the actor can see."""
    scope = reading.act.actor.scope_of(Permission.PROJECT_READ)
    found: set[str] = set()
    for part in chunks(sorted(reading.said("parent_code"))):
        asked = select(Project.code).where(Project.code.in_(part), visible_projects(scope))
        found.update(reading.session.scalars(asked))
    return found


def _twins(reading: Reading, folded: set[str]) -> dict[str, tuple[str, int]]:
    """Return the code and the number of the projects there are, by their folded codes."""
    found: dict[str, tuple[str, int]] = {}
    for part in chunks(sorted(folded)):
        asked = select(Project.code_folded, Project.code, Project.id)
        rows = reading.session.execute(asked.where(Project.code_folded.in_(part)))
        found |= {one: (code, key) for one, code, key in rows}
    return found


def _holders(reading: Reading, name: str) -> dict[str, tuple[str, int]]:
    """Return the code and the number of the project that holds each value a column names."""
    held = getattr(Project, name)
    found: dict[str, tuple[str, int]] = {}
    for part in chunks(sorted(reading.said(name))):
        rows = reading.session.execute(select(held, Project.code, Project.id).where(held.in_(part)))
        found |= {value: (code, key) for value, code, key in rows}
    return found


def read_row(reading: Reading, cells: Cells, known: Referred) -> ProjectRow | None:
    """Judge each cell by itself; return the row only when nothing is wrong with any."""
    code = cells.text("code", needed=True, at_most=40)
    if code and known.first.is_first(cells, "code", fold_case(code)):
        twin = known.twins.get(fold_case(code))
        if twin and twin[0] != code:
            cells.refuse("code", AlreadyTaken("code", code, twin[1]))
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
        check_others(cells, values, known)
        return None
    owned_from = owned_from or max(date(values["year_from"], 1, 1), owner.valid_from)
    return ProjectRow(cells, code, owner, owned_from, values, status, decision)


def _fields(cells: Cells, reading: Reading, known: Referred) -> dict[str, Any]:
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
    values |= {name: _day(reading, cells, name) for name in _DAYS}
    values |= {name: cells.year(name, needed=False) for name in _YEARS}
    values |= {name: cells.text(name, at_most=100) or None for name in _CODES}
    columns = {"location_ids": "location_codes"}
    return {
        name: value for name, value in values.items() if columns.get(name, name) in reading.places
    }


def _day(reading: Reading, cells: Cells, name: str) -> date | None:
    on = cells.day(name, needed=False)
    if on is not None and on > reading.act.on and not name.endswith("_planned_on"):
        cells.refuse(name, DayNotYet(name, on, reading.act.on))
    return on


def check_others(cells: Cells, values: dict[str, Any], known: Referred) -> None:
    """Name what of a row that is refused anyway belongs to another project, or names none."""
    parent = values.get("parent_code")
    if parent and parent not in known.parents:
        cells.refuse("parent_code", NotThere("parent_code", parent))
    for name in _ONE_PROJECT:
        holder = known.holders[name].get(values.get(name) or "")
        if holder and holder[0] not in known.codes:
            cells.refuse(name, AlreadyTaken(name, values[name], holder[1]))


def _locations(cells: Cells, known: Referred) -> frozenset[int]:
    found = {code: known.units.get(code) for code in cells.text("location_codes").split()}
    missing = [code for code, unit_id in found.items() if unit_id is None]
    if missing:
        cells.fail("location_codes", Problem.UNKNOWN_CODE, codes=", ".join(missing))
    return frozenset(unit_id for unit_id in found.values() if unit_id is not None)


def _decision(reading: Reading, cells: Cells, known: Referred) -> RecordDecision | None:
    """Return the decision a row names, with its project still open."""
    number = cells.text("decision_number", at_most=60)
    total = cells.money("total_investment", needed=False)
    sources = _sources(cells, known)
    is_named = bool(cells.raw("decision_number"))
    if number and not is_decision_number(number):
        cells.fail("decision_number", Problem.MALFORMED)
    if not is_named and any(map(cells.raw, ("total_investment", "sources", "decided_on"))):
        cells.fail("decision_number", Problem.DECISION_REQUIRED)
    decided_on = _decided_on(reading, cells, needed=is_named)
    is_confirmed = cells.flag("confirmed")
    if total is not None and total < _SMALLEST_INVESTMENT and not is_confirmed:
        cells.fail("total_investment", Problem.UNIT_SUSPECTED)
    kind = cells.choice("decision_kind", DecisionKind, default=DecisionKind.INVESTMENT)
    authority = cells.text("authority", needed=is_named, at_most=100)
    if not number or kind is None or decided_on is None:
        return None
    return RecordDecision(
        0,
        0,
        kind,
        number,
        decided_on,
        authority,
        total_investment=total,
        sources=sources,
        unit_confirmed=is_confirmed,
    )


def _decided_on(reading: Reading, cells: Cells, *, needed: bool) -> date | None:
    decided_on = cells.day("decided_on", needed=needed)
    started_on = cells.day("started_on", needed=False)
    if decided_on and decided_on > reading.act.on:
        cells.refuse("decided_on", InTheFuture(decided_on, reading.act.on))
    elif started_on and decided_on and started_on < decided_on:
        reading.warn(cells, "started_on", Problem.DAYS_ORDER, decided_on=decided_on)
    return decided_on


def _sources(cells: Cells, known: Referred) -> tuple[tuple[int, Dong], ...]:
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
