"""Takes a picture of every screen: wide and narrow, light and dark, and as printed.

All go to build/screenshots; the wide light ones, cut to the window, are the README's.
"""

import os
import sys
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tools import chromium
from tools.instance import ROOT, Instance, demonstration, project_path

FOLDER = ROOT / "build" / "screenshots"
README_FOLDER = ROOT / "docs" / "screenshots"
SIZES = {"1366": (1366, 768), "390": (390, 844)}
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
SCREENS = {
    "lanhdao": {"overview": "/", "projects": "/projects", "slowness": "/slowness"},
    "canbo": {"disbursements": "/disbursements/2025-04-30"},
    "quantri": {"people": "/people"},
}


def main() -> int:
    """Take the pictures and return the exit code."""
    path = chromium.find()
    if path is None:
        return chromium.main()
    for folder in (FOLDER, README_FOLDER):
        folder.mkdir(parents=True, exist_ok=True)
    with demonstration() as instance, sync_playwright() as playwright:
        sandbox = [] if os.geteuid() else ["--no-sandbox"]
        browser = playwright.chromium.launch(executable_path=path, args=sandbox)
        for size in SIZES:
            for theme in THEMES:
                picture_all(browser, instance, size, theme)
        browser.close()
    print(FOLDER, README_FOLDER, sep="\n")
    return 0


def picture_all(browser: Browser, instance: Instance, size: str, theme: Theme) -> None:
    """Picture every screen in one window size and theme."""
    width, height = SIZES[size]
    for account, screens in SCREENS.items():
        context = browser.new_context(
            base_url=instance.url,
            viewport={"width": width, "height": height},
            color_scheme=theme,
            locale="vi-VN",
        )
        page = sign_in(context, account, instance.password)
        for name, address in screens.items():
            picture(page, name, address, size, theme)
        if "projects" in screens:
            page.goto("/projects?order=gap")
            picture(page, "project", project_path(page.content()), size, theme)
        context.close()


def sign_in(context: BrowserContext, account: str, password: str) -> Page:
    """Return a page on which this account has signed in."""
    page = context.new_page()
    page.goto("/sign-in")
    page.locator("input[autocomplete=username]").fill(account)
    page.locator("input[type=password]").fill(password)
    page.locator("input[type=password]").press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def picture(page: Page, name: str, address: str, size: str, theme: Theme) -> None:
    """Save the screen at an address, fonts loaded."""
    page.goto(address)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=FOLDER / f"{name}-{size}-{theme}.png", full_page=True)
    if (size, theme) == ("1366", "light"):
        page.screenshot(path=README_FOLDER / f"{name}.png")
        page.emulate_media(media="print")
        page.screenshot(path=FOLDER / f"{name}-print.png", full_page=True)
        page.emulate_media(media="screen")


if __name__ == "__main__":
    sys.exit(main())
