"""Signing in at the identity provider: who is let in, by what, with which second step."""

import time
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.checks.browsing import readable, send, token_on
from tests.checks.elsewhere import INSIDE, come_back, is_inside, send_away, told_at
from tests.checks.forms import fill_in
from tests.checks.provider import FakeProvider
from tests.factories.entrances import a_binding, an_entrance
from tests.factories.people import AT, a_grant, a_person
from tests.factories.sessions import a_browser
from tracker.domain.people import Role
from tracker.domain.provider import BindBy
from tracker.identity.directory import Directory
from tracker.models import Authenticator, Change, Entrance, Person, SignInFailure, SignInSession
from tracker.services.passwords import hash_password

pytestmark = pytest.mark.any_engine

PASSWORD = "một câu dễ nhớ để thử"
KEPT = hash_password(PASSWORD)
UNKNOWN = "Định danh này chưa gắn với tài khoản nào đang mở ở đây"
DOWN = "Nhà cung cấp danh tính đang không trả lời"
SEED = pyotp.random_base32()


@pytest.fixture
def person(session: Session) -> Person:
    person = a_person(
        session, username="canbo", name="Đỗ Văn Cán", email="CanBo@vidu.vn", password_hash=KEPT
    )
    a_grant(session, person, Role.READER)
    session.commit()
    return person


@pytest.fixture
def bound(session: Session, person: Person, idp: FakeProvider) -> Person:
    a_binding(session, person, idp)
    session.commit()
    return person


def deeds(session: Session, person: Person) -> list[str]:
    found = select(Change.deed).where(Change.actor_id == person.id).order_by(Change.id)
    return list(session.scalars(found))


def enter_here(browser: FlaskClient) -> TestResponse:
    return send(browser, "/sign-in", username="canbo", password=PASSWORD)


def an_authenticator(office: Flask, session: Session, person: Person) -> None:
    sealed = office.extensions["tracker_vault"].seal(SEED, f"authenticator of {person.id}")
    session.add(Authenticator(person_id=person.id, sealed_seed=sealed, last_step=-1, added_at=AT))
    session.commit()


@pytest.mark.parametrize("asked", [INSIDE, "/projects?q=a&page=2", "//evil.example", "/\\evil"])
def test_whom_the_provider_lets_in_comes_to_where_they_wanted_on_this_site_alone(
    office: Flask, idp: FakeProvider, bound: Person, session: Session, asked: str
) -> None:
    browser = office.test_client()
    answer = come_back(browser, idp, asked)
    assert (answer.status_code, answer.location) == (303, "/" if "evil" in asked else asked)
    assert is_inside(browser)
    visit = session.scalars(select(SignInSession)).one()
    assert (visit.person_id, visit.issuer, visit.factor) == (bound.id, idp.issuer, None)
    change = session.scalars(select(Change).where(Change.deed == "people.signed_in")).one()
    assert change.after == {"factor": "provider", "issuer": idp.issuer}
    assert session.get_one(Entrance, bound.id).used_at is not None
    assert session.scalars(select(SignInFailure)).all() == []


def test_a_session_before_is_ended_and_its_token_is_worth_nothing(
    office: Flask, idp: FakeProvider, bound: Person, session: Session
) -> None:
    browser = a_browser(office, session, a_person(session))
    before = browser.get_cookie("tracker")
    page = browser.get("/security")
    form = {"csrf_token": token_on(page), "next": INSIDE}
    away = browser.post("/sign-in/oidc", data=form)
    browser.get(idp.authorize(away.location))
    after = browser.get_cookie("tracker")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    thief = office.test_client()
    thief.set_cookie("tracker", before.value)
    assert not is_inside(thief)


@pytest.mark.parametrize("told", [{"email": "canbo@VIDU.vn"}, {"email": "canbo@vidu.vn"}])
def test_a_verified_address_binds_an_account_once_if_that_was_allowed(
    office: Flask, idp: FakeProvider, person: Person, session: Session, told: dict[str, Any]
) -> None:
    an_entrance(session, person, may_bind_by=BindBy.EMAIL)
    session.commit()
    idp.somebody = replace(idp.somebody, preferred_username="another", **told)
    assert come_back(office.test_client(), idp).location == INSIDE
    row = session.get_one(Entrance, person.id, populate_existing=True)
    assert (row.may_bind_by, row.issuer, row.subject) == (None, idp.issuer, idp.somebody.sub)
    assert deeds(session, person) == ["people.bound", "people.signed_in"]
    idp.somebody = replace(idp.somebody, sub="somebody else with the same address")
    browser = office.test_client()
    assert UNKNOWN in told_at(browser, come_back(browser, idp))


def test_an_account_name_binds_an_account_if_that_was_allowed(
    office: Flask, idp: FakeProvider, person: Person, session: Session
) -> None:
    an_entrance(session, person, may_bind_by=BindBy.USERNAME)
    session.commit()
    idp.somebody = replace(idp.somebody, email=None)
    assert come_back(office.test_client(), idp).location == INSIDE
    assert session.get_one(Entrance, person.id, populate_existing=True).subject is not None


def test_once_bound_neither_name_nor_address_matter(
    office: Flask, idp: FakeProvider, bound: Person, session: Session
) -> None:
    idp.somebody = replace(idp.somebody, email="new@vidu.vn", preferred_username="new.name")
    assert come_back(office.test_client(), idp).location == INSIDE


@pytest.mark.parametrize(
    ("allowed", "told"),
    [
        (None, {}),
        (BindBy.EMAIL, {"email_verified": False}),
        (BindBy.EMAIL, {"email_verified": None}),
        (BindBy.EMAIL, {"email_verified": "true"}),
        (BindBy.EMAIL, {"email_verified": 1}),
        (BindBy.EMAIL, {"email": "canbo@vidu.vn.evil.example"}),
        (BindBy.EMAIL, {"email": "cánbo@vidu.vn"}),
        (BindBy.EMAIL, {"email": "\u212aanbo@vidu.vn"}),
        (BindBy.EMAIL, {"email": None}),
        (BindBy.USERNAME, {"preferred_username": "CANBO"}),
        (BindBy.USERNAME, {"preferred_username": None}),
        (BindBy.USERNAME, {"preferred_username": "canbo "}),
        (BindBy.USERNAME, {"preferred_username": "quantri"}),
    ],
)
def test_whoever_is_not_bound_and_not_allowed_by_that_claim_stays_out(
    office: Flask,
    idp: FakeProvider,
    person: Person,
    session: Session,
    allowed: BindBy | None,
    told: dict[str, Any],
) -> None:
    if allowed is not None:
        an_entrance(session, person, may_bind_by=allowed)
        session.commit()
    idp.somebody = replace(idp.somebody, **told)
    browser = office.test_client()
    assert UNKNOWN in told_at(browser, come_back(browser, idp))
    row = session.get(Entrance, person.id, populate_existing=True)
    assert row is None or row.subject is None
    assert session.scalars(select(SignInSession)).all() == []
    assert session.scalars(select(Person.username).where(Person.username == "another")).all() == []


def test_two_accounts_that_wait_for_one_address_are_both_left_alone(
    office: Flask, idp: FakeProvider, person: Person, session: Session
) -> None:
    other = a_person(session, email="canbo@vidu.vn")
    for one in (person, other):
        an_entrance(session, one, may_bind_by=BindBy.EMAIL)
    session.commit()
    browser = office.test_client()
    assert UNKNOWN in told_at(browser, come_back(browser, idp))


def test_a_shut_account_and_no_account_are_answered_alike(
    office: Flask, idp: FakeProvider, bound: Person, session: Session
) -> None:
    bound.disabled_at = AT
    session.commit()
    words = []
    for subject in (idp.somebody.sub, "nobody"):
        idp.somebody = replace(idp.somebody, sub=subject)
        browser = office.test_client()
        answer = come_back(browser, idp)
        words.append((answer.location, told_at(browser, answer)))
    assert words[0] == words[1]
    assert UNKNOWN in words[0][1]


def test_our_second_step_is_asked_unless_the_provider_asked_one(
    office: Flask, idp: FakeProvider, bound: Person, session: Session
) -> None:
    an_authenticator(office, session, bound)
    browser = office.test_client()
    answer = come_back(browser, idp)
    assert urlsplit(answer.location).path == "/sign-in/code"
    assert not is_inside(browser)
    page = browser.get(answer.location)
    wrong = fill_in(browser, page, "code", code="000000")
    assert wrong.status_code == 422
    done = fill_in(browser, page, "code", code=pyotp.TOTP(SEED).now())
    assert (done.status_code, done.location) == (303, INSIDE)
    assert is_inside(browser)
    visit = session.scalars(select(SignInSession)).one()
    assert (visit.issuer, visit.factor) == (idp.issuer, "authenticator")


@pytest.mark.parametrize(
    ("given", "told", "path"),
    [
        ({"factor_amr": frozenset({"mfa"})}, {"amr": ["pwd", "mfa"]}, INSIDE),
        ({"factor_amr": frozenset({"mfa"})}, {"amr": ["pwd"]}, "/sign-in/code"),
        ({"factor_acr": frozenset({"urn:loa:2"})}, {"acr": "urn:loa:2"}, INSIDE),
        ({"factor_acr": frozenset({"urn:loa:2"})}, {"acr": "urn:loa:1"}, "/sign-in/code"),
        ({"factor_acr": frozenset({"urn:loa:2"})}, {}, "/sign-in/code"),
        ({}, {"acr": "urn:loa:2", "amr": ["mfa", "otp"]}, "/sign-in/code"),
    ],
)
def test_the_provider_is_believed_about_a_second_factor_only_as_the_office_says(
    office: Flask,
    idp: FakeProvider,
    bound: Person,
    session: Session,
    given: dict[str, Any],
    told: dict[str, Any],
    path: str,
) -> None:
    an_authenticator(office, session, bound)
    office.extensions["tracker_directory"] = Directory(idp.settings(**given))
    idp.somebody = replace(idp.somebody, **told)
    browser = office.test_client()
    away = send_away(browser)
    wanted = parse_qs(urlsplit(away.location).query).get("acr_values")
    assert wanted == ([*given["factor_acr"]] if "factor_acr" in given else None)
    answer = browser.get(idp.authorize(away.location))
    assert urlsplit(answer.location).path == path
    if path == INSIDE:
        assert session.scalars(select(SignInSession.factor)).all() == ["provider"]


def test_a_binding_that_is_forgotten_meanwhile_ends_the_waiting(
    office: Flask, idp: FakeProvider, bound: Person, session: Session
) -> None:
    an_authenticator(office, session, bound)
    browser = office.test_client()
    page = browser.get(come_back(browser, idp).location)
    row = session.get_one(Entrance, bound.id)
    row.issuer = row.subject = row.bound_at = None
    session.commit()
    answer = fill_in(browser, page, "code", code=pyotp.TOTP(SEED).now())
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert not is_inside(browser)


def test_who_has_no_password_here_is_not_asked_for_one(
    office: Flask, idp: FakeProvider, bound: Person, session: Session
) -> None:
    bound.password_hash, bound.must_change_password = None, True
    session.commit()
    browser = office.test_client()
    assert come_back(browser, idp).location == INSIDE
    assert is_inside(browser)


def test_with_signing_in_here_switched_off_only_the_provider_opens(
    office: Flask, idp: FakeProvider, bound: Person, session: Session
) -> None:
    assert enter_here(office.test_client()).status_code == 303
    session.get_one(Entrance, bound.id).local_off_at = AT
    session.commit()
    browser = office.test_client()
    refused = enter_here(browser)
    assert refused.status_code == 422
    wrong = send(office.test_client(), "/sign-in", username="canbo", password="sai mật khẩu")
    assert readable(refused) == readable(wrong), "nothing tells that the password was right"
    assert come_back(browser, idp).location == INSIDE


def test_somebody_confirms_again_at_the_provider(
    office: Flask, idp: FakeProvider, bound: Person, session: Session
) -> None:
    browser = office.test_client()
    come_back(browser, idp)
    visit = session.scalars(select(SignInSession)).one()
    visit.proved_at = AT
    session.commit()
    asked = browser.get("/security/authenticator")
    page = browser.get(asked.location)
    assert "Xác nhận qua Cổng cán bộ" in page.text
    away = fill_in(browser, page, "/confirm/oidc")
    told = parse_qs(urlsplit(away.location).query)
    assert (told["prompt"], told["max_age"]) == (["login"], ["0"])
    answer = browser.get(idp.authorize(away.location))
    assert (answer.status_code, answer.location) == (303, "/security/authenticator")
    assert browser.get("/security/authenticator").status_code == 200
    deed = session.scalars(select(Change).where(Change.deed == "people.session_renewed")).one()
    assert deed.after == {"factor": "provider"}


@pytest.mark.parametrize("lie", ["another person", "too old", "no time", "signed out"])
def test_nobody_is_confirmed_by_another_or_by_what_was_proved_before(
    office: Flask, idp: FakeProvider, bound: Person, session: Session, lie: str
) -> None:
    browser = office.test_client()
    come_back(browser, idp)
    visit = session.scalars(select(SignInSession)).one()
    visit.proved_at = AT
    session.commit()
    away = fill_in(browser, browser.get("/confirm?next=/security/authenticator"), "/confirm/oidc")
    if lie == "another person":
        other = a_person(session, username="khac")
        a_binding(session, other, idp, subject="khac")
        session.commit()
        idp.somebody = replace(idp.somebody, sub="khac")
    elif lie == "signed out":
        browser.delete_cookie("tracker")
    else:
        when = int(time.time()) - 3_600 if lie == "too old" else None
        idp.bent.claims = lambda claims: {
            k: v for k, v in {**claims, "auth_time": when}.items() if v is not None
        }
    answer = browser.get(idp.authorize(away.location))
    path = "/sign-in" if lie == "signed out" else "/confirm"
    assert urlsplit(answer.location).path == path
    assert len(session.scalars(select(SignInSession)).all()) == 1
    assert session.get_one(SignInSession, visit.id, populate_existing=True).ended_at is None
