"""Every request by which somebody might reach for another's records, made from the URL map."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from itertools import count, product
from typing import Any
from urllib.parse import quote, urlencode
from zipfile import ZipFile

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.checks.browsing import token_on
from tests.checks.contents import contents_of
from tests.checks.neighbours import DAY, NOWHERE, SEARCH, Place, canaries_in

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
FILES = frozenset({"static", "style"})
OWN_AFFAIRS = frozenset({"people.sign_out", "people.change_password"})
"""What concerns the visitor's own session alone; pressing it would end the visit."""
REFUSED = frozenset({401, 403, 404, 405, 409, 413, 422})
Fields = Mapping[str, Any]
SEE_OTHER = 303


@dataclass(frozen=True)
class Ask:
    """One request, and every name of the attacked place that it speaks out itself."""

    endpoint: str
    method: str
    url: str
    partial: bool
    body: Fields | None = None
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        part = " (part)" if self.partial else ""
        return f"{self.method} {self.url}{part} {dict(self.body) if self.body else ''}".strip()


def values_of(theirs: Place, own: Place) -> dict[str, tuple[object, ...]]:
    """Return, by the name of an argument in an address, what may stand there.

    An argument that is not here fails the test: whoever adds one says what names a record by it.
    """
    return {
        "code": (theirs.code,),
        "entry_id": (theirs.entry_id,),
        "username": (theirs.username, own.username),
        "grant_id": (theirs.grant_id,),
        "version": (theirs.version,),
        "day": (DAY,),
        "language": ("en",),
        "filename": ("css/main.css",),
        "digest": ("0",),
    }


def addresses(app: Flask, theirs: Place, own: Place) -> Iterator[tuple[Rule, str, tuple[str, ...]]]:
    """Give every address with every name of the attacked place in it, and the names used."""
    values = values_of(theirs, own)
    urls = app.url_map.bind("localhost")
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        arguments = sorted(rule.arguments)
        for chosen in product(*(values[name] for name in arguments)):
            given = dict(zip(arguments, chosen, strict=True))
            if given.get("username") == own.username and "grant_id" not in given:
                continue
            method = "POST" if rule.methods and "POST" in rule.methods else "GET"
            names = tuple(str(value) for value in chosen if str(value) in theirs.names)
            yield rule, urls.build(rule.endpoint, given, method=method), names


def plain_asks(app: Flask, theirs: Place, own: Place) -> Iterator[Ask]:
    """Give every address by every method, whole and in part, without a body."""
    known = set()
    for rule, url, names in addresses(app, theirs, own):
        for method, partial in product(METHODS, (False, True)):
            if method == "POST" and (rule.endpoint in OWN_AFFAIRS or is_told(rule, method)):
                continue
            if (method, url, partial) not in known:
                known.add((method, url, partial))
                yield Ask(rule.endpoint, method, url, partial, names=names)


def is_told(rule: Rule, method: str) -> bool:
    """Tell whether the rule takes this method from a form; then `form_asks` sends one."""
    return method in (rule.methods or ()) and method == "POST"


def filter_asks(app: Flask, theirs: Place, own: Place) -> Iterator[Ask]:
    """Give every reading address with every parameter that could name a record."""
    params: Sequence[tuple[str, object]] = (
        ("owner", theirs.organisation_code),
        ("owner", theirs.organisation_id),
        ("project", theirs.code),
        ("area", theirs.unit_code),
        ("q", SEARCH),
        ("q", theirs.code),
        ("q", theirs.username),
        ("line", theirs.line_id),
        ("before", 10**12),
        ("as_of", "2025-03-31"),
        ("state", "all"),
        ("size", "all"),
        ("order", "-plan"),
        ("block", "unable"),
        ("plan", "any"),
        ("show", "late"),
        ("username", theirs.username),
        ("next", f"/projects/{theirs.code}"),
    )
    for rule, url, names in addresses(app, theirs, own):
        if "GET" not in (rule.methods or ()) or rule.endpoint in FILES or names:
            continue
        for place, (name, value) in enumerate(params):
            said = said_in(str(value), theirs)
            asked = f"{url}?{urlencode({name: value})}"
            yield Ask(rule.endpoint, "GET", asked, place % 2 == 1, names=said)


def said_in(text: str, place: Place) -> tuple[str, ...]:
    """Return the names of a place that a text holds."""
    return tuple(name for name in place.names if name in text)


def form_asks(app: Flask, theirs: Place, own: Place) -> Iterator[Ask]:
    """Give every form, filled in rightly, to an address or with a field of the attacked place."""
    forms = forms_of(theirs, own)
    for rule, url, names in addresses(app, theirs, own):
        if not is_told(rule, "POST") or rule.endpoint in OWN_AFFAIRS:
            continue
        for body, partial in product(forms[rule.endpoint], (False, True)):
            said = said_in(str(body), theirs)
            if names or said:
                yield Ask(rule.endpoint, "POST", url, partial, body, (*names, *said))
    for endpoint, url, body in forms_from_own_pages(app, theirs, own):
        yield Ask(endpoint, "POST", url, False, body, said_in(str(body), theirs))


def forms_of(theirs: Place, own: Place) -> dict[str, tuple[Fields, ...]]:
    """Return every form by its endpoint; one that is not here fails the test."""
    record = {
        "line": theirs.line_id, "key": f"k{theirs.line_id}", "kind": "volume_payment",
        "purpose": "construction", "amount": "1.000.000", "voucher": "CT-XAM-NHAP",
        "voucher_on": "2025-04-29", "note": "", "recovered": "",
    }  # fmt: skip
    rows = f"{theirs.code}\t\t\t1.000.000\tCT-DAN\t29/04/2025\t"
    place_of = (f"unit:{theirs.unit_id}", f"organisation:{theirs.organisation_id}")
    grant = {"role": "reader", "places": "", "valid_from": "2025-04-30", "last_day": ""}
    return {
        "disbursements.record": (record, {**record, "amount": "nhầm"}, {**record, "fill": "1"}),
        "disbursements.record_quiet": ({"project": theirs.project_id},),
        "disbursements.reverse": ({"key": "kdao", "reason": "đảo để thử phạm vi"},),
        "disbursements.undo": ({},),
        "disbursements.preview_paste": ({"text": rows, "key": "kdan"},),
        "disbursements.save_paste": ({"text": rows, "key": "kdan"},),
        "projects.new_project": (
            {**PROJECT, "owner": theirs.organisation_id, "owned_from": "2025-04-01", "code": "",
             "status": "proposed"},
        ),
        "projects.edit_project": ({**PROJECT, **AMENDED},),
        "projects.choose_owner": (
            {"owner": own.organisation_id, "valid_from": "2025-04-30", "row_version": 1,
             "basis": "Quyết định giao chủ đầu tư mới"},
        ),
        "projects.new_decision": (DECISION,),
        "plans.assign": (ASSIGNED,),
        "plans.transfer": ({**MOVED, "to_code": own.code},),
        "scenarios.propose": ({"month_12": "2.000.000", "document": "", "committed_by": ""},),
        "scenarios.approve": ({"approved_on": "2025-04-30", "row_version": 1},),
        "people.add_person": tuple(
            {**grant, "username": "nguoi.moi", "name": "Người Mới", "place": place}
            for place in place_of
        ),
        "people.amend_person": ({"name": "Đổi Tên", "email": "", "phone": "", "row_version": 1},),
        "people.grant_role": tuple({**grant, "place": place} for place in place_of),
        "people.end_grant": ({},),
        "people.disable_person": ({},),
        "people.enable_person": ({},),
        "people.reset_password": ({},),
        "people.sign_in": ({"username": theirs.username, "password": "sai mat khau"},),
    }  # fmt: skip


def forms_from_own_pages(
    app: Flask, theirs: Place, own: Place
) -> Iterator[tuple[str, str, Fields]]:
    """Give forms sent from a page of one's own in which a field names the attacked place."""
    url = app.url_map.bind("localhost").build
    grant = {"role": "officer", "places": "", "valid_from": "2025-04-30", "last_day": ""}
    bodies: tuple[tuple[str, dict[str, Any], Fields], ...] = (
        ("plans.transfer", {"code": own.code}, {**MOVED, "to_code": theirs.code}),
        (
            "projects.edit_project",
            {"code": own.code},
            {**PROJECT, **AMENDED, "parent_code": theirs.code},
        ),
        (
            "projects.choose_owner",
            {"code": own.code},
            {"owner": theirs.organisation_id, "valid_from": "2025-04-30", "row_version": 1,
             "basis": "Quyết định giao chủ đầu tư mới"},
        ),
        ("people.grant_role", {"username": own.username},
         {**grant, "place": f"unit:{theirs.unit_id}"}),
        ("people.grant_role", {"username": own.username},
         {**grant, "place": f"organisation:{theirs.organisation_id}"}),
        ("people.grant_role", {"username": own.username},
         {**grant, "place": "", "places": SEARCH, "find": "1"}),
    )  # fmt: skip
    for endpoint, given, body in bodies:
        yield endpoint, url(endpoint, given, method="POST"), body


PROJECT: Fields = {
    "name": "Dự án thử xâm nhập", "kind": "project", "tier": "commune", "sector": "10.3",
    "investment_class": "ii", "year_from": "2024", "year_to": "2026", "has_construction": "y",
    "started_on": "2024-03-01",
}  # fmt: skip
AMENDED: Fields = {"status": "under_construction", "halt": "", "basis": "", "row_version": 1}
DECISION: Fields = {
    "kind": "investment_adjustment", "number": "77/QĐ-UBND", "issued_on": "2025-04-01",
    "authority": "UBND tỉnh", "total_investment": "900.000.000.000.000", "row_version": 1,
}  # fmt: skip
ASSIGNED: Fields = {
    "year": "2025", "amount": "1.000.000", "number": "88/QĐ-UBND", "decided_on": "2025-04-01",
    "effective_on": "", "round": "", "note": "", "key": "kgiao", "kind": "supplement",
    "source": "SOURCE", "budget_tier": "province", "deadline_on": "",
}  # fmt: skip
MOVED: Fields = {
    "year": "2025", "amount": "1.000.000", "number": "99/QĐ-UBND", "decided_on": "2025-04-01",
    "effective_on": "", "round": "", "note": "", "key": "kchuyen", "line": "SOURCE:province",
    "to_source": "",
}  # fmt: skip
"""SOURCE stands for the number of the capital source that every place uses."""


def sent(browser: FlaskClient, ask: Ask, token: str, source_id: int) -> TestResponse:
    """Send one request with the form token of the visit, as htmx does when a part is asked for."""
    headers = {"X-CSRFToken": token}
    if ask.partial:
        headers |= {"HX-Request": "true", "HX-Request-Type": "partial"}
    body = None
    if ask.body is not None:
        body = {k: str(v).replace("SOURCE", str(source_id)) for k, v in ask.body.items()}
    return browser.open(ask.url, method=ask.method, headers=headers, data=body, buffered=True)


_CHANGING = (
    (re.compile(r"[\w-]{20,}\.[\w-]{4,}\.[\w-]{20,}"), "TOKEN"),
    (re.compile(r"\b[0-9a-f]{16}(?:[0-9a-f]{16})?\b"), "RANDOM"),
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

    def run(self, *kinds: Callable[[Flask, Place, Place], Iterator[Ask]]) -> Findings:
        """Send every request twice: with the names of the place, and with names of nothing."""
        found, token = Findings(), token_on(self.browser.get("/people/rights", follow_redirects=True))
        before = contents_of(self.session)
        for kind in kinds:
            for ask, twin in zip(
                kind(self.app, self.attacked, self.own),
                kind(self.app, NOWHERE, self.own),
                strict=True,
            ):
                answer = sent(self.browser, ask, token, self.source_id)
                self._look(found, ask, answer)
                if ask.names:
                    other = sent(self.browser, twin, token, self.source_id)
                    found.requests += 1
                    if heard(answer, ask.names) != heard(other, twin.names):
                        found.told_apart.append(f"{ask} and {twin}")
                if ask.body is not None and (after := contents_of(self.session)) != before:
                    tables = [name for name in after if after[name] != before[name]]
                    found.changed.append(f"{ask}: {', '.join(tables)}")
                    before = after
        after = contents_of(self.session)
        found.changed += [f"{name} by a request without a form" for name in after if after[name] != before[name]]
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
