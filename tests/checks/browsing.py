"""Browsing as on a server: every request stands alone, forms carry the token of their page."""

import re
from contextvars import Context
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


class Browser(FlaskClient):
    """A browser whose requests share nothing with the test but the database and the cookies."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Ask in a context of its own; the test's own would carry `g` from request to request."""
        return Context().run(super().open, *args, **kwargs)


def token_on(page: TestResponse) -> str:
    """Return the form token a page carries."""
    found = _TOKEN.search(page.text)
    assert found, f"{page.status}: no token on the page"
    return found.group(1)


def send(browser: FlaskClient, url: str, *, page: str | None = None, **fields: Any) -> TestResponse:
    """Open a page, then post a form with its token as somebody without a script does."""
    token = token_on(browser.get(url if page is None else page))
    return browser.post(url, data={"csrf_token": token, **fields})


def readable(page: TestResponse) -> str:
    """Return the words of a page without its markup, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
