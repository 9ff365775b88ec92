"""Where units stand on the map."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.shapes import Outline, unpacked
from tracker.models import UnitShape


@dataclass(frozen=True, slots=True)
class Shape:
    """The tile and the outline of a unit; None where there is none."""

    tile: tuple[int, int] | None
    outline: Outline | None


def shapes_of(session: Session, unit_ids: Iterable[int]) -> dict[int, Shape]:
    """Return the shapes of these units, by unit, in one statement."""
    rows = session.execute(
        select(
            UnitShape.unit_id, UnitShape.tile_column, UnitShape.tile_row, UnitShape.outline
        ).where(UnitShape.unit_id.in_(sorted(unit_ids)))
    )
    return {
        unit_id: Shape(
            None if column is None or row is None else (column, row),
            None if outline is None else unpacked(outline),
        )
        for unit_id, column, row, outline in rows
    }
