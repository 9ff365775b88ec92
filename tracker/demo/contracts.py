"""Packages, contractors and contracts of the demonstration, made to fit the vouchers.

Every project that was paid has a contract of works, to which its advances belong, and one of
consulting. Work is accepted a few days before the payments of a month, so that most contracts
are in order; here and there one is late, unpaid or short of a guarantee. The firms are invented.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from tracker.demo.chance import Dice
from tracker.demo.drafts import Draft
from tracker.demo.lifecycle import Life
from tracker.demo.loading import Loader, Row
from tracker.demo.office import Office
from tracker.demo.people import Officers
from tracker.demo.vouchers import ADJUSTMENT, BOOK, VOLUME, Voucher
from tracker.domain.contracts import with_check
from tracker.domain.text import fold, sort_key

_PACKAGE = (
    "id project_id number name field price plan_decision plan_decided_on selection_form"
    " selection_method is_online notice_number contract_type selection_due_on days"
    " bids_closed_on bids_opened_on result_decision result_on award state cancelled_on"
    " created_by created_at idempotency_key request_hash row_version"
)
_CONTRACT = (
    "id project_id package_id number signed_on value type starts_on days ends_on advance_limit"
    " advance_decision warranty_months state over_on over_reason created_by created_at"
    " idempotency_key request_hash row_version"
)
_APPENDIX = (
    "id project_id contract_id number signed_on kind value_after ends_on_after reason"
    " recorded_by recorded_at idempotency_key request_hash"
)
_GUARANTEE = (
    "id project_id contract_id kind number bank value issued_on valid_until released_on"
    " recorded_by recorded_at idempotency_key request_hash row_version"
)
_ACCEPTANCE = (
    "id project_id contract_id turn accepted_on amount kind note reverses_id reason"
    " recorded_by recorded_at idempotency_key request_hash"
)
WORKS, CONSULTING = "works", "consulting"
TODAY = date(2025, 4, 29)
_MILLION = 10**6
_LEAD = timedelta(days=4)
"""How long before the first payment of a month its work was accepted."""
_FIRMS = 150
_SHORT, _LOW = 8, 25
"""Of a thousand contracts: paid beyond what was accepted; with a ceiling of advances too low."""
_FIRST = ("Minh", "Hoàng", "Thành", "Đại", "Tân", "Phú", "An", "Bình", "Trường", "Nam", "Việt")
_SECOND = ("Khang", "Phát", "Long", "Thịnh", "Sơn", "Hưng", "Lộc", "Giang", "Phong", "Cường")
_TRADES = ("Xây dựng", "Xây dựng và Thương mại", "Đầu tư Xây dựng", "Tư vấn Xây dựng")
_BANKS = ("Ngân hàng mô phỏng A", "Ngân hàng mô phỏng B", "Ngân hàng mô phỏng C")
_WHY_LATER = "Gia hạn do vướng mặt bằng"
_SPREAD = 2_654_435_761


class Held(NamedTuple):
    """The contracts that a project's payments name."""

    works: int
    consulting: int


@dataclass(slots=True)
class _Paid:
    """What the vouchers of one contract come to."""

    first: int = 0
    paid: int = 0
    disbursed: int = 0
    outstanding: int = 0
    peak: int = 0
    months: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    """By month: the first day of a payment, and what was paid for work."""

    def add(self, voucher: Voucher, day: date) -> None:
        """Count one voucher."""
        self.first = self.first or voucher.day
        work = voucher.counted - voucher.advance
        self.paid += work
        self.disbursed += voucher.counted
        self.outstanding += voucher.advance
        self.peak = max(self.peak, self.outstanding)
        kept = self.months.setdefault((day.year, day.month), [voucher.day, 0])
        kept[1] += work


def paid_for(voucher: Voucher) -> str | None:
    """Return which contract of its project a voucher names, the same every time; or none."""
    if voucher.kind in (BOOK, ADJUSTMENT):
        return None
    if voucher.kind != VOLUME or voucher.recovered:
        return WORKS
    serial = voucher.serial if voucher.undoes < 0 else voucher.undoes
    throw = serial * _SPREAD % 2**32 % 100
    if throw < 70:
        return WORKS
    return CONSULTING if throw < 82 else None


class Contracts:
    """Writes the packages and contracts of the demonstration, then what was accepted."""

    def __init__(
        self, dice: Dice, office: Office, loader: Loader, officers: Officers, system_id: int
    ) -> None:
        self._dice = dice
        self._office = office
        self._loader = loader
        self._officers = officers
        self._system_id = system_id
        self._rows: dict[str, list[Row]] = defaultdict(list)
        self._makers: Mapping[int, int] = {}

    def write(
        self, drafts: Sequence[Draft], lives: Sequence[Life], vouchers: Sequence[Voucher]
    ) -> dict[int, Held]:
        """Write everything, and return the contracts by the number of their draft."""
        firms = list(self._firms())
        sums = self._sums(vouchers)
        held = {}
        for draft, life in zip(drafts, lives, strict=True):
            if (draft.number, WORKS) in sums:
                held[draft.number] = self._project(draft, life, sums, firms)
        for table, columns in (
            ("bid_package", _PACKAGE),
            ("contract", _CONTRACT),
            ("contract_member", "contract_id contractor_id project_id place share"),
            ("contract_appendix", _APPENDIX),
            ("guarantee", _GUARANTEE),
            ("acceptance", _ACCEPTANCE),
        ):
            self._loader.insert(table, columns, self._rows[table])
        return held

    def _firms(self) -> Iterator[int]:
        rows: list[Row] = []
        seen: set[str] = set()
        while len(rows) < _FIRMS:
            trade = _TRADES[len(rows) % len(_TRADES)]
            kind = "Công ty Cổ phần" if len(rows) % 3 else "Công ty TNHH"
            name = f"{kind} {trade} {self._dice.pick(_FIRST)} {self._dice.pick(_SECOND)}"
            code = with_check(f"08{90_000 + 13 * len(seen) + len(rows):07d}")
            seen.add(f"{name}{len(seen)}")
            if code is None or any(row[2] == name for row in rows):
                continue
            key = self._loader.key("contractor")
            head = f"{self._dice.pick(_FIRST)} {self._dice.pick(_SECOND)}"
            told = (fold(name), sort_key(name), "Tỉnh Hải Dương", f"Ông {head}", 1)
            rows.append((key, code, name, *told))
        self._loader.insert(
            "contractor",
            "id tax_code name name_folded name_sort address representative row_version",
            rows,
        )
        yield from (row[0] for row in rows)

    def _sums(self, vouchers: Sequence[Voucher]) -> dict[tuple[int, str], _Paid]:
        days = self._office.days
        sums: dict[tuple[int, str], _Paid] = defaultdict(_Paid)
        for voucher in vouchers:
            if (which := paid_for(voucher)) is not None:
                sums[voucher.line.draft, which].add(voucher, days[voucher.day])
        return sums

    def _project(
        self,
        draft: Draft,
        life: Life,
        sums: Mapping[tuple[int, str], _Paid],
        firms: Sequence[int],
    ) -> Held:
        works = sums[draft.number, WORKS]
        other = sums.get((draft.number, CONSULTING), _Paid())
        first = min(paid.first for paid in (works, other) if paid.first or paid is works)
        begun = self._office.days[first]
        signed = min(life.started_on or begun, begun) - timedelta(days=self._dice.between(6, 30))
        maker = self._officers.by_owner.get(draft.owner.id, self._system_id)
        value = self._value(life, works)
        consulting = max(life.total * self._dice.between(30, 60) // 1_000, other.paid)
        consulting = other.paid if life.status.is_completed and other.paid else consulting
        consulting = _rounded(max(consulting, _MILLION))
        is_done = life.status.is_completed and not works.outstanding
        held = Held(
            self._contract(draft, life, ("XL-01", WORKS, signed, value), works, maker, firms),
            self._contract(
                draft, life, ("TV-01", CONSULTING, signed, consulting), other, maker, firms
            ),
        )
        if not is_done and self._dice.happens(22):
            self._planned(draft, life, maker)
        return held

    def _value(self, life: Life, works: _Paid) -> int:
        """Return what the contract of works is worth: most of the total, and what was paid."""
        if life.status.is_completed and not works.outstanding:
            return _rounded(max(works.paid, _MILLION))
        least = life.total * self._dice.between(70, 80) // 100
        paid = works.disbursed * 100 // (79 if self._dice.happens(96) else 100)
        peak = works.peak * 100 // (30 if self._dice.happens(99) else 34)
        return _rounded(max(least, paid, peak, works.paid * 101 // 100, _MILLION))

    def _contract(
        self,
        draft: Draft,
        life: Life,
        terms: tuple[str, str, date, int],
        paid: _Paid,
        maker: int,
        firms: Sequence[int],
    ) -> int:
        number, what, signed, value = terms
        package, contract = self._loader.key("bid_package"), self._loader.key("contract")
        result = signed - timedelta(days=self._dice.between(5, 15))
        turns = self._turns(paid, signed)
        is_done = life.status.is_completed and not paid.outstanding
        if turns and not is_done and self._dice.below(1_000) < _SHORT:
            turns[-1] = (turns[-1][0], turns[-1][1] * 9 // 10)
        over = max([life.finished_on or signed, *(on for on, _ in turns)]) if is_done else None
        starts = signed + timedelta(days=3)
        ends = max(over or life.finish_planned_on, starts + timedelta(days=60))
        later = ends
        if ends < TODAY and over is None and not self._dice.happens(35):
            later = TODAY + timedelta(days=self._dice.between(20, 240))
            self._prolong(draft, contract, max(signed, ends - timedelta(days=25)), later, maker)
        saving = self._dice.between(2, 35)
        self._package(
            (package, draft.id, number, _NAMES[what], what, value * 1_000 // (1_000 - saving)),
            result,
            (ends - starts).days + 1,
            value,
            "completed" if over else "under_way",
            maker,
        )
        is_low = paid.outstanding and self._dice.below(1_000) < _LOW
        limit = paid.outstanding * 8 // 10 if is_low else None
        key, at = f"mp-hd-{contract}", self._loader.instant(signed.isoformat(), 20_000)
        self._rows["contract"].append(
            (contract, draft.id, package, f"{contract:04d}/{signed.year}/HĐ-{_MARKS[what]}",
             signed.isoformat(), value, _PRICED[what],
             starts.isoformat(), (ends - starts).days + 1, ends.isoformat(), limit, None, 12,
             "completed" if over else "under_way", over.isoformat() if over else None, None,
             maker, at, key, key, 1)
        )  # fmt: skip
        self._members(draft, contract, what, firms)
        self._guarantees(draft, contract, value, (signed, later), bool(paid.outstanding), maker)
        self._acceptances(draft, contract, turns, value, over, maker)
        return contract

    def _prolong(self, draft: Draft, contract: int, on: date, until: date, maker: int) -> None:
        """Append that a contract ends later than it was signed."""
        key = self._loader.key("contract_appendix")
        mark = f"mp-pl-{key}"
        self._rows["contract_appendix"].append(
            (key, draft.id, contract, "PL01", on.isoformat(), "schedule", None, until.isoformat(),
             _WHY_LATER, maker, self._loader.instant(on.isoformat(), 20_500), mark, mark)
        )  # fmt: skip

    def _turns(self, paid: _Paid, signed: date) -> list[tuple[date, int]]:
        """Return what was accepted, a few days before the payments of each month."""
        turns = []
        for _month, (first, work) in sorted(paid.months.items()):
            if work > 0:
                day = self._office.days[first] - _LEAD
                turns.append((max(day, signed), work))
        return turns

    def _members(self, draft: Draft, contract: int, what: str, firms: Sequence[int]) -> None:
        own = firms[3::4] if what == CONSULTING else [*firms[0::4], *firms[1::4], *firms[2::4]]
        first = self._dice.below(len(own))
        chosen = (own[first], own[(first + 1 + self._dice.below(len(own) - 1)) % len(own)])
        shares = (6_000, 4_000) if what == WORKS and self._dice.happens(18) else (10_000,)
        self._rows["contract_member"] += [
            (contract, key, draft.id, place, share)
            for place, (key, share) in enumerate(zip(chosen, shares, strict=False), start=1)
        ]

    def _guarantees(
        self,
        draft: Draft,
        contract: int,
        value: int,
        span: tuple[date, date],
        has_advance: bool,
        maker: int,
    ) -> None:
        signed, ends = span
        kinds = ["performance", *(["advance"] if has_advance else [])]
        for kind in kinds:
            key = self._loader.key("guarantee")
            until = ends + timedelta(days=self._dice.between(31, 120))
            if self._dice.below(1_000) < 7:
                until = TODAY + timedelta(days=self._dice.between(-60, 28))
            mark = f"mp-bl-{key}"
            self._rows["guarantee"].append(
                (key, draft.id, contract, kind, f"BL-{key:05d}", self._dice.pick(_BANKS),
                 _rounded(max(value * (5 if kind == "performance" else 30) // 100, _MILLION)),
                 signed.isoformat(), max(until, signed).isoformat(), None, maker,
                 self._loader.instant(signed.isoformat(), 21_000), mark, mark, 1)
            )  # fmt: skip

    def _acceptances(
        self,
        draft: Draft,
        contract: int,
        turns: list[tuple[date, int]],
        value: int,
        over: date | None,
        maker: int,
    ) -> None:
        left = value - sum(amount for _, amount in turns)
        if over is None and left > 20 * _MILLION and turns and self._dice.happens(4):
            most = 40 if self._dice.happens(70) else 98
            owed = _rounded(left * self._dice.between(most - 30, most) // 100)
            turns = [*turns, (TODAY - timedelta(days=self._dice.between(33, 110)), owed)]
        turns = sorted((max(on, turns[0][0]), amount) for on, amount in turns)
        for turn, (on, amount) in enumerate(turns, start=1):
            key = self._loader.key("acceptance")
            mark = f"mp-nt-{key}"
            last = over is not None and turn == len(turns)
            day = (over if last and over else on).isoformat()
            self._rows["acceptance"].append(
                (key, draft.id, contract, turn, day, amount, "completion" if last else "stage",
                 None, None, None, maker, self._loader.instant(day, 22_000), mark, mark)
            )  # fmt: skip

    def _planned(self, draft: Draft, life: Life, maker: int) -> None:
        """Plan a package whose contractor is still to be found; few are late or were cancelled."""
        key = self._loader.key("bid_package")
        is_late = self._dice.happens(12)
        due = date(2025, 3, 31) if is_late else self._dice.pick(_QUARTERS)
        state = "cancelled" if is_late and self._dice.happens(15) else "planned"
        price = _rounded(max(life.total * self._dice.between(5, 20) // 1_000, _MILLION))
        self._package(
            (key, draft.id, "TB-01", "Cung cấp, lắp đặt thiết bị", "goods", price),
            None,
            self._dice.between(60, 150),
            None,
            state,
            maker,
            due,
        )

    def _package(
        self,
        what: tuple[int, int, str, str, str, int],
        result: date | None,
        days: int,
        award: int | None,
        state: str,
        maker: int,
        due: date | None = None,
    ) -> None:
        key, project_id, number, name, kind, price = what
        planned = (result or date(2025, 2, 14)) - timedelta(days=60)
        due = due or _quarter_end(result or planned)
        closed = (result - timedelta(days=20)).isoformat() if result else None
        mark = f"mp-gt-{key}"
        form = "open_bidding" if price > 5_000 * _MILLION else "short_direct_award"
        self._rows["bid_package"].append(
            (key, project_id, number, name, kind, _rounded(price), f"{key % 900 + 12}/QĐ-UBND",
             planned.isoformat(), form, "one_stage_two_envelopes", form == "open_bidding", None,
             _PRICED.get(kind, "lump_sum"), due.isoformat(), days,
             closed, closed, f"{key % 700 + 31}/QĐ-UBND" if result else None,
             result.isoformat() if result else None, award, state,
             "2025-04-11" if state == "cancelled" else None, maker,
             self._loader.instant(planned.isoformat(), 19_000), mark, mark, 1)
        )  # fmt: skip


_NAMES = {WORKS: "Thi công xây dựng công trình", CONSULTING: "Tư vấn giám sát thi công xây dựng"}
_PRICED = {WORKS: "adjustable_unit_price", CONSULTING: "lump_sum"}
_MARKS = {WORKS: "XD", CONSULTING: "TV"}
_QUARTERS = (date(2025, 6, 30), date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31))


def _quarter_end(day: date) -> date:
    month = (day.month + 2) // 3 * 3
    return date(day.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _rounded(amount: int) -> int:
    """Return an amount rounded up to whole millions."""
    return -(-amount // _MILLION) * _MILLION
