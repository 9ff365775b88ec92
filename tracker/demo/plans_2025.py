"""The plan of 2025: assigned in two rounds in January, partly moved between tiers in March."""

from collections.abc import Sequence

from tracker.demo.calibration import (
    BEHIND,
    CELLS_2024,
    CHECKPOINTS_2025,
    CONTRIBUTIONS,
    DISTRICTS_2025,
    GROUPS_2025,
    INITIAL_2025,
    LOSING_2025,
    SECOND_2025,
    TRANSFER_2025,
)
from tracker.demo.chance import Dice
from tracker.demo.drafts import Draft
from tracker.demo.financing import cells
from tracker.demo.lines import Line, Move
from tracker.demo.spreading import split, spread

LEAST_PROJECT = 4_000
"""Million đồng that the smallest provincial project is assigned."""
LEAST = 80
GAINING = 25
"""Per cent of the lines of districts and communes that gain by the transfer."""


def plan_2025(dice: Dice, drafts: Sequence[Draft], lines: Sequence[Line]) -> None:
    """Give the lines of 2025 their entries, and the plan in force by each checkpoint."""
    for group in GROUPS_2025:
        _plan_group(dice, [draft for draft in drafts if draft.group == group], group)
    _plan_districts(dice, lines)
    for line in lines:
        if line.year == 2025:
            line.plans = [
                sum(move.amount for move in line.moves if move.decision.effective_on <= day)
                for day in CHECKPOINTS_2025
            ]


def _plan_group(dice: Dice, members: Sequence[Draft], group: str) -> None:
    known = GROUPS_2025[group]
    weights = [draft.size for draft in members]
    count = len(members)
    plans = spread(known.plan, weights, [LEAST_PROJECT] * count, [known.plan] * count)
    lost = [0] * count
    if group == BEHIND:
        largest = sorted(range(count), key=lambda n: -plans[n])[: LOSING_2025 + 4]
        losing = set(dice.sample(largest, LOSING_2025))
        highs = [plan * 45 // 100 if n in losing else 0 for n, plan in enumerate(plans)]
        lost = spread(-known.transferred, highs, [0] * count, highs)
    for draft, plan, less in zip(members, plans, lost, strict=True):
        own = draft.lines_of(2025)
        weights = [line.weight for line in own]
        decision = SECOND_2025 if draft.second_round else INITIAL_2025
        taken = split(less, weights)
        for line, amount, part in zip(own, split(plan, weights), taken, strict=True):
            line.moves = [Move("initial", amount, decision)]
            if part:
                line.moves.append(Move("decrease", -part, TRANSFER_2025, is_transfer=True))


def _plan_districts(dice: Dice, lines: Sequence[Line]) -> None:
    by_cell = cells(lines, 2025)
    first, second, gained = DISTRICTS_2025
    shares = _shares()
    names = list(shares)
    gains = split(gained, [shares[name] for name in names])
    firsts = split(first, [shares[name] for name in names])
    seconds = split(second, [len(by_cell.get(f"{name}/2", ())) for name in names])
    for n, name in enumerate(names):
        own = by_cell[f"{name}/1"]
        _assign(own, firsts[n])
        _assign(by_cell.get(f"{name}/2", []), seconds[n])
        chosen = [line for line in own if dice.happens(GAINING)] or own
        weights = [line.moves[0].amount for line in chosen]
        for line, more in zip(chosen, split(gains[n], weights), strict=True):
            line.moves.append(Move("increase", more, TRANSFER_2025, is_transfer=True))


def _assign(members: Sequence[Line], total: int) -> None:
    weights = [line.weight for line in members]
    count = len(members)
    plans = spread(total, weights, [LEAST] * count, [total] * count)
    for line, plan in zip(members, plans, strict=True):
        decision = SECOND_2025 if line.cell.endswith("/2") else INITIAL_2025
        line.moves = [Move("initial", plan, decision)]


def _shares() -> dict[str, int]:
    """Return what each district was assigned at the end of 2024, to divide 2025 by."""
    shares: dict[str, int] = {}
    for cell, known in CELLS_2024.items():
        district = cell.partition("/")[0]
        if district.isdecimal() and cell != CONTRIBUTIONS:
            shares[district] = shares.get(district, 0) + known.plans[-1]
    return shares
