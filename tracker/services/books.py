"""What the plan lines an act writes to still allow: read once, locked, counted on by order.

The lock comes first and the sums are read after it, in a statement of their own: what a writer
before us left is then in them, on both engines.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from functools import cached_property

from sqlalchemy import BigInteger, ColumnElement, bindparam, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tracker.domain.act import Act
from tracker.domain.approval import (
    OPEN,
    SecondPerson,
    SubmissionState,
    needs_second_person,
)
from tracker.domain.days import PlanYear
from tracker.domain.deadlines import Tranche, left_by_deadline, payable_on
from tracker.domain.disbursements import (
    CORRECTIONS,
    DisbursementKind,
    Effect,
    EntryWindow,
    Headroom,
    SuspectedDuplicate,
    check_taking,
)
from tracker.domain.money import Dong
from tracker.domain.people import Permission
from tracker.domain.periods import Lock, check_open
from tracker.domain.refusals import OutOfScope
from tracker.domain.requests import Limit
from tracker.models import (
    ApprovalRule,
    Disbursement,
    PlanEntry,
    PlanLine,
    Project,
    ProjectOwner,
    Submission,
)
from tracker.queries.day_sheet import advance_of
from tracker.queries.deadlines import LINES, TRANCHES
from tracker.queries.disbursements import is_live
from tracker.queries.periods import locks_in_force
from tracker.queries.requests import value_on
from tracker.queries.rules import threshold_book
from tracker.services.contract_books import ContractBooks
from tracker.services.periods import hold_lines
from tracker.services.two_people import is_product

Twin = tuple[str, date, Dong]
"""Voucher, its day and the amount: what two entries of one line should not share."""


class Books:
    """The plan lines an act writes to, with what its earlier orders took from them.

    Raises:
        OutOfScope: a line is outside the actor's scope, or does not exist.
    """

    def __init__(
        self,
        session: Session,
        act: Act,
        line_ids: Collection[int],
        *,
        to_write: bool = True,
        right: Permission = Permission.DISBURSEMENT_RECORD,
    ) -> None:
        self._session = session
        self._act = act
        if to_write:
            hold_lines(session, line_ids)
        self.lines = _open(session, act, line_ids, right, to_write=to_write)
        self._locks = locks_in_force(session, {line.year for line, _ in self.lines.values()})
        self._passes = act.actor.scope_of(Permission.PERIOD_LOCK)
        self.windows: dict[int, EntryWindow] = {}
        self._plan: dict[int, Dong] = {}
        self._disbursed: dict[int, int] = {}
        self._advance: dict[int, int] = {}
        self._paid: dict[int, int] = {}
        self._twins: dict[tuple[int, Twin], int] = {}
        self._waiting: dict[int, int] = {}
        self._waiting_twins: set[tuple[int, Twin]] = set()
        self._tranches: dict[int, list[Tranche]] = defaultdict(list)
        # One row for each deadline of a line, in order: the last one closes it.
        for row in session.execute(_STATE, {"lines": list(line_ids)}):
            line, project = self.lines[row.id]
            opens = PlanYear(line.year).opens
            self.windows[row.id] = EntryWindow(
                max(opens, row.first_on or opens), row.deadline_on or opens
            )
            self._plan[row.id], self._disbursed[row.id] = row.planned, row.disbursed
            self._advance[project.id], self._paid[project.id] = row.advance, row.paid
            if row.deadline_on is not None:
                tranche = Tranche(row.deadline_on, row.amount, row.paid_after)
                self._tranches[row.id].append(tranche)
        projects = {project.id for _, project in self.lines.values()}
        self._owners, self._rules = _owners(session, projects)
        self.contracts = ContractBooks(session, projects)

    def headroom(self, line_id: int, kind: DisbursementKind, day: date) -> Headroom:
        """Return what a line and its project still allow an entry of this kind and posting day.

        The total investment counts as unknown while none is approved. Capital whose deadline had
        passed is only there for what puts earlier payments right.
        """
        _, project = self.lines[line_id]
        investment = None
        if project.total_investment > 0:
            paid = project.disbursed_before + self._paid[project.id]
            investment = Dong(project.total_investment - paid)
        left = left_by_deadline(self._tranches[line_id], self._disbursed[line_id])
        return Headroom(
            self._plan[line_id],
            Dong(self._disbursed[line_id]),
            Dong(self._advance[project.id]),
            investment,
            None if kind in CORRECTIONS else payable_on(left, day),
        )

    def is_locked(self, line_id: int, day: date) -> bool:
        """Tell whether some lock, hard or soft, holds an entry of a line on a day."""
        return bool(self._locks_on(line_id, day))

    def check_period(
        self, line_id: int, day: date, reason: str, *, waits: bool = False
    ) -> str | None:
        """Accept an entry of a line on a day; return why it may enter a soft lock, if it does.

        Raises:
            PeriodLocked, OnlyInOpenPeriods, ReasonRequired: as `check_open`.
        """
        _, project = self.lines[line_id]
        locks = self._locks_on(line_id, day)
        may_pass = self._passes.covers(project.unit_path, project.owner_id, project.id)
        check_open(locks, reason, may_pass=may_pass, waits=waits)
        return reason.strip() if locks else None

    def _locks_on(self, line_id: int, day: date) -> list[Lock]:
        line, project = self.lines[line_id]
        owners = {project.owner_id, self.owner_on(project, day)}
        return [one for one in self._locks if one.covers(line.year, day, project.tier, owners)]

    def check_taking(self, effect: Effect, note: str) -> None:
        """Accept an entry that takes back little, or says why; the product's own is not asked.

        Raises:
            NoteRequired: as `check_taking`.
        """
        if effect.counted < 0 and not is_product(self._act):
            check_taking(effect, self._most_taken, note)

    @cached_property
    def _most_taken(self) -> int:
        return value_on(self._session, Limit.REVERSAL, self._act.on)

    @cached_property
    def advance_share(self) -> int:
        """Return which share may be advanced without a decision, in basis points."""
        return threshold_book(self._session).on(self._act.on).advance_most.value

    def take(self, line_id: int, effect: Effect, day: date, twin: Twin) -> None:
        """Count an accepted order, posted on a day, before the next one is judged."""
        _, project = self.lines[line_id]
        self._disbursed[line_id] += effect.counted
        self._tranches[line_id] = [
            Tranche(on, amount, after + (effect.counted if day > on else 0))
            for on, amount, after in self._tranches[line_id]
        ]
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

    def has_twin(self, line_id: int, voucher: str, voucher_on: date, amount: Dong) -> bool:
        """Tell whether the same is there already, or was taken by an earlier order."""
        return (line_id, (voucher, voucher_on, amount)) in self._twins

    def paid(self, project: Project) -> Dong:
        """Return all the project was ever paid, as far as these books have counted."""
        return Dong(project.disbursed_before + self._paid[project.id])

    def needs_second_person(self, entry: Disbursement, on: date) -> bool:
        """Tell whether an entry needs a second person.

        The owner on the day of posting decides by that day, which the database sees to as well,
        and the owner of today by today.
        """
        _, project = self.lines[entry.plan_line_id]
        return any(
            needs_second_person(self._rules.get(owner_id, ()), day)
            for owner_id, day in ((entry.organisation_id, entry.posted_on), (project.owner_id, on))
        )

    def read_waiting(self, but: Collection[int] = ()) -> None:
        """Learn what was sent for these lines and their twins, and waits; some left aside."""
        rows = self._session.execute(_WAITING, {"lines": list(self.lines)})
        for row in rows:
            if row.id in but:
                continue
            if row.state is SubmissionState.SENT and row.counted > 0:
                waiting = self._waiting.get(row.plan_line_id, 0) + row.counted
                self._waiting[row.plan_line_id] = waiting
            if row.reverses_id is None:
                twin = (row.plan_line_id, (row.voucher, row.voucher_on, row.amount))
                self._twins.setdefault(twin, 0)
                self._waiting_twins.add(twin)

    def waits(self, line_id: int, twin: Twin) -> bool:
        """Tell whether the same was entered and is not approved yet, as far as it was read."""
        return (line_id, twin) in self._waiting_twins

    def waiting(self, line_id: int) -> Dong:
        """Return what was sent for a line and waits for approval, as far as it was read."""
        return Dong(self._waiting.get(line_id, 0))

    def owner_on(self, project: Project, day: date) -> int:
        """Return who owned the project on a day; its owner of today where nothing says more."""
        for owner_id, valid_from, valid_until in self._owners[project.id]:
            if valid_from <= day and (valid_until is None or day < valid_until):
                return owner_id
        return project.owner_id


def _open(
    session: Session, act: Act, line_ids: Collection[int], right: Permission, *, to_write: bool
) -> dict[int, tuple[PlanLine, Project]]:
    statement = _LOCKED if to_write else _LINES
    rows = session.execute(statement, {"lines": list(line_ids)})
    found = {line.id: (line, project) for line, project in rows}
    scope = act.actor.scope_of(right)
    if len(found) < len(set(line_ids)) or not all(
        scope.covers(project.unit_path, project.owner_id, project.id)
        for _, project in found.values()
    ):
        raise OutOfScope(right, "plan_line")
    return found


def _owners(
    session: Session, project_ids: Collection[int]
) -> tuple[dict[int, list[tuple[int, date, date | None]]], dict[int, list[SecondPerson]]]:
    """Return who owned the projects when, and the settings of these organisations."""
    spans: dict[int, dict[tuple[int, date, date | None], None]] = defaultdict(dict)
    rules: dict[int, dict[int, SecondPerson]] = defaultdict(dict)
    rows = session.execute(_OWNERS, {"projects": list(project_ids)})
    for project_id, owner_id, valid_from, valid_until, rule_id, holds_from, is_needed in rows:
        spans[project_id][owner_id, valid_from, valid_until] = None
        if rule_id is not None:
            rules[owner_id][rule_id] = SecondPerson(holds_from, is_needed)
    return (
        defaultdict(list, {key: list(found) for key, found in spans.items()}),
        {key: list(found.values()) for key, found in rules.items()},
    )


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
_CAPITAL = TRANCHES.subquery()
_STATE = (
    select(
        PlanLine.id,
        PlanLine.planned,
        PlanLine.disbursed,
        select(func.min(PlanEntry.effective_on))
        .where(_OF_LINE)
        .scalar_subquery()
        .label("first_on"),
        _CAPITAL.c.deadline_on,
        _CAPITAL.c.amount,
        _CAPITAL.c.paid_after,
        select(_total(_SIBLING.disbursed))
        .where(_SIBLING.project_id == PlanLine.project_id)
        .scalar_subquery()
        .label("paid"),
        advance_of(PlanLine).label("advance"),
    )
    .outerjoin(_CAPITAL, _CAPITAL.c.plan_line_id == PlanLine.id)
    .where(PlanLine.id.in_(LINES))
    .order_by(PlanLine.id, _CAPITAL.c.deadline_on)
)
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
_WAITING = select(
    Submission.id,
    Submission.plan_line_id,
    Submission.state,
    Submission.voucher,
    Submission.voucher_on,
    Submission.amount,
    Submission.counted,
    Submission.reverses_id,
).where(Submission.plan_line_id.in_(bindparam("lines", expanding=True)), Submission.state.in_(OPEN))
_OWNERS = (
    select(
        ProjectOwner.project_id,
        ProjectOwner.organisation_id,
        ProjectOwner.valid_from,
        ProjectOwner.valid_until,
        ApprovalRule.id,
        ApprovalRule.valid_from,
        ApprovalRule.second_person,
    )
    .outerjoin(ApprovalRule, ApprovalRule.organisation_id == ProjectOwner.organisation_id)
    .where(ProjectOwner.project_id.in_(bindparam("projects", expanding=True)))
    .order_by(ProjectOwner.id, ApprovalRule.id)
)
"""Owners and their settings in one statement: an organisation has few of either."""
