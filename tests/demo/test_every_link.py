"""Whatever the pages of the demonstration lead to is there, for each kind of person."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from tests.checks.browsing import Browser, send
from tests.conftest import DEMO_PASSWORD, file_of, settings_for
from tracker.app import create_app
from tracker.db import db

OF_A_KIND = 2
"""Addresses of one screen that are opened."""
NOT_FOLLOWED = frozenset({"static", "style", "home.choose_language"})
LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"]*)"')


@pytest.fixture(scope="module")
def shown(demonstration: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The product on a demonstration of its own: what it remembers of readers it writes down."""
    path = tmp_path_factory.mktemp("links") / "demonstration.db"
    shutil.copy(file_of(demonstration), path)
    app = create_app(settings_for(f"sqlite+pysqlite:///{path}"))
    app.test_client_class = Browser
    yield app
    with app.app_context():
        db.engine.dispose()


def kind_of(app: Flask, url: str) -> tuple[str, str]:
    """Return which screen an address is of; that of each flag is its own."""
    parts = urlsplit(url)
    endpoint, values = app.url_map.bind("localhost").match(parts.path, "GET")
    return str(endpoint), str(values.get("flag", ""))


def dead_links(app: Flask, browser: FlaskClient, start: str) -> tuple[list[str], Counter[str]]:
    """Follow what pages lead to; return what answers with a fault, and how often each screen."""
    seen: set[str] = {start}
    opened = Counter[tuple[str, str]]()
    waiting, dead = [start], []
    while waiting:
        url = waiting.pop(0)
        page = browser.get(url)
        if page.status_code >= 400:
            dead.append(f"{page.status_code} {url}")
        for link in map(unescape, LINK.findall(page.text if page.mimetype == "text/html" else "")):
            target = link.partition("#")[0]
            if target in seen:
                continue
            seen.add(target)
            try:
                kind = kind_of(app, target)
            except HTTPException as fault:
                dead.append(f"{fault.code} {target} on {url}")
                continue
            opened[kind] += 1
            if opened[kind] <= OF_A_KIND and kind[0] not in NOT_FOLLOWED:
                waiting.append(target)
    return dead, Counter(kind[0] for kind in opened)


@pytest.mark.parametrize("username", ["lanhdao", "canbo"])
def test_every_link_leads_somewhere(shown: Flask, username: str) -> None:
    browser = shown.test_client()
    entered = send(browser, "/sign-in", username=username, password=DEMO_PASSWORD, next="/")
    assert entered.status_code == 303
    dead, opened = dead_links(shown, browser, "/")
    assert dead == []
    assert len(opened) > 25, opened
