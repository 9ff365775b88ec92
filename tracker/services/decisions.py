"""Deeds on decisions: enter one, and let total investment and group follow from it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from tracker.domain.act import Act
from tracker.domain.cross_checks import investment_too_small, refuse_suspected
from tracker.domain.decisions import DecisionKind
from tracker.domain.disbursements import InTheFuture
from tracker.domain.lifecycle import ADJUSTING, INVESTING, NotThere, check_sources
from tracker.domain.money import ZERO, Dong
from tracker.domain.refusals import AlreadyTaken
from tracker.models import CapitalSource, Decision, DecisionSource, PlanLine, Project
from tracker.queries.states import state_in
from tracker.services.history import record_change
from tracker.services.progress import bump_version
from tracker.services.project_records import (
    Saved,
    check_covers,
    locked_project,
    plain,
    saved,
    settle_group,
)
from tracker.services.states import keep_decision


@dataclass(frozen=True, slots=True)
class RecordDecision:
    """The order to enter a decision; `sources` are capital sources with the parts they pay."""

    project_id: int
    row_version: int
    kind: DecisionKind
    number: str
    issued_on: date
    authority: str
    total_investment: Dong | None = None
    year_from: int | None = None
    year_to: int | None = None
    reason: str | None = None
    sources: tuple[tuple[int, Dong], ...] = ()
    unit_confirmed: bool = False


def record_decision(session: Session, act: Act, order: RecordDecision) -> Saved:
    """Enter a decision about a project; its total investment holds until the next one.

    Raises:
        OutOfScope: the project is outside the actor's scope, or does not exist.
        StaleEdit: somebody changed the project after it was read.
        InTheFuture: the decision would be of a day that has not come.
        AlreadyTaken: the project has this decision already.
        SourcesDiffer, NotThere: the parts by source are not right.
        UnitSuspected: it looks as if it were typed in another unit, and was not confirmed.
        InvestmentBelowDisbursed: more was paid than the total investment that follows from it.
    """
    project = locked_project(session, act, order.project_id, order.row_version)
    _check(session, act, order)
    before, state = _followers(project), state_in(project)
    was = (project.total_investment, project.disbursed_before)
    decision = Decision(
        project_id=project.id,
        kind=order.kind,
        number=order.number,
        issued_on=order.issued_on,
        authority=order.authority,
        adjustment=_adjustments(session, order) + 1 if order.kind in ADJUSTING else 0,
        total_investment=order.total_investment,
        year_from=order.year_from,
        year_to=order.year_to,
        reason=order.reason,
    )
    session.add(decision)
    session.flush()  # its parts and the history name it
    for source_id, amount in order.sources:
        session.add(DecisionSource(decision_id=decision.id, source_id=source_id, amount=amount))
    _follow(session, project, order)
    check_covers(session, project, "total_investment", was)
    if project.total_investment != was[0] and not order.unit_confirmed:
        _refuse_small(session, project)
    keep_decision(session, project, state, order.issued_on)
    record_change(
        session,
        act,
        "decision.recorded",
        decision,
        decision.id,
        before=before,
        after={
            "kind": order.kind.value,
            "number": order.number,
            "issued_on": order.issued_on.isoformat(),
            "authority": order.authority,
            "adjustment": decision.adjustment,
            "decided_total": order.total_investment,
            "decided_from": order.year_from,
            "decided_to": order.year_to,
            "sources": [[source_id, amount] for source_id, amount in order.sources],
            **_followers(project),
        },
        reason=order.reason,
        project_id=project.id,
    )
    session.flush()
    bump_version(session)
    return saved(project)


def _refuse_small(session: Session, project: Project) -> None:
    """Refuse a total investment that a plan of one year shows to be of another unit (K7)."""
    planned = session.scalars(
        select(cast(func.sum(PlanLine.planned), BigInteger))
        .where(PlanLine.project_id == project.id)
        .group_by(PlanLine.year)
    ).all()
    small = investment_too_small(project.total_investment, Dong(max(planned, default=ZERO)))
    refuse_suspected([small] if small else [])


def _followers(project: Project) -> dict[str, Any]:
    """Return what of a project follows from its decisions."""
    return {
        "total_investment": project.total_investment,
        "group_computed": plain(project.group_computed),
        "year_from": project.year_from,
        "year_to": project.year_to,
    }


def _check(session: Session, act: Act, order: RecordDecision) -> None:
    if order.issued_on > act.on:
        raise InTheFuture(order.issued_on, act.on)
    check_sources(order.total_investment, (amount for _, amount in order.sources))
    twin = session.scalar(
        select(Decision.id).where(
            Decision.project_id == order.project_id,
            Decision.kind == order.kind,
            Decision.number == order.number,
            Decision.issued_on == order.issued_on,
        )
    )
    if twin is not None:
        raise AlreadyTaken("number", order.number, twin)
    wanted = {source_id for source_id, _ in order.sources}
    there = set(session.scalars(select(CapitalSource.id).where(CapitalSource.id.in_(wanted))))
    for missing in sorted(wanted - there):
        raise NotThere("sources", str(missing))


def _adjustments(session: Session, order: RecordDecision) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(Decision)
            .where(Decision.project_id == order.project_id, Decision.kind == order.kind)
        )
        or 0
    )


def _follow(session: Session, project: Project, order: RecordDecision) -> None:
    """Let the record say what the latest investment decision says."""
    latest = session.scalar(
        select(func.max(Decision.issued_on)).where(
            Decision.project_id == project.id, Decision.kind.in_(INVESTING)
        )
    )
    if order.kind in INVESTING and order.issued_on == latest:
        project.year_from = order.year_from or project.year_from
        project.year_to = max(order.year_to or project.year_to, project.year_from)
    settle_group(session, project)
    flag_modified(project, "name")  # whoever reads the project sees another record
    session.flush()
