"""Imports of projects: by code; the deeds on projects and decisions judge every row."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker.domain.decisions import DecisionKind
from tracker.domain.imports import Problem
from tracker.domain.money import Dong
from tracker.domain.people import Permission
from tracker.domain.projects import ProjectKind, Status
from tracker.domain.refusals import OutOfScope, Refusal
from tracker.models import Decision, DecisionSource, Project, ProjectLocation
from tracker.services.decisions import record_decision
from tracker.services.imports.prepared import Prepared, Reading, chunks
from tracker.services.imports.project_rows import (
    COLUMNS,
    ProjectRow,
    Referred,
    check_others,
    read_row,
)
from tracker.services.projects import (
    AmendProject,
    OpenProject,
    ProjectFields,
    amend_project,
    open_project,
)

__all__ = ["BASIS", "COLUMNS", "prepare"]

BASIS = "Nhập từ tệp dữ liệu"
"""Why the stage of a project changes when a file says so."""

_PLACE_OF = {
    "in_the_future": "decided_on",
    "move_not_allowed": "status",
    "sources_differ": "sources",
    "own_ancestor": "parent_code",
    "unit_suspected": "total_investment",
}


@dataclass(slots=True)
class _Stored:
    project: Project
    fields: ProjectFields
    decisions: dict[tuple[DecisionKind, str, date], tuple[Dong | None, frozenset[Any]]]


class _Known:
    """What is known of the projects that the rows name, read once."""

    def __init__(self, reading: Reading, codes: Iterable[str]) -> None:
        self.stored: dict[str, _Stored] = {}
        for part in chunks(sorted(codes)):
            projects = reading.session.scalars(select(Project).where(Project.code.in_(part))).all()
            self.stored |= _stored(reading, projects)


def prepare(reading: Reading) -> Prepared:
    """Open and amend the projects row by row; whoever called undoes it when a row is refused."""
    referred = Referred(reading)
    known = _Known(reading, referred.codes)
    counts = {"made": 0, "changed": 0, "unchanged": 0}
    for cells in reading.cells():
        draft = read_row(reading, cells, referred)
        if draft is None:
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
            check_others(cells, draft.values, referred)
    return Prepared(counts["made"], counts["changed"], counts["unchanged"], lambda: None)


def _carry_out(reading: Reading, draft: ProjectRow, known: _Known) -> str:
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
    return _amend(reading, draft, stored)


def _amend(reading: Reading, draft: ProjectRow, stored: _Stored) -> str:
    project = stored.project
    wanted = replace(stored.fields, **draft.values)
    status = draft.status or project.status
    version, outcome = project.row_version, "unchanged"
    if draft.decision is not None and not _is_known(draft, stored):
        # First, so that the total investment is known to whatever else the row says.
        version, outcome = _decide(reading, draft, project.id, version), "changed"
    if wanted != stored.fields or status is not project.status:
        order = AmendProject(project.id, version, wanted, status, project.halt, BASIS)
        amend_project(reading.session, reading.act, order)
        outcome = "changed"
    return outcome


def _is_known(draft: ProjectRow, stored: _Stored) -> bool:
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


def _decide(reading: Reading, draft: ProjectRow, project_id: int, row_version: int) -> int:
    """Enter the decision of a row, if it names one; return the version of the project then."""
    if draft.decision is None:
        return row_version
    order = replace(draft.decision, project_id=project_id, row_version=row_version)
    return record_decision(reading.session, reading.act, order).row_version


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
