"""A running server on the demonstration, and a real Chromium in front of it."""

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import HISTORY_KEY, TODAY, Database, build_province
from tools.chromium import find

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "mat khau cua cac phep thu"
PATIENCE = 20
"""Seconds a server may take to begin, and to end: the machine may be busy."""
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

Enter = Callable[..., Page]


@pytest.fixture(scope="session")
def server(sqlite_database: Database) -> Iterator[str]:
    """Start the product on a free port and give its address."""
    url = sqlite_database.copy()
    build_province(url, scale=0.05, password=PASSWORD)
    with serving(url, free_port(), TODAY) as address:
        yield address


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(url: str, port: int, today: date) -> Iterator[str]:
    """Run the product on a database, as if it were this day at the office."""
    environment = {
        **os.environ,
        "TRACKER_DATABASE_URL": url.replace("+pysqlite", ""),
        "TRACKER_SECRET_KEY": "a key that only the journeys know, long enough",
        "TRACKER_HISTORY_KEY": HISTORY_KEY,
        "TRACKER_DEMO": "1",
        "TRACKER_TODAY": today.isoformat(),
        "PORT": str(port),
        "WEB_CONCURRENCY": "2",
    }
    gunicorn = ROOT / ".venv" / "bin" / "gunicorn"
    process = subprocess.Popen(
        [gunicorn, "wsgi:app"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):  # noqa: S310
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(address)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the machine's own Chromium."""
    program = find()
    assert program, "no Chromium on this machine"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(program),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """Open a clean browser profile; `indirect` parameters are passed to it."""
    options = {"viewport": {"width": 1366, "height": 768}, "locale": "vi-VN"}
    options.update(getattr(request, "param", {}))
    context = chromium.new_context(**options)
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def enter(context: BrowserContext, server: str) -> Enter:
    """Sign in as one of the demonstration's people and return the page."""
    return partial(signed_in, context, server)


def signed_in(context: BrowserContext, address: str, username: str) -> Page:
    """Return a page on which somebody has signed in."""
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page
