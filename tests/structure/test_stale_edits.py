"""Whatever has a version cannot be changed unseen: both versions stand on the page (409)."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse
from wtforms import Form

from tests.checks.browsing import Browser, readable
from tests.checks.filling import fields_on
from tests.factories.contracts import a_contract, a_guarantee, a_package, a_tax_code
from tests.factories.matters import a_kept_difficulty
from tests.factories.people import a_person
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import an_organisation
from tracker import web
from tracker.domain.act import Act
from tracker.domain.people import Role
from tracker.models import Base, ContractMember
from tracker.services.contractors import Member

Fields = Mapping[str, str]
Open = Callable[[Session, Act], Mapping[str, str]]
"""Makes a record, and returns what the addresses below name it by."""


@pytest.fixture
def browsers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "test_client_class", Browser)


def of_a_project(session: Session, _act: Act) -> Mapping[str, str]:
    other = an_organisation(session)
    return {"code": a_project(session, name="Tên lúc mở").code, "owner": str(other.id)}


def of_a_package(session: Session, act: Act) -> Mapping[str, str]:
    project = a_project(session)
    package = a_package(session, act, project, name="Tên lúc mở", award=None, result_on=None)
    return {"code": project.code, "id": str(package.id)}


def of_a_contract(session: Session, act: Act) -> Mapping[str, str]:
    project = a_project(session)
    firm = Member(a_tax_code(), 10_000, "Công ty Một")
    contract = a_contract(session, act, project, firm)
    guarantee = a_guarantee(session, act, contract, date(2026, 1, 31))
    return {"code": project.code, "id": str(contract.id), "guarantee": str(guarantee)}


def of_a_contractor(session: Session, act: Act) -> Mapping[str, str]:
    member = Member(a_tax_code(), 10_000, "Tên lúc mở")
    contract = a_contract(session, act, a_project(session), member)
    member_id = session.scalars(
        select(ContractMember.contractor_id).where(ContractMember.contract_id == contract.id)
    ).one()
    return {"id": str(member_id)}


def of_a_difficulty(session: Session, act: Act) -> Mapping[str, str]:
    return {"id": str(a_kept_difficulty(session, act, a_project(session)).id)}


def of_an_account(session: Session, _act: Act) -> Mapping[str, str]:
    return {"username": a_person(session, name="Tên lúc mở").username}


@dataclass(frozen=True)
class Edited:
    """A form that corrects a record: a field that both change, and one that the other changes."""

    form: str
    open: Open
    url: str
    field: str
    theirs: str
    mine: str
    beside: str
    also: Fields
    role: Role = Role.COORDINATOR


EDITS = (
    Edited(
        "projects.forms.AmendForm", of_a_project, "/projects/{code}/edit",
        "name", "Tên người khác", "Tên của tôi", "objective", {"objective": "Dài 3 km"},
    ),
    Edited(
        "packages.forms.PackageForm", of_a_package, "/projects/{code}/packages/{id}/edit",
        "name", "Tên người khác", "Tên của tôi", "days", {"days": "77"},
    ),
    Edited(
        "packages.forms.ContractForm", of_a_contract, "/projects/{code}/contracts/{id}/edit",
        "number", "Số người khác", "Số của tôi", "days",
        {"days": "77", "reason": "Nhập nhầm số hợp đồng"},
    ),
    Edited(
        "contractors.forms.ContractorForm", of_a_contractor, "/contractors/{id}/edit",
        "name", "Tên người khác", "Tên của tôi", "address", {"address": "Số 1 phố Mới"},
    ),
    Edited(
        "difficulties.forms.AmendForm", of_a_difficulty, "/difficulties/{id}/edit",
        "description", "Điều người khác ghi", "Điều tôi ghi", "days_of_delay",
        {"days_of_delay": "77"},
    ),
    Edited(
        "people.forms.AmendForm", of_an_account, "/people/{username}",
        "name", "Tên Người Khác", "Tên Của Tôi", "phone", {"phone": "0912345678"}, Role.ADMIN,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Entered:
    """A form that enters something about a record, which another form changes meanwhile."""

    form: str
    open: Open
    url: str
    changed_at: str
    changes: Fields
    told: str
    typed: Fields


ENTRIES = (
    Entered(
        "projects.forms.OwnerForm", of_a_project, "/projects/{code}/owner",
        "/projects/{code}/edit", {"name": "Tên người khác"}, "Tên lúc mở Tên người khác",
        {"owner": "{owner}", "basis": "Quyết định 12/QĐ-UBND"},
    ),
    Entered(
        "projects.forms.DecisionForm", of_a_project, "/projects/{code}/decisions/new",
        "/projects/{code}/edit", {"name": "Tên người khác"}, "Tên lúc mở Tên người khác",
        {"number": "77/QĐ-UBND"},
    ),
    Entered(
        "packages.forms.MoveForm", of_a_package, "/projects/{code}/packages/{id}/move",
        "/projects/{code}/packages/{id}/edit", {"name": "Tên người khác"},
        "Tên lúc mở Tên người khác", {"reason": "Chưa có mặt bằng để thi công"},
    ),
    Entered(
        "packages.forms.TerminateForm", of_a_contract, "/projects/{code}/contracts/{id}/terminate",
        "/projects/{code}/contracts/{id}/edit",
        {"number": "Số người khác", "reason": "Nhập nhầm số hợp đồng"}, "Số người khác",
        {"reason": "Nhà thầu bỏ dở công trình"},
    ),
    Entered(
        "packages.event_forms.ReleaseForm", of_a_contract,
        "/projects/{code}/contracts/{id}/guarantees/{guarantee}/release",
        "/projects/{code}/contracts/{id}/guarantees/{guarantee}/release", {"on": "2025-04-30"},
        "30/04/2025", {"on": "2025-04-29"},
    ),
)  # fmt: skip

ON_ITS_OWN_PAGE = {
    "difficulties.forms.EscalateForm", "difficulties.forms.CloseForm",
    "directives.forms.ExtensionForm", "directives.forms.DecideForm", "directives.forms.CloseForm",
    "scenarios.forms.ApproveForm",
}  # fmt: skip
"""Forms below the record they are about: a refusal (409) shows it as it is now, typed text kept."""

VERSIONED = {
    "project", "bid_package", "contract", "guarantee", "contractor", "difficulty", "person",
    "directive", "scenario", "submission",
}  # fmt: skip
"""Tables whose rows have a version; those of `submission` are asked in the rooms that send them."""


def test_every_form_with_a_version_is_asked_here() -> None:
    known = {one.form for one in (*EDITS, *ENTRIES)} | ON_ITS_OWN_PAGE
    assert set(versioned_forms()) == known


def test_every_record_with_a_version_is_known_here() -> None:
    there = {name for name, table in Base.metadata.tables.items() if "row_version" in table.c}
    assert there == VERSIONED


class Editor:
    """Somebody with a form open."""

    def __init__(self, browser: FlaskClient, url: str) -> None:
        self.browser, self.url = browser, url
        self.read(browser.get(url))

    def read(self, page: TestResponse) -> None:
        assert page.status_code in {200, 409}, readable(page)
        self.sent = fields_on(page.text, self.url) or fields_on(page.text, "")
        assert "row_version" in self.sent

    def save(self, fields: Fields) -> TestResponse:
        self.sent |= {name: [value] for name, value in fields.items()}
        answer = self.browser.post(self.url, data=self.sent)
        if answer.status_code == 409:
            self.read(answer)
        return answer


@pytest.mark.usefixtures("browsers")
@pytest.mark.parametrize("edited", EDITS, ids=lambda one: one.form)
@pytest.mark.parametrize("choice", ["stored", "typed"])
def test_what_both_changed_is_chosen_and_the_rest_is_merged(
    app: Flask, session: Session, act: Act, edited: Edited, choice: str
) -> None:
    url = edited.url.format(**edited.open(session, act))
    session.commit()
    mine, theirs = (Editor(a_browser_of_a(edited.role, app, session), url) for _ in range(2))
    saved = theirs.save({edited.field: edited.theirs, **edited.also})
    assert saved.status_code == 303, readable(saved)
    reason = {name: value for name, value in edited.also.items() if name == "reason"}
    page = mine.save({edited.field: edited.mine, **reason})
    assert page.status_code == 409
    assert f"{edited.theirs} {edited.mine}" in readable(page), "side by side"
    assert mine.sent[edited.field] == [edited.mine], "what was typed is kept"
    assert mine.sent[edited.beside] == [edited.also[edited.beside]], "merged by itself"
    kept = mine.save({f"take_{edited.field}": choice})
    assert kept.status_code == 303, readable(kept)
    theirs.read(theirs.browser.get(url))
    expected = edited.mine if choice == "typed" else edited.theirs
    assert theirs.sent[edited.field] == [expected]
    assert theirs.sent[edited.beside] == [edited.also[edited.beside]]


@pytest.mark.usefixtures("browsers")
@pytest.mark.parametrize("entered", ENTRIES, ids=lambda one: one.form)
def test_what_a_record_has_become_stands_beside_what_it_was(
    app: Flask, session: Session, act: Act, entered: Entered
) -> None:
    names = entered.open(session, act)
    session.commit()
    browsers = [a_browser_of_a(Role.COORDINATOR, app, session) for _ in range(2)]
    mine = Editor(browsers[0], entered.url.format(**names))
    theirs = Editor(browsers[1], entered.changed_at.format(**names))
    saved = theirs.save(entered.changes)
    assert saved.status_code == 303, readable(saved)
    typed = {name: value.format(**names) for name, value in entered.typed.items()}
    page = mine.save(typed)
    assert page.status_code == 409
    assert entered.told in readable(page)
    assert {name: mine.sent[name][0] for name in typed} == typed, "what was typed is kept"
    assert mine.save({}).status_code in {303, 422}, "sent again it is meant"


def versioned_forms() -> list[str]:
    """Return every form of a room that carries the version of a record."""
    return [
        f"{module.__name__.removeprefix('tracker.web.')}.{name}"
        for found in pkgutil.walk_packages(web.__path__, "tracker.web.")
        for module in [importlib.import_module(found.name)]
        for name, one in inspect.getmembers(module, inspect.isclass)
        if issubclass(one, Form) and one.__module__ == module.__name__
        if hasattr(one, "row_version")
    ]
