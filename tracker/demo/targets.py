"""The scenarios: how much each project, district and the province meant to have disbursed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.demo.calibration import (
    INITIAL_2024,
    MILLION,
    PLAN_2025,
    PROVINCE_SCENARIO_2025,
    SCENARIO_2025,
)
from tracker.demo.chance import Dice
from tracker.demo.drafts import Draft
from tracker.demo.loading import Loader, Row, iso
from tracker.demo.places import Owner, Place, Province
from tracker.demo.spreading import spread
from tracker.domain.days import MONTHS
from tracker.domain.rulebook import DEFAULT_CURVE, HAI_DUONG_2025

APPROVED_2024 = date(2024, 1, 25)
HAVE_2024, HAVE_LATER, HAVE_2025 = 84, 45, 88
"""Per cent of the projects with a scenario: of 2024, of those begun later, of districts' 2025."""
_APRIL = 3
_DAYS_TO_PROPOSE = 8

_SCENARIO = (
    "id scope year version project_id organisation_id unit_id holder document committed_by"
    " proposed_by proposed_at approved_by approved_at approved_on row_version"
)
_MORNING = 10_800


@dataclass(frozen=True, slots=True)
class Target:
    """One scenario: its scope and holder, document, approval, and thirteen amounts in đồng."""

    scope: str
    year: int
    holder: int
    document: str
    committed_by: str
    approved_on: date
    cumulative: tuple[int, ...]


def targets_2024(dice: Dice, drafts: Sequence[Draft]) -> list[Target]:
    """Return the scenarios of 2024: of most projects, for the plan they then had."""
    targets = []
    for draft in drafts:
        own = [line for line in draft.lines_of(2024) if line.moves]
        moves = [move for line in own for move in line.moves if move.amount > 0]
        if not moves:
            continue
        first = min(move.decision.effective_on for move in moves)
        plan = sum(move.amount for move in moves if move.decision.effective_on == first)
        is_initial = first == INITIAL_2024.effective_on
        if not dice.happens(HAVE_2024 if is_initial else HAVE_LATER):
            continue
        approved_on = APPROVED_2024 if is_initial else first + timedelta(_DAYS_TO_PROPOSE)
        begun = 0 if is_initial else first.month - 1
        bent = dice.between(-35, 45)
        points = _own_curve(dice, DEFAULT_CURVE.points, plan * MILLION, begun, bent)
        targets.append(_of_project(draft, 2024, approved_on, points))
    return targets


def targets_2025(
    dice: Dice, province: Province, drafts: Sequence[Draft], foreseen: Mapping[int, int]
) -> list[Target]:
    """Return the scenarios of 2025: the province's, those of districts, owners and projects.

    `foreseen` is what each provincial project foresees for the end of April, in million đồng.
    """
    approved_on, document = SCENARIO_2025
    whole = [PLAN_2025 * MILLION * point // HAI_DUONG_2025.whole for point in HAI_DUONG_2025.points]
    chairman = "Chủ tịch UBND tỉnh"
    targets = [
        Target("province", 2025, province.place.id, document, chairman, approved_on, tuple(whole))
    ]
    own = [draft for draft in drafts if draft.group]
    rows = _province_rows(dice, own, [foreseen[draft.number] for draft in own])
    projects = [
        _of_project(draft, 2025, approved_on, [row[n] * MILLION for row in rows])
        for n, draft in enumerate(own)
    ]
    targets += _of_owners(own, projects)
    rest = [a - b * MILLION for a, b in zip(whole, PROVINCE_SCENARIO_2025, strict=True)]
    local = [draft for draft in drafts if draft.in_2025 and not draft.group]
    plans = _district_plans(local)
    districts = _district_rows(dice, plans, rest)
    for code, row in districts.items():
        place = province.districts[code]
        targets.append(_of_district(place, row))
    return targets + projects + _of_local(dice, local, plans, districts)


def _of_project(draft: Draft, year: int, approved_on: date, cumulative: Sequence[int]) -> Target:
    document = (
        SCENARIO_2025[1]
        if draft.group and year == 2025
        else f"{_number(draft, year)}/KH-{_sign(draft.owner)}"
    )
    return Target(
        "project",
        year,
        draft.id,
        document,
        f"Lãnh đạo {draft.owner.short_name}",
        approved_on,
        tuple(cumulative),
    )


def _number(draft: Draft, year: int) -> int:
    return 11 + (draft.number * 7 + year) % 180


def _sign(owner: Owner) -> str:
    return "UBND" if owner.tier == "commune" else "BQLDA"


def _of_district(place: Place, cumulative: Sequence[int]) -> Target:
    approved_on, document = SCENARIO_2025
    committed_by = f"Chủ tịch UBND {place.spoken}"
    return Target("unit", 2025, place.id, document, committed_by, approved_on, tuple(cumulative))


def _of_owners(drafts: Sequence[Draft], projects: Sequence[Target]) -> list[Target]:
    """Return for each provincial owner the sum of the scenarios of its projects."""
    approved_on, document = SCENARIO_2025
    owners: dict[int, Owner] = {}
    sums: dict[int, list[int]] = {}
    for draft, target in zip(drafts, projects, strict=True):
        owner = owners.setdefault(draft.owner.id, draft.owner)
        row = sums.setdefault(owner.id, [0] * MONTHS)
        sums[owner.id] = [a + b for a, b in zip(row, target.cumulative, strict=True)]
    return [
        Target(
            "organisation",
            2025,
            key,
            document,
            f"Lãnh đạo {owners[key].short_name}",
            approved_on,
            tuple(row),
        )
        for key, row in sums.items()
    ]


def _province_rows(dice: Dice, drafts: Sequence[Draft], april: list[int]) -> list[list[int]]:
    """Return by month what each provincial project foresees; the months add up as published."""
    plans = [sum(line.plans[0] for line in draft.lines_of(2025)) for draft in drafts]
    rows = {_APRIL: april}
    later = plans
    for month in range(MONTHS - 1, _APRIL, -1):
        weights = [dice.jitter(a - b + 1, 70, 100) for a, b in zip(later, april, strict=True)]
        later = rows[month] = spread(PROVINCE_SCENARIO_2025[month], weights, april, later)
    later = april
    for month in range(_APRIL - 1, -1, -1):
        weights = [dice.jitter(amount + 1, 70, 100) for amount in later]
        low = [0] * len(later)
        later = rows[month] = spread(PROVINCE_SCENARIO_2025[month], weights, low, later)
    return [rows[month] for month in range(MONTHS)]


def _district_plans(drafts: Sequence[Draft]) -> dict[str, int]:
    """Return what each district and its communes were assigned in January 2025, in đồng."""
    plans: dict[str, int] = {}
    for draft in drafts:
        plan = sum(line.plans[0] for line in draft.lines_of(2025)) * MILLION
        plans[draft.owner.district] = plans.get(draft.owner.district, 0) + plan
    return plans


def _district_rows(dice: Dice, plans: dict[str, int], sums: Sequence[int]) -> dict[str, list[int]]:
    later = list(plans.values())
    rows = []
    for month in range(MONTHS - 1, -1, -1):
        weights = [dice.jitter(amount, 85, 100) for amount in later]
        later = spread(sums[month], weights, [0] * len(later), later)
        rows.append(later)
    rows.reverse()
    return {code: [row[n] for row in rows] for n, code in enumerate(plans)}


def _of_local(
    dice: Dice,
    drafts: Sequence[Draft],
    plans: Mapping[str, int],
    districts: Mapping[str, Sequence[int]],
) -> list[Target]:
    """Return the scenarios of most projects of districts and communes, near their district's."""
    targets = []
    for draft in drafts:
        if not dice.happens(HAVE_2025):
            continue
        code = draft.owner.district
        curve = [amount * 10_000 // plans[code] for amount in districts[code]]
        plan = sum(line.plans[0] for line in draft.lines_of(2025)) * MILLION
        later = timedelta(_DAYS_TO_PROPOSE if draft.second_round else 0)
        # Published, and what is left of it: districts meant to have 33 % by April and had 22 %.
        # Their projects promise less at first than their districts do for them.
        points = _own_curve(dice, curve, plan, 0, dice.between(0, 90))
        targets.append(_of_project(draft, 2025, SCENARIO_2025[0] + later, points))
    return targets


def _own_curve(dice: Dice, curve: Sequence[int], plan: int, begun: int, bent: int) -> list[int]:
    """Return a project's own path: the curve, cut short, from `begun` months on.

    `bent` lies between the curve, 0, and its square, 100; below zero it runs ahead. The path
    ends within the plan, in whole million đồng, and never falls.
    """
    reaches = dice.between(93, 100)
    start = curve[begun - 1] if begun else 0
    span = max(1, curve[-1] - start)
    path = []
    for month, point in enumerate(curve):
        share = max(0, point - start) * 10_000 // span
        share = (share * (100 - bent) + share * share * bent // 10_000) // 100
        amount = plan * min(10_000, share) * reaches // 1_000_000
        path.append(amount // MILLION * MILLION if month >= begun else 0)
    return path


def write_targets(loader: Loader, system_id: int, targets: Sequence[Target]) -> None:
    """Write the scenarios, approved by the product itself."""
    rows: list[Row] = []
    months: list[Row] = []
    for target in targets:
        key = loader.key("scenario")
        day = str(iso(target.approved_on))
        holders = {
            "project": (target.holder, None, None),
            "organisation": (None, target.holder, None),
        }
        at = loader.instant(day, _MORNING)
        rows.append(
            (
                key,
                target.scope,
                target.year,
                1,
                *holders.get(target.scope, (None, None, target.holder)),
                f"{target.scope}:{target.holder}",
                target.document,
                target.committed_by,
                system_id,
                at,
                system_id,
                at,
                day,
                1,
            )
        )
        months.extend((key, month, amount) for month, amount in enumerate(target.cumulative, 1))
    loader.insert("scenario", _SCENARIO, rows)
    loader.insert("scenario_month", "scenario_id month cumulative", months)
