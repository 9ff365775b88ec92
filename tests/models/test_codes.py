"""What the database itself refuses about codes, on both engines."""

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories.projects import a_project


@pytest.mark.parametrize(("there", "other"), [("P1", "p1"), ("đt-07", "ĐT-07")])
def test_two_projects_never_have_codes_that_differ_by_case_alone(
    session: Session, there: str, other: str
) -> None:
    a_project(session, code=there)
    with pytest.raises(IntegrityError, match="code_folded"), session.begin_nested():
        a_project(session, code=other)
