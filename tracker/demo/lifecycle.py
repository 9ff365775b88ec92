"""The life of a project: its years, total investment, decisions, stage and dates."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from tracker.demo.calibration import MILLION
from tracker.demo.chance import Dice
from tracker.demo.drafts import Draft, Pace
from tracker.demo.spreading import split, spread
from tracker.domain.money import Dong
from tracker.domain.projects import Group, GroupLimits, InvestmentClass, Status, group_of

STOOD_ON = date(2025, 4, 29)
"""The stages of the projects are those of this day."""

_FIRST_YEARS = (*(2024,) * 60, *(2023,) * 24, *(2022,) * 9, *(2021,) * 4, *(2020,) * 3)
_OVERDUE = 9
"""Per cent of the works under way that should have been completed already."""
_YEARS_OF_GROUP_C = 3

_DONE_2024 = (
    *(Status.HANDED_OVER,) * 36,
    *(Status.COMPLETED_NOT_HANDED_OVER,) * 18,
    *(Status.SETTLEMENT_SUBMITTED,) * 16,
    *(Status.SETTLED_WITH_DEBTS,) * 8,
    *(Status.FINANCIAL_PROCESSING,) * 5,
    *(Status.CLOSED,) * 5,
    *(Status.UNDER_CONSTRUCTION,) * 12,
)
_GOING_ON = (
    *(Status.UNDER_CONSTRUCTION,) * 82,
    *(Status.COMPLETED_NOT_HANDED_OVER,) * 11,
    *(Status.HANDED_OVER,) * 7,
)
_NEW = (*(Status.UNDER_CONSTRUCTION,) * 70, *(Status.APPROVED_NOT_STARTED,) * 30)


class Ruling(NamedTuple):
    """A decision about the project; total and sources in đồng, by source code."""

    kind: str
    issued_on: date
    total: int
    sources: dict[str, int]
    reason: str | None = None


@dataclass(slots=True)
class Life:
    """What a project is besides its plan lines. Amounts in đồng."""

    first_year: int
    year_from: int
    year_to: int
    before: int
    total: int
    status: Status
    group: Group
    rulings: list[Ruling]
    start_planned_on: date
    finish_planned_on: date
    started_on: date | None = None
    finished_on: date | None = None
    handed_over_on: date | None = None
    halt: str | None = None
    extended_until: int | None = None
    is_key: bool = False


def live(dice: Dice, drafts: Sequence[Draft], limits: Sequence[GroupLimits]) -> list[Life]:
    """Return the life of each draft, in their order."""
    return [_life(dice, draft, limits) for draft in drafts]


def _life(dice: Dice, draft: Draft, limits: Sequence[GroupLimits]) -> Life:
    first_year = dice.pick(_FIRST_YEARS) if draft.in_2024 else 2025
    status = _status(dice, draft)
    needs = _needs(draft)
    planned = sum(needs.values())
    before = 0
    if first_year < 2024:
        before = dice.jitter(planned, 15, 45) * (2024 - first_year)
        needs[next(iter(needs))] += before
    slack = (102, 118) if status is not Status.UNDER_CONSTRUCTION else (115, 240)
    total = _round_up(dice.jitter(planned + before, *slack), 10 * MILLION)
    is_overdue = status is Status.UNDER_CONSTRUCTION and dice.happens(_OVERDUE)
    year_from = first_year - dice.below(2)
    last_year = 2025 if draft.in_2025 else 2024
    year_to = 2024 if is_overdue else max(last_year, first_year + dice.between(1, 3))
    year_to = max(year_to, year_from)
    rulings = _rulings(dice, draft, first_year, total, needs)
    group = group_of(limits, InvestmentClass(draft.work.klass), Dong(total), rulings[-1].issued_on)
    start_planned_on = _weekday(date(first_year, dice.between(1, 4), dice.between(10, 28)))
    life = Life(
        first_year,
        year_from,
        year_to,
        before,
        total,
        status,
        group,
        rulings,
        start_planned_on,
        _weekday(date(year_to, *dice.pick(((12, 31), (12, 20), (11, 30), (10, 31))))),
    )
    _date(dice, draft, life)
    if draft.pace is Pace.STALLED and status is Status.UNDER_CONSTRUCTION and dice.happens(20):
        life.halt = "paused"
    if 2025 - first_year >= _YEARS_OF_GROUP_C and dice.happens(45):
        life.extended_until = 2025
    life.is_key = draft.owner.tier == "province" and draft.size > 1500
    return life


def _status(dice: Dice, draft: Draft) -> Status:
    if not draft.in_2024:
        return dice.pick(_NEW)
    if not draft.in_2025:
        return dice.pick(_DONE_2024)
    return Status.UNDER_CONSTRUCTION if draft.group else dice.pick(_GOING_ON)


def _needs(draft: Draft) -> dict[str, int]:
    """Return the capital ever assigned, by source, in đồng."""
    needs: dict[str, int] = defaultdict(int)
    for line in draft.lines:
        needs[line.source] += line.most * MILLION
    return dict(needs)


def _rulings(
    dice: Dice, draft: Draft, first_year: int, total: int, needs: dict[str, int]
) -> list[Ruling]:
    """Return the decisions, oldest first; the last one settles the total investment."""
    names = list(needs)
    weights = list(needs.values())
    parts = spread(total, weights, weights, [total] * len(names))
    sources = dict(zip(names, parts, strict=True))
    year = first_year - 1
    policy_on = _weekday(date(year, dice.between(2, 7), dice.between(3, 28)))
    approved_on = _weekday(date(year, dice.between(8, 12), dice.between(3, 20)))
    if draft.second_round and dice.happens(40):
        approved_on = date(2025, 1, dice.between(2, 3))
    adjusts = draft.in_2024 and dice.happens(12)
    first_total = (
        _round_up(total * 100 // dice.between(104, 116), 10 * MILLION) if adjusts else total
    )
    first = dict(zip(names, split(first_total, weights), strict=True)) if adjusts else sources
    first = {name: amount for name, amount in first.items() if amount}
    rulings = [
        Ruling("policy", policy_on, first_total, {}),
        Ruling("investment", approved_on, first_total, first),
    ]
    if adjusts:
        adjusted_on = _weekday(date(2024, dice.between(2, 11), dice.between(3, 28)))
        adjusted_on = max(adjusted_on, approved_on + timedelta(30))
        reason = dice.pick(("Điều chỉnh quy mô", "Biến động giá vật liệu", "Bổ sung hạng mục"))
        rulings.append(Ruling("investment_adjustment", adjusted_on, total, sources, reason))
    return rulings


def _date(dice: Dice, draft: Draft, life: Life) -> None:
    """Give the works the dates that their stage asks for."""
    if life.status is Status.APPROVED_NOT_STARTED:
        return
    started_on = life.start_planned_on + timedelta(dice.between(-5, 40))
    life.started_on = _weekday(min(max(started_on, life.rulings[1].issued_on), STOOD_ON))
    if not life.status.is_completed:
        return
    if draft.in_2025:
        finished_on = date(2025, 1, 6) + timedelta(dice.between(0, 80))
    else:
        finished_on = date(2024, 7, 1) + timedelta(dice.between(0, 180))
    life.finished_on = _weekday(max(finished_on, life.started_on + timedelta(20)))
    if life.status.is_handed_over:
        handed_over_on = life.finished_on + timedelta(dice.between(7, 30))
        life.handed_over_on = _weekday(min(handed_over_on, STOOD_ON))


def _weekday(day: date) -> date:
    """Return the day, or the Friday before a weekend."""
    return day - timedelta(max(0, day.weekday() - 4))


def _round_up(amount: int, unit: int) -> int:
    return -(-amount // unit) * unit
