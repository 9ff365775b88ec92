"""Readings of what waits for a second person, of the setting for it, and of what was reconciled."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.approval import OPEN, SecondPerson, SubmissionState
from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.domain.money import ZERO, Dong
from tracker.domain.people import Actor, Permission, Scope
from tracker.domain.projects import Tier
from tracker.models import (
    ApprovalRule,
    CapitalSource,
    Disbursement,
    Organisation,
    Person,
    PlanLine,
    Project,
    Reconciliation,
    Submission,
)
from tracker.queries.progress import total
from tracker.queries.scoping import visible_organisations, visible_projects

MOST = 500
"""Waiting entries shown at once; those beyond are counted."""


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """An entry that is not approved yet, with what it stands on."""

    id: int
    plan_line_id: int
    project_id: int
    project_code: str
    project_name: str
    unit_path: str
    owner_id: int
    owner: str
    source_code: str
    source_name: str
    budget_tier: Tier
    year: int
    extended: bool
    kind: DisbursementKind
    purpose: Purpose
    voucher: str
    voucher_on: date
    posted_on: date
    amount: Dong
    recovered: Dong
    counted: Dong
    advance: Dong
    note: str | None
    reverses_id: int | None
    reason: str | None
    state: SubmissionState
    maker_id: int
    maker: str
    made_at: datetime
    sent_by: int | None
    sent_at: datetime | None
    checker: str | None
    checked_at: datetime | None
    checked_reason: str | None
    row_version: int
    contract_id: int | None


@dataclass(frozen=True, slots=True)
class WaitingSum:
    """How many entries wait for approval, and what they would count."""

    entries: int
    counted: Dong


NOTHING_WAITS = WaitingSum(0, ZERO)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One setting of an organisation: whether a second person is needed, from when, why."""

    organisation_id: int
    code: str
    organisation: str
    valid_from: date | None
    second_person: bool | None
    reason: str | None
    setter: str | None
    set_at: datetime | None


@dataclass(frozen=True, slots=True)
class Matched:
    """On which statement an entry was found, by whom, when."""

    statement: str
    reconciler: str
    reconciled_at: datetime


@dataclass(frozen=True, slots=True)
class StatementRow:
    """An entry of a day, beside the treasury's statement."""

    id: int
    project_code: str
    project_name: str
    owner: str
    kind: DisbursementKind
    voucher: str
    counted: Dong
    recorder_id: int
    reverses_id: int | None
    statement: str | None
    reconciler: str | None
    reconciled_at: datetime | None


def second_person_rules(
    session: Session, organisation_ids: Collection[int]
) -> dict[int, tuple[SecondPerson, ...]]:
    """Return the settings of organisations, by their keys, in the order they were made."""
    rows = session.execute(
        select(ApprovalRule.organisation_id, ApprovalRule.valid_from, ApprovalRule.second_person)
        .where(ApprovalRule.organisation_id.in_(sorted(organisation_ids)))
        .order_by(ApprovalRule.id)
    )
    found: dict[int, tuple[SecondPerson, ...]] = {}
    for organisation_id, valid_from, is_needed in rows:
        rule = SecondPerson(valid_from, is_needed)
        found[organisation_id] = (*found.get(organisation_id, ()), rule)
    return found


def waiting_sum(session: Session, scope: Scope, project_code: str | None = None) -> WaitingSum:
    """Return what of the scope, or of one project of it, was sent and is not approved yet."""
    conditions = [Submission.state == SubmissionState.SENT, visible_projects(scope)]
    if project_code is not None:
        conditions.append(Project.code == project_code)
    row = session.execute(
        select(func.count(), func.coalesce(total(Submission.counted), 0))
        .select_from(Submission)
        .join(Project, Project.id == Submission.project_id)
        .where(*conditions)
    ).one()
    return WaitingSum(row[0], Dong(row[1]))


def sum_to_approve(session: Session, actor: Actor) -> WaitingSum:
    """Return what waits for this person's approval: sent, by somebody else."""
    scope = actor.scope_of(Permission.DISBURSEMENT_APPROVE)
    row = session.execute(
        select(func.count(), func.coalesce(total(Submission.counted), 0))
        .select_from(Submission)
        .join(Project, Project.id == Submission.project_id)
        .where(
            Submission.state == SubmissionState.SENT,
            visible_projects(scope),
            _not_by(actor.id),
        )
    ).one()
    return WaitingSum(row[0], Dong(row[1]))


def _not_by(person_id: int) -> ColumnElement[bool]:
    """Return the condition that somebody else made an entry and sent it."""
    sender = func.coalesce(Submission.sent_by, Submission.maker_id)
    return and_(Submission.maker_id != person_id, sender != person_id)


def waiting_rows(
    session: Session,
    scope: Scope,
    states: Collection[SubmissionState],
    *,
    maker_id: int | None = None,
    not_by: int | None = None,
    limit: int = MOST,
) -> list[WaitingRow]:
    """List entries of the scope in these states, project by project, in the order of making."""
    conditions = [Submission.state.in_(sorted(states)), visible_projects(scope)]
    if not_by is not None:
        conditions.append(_not_by(not_by))
    if maker_id is not None:
        conditions.append(Submission.maker_id == maker_id)
    chosen = _ROWS.where(*conditions).order_by(Project.name_sort, Project.id, Submission.id)
    return [WaitingRow(*row) for row in session.execute(chosen.limit(limit))]


def waiting_row(session: Session, scope: Scope, submission_id: int) -> WaitingRow | None:
    """Return one entry within the scope, whatever its state, or None."""
    row = session.execute(
        _ROWS.where(Submission.id == submission_id, visible_projects(scope))
    ).one_or_none()
    return None if row is None else WaitingRow(*row)


def open_on_lines(session: Session, line_ids: Collection[int]) -> dict[int, list[WaitingRow]]:
    """Return what is not approved yet on plan lines that the reader sees, by line."""
    rows = session.execute(
        _ROWS.where(
            Submission.plan_line_id.in_(sorted(line_ids)), Submission.state.in_(OPEN)
        ).order_by(Submission.id)
    )
    found: dict[int, list[WaitingRow]] = defaultdict(list)
    for row in rows:
        found[row[1]].append(WaitingRow(*row))
    return found


def checks_of_entry(session: Session, entry_id: int) -> tuple[WaitingRow | None, Matched | None]:
    """Return who approved a ledger entry that the reader sees, and when it was reconciled."""
    behind = and_(
        Submission.maker_id == Disbursement.recorded_by,
        Submission.idempotency_key == Disbursement.idempotency_key,
    )
    row = session.execute(
        _ROWS.add_columns(Disbursement.id)
        .join(Disbursement, behind)
        .where(Disbursement.id == entry_id)
    ).one_or_none()
    matched = session.execute(
        select(Reconciliation.statement, Person.name, Reconciliation.reconciled_at)
        .join(Person, Person.id == Reconciliation.reconciled_by)
        .where(Reconciliation.disbursement_id == entry_id)
    ).one_or_none()
    return (
        None if row is None else WaitingRow(*row[:-1]),
        None if matched is None else Matched(*matched),
    )


def rule_rows(session: Session, scope: Scope) -> list[RuleRow]:
    """List organisations that own projects of the scope, each with every setting, newest first."""
    setter = aliased(Person)
    owners = select(Project.owner_id).where(visible_projects(scope))
    chosen = (
        select(
            Organisation.id,
            Organisation.code,
            Organisation.name,
            ApprovalRule.valid_from,
            ApprovalRule.second_person,
            ApprovalRule.reason,
            setter.name,
            ApprovalRule.set_at,
        )
        .outerjoin(ApprovalRule, ApprovalRule.organisation_id == Organisation.id)
        .outerjoin(setter, setter.id == ApprovalRule.set_by)
        .where(visible_organisations(scope), Organisation.id.in_(owners))
        .order_by(
            Organisation.tier.desc(),
            Organisation.name_sort,
            Organisation.id,
            ApprovalRule.id.desc(),
        )
    )
    return [RuleRow(*row) for row in session.execute(chosen)]


def statement_rows(
    session: Session, scope: Scope, day: date, organisation_code: str | None = None
) -> list[StatementRow]:
    """List the entries posted on a day, with what of them was found on a statement."""
    reconciler = aliased(Person)
    conditions: list[ColumnElement[bool]] = [
        Disbursement.posted_on == day,
        visible_projects(scope),
    ]
    if organisation_code:
        conditions.append(Organisation.code == organisation_code)
    chosen: Select[*tuple[Any, ...]] = (
        select(
            Disbursement.id,
            Project.code,
            Project.name,
            Organisation.short_name,
            Disbursement.kind,
            Disbursement.voucher,
            Disbursement.counted,
            Disbursement.recorded_by,
            Disbursement.reverses_id,
            Reconciliation.statement,
            reconciler.name,
            Reconciliation.reconciled_at,
        )
        .select_from(Disbursement)
        .join(Project, Project.id == Disbursement.project_id)
        .join(Organisation, Organisation.id == Project.owner_id)
        .outerjoin(Reconciliation, Reconciliation.disbursement_id == Disbursement.id)
        .outerjoin(reconciler, reconciler.id == Reconciliation.reconciled_by)
        .where(*conditions)
        .order_by(Organisation.name_sort, Project.name_sort, Disbursement.id)
    )
    return [StatementRow(*row) for row in session.execute(chosen)]


def reconciled_among(session: Session, entry_ids: Sequence[int]) -> set[int]:
    """Return which of these ledger entries were found on a statement."""
    return set(
        session.scalars(
            select(Reconciliation.disbursement_id).where(
                Reconciliation.disbursement_id.in_(entry_ids)
            )
        )
    )


def _of_rows() -> Select[*tuple[Any, ...]]:
    maker, checker = aliased(Person), aliased(Person)
    return (
        select(
            Submission.id,
            Submission.plan_line_id,
            Project.id,
            Project.code,
            Project.name,
            Project.unit_path,
            Project.owner_id,
            Organisation.short_name,
            CapitalSource.code,
            CapitalSource.name,
            PlanLine.budget_tier,
            Submission.year,
            Submission.extended,
            Submission.kind,
            Submission.purpose,
            Submission.voucher,
            Submission.voucher_on,
            Submission.posted_on,
            Submission.amount,
            Submission.recovered,
            Submission.counted,
            Submission.advance,
            Submission.note,
            Submission.reverses_id,
            Submission.reason,
            Submission.state,
            Submission.maker_id,
            maker.name,
            Submission.made_at,
            Submission.sent_by,
            Submission.sent_at,
            checker.name,
            Submission.checked_at,
            Submission.checked_reason,
            Submission.row_version,
            Submission.contract_id,
        )
        .select_from(Submission)
        .join(Project, Project.id == Submission.project_id)
        .join(Organisation, Organisation.id == Project.owner_id)
        .join(PlanLine, PlanLine.id == Submission.plan_line_id)
        .join(CapitalSource, CapitalSource.id == PlanLine.source_id)
        .join(maker, maker.id == Submission.maker_id)
        .outerjoin(checker, checker.id == Submission.checked_by)
    )


_ROWS = _of_rows()
"""Made once: making the statement costs more than sending it."""
