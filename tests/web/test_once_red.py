"""Projects that were red lately, as lists and their files ask for them by the address."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.checks.browsing import readable
from tests.checks.intruding import words_of
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tracker.domain.people import Role
from tracker.models import RedSpan

pytestmark = pytest.mark.usefixtures("browsers")


def test_the_address_keeps_those_that_were_red_in_the_days_of_the_threshold(
    app: Flask, session: Session
) -> None:
    for name, last_on in (("Cầu Đỏ Gần", date(2025, 1, 30)), ("Cầu Đỏ Xa", date(2025, 1, 29))):
        project = a_project(session, name=name)
        line = a_plan_line(session, project, planned=10**9)
        a_disbursement(session, line, 9 * 10**8, posted_on=date(2025, 1, 31))  # red no more
        session.add(
            RedSpan(year=2025, project_id=project.id, first_on=date(2025, 1, 10), last_on=last_on)
        )
    session.commit()
    leader = a_browser_of_a(Role.PROVINCE_LEADER, app, session)
    url = "?was=red&as_of=2025-04-30"
    for address in (f"/projects{url}", f"/slowness{url}"):
        page = readable(leader.get(address))
        assert "trong 90 ngày qua" in page
        assert ("Cầu Đỏ Gần" in page, "Cầu Đỏ Xa" in page) == (True, False), address
    assert "Đã từng đỏ: trong 90 ngày qua" in readable(leader.get(f"/projects{url}"))
    book = words_of(leader.get(f"/projects.xlsx{url}"))
    assert ("Cầu Đỏ Gần" in book, "Cầu Đỏ Xa" in book) == (True, False)
    assert "Cầu Đỏ Xa" in readable(leader.get("/projects?was=blue"))  # not understood, and said so
