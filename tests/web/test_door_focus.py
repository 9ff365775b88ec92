"""Where typing begins at the door: nobody has to reach for the mouse first."""

import re

import pytest
from flask import Flask

from tests.checks.browsing import send

pytestmark = [pytest.mark.usefixtures("browsers", "session"), pytest.mark.any_engine]


def begins_at(html: str) -> list[str]:
    """Return the names of the fields in which typing begins at once."""
    controls = re.findall(r"<input[^>]*class=\"control\"[^>]*>", html)
    return [re.sub(r'.* name="([^"]+)".*', r"\1", one) for one in controls if " autofocus" in one]


def test_typing_begins_in_the_account_and_goes_on_in_the_password(app: Flask) -> None:
    stranger = app.test_client()
    assert begins_at(stranger.get("/sign-in").text) == ["username"]
    assert begins_at(stranger.get("/sign-in?username=canbo").text) == ["password"]
    wrong = send(stranger, "/sign-in", username="canbo", password="sai mật khẩu")
    assert begins_at(wrong.text) == ["password"]
