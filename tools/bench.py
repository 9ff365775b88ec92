"""Measures each reading screen against a bare page of the same process.

The ratio to the bare page says more than milliseconds, which differ from one computer to another.
One connection, signed in, first whole (200) and then unchanged (304).
"""

import statistics
import sys
import time
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from http.client import HTTPConnection
from http.cookiejar import CookieJar

from tools.instance import Instance, demonstration, project_path

ACCOUNT = "tonghop"
BARE = "/healthz"
SCREENS = ["/", "/projects", "/slowness"]
WARM_UP, ROUNDS = 20, 200


class Fields(HTMLParser):
    """The fields of the form that has a password."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: dict[str, str] = {}
        self.values: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the kind and the value of each named input."""
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and "name" in given:
            self.kinds[given["name"]] = given.get("type", "text")
            self.values[given["name"]] = given.get("value", "")


def main() -> int:
    """Print one line for each screen and return the exit code."""
    with demonstration(WEB_CONCURRENCY="1") as instance:
        cookies = sign_in(instance)
        connection = HTTPConnection(instance.url.removeprefix("http://"))
        _, listing, _ = get(connection, "/projects", cookies)
        screens = [*SCREENS, project_path(listing.decode())]
        bare = median_ms(connection, BARE, cookies)
        print(f"{BARE:<40} {bare:8.2f} ms")
        for path in screens:
            status, body, tag = get(connection, path, cookies)
            whole = median_ms(connection, path, cookies)
            line = f"{path:<40} {whole:8.2f} ms {whole / bare:6.1f}x {len(body) / 1024:7.1f} KiB"
            if tag:
                unchanged = median_ms(connection, path, {**cookies, "If-None-Match": tag})
                line += f"   304: {unchanged:6.2f} ms {unchanged / bare:5.1f}x"
            print(line if status == 200 else f"{path:<40} answered {status}")
    return 0


def sign_in(instance: Instance) -> dict[str, str]:
    """Return the headers of a signed-in request."""
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    address = f"{instance.url}/sign-in"
    fields = Fields()
    with opener.open(address) as answer:
        fields.feed(answer.read().decode())
    typed = {"text": ACCOUNT, "password": instance.password_of(ACCOUNT)}
    form = {name: typed.get(kind, fields.values[name]) for name, kind in fields.kinds.items()}
    opener.open(address, urllib.parse.urlencode(form).encode()).close()
    return {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)}


def median_ms(connection: HTTPConnection, path: str, headers: dict[str, str]) -> float:
    """Return the median time of one answer, in milliseconds."""
    times = []
    for turn in range(WARM_UP + ROUNDS):
        began = time.perf_counter()
        get(connection, path, headers)
        if turn >= WARM_UP:
            times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def get(
    connection: HTTPConnection, path: str, headers: dict[str, str]
) -> tuple[int, bytes, str | None]:
    """Return the status, the body and the entity tag of one answer."""
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read(), answer.headers["ETag"]


if __name__ == "__main__":
    sys.exit(main())
