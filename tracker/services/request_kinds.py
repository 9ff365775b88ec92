"""What each kind of request is about: the order it keeps, what it shows, how it is carried out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.disbursements import effect_of
from tracker.domain.money import Dong, total
from tracker.domain.people import Permission
from tracker.domain.periods import LockPlace
from tracker.domain.plans import signed
from tracker.domain.refusals import OutOfScope
from tracker.domain.requests import RequestKind, RequestOutdated, TooManyRows
from tracker.models import (
    CapitalSource,
    Disbursement,
    Organisation,
    Person,
    PlanLine,
    Project,
    Unit,
)
from tracker.queries.accounts import grants_of
from tracker.queries.disbursements import is_live
from tracker.services.disbursements import (
    RecordDisbursement,
    ReverseDisbursement,
    reverse_disbursement,
)
from tracker.services.grants import GrantRole, grant_role, place_granted
from tracker.services.imports.running import ImportOrder, import_rows
from tracker.services.periods import (
    ReopenPeriod,
    check_may_reopen,
    place_of,
    reopen_period,
)
from tracker.services.plans import AssignPlan, PlanStep, TransferPlan, assign_plan, transfer
from tracker.services.submissions import enter_disbursements

MOST_ROWS = 10_000
"""Rows of a file that a request keeps: the second person's browser waits while they go in."""
PROVINCE = "/"
"""The path over which only a right over everything reaches."""


@dataclass(frozen=True, slots=True)
class RecordMany:
    """The order to enter many voucher lines at once."""

    orders: tuple[RecordDisbursement, ...]
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a request is about: over what place it is decided, and what the second person sees.

    When `before` is another one at the decision, the request is outdated.
    """

    subject: str
    subject_id: int | None
    before: dict[str, Any]
    after: dict[str, Any]
    unit_path: str = PROVINCE
    organisation_id: int | None = None
    project_id: int | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of request: its order, what it tells of it, and the deed."""

    order: type[Any]
    tell: Callable[[Session, Act, Any], Told]
    carry_out: Callable[[Session, Act, Any], object]


def record_many(session: Session, act: Act, order: RecordMany) -> object:
    """Post or keep the voucher lines of an order, all or none; raises as `enter_disbursements`."""
    return enter_disbursements(session, act, order.orders)


def _grant(session: Session, act: Act, order: GrantRole) -> int:
    """Grant what was asked for some days ago: it begins when it is agreed to."""
    return grant_role(session, act, replace(order, valid_from=max(order.valid_from, act.on)))


def _import(session: Session, act: Act, order: ImportOrder) -> object:
    """Take the file as it was asked for.

    Raises:
        RequestOutdated: by now something in it is wrong, or all of it is there.
    """
    report = import_rows(session, act, order)
    if report.batch_id is None:
        raise RequestOutdated(act.second.request_id if act.second else 0)
    return report


def _tell_of_period(session: Session, act: Act, order: ReopenPeriod) -> Told:
    lock = check_may_reopen(session, act, order)
    place = place_of(session, LockPlace(lock.tier, lock.organisation_id))
    owner = session.get(Organisation, lock.organisation_id) if lock.organisation_id else None
    shut = {
        "year": lock.year,
        "month": lock.month,
        "tier": lock.tier.value if lock.tier else None,
        "organisation": owner.name if owner else None,
        "strength": lock.strength.value,
        "is_open": lock.reopened_at is not None,
    }
    return Told(
        "period_lock",
        lock.id,
        shut,
        {**shut, "is_open": True},
        place.unit_path or PROVINCE,
        place.organisation_id,
    )


def _tell_of_plan(session: Session, _act: Act, order: AssignPlan) -> Told:
    return _tell_of_steps(session, (order.step,), order.decision.number)


def _tell_of_transfer(session: Session, _act: Act, order: TransferPlan) -> Told:
    return _tell_of_steps(session, order.steps, order.decision.number)


def _tell_of_steps(session: Session, steps: Sequence[PlanStep], number: str) -> Told:
    before, after = [], []
    places: list[tuple[str, int | None]] = []
    project_ids: set[int | None] = set()
    for step in steps:
        line = step.line
        project = session.get(Project, line.project_id) if line.project_id else None
        unit = session.get(Unit, line.unit_id) if line.unit_id else None
        holder = project or unit
        if holder is None:
            raise OutOfScope(Permission.PLAN_ASSIGN, "project")
        if project is not None:
            places.append((project.unit_path, project.owner_id))
            project_ids.add(project.id)
        elif unit is not None:
            places.append((unit.path, None))
            project_ids.add(None)  # a pool is of no project: no right over one decides it
        planned = _planned(session, step)
        told = {
            "code": holder.code,
            "name": holder.name,
            "source": session.get_one(CapitalSource, line.source_id).name,
            "year": line.year,
            "planned": planned,
        }
        before.append(told)
        after.append({**told, "planned": planned + signed(step.kind, step.amount)})
    path, owner_id = common_place(places)
    return Told(
        "plan_line",
        None,
        {"lines": before},
        {"lines": after, "decision": number},
        path,
        owner_id,
        project_ids.pop() if len(project_ids) == 1 else None,
    )


def _planned(session: Session, step: PlanStep) -> int:
    line = step.line
    planned = select(PlanLine.planned).where(
        PlanLine.project_id == line.project_id
        if line.project_id is not None
        else PlanLine.unit_id == line.unit_id,
        PlanLine.system == line.system,
        PlanLine.year == line.year,
        PlanLine.extended == line.extended,
        PlanLine.source_id == line.source_id,
        PlanLine.budget_tier == line.budget_tier,
    )
    return session.scalar(planned) or 0


def _tell_of_entry(session: Session, _act: Act, order: ReverseDisbursement) -> Told:
    entry = session.get(Disbursement, order.disbursement_id)
    if entry is None:
        raise OutOfScope(Permission.DISBURSEMENT_RECORD, "disbursement")
    project = session.get_one(Project, entry.project_id)
    live = session.scalar(
        select(Disbursement.id).where(Disbursement.id == entry.id, is_live(Disbursement))
    )
    told = {
        "code": project.code,
        "name": project.name,
        "voucher": entry.voucher,
        "posted_on": entry.posted_on.isoformat(),
        "amount": entry.amount,
        "counted": entry.counted if live else 0,
    }
    return Told(
        "disbursement",
        entry.id,
        told,
        {**told, "counted": 0},
        project.unit_path,
        project.owner_id,
        project.id,
    )


def _tell_of_many(session: Session, _act: Act, order: RecordMany) -> Told:
    rows = session.execute(
        select(Project.unit_path, Project.owner_id, Project.id)
        .join(PlanLine, PlanLine.project_id == Project.id)
        .where(PlanLine.id.in_({one.plan_line_id for one in order.orders}))
        .distinct()
    ).all()
    path, owner_id = common_place((path, owner) for path, owner, _ in rows)
    project_id = rows[0][2] if len(rows) == 1 else None
    days = sorted({one.posted_on.isoformat() for one in order.orders})
    told = {
        "rows": len(order.orders),
        "amount": total(one.amount for one in order.orders),
        "counted": total(_counted(one) for one in order.orders),
        "from": days[0],
        "to": days[-1],
        "taken": _taken(session, order),
    }
    return Told("disbursement", None, {}, told, path, owner_id, project_id)


def _counted(order: RecordDisbursement) -> Dong:
    return effect_of(order.kind, order.amount, order.recovered).counted


def _taken(session: Session, order: RecordMany) -> list[dict[str, Any]]:
    """Return the rows that take back, the largest first, as the second person sees them."""
    taking = sorted((one for one in order.orders if _counted(one) < 0), key=_counted)
    projects = {
        row.id: row
        for row in session.execute(
            select(PlanLine.id, Project.code, Project.name)
            .join(Project, Project.id == PlanLine.project_id)
            .where(PlanLine.id.in_({one.plan_line_id for one in taking}))
        )
    }
    return [
        {
            "code": projects[one.plan_line_id].code,
            "name": projects[one.plan_line_id].name,
            "voucher": one.voucher,
            "posted_on": one.posted_on.isoformat(),
            "counted": _counted(one),
            "note": one.note,
        }
        for one in taking
    ]


def _tell_of_import(_session: Session, _act: Act, order: ImportOrder) -> Told:
    if len(order.rows) > MOST_ROWS:
        raise TooManyRows(MOST_ROWS)
    told = {
        "import": order.kind.value,
        "file_name": order.file_name,
        "file_hash": order.file_hash,
        "rows": len(order.rows),
    }
    return Told("import_batch", None, {}, told)


def _tell_of_grant(session: Session, act: Act, order: GrantRole) -> Told:
    person = session.get(Person, order.person_id)
    if person is None:
        raise OutOfScope(Permission.PEOPLE_MANAGE, "person")
    place, name = place_granted(session, order, act.on)
    held = sorted({one.role.value for one in grants_of(session, person.id) if one.ended_at is None})
    who = {"name": person.name, "username": person.username}
    return Told(
        "person",
        person.id,
        {**who, "roles": held},
        {**who, "role": order.role.value, "place": name},
        place.unit_path or PROVINCE,
        place.organisation_id,
    )


def common_place(places: Iterable[tuple[str, int | None]]) -> tuple[str, int | None]:
    """Return the smallest place that holds all of these: a path, and the owner if it is one."""
    listed = list(places)
    paths = [path.strip("/").split("/") for path, _ in listed]
    shared = []
    for parts in zip(*paths, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    owners = {owner for _, owner in listed}
    path = f"/{'/'.join(shared)}/" if shared else PROVINCE
    return path, owners.pop() if len(owners) == 1 else None


KINDS: dict[RequestKind, Kind] = {
    RequestKind.REOPEN_PERIOD: Kind(ReopenPeriod, _tell_of_period, reopen_period),
    RequestKind.LOWER_PLAN: Kind(AssignPlan, _tell_of_plan, assign_plan),
    RequestKind.TRANSFER_PLAN: Kind(TransferPlan, _tell_of_transfer, transfer),
    RequestKind.REVERSE_DISBURSEMENT: Kind(
        ReverseDisbursement, _tell_of_entry, reverse_disbursement
    ),
    RequestKind.RECORD_MANY: Kind(RecordMany, _tell_of_many, record_many),
    RequestKind.IMPORT_ROWS: Kind(ImportOrder, _tell_of_import, _import),
    RequestKind.GRANT_ROLE: Kind(GrantRole, _tell_of_grant, _grant),
}


def kind_of(order: object) -> RequestKind:
    """Return the kind of request that keeps an order.

    Raises:
        TypeError: none does.
    """
    for kind, about in KINDS.items():
        if isinstance(order, about.order):
            return kind
    raise TypeError(type(order))
