"""What each line of 2024 disbursed by the close of each checkpoint."""

from collections.abc import Sequence

from tracker.demo.calibration import (
    CHECKPOINTS_2024,
    CONTRIBUTED_IN,
    CONTRIBUTIONS,
    MILLION,
    OCTOBER,
    OCTOBER_SHARES,
    PINNED_2024,
    Cell2024,
)
from tracker.demo.chance import Dice
from tracker.demo.drafts import Draft, Pace
from tracker.demo.financing import LAND_REVENUE, cells
from tracker.demo.lines import Line
from tracker.demo.settling import Settling
from tracker.demo.spreading import split, spread

LAST = len(CHECKPOINTS_2024) - 1
MOVED = 7
"""The checkpoint by whose close contributions have changed their source."""
PAID_LATE = 10
"""The first checkpoint by whose close late projects have disbursed anything."""
_ODD = 90 * MILLION
"""How far a sum that nobody published may stand from its round figure."""


def pay_2024(
    dice: Dice, drafts: Sequence[Draft], lines: Sequence[Line], table: dict[str, Cell2024]
) -> None:
    """Give every line of 2024 what it disbursed by each checkpoint, in đồng."""
    by_cell = cells(lines, 2024)
    _shift_contributions(drafts, by_cell[CONTRIBUTIONS], table[CONTRIBUTIONS])
    for cell, sums in _sums(dice, table).items():
        if cell != CONTRIBUTIONS:
            _pay_cell(dice, drafts, by_cell[cell], sums)


def _shift_contributions(drafts: Sequence[Draft], members: Sequence[Line], cell: Cell2024) -> None:
    """Pay contributions until October, and note what moves onto the project's other line."""
    paid = split(cell.october * MILLION, [line.moves[0].amount for line in members])
    for line, amount in zip(members, paid, strict=True):
        before = [amount * share // 100 for share in OCTOBER_SHARES]
        line.paid = [*before, *[amount] * (MOVED - OCTOBER), *[0] * (LAST - MOVED + 1)]
        line.shifted = -amount
        partner = next(
            other for other in drafts[line.draft].lines_of(2024) if other.source == LAND_REVENUE
        )
        partner.shifted = amount


def _sums(dice: Dice, table: dict[str, Cell2024]) -> dict[str, list[int]]:
    """Return what each cell disbursed by each checkpoint from October on, in đồng."""
    names = list(table)
    loose = [n for n, name in enumerate(names) if not table[name].exact]
    # Units that disbursed everything end on their plan.
    ending = [n for n in loose if table[names[n]].end < table[names[n]].plans[-1]]
    october = _with_odd_ends(dice, [cell.october for cell in table.values()], loose)
    end = _with_odd_ends(dice, [cell.end for cell in table.values()], ending)
    rows = [october]
    for checkpoint in range(OCTOBER + 1, LAST):
        rows.append(_between(names, checkpoint, rows[-1], (october, end)))
    rows.append(end)
    return {name: [row[n] for row in rows] for n, name in enumerate(names)}


def _with_odd_ends(dice: Dice, amounts: list[int], loose: list[int]) -> list[int]:
    """Return the sums in đồng; the loose ones lose their round ends, the total keeps its own."""
    sums = [amount * MILLION for amount in amounts]
    moved = [dice.between(-_ODD, _ODD) for _ in loose]
    moved[-1] -= sum(moved)
    for n, shift in zip(loose, moved, strict=True):
        sums[n] += shift
    return sums


def _between(
    names: list[str], checkpoint: int, before: list[int], span: tuple[list[int], list[int]]
) -> list[int]:
    """Return the sums of the cells at a checkpoint: pinned ones as known, others on their way."""
    october, end = span
    total = CHECKPOINTS_2024[checkpoint].total * MILLION
    first, last = CHECKPOINTS_2024[OCTOBER].total, CHECKPOINTS_2024[LAST].total
    passed, whole = CHECKPOINTS_2024[checkpoint].total - first, last - first
    lows, highs, wanted = [], [], []
    for n, name in enumerate(names):
        pin = PINNED_2024.get(name, {}).get(checkpoint)
        low = before[n] if pin is None else pin * MILLION
        lows.append(low)
        highs.append(_ceiling(name, checkpoint, end[n]) if pin is None else low)
        reached = october[n] + (end[n] - october[n]) * passed // whole
        wanted.append(max(1, reached - low))
    if checkpoint == MOVED:
        # The land revenue of these communes takes over what had been contributed.
        place = names.index(CONTRIBUTED_IN)
        lows[place] += october[names.index(CONTRIBUTIONS)] + 800 * MILLION
    return spread(total, wanted, lows, highs)


def _ceiling(name: str, checkpoint: int, end: int) -> int:
    """Return the most a cell may have disbursed; a pinned one keeps within its next pin."""
    later = [amount for at, amount in PINNED_2024.get(name, {}).items() if at > checkpoint]
    return min(end, *(amount * MILLION for amount in later)) if later else end


def _pay_cell(
    dice: Dice, drafts: Sequence[Draft], members: Sequence[Line], sums: list[int]
) -> None:
    settling = Settling(dice, len(members))
    paces = [drafts[line.draft].pace for line in members]
    caps = [[line.plans[k] * MILLION for line in members] for k in range(OCTOBER, LAST + 1)]
    worth = [
        cap * (dice.between(30, 60) if pace is Pace.STALLED else dice.between(92, 130)) // 100
        for cap, pace in zip(caps[-1], paces, strict=True)
    ]
    row = spread(sums[-1], worth, [max(0, line.shifted) for line in members], caps[-1])
    rows = [row]
    for k in range(LAST - 1, OCTOBER - 1, -1):
        lows = [line.shifted if k >= MOVED else 0 for line in members]
        freed = [line.shifted if k == MOVED - 1 else 0 for line in members]
        highs = [
            0 if pace is Pace.LATE and k < PAID_LATE else min(later, cap) - free
            for later, cap, free, pace in zip(
                rows[-1], caps[k - OCTOBER], freed, paces, strict=True
            )
        ]
        still = [_is_idle(pace, k) for pace in paces]
        rows.append(settling.step_back(sums[k - OCTOBER], lows, highs, still))
    rows.reverse()
    for n, line in enumerate(members):
        line.paid = [*_until_october(dice, line, rows[0][n]), *(row[n] for row in rows)]


def _is_idle(pace: Pace, checkpoint: int) -> bool:
    """Tell whether a project paid nothing after this checkpoint until the next one."""
    return pace is Pace.STALLED and checkpoint >= OCTOBER + 1


def _until_october(dice: Dice, line: Line, october: int) -> list[int]:
    """Return what was disbursed by the first four checkpoints, within the plan of the day."""
    bent = dice.between(40, 140)
    starts = dice.pick((0, 0, 0, 0, 1, 1, 2))
    paid = []
    for k, share in enumerate(OCTOBER_SHARES):
        reached = share * (bent * 100 + (100 - bent) * share) // 100
        amount = october * reached // 10_000 if k >= starts else 0
        paid.append(min(amount, line.plans[k] * MILLION))
    return paid
