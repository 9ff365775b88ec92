"""What is brought back from the provider and is not its word, for us, now, lets nobody in."""

import hmac
import json
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from joserfc import jwt
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.checks.elsewhere import INSIDE, come_back, is_inside, send_away, told_at
from tests.checks.provider import (
    CLIENT,
    CURVE,
    SECRET,
    SIGNS,
    STRANGE,
    Claims,
    FakeProvider,
    encoded,
    signed,
)
from tests.factories.entrances import a_binding
from tests.factories.people import a_grant, a_person
from tracker.domain.people import Role
from tracker.models import Person, SignInFailure, SignInSession

pytestmark = pytest.mark.any_engine

REFUSED = "Câu trả lời của nhà cung cấp danh tính không được nhận"
AGAIN = "Hãy bấm nút đăng nhập lại từ đầu"
COOKIES = ("tracker", "__Host-tracker")


@pytest.fixture
def person(session: Session, idp: FakeProvider) -> Person:
    """Somebody whom the provider knows: every lie below is about a real account."""
    person = a_person(session, username="canbo", email="canbo@vidu.vn")
    a_grant(session, person, Role.READER)
    a_binding(session, person, idp)
    session.commit()
    return person


def with_claims(**changes: object) -> Callable[[FakeProvider], None]:
    """Sign other claims; None leaves one out."""

    def bend(idp: FakeProvider) -> None:
        idp.bent.claims = lambda claims: {
            name: value for name, value in {**claims, **changes}.items() if value is not None
        }

    return bend


def with_time(name: str, seconds: int) -> Callable[[FakeProvider], None]:
    def bend(idp: FakeProvider) -> None:
        idp.bent.claims = lambda claims: {**claims, name: int(time.time()) + seconds}

    return bend


def with_token(made: Callable[[Claims], object]) -> Callable[[FakeProvider], None]:
    def bend(idp: FakeProvider) -> None:
        idp.bent.token = made

    return bend


def unsigned(claims: Claims, algorithm: str = "none") -> str:
    head = encoded(json.dumps({"alg": algorithm, "kid": "one"}).encode())
    return f"{head}.{encoded(json.dumps(claims).encode())}."


def by_hmac(claims: Claims, key: bytes) -> str:
    told = unsigned(claims, "HS256").rstrip(".")
    return f"{told}.{encoded(hmac.new(key, told.encode(), 'sha256').digest())}"


def with_other_words(claims: Claims) -> str:
    head, _body, mark = signed(claims).split(".")
    return f"{head}.{encoded(json.dumps({**claims, 'sub': 'admin'}).encode())}.{mark}"


def not_signing(idp: FakeProvider) -> None:
    idp.bent.keys = lambda keys: [{**one, "use": "enc"} for one in keys]


def about_another(idp: FakeProvider) -> None:
    idp.bent.userinfo = lambda told: {**told, "sub": "another"}


def without_subject(idp: FakeProvider) -> None:
    idp.bent.userinfo = lambda told: {k: v for k, v in told.items() if k != "sub"}


def other_verifier(idp: FakeProvider) -> None:
    idp.bent.challenge = lambda _challenge: encoded(b"another")


def public_key() -> bytes:
    return SIGNS.as_pem(private=False)


FORGED: dict[str, Callable[[FakeProvider], None]] = {
    "alg none": with_token(unsigned),
    "alg None": with_token(lambda claims: unsigned(claims, "None")),
    "HS256 with the public key": with_token(lambda claims: by_hmac(claims, public_key())),
    "HS256 with our secret": with_token(lambda claims: by_hmac(claims, SECRET.encode())),
    "another issuer": with_claims(iss="https://evil.example"),
    "issuer with a slash more": lambda idp: with_claims(iss=idp.issuer + "/")(idp),
    "no issuer": with_claims(iss=None),
    "for another client": with_claims(aud="another"),
    "for others too": with_claims(aud=[CLIENT, "another"], azp=CLIENT),
    "for nobody": with_claims(aud=[]),
    "no audience": with_claims(aud=None),
    "another party": with_claims(azp="another"),
    "another nonce": with_claims(nonce="another"),
    "no nonce": with_claims(nonce=None),
    "a nonce that is no text": with_claims(nonce=[1]),
    "expired": with_time("exp", -120),
    "no end": with_claims(exp=None),
    "an end in words": with_claims(exp="never"),
    "an end that is no number": with_claims(exp=float("nan")),
    "issued in future": with_time("iat", 300),
    "no beginning": with_claims(iat=None),
    "not valid yet": with_time("nbf", 300),
    "another key": with_token(lambda claims: signed(claims, STRANGE)),
    "a key nobody knows": with_token(lambda claims: signed(claims, STRANGE, kid="two")),
    "no name of a key among several": with_token(
        lambda claims: jwt.encode({"alg": "RS256"}, claims, STRANGE, algorithms=["RS256"])
    ),
    "a key that comes along": with_token(
        lambda claims: signed(claims, STRANGE, jwk=STRANGE.as_dict(private=False))
    ),
    "the curve's key under another name": with_token(
        lambda claims: signed(claims, CURVE, alg="ES256")
    ),
    "a key that is not for signing": not_signing,
    "no subject": with_claims(sub=None),
    "an empty subject": with_claims(sub=""),
    "a subject that is a number": with_claims(sub=248289761001),
    "a subject without an end": with_claims(sub="a" * 300),
    "a subject of two lines": with_claims(sub="248289761001\n"),
    "a mark cut off": with_token(lambda claims: signed(claims)[:-10]),
    "no mark": with_token(lambda claims: signed(claims).rsplit(".", 1)[0] + "."),
    "other words under the mark": with_token(with_other_words),
    "of another access token": with_claims(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "a header nobody understands": with_token(
        lambda claims: signed(claims).replace(
            signed(claims).split(".")[0],
            encoded(b'{"alg":"RS256","kid":"one","crit":["x"],"x":1}'),
        )
    ),
    "no token": with_token(lambda _claims: None),
    "a token of another kind": with_token(lambda _claims: {"sub": "248289761001"}),
    "words": with_token(lambda _claims: "xin chào"),
    "depths": with_token(lambda _claims: encoded(b"[" * 5_000) + ".e.e"),
    "userinfo about somebody else": about_another,
    "userinfo about nobody": without_subject,
    "PKCE left out": other_verifier,
}
"""One lie each; all else is as it should be."""


def nobody_came_in(session: Session) -> bool:
    return session.scalar(select(func.count()).select_from(SignInSession)) == 0


def test_the_honest_answer_lets_in(office: Flask, idp: FakeProvider, person: Person) -> None:
    browser = office.test_client()
    answer = come_back(browser, idp)
    assert (answer.status_code, answer.location) == (303, INSIDE)
    assert is_inside(browser)
    assert len(FORGED) >= 40


@pytest.mark.parametrize("kind", list(FORGED))
def test_a_forged_answer_is_refused_in_words(
    office: Flask, idp: FakeProvider, person: Person, session: Session, kind: str
) -> None:
    FORGED[kind](idp)
    browser = office.test_client()
    answer = come_back(browser, idp)
    assert REFUSED in told_at(browser, answer)
    assert not any(browser.get_cookie(name) for name in COOKIES)
    assert browser.get_cookie("oidc") is None
    assert nobody_came_in(session)
    assert session.scalar(select(func.count()).select_from(SignInFailure)) == 1
    assert not is_inside(browser)


def changed(address: str, **changes: str | None) -> str:
    """Return a way back with other parameters; None leaves one out."""
    told = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    told |= {name: text for name, text in changes.items() if text is not None}
    from_there = {name: text for name, text in told.items() if changes.get(name, "") is not None}
    return f"{urlsplit(address).path}?" + "&".join(f"{k}={v}" for k, v in from_there.items())


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"state": "another"}, AGAIN),
        ({"state": None}, AGAIN),
        ({"state": ""}, AGAIN),
        ({"iss": "https://evil.example"}, REFUSED),
        ({"code": None}, REFUSED),
        ({"code": "guessed"}, REFUSED),
        ({"code": "a" * 3_500}, REFUSED),
        ({"error": "access_denied", "code": None}, "không cho đăng nhập"),
        ({"error": "<script>", "error_description": "evil"}, "không cho đăng nhập"),
    ],
)
def test_another_way_back_is_refused_in_words(
    office: Flask,
    idp: FakeProvider,
    person: Person,
    session: Session,
    changes: dict[str, str | None],
    says: str,
) -> None:
    browser = office.test_client()
    back = idp.authorize(send_away(browser).location)
    answer = browser.get(changed(back, **changes))
    words = told_at(browser, answer)
    assert says in words
    assert "evil" not in words
    assert nobody_came_in(session)


def test_a_state_is_answered_once(
    office: Flask, idp: FakeProvider, person: Person, session: Session
) -> None:
    browser = office.test_client()
    away = send_away(browser)
    kept = browser.get_cookie("oidc")
    assert kept is not None
    assert browser.get(idp.authorize(away.location)).location == INSIDE
    assert browser.get_cookie("oidc") is None
    other = office.test_client()
    other.set_cookie("oidc", kept.value)
    again = other.get(idp.authorize(away.location))
    assert AGAIN in told_at(other, again), "a fresh code does not help"
    assert not is_inside(other)


def test_a_code_is_used_once(
    office: Flask, idp: FakeProvider, person: Person, session: Session
) -> None:
    first, second = office.test_client(), office.test_client()
    back = idp.authorize(send_away(first).location)
    code = parse_qs(urlsplit(back).query)["code"][0]
    assert first.get(back).location == INSIDE
    stolen = changed(idp.authorize(send_away(second).location), code=code)
    assert REFUSED in told_at(second, second.get(stolen))


def test_a_code_of_another_browser_is_of_no_use(
    office: Flask, idp: FakeProvider, person: Person, session: Session
) -> None:
    victim, thief = office.test_client(), office.test_client()
    code = parse_qs(urlsplit(idp.authorize(send_away(victim).location)).query)["code"][0]
    injected = changed(idp.authorize(send_away(thief).location), code=code)
    assert REFUSED in told_at(thief, thief.get(injected)), "the verifier is another"
    assert nobody_came_in(session)


def test_the_answer_to_another_browser_is_refused(
    office: Flask, idp: FakeProvider, person: Person, session: Session
) -> None:
    away = send_away(office.test_client())
    stranger = office.test_client()
    assert AGAIN in told_at(stranger, stranger.get(idp.authorize(away.location)))
    assert nobody_came_in(session)


@pytest.mark.parametrize("value", ["", "x", "a" * 3_900, "AAAA" * 40])
def test_a_question_that_was_not_ours_is_refused(
    office: Flask, idp: FakeProvider, person: Person, session: Session, value: str
) -> None:
    browser = office.test_client()
    back = idp.authorize(send_away(browser).location)
    browser.set_cookie("oidc", value)
    assert AGAIN in told_at(browser, browser.get(back))
    assert idp.codes, "the provider was not even asked"


def test_an_answer_comes_by_get_alone(
    office: Flask, idp: FakeProvider, person: Person, session: Session
) -> None:
    browser = office.test_client()
    back = idp.authorize(send_away(browser).location)
    for method in ("POST", "PUT", "HEAD"):
        assert browser.open(back, method=method).status_code in {400, 405}, method
    assert nobody_came_in(session)
    assert browser.get(back).location == INSIDE


def test_a_parameter_sent_twice_is_refused(
    office: Flask, idp: FakeProvider, person: Person
) -> None:
    browser = office.test_client()
    back = idp.authorize(send_away(browser).location)
    assert browser.get(f"{back}&state=x").status_code == 422
    assert browser.get(f"{back}&code=x").status_code == 422


def test_an_issuer_that_names_itself_has_to(
    office: Flask, idp: FakeProvider, person: Person
) -> None:
    idp.bent.description = lambda told: {
        **told,
        "authorization_response_iss_parameter_supported": True,
    }
    browser = office.test_client()
    assert REFUSED in told_at(browser, come_back(browser, idp))
    back = idp.authorize(send_away(browser).location, iss=idp.issuer)
    assert browser.get(back).location == INSIDE


def test_keys_that_were_changed_are_asked_for_again(
    office: Flask, idp: FakeProvider, person: Person
) -> None:
    directory = office.extensions["tracker_directory"]
    browser = office.test_client()
    assert come_back(browser, idp).location == INSIDE
    idp.bent.keys = lambda _keys: [{**STRANGE.as_dict(private=False), "kid": "two"}]
    idp.bent.token = lambda claims: signed(claims, STRANGE, kid="two")
    directory._keys.at -= 61
    other = office.test_client()
    assert come_back(other, idp).location == INSIDE
    asked = idp.asked.count("/keys")
    idp.bent.token = lambda claims: signed(claims, STRANGE, kid="three")
    third = office.test_client()
    for _ in range(3):
        told_at(third, come_back(third, idp))
    assert idp.asked.count("/keys") == asked, "an unknown key makes nobody ask without end"


def test_too_many_refused_of_one_network_wait(
    office: Flask, idp: FakeProvider, person: Person, session: Session
) -> None:
    FORGED["alg none"](idp)
    browser = office.test_client()
    told_at(browser, come_back(browser, idp))
    row = session.scalars(select(SignInFailure)).one()
    session.add_all(
        SignInFailure(username=row.username, network=row.network, at=row.at) for _ in range(99)
    )
    session.commit()
    idp.fresh()
    asked = len(idp.asked)
    assert "Hãy thử lại sau" in told_at(browser, come_back(browser, idp))
    assert "/token" not in idp.asked[asked:]
    session.execute(SignInFailure.__table__.delete())
    session.commit()
    assert come_back(browser, idp).location == INSIDE
    assert session.scalar(select(func.count()).select_from(SignInFailure)) == 0


def test_the_secret_stands_in_no_settings_that_are_shown(idp: FakeProvider) -> None:
    assert SECRET not in repr(idp.settings())
    assert SECRET not in repr(replace(idp.settings(), name="x"))
