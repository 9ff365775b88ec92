"""A project is compared with the others of its own owner, and with nobody else's."""

from sqlalchemy.orm import Session

from tests.factories.projects import a_project
from tests.factories.units import an_organisation
from tracker.queries.twins import names_beside


def test_only_the_others_of_the_same_owner_are_named(session: Session) -> None:
    owner = an_organisation(session)
    own = a_project(session, owner=owner, name="Kè sông Thái Bình")
    a_project(session, name="Của đơn vị khác")
    assert names_beside(session, own.id) == ("Kè sông Thái Bình", [])
    a_project(session, owner=owner, name="Đường tỉnh 391")
    assert names_beside(session, own.id) == ("Kè sông Thái Bình", ["Đường tỉnh 391"])
