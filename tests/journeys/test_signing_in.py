"""Somebody new sets a password and adds a passkey; a session that ends loses nothing typed."""

import re

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.conftest import AXE, PASSWORD, Enter
from tests.journeys.test_every_page import faults_of, overflow_of
from tests.journeys.test_journeys import first_open_row

pytestmark = pytest.mark.browser

NEW = "một câu chỉ người này biết"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def home(server: str) -> str:
    """The server under a name: passkeys belong to names, not to numbers."""
    return server.replace("127.0.0.1", "localhost")


def a_new_account(enter: Enter, server: str, username: str) -> str:
    """Let the administrator open an account; return the path of its link."""
    page = enter("quantri")
    page.goto(f"{server}/people/new")
    page.fill("[name=name]", "Phạm Thị Khóa")
    page.fill("[name=username]", username)
    page.select_option("[name=role]", "reader")
    page.select_option("[name=place]", index=1)
    page.locator("main form.form button[type=submit]").last.click()
    link = page.locator("#entry_link").text_content() or ""
    page.context.clear_cookies()
    return re.sub(r"^https?://[^/]+", "", link)


def set_password(page: Page, url: str, username: str, home: str) -> None:
    page.goto(url)
    page.fill("#new", "ngắn")
    assert "Cần thêm 8 ký tự" in (page.locator(".judge").text_content() or "")
    page.fill("#new", NEW)
    assert "Tốt" in (page.locator(".judge").text_content() or "")
    page.fill("#again", NEW)
    page.click("main button[type=submit]")
    page.wait_for_url("**/sign-in*")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", NEW)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(f"{home}/")


def check(page: Page) -> None:
    """Check that a screen is accessible and not cut off."""
    page.evaluate(AXE.read_text())
    assert faults_of(page) == []
    assert overflow_of(page) <= 0


def test_a_passkey_is_made_and_opens_alone_and_after_the_password(
    context: BrowserContext, enter: Enter, server: str, home: str
) -> None:
    link = a_new_account(enter, server, "khoa.moi")
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    cdp = context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    set_password(page, home + link, "khoa.moi", home)

    page.goto(f"{home}/security/passkeys/new")
    page.fill("[name=name]", "Máy tính cơ quan")
    page.get_by_role("button", name="Tạo khóa").click()
    page.locator("#codes").wait_for()
    assert page.locator("#codes li").count() == 10
    check(page)

    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/sign-in")
    page.get_by_role("button", name="Đăng nhập bằng khóa truy cập").click()
    page.wait_for_url(f"{home}/")

    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/sign-in")
    page.fill("input[name=username]", "khoa.moi")
    page.fill("input[name=password]", NEW)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/sign-in/code" in url)
    check(page)
    page.get_by_role("button", name="Dùng khóa truy cập").click()
    page.wait_for_url(f"{home}/")
    page.goto(f"{home}/security")
    assert "Máy tính cơ quan" in (page.locator("main").text_content() or "")
    check(page)
    assert [text for text in told if "Content Security Policy" in text] == []


@pytest.mark.parametrize(
    "context",
    [{"java_script_enabled": False}, {"viewport": {"width": 390, "height": 844}}],
    ids=["no-javascript", "phone"],
    indirect=True,
)
def test_two_steps_need_no_script(
    context: BrowserContext,
    enter: Enter,
    server: str,
    home: str,
    request: pytest.FixtureRequest,
) -> None:
    username = "hai.buoc" + str(len(request.node.name))
    link = a_new_account(enter, server, username)
    page = context.new_page()
    page.goto(home + link)
    page.fill("#new", NEW)
    page.fill("#again", NEW)
    page.click("main button[type=submit]")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", NEW)
    page.locator("main button[type=submit]").first.click()
    page.goto(f"{home}/security/authenticator")
    seed = (page.locator("#typed_seed").text_content() or "").replace(" ", "")
    page.fill("[name=code]", pyotp.TOTP(seed).now())
    page.locator("main button[type=submit]").first.click()
    page.locator("#codes").wait_for()
    code = page.locator("#codes code").first.text_content() or ""
    page.context.clear_cookies()
    page.goto(f"{home}/sign-in")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", NEW)
    page.locator("main button[type=submit]").first.click()
    page.fill("[name=code]", code)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(f"{home}/")
    assert "còn 9 mã" in (page.locator("#alerts").text_content() or "")


def end_sessions(chromium: Browser, server: str) -> None:
    """End every other session of the officer, from another browser."""
    elsewhere = chromium.new_context()
    page = elsewhere.new_page()
    page.goto(f"{server}/sign-in?next=/security")
    page.fill("input[name=username]", "canbo")
    page.fill("input[name=password]", PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.get_by_role("button", name="Kết thúc mọi phiên khác").click()
    page.wait_for_load_state("networkidle")
    elsewhere.close()


def test_a_session_that_ends_while_typing_loses_no_character(
    enter: Enter, chromium: Browser, server: str
) -> None:
    page = enter("canbo")
    page.goto(f"{server}/disbursements/2025-04-30")
    line = first_open_row(page)
    page.fill(f"#amount_{line}", "1.234.568")
    page.fill(f"#voucher_{line}", "PHIEN-HET")
    end_sessions(chromium, server)
    page.click(f"#save_{line}")
    again = page.locator("#alerts a[target=_blank]")
    again.wait_for()
    assert page.input_value(f"#amount_{line}") == "1.234.568"
    with page.context.expect_page() as opened:
        again.click()
    tab = opened.value
    tab.fill("input[name=username]", "canbo")
    tab.fill("input[name=password]", PASSWORD)
    tab.locator("main button[type=submit]").first.click()
    tab.wait_for_url(f"{server}/")
    page.click(f"#save_{line}")
    page.get_by_text("1.234.568", exact=False).first.wait_for()
    page.reload()
    assert "PHIEN-HET" in page.content()
