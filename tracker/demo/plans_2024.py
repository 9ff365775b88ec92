"""The plan of 2024: assigned, supplemented, cut in November, raised in December, cut again."""

from collections.abc import Sequence
from itertools import accumulate

from tracker.demo.calibration import (
    CELLS_2024,
    CHECKPOINTS_2024,
    CONTRIBUTIONS,
    DECEMBER,
    DEPARTMENTS,
    INITIAL_2024,
    JANUARY,
    NOVEMBER,
    SUPPLEMENTS_2024,
    Cell2024,
    Dated,
)
from tracker.demo.chance import Dice
from tracker.demo.financing import cells
from tracker.demo.lines import Line, Move
from tracker.demo.rosters import DEPARTMENTS as ROSTER
from tracker.demo.spreading import split, spread

LEAST = 80
"""Million đồng that the smallest line is assigned."""
LATE_START, SUPPLEMENTED = 7, 16
"""Per cent of the lines first assigned during the year, and of those given more."""

_UNEVEN = (31, 36, 24, 40, 29, 44, 33, 27, 38, 22)
"""How far the departments had come by October beside each other."""


def table_2024() -> dict[str, Cell2024]:
    """Return the cells of 2024 with one for each department."""
    shares = [board.share for board in ROSTER]
    plans = [split(plan, shares) for plan in DEPARTMENTS.plans]
    october = split(DEPARTMENTS.october, [s * u for s, u in zip(shares, _UNEVEN, strict=True)])
    # Published: twelve of the thirteen units that are ranked stand at 92 % or more; the
    # departments are not among them and are kept no lower.
    final = plans[-1]
    lows, highs = [plan * 922 // 1000 for plan in final], [plan * 952 // 1000 for plan in final]
    end = spread(DEPARTMENTS.end, final[::-1], lows, highs)
    table = dict(CELLS_2024)
    for n, board in enumerate(ROSTER):
        a, b, c, d = (plan[n] for plan in plans)
        table[board.code] = Cell2024((a, b, c, d), october[n], end[n])
    return table


def plan_2024(dice: Dice, lines: Sequence[Line], table: dict[str, Cell2024]) -> None:
    """Give the lines of 2024 their entries, and the plan in force by each checkpoint."""
    for cell, members in cells(lines, 2024).items():
        if cell == CONTRIBUTIONS:
            _plan_contributions(members, table[cell])
        else:
            _plan_cell(dice, members, table[cell])
        for line in members:
            line.plans = [_plan_within(line, n) for n in range(len(CHECKPOINTS_2024))]


def _plan_contributions(members: Sequence[Line], cell: Cell2024) -> None:
    weights = [line.weight for line in members]
    for line, amount in zip(members, split(cell.plans[0], weights), strict=True):
        line.moves = [Move("initial", amount, INITIAL_2024), Move("decrease", -amount, JANUARY)]


def _plan_cell(dice: Dice, members: Sequence[Line], cell: Cell2024) -> None:
    october, november, december, january = cell.plans
    weights = [line.weight for line in members]
    least = [LEAST] * len(members)
    final = spread(january, weights, least, [january] * len(members))
    cut = _some(dice, december - january, [plan // 2 for plan in final])
    before_cut = [plan + part for plan, part in zip(final, cut, strict=True)]
    raised = _some(dice, december - november, [plan * 11 // 20 for plan in before_cut])
    low = [plan - part for plan, part in zip(before_cut, raised, strict=True)]
    lowered = _some(dice, october - november, low)
    for n, line in enumerate(members):
        line.moves = [
            *_until_october(dice, low[n] + lowered[n]),
            *_move("decrease", -lowered[n], NOVEMBER),
            *_move("supplement", raised[n], DECEMBER),
            *_move("decrease", -cut[n], JANUARY),
        ]


def _until_october(dice: Dice, plan: int) -> list[Move]:
    """Return how a line came to its plan of October: at once, late, or in two steps."""
    fate = dice.below(100)
    if fate < LATE_START:
        return [Move("supplement", plan, dice.pick(SUPPLEMENTS_2024))]
    if fate < LATE_START + SUPPLEMENTED:
        more = dice.jitter(plan, 15, 45)
        decision = dice.pick(SUPPLEMENTS_2024)
        return [*_move("initial", plan - more, INITIAL_2024), *_move("supplement", more, decision)]
    return [Move("initial", plan, INITIAL_2024)]


def _move(kind: str, amount: int, decision: Dated) -> list[Move]:
    return [Move(kind, amount, decision)] if amount else []


def _some(dice: Dice, total: int, highs: Sequence[int]) -> list[int]:
    """Return parts of a total on a few of the lines, none above its high."""
    chosen: set[int] = set()
    order = dice.shuffled(range(len(highs)))
    for place, reached in zip(order, accumulate(highs[n] for n in order), strict=True):
        if reached - highs[place] >= 2 * total:
            break
        chosen.add(place)
    bounded = [high if n in chosen else 0 for n, high in enumerate(highs)]
    return spread(total, bounded, [0] * len(highs), bounded)


def _plan_within(line: Line, checkpoint: int) -> int:
    """Return the plan in force by the close of a checkpoint's day."""
    day = CHECKPOINTS_2024[checkpoint].day
    return sum(move.amount for move in line.moves if move.decision.effective_on <= day)
