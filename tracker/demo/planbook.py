"""Writes the plan: what the province assigned to projects, and the Prime Minister to it."""

from collections.abc import Mapping, Sequence
from datetime import date

from tracker.demo.calibration import (
    MILLION,
    PM_2024,
    PM_2025,
    POOL_2025,
    SECOND_2025,
    TRANSFER_2025,
    Dated,
)
from tracker.demo.drafts import Draft
from tracker.demo.lines import Move
from tracker.demo.loading import Loader, Row, iso
from tracker.domain.days import DeadlineRule, default_deadline
from tracker.domain.plans import PlanKind

_LINE = (
    "id system year extended project_id unit_id source_id budget_tier planned disbursed"
    " last_plan_entry_id last_disbursement_id"
)
_ENTRY = (
    "id plan_line_id kind amount decision_number decided_on effective_on deadline_on round"
    " transfer_key note recorded_by recorded_at idempotency_key request_hash"
)
_TRANSFER_KEY = "dieu-chuyen-2025-03"
_PM = (
    (2024, Dated(date(2024, 1, 1), date(2023, 12, 11), "1603/QĐ-TTg", "Giao đầu năm"), PM_2024),
    (2025, Dated(date(2025, 1, 1), date(2024, 12, 4), "1508/QĐ-TTg", "Giao đầu năm"), PM_2025),
)
_POOL_SOURCE = "2.1"
_CENTRAL, _LAND, _CONTRIBUTED = "1.1", "2.2", "2.6"
_SIMULATED = "Số liệu mô phỏng"
_TYPED_AT = 3_000
"""Seconds after midnight UTC: before anything is paid on the day."""
_LINE_ID, _EFFECTIVE_ON = 1, 6
"""Places in an entry's row."""


class PlanBook:
    """Writes the plan lines, and their entries day by day."""

    def __init__(
        self,
        loader: Loader,
        system_id: int,
        sources: Mapping[str, int],
        deadlines: Sequence[DeadlineRule],
    ) -> None:
        self._loader = loader
        self._system_id = system_id
        self._sources = sources
        self._deadlines = deadlines
        self._lines: list[Row] = []
        self._entries: list[Row] = []

    def open_lines(self, drafts: Sequence[Draft], province_id: int) -> None:
        """Write every line, still without its entries; those of the drafts learn their keys."""
        for year, decision, total in _PM:
            for source, amount in pm_plans(drafts, year, total).items():
                key = self._line("pm", year, (None, province_id), (source, "province"))
                self._entry(key, year, Move("initial", amount, decision))
        key = self._line("province", 2025, (None, province_id), (_POOL_SOURCE, "province"))
        self._entry(key, 2025, Move("initial", POOL_2025, SECOND_2025))
        self._entry(key, 2025, Move("decrease", -POOL_2025, TRANSFER_2025, is_transfer=True))
        for draft in drafts:
            for line in draft.lines:
                place = (line.source, line.budget)
                line.id = self._line("province", line.year, (draft.id, None), place)
                for move in line.moves:
                    self._entry(line.id, line.year, move)
        self._loader.insert("plan_line", _LINE, self._lines)
        self._entries.sort(key=lambda row: (row[_EFFECTIVE_ON], row[_LINE_ID]))

    def days(self) -> list[str]:
        """Return the days on which entries take effect, in order."""
        return sorted({row[_EFFECTIVE_ON] for row in self._entries})

    def write(self, day: str) -> None:
        """Write the entries that take effect on a day."""
        rows = (self._keyed(row) for row in self._entries if row[_EFFECTIVE_ON] == day)
        self._loader.insert("plan_entry", _ENTRY, rows)

    def _line(
        self,
        system: str,
        year: int,
        holder: tuple[int | None, int | None],
        place: tuple[str, str],
    ) -> int:
        key = self._loader.key("plan_line")
        source, budget = place
        self._lines.append(
            (key, system, year, False, *holder, self._sources[source], budget, 0, 0, 0, 0)
        )
        return key

    def _entry(self, line_id: int, year: int, move: Move) -> None:
        decision = move.decision
        # Capital taken away leaves the deadline of the line as it was.
        assigned_on = decision.decided_on if move.amount > 0 else date(year, 1, 1)
        deadline_on = default_deadline(year, assigned_on, self._deadlines)
        self._entries.append(
            (
                0,
                line_id,
                PlanKind(move.kind).value,
                move.amount * MILLION,
                decision.number,
                iso(decision.decided_on),
                iso(decision.effective_on),
                iso(deadline_on),
                decision.round,
                _TRANSFER_KEY if move.is_transfer else None,
                _SIMULATED,
                self._system_id,
                self._loader.instant(str(iso(decision.effective_on)), _TYPED_AT),
            )
        )

    def _keyed(self, row: Row) -> Row:
        key = self._loader.key("plan_entry")
        mark = f"plan-{key:05d}"
        return (key, *row[1:], mark, mark)


def pm_plans(drafts: Sequence[Draft], year: int, total: int) -> dict[str, int]:
    """Return the Prime Minister's plan by source, in million đồng.

    The province passes on to projects what it was assigned; of land revenue, which makes up the
    total, it assigns more than it was. Contributions stand outside.
    """
    plans: dict[str, int] = {}
    for draft in drafts:
        for line in draft.lines_of(year):
            source = _CENTRAL if line.source.startswith(_CENTRAL) else line.source
            plans[source] = plans.get(source, 0) + line.plans[-1]
    plans = {source: plans[source] for source in sorted(plans) if source != _CONTRIBUTED}
    plans[_LAND] += total - sum(plans.values())
    return plans
