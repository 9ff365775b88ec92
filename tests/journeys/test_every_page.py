"""Every screen as every kind of person: accessible, within the policy, nothing cut off."""

import json
import re

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import AXE, Enter

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE = {"viewport": {"width": 390, "height": 844}}
DARK = {"color_scheme": "dark"}
SCREENS = {
    "quantri": ["/", "/people", "/people/new", "/people/rights", "/people/canbo", "/password"],
    "tonghop": [
        "/projects",
        "/projects?q=khong+co+du+an+nao",
        "/projects/new",
        "/slowness",
        "/slowness?block=slow&size=50",
        "{project}",
        "{project}/edit",
        "{project}/plan",
        "{project}/plan/assign",
        "{project}/scenario",
        "{project}/history",
        "/disbursements/entries",
    ],
    "canbo": ["/disbursements/2025-04-30", "/disbursements/2025-04-30/paste", "/not-there"],
    "chidoc": [
        "/",
        "/people",
        "/security",
        "/security/authenticator",
        "/security/passkeys/new",
        "/confirm",
        "/start?token=x",
    ],
}


def faults_of(page: Page) -> list[str]:
    """Return what axe finds against WCAG 2.2 A and AA."""
    found = page.evaluate(
        "async rules => (await axe.run(document, {runOnly: {type: 'tag', values: rules}}))"
        ".violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html).join(' | '))",
        RULES,
    )
    return [json.dumps(one, ensure_ascii=False)[:400] for one in found]


def overflow_of(page: Page) -> int:
    """Return how many pixels the page is wider than its window."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


@pytest.mark.parametrize(
    "context", [{}, PHONE, DARK], ids=["desktop", "phone", "dark"], indirect=True
)
@pytest.mark.parametrize("username", SCREENS)
def test_screens_are_accessible_within_the_policy_and_whole(enter: Enter, username: str) -> None:
    page = enter(username)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    home = re.sub(r"(//[^/]+)/.*", r"\1", page.url)
    page.goto(f"{home}/projects")
    project = page.locator("main tbody th a").first.get_attribute("href") or ""
    script = AXE.read_text()
    faults = {}
    for path in SCREENS[username]:
        page.goto(home + path.replace("{project}", project.split("?")[0]))
        page.evaluate(script)
        found = faults_of(page)
        if overflow_of(page) > 0:
            found.append(f"{overflow_of(page)} px too wide")
        if found:
            faults[path] = found
    assert faults == {}
    policy = [text for text in complaints if "Content Security Policy" in text]
    assert policy == []


def test_strangers_see_an_accessible_door(context: object, server: str) -> None:
    page = context.new_page()  # type: ignore[attr-defined]
    page.goto(f"{server}/")
    assert "/sign-in" in page.url
    page.evaluate(AXE.read_text())
    assert faults_of(page) == []
