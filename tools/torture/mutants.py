"""Rules of the ledger, each changed in one place: what the programs of `ledger` must notice.

A mutant lives in the memory of this process alone; no file is ever changed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from tracker.domain import disbursements as rules
from tracker.domain import plans as plan_rules
from tracker.domain.disbursements import DisbursementKind, Effect, Headroom
from tracker.domain.money import Dong
from tracker.domain.plans import PlanKind
from tracker.models import Disbursement, OwnerDay, OwnerMonth, ProjectMonth, SourceDay
from tracker.services import books, periods, plan_books, plans, posting, progress
from tracker.services import disbursements as deeds
from tracker.services.books import Books

K = DisbursementKind


@dataclass(frozen=True)
class Mutant:
    """A rule changed: what it is called, where it stands, what stands there instead."""

    name: str
    place: tuple[Any, str, Any]


def _effect(kind: DisbursementKind, change: Callable[[Effect], Effect]) -> Callable[..., Effect]:
    """Return the effect of entries with that of one kind changed."""

    def effect_of(asked: DisbursementKind, *amounts: Dong) -> Effect:
        right = rules.effect_of(asked, *amounts)
        return change(right) if asked is kind else right

    return effect_of


def _room(**changes: Callable[[Any], Any]) -> Callable[..., None]:
    """Return the check of an effect that sees another room than there is."""

    def check_effect(effect: Effect, room: Any) -> None:
        seen = {name: change(room) for name, change in changes.items()}
        rules.check_effect(effect, replace(room, **seen))

    return check_effect


def _but(check: Callable[..., None], refusal: type[Exception]) -> Callable[..., None]:
    """Return a check that no longer raises one of its refusals."""

    def checked(*facts: Any, **named: Any) -> None:
        try:
            check(*facts, **named)
        except refusal:
            return

    return checked


def _reversed(change: Callable[[Effect], Effect]) -> property:
    return property(lambda effect: change(Effect(Dong(-effect.counted), Dong(-effect.advance))))


def _nothing(*_of: Any, **_named: Any) -> None:
    """Do nothing."""


def _without(table: type) -> Callable[..., list[Any]]:
    kept = progress._additions

    def additions(*of: Any) -> list[Any]:
        return [one for one in kept(*of) if one.table is not table]

    return additions


def _any_amount(kind: DisbursementKind, amount: Dong) -> None:
    """Accept every amount but nothing at all."""
    del kind
    if not amount:
        raise rules.AmountOutOfBounds(K.ADVANCE, amount)


def _unsigned(kind: PlanKind, amount: Dong) -> Dong:
    """Give a decrease the sign of an increase."""
    right = plan_rules.signed(kind, amount)
    return Dong(abs(right)) if kind is PlanKind.DECREASE else right


def _half(kind: PlanKind, amount: Dong) -> Dong:
    """Lose the last đồng of what is given."""
    right = plan_rules.signed(kind, amount)
    return Dong(right - 1) if right > 1 else right


def _more(effect: Effect, counted: int = 0, advance: int = 0) -> Effect:
    return Effect(Dong(effect.counted + counted), Dong(effect.advance + advance))


def _recording(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[..., Any]:
    """Return entries made of facts that are changed first."""
    make = Disbursement

    def entry(**facts: Any) -> Any:
        return make(**change(facts))

    return entry


def _mutants() -> Iterable[Mutant]:
    """Give every mutant."""
    effects: dict[str, tuple[DisbursementKind, Callable[[Effect], Effect]]] = {
        "an advance that does not count": (K.ADVANCE, lambda e: Effect(Dong(0), e.advance)),
        "an advance not outstanding": (K.ADVANCE, lambda e: Effect(e.counted, Dong(0))),
        "a payment counting what was advanced": (
            K.VOLUME_PAYMENT, lambda e: Effect(Dong(e.counted - e.advance), e.advance),
        ),
        "a payment clearing nothing": (K.VOLUME_PAYMENT, lambda e: Effect(e.counted, Dong(0))),
        "a recovery that counts": (K.ADVANCE_RECOVERY, lambda e: Effect(e.advance, e.advance)),
        "a recovery that clears nothing": (
            K.ADVANCE_RECOVERY, lambda e: Effect(e.counted, Dong(0)),
        ),
        "a refund that adds": (K.REFUND, lambda e: Effect(Dong(-e.counted), e.advance)),
        "a refund that keeps the advance": (K.REFUND, lambda e: Effect(e.counted, Dong(0))),
        "a book entry of one less": (K.BOOK_ENTRY, lambda e: _more(e, counted=-1)),
        "an adjustment always positive": (
            K.ADJUSTMENT, lambda e: Effect(Dong(abs(e.counted)), e.advance),
        ),
    }  # fmt: skip
    for name, (kind, change) in effects.items():
        yield Mutant(name, (posting, "effect_of", _effect(kind, change)))
    yield Mutant("any amount", (rules, "_check_amount", _any_amount))
    for name, changed in (
        ("no total investment", _but(rules.check_effect, rules.OverInvestment)),
        ("below zero", _but(rules.check_effect, rules.BelowZero)),
        ("more cleared than advanced", _but(rules.check_effect, rules.OverAdvance)),
        ("a ceiling one lower", _room(plan=lambda r: r.plan - 1)),
        ("an investment one higher", _room(investment=lambda r: r.investment + 1)),
        ("an advance one higher", _room(advance=lambda r: r.advance + 1)),
        ("a refund of one more", _room(disbursed=lambda r: r.disbursed + 1,
            plan=lambda r: r.plan + 1)),
    ):  # fmt: skip
        yield Mutant(name, (posting, "check_effect", changed))
    # Two checks look at what is left; a mutant of one alone would change nothing.
    for name, left in (
        ("no ceiling", lambda _room: Dong(10**18)),
        ("a ceiling one higher", lambda room: Dong(room.plan - room.disbursed + 1)),
    ):
        yield Mutant(name, (Headroom, "remaining", property(left)))
    for name, refusal in (
        ("days to come", rules.InTheFuture),
        ("days before the plan", rules.BeforePlanYear),
        ("days after the deadline", rules.LineClosed),
    ):
        yield Mutant(name, (posting, "check_day", _but(rules.check_day, refusal)))
    yield Mutant("locks pass", (books, "check_open", _nothing))
    yield Mutant("a reversal in a locked month", (Books, "is_locked", lambda *_of: False))
    yield Mutant("a reversal always today", (Books, "is_locked", lambda *_of: True))
    yield Mutant("a reversal that undoes nothing", (
        Effect, "reversed", _reversed(lambda e: Effect(Dong(0), e.advance))))  # fmt: skip
    yield Mutant("a reversal that keeps the advance", (
        Effect, "reversed", _reversed(lambda e: Effect(e.counted, Dong(0)))))  # fmt: skip
    yield Mutant("a reversal of one more", (
        Effect, "reversed", _reversed(lambda e: _more(e, counted=-1))))  # fmt: skip
    yield Mutant("reasons as short as one likes", (deeds, "SHORTEST_REASON", 1))
    yield Mutant("forms are not known again", (posting, "replays", lambda *_of: {}))
    yield Mutant("a changed form is the same", (posting, "hash_of", lambda _order: "0" * 64))
    yield Mutant("a changed plan is the same", (plans, "_hash", lambda _order: "0" * 64))
    yield Mutant("plans are not known again", (plans, "_replay", _nothing))
    yield Mutant("no sums", (posting, "add_all_to_sums", _nothing))
    for table in (ProjectMonth, OwnerDay, OwnerMonth, SourceDay):
        yield Mutant(f"no sums in {table.__tablename__}", (progress, "_additions", _without(table)))
    yield Mutant("days of what was undone", (progress, "_forget_days", _nothing))
    yield Mutant("an entry without history", (posting, "record_change", _nothing))
    yield Mutant("a plan without history", (plans, "_remember", _nothing))
    yield Mutant("readers not told of entries", (posting, "bump_version", _nothing))
    yield Mutant("readers not told of plans", (plans, "bump_version", _nothing))
    yield Mutant("readers not told of locks", (periods, "bump_version", _nothing))
    yield Mutant("a plan below what is paid", (plan_books, "check_change", _nothing))
    yield Mutant("allotted beyond the investment", (plan_books, "check_allocation", _nothing))
    yield Mutant("capital from nowhere", (plans, "check_transfer", _nothing))
    yield Mutant("a decrease that adds", (plan_books, "signed", _unsigned))
    yield Mutant("a đồng lost", (plan_books, "signed", _half))
    yield Mutant("an entry of the day before", (posting, "Disbursement", _recording(
        lambda f: {**f, "posted_on": f["voucher_on"].replace(day=1)})))  # fmt: skip
    yield Mutant("a month locked twice", (periods, "locks_in_force", lambda *_of: []))


MUTANTS = tuple(_mutants())
