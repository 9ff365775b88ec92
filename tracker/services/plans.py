"""Deeds on the plan ledger: assign capital to a line, move capital between lines."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.money import ZERO, total
from tracker.domain.plans import DecisionRecorded, check_transfer, sign_of, signed
from tracker.domain.projects import ProjectKind, Status
from tracker.domain.refusals import ChangedRequest
from tracker.domain.requests import Limit, RequestKind
from tracker.models import PlanEntry, PlanLine, Project
from tracker.services.history import record_change
from tracker.services.plan_books import (
    PlanBooks,
    PlanDecision,
    PlanStep,
    check_decision,
    check_step,
    effective_on,
    sources_in_force,
)
from tracker.services.plan_lines import LineKey, locked_holders, locked_lines
from tracker.services.progress import bump_version
from tracker.services.two_people import check_alone

__all__ = [
    "AssignPlan",
    "Assigned",
    "LineKey",
    "PlanDecision",
    "PlanStep",
    "TransferPlan",
    "assign_plan",
    "transfer",
]

_PREPARING = frozenset({Status.PROPOSED, Status.POLICY_APPROVED})
_TASKS = (ProjectKind.PLANNING_TASK, ProjectKind.PREPARATION_TASK)


@dataclass(frozen=True, slots=True)
class AssignPlan:
    """The order to enter one step of a decision."""

    step: PlanStep
    decision: PlanDecision
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class TransferPlan:
    """The order to move capital: what the steps give and what they take is equal."""

    steps: tuple[PlanStep, ...]
    decision: PlanDecision
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """What came of an order; `is_replay` when the same order had been carried out before."""

    entry_ids: tuple[int, ...]
    line_ids: tuple[int, ...]
    is_replay: bool


def assign_plan(session: Session, act: Act, order: AssignPlan) -> Assigned:
    """Enter one step of a decision and return it; the line is made when it is not there.

    The project is locked first, then the line: two people can neither allocate more than the
    total investment nor take away what is being paid. The same key with the same content
    answers with the first result.

    Raises:
        OutOfScope: the holder is outside the actor's scope, or does not exist.
        ChangedRequest: the key was used for another content.
        PlanAmountOutOfBounds, KindNotForLine, PlanAboveProjects, SourceNotInForce,
        DecisionNumberMalformed, DeadlineOutOfBounds, EffectiveLater, InTheFuture: the entry
            cannot be made.
        NeedsSecondPerson: it takes away more than one person may alone.
        DecisionRecorded: the line has this step of the decision already.
        PlanBelowDisbursed: more would be taken than is free.
        AllocationOverInvestment: more would be allocated than the total investment.
    """
    keys = (order.idempotency_key,)
    return _enter(session, act, (order.step,), order.decision, keys, _hash(order))


def transfer(session: Session, act: Act, order: TransferPlan) -> Assigned:
    """Move capital between lines under one decision, all steps or none; return the entries.

    What is taken is entered before what is given. Raises as `assign_plan`, and:

    Raises:
        TransferUnbalanced: it gives more than it takes, or less.
    """
    check_transfer(signed(step.kind, step.amount) for step in order.steps)
    steps = sorted(order.steps, key=lambda step: sign_of(step.kind))
    keys = [f"{order.idempotency_key}:{place}" for place in range(len(steps))]
    return _enter(session, act, steps, order.decision, keys, _hash(order), is_transfer=True)


def _enter(
    session: Session,
    act: Act,
    steps: Sequence[PlanStep],
    decision: PlanDecision,
    keys: Sequence[str],
    request_hash: str,
    *,
    is_transfer: bool = False,
) -> Assigned:
    projects = locked_holders(session, act, [step.line for step in steps])
    if earlier := _replay(session, act, keys, request_hash):
        return earlier
    kind = RequestKind.TRANSFER_PLAN if is_transfer else RequestKind.LOWER_PLAN
    taken = -total(min(ZERO, signed(step.kind, step.amount)) for step in steps)
    check_alone(session, act, kind, Limit.PLAN_DECREASE, taken)
    check_decision(decision, act.on)
    in_force = sources_in_force(session, effective_on(decision))
    for step in steps:
        check_step(step, decision, in_force, act.on)
    lines = locked_lines(session, [step.line for step in steps])
    _refuse_recorded(session, steps, decision, lines)
    books = PlanBooks(session, act, projects, lines)
    entries = []
    for step, key in zip(steps, keys, strict=True):
        entry = books.entry_for(step, decision, key, request_hash)
        entry.transfer_key = f"{act.actor.id}:{keys[0]}" if is_transfer else None
        session.add(entry)
        session.flush()  # its trigger moves the line; the history names the row
        _remember(session, act, entry, step)
        entries.append(entry)
    for line in lines.values():
        session.expire(line)
    note_first_years(session, act, steps)
    session.flush()  # whoever read a project before sees another version
    bump_version(session)
    return Assigned(
        tuple(entry.id for entry in entries),
        tuple(entry.plan_line_id for entry in entries),
        is_replay=False,
    )


def _refuse_recorded(
    session: Session,
    steps: Sequence[PlanStep],
    decision: PlanDecision,
    lines: Mapping[LineKey, PlanLine],
) -> None:
    """Refuse steps that somebody entered before, on a screen or by a file.

    A decision may move the same amount from one line to several: such a transfer is another one.
    """
    rows = session.execute(
        select(PlanEntry.plan_line_id, PlanEntry.kind, PlanEntry.amount, PlanEntry.id).where(
            PlanEntry.plan_line_id.in_([line.id for line in lines.values()]),
            PlanEntry.decision_number == decision.number,
            PlanEntry.decided_on == decision.decided_on,
            func.coalesce(PlanEntry.round, "") == decision.round,
        )
    )
    known = {(line_id, kind, amount): entry_id for line_id, kind, amount, entry_id in rows}
    changes = [(lines[step.line].id, step.kind, signed(step.kind, step.amount)) for step in steps]
    if all(change in known for change in changes):
        raise DecisionRecorded(known[changes[0]], decision.number, steps[0].amount)


def note_first_years(session: Session, act: Act, steps: Iterable[PlanStep]) -> None:
    """Keep the first year with capital for the works of projects where none is known yet."""
    first: dict[int, int] = {}
    for step in steps:
        project_id, year = step.line.project_id, step.line.year
        if project_id is not None and not step.line.extended and sign_of(step.kind) > 0:
            first[project_id] = min(year, first.get(project_id, year))
    projects = session.scalars(
        select(Project)
        .where(
            Project.id.in_(first),
            Project.first_capital_year.is_(None),
            Project.status.not_in(_PREPARING),
            Project.kind.not_in(_TASKS),
        )
        .order_by(Project.id)
    )
    for project in projects:
        project.first_capital_year = first[project.id]
        record_change(
            session,
            act,
            "project.amended",
            project,
            project.id,
            before={"first_capital_year": None},
            after={"first_capital_year": project.first_capital_year},
            project_id=project.id,
        )


def _hash(order: AssignPlan | TransferPlan) -> str:
    text = json.dumps(asdict(order), sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _replay(session: Session, act: Act, keys: Sequence[str], request_hash: str) -> Assigned | None:
    earlier = session.execute(
        select(PlanEntry.id, PlanEntry.plan_line_id, PlanEntry.request_hash)
        .where(PlanEntry.recorded_by == act.actor.id, PlanEntry.idempotency_key.in_(keys))
        .order_by(PlanEntry.id)
    ).all()
    if not earlier:
        return None
    if len(earlier) != len(keys) or any(row.request_hash != request_hash for row in earlier):
        raise ChangedRequest("plan_entry")
    return Assigned(
        tuple(row.id for row in earlier),
        tuple(row.plan_line_id for row in earlier),
        is_replay=True,
    )


def _remember(session: Session, act: Act, entry: PlanEntry, step: PlanStep) -> None:
    record_change(
        session,
        act,
        "plan.transferred" if entry.transfer_key else "plan.assigned",
        entry,
        entry.id,
        after={
            "plan_line_id": entry.plan_line_id,
            "kind": entry.kind.value,
            "amount": entry.amount,
            "decision_number": entry.decision_number,
            "decided_on": entry.decided_on.isoformat(),
            "effective_on": entry.effective_on.isoformat(),
            "deadline_on": entry.deadline_on.isoformat(),
            "round": entry.round,
            "note": entry.note,
            "transfer_key": entry.transfer_key,
            "year": step.line.year,
            "source_id": step.line.source_id,
            "budget_tier": step.line.budget_tier.value,
        },
        project_id=step.line.project_id,
    )
