"""Measures the main screens and one saved entry, each against a bare page of the same process.

The ratio to the bare page says more than milliseconds, which differ from one computer to another.
One connection, one worker, signed in; SQLite, then a real PostgreSQL. Nothing is compared with a
limit here: docs/measurements.md keeps the figures.

With `--before FOLDER`, another checkout with its own `.venv`, both are served at once and asked in
turn, so that a slow minute of the computer slows both; what is printed then are medians and ratios.
"""

import re
import statistics
import sys
import time
import urllib.parse
import urllib.request
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from http.client import HTTPConnection, HTTPResponse
from http.cookiejar import CookieJar
from itertools import count
from pathlib import Path
from uuid import uuid4

from tools.instance import Instance, demonstration, project_path
from tools.postgres import with_server

LEADER, OFFICER = "lanhdao", "canbo"
BARE = "/healthz"
SHEET = "/disbursements/2025-04-30"
SCREENS = {"overview": "/", "list": "/projects", "slow list": "/slowness"}
NO_LIMITS = {f"TRACKER_{what}_A_MINUTE": "0" for what in ("WRITES", "SEARCHES", "EXPORTS")}
"""Nobody is held up for doing much in a short time."""
WARM_UP, ROUNDS = 5, 60
BEST_OF = 20  # p95 is the nineteenth of twenty cuts

_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
_LINE = re.compile(r'id="left_(\d+)".*?<data class="money" value="(\d+)"', re.DOTALL)


class Visitor:
    """One browser without pictures, a connection that stays open, and its cookies.

    It has signed in as `account`; without one it stays outside.
    """

    def __init__(self, instance: Instance, account: str) -> None:
        self.tag = ""
        self.connection = HTTPConnection(instance.url.removeprefix("http://"), timeout=60)
        jar = CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        door = f"{instance.url}/sign-in"
        token = _TOKEN.search(opener.open(door).read().decode())
        form = {
            "csrf_token": token[1] if token else "",
            "username": account,
            "password": instance.password,
            "next": "/",
        }
        if account:
            opener.open(door, urllib.parse.urlencode(form).encode()).close()
        self.headers = {"Cookie": "; ".join(f"{one.name}={one.value}" for one in jar)}

    def get(self, path: str, tag: str = "") -> tuple[int, str]:
        """Return the status and body of a page; with its tag, only if it changed."""
        answer = self._sent("GET", path, None, {"If-None-Match": tag} if tag else {})
        self.tag = answer.headers.get("ETag", "")
        return answer.status, answer.read().decode(errors="replace")

    def post(self, path: str, fields: dict[str, str], *, by_htmx: bool = False) -> int:
        """Return the status of the answer to a form, which may be sent again: it has a key."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        if by_htmx:
            kind |= {"HX-Request": "true", "HX-Request-Type": "partial"}
        answer = self._sent("POST", path, urllib.parse.urlencode(fields), kind)
        answer.read()
        return answer.status

    def _sent(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> HTTPResponse:
        every = {**self.headers, **headers}
        try:
            self.connection.request(method, path, body, every)
            return self.connection.getresponse()
        except ConnectionError:  # the server closes a connection that was idle
            self.connection.close()
            self.connection.request(method, path, body, every)
            return self.connection.getresponse()


def token_of(visitor: Visitor, page: str = "/people/rights") -> str:
    """Return the form token of somebody's visit."""
    found = _TOKEN.search(visitor.get(page)[1])
    return found[1] if found else ""


def main(asked: list[str]) -> int:
    """Print the table of each engine, or of the one asked for, and return the exit code."""
    given = _arguments().parse_args(asked)
    if given.engine != "postgresql":
        if given.before:
            compare("SQLite", given.before, {}, {})
        else:
            measure("SQLite")
    if given.engine != "sqlite":
        with with_server() as url, with_server() as other:
            place, beside = (
                {"TRACKER_DATABASE_URL": one.replace("+psycopg", "")} for one in (url, other)
            )
            if given.before:
                compare("PostgreSQL", given.before, beside, place)
            else:
                measure("PostgreSQL", **place)
    return 0


def _arguments() -> ArgumentParser:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("engine", nargs="?", choices=("sqlite", "postgresql"))
    parser.add_argument("--before", type=Path)
    return parser


def compare(engine: str, before: Path, theirs: dict[str, str], ours: dict[str, str]) -> None:
    """Serve another checkout beside this one and print what the same requests cost of each."""
    alone = {"WEB_CONCURRENCY": "1", **NO_LIMITS}
    with (
        demonstration(before, **alone, **theirs) as then,
        demonstration(None, **alone, **ours) as now,
    ):
        print(f"{engine}: medians before and now, in milliseconds, and how many times as long")
        leaders = [Visitor(one, LEADER) for one in (then, now)]
        savers = [saver(Visitor(one, OFFICER)) for one in (then, now)]
        in_turn("bare page", [asker(one, BARE) for one in leaders])
        for name in (*SCREENS, "one project"):
            paths = [SCREENS.get(name) or project_path(one.get("/projects")[1]) for one in leaders]
            pairs = list(zip(leaders, paths, strict=True))
            asks = [asker(one, path) for one, path in pairs]
            in_turn(name, asks)
            in_turn("  unchanged", [asker(one, path, one.tag) for one, path in pairs])
            in_turn("  after an entry", asks, savers)
        in_turn("save one entry", savers)


def in_turn(
    name: str,
    asks: Sequence[Callable[[], int]],
    before: Sequence[Callable[[], int]] = (lambda: 0, lambda: 0),
) -> None:
    """Send two requests in turn, first the one first, then the other; print both medians."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(WARM_UP + ROUNDS):
        for place in (turn % 2, 1 - turn % 2):
            before[place]()
            began = time.perf_counter()
            asks[place]()
            if turn >= WARM_UP:
                times[place].append((time.perf_counter() - began) * 1000)
    then, now = map(statistics.median, times)
    print(f"  {name:<16} {then:9.2f} {now:9.2f} {now / then:7.2f} x", flush=True)


def measure(engine: str, **settings: str) -> None:
    """Start a demonstration on an engine and print what its screens cost."""
    began = time.perf_counter()
    with demonstration(None, WEB_CONCURRENCY="1", **NO_LIMITS, **settings) as instance:
        print(f"{engine}: ready in {time.perf_counter() - began:.1f} s")
        leader, officer = Visitor(instance, LEADER), Visitor(instance, OFFICER)
        bare = report("bare page", lambda: leader.get(BARE)[0], None)
        _, listing = leader.get("/projects")
        save = saver(officer)
        for name, path in {**SCREENS, "one project": project_path(listing)}.items():
            ask = asker(leader, path)
            report(name, ask, bare)
            tag = leader.tag
            report("  unchanged", asker(leader, path, tag), bare)
            report("  after an entry", ask, bare, before=save)
        report("save one entry", save, bare)


def asker(visitor: Visitor, path: str, tag: str = "") -> Callable[[], int]:
    """Return a request for one page."""
    return lambda: visitor.get(path, tag)[0]


def saver(officer: Visitor) -> Callable[[], int]:
    """Return a deed that saves one đồng on the line with the most left."""
    _, sheet = officer.get(SHEET)
    token = _TOKEN.search(sheet)
    line, _left = max(_LINE.findall(sheet), key=lambda found: int(found[1]))
    numbers = count(1)

    def save() -> int:
        fields = {
            "csrf_token": token[1] if token else "",
            "line": line,
            "key": str(uuid4()),
            "kind": "book_entry",
            "purpose": "construction",
            "amount": "1",
            "voucher": f"DO-{next(numbers)}",
            "voucher_on": "2025-04-30",
            "note": "",
        }
        return officer.post(SHEET, fields)

    return save


def report(
    name: str,
    ask: Callable[[], int],
    bare: float | None,
    before: Callable[[], int] = lambda: 0,
) -> float:
    """Print median and p95 of a request, in milliseconds and bare pages; return the median.

    What is done before each request is not timed.
    """
    times, statuses = [], set()
    for turn in range(WARM_UP + ROUNDS):
        before()
        began = time.perf_counter()
        statuses.add(ask())
        if turn >= WARM_UP:
            times.append((time.perf_counter() - began) * 1000)
    median, p95 = statistics.median(times), statistics.quantiles(times, n=BEST_OF)[-1]
    ratio = "" if bare is None else f"{median / bare:8.1f} x"
    print(f"  {name:<16} {median:9.2f} ms   p95 {p95:9.2f} ms {ratio}  {sorted(statuses)}")
    return median


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
