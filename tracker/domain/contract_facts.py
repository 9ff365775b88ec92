"""What the flags know of a project's packages and contracts, as of the close of one day.

`ContractHistory` keeps the events of one project and gives the facts of any day; the readings of
many projects at once make the same facts from sums.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

from tracker.domain.contracts import Appendix, GuaranteeKind, end_on, value_on
from tracker.domain.days import DAY
from tracker.domain.money import ZERO, Dong, total

RECENT_DAYS = 120
"""Acceptances of so many days are known one by one; older ones as a sum. No flag waits longer."""


class ContractFact(NamedTuple):
    """One contract by the close of a day.

    `disbursed` is what counted on it, advances included, and `advanced - recovered` what is
    outstanding of these. `moved_on` is the last day on which an advance or a volume was paid,
    or a volume accepted. `recent` holds the acceptances of the last RECENT_DAYS.
    """

    id: int
    value: Dong
    end_on: date
    is_over: bool
    advance_limit: Dong | None = None
    advanced: Dong = ZERO
    recovered: Dong = ZERO
    disbursed: Dong = ZERO
    accepted: Dong = ZERO
    moved_on: date | None = None
    recent: tuple[tuple[date, Dong], ...] = ()

    @property
    def outstanding(self) -> Dong:
        """Return the advance that is not yet recovered."""
        return Dong(self.advanced - self.recovered)

    @property
    def paid(self) -> Dong:
        """Return what was paid for volumes: what counted, without advances outstanding."""
        return Dong(self.disbursed - self.outstanding)

    def accepted_by(self, day: date) -> Dong:
        """Return what was accepted by the close of a day of the last RECENT_DAYS."""
        return Dong(self.accepted - total(amount for on, amount in self.recent if on > day))


class PackageFact(NamedTuple):
    """One package without a result: the last day planned for it, and when it was cancelled."""

    due_on: date
    cancelled_on: date | None = None


class GuaranteeFact(NamedTuple):
    """The guarantee of one kind that a contract still needs, and its last day."""

    contract_id: int
    kind: GuaranteeKind
    valid_until: date


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """The contracts of one project by the close of a day.

    `accepted` is that of all of them; `contracts` leaves out what is over and paid to the đồng.
    `unnamed` was paid for volumes without saying for which contract: it may have paid any.
    """

    accepted: Dong = ZERO
    unnamed: Dong = ZERO
    contracts: tuple[ContractFact, ...] = ()
    packages: tuple[PackageFact, ...] = ()
    guarantees: tuple[GuaranteeFact, ...] = ()


NO_CONTRACTS = ContractFacts()


def is_settled(fact: ContractFact) -> bool:
    """Tell whether nothing more can be said against a contract: over, and paid to the đồng."""
    return fact.is_over and not fact.outstanding and fact.paid == fact.accepted


def needed_guarantees(
    contracts: Iterable[ContractFact], latest: dict[tuple[int, GuaranteeKind], date]
) -> tuple[GuaranteeFact, ...]:
    """Return the guarantees that the contracts still need, each with its latest last day.

    That of performance until the contract is over, that of an advance while some is outstanding.
    """
    found = []
    for fact in contracts:
        needs = {
            GuaranteeKind.PERFORMANCE: not fact.is_over,
            GuaranteeKind.ADVANCE: fact.outstanding > 0,
            GuaranteeKind.WARRANTY: False,
        }
        found += [
            GuaranteeFact(fact.id, kind, latest[fact.id, kind])
            for kind, is_needed in needs.items()
            if is_needed and (fact.id, kind) in latest
        ]
    return tuple(found)


class ContractPayment(NamedTuple):
    """What was paid on a contract on one day, in advance or not; `moves`: the contract moved."""

    on: date
    counted: Dong
    advance: Dong
    is_advance: bool
    moves: bool


class GuaranteeSpan(NamedTuple):
    """A guarantee from the day it was given until its last day, or until it was given back."""

    kind: GuaranteeKind
    issued_on: date
    valid_until: date
    released_on: date | None


class _PaidUntil(NamedTuple):
    """What the payments of a contract come to by the close of a day."""

    advances: int = 0
    recovered: int = 0
    counted: int = 0
    moved_on: date | None = None

    def and_then(self, one: ContractPayment) -> "_PaidUntil":
        """Return the sums with one more payment, not earlier than those before."""
        return _PaidUntil(
            self.advances + (one.advance if one.is_advance else 0),
            self.recovered - (0 if one.is_advance else one.advance),
            self.counted + one.counted,
            one.on if one.moves else self.moved_on,
        )


@dataclass(frozen=True)
class ContractRecord:
    """Everything that happened to one contract."""

    id: int
    signed_on: date
    value: Dong
    ends_on: date
    advance_limit: Dong | None = None
    over_on: date | None = None
    appendices: tuple[Appendix, ...] = ()
    acceptances: tuple[tuple[date, Dong], ...] = ()
    payments: tuple[ContractPayment, ...] = ()
    guarantees: tuple[GuaranteeSpan, ...] = ()

    def on(self, day: date) -> ContractFact:
        """Return the contract by the close of a day."""
        paid = self._paid_until(day)
        accepted = [one for one in self.acceptances if one[0] <= day]
        moves = [on for on, _ in accepted] + ([paid.moved_on] if paid.moved_on else [])
        since = day - timedelta(days=RECENT_DAYS)
        return ContractFact(
            self.id,
            value_on(self.value, self.appendices, day),
            end_on(self.ends_on, self.appendices, day),
            self.over_on is not None and self.over_on <= day,
            self.advance_limit,
            Dong(paid.advances),
            Dong(paid.recovered),
            Dong(paid.counted),
            total(amount for _, amount in accepted),
            max(moves, default=None),
            tuple(one for one in accepted if one[0] > since),
        )

    def _paid_until(self, day: date) -> _PaidUntil:
        days, sums = self._paid
        return sums[bisect_right(days, day)]

    @cached_property
    def _paid(self) -> tuple[list[date], list[_PaidUntil]]:
        """Return the days of the payments in order, and the sums before and after each.

        A project is looked at on hundreds of days: adding up anew for each took seconds.
        """
        payments = sorted(self.payments, key=lambda one: one.on)
        return [one.on for one in payments], list(
            accumulate(payments, _PaidUntil.and_then, initial=_PaidUntil())
        )

    @property
    def days(self) -> Iterable[date]:
        """Return the days on which something other than time may change a flag."""
        yield self.signed_on
        yield self.ends_on + DAY
        yield from (one.on for one in self.payments)
        yield from (on for on, _ in self.acceptances)
        if self.over_on is not None:
            yield self.over_on
        for appendix in self.appendices:
            yield appendix.signed_on
            if appendix.end_on is not None:
                yield appendix.end_on + DAY
        for span in self.guarantees:
            yield span.issued_on
            yield span.valid_until + DAY
            if span.released_on is not None:
                yield span.released_on


class PackageRecord(NamedTuple):
    """The days of a package that decide whether it is late."""

    due_on: date
    result_on: date | None
    cancelled_on: date | None


@dataclass(frozen=True, slots=True)
class ContractHistory:
    """The packages and contracts of one project with all their events.

    `unnamed` are the payments for volumes that name no contract, `before` what was paid before
    the ledger began.
    """

    contracts: tuple[ContractRecord, ...] = ()
    packages: tuple[PackageRecord, ...] = ()
    unnamed: tuple[tuple[date, Dong], ...] = ()
    before: Dong = ZERO

    def on(self, day: date) -> ContractFacts:
        """Return the facts by the close of a day."""
        signed = [one for one in self.contracts if one.signed_on <= day]
        facts = [one.on(day) for one in signed]
        if not signed and not self.packages:
            return NO_CONTRACTS
        latest: dict[tuple[int, GuaranteeKind], date] = {}
        for record in signed:
            for span in record.guarantees:
                if span.issued_on <= day and not (span.released_on and span.released_on <= day):
                    key = (record.id, span.kind)
                    latest[key] = max(latest.get(key, span.valid_until), span.valid_until)
        return ContractFacts(
            accepted=total(fact.accepted for fact in facts),
            unnamed=Dong(self.before + total(a for on, a in self.unnamed if on <= day))
            if signed
            else ZERO,
            contracts=tuple(fact for fact in facts if not is_settled(fact)),
            packages=packages_on(self.packages, day),
            guarantees=needed_guarantees(facts, latest),
        )

    @property
    def days(self) -> Iterable[date]:
        """Return the days on which something other than time may change a flag."""
        for record in self.contracts:
            yield from record.days
        for package in self.packages:
            yield package.due_on + DAY
            yield from (on for on in (package.result_on, package.cancelled_on) if on is not None)
        yield from (on for on, _ in self.unnamed)


def packages_on(packages: Iterable[PackageRecord], day: date) -> tuple[PackageFact, ...]:
    """Return the packages that had no result by the close of a day and are late, or cancelled."""
    found = []
    for package in packages:
        cancelled = package.cancelled_on is not None and package.cancelled_on <= day
        decided = package.result_on is not None and package.result_on <= day
        if cancelled or (not decided and package.due_on < day):
            found.append(PackageFact(package.due_on, package.cancelled_on if cancelled else None))
    return tuple(sorted(found, key=lambda one: (one.due_on, one.cancelled_on or date.min)))


def pack_contracts(facts: ContractFacts) -> list[Any] | None:
    """Return the facts as plain values; None where there is nothing to keep."""
    if facts == NO_CONTRACTS:
        return None
    return [
        facts.accepted,
        facts.unnamed,
        [
            [*one[:2], one.end_on.isoformat(), *one[3:9], _text(one.moved_on),
             [[on.isoformat(), amount] for on, amount in one.recent]]
            for one in facts.contracts
        ],
        [[one.due_on.isoformat(), _text(one.cancelled_on)] for one in facts.packages],
        [[one.contract_id, one.kind, one.valid_until.isoformat()] for one in facts.guarantees],
    ]  # fmt: skip


def unpack_contracts(kept: list[Any] | None) -> ContractFacts:
    """Return the facts that were packed."""
    if kept is None:
        return NO_CONTRACTS
    accepted, unnamed, contracts, packages, guarantees = kept
    return ContractFacts(
        accepted,
        unnamed,
        tuple(_contract(*one) for one in contracts),
        tuple(PackageFact(date.fromisoformat(due), _day(on)) for due, on in packages),
        tuple(
            GuaranteeFact(key, GuaranteeKind(kind), date.fromisoformat(until))
            for key, kind, until in guarantees
        ),
    )


def _contract(key: int, value: Dong, end: str, *kept: Any) -> ContractFact:
    *sums, moved, recent = kept
    accepted = tuple((date.fromisoformat(on), amount) for on, amount in recent)
    return ContractFact._make((key, value, date.fromisoformat(end), *sums, _day(moved), accepted))


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
