"""Who owns projects in the demonstration: boards, departments, committees."""

from typing import NamedTuple

from tracker.domain.units import OrganisationKind


class Board(NamedTuple):
    """A provincial owner: its share of the departments' capital and its projects.

    `only_2024`, `both` and `only_2025` are how many projects have a plan in these years.
    """

    code: str
    name: str
    short_name: str
    kind: OrganisationKind
    works: str
    share: int
    only_2024: int
    both: int
    only_2025: int


PROVINCE_BOARD = Board(
    "BQLDA-TINH",
    "Ban Quản lý dự án đầu tư xây dựng tỉnh Hải Dương",
    "Ban QLDA ĐTXD tỉnh",
    OrganisationKind.PROVINCE_BOARD,
    "board",
    0,
    32,
    34,
    11,
)
"""Published: 66 projects and more than 3.800 tỷ in 2024."""

_DEPARTMENT = OrganisationKind.SECTOR_DEPARTMENT
_SERVICE = OrganisationKind.PUBLIC_SERVICE

DEPARTMENTS: tuple[Board, ...] = (
    Board("SYT", "Sở Y tế", "Sở Y tế", _DEPARTMENT, "health", 150, 2, 2, 0),
    Board("SGDDT", "Sở Giáo dục và Đào tạo", "Sở GD&ĐT", _DEPARTMENT, "schools", 140, 3, 1, 1),
    Board(
        "SVHTTDL",
        "Sở Văn hóa, Thể thao và Du lịch",
        "Sở VH,TT&DL",
        _DEPARTMENT,
        "culture",
        *(90, 1, 1, 0),
    ),
    Board("CAT", "Công an tỉnh", "Công an tỉnh", _DEPARTMENT, "police", 110, 2, 1, 1),
    Board("BCHQS", "Bộ Chỉ huy Quân sự tỉnh", "BCH QS tỉnh", _DEPARTMENT, "army", 100, 1, 1, 0),
    Board(
        "BQLKCN",
        "Ban Quản lý các khu công nghiệp tỉnh",
        "Ban QL các KCN",
        _DEPARTMENT,
        "industry",
        *(60, 1, 0, 0),
    ),
    Board(
        "VPUB",
        "Văn phòng Ủy ban nhân dân tỉnh",
        "Văn phòng UBND tỉnh",
        OrganisationKind.PROVINCE_OFFICE,
        "offices",
        *(50, 1, 1, 0),
    ),
    Board(
        "KTCTTL",
        "Công ty TNHH MTV Khai thác công trình thủy lợi tỉnh",
        "Công ty KTCTTL tỉnh",
        OrganisationKind.OTHER,
        "irrigation",
        *(160, 1, 2, 1),
    ),
    Board("BVDK", "Bệnh viện Đa khoa tỉnh", "BVĐK tỉnh", _SERVICE, "hospital", 90, 1, 1, 0),
    Board("DHHD", "Trường Đại học Hải Dương", "ĐH Hải Dương", _SERVICE, "university", 50, 1, 0, 0),
)
"""Their shares, in thousandths, and their numbers of projects are assumptions."""
