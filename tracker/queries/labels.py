"""Names by which a reader tells apart what bears one name: communes of two districts, mostly."""

from sqlalchemy import ColumnElement, and_, case, select
from sqlalchemy.orm import aliased

from tracker.models import Organisation, Unit


def label_of_organisation() -> ColumnElement[str]:
    """Return the short name of Organisation; where another bears it too, with what is above.

    UBND xã Hồng Phong (Huyện Ninh Giang): the unit above the organisation's own.
    """
    other, own, above = aliased(Organisation), aliased(Unit), aliased(Unit)
    is_repeated = (
        select(other.id)
        .where(other.short_name == Organisation.short_name, other.id != Organisation.id)
        .correlate(Organisation)
        .exists()
    )
    within = (
        select(above.name)
        .join(own, own.parent_id == above.id)
        .where(own.id == Organisation.unit_id)
        .correlate(Organisation)
        .scalar_subquery()
    )
    short = Organisation.short_name
    whole = short.concat(" (").concat(within).concat(")")
    return case((and_(is_repeated, within.is_not(None)), whole), else_=short)
