"""Opens every page as every role in a real Chromium, with markup in every text that people type.

The texts are written into the database by hand, past every rule of the forms, and into the
parameters. No script may run, no dialog open, nothing be asked for elsewhere, and the policy of
the page have nothing to report. The product with escaping switched off must be found out first.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote, urlsplit

from playwright.sync_api import Browser, BrowserContext, Dialog, Page, sync_playwright
from sqlalchemy import Engine, String, inspect, text

from tests.checks.hostile import PARAMS
from tools.chromium import find
from tools.torture._guards import disarm
from tools.torture._trial import Asked, Outcome, Trial, Watch, main, must_find
from tools.torture.addresses import addresses_of
from tools.torture.served import Served, served
from tracker.cli.serve import ACCOUNTS
from tracker.models import Base

PAYLOADS = (
    "<script>window.ran=1</script>",
    "\"'><script>window.ran=1</script>",
    "<img src=x onerror=window.ran=1>",
    "'\"><svg onload=window.ran=1>",
    "<a href=javascript:window.ran=1 autofocus onfocus=window.ran=1>a</a>",
    "<i hx-get=/planted hx-trigger=load>x</i>",
    '" onmouseover=window.ran=1 autofocus onfocus=window.ran=1 x="',
    "</textarea></select></title><script>window.ran=1</script>",
    "<style>@import '/planted';</style>",
    "<iframe srcdoc='<script>top.ran=1</script>'></iframe>",
    "<base href=/planted/><form action=/planted><button>x",
    "<div hx-on:load=window.ran=1 hx-vals='js:{a:window.ran=1}' hx-trigger=load hx-get=/planted>",
    "<math><mtext><img src=/planted onerror=window.ran=1>",
    "<meta http-equiv=refresh content='0;url=/planted'>",
    "{{ 7*7 }}${7*7}<!--<img src=x onerror=window.ran=1>-->",
)
TYPED = {
    "project": ("name", "objective", "programme"),
    "organisation": ("name", "short_name"),
    "unit": ("name", "short_name"),
    "person": ("name", "email", "phone"),
    "disbursement": ("voucher", "note", "reason", "late_reason"),
    "submission": ("voucher", "note", "reason"),
    "plan_entry": ("round", "note", "decision_number"),
    "decision": ("number", "authority", "reason"),
    "scenario": ("document", "committed_by"),
    "capital_source": ("name",),
    "period_lock": ("note",),
    "request": ("reason", "answer"),
    "change": ("reason",),
}
"""What people type, by table; a column that is not there is passed over."""
WATCH = """
window.ran = 0;
window.reports = [];
document.addEventListener('securitypolicyviolation',
  e => window.reports.push(e.violatedDirective + ' ' + e.blockedURI));
"""
PARTS = re.compile(r"^/(static|style|language|sign-out)")


@dataclass
class Seen:
    """What happened on the pages; empty lists are what we want."""

    pages: int = 0
    scripts: list[str] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    @property
    def faults(self) -> tuple[str, ...]:
        """Return everything that happened, each in a line."""
        return (
            *(f"ran: {one}" for one in self.scripts),
            *(f"policy: {one}" for one in self.reports),
            *(f"asked for: {one}" for one in self.strange),
        )


def spoil(engine: Engine, dice: Random) -> int:
    """Write a payload into every text that people type; return into how many columns."""
    # What moves the sums may stay; what refuses to let a record change is in the way.
    disarm(engine, keep="moves_line")
    there = {name: {one["name"] for one in inspect(engine).get_columns(name)} for name in TYPED}
    done = 0
    with engine.begin() as connection:
        for name, columns in TYPED.items():
            table = Base.metadata.tables[name]
            for column in sorted(there[name] & set(columns)):
                if not isinstance(table.c[column].type, String):
                    continue
                done += 1
                for rest, payload in enumerate(dice.sample(PAYLOADS, len(PAYLOADS))):
                    connection.execute(
                        text(
                            f"UPDATE {name} SET {column} = :payload"  # noqa: S608 - our own names
                            f" WHERE id % {len(PAYLOADS)} = {rest} AND {column} IS NOT NULL"
                        ),
                        {"payload": payload},
                    )
    return done


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the machine's own Chromium."""
    program = find()
    if program is None:
        raise RuntimeError("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


def enter(context: BrowserContext, instance: Served, account: str) -> Page:
    """Sign in and return the page."""
    page = context.new_page()
    page.goto(f"{instance.instance.url}/sign-in")
    page.fill("input[name=username]", account)
    page.fill("input[name=password]", instance.instance.password)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/sign-in" not in url, timeout=60_000)
    return page


def walk(browser: Browser, instance: Served, account: str, paths: list[str], seen: Seen) -> None:
    """Open pages as one account, and look at what happened on each."""
    home = instance.instance.url
    context = browser.new_context(service_workers="block")
    context.set_default_timeout(60_000)
    context.add_init_script(WATCH)
    page = enter(context, instance, account)
    page.on("dialog", lambda dialog: _dismiss(seen, dialog))
    page.on("request", lambda asked: _note(seen, home, asked.url))
    page.on("console", lambda told: _hear(seen, page, told.text))
    for path in paths:
        answer = page.goto(f"{home}{path}", wait_until="load")
        if answer is None or "html" not in answer.headers.get("content-type", ""):
            continue
        seen.pages += 1
        if page.evaluate("window.ran"):
            seen.scripts.append(f"{account} {path}")
        seen.reports += [f"{account} {path}: {one}" for one in page.evaluate("window.reports")]
    context.close()


def _dismiss(seen: Seen, dialog: Dialog) -> None:
    seen.scripts.append(dialog.message)
    dialog.dismiss()


def _note(seen: Seen, home: str, url: str) -> None:
    if not url.startswith((home, "data:", "about:")) or urlsplit(url).path.startswith("/planted"):
        seen.strange.append(url[:200])


def _hear(seen: Seen, page: Page, told: str) -> None:
    if "Content Security Policy" in told:
        seen.reports.append(f"{urlsplit(page.url).path}: {told[:200]}")


def paths_of(instance: Served, dice: Random) -> list[str]:
    """Return every page that can be read, plain and with markup in its parameters."""
    plain = [
        one.url
        for one in addresses_of(instance)
        if not one.is_form and not PARTS.match(one.url) and not one.url.endswith((".csv", ".xlsx"))
    ]
    asked = [
        f"{path}?{name}={quote(dice.choice(PAYLOADS), safe='')}"
        for path in plain
        for name in dice.sample(PARAMS, 2)
    ]
    dice.shuffle(asked)
    dice.shuffle(plain)
    mixed = [one for pair in zip(plain, asked, strict=False) for one in pair]
    return mixed + asked[len(plain) :]


def visits(browser: Browser, instance: Served, asked: Asked, accounts: tuple[str, ...]) -> Seen:
    """Let every account open so many pages, those before left out until all were seen."""
    seen, paths = Seen(), paths_of(instance, asked.chance)
    share = max(1, asked.amount // len(accounts))
    for place, account in enumerate(accounts):
        turned = paths[place * share % len(paths) :] + paths
        walk(browser, instance, account, turned[: min(share, len(paths))], seen)
    return seen


def torture(instance: Served, asked: Asked) -> Outcome:
    """Show that missing escapes are found, then open every page as everybody."""
    engine, accounts = instance.engine(), tuple(ACCOUNTS)
    columns = spoil(engine, asked.chance)
    engine.dispose()
    with chromium() as browser:
        pages = ["/projects", "/disbursements/entries", "/projects?q=" + quote(PAYLOADS[0])]
        found = Seen()
        instance.serve("unescaped")
        walk(browser, instance, "tonghop", pages, found)
        must_find(found.reports, "pages that do not escape")
        instance.serve()
        watch = Watch()
        seen = visits(browser, instance, asked, accounts)
    figure = (
        f"{seen.pages:,} pages as {len(accounts)} accounts, {columns} columns spoiled,"
        f" scripts {len(seen.scripts)}, policy reports {len(seen.reports)}"
    )
    planted = f"escaping switched off: {len(found.reports)} reports on {found.pages} pages"
    return Outcome(figure, seen.faults, watch.seconds, planted)


def run(asked: Asked) -> Outcome:
    """Serve a demonstration and torture it."""
    with served(asked.engine) as instance:
        return torture(instance, asked)


TRIAL = Trial("markup", "What people typed is never markup.", "pages", 42, 2_100, run)

if __name__ == "__main__":
    sys.exit(main(TRIAL))
