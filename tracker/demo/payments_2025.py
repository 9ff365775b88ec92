"""What each line of 2025 disbursed by the close of each checkpoint, and what was foreseen."""

from collections.abc import Sequence

from tracker.demo.calibration import (
    AHEAD,
    BEHIND,
    DISTRICTS_PAID_2025,
    GROUPS_2025,
    MILLION,
    ON,
    PROVINCE_PAID_2025,
    UNPAID_2025,
)
from tracker.demo.chance import Dice
from tracker.demo.drafts import Draft, Pace
from tracker.demo.financing import cells
from tracker.demo.lines import Line
from tracker.demo.settling import Settling
from tracker.demo.spreading import split, spread

BEFORE_TRANSFER, APRIL, LAST = 1, 3, 4


def pay_2025(dice: Dice, drafts: Sequence[Draft], lines: Sequence[Line]) -> dict[int, int]:
    """Give every line of 2025 what it disbursed by each checkpoint, in đồng.

    Return what each provincial project's scenario foresees for the end of April, in million
    đồng, by the number of its draft.
    """
    foreseen = _pay_province(dice, drafts)
    _pay_districts(dice, drafts, lines)
    return foreseen


def _pay_province(dice: Dice, drafts: Sequence[Draft]) -> dict[int, int]:
    foreseen: dict[int, int] = {}
    april: dict[int, int] = {}
    for group in GROUPS_2025:
        members = [draft for draft in drafts if draft.group == group]
        targets = _foreseen_by_april(dice, members, group)
        gaps = _gaps(dice, members, targets, group)
        for draft, target, gap in zip(members, targets, gaps, strict=True):
            foreseen[draft.number] = target
            april[draft.number] = target * MILLION + gap
    living = [draft for draft in drafts if draft.group]
    stalled = set(dice.sample([d.number for d in living if d.group == BEHIND], 3))
    rows = _province_rows(dice, living, [april[draft.number] for draft in living], stalled)
    for n, draft in enumerate(living):
        _divide(draft, [row[n] for row in rows])
    return foreseen


def _plan(draft: Draft, checkpoint: int) -> int:
    return sum(line.plans[checkpoint] for line in draft.lines_of(2025))


def _foreseen_by_april(dice: Dice, members: Sequence[Draft], group: str) -> list[int]:
    plans = [_plan(draft, 0) for draft in members]
    weights = [dice.jitter(plan, 55, 145) for plan in plans]
    lows, highs = [plan // 20 for plan in plans], [plan * 45 // 100 for plan in plans]
    return spread(GROUPS_2025[group].april, weights, lows, highs)


def _gaps(dice: Dice, members: Sequence[Draft], targets: list[int], group: str) -> list[int]:
    """Return what each project disbursed beyond its scenario by the end of April, in đồng."""
    whole = abs(GROUPS_2025[group].gap) * MILLION
    count = len(members)
    if group == ON:
        return [0] * count
    if group == AHEAD:
        room = [_plan(d, APRIL) * 8 // 10 - t for d, t in zip(members, targets, strict=True)]
        weights = [dice.jitter(space, 40, 160) for space in room]
        return spread(whole, weights, [9 * MILLION] * count, [space * MILLION for space in room])
    highs = [target * MILLION * 97 // 100 for target in targets]
    lows = [9 * MILLION] * count
    if group == BEHIND:
        smallest = sorted(range(count), key=lambda n: targets[n])[: 3 * UNPAID_2025]
        for n in dice.sample(smallest, UNPAID_2025):
            lows[n] = highs[n] = targets[n] * MILLION
    weights = [dice.jitter(target, 30, 170) for target in targets]
    return [-gap for gap in spread(whole, weights, lows, highs)]


def _province_rows(
    dice: Dice, living: Sequence[Draft], april: list[int], stalled: set[int]
) -> list[list[int]]:
    """Return what each project disbursed by each checkpoint, the first of which is zero."""
    count = len(living)
    settling = Settling(dice, count)
    still = [draft.number in stalled for draft in living]
    june_caps = [_plan(draft, LAST) * MILLION * 9 // 10 for draft in living]
    june_highs = [
        paid if halted else max(paid, cap)
        for paid, cap, halted in zip(april, june_caps, still, strict=True)
    ]
    weights = [dice.jitter(cap // 100, 30, 100) for cap in june_caps]
    june = spread(PROVINCE_PAID_2025[LAST] * MILLION, weights, april, june_highs)
    rows = [june, april]
    for k in (2, BEFORE_TRANSFER):
        caps = [_plan(draft, k) * MILLION for draft in living]
        highs = [min(later, cap) for later, cap in zip(rows[-1], caps, strict=True)]
        total = PROVINCE_PAID_2025[k] * MILLION
        rows.append(settling.step_back(total, [0] * count, highs, still))
    return [[0] * count, *rows[::-1]]


def _divide(draft: Draft, paid: list[int]) -> None:
    """Divide what a project disbursed among its lines, each within its plan."""
    own = draft.lines_of(2025)
    for line in own:
        line.paid = [0]
    for k in range(1, len(paid)):
        lows = [line.paid[-1] for line in own]
        # A line that loses capital in March must not have used it before.
        highs = [min(line.plans[k:]) * MILLION for line in own]
        weights = [line.plans[0] for line in own]
        for line, amount in zip(own, spread(paid[k], weights, lows, highs), strict=True):
            line.paid.append(amount)


def _pay_districts(dice: Dice, drafts: Sequence[Draft], lines: Sequence[Line]) -> None:
    by_cell = {cell: own for cell, own in cells(lines, 2025).items() if "/" in cell}
    districts = sorted({cell.partition("/")[0] for cell in by_cell})
    members = {
        code: [line for cell, own in by_cell.items() if cell.startswith(f"{code}/") for line in own]
        for code in districts
    }
    plans = [sum(line.plans[0] for line in members[code]) for code in districts]
    weights = [dice.jitter(plan, 55, 145) for plan in plans]
    rows = [split(total * MILLION, weights) for total in DISTRICTS_PAID_2025]
    for n, code in enumerate(districts):
        _pay_district(dice, drafts, members[code], [row[n] for row in rows])


def _pay_district(
    dice: Dice, drafts: Sequence[Draft], own: Sequence[Line], sums: list[int]
) -> None:
    paces = [drafts[line.draft].pace for line in own]
    settling = Settling(dice, len(own))
    still = [pace is Pace.STALLED for pace in paces]
    caps = [line.plans[LAST] * MILLION for line in own]
    worth = [
        cap // 100 * (dice.between(5, 40) if halted else dice.between(20, 180))
        for cap, halted in zip(caps, still, strict=True)
    ]
    rows = [spread(sums[LAST], worth, [0] * len(own), caps)]
    for k in (APRIL, 2, BEFORE_TRANSFER):
        highs = [
            0 if pace is Pace.UNPAID else min(later, line.plans[k] * MILLION)
            for later, line, pace in zip(rows[-1], own, paces, strict=True)
        ]
        rows.append(settling.step_back(sums[k], [0] * len(own), highs, still))
    rows.append([0] * len(own))
    rows.reverse()
    for n, line in enumerate(own):
        line.paid = [row[n] for row in rows]
