"""Approving: what is ticked is told as it changes; the figures of a lock stay in their frame."""

import re

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Enter
from tests.journeys.test_every_page import DARK_PHONE, overflow_of, spilled_in

pytestmark = pytest.mark.browser


def told(page: Page) -> tuple[int, int]:
    """Return how many entries the foot says are ticked, and what they count."""
    count, amount = (
        page.locator(f"[data-picked-{what}]").text_content() or "" for what in ("count", "sum")
    )
    return int(re.sub(r"\D", "", count)), int(re.sub(r"\D", "", amount))


@pytest.mark.parametrize("context", [DARK_PHONE], ids=["phone"], indirect=True)
def test_what_is_ticked_is_counted_again_beside_the_button(enter: Enter, server: str) -> None:
    page = enter("huyen")
    page.goto(f"{server}/approval")
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


def test_the_figures_of_a_lock_stay_in_their_frame(enter: Enter, server: str) -> None:
    page = enter("tonghop")
    page.goto(f"{server}/periods?year=2024")
    page.select_option("[name=month]", "3")
    page.select_option("[name=place]", index=1)
    page.click("#lock button[type=submit]")
    page.wait_for_url("**/periods/*")
    assert page.locator("#figures tbody tr").count() > 5
    assert spilled_in(page) == []
    assert overflow_of(page) <= 0
