"""Takes a picture of every screen, wide and narrow, light and dark, into build/screenshots."""

import os
import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from tools import chromium
from tools.instance import ROOT, Instance, demonstration, project_path

FOLDER = ROOT / "build" / "screenshots"
ACCOUNT = "tonghop"
SIZES = {"1366": (1366, 768), "390": (390, 844)}
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
SCREENS = {"overview": "/", "projects": "/projects", "slowness": "/slowness"}


def main() -> int:
    """Take the pictures and return the exit code."""
    path = chromium.find()
    if path is None:
        return chromium.main()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demonstration() as instance, sync_playwright() as playwright:
        sandbox = [] if os.geteuid() else ["--no-sandbox"]
        browser = playwright.chromium.launch(executable_path=path, args=sandbox)
        for size in SIZES:
            for theme in THEMES:
                picture_all(browser, instance, size, theme)
        browser.close()
    print(FOLDER)
    return 0


def picture_all(browser: Browser, instance: Instance, size: str, theme: Theme) -> None:
    """Picture every screen in one window size and theme."""
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=instance.url,
        viewport={"width": width, "height": height},
        color_scheme=theme,
        locale="vi-VN",
    )
    page = context.new_page()
    target = f"{size}-{theme}.png"
    page.goto("/sign-in")
    picture(page, FOLDER / f"sign-in-{target}")
    page.locator("input[autocomplete=username]").fill(ACCOUNT)
    page.locator("input[type=password]").fill(instance.password_of(ACCOUNT))
    page.locator("input[type=password]").press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    for name, address in SCREENS.items():
        page.goto(address)
        picture(page, FOLDER / f"{name}-{target}")
    page.goto("/projects")
    page.goto(project_path(page.content()))
    picture(page, FOLDER / f"project-{target}")
    context.close()


def picture(page: Page, file: Path) -> None:
    """Save the whole page, fonts loaded."""
    page.evaluate("document.fonts.ready")
    page.screenshot(path=file, full_page=True)


if __name__ == "__main__":
    sys.exit(main())
