"""Loads the units of the demonstration: a province with its districts and communes.

Another province brings its own units by importing them; `migrate` loads none.
"""

from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.projects import Tier
from tracker.domain.text import fold, sort_key
from tracker.models import Unit, UnitShape
from tracker.services.reference import FOLDER, rows_of

_LEVELS = {"1": Tier.PROVINCE, "2": Tier.DISTRICT, "3": Tier.COMMUNE}


def load_units(session: Session, folder: Path = FOLDER) -> int:
    """Add whatever is missing of the province named in province.csv; return the units made."""
    package = rows_of(folder / "province.csv")[0]
    opens = date.fromisoformat(package["valid_from"])
    until = date.fromisoformat(package["valid_until"]) if package["valid_until"] else None
    found = session.scalars(select(Unit).where(Unit.valid_from == opens))
    there = {(unit.tier, unit.code): unit for unit in found}
    tiers: dict[str, Tier] = {}  # the tier of every code of this file
    made = 0
    for row in sorted(rows_of(folder / package["units_file"]), key=lambda row: row["level"]):
        tier = tiers[row["code"]] = _LEVELS[row["level"]]
        if (tier, row["code"]) in there:
            continue
        above = row["parent_code"]
        parent = there[tiers[above], above] if above else None
        unit = Unit(
            code=row["code"],
            tier=tier,
            kind=row["type"],
            name=row["name"],
            short_name=row["short_name"],
            parent_id=parent.id if parent else None,
            path=f"new:{tier}:{row['code']}",
            valid_from=opens,
            valid_until=until,
            legal_basis=package["legal_basis"] or None,
            name_folded=fold(row["name"]),
            name_sort=sort_key(row["short_name"]),
        )
        session.add(unit)
        session.flush()  # its path holds its own key
        unit.path = f"{parent.path if parent else '/'}{unit.id}/"
        there[tier, unit.code] = unit
        made += 1
    session.flush()
    if made and package["tiles_file"]:
        _load_tiles(session, folder / package["tiles_file"], there)
    return made


def _load_tiles(session: Session, file: Path, units: dict[tuple[Tier, str], Unit]) -> None:
    """Give each unit that the file names its tile on the map."""
    by_code = {code: unit for (_tier, code), unit in units.items()}
    known = set(session.scalars(select(UnitShape.unit_id)))
    for row in rows_of(file):
        unit = by_code[row["code"]]
        if unit.id not in known:
            column, line = int(row["tile_column"]), int(row["tile_row"])
            session.add(UnitShape(unit_id=unit.id, tile_column=column, tile_row=line))
    session.flush()
