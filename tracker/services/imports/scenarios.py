"""Imports of scenarios: by holder and year; the deeds on scenarios judge every row."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.domain.days import MONTHS
from tracker.domain.disbursements import InTheFuture
from tracker.domain.imports import Cells, Column, FirstRows, Problem
from tracker.domain.money import ZERO, Dong
from tracker.domain.people import Permission
from tracker.domain.projects import Tier
from tracker.domain.refusals import OutOfScope, Refusal
from tracker.models import Scenario, ScenarioScope
from tracker.services.imports.prepared import (
    Prepared,
    Reading,
    on_day,
    organisation_spans,
    projects_by_code,
    unit_spans,
)
from tracker.services.scenarios import (
    ApproveScenario,
    Holder,
    ProposeScenario,
    approve_scenario,
    propose_scenario,
)

MONTH_COLUMNS = tuple(f"m{month:02d}" for month in range(1, MONTHS + 1))

COLUMNS = (
    Column("scope", needed=True),
    Column("code", needed=True),
    Column("tier"),
    Column("year", needed=True),
    *(Column(name, needed=True) for name in MONTH_COLUMNS),
    Column("document"),
    Column("committed_by"),
    Column("approved_on"),
)

_PLACE_OF = {
    "in_the_future": "approved_on",
    "approved_before_earlier": "approved_on",
    "scenario_incomplete": "m13",
}


@dataclass(slots=True)
class _Draft:
    cells: Cells
    order: ProposeScenario
    approved_on: date | None


class _Known:
    """What rows refer to, read once, by scope."""

    def __init__(self, reading: Reading) -> None:
        session, day = reading.session, reading.act.on
        scope = reading.act.actor.scope_of(Permission.SCENARIO_PROPOSE)
        units = {
            code: span.id
            for code, span in on_day(unit_spans(session), day).items()
            if scope.covers(span.path)
        }
        projects = projects_by_code(session, scope)
        organisations = {
            code: span.id
            for code, span in on_day(organisation_spans(session), day).items()
            if scope.covers(span.path, span.id)
        }
        self.ids = {
            ScenarioScope.PROJECT: {code: one.id for code, one in projects.items()},
            ScenarioScope.ORGANISATION: organisations,
            ScenarioScope.UNIT: units,
            ScenarioScope.TIER: units,
            ScenarioScope.PROVINCE: units,
        }


def prepare(reading: Reading) -> Prepared:
    """Propose and approve row by row; whoever called undoes it when a row is refused."""
    known = _Known(reading)
    first = FirstRows()
    counts = {"made": 0, "changed": 0, "unchanged": 0}
    for cells in reading.cells():
        draft = _read(reading, cells, known)
        if draft is None:
            continue
        if not first.is_first(cells, "code", (draft.order.holder, draft.order.year)):
            continue
        try:
            with reading.session.begin_nested():
                counts[_carry_out(reading, draft)] += 1
        except OutOfScope:
            cells.fail("code", Problem.UNKNOWN_CODE)
        except Refusal as refusal:
            month = refusal.data.get("month")
            place = MONTH_COLUMNS[month - 1] if month else _PLACE_OF.get(refusal.name, "")
            cells.refuse(place, refusal)
    return Prepared(counts["made"], counts["changed"], counts["unchanged"], lambda: None)


def _read(reading: Reading, cells: Cells, known: _Known) -> _Draft | None:
    """Judge each cell by itself; return the row only when nothing is wrong with any."""
    scope = cells.choice("scope", ScenarioScope)
    if scope is None:
        holder_id, _ = None, cells.text("code", needed=True)
    else:
        holder_id = cells.known("code", known.ids[scope])
    tier = cells.choice("tier", Tier, needed=scope is ScenarioScope.TIER)
    if scope not in {None, ScenarioScope.TIER} and tier is not None:
        cells.fail("tier", Problem.CANNOT_CHANGE)
    year = cells.year("year")
    cumulative = tuple(cells.money(name, zero=True) or ZERO for name in MONTH_COLUMNS)
    document, committed_by = cells.text("document"), cells.text("committed_by")
    approved_on = cells.day("approved_on", needed=False)
    if approved_on is not None and approved_on > reading.act.on:
        cells.refuse("approved_on", InTheFuture(approved_on, reading.act.on))
    if not cells.is_sound or scope is None or holder_id is None or year is None:
        return None
    order = ProposeScenario(
        Holder(scope, holder_id, tier), year, tuple(map(Dong, cumulative)), document, committed_by
    )
    return _Draft(cells, order, approved_on)


def _carry_out(reading: Reading, draft: _Draft) -> str:
    made = propose_scenario(reading.session, reading.act, draft.order)
    outcome = "unchanged" if made.is_replay else "made"
    if draft.approved_on is None:
        return outcome
    approved_on = reading.session.scalar(select(Scenario.approved_on).where(Scenario.id == made.id))
    if approved_on is None:
        approve_scenario(reading.session, reading.act, ApproveScenario(made.id, draft.approved_on))
        return "changed" if made.is_replay else "made"
    if approved_on != draft.approved_on:
        draft.cells.fail("approved_on", Problem.DIFFERS_FROM_RECORDED, recorded=approved_on)
    return outcome
