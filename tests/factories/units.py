"""Units and organisations for tests; the reference data of Hải Dương is there already."""

from datetime import date
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.factories.counting import a_number
from tracker.domain.projects import Tier
from tracker.domain.text import fold, sort_key
from tracker.domain.units import OrganisationKind
from tracker.models import Organisation, Unit

FROM = date(2020, 1, 1)


def the_province(session: Session) -> Unit:
    """Return the province of the reference data."""
    return session.scalars(select(Unit).where(Unit.tier == Tier.PROVINCE).order_by(Unit.id)).first()


def a_district(session: Session, code: str = "294") -> Unit:
    """Return a district of the reference data: Thanh Hà, or the one with this code."""
    return session.scalars(select(Unit).where(Unit.tier == Tier.DISTRICT, Unit.code == code)).one()


def a_unit(session: Session, parent: Unit | None = None, **changes: Any) -> Unit:
    """Make a commune of Thanh Hà, or of another parent."""
    parent = parent or a_district(session)
    number = a_number()
    name = changes.pop("name", f"Xã Thử nghiệm {number}")
    unit = Unit(
        **{
            "code": f"9{number:04d}",
            "tier": Tier.COMMUNE,
            "kind": "Xã",
            "name": name,
            "short_name": name.removeprefix("Xã "),
            "parent_id": parent.id,
            "path": f"new:{number}",
            "valid_from": FROM,
            "valid_until": None,
            "legal_basis": None,
            "name_folded": fold(name),
            "name_sort": sort_key(name),
            **changes,
        }
    )
    session.add(unit)
    session.flush()
    unit.path = f"{parent.path}{unit.id}/"
    session.flush()
    return unit


def an_organisation(session: Session, unit: Unit | None = None, **changes: Any) -> Organisation:
    """Make a project board of the province, or of another unit."""
    unit = unit or the_province(session)
    number = a_number()
    name = changes.pop("name", f"Ban Quản lý dự án thử nghiệm {number}")
    organisation = Organisation(
        **{
            "code": f"BAN{number:05d}",
            "budget_unit_code": None,
            "name": name,
            "short_name": name,
            "kind": OrganisationKind.PROVINCE_BOARD,
            "tier": unit.tier,
            "unit_id": unit.id,
            "unit_path": unit.path,
            "parent_id": None,
            "valid_from": FROM,
            "valid_until": None,
            "name_folded": fold(name),
            "name_sort": sort_key(name),
            **changes,
        }
    )
    session.add(organisation)
    session.flush()
    return organisation


def without_units(session: Session) -> None:
    """Leave no unit: a province that has imported nothing yet."""
    for table in ("unit_shape", "unit"):
        session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names of ours
