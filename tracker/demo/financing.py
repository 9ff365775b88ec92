"""Gives every draft its plan lines, and every line the sums it is part of."""

from collections import defaultdict
from collections.abc import Iterable

from tracker.demo.calibration import BOARD, CONTRIBUTED_IN, CONTRIBUTIONS, THANH_HA
from tracker.demo.chance import Dice
from tracker.demo.drafts import Draft, Pace
from tracker.demo.lines import Line, profile_of

LAND_REVENUE, CONTRIBUTED = "2.2", "2.6"
CONTRIBUTING = 15
"""Communes' projects that people's contributions help to pay for."""


def finance(dice: Dice, drafts: Iterable[Draft]) -> list[Line]:
    """Give the drafts their lines, and return all of them in the order of drafts and years."""
    contributing = CONTRIBUTING
    lines: list[Line] = []
    for draft in drafts:
        profile = profile_of(draft.owner.tier, dice.below(100))
        years = [year for year, lives in ((2024, draft.in_2024), (2025, draft.in_2025)) if lives]
        for year in years:
            for source, budget, parts in profile:
                cell = _cell_2024(draft, budget) if year == 2024 else cell_2025(draft)
                weight = draft.size * parts
                draft.lines.append(Line(draft.number, year, source, budget, cell, weight))
        if contributing and _may_contribute(draft):
            contributing -= 1
            weight = draft.size * 100
            line = Line(draft.number, 2024, CONTRIBUTED, "commune", CONTRIBUTIONS, weight)
            draft.lines.insert(1, line)
        lines.extend(draft.lines)
    return lines


def cells(lines: Iterable[Line], year: int) -> dict[str, list[Line]]:
    """Return the lines of a year by their cells."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.year == year:
            found[line.cell].append(line)
    return dict(found)


def cell_2025(draft: Draft) -> str:
    """Return the cell of a draft's lines of 2025: its own, or its district's by round."""
    if draft.owner.tier == "province":
        return f"project:{draft.number}"
    return f"{draft.owner.district}/{2 if draft.second_round else 1}"


def _cell_2024(draft: Draft, budget: str) -> str:
    board, district = draft.owner.board, draft.owner.district
    if board is not None:
        return BOARD if board.works == BOARD else board.code
    return f"{THANH_HA}/{budget}" if district == THANH_HA else district


def _may_contribute(draft: Draft) -> bool:
    first = draft.lines[0]
    return (
        draft.owner.district == CONTRIBUTED_IN
        and draft.owner.tier == "commune"
        and first.year == 2024
        and draft.pace is Pace.NORMAL
        and (first.source, first.budget) == (LAND_REVENUE, "commune")
        and len(draft.lines_of(2024)) == 1
    )
