"""Writes the ledgers in the order of time, so that the database sees every ceiling as it was."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from tracker.demo.chance import Dice
from tracker.demo.contracts import WORKS, Held, paid_for
from tracker.demo.drafts import Draft
from tracker.demo.loading import Loader, Row
from tracker.demo.office import Office
from tracker.demo.people import Officers
from tracker.demo.planbook import PlanBook
from tracker.demo.vouchers import Voucher

_DISBURSEMENT = (
    "id plan_line_id project_id organisation_id year extended kind purpose voucher voucher_on"
    " posted_on amount recovered counted advance origin reverses_id reason recorded_by"
    " recorded_at idempotency_key request_hash contract_id"
)
_LINE_ID = 1
"""Its place in a row."""
_PURPOSES = (
    *("construction",) * 62,
    *("consulting",) * 12,
    *("land_clearance",) * 9,
    *("management",) * 8,
    *("equipment",) * 5,
    *("other",) * 4,
)
_MISTAKES = ("Nhập nhầm số tiền", "Nhập trùng chứng từ", "Nhập nhầm dự án")


class Clerk:
    """Turns vouchers into rows of the ledger."""

    def __init__(
        self,
        dice: Dice,
        office: Office,
        loader: Loader,
        drafts: Sequence[Draft],
        officers: Officers,
        system_id: int,
        contracts: Mapping[int, Held],
    ) -> None:
        self._dice = dice
        self._office = office
        self._loader = loader
        self._drafts = drafts
        self._contracts = contracts
        self._clerks = [officers.by_owner.get(d.owner.id, system_id) for d in drafts]

    def first_on(self, vouchers: Sequence[Voucher], day: str) -> int:
        """Return the place of the first voucher that is not before a day."""
        key = self._office.key(date.fromisoformat(day))
        return bisect_left(vouchers, key, key=lambda voucher: voucher.day)

    def write(self, vouchers: Sequence[Voucher]) -> None:
        """Write vouchers in the order in which they were recorded."""
        rows: Iterable[Row] = self._rows(vouchers)
        if not self._loader.is_sqlite:
            # Every row makes a new version of its plan line. Within one transaction PostgreSQL
            # keeps them all: it finds the newest much sooner when they lie on the same page.
            rows = sorted(rows, key=lambda row: (row[_LINE_ID], row[0]))
        self._loader.insert("disbursement", _DISBURSEMENT, rows)

    def _rows(self, vouchers: Sequence[Voucher]) -> Iterator[Row]:
        throw, key = self._dice.unit, self._loader.key
        days, instant = self._office.text, self._loader.instant
        undone = {voucher.undoes for voucher in vouchers}
        keys: dict[int, int] = {}
        for voucher in vouchers:
            _, serial, line, day, second, kind, amount, recovered, counted, advance, undoes = (
                voucher
            )
            own = key("disbursement")
            if serial in undone:
                keys[serial] = own
            draft = self._drafts[line.draft]
            u = throw()
            posted_on = days[day]
            mark = f"mp-{own:06d}"
            named, contract_id = self._named(voucher)
            yield (
                own,
                line.id,
                draft.id,
                draft.owner.id,
                line.year,
                False,
                kind,
                named or _PURPOSES[int(u * 100)],
                f"RV{line.year % 100}-{own:06d}",
                days[day - 1] if day and 0.2 < u < 0.6 else posted_on,
                posted_on,
                amount,
                recovered,
                counted,
                advance,
                "simulated",
                None if undoes < 0 else keys[undoes],
                None if undoes < 0 else _MISTAKES[int(u * 3)],
                self._clerks[line.draft],
                instant(posted_on, second),
                mark,
                mark,
                contract_id,
            )

    def _named(self, voucher: Voucher) -> tuple[str | None, int | None]:
        """Return what a voucher was paid for and by which contract, where it names one."""
        held, which = self._contracts.get(voucher.line.draft), paid_for(voucher)
        if held is None or which is None:
            return None, None
        if which == WORKS:
            return "construction", held.works
        return "consulting", held.consulting


def keep_ledgers(book: PlanBook, clerk: Clerk, vouchers: Sequence[Voucher]) -> None:
    """Write the entries of the plan and the vouchers, each before what came after it."""
    days = book.days()
    starts = [clerk.first_on(vouchers, day) for day in days]
    for day, start, end in zip(days, starts, [*starts[1:], len(vouchers)], strict=True):
        book.write(day)
        clerk.write(vouchers[start:end])
