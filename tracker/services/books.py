"""What the plan lines an act writes to still allow: read once, locked, counted on by order.

The lock comes first and the sums are read after it, in a statement of their own: what a writer
before us left is then in them, on both engines.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import BigInteger, ColumnElement, bindparam, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tracker.domain.act import Act
from tracker.domain.days import PlanYear
from tracker.domain.disbursements import Effect, EntryWindow, Headroom, SuspectedDuplicate
from tracker.domain.money import Dong
from tracker.domain.people import Permission
from tracker.domain.refusals import OutOfScope
from tracker.models import Disbursement, PlanEntry, PlanLine, Project, ProjectOwner
from tracker.queries.day_sheet import advance_of
from tracker.queries.disbursements import is_live

Twin = tuple[str, date, Dong]
"""Voucher, its day and the amount: what two entries of one line should not share."""


class Books:
    """The plan lines an act writes to, with what its earlier orders took from them.

    Raises:
        OutOfScope: a line is outside the actor's scope, or does not exist.
    """

    def __init__(
        self, session: Session, act: Act, line_ids: Collection[int], *, to_write: bool = True
    ) -> None:
        self._session = session
        self.lines = _open(session, act, line_ids, to_write=to_write)
        self.windows: dict[int, EntryWindow] = {}
        self._plan: dict[int, Dong] = {}
        self._disbursed: dict[int, int] = {}
        self._advance: dict[int, int] = {}
        self._paid: dict[int, int] = {}
        self._twins: dict[tuple[int, Twin], int] = {}
        for row in session.execute(_STATE, {"lines": list(line_ids)}):
            line, project = self.lines[row.id]
            opens = PlanYear(line.year).opens
            self.windows[row.id] = EntryWindow(
                max(opens, row.first_on or opens), row.deadline_on or opens
            )
            self._plan[row.id], self._disbursed[row.id] = row.planned, row.disbursed
            self._advance[project.id], self._paid[project.id] = row.advance, row.paid
        self._owners = _owners(session, {project.id for _, project in self.lines.values()})

    def headroom(self, line_id: int) -> Headroom:
        """Return what a line and its project still allow.

        The total investment counts as unknown while none is approved.
        """
        _, project = self.lines[line_id]
        investment = None
        if project.total_investment > 0:
            paid = project.disbursed_before + self._paid[project.id]
            investment = Dong(project.total_investment - paid)
        return Headroom(
            self._plan[line_id],
            Dong(self._disbursed[line_id]),
            Dong(self._advance[project.id]),
            investment,
        )

    def take(self, line_id: int, effect: Effect, twin: Twin) -> None:
        """Count an accepted order before the next one is judged."""
        _, project = self.lines[line_id]
        self._disbursed[line_id] += effect.counted
        self._paid[project.id] += effect.counted
        self._advance[project.id] += effect.advance
        self._twins.setdefault((line_id, twin), 0)

    def read_twins(self, vouchers: Collection[str]) -> None:
        """Learn what is stored on the lines under these vouchers and was not reversed."""
        rows = self._session.execute(
            _TWINS, {"lines": list(self.lines), "vouchers": list(vouchers)}
        )
        for line_id, voucher, voucher_on, amount, entry_id in rows:
            self._twins[line_id, (voucher, voucher_on, amount)] = entry_id

    def refuse_twin(self, line_id: int, voucher: str, voucher_on: date, amount: Dong) -> None:
        """Refuse what is there already; the entry's number is 0 when it is one of this act.

        Raises:
            SuspectedDuplicate: line, voucher, its day and the amount are the same.
        """
        twin = self._twins.get((line_id, (voucher, voucher_on, amount)))
        if twin is not None:
            raise SuspectedDuplicate(twin, voucher, voucher_on, amount)

    def owner_on(self, project: Project, day: date) -> int:
        """Return who owned the project on a day; its owner of today where nothing says more."""
        for owner_id, valid_from, valid_until in self._owners[project.id]:
            if valid_from <= day and (valid_until is None or day < valid_until):
                return owner_id
        return project.owner_id


def _open(
    session: Session, act: Act, line_ids: Collection[int], *, to_write: bool
) -> dict[int, tuple[PlanLine, Project]]:
    statement = _LOCKED if to_write else _LINES
    rows = session.execute(statement, {"lines": list(line_ids)})
    found = {line.id: (line, project) for line, project in rows}
    scope = act.actor.scope_of(Permission.DISBURSEMENT_RECORD)
    if len(found) < len(set(line_ids)) or not all(
        scope.covers(project.unit_path, project.owner_id, project.id)
        for _, project in found.values()
    ):
        raise OutOfScope(Permission.DISBURSEMENT_RECORD, "plan_line")
    return found


def _owners(
    session: Session, project_ids: Collection[int]
) -> dict[int, list[tuple[int, date, date | None]]]:
    spans: dict[int, list[tuple[int, date, date | None]]] = defaultdict(list)
    rows = session.execute(_OWNERS, {"projects": list(project_ids)})
    for project_id, owner_id, valid_from, valid_until in rows:
        spans[project_id].append((owner_id, valid_from, valid_until))
    return spans


def _total(column: InstrumentedAttribute[Dong]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


# The statements are made once: making one costs more than sending it.

_LINES = (
    select(PlanLine, Project)
    .join(Project, Project.id == PlanLine.project_id)
    .where(PlanLine.id.in_(bindparam("lines", expanding=True)))
    .order_by(Project.id, PlanLine.id)
    .execution_options(populate_existing=True)
)
_LOCKED = _LINES.with_for_update(of=[Project, PlanLine], key_share=True)
"""Projects and lines in the order of their numbers: nobody waits in a circle. What refers to
them may go on (KEY SHARE)."""

_SIBLING = aliased(PlanLine)
_OF_LINE = PlanEntry.plan_line_id == PlanLine.id
_STATE = select(
    PlanLine.id,
    PlanLine.planned,
    PlanLine.disbursed,
    select(func.min(PlanEntry.effective_on)).where(_OF_LINE).scalar_subquery().label("first_on"),
    select(func.max(PlanEntry.deadline_on)).where(_OF_LINE).scalar_subquery().label("deadline_on"),
    select(_total(_SIBLING.disbursed))
    .where(_SIBLING.project_id == PlanLine.project_id)
    .scalar_subquery()
    .label("paid"),
    advance_of(PlanLine).label("advance"),
).where(PlanLine.id.in_(bindparam("lines", expanding=True)))
"""The amounts and days that decide on an entry."""

_TWINS = select(
    Disbursement.plan_line_id,
    Disbursement.voucher,
    Disbursement.voucher_on,
    Disbursement.amount,
    Disbursement.id,
).where(
    Disbursement.plan_line_id.in_(bindparam("lines", expanding=True)),
    Disbursement.voucher.in_(bindparam("vouchers", expanding=True)),
    is_live(Disbursement),
)
_OWNERS = select(
    ProjectOwner.project_id,
    ProjectOwner.organisation_id,
    ProjectOwner.valid_from,
    ProjectOwner.valid_until,
).where(ProjectOwner.project_id.in_(bindparam("projects", expanding=True)))
