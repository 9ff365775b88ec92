"""The figures the demonstration must show, and the assumptions between them.

Amounts are in million đồng. *Published* figures stand in data/published/provinces_by_date.csv
and hai_duong_2025_schedule.csv with their addresses; everything else here is an assumption that
fits between them. `docs/sources.md#demonstration` says which is which.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

MILLION = 10**6


class Dated(NamedTuple):
    """A decision of the province about the plan: its day, its number, its round."""

    effective_on: date
    decided_on: date
    number: str
    round: str


# --- 2024: decisions -----------------------------------------------------------------------------

INITIAL_2024 = Dated(date(2024, 1, 1), date(2023, 12, 14), "3152/QĐ-UBND", "Giao đầu năm")
SUPPLEMENTS_2024 = (
    Dated(date(2024, 3, 22), date(2024, 3, 20), "742/QĐ-UBND", "Bổ sung đợt 1"),
    Dated(date(2024, 5, 17), date(2024, 5, 15), "1163/QĐ-UBND", "Bổ sung đợt 2"),
    Dated(date(2024, 7, 19), date(2024, 7, 17), "1795/QĐ-UBND", "Bổ sung đợt 3"),
    Dated(date(2024, 9, 20), date(2024, 9, 18), "2371/QĐ-UBND", "Bổ sung đợt 4"),
)
NOVEMBER = Dated(date(2024, 11, 25), date(2024, 11, 22), "3010/QĐ-UBND", "Điều chỉnh đợt 1")
DECEMBER = Dated(date(2024, 12, 12), date(2024, 12, 11), "3248/QĐ-UBND", "Bổ sung đợt 5")
JANUARY = Dated(date(2025, 1, 22), date(2025, 1, 21), "176/QĐ-UBND", "Điều chỉnh đợt 2")

# --- 2024: what each unit was assigned and disbursed ---------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell2024:
    """Lines whose sums are known: what they were assigned, and disbursed.

    `plans` hold on 31/10/2024, from 25/11, from 12/12 and from 22/01/2025. `exact` cells show
    exactly these payments; the others differ by a little, so that no sum looks rounded.
    """

    plans: tuple[int, int, int, int]
    october: int
    end: int
    exact: bool = False


THANH_HA = "294"
BINH_GIANG = "296"
CONTRIBUTED_IN = "291"
"""Nam Sách: its communes hold the contributions of source 2.6."""

BOARD = "board"
CONTRIBUTIONS = "contributions"
DEPARTMENTS = Cell2024((1_767_700, 1_593_561, 1_849_900, 1_796_700), 567_423, 1_667_682)

CELLS_2024: dict[str, Cell2024] = {
    BOARD: Cell2024((3_822_000, 3_430_000, 3_602_000, 3_472_000), 1_066_000, 3_368_600),
    # Published for 31/10/2024: Thành phố Hải Dương, Kinh Môn, Ninh Giang above 50 %.
    "288": Cell2024((640_261, 600_000, 642_000, 612_000), 347_000, 594_864),
    # Published: Chí Linh above 71,6 % on 31/10/2024, the highest.
    "290": Cell2024((372_000, 365_000, 382_000, 371_000), 266_464, 360_983, exact=True),
    "291": Cell2024((236_000, 226_000, 238_000, 229_000), 85_900, 222_359),
    "292": Cell2024((421_000, 405_000, 428_000, 410_000), 221_900, 398_110),
    # Published: Kim Thành, Tứ Kỳ, Bình Giang 100 % on 31/01/2025.
    "293": Cell2024((288_000, 262_000, 277_000, 265_000), 112_000, 265_000),
    # Published: Cẩm Giàng 92,6 % on 31/01/2025.
    "295": Cell2024((362_000, 350_000, 365_000, 350_000), 99_550, 324_100, exact=True),
    "296": Cell2024((262_000, 240_000, 252_000, 240_000), 83_300, 240_000),
    "297": Cell2024((208_000, 196_000, 207_000, 199_000), 85_900, 193_826),
    "298": Cell2024((282_000, 262_000, 273_000, 262_000), 123_200, 262_000),
    "299": Cell2024((262_000, 250_000, 264_000, 252_000), 134_700, 244_944),
    "300": Cell2024((222_000, 210_000, 222_000, 212_000), 74_600, 205_852),
    # Published: Thanh Hà 16.528 of 308.739 on 11/11/2024, of which district budget 12.688 of
    # 152.179 and commune budget 3.840 of 7.500 on 19/11; 5,3 % on 31/10; 88,6 % on 31/01/2025.
    "294/district": Cell2024((152_179, 152_179, 168_000, 162_500), 12_560, 147_900, exact=True),
    "294/province": Cell2024((149_060, 149_060, 169_500, 160_300), 0, 137_600, exact=True),
    "294/commune": Cell2024((7_500, 7_500, 7_500, 7_200), 3_803, 6_880, exact=True),
    # Published: 3.288 disbursed on 31/10/2024, 3.284,3 of it against the Prime Minister's plan;
    # 124,7 % of that plan at the close, so these 3,7 were moved to another source.
    CONTRIBUTIONS: Cell2024((6_100, 6_100, 6_100, 0), 3_700, 0, exact=True),
}

PLAN_2024 = (9_459_800, 8_704_400, 9_353_000, 9_000_700)
"""Published: 9.459,8 on 31/10; 45,1 % and 86,6 % and 96 % imply the others."""

MOVED_ON = date(2024, 11, 22)
"""The day on which contributions of source 2.6 were put under land revenue."""


class Checkpoint(NamedTuple):
    """A day by whose close a sum is known; `total` of the province, in million đồng."""

    day: date
    total: int


OCTOBER = 4
CHECKPOINTS_2024 = (
    # No sum is known for the first four: they stand before supplements of the plan.
    Checkpoint(date(2024, 3, 21), 0),
    Checkpoint(date(2024, 5, 16), 0),
    Checkpoint(date(2024, 7, 18), 0),
    Checkpoint(date(2024, 9, 19), 0),
    Checkpoint(date(2024, 10, 31), 3_288_000),  # published
    Checkpoint(date(2024, 11, 11), 3_415_318),
    Checkpoint(date(2024, 11, 19), 3_561_907),
    Checkpoint(date(2024, 11, 22), 3_640_253),
    Checkpoint(date(2024, 12, 5), 3_925_700),  # published, "early December"
    Checkpoint(date(2024, 12, 11), 4_391_416),
    Checkpoint(date(2025, 1, 2), 8_101_300),  # published: more than 8.100, 86,6 %
    Checkpoint(date(2025, 1, 20), 8_452_637),
    Checkpoint(date(2025, 1, 24), 8_640_700),  # published for 31/01; 25/01 to 02/02 is Tết
)
FIRST_POSTING_2024 = date(2024, 1, 9)

PINNED_2024: dict[str, dict[int, int]] = {
    # Cell, then checkpoint: what is known of it, or assumed to lead to what is known.
    "294/district": {
        5: 12_688,
        6: 12_688,
        7: 12_688,
        8: 15_214,
        9: 19_020,
        10: 119_840,
        11: 131_207,
    },
    "294/province": {5: 0, 6: 0, 7: 0, 8: 2_436, 9: 6_018, 10: 95_322, 11: 124_961},
    "294/commune": {5: 3_840, 6: 3_840, 7: 3_840, 8: 4_105, 9: 4_392, 10: 6_417, 11: 6_640},
    CONTRIBUTIONS: {5: 3_700, 6: 3_700, 7: 0, 8: 0, 9: 0, 10: 0, 11: 0},
    # Published: Bình Giang below 90 % on 20/01/2025, 100 % four days later.
    BINH_GIANG: {10: 214_836, 11: 224_291},
}

OCTOBER_SHARES = (14, 34, 57, 81)
"""Of what a line disbursed by 31/10/2024, in per cent: by the four checkpoints before."""

PM_2024 = 6_931_700
"""Published. How it divides among the sources is an assumption (`planbook.pm_plans`)."""

# --- 2025 ----------------------------------------------------------------------------------------

INITIAL_2025 = Dated(date(2025, 1, 1), date(2024, 12, 13), "3281/QĐ-UBND", "Giao đầu năm, đợt 1")
SECOND_2025 = Dated(date(2025, 1, 10), date(2025, 1, 9), "85/QĐ-UBND", "Giao đầu năm, đợt 2")
TRANSFER_2025 = Dated(date(2025, 3, 26), date(2025, 3, 25), "880/QĐ-UBND", "Điều chuyển đợt 1")
SCENARIO_2025 = (date(2025, 1, 10), "165/KH-UBND")

PLAN_2025 = 10_452_600
POOL_2025 = 100
"""Published: 6.008,7 of the province and 4.443,8 of districts and communes leave 0,1."""


class Group2025(NamedTuple):
    """Provincial projects of 2025 that stand alike to their scenario on 30/04/2025."""

    projects: int
    plan: int
    transferred: int
    april: int
    gap: int


BEHIND, NEW_BEHIND, AHEAD, ON = "behind", "new_behind", "ahead", "on"
GROUPS_2025: dict[str, Group2025] = {
    # Published: 58 projects; 32 behind by 513,2; 21 ahead by 491,84; 5 on it. 6.008,7 assigned,
    # 5.751,0 after transfers, 1.449,147 disbursed; so the scenarios foresaw 1.470,507.
    BEHIND: Group2025(25, 2_217_500, -257_700, 700_000, -380_000),
    NEW_BEHIND: Group2025(7, 902_500, 0, 205_000, -133_200),
    AHEAD: Group2025(21, 2_350_000, 0, 430_000, 491_840),
    ON: Group2025(5, 538_700, 0, 135_507, 0),
}
LOSING_2025 = 9
"""Provincial projects that give capital away in March 2025."""
UNPAID_2025 = 3
"""Provincial projects behind their scenario that had disbursed nothing by 30/04/2025."""

DISTRICTS_2025 = (4_293_800, 150_000, 257_800)
"""Assigned to districts and communes in the first round, the second, and by the transfer."""

CHECKPOINTS_2025 = (
    date(2025, 1, 10),
    date(2025, 3, 25),
    date(2025, 3, 31),
    date(2025, 4, 30),
    date(2025, 6, 30),
)
PROVINCE_PAID_2025 = (0, 838_417, 941_326, 1_449_147, 2_453_618)
"""Published: 1.449,147 on 30/04."""
DISTRICTS_PAID_2025 = (0, 588_240, 660_874, 1_016_776, 1_771_259)
"""Published: 1.016,776 on 30/04, and with the province's projects 1.602,2 on 31/03."""

PROVINCE_SCENARIO_2025 = (
    # Cumulative, by month, of the 58 provincial projects; published: 5.978,4 at the close.
    *(150_300, 421_000, 1_002_600, 1_470_507, 2_013_000, 2_842_000, 3_281_000, 3_592_000),
    *(4_152_000, 4_541_000, 4_802_000, 5_561_000, 5_978_400),
)

PM_2025 = 9_400_000
"""An assumption: as much as was first allocated for 2025."""

# --- how many -------------------------------------------------------------------------------------

DISTRICT_PROJECTS = 500
COMMUNE_PROJECTS = 896
ENTRIES = 300_000
