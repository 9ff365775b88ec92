"""The two steps of a sign-in elsewhere: send a browser there, understand what it brings back."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any
from urllib.parse import quote_plus, urlencode

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from tracker.domain.provider import Identity, NotTaken, Provider, ProviderFault
from tracker.identity.directory import Addresses, Directory
from tracker.identity.tokens import Expected, instant_of, read_token, words_of
from tracker.identity.transport import ask

SCOPES = "openid profile email"
_RANDOM_BYTES = 32
_LONGEST_CODE = 3_000
_LONGEST_CLAIM = 300


@dataclass(frozen=True, slots=True)
class Question:
    """What only the browser that was sent away and we know (state, nonce, PKCE verifier)."""

    state: str
    nonce: str
    verifier: str


def new_question() -> Question:
    """Return a question that nobody has asked."""
    return Question(*(secrets.token_urlsafe(_RANDOM_BYTES) for _ in range(3)))


def address_to_ask(
    directory: Directory, question: Question, back: str, *, anew: bool = False
) -> str:
    """Return where a browser is sent; `back` is where it returns.

    `anew` asks the provider to have the person prove who they are once more.

    Raises:
        ProviderDown: the provider does not say where.
    """
    provider = directory.provider
    more = {"prompt": "login", "max_age": "0"} if anew else {}
    if provider.factor_acr:
        more["acr_values"] = " ".join(sorted(provider.factor_acr))
    address: str = prepare_grant_uri(
        directory.addresses().authorization,
        client_id=provider.client_id,
        response_type="code",
        redirect_uri=back,
        scope=SCOPES,
        state=question.state,
        nonce=question.nonce,
        code_challenge=create_s256_code_challenge(question.verifier),
        code_challenge_method="S256",
        **more,
    )
    return address


def identity_of(
    directory: Directory, question: Question, told: Mapping[str, str], back: str, now: datetime
) -> Identity:
    """Return whom the provider let in, from what a browser brought back.

    Raises:
        NotTaken: it is no answer to the question, or the provider does not stand by it.
        ProviderDown: the provider does not answer.
    """
    provider, addresses = directory.provider, directory.addresses()
    _check_answer(told, question, provider, addresses)
    tokens = _tokens(provider, addresses, told["code"], question, back)
    access = tokens.get("access_token")
    access = access if isinstance(access, str) and access.isascii() else None
    expected = Expected(question.nonce, now, access)
    claims = read_token(tokens.get("id_token"), directory, expected)
    return _identity(provider, claims, _more_about(provider, addresses, claims, access))


def address_to_leave(directory: Directory, back: str) -> str | None:
    """Return where a browser ends its session at the provider, if it offers that.

    No ID token goes along: addresses are kept in logs. The provider asks the person instead.

    Raises:
        ProviderDown: the provider does not say.
    """
    leaving = directory.addresses().leaving
    if leaving is None:
        return None
    told = {"client_id": directory.provider.client_id, "post_logout_redirect_uri": back}
    return f"{leaving}{'&' if '?' in leaving else '?'}{urlencode(told)}"


def _check_answer(
    told: Mapping[str, str], question: Question, provider: Provider, addresses: Addresses
) -> None:
    """Check what came by way of the browser.

    Raises:
        NotTaken: another state, another issuer, a refusal, or no code.
    """
    if not compare_digest(told.get("state", "").encode(), question.state.encode()):
        raise NotTaken(ProviderFault.STATE)
    issuer = told.get("iss")
    if (issuer is None and addresses.names_itself) or issuer not in {None, provider.issuer}:
        raise NotTaken(ProviderFault.ISSUER)
    if "error" in told:
        raise NotTaken(ProviderFault.DENIED)
    if not 0 < len(told.get("code", "")) <= _LONGEST_CODE:
        raise NotTaken(ProviderFault.CODE)


def _tokens(
    provider: Provider, addresses: Addresses, code: str, question: Question, back: str
) -> dict[str, Any]:
    """Exchange a code, once, for what it stands for.

    Raises:
        NotTaken: the provider does not know it, or not with our secret and our verifier.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": question.verifier,
    }
    headers = {}
    if addresses.posts_secret:
        form |= {"client_id": provider.client_id, "client_secret": provider.client_secret}
    else:
        pair = f"{quote_plus(provider.client_id)}:{quote_plus(provider.client_secret)}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    tokens = ask(addresses.token, form=form, headers=headers)
    if "error" in tokens:
        raise NotTaken(ProviderFault.CODE)
    return tokens


def _more_about(
    provider: Provider, addresses: Addresses, claims: Mapping[str, Any], access: str | None
) -> Mapping[str, Any]:
    """Return the claims with those that the provider tells apart from the token.

    Raises:
        NotTaken: they are about somebody else.
    """
    known = "email" in claims and provider.username_claim in claims
    if known or addresses.userinfo is None or access is None:
        return claims
    more = ask(addresses.userinfo, headers={"Authorization": f"Bearer {access}"})
    if "error" in more or more.get("sub") != claims["sub"]:
        raise NotTaken(ProviderFault.USERINFO)
    return {**more, **claims}


def _identity(provider: Provider, claims: dict[str, Any], more: Mapping[str, Any]) -> Identity:
    mail = claims if "email" in claims else more  # an address is verified where it is told
    acr = claims.get("acr")
    return Identity(
        issuer=provider.issuer,
        subject=claims["sub"],
        email=_text(mail.get("email")) if mail.get("email_verified") is True else None,
        username=_text(more.get(provider.username_claim)),
        has_factor=provider.proved_factor(
            acr if isinstance(acr, str) else None, words_of(claims, "amr")
        ),
        proved_at=instant_of(claims, "auth_time"),
    )


def _text(told: object) -> str | None:
    return told if isinstance(told, str) and 0 < len(told) <= _LONGEST_CLAIM else None
