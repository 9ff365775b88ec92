"""The daily sheet in a real Chromium: how much of it is seen, how it is typed into."""

import re

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Enter

pytestmark = pytest.mark.browser

PLAIN = {"java_script_enabled": False}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
DAY = "/disbursements/2025-04-30"
LEAST_ROWS = 9
TALLEST = 44
DESK, TOUCH = 24, 44

SIZES = """least => [...document.querySelectorAll(
  ["a", "button", "summary", "input:not([type=hidden])", "select"].map(one => `.sheet ${one}`)
)].filter(one => one.checkVisibility()).map(one => {
  const box = one.getBoundingClientRect();
  return [one.id || one.outerHTML.slice(0, 80), Math.round(box.height)];
}).filter(([, height]) => height < least)"""


def sheet(enter: Enter, address: str = DAY, username: str = "canbo") -> Page:
    page = enter(username)
    page.goto(re.sub(r"(//[^/]+)/.*", rf"\1{address}", page.url))
    return page


def heights(page: Page) -> list[float]:
    boxes = [row.bounding_box() for row in page.locator("tr[id^=line_]").all()]
    return [box["height"] for box in boxes if box]


def test_nine_lines_are_seen_at_once(enter: Enter) -> None:
    page = sheet(enter)
    head = page.locator(".sheet thead").bounding_box()
    assert head
    free = 768 - head["y"] - head["height"]
    tall = heights(page)
    assert tall
    several = [height for height in tall if height > TALLEST]
    assert len(several) <= len(tall) // 10, tall
    assert free >= LEAST_ROWS * TALLEST - LEAST_ROWS * 2, (head, tall[0])
    usual = sorted(tall)[len(tall) // 2]
    assert free // usual >= LEAST_ROWS, (free, usual)


def test_what_is_cut_off_opens_on_the_line_itself(enter: Enter) -> None:
    page = sheet(enter)
    row = page.locator("tr[id^=line_]").first
    row.locator("th summary").click()
    body = row.locator("th details[open] .sheet-facts-all").first
    assert "hạn" in (body.text_content() or "")
    assert body.is_visible()


@pytest.mark.parametrize(
    ("context", "least"), [({}, DESK), (PHONE, TOUCH)], ids=["desk", "phone"], indirect=["context"]
)
def test_nothing_on_a_line_is_too_small_to_hit(enter: Enter, least: int) -> None:
    page = sheet(enter)
    small = page.evaluate(SIZES, least)
    # A link within the words of a line is as high as its words.
    assert [one for one in small if not one[0].startswith("<a")] == []


@pytest.mark.parametrize("context", [{}, PLAIN], ids=["scripted", "plain"], indirect=True)
def test_tab_leads_from_the_amount_to_the_voucher_and_on_to_the_next_line(enter: Enter) -> None:
    page = sheet(enter)
    numbers = [
        (one.get_attribute("id") or "").removeprefix("amount_")
        for one in page.locator("input[name=amount]").all()
    ]
    page.focus(f"#amount_{numbers[0]}")
    page.keyboard.press("Tab")
    assert page.locator(f"#voucher_{numbers[0]}").evaluate("one => one.matches(':focus')")
    amount = page.locator(f"#amount_{numbers[1]}")
    for _press in range(16):
        page.keyboard.press("Tab")
        if amount.evaluate("one => one.matches(':focus')"):
            return
    raise AssertionError("the next amount was not reached")


def test_enter_after_the_voucher_goes_back_to_the_amount_of_the_next_line(enter: Enter) -> None:
    page = sheet(enter)
    first, second, third = (
        (one.get_attribute("id") or "").removeprefix("amount_")
        for one in page.locator("input[name=amount]").all()[:3]
    )
    focused = "document.activeElement.id"
    page.focus(f"#amount_{first}")
    page.keyboard.type("1.000")
    page.keyboard.press("Tab")
    page.keyboard.type("CT-01")
    page.keyboard.press("Enter")
    assert page.evaluate(focused) == f"amount_{second}"
    page.keyboard.press("Enter")
    assert page.evaluate(focused) == f"amount_{third}"
    page.focus(f"#voucher_{first}")
    page.keyboard.press("Enter")
    assert page.evaluate(focused) == f"voucher_{second}"
    page.evaluate(
        "document.querySelectorAll('[data-sheet] input').forEach(i => i.value = i.defaultValue)"
    )


def test_typing_an_amount_moves_nothing(enter: Enter) -> None:
    page = sheet(enter)
    before = heights(page)
    page.locator("input[name=amount]").first.fill("12.345.678.000")
    assert page.locator(".money_echo").first.text_content()
    assert heights(page) == before
    page.locator("input[name=amount]").first.fill("")
