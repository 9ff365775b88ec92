"""The menu: what stands in it for whom, and the keys that lead there."""

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.people import a_grant, a_person
from tests.factories.sessions import a_browser
from tracker.domain.people import Role

pytestmark = [pytest.mark.any_engine, pytest.mark.usefixtures("browsers")]


def test_every_key_leads_to_one_screen(app: Flask, session: Session) -> None:
    person = a_person(session)
    for role in Role:
        a_grant(session, person, role)
    session.commit()
    page = a_browser(app, session, person).get("/", follow_redirects=True).text
    keys = re.findall(r'class="menu-link"[^>]* data-key="([^"]+)"', page)
    assert len(keys) > 15
    assert sorted(keys) == sorted(set(keys))
