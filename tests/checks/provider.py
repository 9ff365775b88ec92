"""A small identity provider that signs with real keys, and can be bent to lie in one thing."""

import base64
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from tracker.domain.provider import Provider

CLIENT, SECRET = "theo-doi", "bí mật+của %phép thử:/"
PATHS = {
    "authorization_endpoint": "/authorize",
    "token_endpoint": "/token",
    "jwks_uri": "/keys",
    "userinfo_endpoint": "/userinfo",
    "end_session_endpoint": "/leave",
}
SIGNS, STRANGE = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
CURVE = ECKey.generate_key("P-256")
Claims = dict[str, Any]


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(claims: Claims, key: Any = SIGNS, **header: Any) -> str:
    """Return a token signed with RS256 by the provider's key, unless something else is said."""
    told = {"alg": "RS256", "kid": "one", **header}
    return jwt.encode(told, claims, key, algorithms=[told["alg"]])


@dataclass
class Somebody:
    """Whom the provider lets in, and what it says of them."""

    sub: str = "248289761001"
    email: str | None = "canbo@vidu.vn"
    email_verified: Any = True
    preferred_username: str | None = "canbo"
    acr: str | None = None
    amr: list[str] = field(default_factory=lambda: ["pwd"])


@dataclass
class Bent:
    """What the provider does otherwise than it should."""

    claims: Callable[[Claims], Claims] = lambda claims: claims
    token: Callable[[Claims], Any] = signed
    userinfo: Callable[[Claims], Claims] = lambda claims: claims
    description: Callable[[Claims], Claims] = lambda told: told
    keys: Callable[[list[Claims]], list[Claims]] = lambda keys: keys
    challenge: Callable[[str], str] = lambda challenge: challenge
    answer: Callable[["Handler"], bool] = lambda handler: False


class Handler(BaseHTTPRequestHandler):
    """Answers what a provider is asked."""

    idp: "FakeProvider"

    def do_GET(self) -> None:
        self.idp.asked.append(self.path)
        if not self.idp.bent.answer(self):
            status, told = self.idp.told(self.path, self.headers.get("Authorization", ""))
            self.send(status, told)

    def do_POST(self) -> None:
        self.idp.asked.append(self.path)
        if not self.idp.bent.answer(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = dict(parse_qsl(body, keep_blank_values=True))
            self.send(*self.idp.exchanged(form, self.headers.get("Authorization", "")))

    def send(self, status: int, told: Any, **headers: str) -> None:
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class FakeProvider:
    """The provider; `somebody` is at its door, `bent` is how it lies."""

    def __init__(self) -> None:
        self.issuer = ""
        self.fresh()

    def fresh(self) -> None:
        self.somebody, self.bent = Somebody(), Bent()
        self.codes: dict[str, Claims] = {}
        self.tokens: dict[str, Claims] = {}
        self.asked: list[str] = []

    def settings(self, **more: Any) -> Provider:
        return Provider(
            **{
                "issuer": self.issuer,
                "client_id": CLIENT,
                "client_secret": SECRET,
                "name": "Cổng cán bộ",
                **more,
            }
        )

    def authorize(self, address: str, **more: str) -> str:
        """Let `somebody` in, as a browser that was sent here; return where it is sent back."""
        parts = urlsplit(address)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{self.issuer}/authorize"
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert len(asked["state"]) >= 40
        assert len(asked["nonce"]) >= 40
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**asked, "auth_time": int(time.time())}
        told = {"code": code, "state": asked["state"], **more}
        back = urlsplit(asked["redirect_uri"])
        return f"{back.path}?{urlencode({name: text for name, text in told.items() if text})}"

    def told(self, path: str, authorization: str) -> tuple[int, Any]:
        if path == "/.well-known/openid-configuration":
            told = {name: self.issuer + path for name, path in PATHS.items()}
            return 200, self.bent.description({"issuer": self.issuer, **told})
        if path == "/keys":
            keys = [
                {**SIGNS.as_dict(private=False), "kid": "one", "use": "sig"},
                {**CURVE.as_dict(private=False), "kid": "curve", "use": "sig"},
            ]
            return 200, {"keys": self.bent.keys(keys)}
        claims = self.tokens.get(authorization.removeprefix("Bearer "))
        if path != "/userinfo" or claims is None:
            return 401, {"error": "invalid_token"}
        one = self.somebody
        told = {"sub": claims["sub"], "email": one.email, "email_verified": one.email_verified}
        told["preferred_username"] = one.preferred_username
        return 200, self.bent.userinfo({k: v for k, v in told.items() if v is not None})

    def exchanged(self, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        told = tuple(map(unquote_plus, pair.split(":")))
        if (told if pair else (form.get("client_id"), form.get("client_secret"))) != (
            CLIENT,
            SECRET,
        ):
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form["code"], None)
        if asked is None or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        challenge = encoded(sha256(form.get("code_verifier", "").encode()).digest())
        if challenge != self.bent.challenge(asked["code_challenge"]):
            return 400, {"error": "invalid_grant"}
        now, one = int(time.time()), self.somebody
        claims = {
            "iss": self.issuer, "sub": one.sub, "aud": CLIENT, "nonce": asked["nonce"],
            "iat": now, "exp": now + 300, "auth_time": asked["auth_time"], "amr": one.amr,
            "acr": one.acr,
        }  # fmt: skip
        claims = self.bent.claims({k: v for k, v in claims.items() if v is not None})
        access = f"access{len(self.tokens)}"
        self.tokens[access] = {"sub": one.sub}
        answer = {
            "access_token": access,
            "token_type": "Bearer",
            "id_token": self.bent.token(claims),
        }
        return 200, {name: value for name, value in answer.items() if value is not None}


@contextmanager
def running() -> Iterator[FakeProvider]:
    """Run a provider on a free port of this host."""
    idp = FakeProvider()
    handler = type("Bound", (Handler,), {"idp": idp})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    idp.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield idp
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
