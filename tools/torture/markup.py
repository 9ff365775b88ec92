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
from itertools import product
from random import Random
from typing import Any
from urllib.parse import quote, urlsplit

from playwright.sync_api import Browser, BrowserContext, Dialog, Error, Page, sync_playwright
from sqlalchemy import Connection, Engine, Enum, Integer, String, bindparam, select, text, update
from sqlalchemy.exc import IntegrityError

from tests.checks.hostile import PARAMS
from tools.chromium import find
from tools.torture._guards import disarm
from tools.torture._trial import Asked, Outcome, Trial, Watch, main, must_find
from tools.torture.addresses import addresses_of
from tools.torture.served import Served, served
from tracker.cli.serve import ACCOUNTS
from tracker.models import Base, Change

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
MADE = re.compile(
    r"code|tax_code|username|password_hash|stored|path|.*_path|key|.*_key|.*hash|.*_id|.*_folded"
    r"|.*_sort|claim|factor|language|sealed_seed|credential|user_handle|signature|network|who"
    r"|subject|roles|deed|place|holder|flags?|facts|unit|audience|sector|programme|national_code"
    r"|budget_code|budget_unit_code|sha256|sent_sha256|outline"
)
"""Columns of text that the product fills itself, or that hold a code of a list."""
CODES = frozenset({"import_batch.kind", "national_rate.kind", "seal.cause", "unit.kind"})
"""Lists that are older than the type of columns for lists."""
ALSO = frozenset({"clearance_point.place", "project.programme"})
"""Typed, though such a name means something else elsewhere."""
WATCH = """
window.ran = 0;
window.reports = [];
document.addEventListener('securitypolicyviolation',
  e => window.reports.push(e.violatedDirective + ' ' + e.blockedURI));
"""
SETTLE = 50.0
"""Milliseconds for what begins once a page is read: focus, pictures that are missing, htmx."""
SERVER_FAULT = 500
PARTS = re.compile(r"^/(static|style|language|sign-out)")
FILES = re.compile(r"\.(csv|xlsx|pdf|zip|json|svg)$|/(content|thumbnail)$")


@dataclass
class Seen:
    """What happened on the pages; empty lists are what we want."""

    pages: int = 0
    given: int = 0
    """Of the pages, those that were not refused to whoever asked."""
    broken: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    @property
    def faults(self) -> tuple[str, ...]:
        """Return everything that happened, each in a line."""
        return (
            *(f"broken: {one}" for one in self.broken),
            *(f"ran: {one}" for one in self.scripts),
            *(f"policy: {one}" for one in self.reports),
            *(f"asked for: {one}" for one in self.strange),
        )


def typed() -> dict[str, tuple[str, ...]]:
    """Return what people type, by table: every column of text but those that are made."""
    return {
        name: tuple(
            column.name
            for column in table.columns
            if isinstance(column.type, String) and is_typed(name, column.name, column.type)
        )
        for name, table in sorted(Base.metadata.tables.items())
    }


def is_typed(table: str, column: str, kind: String) -> bool:
    """Tell whether people type what a column holds."""
    if isinstance(kind, Enum) or f"{table}.{column}" in CODES:
        return False
    return f"{table}.{column}" in ALSO or not MADE.fullmatch(column)


def spoil(engine: Engine, dice: Random) -> tuple[int, list[str]]:
    """Write a payload into every text that people type.

    Return into how many columns, and those whose own rules would not have it. Each row gets
    another payload; where rows have no number, or must differ, the payload ends with what differs.
    """
    # What moves the sums may stay; what refuses to let a record change is in the way.
    disarm(engine, keep="moves_line")
    done, held = 0, list[str]()
    for name, columns in typed().items():
        key = next(iter(Base.metadata.tables[name].primary_key)).name
        for column in columns:
            try:
                with engine.begin() as connection:
                    _spoil(connection, name, column, key, dice)
                done += 1
            except IntegrityError:
                held.append(f"{name}.{column}")
    with engine.begin() as connection:
        _spoil_history(connection, dice)
    return done, held


def _spoil(connection: Connection, name: str, column: str, key: str, dice: Random) -> None:
    numbered = name in Base.metadata.tables and isinstance(
        Base.metadata.tables[name].c[key].type, Integer
    )
    for rest, payload in enumerate(dice.sample(PAYLOADS, len(PAYLOADS))):
        chosen = f"{key} % {len(PAYLOADS)} = {rest}" if numbered else "1 = 1"
        connection.execute(
            text(
                f"UPDATE {name} SET {column} = :payload || ' ' || CAST({key} AS TEXT)"  # noqa: S608 - our own names
                f" WHERE {chosen} AND {column} IS NOT NULL"
            ),
            {"payload": payload},
        )


def _spoil_history(connection: Connection, dice: Random) -> None:
    """Write a payload into every text typed that the history tells of."""
    names = {column for columns in typed().values() for column in columns}
    rows = connection.execute(select(Change.id, Change.before, Change.after)).all()
    told = [
        {
            "number": row.id,
            "was": _spoiled(row.before, names, dice),
            "is": _spoiled(row.after, names, dice),
        }
        for row in rows
    ]
    connection.execute(
        update(Change)
        .where(Change.id == bindparam("number"))
        .values(before=bindparam("was"), after=bindparam("is")),
        told,
    )


def _spoiled(told: Any, names: set[str], dice: Random) -> Any:
    if not isinstance(told, dict):
        return told
    return {
        name: dice.choice(PAYLOADS) if name in names and isinstance(value, str) else value
        for name, value in told.items()
    }


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
    """Return a page of somebody who has signed in; the door itself may be beyond use."""
    cookies = instance.visitor(account).headers["Cookie"].split("; ")
    for cookie in cookies:
        name, _, value = cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": instance.instance.url}])
    return context.new_page()


def walk(browser: Browser, instance: Served, account: str, paths: list[str], seen: Seen) -> None:
    """Open pages as one account, and look at what happened on each."""
    home = instance.instance.url
    context = browser.new_context(service_workers="block")
    context.set_default_timeout(30_000)
    context.add_init_script(WATCH)
    page = enter(context, instance, account)
    page.on("dialog", lambda dialog: _dismiss(seen, dialog))
    page.on("request", lambda asked: _note(seen, home, asked.url))
    page.on("console", lambda told: _hear(seen, page, told.text))
    for path in paths:
        try:
            _look(page, f"{home}{path}", f"{account} {path}", seen)
        except Error:
            # Somebody else's address was opened meanwhile, or none is ever read to its end.
            seen.strange.append(f"left by itself: {account} {path}")
    context.close()


def _look(page: Page, url: str, words: str, seen: Seen) -> None:
    answer = page.goto(url, wait_until="domcontentloaded")
    if answer is None or "html" not in answer.headers.get("content-type", ""):
        return
    page.wait_for_timeout(SETTLE)
    seen.pages += 1
    seen.given += answer.ok
    if answer.status >= SERVER_FAULT:
        seen.broken.append(f"{answer.status} {words}")
    has_run, reports = page.evaluate("[window.ran, window.reports]")
    if has_run:
        seen.scripts.append(words)
    seen.reports += [f"{words}: {one}" for one in reports]


def _dismiss(seen: Seen, dialog: Dialog) -> None:
    page = dialog.page.url if dialog.page else "?"
    seen.scripts.append(f"{dialog.type} on {page}: {dialog.message}")
    # Dismissed, a page that asks whether to leave it would keep us on it for all that follow.
    dialog.accept()


def _note(seen: Seen, home: str, url: str) -> None:
    if not url.startswith((home, "data:", "about:")) or urlsplit(url).path.startswith("/planted"):
        seen.strange.append(url[:200])


def _hear(seen: Seen, page: Page, told: str) -> None:
    if "Content Security Policy" in told:
        seen.reports.append(f"{urlsplit(page.url).path}: {told[:200]}")


def visits_of(instance: Served, dice: Random, accounts: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return who opens what: everybody every page, and one of them each with markup asked for."""
    plain = [
        one.url
        for one in addresses_of(instance)
        if not one.is_form and not PARTS.match(one.url) and not FILES.search(one.url)
    ]
    asked = [
        (dice.choice(accounts), f"{path}?{name}={quote(dice.choice(PAYLOADS), safe='')}")
        for path in plain
        for name in dice.sample(PARAMS, 2)
    ]
    listed = [*product(accounts, plain), *asked]
    dice.shuffle(listed)
    return listed


def visits(browser: Browser, instance: Served, asked: Asked, accounts: tuple[str, ...]) -> Seen:
    """Let the accounts open so many of a hundred of their pages."""
    seen, listed = Seen(), visits_of(instance, asked.chance, accounts)
    chosen = listed[: max(len(accounts), len(listed) * asked.amount // 100)]
    for account in accounts:
        walk(browser, instance, account, [path for who, path in chosen if who == account], seen)
    return seen


def torture(instance: Served, asked: Asked) -> Outcome:
    """Show that missing escapes are found, then open every page as everybody."""
    engine, accounts = instance.engine(), tuple(ACCOUNTS)
    columns, held = spoil(engine, asked.chance)
    engine.dispose()
    with chromium() as browser:
        pages = ["/disbursements/entries", "/projects?q=" + quote(PAYLOADS[0]), "/projects"]
        found = Seen()
        instance.serve("unescaped")
        walk(browser, instance, "tonghop", pages, found)
        must_find(found.reports and found.pages, "pages that do not escape")
        instance.serve()
        watch = Watch()
        seen = visits(browser, instance, asked, accounts)
    figure = (
        f"{seen.pages:,} pages as {len(accounts)} accounts, {seen.given:,} of them not refused,"
        f" {columns} columns spoiled ({len(held)} refuse it by their own rules), 5xx"
        f" {len(seen.broken)}, scripts {len(seen.scripts)}, policy reports {len(seen.reports)}"
    )
    planted = f"escaping switched off: {len(found.reports)} reports on {found.pages} pages"
    return Outcome(figure, seen.faults, watch.seconds, planted)


def run(asked: Asked) -> Outcome:
    """Serve a demonstration and torture it."""
    with served(asked.engine) as instance:
        return torture(instance, asked)


TRIAL = Trial(
    "markup", "What people typed is never markup.", "% of every page as every account", 3, 100, run
)

if __name__ == "__main__":
    sys.exit(main(TRIAL))
