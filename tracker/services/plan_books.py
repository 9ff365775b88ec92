"""Judges entries of the plan ledger on lines that are locked, one after the other."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.days import PlanYear, default_deadline, in_force
from tracker.domain.decisions import is_decision_number
from tracker.domain.disbursements import InTheFuture
from tracker.domain.money import Dong
from tracker.domain.plans import (
    AllocationOverInvestment,
    PlanKind,
    PlanSystem,
    check_allocation,
    check_change,
    sign_of,
    signed,
)
from tracker.domain.refusals import Refusal
from tracker.models import CapitalSource, PlanEntry, PlanLine, Project
from tracker.queries.rules import deadline_rules
from tracker.services.plan_lines import LineKey, allocated_to, first_deadlines

_ON_EXTENDED = frozenset({PlanKind.EXTENSION, PlanKind.DECREASE, PlanKind.CANCELLATION})


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One entry: a positive amount, signed by its kind. Without a deadline the rule gives it."""

    line: LineKey
    kind: PlanKind
    amount: Dong
    deadline_on: date | None = None


@dataclass(frozen=True, slots=True)
class PlanDecision:
    """The decision behind the entries; it takes effect on its own day unless it says another."""

    number: str
    decided_on: date
    effective_on: date | None = None
    round: str = ""
    note: str = ""


@dataclass(eq=False)
class KindNotForLine(Refusal):
    """Extended capital is given by extensions alone, and only to lines of extended capital."""

    kind: PlanKind
    extended: bool


@dataclass(eq=False)
class PlanAboveProjects(Refusal):
    """The Prime Minister's plan is assigned to the province, not to a project."""

    project_id: int


@dataclass(eq=False)
class SourceNotInForce(Refusal):
    """The capital source does not exist on the day."""

    source_id: int
    day: date


@dataclass(eq=False)
class DecisionNumberMalformed(Refusal):
    """The number is not written like that of a decision: 1947/QĐ-UBND."""

    number: str


@dataclass(eq=False)
class DeadlineOutOfBounds(Refusal):
    """The deadline must lie between these days, both allowed."""

    earliest: date
    latest: date


@dataclass(eq=False)
class EffectiveLater(Refusal):
    """Capital counts only from a day to come; this is the latest that may be entered today."""

    latest: date


class PlanBooks:
    """The locked lines while entry after entry is tried on them."""

    def __init__(
        self,
        session: Session,
        act: Act,
        projects: Mapping[int, Project],
        lines: Mapping[LineKey, PlanLine],
    ) -> None:
        self._act = act
        self._lines = lines
        self._rules = deadline_rules(session)
        self._planned = {line.id: line.planned for line in lines.values()}
        self._deadlines = first_deadlines(session, self._planned)
        self._investment = {one.id: one.total_investment or None for one in projects.values()}
        self._allocated = allocated_to(session, projects.values())

    def over_allocation(self, step: PlanStep) -> AllocationOverInvestment | None:
        """Return by what a step would exceed the total investment, if it would."""
        project_id = step.line.project_id
        if project_id is None or step.line.extended:
            return None
        change = signed(step.kind, step.amount)
        try:
            check_allocation(change, self._allocated[project_id], self._investment[project_id])
        except AllocationOverInvestment as refusal:
            return refusal
        return None

    def entry_for(
        self,
        step: PlanStep,
        decision: PlanDecision,
        key: str,
        request_hash: str,
        *,
        strict: bool = True,
    ) -> PlanEntry:
        """Return the entry of a step that every rule accepts, and count on with it.

        Raises:
            PlanAmountOutOfBounds, PlanBelowDisbursed: the line cannot bear it.
            AllocationOverInvestment: the project cannot, and `strict` holds it to that.
        """
        line = self._lines[step.line]
        change = signed(step.kind, step.amount)
        check_change(change, self._planned[line.id], line.disbursed)
        if strict and (refusal := self.over_allocation(step)):
            raise refusal
        project_id = step.line.project_id
        if project_id is not None and not step.line.extended:
            self._allocated[project_id] = Dong(self._allocated[project_id] + change)
        self._planned[line.id] = Dong(self._planned[line.id] + change)
        return PlanEntry(
            plan_line_id=line.id,
            kind=step.kind,
            amount=change,
            decision_number=decision.number,
            decided_on=decision.decided_on,
            effective_on=effective_on(decision),
            deadline_on=step.deadline_on or self._deadline(step, decision.decided_on, line.id),
            round=decision.round or None,
            note=decision.note or None,
            recorded_by=self._act.actor.id,
            recorded_at=self._act.at,
            idempotency_key=key,
            request_hash=request_hash,
        )

    def _deadline(self, step: PlanStep, decided_on: date, line_id: int) -> date:
        """Return the deadline nobody named: capital is taken away from the nearest one first."""
        year = step.line.year
        rule = in_force(self._rules, decided_on)
        if sign_of(step.kind) < 0:
            return self._deadlines.get(line_id) or rule.ordinary.of(year + 1)
        if step.line.extended:
            return rule.late.of(year)
        return default_deadline(year, decided_on, self._rules)


def sources_in_force(session: Session, day: date) -> frozenset[int]:
    """Return the capital sources that exist on a day."""
    return frozenset(
        session.scalars(
            select(CapitalSource.id).where(
                CapitalSource.valid_from <= day,
                or_(CapitalSource.valid_until.is_(None), CapitalSource.valid_until > day),
            )
        )
    )


def check_decision(decision: PlanDecision, today: date) -> None:
    """Accept a decision that can have been taken.

    Raises:
        DecisionNumberMalformed, InTheFuture: it cannot.
    """
    if not is_decision_number(decision.number):
        raise DecisionNumberMalformed(decision.number)
    if decision.decided_on > today:
        raise InTheFuture(decision.decided_on, today)


def check_step(
    step: PlanStep, decision: PlanDecision, sources: Container[int], today: date
) -> None:
    """Accept a step that fits its line; `sources` are those in force when it takes effect.

    What is entered can be paid at once, so it has to be in force: by today, or by the first day
    of its plan year, before which nothing is paid.

    Raises:
        PlanAboveProjects, KindNotForLine, SourceNotInForce, DeadlineOutOfBounds: it does not.
        EffectiveLater: it takes effect on a day to come.
    """
    line = step.line
    if line.system is PlanSystem.PM and line.project_id is not None:
        raise PlanAboveProjects(line.project_id)
    fits = step.kind in _ON_EXTENDED if line.extended else step.kind is not PlanKind.EXTENSION
    if not fits:
        raise KindNotForLine(step.kind, line.extended)
    if line.source_id not in sources:
        raise SourceNotInForce(line.source_id, effective_on(decision))
    earliest = PlanYear(line.year).opens
    in_force_by = max(today, earliest)
    if effective_on(decision) > in_force_by:
        raise EffectiveLater(in_force_by)
    latest = date(line.year if line.extended else line.year + 1, 12, 31)
    if step.deadline_on is not None and not earliest <= step.deadline_on <= latest:
        raise DeadlineOutOfBounds(earliest, latest)


def effective_on(decision: PlanDecision) -> date:
    """Return the day from which a decision counts."""
    return decision.effective_on or decision.decided_on
