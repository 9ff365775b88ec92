"""Three people do their work in a real Chromium, with JavaScript and without it."""

import re

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Enter

pytestmark = pytest.mark.browser

PLAIN = {"java_script_enabled": False}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
EVERY_WAY = pytest.mark.parametrize(
    "context", [{}, PLAIN, PHONE], ids=["desktop", "no-javascript", "phone"], indirect=True
)


def value(page: Page, name: str) -> str:
    return page.locator(f"data#{name}").get_attribute("value") or ""


def amount(page: Page, name: str) -> int:
    return int(value(page, name))


def first_open_row(page: Page) -> str:
    """Return the number of the first line of the sheet with something left to pay."""
    for row in page.locator("tr[id^=line_]").all():
        number = (row.get_attribute("id") or "").removeprefix("line_")
        left = row.locator(f"#left_{number} data.money").first.get_attribute("value")
        if int(left or 0) > 1_000_000 and row.locator(f"#amount_{number}").count():
            return number
    raise AssertionError("no line has anything left")


@EVERY_WAY
def test_an_officer_logs_a_payment_and_takes_it_back(enter: Enter) -> None:
    page = enter("canbo")
    page.goto(re.sub(r"(//[^/]+)/.*", r"\1/disbursements/2025-04-30", page.url))
    before = amount(page, "day_sum")
    line = first_open_row(page)
    page.fill(f"#amount_{line}", "1.234.567")
    page.fill(f"#voucher_{line}", f"HT-{before}-{line}")
    page.click(f"#save_{line}")
    page.locator(f'#day_sum[value="{before + 1_234_567}"]').wait_for()
    page.get_by_role("button", name="Hoàn tác").first.click()
    page.locator(f'#day_sum[value="{before}"], [name=reason]').first.wait_for()
    reason = page.locator("textarea[name=reason], input[name=reason]")
    if reason.count():  # the ledger's own page asks why
        reason.first.fill("Nhập nhầm, khoản này của ngày khác")
        page.locator("main form:has([name=reason]) button[type=submit]").first.click()
        page.wait_for_load_state("networkidle")
    page.goto(re.sub(r"(//[^/]+)/.*", r"\1/disbursements/2025-04-30", page.url))
    assert amount(page, "day_sum") == before


@EVERY_WAY
def test_a_payment_beyond_the_plan_is_refused_with_what_would_fit(enter: Enter) -> None:
    page = enter("canbo")
    page.goto(re.sub(r"(//[^/]+)/.*", r"\1/disbursements/2025-04-30", page.url))
    line = first_open_row(page)
    left = page.locator(f"#left_{line} data.money").first
    remaining = int(left.get_attribute("value") or 0)
    page.fill(f"#amount_{line}", str(remaining + 1))
    page.fill(f"#voucher_{line}", "VUOT-01")
    page.click(f"#save_{line}")
    page.get_by_text("Vượt kế hoạch", exact=False).first.wait_for()
    row = page.locator(f"#line_{line}")
    assert f"{remaining:,}".replace(",", ".") in (row.text_content() or "")
    assert page.input_value(f"#voucher_{line}") == "VUOT-01"


@EVERY_WAY
def test_a_leader_finds_where_the_money_is_stuck(enter: Enter) -> None:
    page = enter("lanhdao")
    assert amount(page, "plan") == 10_452_600_000_000
    assert amount(page, "disbursed") == 2_465_923_000_000
    assert amount(page, "gap") == 2_465_923_000_000 - 2_926_728_000_000
    worst = page.locator("#slowest tbody tr").first
    name = (worst.locator("a").first.text_content() or "").strip()
    assert "phải đạt" in (worst.text_content() or "")
    worst.locator("a").first.click()
    page.wait_for_load_state("networkidle")
    assert page.locator("h1").text_content().strip().startswith(name)  # type: ignore[union-attr]
    assert page.get_by_text("Để hết", exact=False).count()


@EVERY_WAY
def test_an_administrator_adds_a_person_who_then_signs_in(
    enter: Enter, request: pytest.FixtureRequest
) -> None:
    page = enter("quantri")
    page.goto(re.sub(r"(//[^/]+)/.*", r"\1/people/new", page.url))
    username = "thu." + re.sub(r"\W", "", request.node.name)[-12:].lower()
    page.fill("[name=name]", "Phạm Thị Thử")
    page.fill("[name=username]", username)
    page.select_option("[name=role]", "reader")
    page.select_option("[name=place]", index=1)
    page.locator("main form.form button[type=submit]").last.click()
    page.wait_for_load_state("networkidle")
    link = (page.locator("#entry_link").text_content() or "").strip()
    assert "/start?token=" in link
    page.goto(re.sub(r"(//[^/]+)/.*", r"\1/people", page.url))
    assert username in (page.locator("main").text_content() or "")


def test_search_needs_no_accents_and_order_is_vietnamese(enter: Enter) -> None:
    page = enter("tonghop")
    page.goto(re.sub(r"(//[^/]+)/.*", r"\1/projects?q=duong+tinh+391", page.url))
    names = page.locator("main tbody th a").all_text_contents()
    assert names
    assert all("Đường tỉnh 391" in name for name in names)


def test_keys_lead_to_the_main_screens(enter: Enter) -> None:
    page = enter("tonghop")
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/slowness*")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"


def test_the_whole_product_speaks_english(enter: Enter) -> None:
    page = enter("lanhdao")
    page.get_by_role("link", name="English").click()
    page.wait_for_load_state("networkidle")
    assert page.locator("html").get_attribute("lang") == "en"
    assert "10,452.6" in (page.locator("#plan").text_content() or "")
