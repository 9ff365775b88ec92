"""What people type may hold a word longer than a screen: no page grows wider for it."""

import pytest

from tests.journeys.conftest import Enter
from tests.journeys.test_every_page import DARK_PHONE, LIGHT_DESK, overflow_of

pytestmark = pytest.mark.browser

UNBROKEN = "saisaisai" * 33
SCREENS = {
    "huyen": ("/approval", "/history?person=huyen"),
    "xa": ("/disbursements/2025-04-30", "/notices", "/history"),
}


@pytest.mark.parametrize("context", [LIGHT_DESK, DARK_PHONE], ids=["desk", "phone"], indirect=True)
def test_a_reason_without_a_space_does_not_widen_the_screens_that_tell_it(
    enter: Enter, server: str
) -> None:
    page = enter("huyen")
    page.goto(f"{server}/approval")
    page.locator("main input[name=pick]:checked").evaluate_all(
        "boxes => boxes.slice(1).forEach(box => { box.checked = false; })"
    )
    page.click("main form details summary")
    page.fill("#reason", UNBROKEN)
    page.click("main button[formaction]")
    page.wait_for_url("**/approval")
    too_wide = {}
    for username, paths in SCREENS.items():
        page.context.clear_cookies()
        page = enter(username)
        for path in paths:
            page.goto(server + path)
            too_wide[path] = overflow_of(page)
    assert {path: pixels for path, pixels in too_wide.items() if pixels > 0} == {}
