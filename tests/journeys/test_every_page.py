"""Every screen as every kind of person: accessible, within the policy, nothing cut off."""

import json
import re

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import AXE, Enter

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LIGHT_DESK: dict[str, object] = {}
DARK_PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
SCREENS = {
    "quantri": [
        *("/people", "/people/new", "/people/rights", "/people/canbo", "/people/review"),
        *("/history", "/password"),
    ],
    "lanhdao": [
        *("/", "/map", "/brief", "/brief/meeting", "/slowness", "/changes", "/debts", "/scores"),
        *("{flag}", "/directives", "{directive}", "/directives/new", "/difficulties"),
        *("{difficulty}", "/freshness", "/contractors", "{contractor}", "/notices"),
    ],
    "tonghop": [
        *("/projects", "/projects?q=khong+co+du+an+nao", "/projects/new"),
        *("/slowness?block=slow&size=50", "{project}", "{project}/edit", "{project}/plan"),
        *("{project}/plan/assign", "{project}/scenario", "{project}/history", "{project}/matters"),
        *("{project}/contracts", "{project}/works", "{project}/clearance", "{project}/milestones"),
        *("/disbursements/entries", "/thresholds", "/periods", "/requests", "/reconciliation"),
    ],
    "canbo": ["/disbursements/2025-04-30", "/disbursements/2025-04-30/paste", "/not-there"],
    "huyen": ["/approval"],
    "chidoc": [
        *("/", "/people", "/security", "/security/authenticator", "/security/passkeys/new"),
        *("/confirm", "/start?token=x"),
    ],
}
LINKS = {
    "{project}": ("/projects", "main tbody th a"),
    "{flag}": ("/slowness", "main tbody a[href*='/flags/']"),
    "{directive}": ("/directives", "main tbody a[href*='/directives/']"),
    "{difficulty}": ("/difficulties", "main tbody a[href*='/difficulties/']"),
    "{contractor}": ("/contractors", "main tbody a[href*='/contractors/']"),
}
"""Screens of one record: a list, and the first link in it that leads to one."""


def faults_of(page: Page) -> list[str]:
    """Return what axe finds against WCAG 2.2 A and AA."""
    found = page.evaluate(
        "async rules => (await axe.run(document, {"
        "runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']}))"
        ".violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html).join(' | '))",
        RULES,
    )
    return [json.dumps(one, ensure_ascii=False)[:400] for one in found]


def overflow_of(page: Page) -> int:
    """Return how many pixels the page is wider than its window."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def spilled_in(page: Page) -> list[str]:
    """Return the captions of tables that are wider than their frame, where it does not scroll."""
    found = page.evaluate(
        "[...document.querySelectorAll('main .table > table')].filter(table => {"
        " const frame = table.parentElement;"
        " return getComputedStyle(frame).overflowX === 'visible'"
        " && table.getBoundingClientRect().right > frame.getBoundingClientRect().right + 1;"
        "}).map(table => table.caption?.textContent ?? '')"
    )
    return [str(caption) for caption in found]


def asks_before_leaving(page: Page) -> bool:
    """Tell whether somebody who leaves the page now is asked whether to lose what they typed."""
    return not page.evaluate("dispatchEvent(new Event('beforeunload', {cancelable: true}))")


@pytest.mark.parametrize(
    "context", [LIGHT_DESK, DARK_PHONE], ids=["light-desk", "dark-phone"], indirect=True
)
@pytest.mark.parametrize("username", SCREENS)
def test_screens_are_accessible_within_the_policy_and_whole(enter: Enter, username: str) -> None:
    page = enter(username)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    home = re.sub(r"(//[^/]+)/.*", r"\1", page.url)
    script = AXE.read_text()
    known: dict[str, str] = {}
    faults = {}
    for path in SCREENS[username]:
        page.goto(home + filled_in(page, home, path, known))
        page.evaluate(script)
        found = faults_of(page)
        if overflow_of(page) > 0:
            found.append(f"{overflow_of(page)} px too wide")
        found += [f"a table out of its frame: {caption}" for caption in spilled_in(page)]
        if asks_before_leaving(page):
            found.append("asks before leaving, with nothing typed")
        if found:
            faults[path] = found
    assert faults == {}
    policy = [text for text in complaints if "Content Security Policy" in text]
    assert policy == []


def filled_in(page: Page, home: str, path: str, known: dict[str, str]) -> str:
    """Return an address with the name of a record put in, looked up in its list once."""
    place = path.partition("}")[0] + "}"
    if place not in LINKS:
        return path
    if place not in known:
        listing, link = LINKS[place]
        page.goto(home + listing)
        found = page.locator(link).first.get_attribute("href") or ""
        known[place] = found.split("?")[0]
    return path.replace(place, known[place])


def test_strangers_see_an_accessible_door(context: object, server: str) -> None:
    page = context.new_page()  # type: ignore[attr-defined]
    page.goto(f"{server}/")
    assert "/sign-in" in page.url
    page.evaluate(AXE.read_text())
    assert faults_of(page) == []


def test_a_form_is_unsaved_once_something_is_typed_and_not_before(enter: Enter) -> None:
    page = enter("tonghop")
    page.goto(re.sub(r"(//[^/]+)/.*", r"\1/projects/new", page.url))
    page.evaluate("document.querySelector('main form').append(document.createElement('select'))")
    assert not asks_before_leaving(page), "a list without anything to choose is not a change"
    page.fill("main form input[name=name]", "Đường liên xã")
    assert asks_before_leaving(page)


@pytest.mark.parametrize("context", [DARK_PHONE], ids=["phone"], indirect=True)
def test_billions_can_be_read_while_they_are_typed_on_a_phone(enter: Enter) -> None:
    page = enter("tonghop")
    home = re.sub(r"(//[^/]+)/.*", r"\1", page.url)
    known: dict[str, str] = {}
    page.goto(f"{home}{filled_in(page, home, '{project}/pledges', known)}")
    amount = page.locator("main input[name=amount]")
    amount.fill("118.704.000.000")
    assert amount.evaluate("input => input.scrollWidth <= input.clientWidth")
