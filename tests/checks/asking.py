"""Every request by which somebody might reach for another's records, made from the URL map."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from werkzeug.routing import Rule

from tests.checks.bodies import (
    A_FILE,
    AMENDED,
    ASSIGNED,
    CLEARED,
    CONTRACT,
    DECISION,
    DIRECTED,
    MOVED,
    PACKAGE,
    PROJECT,
    RAISED,
    REPORTED,
    Fields,
)
from tests.checks.neighbours import DAY, SEARCH, Place
from tests.checks.own_affairs import OWN_AFFAIRS

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
FILES = frozenset({"static", "style"})
OVER_THE_PROVINCE = frozenset({"thresholds.set_value"})
"""Forms that name no record and change what is judged everywhere: a unit is too small a scope."""


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
        "session_id": (theirs.session_id,),
        "submission_id": (theirs.submission_id,),
        "passkey_id": (theirs.passkey_id,),
        "delegation_id": (theirs.delegation_id,),
        "version": (theirs.version,),
        "lock_id": (theirs.lock_id,),
        "request_id": (theirs.request_id,),
        "difficulty_id": (theirs.difficulty_id,),
        "directive_id": (theirs.directive_id,),
        "package_id": (theirs.contract_id, theirs.planned_id),
        "contract_id": (theirs.contract_id,),
        "guarantee_id": (theirs.contract_id,),
        "acceptance_id": (theirs.contract_id,),
        "contractor_id": (theirs.contract_id,),
        "file_id": (theirs.file_id,),
        "point_id": (theirs.point_id,),
        "directive_file_id": (theirs.directive_file_id,),
        "notice_id": (theirs.notice_id,),
        "day": (DAY,),
        "language": ("en",),
        "flag": ("f02",),
        "action": ("catch_up", "review"),
        "name": ("behind_tolerance",),
        "filename": ("css/main.css",),
        "digest": ("0",),
        "record": ("lines", "entries", "scenarios", "organisations"),
        "number": (theirs.line_id, theirs.entry_id, theirs.organisation_id),
    }


def addresses(app: Flask, theirs: Place, own: Place) -> Iterator[tuple[Rule, str, tuple[str, ...]]]:
    """Give every address with every name of the attacked place in it, and the names used."""
    values = values_of(theirs, own)
    urls = app.url_map.bind("localhost")
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        arguments = sorted(rule.arguments)
        for chosen in product(*(values[name] for name in arguments)):
            given = dict(zip(arguments, chosen, strict=True))
            of_theirs = {"grant_id", "delegation_id"} & given.keys()
            if given.get("username") == own.username and not of_theirs:
                continue
            method = "POST" if rule.methods and "POST" in rule.methods else "GET"
            names = tuple(str(value) for value in chosen if str(value) in theirs.names)
            yield rule, urls.build(rule.endpoint, given, method=method), names


def plain_asks(app: Flask, theirs: Place, own: Place) -> Iterator[Ask]:
    """Give every address by the methods it takes, whole and in part, without a form."""
    for rule, url, names in addresses(app, theirs, own):
        for method, partial in product(sorted(rule.methods or ()), (False, True)):
            # `form_asks` sends what is posted; a URL of two rules has its OPTIONS once.
            if method not in {"POST", "OPTIONS"} or (method == "OPTIONS" and not partial):
                yield Ask(rule.endpoint, method, url, partial, names=names)


def odd_asks(app: Flask, theirs: Place, own: Place) -> Iterator[Ask]:
    """Give every address by the methods that no rule of it takes, whole and in part."""
    taken: dict[str, set[str]] = defaultdict(set)
    listed = list(addresses(app, theirs, own))
    for rule, url, _names in listed:
        taken[url] |= rule.methods or set()
    for rule, url, names in {url: (rule, url, names) for rule, url, names in listed}.values():
        for method, partial in product(METHODS, (False, True)):
            if method not in taken[url]:
                yield Ask(rule.endpoint, method, url, partial, names=names)


def filter_asks(app: Flask, theirs: Place, own: Place) -> Iterator[Ask]:
    """Give every reading address with every parameter that could name a record."""
    turned = {"as_of": "2025-03-31", "state": "all", "size": "all", "order": "-plan"}
    shown = {"block": "unable", "plan": "any", "show": "late", "before": 10**12}
    queries: Sequence[Fields] = (
        {"owner": theirs.organisation_code},
        {"project": theirs.code},
        {"area": theirs.unit_code},
        {"q": theirs.code, "username": theirs.username},
        {"owner": theirs.organisation_id, "line": theirs.line_id},
        {"q": SEARCH},
        {"person": theirs.username, "deed": "project.amended", "from": "2025-01-01"},
        {**turned, **shown},
    )
    for rule, url, names in addresses(app, theirs, own):
        if "GET" not in (rule.methods or ()) or rule.endpoint in FILES or names:
            continue
        for place, query in enumerate(queries):
            asked = f"{url}?{urlencode(query)}"
            yield Ask(rule.endpoint, "GET", asked, place % 2 == 1, names=said_in(asked, theirs))


def said_in(text: str, place: Place) -> tuple[str, ...]:
    """Return the names of a place that a text holds."""
    return tuple(name for name in place.names if name in text)


def form_asks(app: Flask, theirs: Place, own: Place) -> Iterator[Ask]:
    """Give every form, filled in rightly, about the attacked place or the whole province."""
    forms = forms_of(theirs, own)
    for rule, url, names in addresses(app, theirs, own):
        if "POST" not in (rule.methods or ()) or rule.endpoint in OWN_AFFAIRS:
            continue
        for body, partial in product(forms[rule.endpoint], (False, True)):
            said = said_in(str(body), theirs)
            if names or said or rule.endpoint in OVER_THE_PROVINCE:
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
    lent = {
        "grants": theirs.grant_id, "valid_from": "2025-04-30", "last_day": "2025-06-30",
        "reason": "Đi công tác",
    }  # fmt: skip
    return {
        "disbursements.record": (record, {**record, "amount": "nhầm"}, {**record, "fill": "1"},
            {**record, "submission": theirs.submission_id, "version": theirs.version}),
        "disbursements.record_quiet": ({"project": theirs.project_id},),
        "disbursements.reverse": ({"key": "kdao", "reason": "đảo để thử phạm vi"},),
        "disbursements.undo": ({},),
        "disbursements.preview_paste": ({"text": rows, "key": "kdan"},),
        "disbursements.save_paste": ({"text": rows, "key": "kdan"},),
        "approval.approve": ({"pick": f"{theirs.submission_id}:{theirs.version}"},),
        "approval.send_back": (
            {"pick": f"{theirs.submission_id}:{theirs.version}", "reason": "trả lại để thử"},
        ),
        "approval.send": ({},),
        "approval.recall": ({},),
        "approval.discard": ({},),
        "approval.set_rule": (
            {"organisation": theirs.organisation_id, "people": "two", "valid_from": "2025-04-30",
             "reason": "đặt quy định để thử phạm vi"},
        ),
        "reconciliation.reconcile": ({"entry": theirs.entry_id, "statement": "Sao kê thử"},),
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
        "attachments.attach": ({"file": A_FILE, "note": "gửi để thử phạm vi"},),
        "works.report": (REPORTED,),
        "works.place": ({"latitude": "20.95", "longitude": "106.32"},),
        "land.tell": ({"ground_breaking_planned": "2025-09-01", "reason": "mốc thử phạm vi"},),
        "land.report": (CLEARED,),
        "land.raise_one": (
            {"place": "Km 1", "cause": "chưa đồng thuận", "responsible": "UBND xã",
             "due_on": "2025-06-30"},
        ),
        "land.settle": ({"reason": "đã gỡ để thử phạm vi"},),
        "attachments.withdraw": ({"reason": "rút để thử phạm vi"},),
        "periods.lock": (
            {"month": 2, "place": f"organisation:{theirs.organisation_id}", "strength": "hard",
             "note": ""},
        ),
        "flags.block": (
            {"amount": "1.000", "effective_on": "2025-04-30", "cause": "inspection",
             "document": "12/TB-UBND", "reason": "phong tỏa để thử phạm vi", "key": "kphong"},
        ),
        "pledges.record": (
            # More than was paid and not more than is planned, in figures that are no canary.
            {"amount": str(int(theirs.canaries.get("planned", ("2",))[0]) - 1),
             "due_on": "2025-05-30", "pledged_by": "Người thử", "document": "BB-THU",
             "key": "kcamket"},
        ),
        "flags.answer": (
            {"done_on": "2025-04-30", "evidence": "1/BC-THU", "key": "kviecdalam"},
        ),
        "thresholds.set_value": (
            {"value": "10", "valid_from": "2025-05-01", "seen": "1", "legal_basis": "",
             "reason": "đặt ngưỡng để thử phạm vi"},
        ),
        "periods.ask_to_reopen": ({"reason": "mở lại để thử phạm vi"},),
        "packages.new_package": (PACKAGE,),
        "packages.edit_package": ({**PACKAGE, "row_version": 1},),
        "packages.move": (
            {"to": "selecting", "on": "2025-04-29", "reason": "", "row_version": 1},
        ),
        "packages.sign": (CONTRACT,),
        "packages.edit_contract": (
            {**CONTRACT, "row_version": 1, "reason": "sửa theo bản hợp đồng gốc"},
        ),
        "packages.terminate": (
            {"on": "2025-04-29", "reason": "nhà thầu bỏ dở công trình", "row_version": 1},
        ),
        "packages.append": (
            {"number": "PL-THU", "signed_on": "2025-04-29", "kind": "schedule", "key": "kphuluc",
             "value_after": "", "ends_on_after": "2027-01-01", "reason": "gia hạn để thử"},
        ),
        "packages.guarantee": (
            {"kind": "warranty", "number": "BL-THU", "bank": "Ngân hàng", "value": "1.000.000",
             "issued_on": "2025-04-01", "valid_until": "2027-01-01", "key": "kbaolanh"},
        ),
        "packages.release": ({"on": "2025-04-29", "row_version": 1},),
        "packages.accept": (
            {"accepted_on": "2025-04-29", "amount": "1.000.000", "kind": "completion", "note": "",
             "key": "knghiemthu"},
        ),
        "packages.reverse": ({"reason": "đảo để thử phạm vi", "key": "kdaont"},),
        "contractors.edit_contractor": (
            {"name": "Nhà thầu đổi tên", "address": "", "representative": "", "row_version": 1},
        ),
        "requests.approve": ({"seen": "y", "answer": ""},),
        "requests.refuse": ({"why": "không duyệt để thử"},),
        "requests.withdraw": ({},),
        "notices.open_notice": ({},),
        "people.add_person": tuple(
            {**grant, "username": "nguoi.moi", "name": "Người Mới", "place": place}
            for place in place_of
        ),
        "people.allow_binding_by_email": ({},),
        "people.allow_binding_by_name": ({},),
        "people.forget_binding": ({},),
        "people.switch_local_off": ({},),
        "people.switch_local_on": ({},),
        "people.amend_person": ({"name": "Đổi Tên", "email": "", "phone": "", "row_version": 1},),
        "people.grant_role": tuple({**grant, "place": place} for place in place_of),
        "people.end_grant": ({},),
        "people.delegations": ({**lent, "delegate": theirs.username},),
        "people.delegations_of": ({**lent, "delegate": own.username},),
        "people.end_own_delegation": ({},),
        "people.sign_review": ({},),
        "people.end_delegation": ({},),
        "people.disable_person": ({},),
        "people.end_session": ({},),
        "people.end_sessions": ({},),
        "people.enable_person": ({},),
        "people.remove_passkey": ({},),
        "people.reset_factors": ({},),
        "people.reset_password": ({},),
        "people.start_viewing": ({},),
        "people.end_viewing": ({},),
        "difficulties.raise_one": ({**RAISED, "level": "owner", "key": "kneu"},),
        "difficulties.amend": (
            {**RAISED, "days_of_delay": "77", "reason": "", "row_version": 1},
        ),
        "difficulties.reply": (
            {"words": "trả lời để thử", "evidence": "", "key": "ktraloi",
             "files": A_FILE},
        ),
        "difficulties.escalate": ({"reason": "chuyển cấp để thử phạm vi", "row_version": 1},),
        "difficulties.close": ({"result": "xong", "evidence": "1/BB", "row_version": 1},),
        "directives.issue": tuple(
            {**DIRECTED, "lead": theirs.organisation_id, "key": f"kgiao{name}", name: value}
            for name, value in (
                ("project", theirs.code),
                ("organisation", theirs.organisation_code),
                ("unit", theirs.unit_code),
            )
        ),
        "directives.reply": (
            {"words": "trả lời để thử", "standing": "waiting", "evidence": "", "key": "kdap",
             "files": A_FILE},
        ),
        "directives.remark": ({"words": "nhắc để thử", "key": "knhac"},),
        "directives.ask_for_time": (
            {"due_on": "2025-06-30", "reason": "xin thêm thời gian để thử", "row_version": 2},
        ),
        "directives.decide": ({"granted": "y", "reason": "", "row_version": 2},),
        "directives.close": ({"result": "xong", "evidence": "1/BB", "row_version": 2},),
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
        (
            "directives.issue",
            {},
            {**DIRECTED, "project": own.code, "lead": theirs.organisation_id, "key": "kla"},
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
