"""The tables of the calibration agree with each other before anything is built from them."""

from tracker.demo.calibration import (
    CELLS_2024,
    CHECKPOINTS_2024,
    CHECKPOINTS_2025,
    DEPARTMENTS,
    DISTRICTS_2025,
    DISTRICTS_PAID_2025,
    GROUPS_2025,
    OCTOBER,
    PLAN_2024,
    PLAN_2025,
    POOL_2025,
    PROVINCE_PAID_2025,
    PROVINCE_SCENARIO_2025,
)
from tracker.demo.plans_2024 import table_2024
from tracker.demo.rosters import DEPARTMENTS as ROSTER


def test_the_cells_of_2024_add_up_to_the_province() -> None:
    cells = [*CELLS_2024.values(), DEPARTMENTS]
    for step, total in enumerate(PLAN_2024):
        assert sum(cell.plans[step] for cell in cells) == total
    assert sum(cell.october for cell in cells) == CHECKPOINTS_2024[OCTOBER].total
    assert sum(cell.end for cell in cells) == CHECKPOINTS_2024[-1].total


def test_the_departments_share_what_they_have_together() -> None:
    table = table_2024()
    own = [table[board.code] for board in ROSTER]
    assert sum(board.share for board in ROSTER) == 1_000
    for step, total in enumerate(DEPARTMENTS.plans):
        assert sum(cell.plans[step] for cell in own) == total
    assert sum(cell.october for cell in own) == DEPARTMENTS.october
    assert sum(cell.end for cell in own) == DEPARTMENTS.end


def test_the_groups_of_2025_add_up_to_what_was_published() -> None:
    groups = GROUPS_2025.values()
    assert sum(group.projects for group in groups) == 58
    assert sum(group.plan for group in groups) == 6_008_700
    assert sum(group.plan + group.transferred for group in groups) == 5_751_000
    assert sum(group.april + group.gap for group in groups) == 1_449_147
    assert sum(group.april for group in groups) == PROVINCE_SCENARIO_2025[3]


def test_districts_and_the_pool_make_up_the_rest_of_2025() -> None:
    first, second, gained = DISTRICTS_2025
    assert first + second == 4_443_800
    assert first + second + gained == 4_701_600
    assert 6_008_700 + first + second + POOL_2025 == PLAN_2025
    assert 5_751_000 + first + second + gained == PLAN_2025


def test_payments_of_2025_only_grow() -> None:
    for paid in (PROVINCE_PAID_2025, DISTRICTS_PAID_2025, PROVINCE_SCENARIO_2025):
        assert list(paid) == sorted(paid)
    assert len(PROVINCE_PAID_2025) == len(DISTRICTS_PAID_2025) == len(CHECKPOINTS_2025)
