"""The units of the demonstration: those of the published list, loaded once."""

from datetime import date

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tracker.demo.units import load_units
from tracker.domain.projects import Tier
from tracker.models import Unit


def test_the_units_are_those_of_hai_duong(session: Session) -> None:
    counted = dict(session.execute(select(Unit.tier, func.count()).group_by(Unit.tier)).all())
    assert counted == {Tier.PROVINCE: 1, Tier.DISTRICT: 12, Tier.COMMUNE: 207}
    province = session.scalars(select(Unit).where(Unit.tier == Tier.PROVINCE)).one()
    thanh_ha = session.scalars(select(Unit).where(Unit.code == "294")).one()
    assert province.path == f"/{province.id}/"
    assert thanh_ha.path == f"/{province.id}/{thanh_ha.id}/"
    assert (thanh_ha.name, thanh_ha.valid_until) == ("Huyện Thanh Hà", date(2025, 7, 1))
    communes = session.scalars(select(Unit).where(Unit.parent_id == thanh_ha.id)).all()
    assert len(communes) == 16
    assert all(unit.path.startswith(thanh_ha.path) for unit in communes)


def test_units_that_are_there_are_left_as_they_are(session: Session) -> None:
    session.execute(text("DELETE FROM unit WHERE code = '10507'"))
    thanh_ha = session.scalars(select(Unit).where(Unit.code == "294")).one()
    thanh_ha.name = "Huyện Thanh Hà mới"
    session.flush()
    assert load_units(session) == 1
    session.refresh(thanh_ha)
    assert thanh_ha.name == "Huyện Thanh Hà mới"
    assert load_units(session) == 0
