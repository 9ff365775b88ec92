"""Keeps what a project was before a deed changed it, from the day on which the change holds."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.decisions import DecisionKind
from tracker.domain.lifecycle import settling
from tracker.domain.projects import group_of
from tracker.domain.states import (
    Change,
    Past,
    ProjectState,
    entered_on,
    last_move_on,
    looking_back,
    stages_before,
    told,
)
from tracker.models import Decision, Project, ProjectPast
from tracker.queries.rules import group_limits
from tracker.queries.states import pasts_of, state_in

_DAYS = ("started_on", "finished_on", "handed_over_on")


def keep_opening(session: Session, project: Project) -> None:
    """Keep the stages that a project was through before it was told of, as its days say."""
    changes = stages_before(project.status, _days(project))
    _add(session, project, looking_back(state_in(project), changes))


def keep_amendment(session: Session, project: Project, before: ProjectState, today: date) -> None:
    """Keep what a project was before it was amended.

    A stage holds from the day of the works that opens it, an extension from the decision that
    names its year, everything else from today.
    """
    past = pasts_of(session, [project.id]).get(project.id, [])
    now = state_in(project)
    names = [n for n in ProjectState.__dataclass_fields__ if getattr(now, n) != getattr(before, n)]
    for name in names:
        on = today
        if name == "status":
            on = entered_on(now.status, _days(project), last_move_on(past, before), today)
        elif name == "capital_extended_until":
            on = _extended_on(session, project) or today
        field = {name: getattr(now, name)}
        added = told(past, before, on, _now(field))
        _add(session, project, added)
        past, before = [*past, *added], replace(before, **field)


def keep_decision(session: Session, project: Project, before: ProjectState, on: date) -> None:
    """Keep what a project was before a decision of a day: what is settled follows the decisions.

    A decision entered late holds until the next one that was taken after it.
    """
    past = pasts_of(session, [project.id]).get(project.id, [])
    now = state_in(project)
    decided = session.execute(
        select(Decision.kind, Decision.issued_on, Decision.total_investment)
        .where(Decision.project_id == project.id)
        .order_by(Decision.issued_on, Decision.id)
    ).all()
    limits = group_limits(session)

    def settled(until_on: date | None, state: ProjectState) -> ProjectState:
        changed: dict[str, Any] = {}
        if now.year_to != before.year_to:
            changed["year_to"] = now.year_to
        known = settling(
            [
                (kind, issued_on, amount)
                for kind, issued_on, amount in decided
                if until_on is None or issued_on < until_on
            ]
        )
        if known is not None:
            changed["total_investment"], decided_on = known
            changed["group_computed"] = group_of(
                limits, project.investment_class, known[0], decided_on
            )
        return replace(state, **changed)

    _add(session, project, told(past, before, on, settled))


def _now(fields: dict[str, Any]) -> Change:
    return lambda _, state: replace(state, **fields)


def _days(project: Project) -> dict[str, date | None]:
    return {name: getattr(project, name) for name in _DAYS}


def _extended_on(session: Session, project: Project) -> date | None:
    """Return the day of the decision that extends the project's capital to its year."""
    return session.scalar(
        select(func.max(Decision.issued_on)).where(
            Decision.project_id == project.id,
            Decision.kind == DecisionKind.EXTENSION,
            Decision.year_to == project.capital_extended_until,
        )
    )


def _add(session: Session, project: Project, spans: Iterable[Past]) -> None:
    for span in spans:
        fields = {name: getattr(span.state, name) for name in ProjectState.__dataclass_fields__}
        session.add(ProjectPast(project_id=project.id, until_on=span.until_on, **fields))
    session.flush()  # of rows with the same day, the last one counts
