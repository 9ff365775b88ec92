"""Programs on two plan lines of one project, and the model that foretells each of their steps."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories.people import a_grant, a_person
from tests.factories.periods import a_request, approved
from tests.factories.plans import a_plan_entry, a_plan_line, a_source
from tests.factories.projects import a_project
from tools.torture._places import KEYS, NOW
from tracker.db import WRITES, start_writing
from tracker.domain.act import Act, Second
from tracker.domain.disbursements import DisbursementKind, LineClosed, Purpose
from tracker.domain.money import Dong
from tracker.domain.people import EVERYTHING, Actor, Role, RoleGrant
from tracker.domain.periods import Strength
from tracker.domain.plans import PlanKind
from tracker.domain.projects import Tier
from tracker.domain.refusals import Refusal
from tracker.models import Change, DataVersion, Disbursement, PlanLine
from tracker.services.chain_checks import chain_findings
from tracker.services.disbursements import (
    RecordDisbursement,
    ReverseDisbursement,
    record_disbursement,
    reverse_disbursement,
)
from tracker.services.periods import LockPeriod, ReopenPeriod, lock_period, reopen_period
from tracker.services.plans import (
    AssignPlan,
    LineKey,
    PlanDecision,
    PlanStep,
    TransferPlan,
    assign_plan,
    transfer,
)
from tracker.services.verification import verify

TODAY = NOW.date()
OPENS = date(2025, 1, 1)
DEADLINES = (date(2026, 1, 31), date(2025, 4, 15))
PLANS = (1_000, 600)
INVESTMENT = 1_500
"""Less than both plans together, as after an import: each of the two bounds is met alone."""
LARGEST = 10**15
DAYS = [
    date(2024, 12, 31), OPENS, date(2025, 1, 31), date(2025, 2, 1), date(2025, 3, 31),
    date(2025, 4, 15), date(2025, 4, 16), TODAY, TODAY + timedelta(days=1),
]  # fmt: skip
IN_TIME = date(2025, 4, 10)
UNTIL = {1: date(2025, 1, 31), 2: date(2025, 2, 28), 3: date(2025, 3, 31)}
K = DisbursementKind
CORRECTIONS = (K.ADVANCE_RECOVERY, K.REFUND, K.ADJUSTMENT)
REASON = "Nhập nhầm số tiền trên chứng từ"

Deed = Callable[[Session], Any]


class DiffersError(AssertionError):
    """The ledger is not as the model says."""


def expect(is_so: object, told: object) -> None:
    """Raise unless something is as foretold.

    Raises:
        DiffersError: with what was found.
    """
    if not is_so:
        raise DiffersError(told)


@dataclass(frozen=True)
class World:
    """What every program begins with: who acts, and on which lines."""

    officer: Actor
    second: Actor
    project_id: int
    lines: tuple[int, int]
    keys: tuple[LineKey, LineKey]


def a_world(engine: Engine) -> World:
    """Make a project of 1,500 đồng with two lines; one of them can be paid no more today."""
    with Session(engine) as session:
        start_writing(session)
        project = a_project(
            session, total_investment=Dong(INVESTMENT), first_capital_year=2024, year_from=2024
        )
        sources = [a_source(session, code).id for code in ("2.1", "2.2")]
        lines = []
        for source, planned, deadline in zip(sources, PLANS, DEADLINES, strict=True):
            line = a_plan_line(session, project, planned=0, source_id=source)
            a_plan_entry(session, line, planned, deadline_on=deadline)
            lines.append(line.id)
        actors = []
        for _ in range(2):
            person = a_person(session)
            for role in (Role.OFFICER, Role.COORDINATOR):
                a_grant(session, person, role)
            grants = (RoleGrant(Role.OFFICER, EVERYTHING), RoleGrant(Role.COORDINATOR, EVERYTHING))
            actors.append(Actor(person.id, person.username, person.name, grants))
        keys = [LineKey(2025, source, Tier.PROVINCE, project_id=project.id) for source in sources]
        session.commit()
        return World(actors[0], actors[1], project.id, (lines[0], lines[1]), (keys[0], keys[1]))


@dataclass
class Entry:
    """What the model knows of an entry."""

    id: int
    order: RecordDisbursement | None
    line: int
    kind: DisbursementKind
    counted: int
    advance: int
    posted_on: date
    reverses: int | None = None
    is_reversed: bool = False


@dataclass
class Model:
    """The ledger in a few lines, written down without looking at the rules themselves."""

    planned: list[int] = field(default_factory=lambda: list(PLANS))
    disbursed: list[int] = field(default_factory=lambda: [0, 0])
    advance: int = 0
    entries: list[Entry] = field(default_factory=list)
    locks: dict[int, int] = field(default_factory=dict)
    assigned: list[tuple[AssignPlan, tuple[int, ...]]] = field(default_factory=list)
    deeds: int = 0

    def left(self, line: int) -> int:
        """Return what is left of a line."""
        return self.planned[line] - self.disbursed[line]

    @property
    def left_of_investment(self) -> int:
        """Return what may ever be paid still."""
        return INVESTMENT - sum(self.disbursed)

    def is_locked(self, day: date) -> bool:
        """Tell whether some period that holds this day is locked."""
        return any(day <= UNTIL[month] for month in self.locks)

    def can_bear(self, line: int, counted: int, advance: int) -> bool:
        """Tell whether the sums stay within their bounds."""
        fits = counted <= 0 or counted <= min(self.left(line), self.left_of_investment)
        is_there = counted >= 0 or self.disbursed[line] + counted >= 0
        return fits and is_there and (advance >= 0 or self.advance + advance >= 0)

    def take(self, line: int, counted: int, advance: int) -> None:
        """Count an entry."""
        self.disbursed[line] += counted
        self.advance += advance


def effect(kind: DisbursementKind, amount: int, recovered: int) -> tuple[int, int] | None:
    """Return what an entry counts and what it adds to advances; None when it cannot be."""
    if not 0 < (abs(amount) if kind is K.ADJUSTMENT else amount) <= LARGEST or recovered < 0:
        return None
    most = {K.VOLUME_PAYMENT: amount, K.REFUND: amount, K.ADVANCE_RECOVERY: amount}.get(kind, 0)
    if recovered > most or (kind is K.ADVANCE_RECOVERY and 0 < recovered < amount):
        return None
    return {
        K.ADVANCE: (amount, amount),
        K.VOLUME_PAYMENT: (amount - recovered, -recovered),
        K.ADVANCE_RECOVERY: (0, -amount),
        K.REFUND: (-amount, -recovered),
        K.BOOK_ENTRY: (amount, 0),
        K.ADJUSTMENT: (amount, 0),
    }[kind]


BOUNDS = ("left", "beyond", "advance", "more", "paid", "over", "rest", "whole")
PAYABLE = (IN_TIME, IN_TIME, date(2025, 3, 31), TODAY)
AMOUNTS = st.one_of(
    st.integers(1, 700),
    st.sampled_from(BOUNDS),
    st.sampled_from([0, -1, -50, LARGEST + 1]),
)
LINES, KINDS, MONTHS = st.integers(0, 1), st.sampled_from(list(K)), st.integers(1, 3)
PLAN_KINDS = st.sampled_from([PlanKind.INCREASE, PlanKind.SUPPLEMENT, PlanKind.DECREASE])


class Program(RuleBasedStateMachine):
    """One program; whatever it does is undone at its end."""

    def __init__(self, engine: Engine, world: World) -> None:
        super().__init__()
        self.world, self.model, self.numbers = world, Model(), count(1)
        self.connection = engine.connect().execution_options(**{WRITES: True})
        self.outer = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint")
        self.act = Act(world.officer, NOW, TODAY)
        self.began = self._counts()

    def teardown(self) -> None:
        """Verify everything, and undo it."""
        try:
            self._check_all()
        finally:
            self.session.close()
            self.outer.rollback()
            self.connection.close()

    def _counts(self) -> tuple[int, int]:
        changes = self.session.scalars(select(func.count()).select_from(Change)).one()
        return changes, self.session.scalars(select(DataVersion.version)).one_or_none() or 0

    def _check_all(self) -> None:
        rows = self.session.execute(
            select(
                Disbursement.id,
                Disbursement.plan_line_id,
                Disbursement.kind,
                Disbursement.counted,
                Disbursement.advance,
                Disbursement.posted_on,
                Disbursement.reverses_id,
            ).order_by(Disbursement.id)
        ).all()  # fmt: skip
        lines = self.world.lines
        expected = [
            (one.id, lines[one.line], one.kind, one.counted, one.advance, one.posted_on,
             one.reverses)
            for one in self.model.entries
        ]  # fmt: skip
        expect([tuple(row) for row in rows] == expected, rows)
        changes, version = self._counts()
        expect(changes - self.began[0] == self.model.deeds, "a deed without its history")
        expect(version - self.began[1] >= min(1, self.model.deeds), "readers were not told")
        found = [one for one in verify(self.session, TODAY) if one.table != "trigger"]
        expect(not found, found)
        expect(not chain_findings(self.session, KEYS, 3), "the history is broken")

    def _do(
        self, deed: Deed, *, may: bool, deeds: int = 1, why_not: type[Refusal] = Refusal
    ) -> Any:
        """Do something, and compare whether it was accepted, and why not, with the model."""
        before = self._counts()[1]
        try:
            result = deed(self.session)
            self.session.commit()
        except Refusal as refusal:
            self.session.rollback()
            expect(not may and isinstance(refusal, why_not), f"refused: {refusal!r}")
            return None
        expect(may, "accepted, and should have been refused")
        self.model.deeds += deeds
        if deeds:
            expect(self._counts()[1] > before, "readers were not told")
        return result

    def _amount(self, asked: int | str, line: int) -> int:
        """Return an amount that stands near a bound, or the number itself."""
        if isinstance(asked, int):
            return asked
        model = self.model
        near = {
            "left": model.left(line),
            "beyond": model.left(line) + 1,
            "advance": model.advance,
            "more": model.advance + 1,
            "paid": model.disbursed[line],
            "over": model.disbursed[line] + 1,
            "rest": model.left_of_investment,
            "whole": model.left_of_investment + 1,
        }
        return near[asked]

    @rule(
        line=LINES,
        kind=KINDS,
        asked=AMOUNTS,
        cleared=st.one_of(st.just(0), st.sampled_from(["advance", "more", "all", -1])),
        day=st.one_of(st.sampled_from(DAYS), st.just(IN_TIME)),
    )
    def pay(
        self, line: int, kind: DisbursementKind, asked: int | str, cleared: int | str, day: date
    ) -> None:
        """Enter something, legal or not."""
        self._pay(line, kind, asked, cleared, day)

    @rule(
        line=LINES,
        kind=KINDS,
        amount=st.integers(-2, 0) | st.integers(-2, 40) | st.integers(1, 40),
        day=st.sampled_from(DAYS),
    )
    def pay_on_a_day(self, line: int, kind: DisbursementKind, amount: int, day: date) -> None:
        """Enter what fits well, on a day that may not."""
        self._pay(line, kind, amount, 0, day)

    @rule(line=LINES, kind=KINDS, asked=st.sampled_from(BOUNDS), day=st.sampled_from(PAYABLE))
    def pay_near_a_bound(self, line: int, kind: DisbursementKind, asked: str, day: date) -> None:
        """Enter what just fits, or just does not."""
        self._pay(line, kind, asked, 0, day)

    @rule(last=st.sampled_from(["rest", "whole"]))
    def fill_up(self, last: str) -> None:
        """Pay one line in full, and of the other what the total investment leaves, or more."""
        self._pay(0, K.BOOK_ENTRY, "left", 0, IN_TIME)
        self._pay(1, K.VOLUME_PAYMENT, last, 0, IN_TIME)

    @rule(
        line=LINES,
        amount=st.integers(1, 90),
        part=st.integers(1, 90),
        kind=st.sampled_from([K.ADVANCE_RECOVERY, K.VOLUME_PAYMENT, K.REFUND]),
        cleared=st.integers(1, 2),
        on=st.sampled_from([IN_TIME, TODAY]),
    )
    def advance_and_settle(
        self, line: int, amount: int, part: int, kind: DisbursementKind, cleared: int, on: date
    ) -> None:
        """Pay an advance and clear a part of it, in one of the three ways."""
        self._pay(line, K.ADVANCE, amount, 0, IN_TIME)
        self._pay(line, kind, part, 0 if kind is K.ADVANCE_RECOVERY else part // cleared, on)

    @rule(line=LINES, kind=st.sampled_from([K.BOOK_ENTRY, K.ADJUSTMENT]), amount=st.integers(1, 90))
    def book_and_adjust(self, line: int, kind: DisbursementKind, amount: int) -> None:
        """Count something outside the treasury, and take a part of it back."""
        self._pay(line, kind, amount, 0, IN_TIME)
        self._pay(line, K.ADJUSTMENT, -(amount // 2), 0, IN_TIME)

    def _pay(
        self, line: int, kind: DisbursementKind, asked: int | str, cleared: int | str, day: date
    ) -> None:
        amount = self._amount(asked, line)
        recovered = amount if cleared == "all" else self._amount(cleared, line)
        number = next(self.numbers)
        order = RecordDisbursement(
            self.world.lines[line], kind, Purpose.CONSTRUCTION, f"CT-{number}", day, day,
            Dong(amount), Dong(recovered), "", f"key-{number}",
            duplicate_confirmed=True, unit_confirmed=True,
        )  # fmt: skip
        sums = effect(kind, amount, recovered)
        fits = (
            sums is not None
            and OPENS <= day <= TODAY
            and not self.model.is_locked(day)
            and self.model.can_bear(line, *sums)
        )
        is_closed = day > DEADLINES[line] and kind not in CORRECTIONS
        made = self._do(
            lambda session: record_disbursement(session, self.act, order),
            may=fits and not is_closed,
            # Nothing of the line is left then either: it must be the day that is spoken of.
            why_not=LineClosed if fits and is_closed else Refusal,
        )
        if made is not None and sums is not None:
            self.model.take(line, *sums)
            self.model.entries.append(Entry(made.id, order, line, kind, *sums, day))

    @precondition(lambda self: self.model.entries)
    @rule(data=st.data(), change=st.sampled_from(["", "", "amount", "note"]))
    def pay_again(self, data: Any, change: str) -> None:
        """Send a form again, as it was or changed: the first answer or a conflict."""
        ordered = [one for one in self.model.entries if one.order is not None]
        entry = data.draw(st.sampled_from(ordered))
        order = entry.order
        if change == "amount":
            order = replace(order, amount=Dong(order.amount + 1))
        elif change == "note":
            order = replace(order, note="khác")
        made = self._do(
            lambda session: record_disbursement(session, self.act, order), may=not change, deeds=0
        )
        expect(made is None or (made.id == entry.id and made.is_replay), made)

    @precondition(lambda self: self.model.entries)
    @rule(data=st.data(), reason=st.sampled_from([REASON, REASON, REASON, "ngắn"]))
    def reverse(self, data: Any, reason: str) -> None:
        """Undo an entry; twice it cannot be, nor can a reversal."""
        self._reverse(data.draw(st.sampled_from(self.model.entries)), reason)

    def _reverse(self, entry: Entry, reason: str) -> None:
        order = ReverseDisbursement(entry.id, reason, f"reverse-{next(self.numbers)}")
        sums = (-entry.counted, -entry.advance)
        may = (
            entry.reverses is None
            and not entry.is_reversed
            and reason == REASON
            and self._can_undo(entry)
        )
        made = self._do(lambda session: reverse_disbursement(session, self.act, order), may=may)
        if made is None:
            return
        on = TODAY if self.model.is_locked(entry.posted_on) else entry.posted_on
        entry.is_reversed = True
        self.model.take(entry.line, *sums)
        undone = Entry(made.id, None, entry.line, entry.kind, *sums, on, entry.id)
        self.model.entries.append(undone)

    def _can_undo(self, entry: Entry) -> bool:
        """Tell whether the sums bear it; only a payment's own capital must still be payable."""
        counted = -entry.counted
        on = TODAY if self.model.is_locked(entry.posted_on) else entry.posted_on
        is_payable = entry.kind in CORRECTIONS or on <= DEADLINES[entry.line] or counted <= 0
        return is_payable and self.model.can_bear(entry.line, counted, -entry.advance)

    @rule(line=LINES, kind=PLAN_KINDS, asked=AMOUNTS)
    def assign(self, line: int, kind: PlanKind, asked: int | str) -> None:
        """Give capital to a line, or take some."""
        self._assign(line, kind, asked)

    def _assign(self, line: int, kind: PlanKind, asked: int | str) -> None:
        amount, number = self._amount(asked, line), next(self.numbers)
        step = PlanStep(self.world.keys[line], kind, Dong(amount), DEADLINES[line])
        order = AssignPlan(step, PlanDecision(f"{number}/QĐ-UBND", OPENS), f"plan-{number}")
        change = -amount if kind is PlanKind.DECREASE else amount
        may = 0 < amount <= LARGEST and (
            amount <= self.model.left(line)
            if change < 0
            else amount <= INVESTMENT - sum(self.model.planned)
        )
        made = self._do(lambda session: assign_plan(session, self.act, order), may=may)
        if made is not None:
            self.model.planned[line] += change
            self.model.assigned.append((order, made.entry_ids))

    @precondition(lambda self: self.model.assigned)
    @rule(data=st.data(), change=st.booleans())
    def assign_again(self, data: Any, change: bool) -> None:
        """Send a plan again, as it was or changed."""
        order, ids = data.draw(st.sampled_from(self.model.assigned))
        if change:
            step = replace(order.step, amount=Dong(order.step.amount + 1))
            order = replace(order, step=step)
        made = self._do(
            lambda session: assign_plan(session, self.act, order), may=not change, deeds=0
        )
        expect(made is None or made.entry_ids == ids, made)

    @rule(line=LINES, asked=AMOUNTS, apart=st.sampled_from([0, 0, 0, 1, -1]))
    def move(self, line: int, asked: int | str, apart: int) -> None:
        """Move capital from one line to the other; what is given is what is taken."""
        self._move(line, asked, apart)

    @rule(line=LINES, amount=st.integers(2, 60), apart=st.sampled_from([0, 1, -1]))
    def lower_and_move(self, line: int, amount: int, apart: int) -> None:
        """Make room below the total investment, and move capital."""
        self._assign(line, PlanKind.DECREASE, 110)
        self._move(line, amount, apart)

    def _move(self, line: int, asked: int | str, apart: int) -> None:
        amount, number, other = self._amount(asked, line), next(self.numbers), 1 - line
        steps = (
            PlanStep(self.world.keys[other], PlanKind.INCREASE, Dong(amount + apart),
                     DEADLINES[other]),
            PlanStep(self.world.keys[line], PlanKind.DECREASE, Dong(amount), DEADLINES[line]),
        )  # fmt: skip
        order = TransferPlan(steps, PlanDecision(f"{number}/QĐ-UBND", OPENS), f"move-{number}")
        may = (
            0 < amount <= LARGEST
            and apart == 0
            and amount <= self.model.left(line)
            and sum(self.model.planned) <= INVESTMENT
        )
        made = self._do(lambda session: transfer(session, self.act, order), may=may, deeds=2)
        if made is not None:
            self.model.planned[line] -= amount
            self.model.planned[other] += amount

    @rule(month=MONTHS)
    def lock(self, month: int) -> None:
        """Lock the plan year up to the end of a month."""
        self._lock(month)

    @rule(line=LINES, kind=KINDS, amount=st.integers(1, 60), month=MONTHS)
    def pay_lock_and_undo(self, line: int, kind: DisbursementKind, amount: int, month: int) -> None:
        """Pay on the last day of a month, lock it, and undo what is in it: that counts today."""
        before = len(self.model.entries)
        self._pay(line, kind, amount, 0, UNTIL[month])
        self._lock(month)
        if len(self.model.entries) > before:
            self._reverse(self.model.entries[-1], REASON)

    def _lock(self, month: int) -> None:
        order = LockPeriod(2025, month, Strength.HARD)
        may = month not in self.model.locks
        made = self._do(lambda session: lock_period(session, self.act, order), may=may)
        if made is not None:
            self.model.locks[month] = made

    @precondition(lambda self: self.model.locks)
    @rule(data=st.data(), alone=st.sampled_from([False, False, True]))
    def reopen(self, data: Any, alone: bool) -> None:
        """Open a period again; nobody does it alone."""
        month = data.draw(st.sampled_from(sorted(self.model.locks)))
        number, world = self.model.locks[month], self.world

        def deed(session: Session) -> None:
            asked = a_request(session, subject_id=number, asked_by=world.officer.id)
            agreed = approved(session, asked, world.second.id)
            second = None if alone else Second(agreed.id, world.second.id)
            reopen_period(session, replace(self.act, second=second), ReopenPeriod(number))

        self._do(deed, may=not alone)
        if not alone:
            del self.model.locks[month]

    @invariant()
    def lines_stand_as_foretold(self) -> None:
        """Compare the counters of both lines."""
        rows = self.session.execute(
            select(PlanLine.planned, PlanLine.disbursed)
            .where(PlanLine.id.in_(self.world.lines))
            .order_by(PlanLine.id)
        ).all()
        expected = zip(self.model.planned, self.model.disbursed, strict=True)
        expect([tuple(row) for row in rows] == list(expected), rows)
