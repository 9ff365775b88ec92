"""The places and organisations on which the demonstration stands."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.demo.loading import Loader
from tracker.demo.rosters import DEPARTMENTS, PROVINCE_BOARD, Board
from tracker.domain.text import fold, sort_key
from tracker.domain.units import OrganisationKind

PROVINCE_CODE = "30"
OPENED = "2020-01-01"
"""From when the organisations are said to exist."""

_COLUMNS = "id code name short_name kind tier unit_id unit_path valid_from name_folded name_sort"
_SHORT_KINDS = {"Thành phố": "TP", "Thị xã": "TX", "Huyện": "huyện"}


class Place(NamedTuple):
    """A unit as the demonstration needs it."""

    id: int
    code: str
    tier: str
    kind: str
    name: str
    short_name: str
    parent_id: int | None
    path: str

    @property
    def spoken(self) -> str:
        """Return the name as it stands within a sentence: xã Hồng Lạc."""
        return self.kind.lower() + self.name[len(self.kind) :]


@dataclass(frozen=True, slots=True)
class Owner:
    """An organisation that owns projects. `district` is the code of its district, or empty."""

    id: int
    code: str
    name: str
    short_name: str
    tier: str
    place: Place
    district: str = ""
    board: Board | None = None


@dataclass(frozen=True)
class Province:
    """The units by code, and the owners of each tier."""

    place: Place
    districts: dict[str, Place]
    communes: dict[str, list[Place]]
    province_owners: list[Owner] = field(default_factory=list)
    district_owners: list[Owner] = field(default_factory=list)
    commune_owners: list[Owner] = field(default_factory=list)

    @property
    def owners(self) -> list[Owner]:
        """Return all owners, the province's first."""
        return [*self.province_owners, *self.district_owners, *self.commune_owners]


def read_province(session: Session) -> Province:
    """Return the province with its districts and communes, without owners yet.

    Raises:
        LookupError: the units were not loaded.
    """
    rows = session.execute(
        text(
            "SELECT id, code, tier, kind, name, short_name, parent_id, path FROM unit"
            " WHERE path LIKE (SELECT path FROM unit WHERE tier = 'province' AND code = :code"
            " ORDER BY valid_from DESC LIMIT 1) || '%' ORDER BY code"
        ),
        {"code": PROVINCE_CODE},
    )
    places = [Place(*row) for row in rows]
    found = [place for place in places if place.tier == "province"]
    if not found:
        raise LookupError(PROVINCE_CODE)
    districts = {place.code: place for place in places if place.tier == "district"}
    code_of = {place.id: place.code for place in districts.values()}
    communes: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        if place.tier == "commune" and place.parent_id is not None:
            communes[code_of[place.parent_id]].append(place)
    return Province(found[0], districts, dict(communes))


def found_owners(loader: Loader, province: Province) -> None:
    """Create the organisations that own projects, and add them to the province."""
    kinds: list[tuple[Owner, OrganisationKind]] = []
    for board in (PROVINCE_BOARD, *DEPARTMENTS):
        key = loader.key("organisation")
        owner = Owner(
            key, board.code, board.name, board.short_name, "province", province.place, "", board
        )
        province.province_owners.append(owner)
        kinds.append((owner, board.kind))
    for code, place in province.districts.items():
        short = f"Ban QLDA ĐTXD {_SHORT_KINDS[place.kind]} {place.short_name}"
        name = f"Ban Quản lý dự án đầu tư xây dựng {place.spoken}"
        key = loader.key("organisation")
        owner = Owner(key, f"BQLDA-{code}", name, short, "district", place, code)
        province.district_owners.append(owner)
        kinds.append((owner, OrganisationKind.DISTRICT_BOARD))
    for code, communes in province.communes.items():
        for place in communes:
            # Communes of two districts bear one name.
            name = f"Ủy ban nhân dân {place.spoken}, {province.districts[code].spoken}"
            key = loader.key("organisation")
            short = f"UBND {place.spoken}"
            owner = Owner(key, f"UBND-{place.code}", name, short, "commune", place, code)
            province.commune_owners.append(owner)
            kinds.append((owner, OrganisationKind.COMMUNE_COMMITTEE))
    loader.insert("organisation", _COLUMNS, (_row(owner, kind) for owner, kind in kinds))


def _row(owner: Owner, kind: OrganisationKind) -> tuple[object, ...]:
    return (
        owner.id,
        owner.code,
        owner.name,
        owner.short_name,
        kind.value,
        owner.tier,
        owner.place.id,
        owner.place.path,
        OPENED,
        fold(owner.name),
        sort_key(owner.name),
    )
