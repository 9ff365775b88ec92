"""Two steps at the door, and proving oneself again inside."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.checks.browsing import Browser, readable, send, token_on
from tests.checks.forms import fill_in, form_on
from tests.conftest import Database, settings_for
from tests.factories.people import a_grant, a_person
from tests.factories.sessions import a_browser, a_browser_of_a
from tracker.app import create_app
from tracker.db import db
from tracker.domain.people import Role
from tracker.models import Authenticator, Change, Person, SignInSession
from tracker.services.passwords import hash_password

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

PASSWORD = "một câu dễ nhớ để thử"
KEPT = hash_password(PASSWORD)
COOKIE = "tracker"


@pytest.fixture
def person(session: Session) -> Person:
    person = a_person(session, username="canbo", name="Đỗ Văn Cán", password_hash=KEPT)
    a_grant(session, person, Role.READER)
    session.commit()
    return person


@pytest.fixture
def strict(database: Database, session: Session) -> Iterator[Flask]:
    """The application where every role has to have a second factor."""
    app = create_app(replace(settings_for(database.url), second_factor_roles=frozenset(Role)))
    app.testing = True
    app.test_client_class = Browser
    yield app
    with app.app_context():
        db.engine.dispose()


def sign_in(browser: FlaskClient, **more: str) -> TestResponse:
    return send(browser, "/sign-in", username="canbo", password=PASSWORD, **more)


def seed_on(page: TestResponse) -> str:
    found = re.search(r'id="typed_seed">([^<]+)<', page.text)
    assert found
    return found.group(1).replace(" ", "")


def code_of(seed: str, steps: int = 0) -> str:
    """Return the code of now, or of some steps later."""
    return pyotp.TOTP(seed).at(datetime.now(UTC) + timedelta(seconds=30 * steps))


def wrong_code(seed: str) -> str:
    shown = {code_of(seed, steps) for steps in range(-2, 3)}
    return next(f"{n:06d}" for n in range(9) if f"{n:06d}" not in shown)


def enrol(browser: FlaskClient) -> tuple[str, list[str]]:
    """Add an authenticator; return its seed and the recovery codes."""
    page = browser.get("/security/authenticator")
    seed = seed_on(page)
    answer = fill_in(browser, page, "seed", code=code_of(seed, -1))
    assert answer.status_code == 200, readable(answer)
    return seed, re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", answer.text)


def is_inside(browser: FlaskClient) -> bool:
    return browser.get("/people/rights").status_code == 200


def token_of(browser: FlaskClient) -> str | None:
    cookie = browser.get_cookie(COOKIE)
    return None if cookie is None else cookie.value


def grow_old(session: Session) -> None:
    """Make it long ago that anybody proved who they are."""
    session.execute(
        update(SignInSession).values(proved_at=datetime.now(UTC) - timedelta(minutes=11))
    )
    session.commit()


def test_an_authenticator_is_added_by_its_code_and_asked_for_from_then_on(
    app: Flask, client: FlaskClient, person: Person
) -> None:
    assert sign_in(client).status_code == 303
    other = app.test_client()
    sign_in(other)
    before = token_of(client)
    seed, codes = enrol(client)
    assert len(codes) == 10
    assert token_of(client) != before, "a new session by a new proof"
    assert [is_inside(client), is_inside(other)] == [True, False]
    assert "còn 10 mã chưa dùng" in readable(client.get("/security"))
    again = app.test_client()
    asked = sign_in(again, next="/people/rights?x=1")
    assert asked.location.startswith("/sign-in/code?next=")
    assert token_of(again) is None
    assert not is_inside(again)
    entered = fill_in(again, again.get(asked.location), "code", code=code_of(seed))
    assert (entered.status_code, entered.location) == (303, "/people/rights?x=1")
    assert is_inside(again)


def test_the_picture_is_no_other_site_s_and_the_seed_no_cookie_s(
    client: FlaskClient, person: Person
) -> None:
    sign_in(client)
    page = client.get("/security/authenticator")
    assert 'src="data:image/svg+xml' in page.text
    assert seed_on(page) not in str(page.headers)


def test_a_wrong_code_keeps_the_picture_and_the_seed(client: FlaskClient, person: Person) -> None:
    sign_in(client)
    page = client.get("/security/authenticator")
    seed = seed_on(page)
    answer = fill_in(client, page, "seed", code=wrong_code(seed))
    assert answer.status_code == 422
    assert "Mã không đúng" in readable(answer)
    assert seed_on(answer) == seed
    assert fill_in(client, answer, "seed", code=code_of(seed)).status_code == 200


def test_a_seed_of_another_person_is_not_taken(
    app: Flask, client: FlaskClient, person: Person, session: Session
) -> None:
    other = a_browser_of_a(Role.READER, app, session)
    planted = form_on(other.get("/security/authenticator"), "seed")[1]["seed"]
    sign_in(client)
    page = client.get("/security/authenticator")
    answer = fill_in(client, page, "seed", seed=planted, code="123456")
    assert answer.status_code == 200
    assert form_on(answer, "seed")[1]["seed"] != planted
    assert session.scalars(select(Authenticator.person_id)).all() == []


def test_a_code_is_taken_once_even_in_another_browser(
    app: Flask, client: FlaskClient, person: Person
) -> None:
    sign_in(client)
    seed, _codes = enrol(client)
    first, second = app.test_client(), app.test_client()
    code = code_of(seed)
    for browser, status in ((first, 303), (second, 422)):
        sign_in(browser)
        page = browser.get("/sign-in/code")
        assert fill_in(browser, page, "code", code=code).status_code == status
    assert not is_inside(second)


def test_five_wrong_codes_make_wait_even_for_the_right_one(
    app: Flask, client: FlaskClient, person: Person
) -> None:
    sign_in(client)
    seed, codes = enrol(client)
    browser = app.test_client()
    sign_in(browser)
    page = browser.get("/sign-in/code")
    for _ in range(5):
        assert fill_in(browser, page, "code", code=wrong_code(seed)).status_code == 422
    for code in (code_of(seed), codes[0]):
        answer = fill_in(browser, page, "code", code=code)
        assert answer.status_code == 429
        assert 200 < int(answer.headers["Retry-After"]) <= 300
    sign_in(browser)
    assert fill_in(browser, browser.get("/sign-in/code"), "code", code=codes[0]).status_code == 429


def test_a_recovery_code_lets_in_once_and_tells_how_many_are_left(
    app: Flask, client: FlaskClient, person: Person
) -> None:
    sign_in(client)
    _seed, codes = enrol(client)
    browser = app.test_client()
    sign_in(browser)
    page = browser.get("/sign-in/code")
    assert fill_in(browser, page, "code", code=codes[3].upper()).status_code == 303
    assert "còn 9 mã" in readable(browser.get("/people/rights"))
    again = app.test_client()
    sign_in(again)
    assert fill_in(again, again.get("/sign-in/code"), "code", code=codes[3]).status_code == 422


def test_without_a_right_password_there_is_no_second_step(
    client: FlaskClient, person: Person
) -> None:
    assert client.get("/sign-in/code").location.startswith("/sign-in")
    token = token_on(client.get("/sign-in"))
    answer = client.post("/sign-in/code", data={"csrf_token": token, "code": "123456"})
    assert (answer.status_code, answer.location) == (303, "/sign-in")


def test_a_password_changed_meanwhile_ends_the_waiting(
    app: Flask, client: FlaskClient, person: Person, session: Session
) -> None:
    sign_in(client)
    seed, _codes = enrol(client)
    browser = app.test_client()
    sign_in(browser)
    page = browser.get("/sign-in/code")
    session.execute(update(Person).values(password_hash=hash_password("câu khác hẳn để thử")))
    session.commit()
    answer = fill_in(browser, page, "code", code=code_of(seed))
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert not is_inside(browser)


def test_what_was_typed_goes_through_both_steps(
    client: FlaskClient, person: Person, session: Session
) -> None:
    sign_in(client)
    seed, _codes = enrol(client)
    token = token_on(client.get("/people/rights"))
    session.execute(update(SignInSession).values(ended_at=datetime.now(UTC)))
    session.commit()
    body = {"csrf_token": token, "note": "dở dang"}
    page = client.post("/disbursements/2025-04-30", data=body)
    page = fill_in(client, page, "username", username="canbo", password=PASSWORD)
    page = fill_in(client, page, "code", code=wrong_code(seed))
    page = fill_in(client, page, "code", code=code_of(seed))
    address, carried = form_on(page, "note")
    assert (address, carried["note"]) == ("/disbursements/2025-04-30", "dở dang")
    assert is_inside(client)


def test_a_role_that_has_to_have_two_steps_does_nothing_before(
    strict: Flask, person: Person
) -> None:
    browser = strict.test_client()
    assert sign_in(browser).location == "/"
    for url in ("/", "/projects", "/people/rights"):
        assert browser.get(url).location == "/security", url
    assert "bắt buộc xác thực hai bước" in readable(browser.get("/security"))
    for url in ("/password", "/security/passkeys/new", "/security/passkeys/options"):
        assert browser.get(url).status_code == 200, url
    _seed, _codes = enrol(browser)
    assert browser.get("/projects").status_code == 200
    told = send(browser, "/security/authenticator/remove", page="/security")
    assert told.status_code == 303
    assert "đây là cách cuối cùng" in readable(browser.get("/security"))


def test_who_proved_themselves_long_ago_is_asked_again_before_a_factor_changes(
    client: FlaskClient, person: Person, session: Session
) -> None:
    sign_in(client)
    grow_old(session)
    asked = client.get("/security/authenticator")
    assert asked.location == "/confirm?next=/security/authenticator"
    page = client.get(asked.location)
    before = token_of(client)
    wrong = fill_in(client, page, "password", password="sai hẳn mật khẩu")
    assert wrong.status_code == 422
    assert "Mật khẩu không đúng" in readable(wrong)
    nothing = fill_in(client, page, "password", password="")
    assert "Hãy nhập mật khẩu hoặc mã" in readable(nothing)
    answer = fill_in(client, page, "password", password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/security/authenticator")
    assert token_of(client) != before
    assert client.get("/security/authenticator").status_code == 200
    old = client.application.test_client()
    old.set_cookie(COOKIE, str(before))
    assert not is_inside(old)


def test_proving_oneself_again_makes_no_session_longer(
    client: FlaskClient, person: Person, session: Session
) -> None:
    sign_in(client)
    until = session.scalars(select(SignInSession.expires_at)).one()
    grow_old(session)
    page = client.get("/confirm")
    fill_in(client, page, "password", password=PASSWORD)
    session.expire_all()
    assert set(session.scalars(select(SignInSession.expires_at))) == {until}


def test_a_code_proves_as_well_as_the_password(
    client: FlaskClient, person: Person, session: Session
) -> None:
    sign_in(client)
    seed, _codes = enrol(client)
    grow_old(session)
    page = client.get("/confirm?next=/security")
    answer = fill_in(client, page, "password", code=code_of(seed))
    assert (answer.status_code, answer.location) == (303, "/security")


@pytest.mark.parametrize("url", ["/security/recovery-codes", "/security/authenticator/remove"])
def test_no_button_on_factors_works_before_that(
    client: FlaskClient, person: Person, session: Session, url: str
) -> None:
    sign_in(client)
    enrol(client)
    grow_old(session)
    asked = send(client, url, page="/security")
    assert asked.status_code == 401
    inside = fill_in(client, asked, "password", password=PASSWORD)
    again = fill_in(client, inside, url)
    assert again.status_code in {200, 303}
    deeds = session.scalars(select(Change.deed).order_by(Change.id)).all()
    assert deeds[-1] in {"people.recovery_codes_made", "people.factor_removed"}


def test_recovery_codes_come_as_a_file_only_while_they_are_on_the_screen(
    client: FlaskClient, person: Person
) -> None:
    sign_in(client)
    _seed, codes = enrol(client)
    page = send(client, "/security/recovery-codes", page="/security")
    file = fill_in(client, page, "codes")
    assert file.headers["Content-Disposition"].startswith("attachment")
    new = re.findall(r"[a-z0-9]{5}-[a-z0-9]{5}", file.text)
    assert len(new) == 10
    assert not set(new) & set(codes)
    other = fill_in(client, page, "codes", codes=" ".join(codes))
    assert (other.status_code, other.location) == (303, "/security")


def test_an_administrator_resets_factors_and_sees_none(
    app: Flask, client: FlaskClient, person: Person, session: Session
) -> None:
    sign_in(client)
    enrol(client)
    admin = a_browser_of_a(Role.ADMIN, app, session)
    page = admin.get("/people/canbo")
    assert "Xác thực hai bước đã bật" in readable(page)
    answer = fill_in(admin, page, "/people/canbo/reset-factors")
    assert (answer.status_code, answer.location) == (303, "/people/canbo")
    assert "Đặt lại xác thực hai bước, kết thúc mọi phiên" in readable(admin.get("/people/canbo"))
    assert not is_inside(client)
    assert sign_in(client).location == "/"


def test_history_and_pages_hold_no_secret(
    client: FlaskClient, person: Person, session: Session
) -> None:
    sign_in(client)
    seed, codes = enrol(client)
    told = repr(session.execute(select(Change.deed, Change.before, Change.after)).all())
    for secret in (seed, codes[0], PASSWORD, "argon2", code_of(seed, -1)):
        assert secret not in told
    for url in ("/security", "/people/rights"):
        assert seed not in client.get(url).text
        assert codes[0] not in client.get(url).text


def test_a_changed_password_keeps_what_the_session_was_opened_by(
    strict: Flask, person: Person, session: Session
) -> None:
    browser = strict.test_client()
    sign_in(browser)
    enrol(browser)
    new = "câu khác hẳn, cũng dễ nhớ"
    assert send(browser, "/password", old=PASSWORD, new=new, again=new).status_code == 303
    assert is_inside(browser)


def test_somebody_of_no_password_s_own_browser_can_see_the_page(
    app: Flask, session: Session
) -> None:
    nobody = a_browser(app, session, a_person(session))
    assert nobody.get("/security/authenticator").status_code == 200
