"""Approving many: what is ticked is told as it changes, and the button never is far."""

import re

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Enter
from tests.journeys.test_every_page import DARK_PHONE

pytestmark = pytest.mark.browser


def told(page: Page) -> tuple[int, int]:
    """Return how many entries the foot says are ticked, and what they count."""
    count, amount = (
        page.locator(f"[data-picked-{what}]").text_content() or "" for what in ("count", "sum")
    )
    return int(re.sub(r"\D", "", count)), int(re.sub(r"\D", "", amount))


@pytest.mark.parametrize("context", [DARK_PHONE], ids=["phone"], indirect=True)
def test_what_is_ticked_is_counted_again_beside_a_button_in_sight(
    enter: Enter, server: str
) -> None:
    page = enter("huyen")
    page.goto(f"{server}/approval")
    button = page.locator(".form-foot button")
    box = button.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 844, "the button is there before anybody scrolls"
    entries, amount = told(page)
    value = page.locator("main input[name=pick]:checked").first.get_attribute("value")
    first = page.locator(f"main input[value='{value}']")
    size = first.bounding_box()
    assert size is not None
    assert size["height"] >= 24
    own = int(first.get_attribute("data-dong") or "0")
    first.uncheck()
    assert told(page) == (entries - 1, amount - own)
    assert "đang đánh dấu" in (page.locator("[data-picked]").text_content() or "")
    first.check()
    assert told(page) == (entries, amount)
    page.click(".form-foot a")
    assert page.locator("#reason").is_visible()
