"""Somebody who reaches for another's records, and what they were told or could do."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from itertools import count, islice
from typing import Any, TypeVar
from urllib.parse import quote
from zipfile import ZipFile

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.checks.asking import A_FILE, Ask
from tests.checks.browsing import token_on
from tests.checks.contents import contents_of, writes
from tests.checks.neighbours import NOWHERE, Place, canaries_in
from tests.factories.hostile_files import PDF

One = TypeVar("One")
REFUSED = frozenset({401, 403, 404, 405, 409, 413, 422, 429})
SEE_OTHER = 303
Kind = Callable[[Flask, Place, Place], Iterator[Ask]]
"""A generator of requests: with the names of one place, sent by somebody of another."""


@dataclass(frozen=True)
class Share:
    """Every so manieth of the requests, beginning with one of the first."""

    first: int
    step: int

    def of(self, asks: Iterable[One]) -> Iterator[One]:
        """Return those of the requests that belong to the share."""
        return islice(asks, self.first % self.step, None, self.step)


WHOLE = Share(0, 1)


def sent(browser: FlaskClient, ask: Ask, token: str, source_id: int) -> TestResponse:
    """Send one request with the form token of the visit, as htmx does when a part is asked for."""
    headers = {"X-CSRFToken": token}
    if ask.partial:
        headers |= {"HX-Request": "true", "HX-Request-Type": "partial"}
    body: dict[str, Any] | None = None
    if ask.body is not None:
        body = {k: str(v).replace("SOURCE", str(source_id)) for k, v in ask.body.items()}
        body |= {k: (BytesIO(PDF), "tep.pdf") for k, v in ask.body.items() if v == A_FILE}
    return browser.open(ask.url, method=ask.method, headers=headers, data=body, buffered=True)


_CHANGING = (
    # What somebody sent is shown to them again, and to nobody else.
    (re.compile(r'<form[^>]*id="kept".*?</form>', re.DOTALL), "SENT"),
    (re.compile(r'data:image/svg\+xml[^"]+|otpauth://[^"]+'), "PICTURE"),
    (re.compile(r"\b(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}\b"), "SEED"),
    (re.compile(r"[\w-]{20,}\.[\w-]{4,}\.[\w-]{20,}"), "TOKEN"),
    (re.compile(r"\b[0-9a-f]{16}(?:[0-9a-f]{16})?\b"), "RANDOM"),
    (re.compile(r"[\w-]{60,}={0,2}"), "SEALED"),
)


def heard(response: TestResponse, names: Sequence[str]) -> str:
    """Return what an answer says, without what every answer has anew and what was asked for."""
    text = f"{response.status_code} {response.headers.get('Location', '')}\n{words_of(response)}"
    for pattern, word in _CHANGING:
        text = pattern.sub(word, text)
    for name, place in sorted(zip(names, count(), strict=False), key=lambda one: -len(one[0])):
        for form in (name, quote(name), quote(name, safe="")):
            text = text.replace(form, f"NAME{place}")
    return text


def is_let_in(ask: Ask, answer: TestResponse) -> bool:
    """Tell whether a request that names a record of the attacked place was not turned away."""
    status = answer.status_code
    if not ask.names or status in REFUSED or (ask.method == "OPTIONS" and not answer.data):
        return False
    if status == SEE_OTHER and answer.headers["Location"].startswith("/sign-in"):
        return False
    # A list whose filter finds nothing, a step to one's own page, a search for places.
    is_reading = ask.method in {"GET", "HEAD"} and "?" in ask.url
    is_finding = ask.body is not None and "find" in ask.body
    return not (is_reading or is_finding)


@dataclass
class Findings:
    """What somebody was told or could do that they should not; empty lists are what we want."""

    requests: int = 0
    leaks: list[str] = field(default_factory=list)
    let_in: list[str] = field(default_factory=list)
    told_apart: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Return everything found, each in a line."""
        return [
            f"{kind}: {one}"
            for kind in ("leaks", "let_in", "told_apart", "changed")
            for one in getattr(self, kind)
        ]


@dataclass(frozen=True)
class Intrusion:
    """Somebody who asks for everything of a place that is not theirs."""

    app: Flask
    session: Session
    browser: FlaskClient
    source_id: int
    attacked: Place
    own: Place

    def run(self, *kinds: Kind, share: Share = WHOLE, only_the_first: bool = False) -> Findings:
        """Send a share of the requests twice: with names of the place, and of nothing.

        With `only_the_first` no more is sent once something was found.
        """
        found = Findings()
        token = token_on(self.browser.get("/people/rights", follow_redirects=True))
        before = contents_of(self.session)
        with writes(self.session) as written:
            for kind in kinds:
                pairs = zip(
                    kind(self.app, self.attacked, self.own),
                    kind(self.app, NOWHERE, self.own),
                    strict=True,
                )
                for ask, twin in share.of(pairs):
                    answer = sent(self.browser, ask, token, self.source_id)
                    self._look(found, ask, answer)
                    if ask.names:
                        other = sent(self.browser, twin, token, self.source_id)
                        found.requests += 1
                        if heard(answer, ask.names) != heard(other, twin.names):
                            found.told_apart.append(f"{ask} and {twin}")
                    if written:
                        after = contents_of(self.session)
                        tables = [name for name in after if after[name] != before[name]]
                        if tables:
                            found.changed.append(f"{ask}: {', '.join(tables)}")
                        before = after
                        written.clear()
                    if only_the_first and found.faults:
                        return found
        after = contents_of(self.session)
        found.changed += [
            f"{name}, by a request without a form" for name in after if after[name] != before[name]
        ]
        return found

    def _look(self, found: Findings, ask: Ask, answer: TestResponse) -> None:
        found.requests += 1
        text = words_of(answer) + "\n".join(f"{k}: {v}" for k, v in answer.headers)
        if told := canaries_in(text, self.attacked, but=ask.names):
            found.leaks.append(f"{ask} tells {', '.join(sorted(told))}")
        if is_let_in(ask, answer):
            found.let_in.append(f"{ask} is answered {answer.status}")


def words_of(answer: TestResponse) -> str:
    """Return the text of an answer, of a workbook too."""
    if answer.data.startswith(b"PK"):
        with ZipFile(BytesIO(answer.data)) as packed:
            parts = [name for name in packed.namelist() if not name.startswith("docProps")]
            return "\n".join(packed.read(name).decode() for name in parts)
    return unescape(answer.text)
