"""What the cross-checks find in an entry that is about to be kept, by whichever door it comes."""

from datetime import date
from typing import Protocol

from tracker.domain.cross_checks import EntryFacts, Finding, check_entry
from tracker.domain.disbursements import Effect, Headroom, Purpose
from tracker.domain.money import Dong
from tracker.services.books import Books


class Voucher(Protocol):
    """What was typed of an entry, or brought by a file."""

    @property
    def amount(self) -> Dong:
        """Return how much stands on it."""

    @property
    def purpose(self) -> Purpose:
        """Return what it pays for."""

    @property
    def voucher_on(self) -> date:
        """Return its own day."""

    @property
    def posted_on(self) -> date:
        """Return the day it is posted."""


def findings_of(
    books: Books,
    line_id: int,
    voucher: Voucher,
    effect: Effect,
    room: Headroom,
    contract_id: int | None = None,
) -> tuple[Finding, ...]:
    """Return what of an entry needs a second look, before the books take it."""
    line, project = books.lines[line_id]
    share = books.advance_share if effect.advance > 0 else 0
    return check_entry(
        EntryFacts(
            amount=voucher.amount,
            effect=effect,
            voucher_on=voucher.voucher_on,
            posted_on=voucher.posted_on,
            year=line.year,
            planned=room.plan,
            remaining=room.remaining,
            paid=books.paid(project),
            investment=project.total_investment,
            status=project.status,
            finished_on=project.finished_on,
            advance=room.advance,
            purpose=voucher.purpose,
            advance_share=share,
            contract=books.contracts.side(contract_id, voucher.posted_on, share),
        )
    )
