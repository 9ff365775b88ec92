"""A browser on its way to the identity provider and back."""

from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.checks.browsing import readable
from tests.checks.forms import fill_in
from tests.checks.provider import FakeProvider

INSIDE = "/people/rights"


def send_away(browser: FlaskClient, onward: str = INSIDE) -> TestResponse:
    """Press the button at the door."""
    page = browser.get("/sign-in", query_string={"next": onward})
    return fill_in(browser, page, "/sign-in/oidc")


def come_back(browser: FlaskClient, idp: FakeProvider, onward: str = INSIDE) -> TestResponse:
    """Go through the whole sign-in."""
    away = send_away(browser, onward)
    assert away.status_code == 303
    assert away.location.startswith(idp.issuer), away.location
    return browser.get(idp.authorize(away.location))


def is_inside(browser: FlaskClient) -> bool:
    return browser.get(INSIDE).status_code == 200


def told_at(browser: FlaskClient, answer: TestResponse) -> str:
    """Return what the page says to which somebody who is refused is led."""
    assert answer.status_code == 303
    assert urlsplit(answer.location).path == "/sign-in", answer.location
    page = browser.get(answer.location)
    assert page.status_code == 200
    return readable(page)
