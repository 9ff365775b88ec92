"""Reading an ID token: signed by the provider, for us, just now, in answer to our question."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hmac import compare_digest
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from tracker.domain.provider import LONGEST_SUBJECT, NotTaken, Provider, ProviderFault
from tracker.identity.directory import SIGNING, Directory, Key

LEEWAY = 60
"""Seconds by which the clocks of the provider and of this host may differ."""
_LONGEST_WORDS = 50
_UNREADABLE = (
    JoseError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    OverflowError,
    RecursionError,
)
"""What libraries raise over a text that is no token; a wrong signature is among the first."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token has to answer: our nonce, now, along with this access token."""

    nonce: str
    now: datetime
    access_token: str | None = None


def read_token(token: object, directory: Directory, expected: Expected) -> dict[str, Any]:
    """Return the claims of an ID token.

    Raises:
        NotTaken: it is not the provider's, not for us, not of now, or not the answer.
        ProviderDown: the provider's keys cannot be had.
    """
    try:
        if not isinstance(token, str):
            raise TypeError(type(token))
        header = _header(token)
        signed = jwt.decode(token, _key_for(header, directory), algorithms=[header["alg"]])
        _check(CodeIDToken(signed.claims, signed.header, _options(directory.provider),
                           _params(directory.provider, expected)), expected)  # fmt: skip
    except _UNREADABLE as fault:
        raise NotTaken(ProviderFault.TOKEN) from fault
    _check_own(signed.claims, directory.provider, expected)
    return signed.claims


def instant_of(claims: dict[str, Any], name: str) -> datetime | None:
    """Return an instant of the claims, or None."""
    told = claims.get(name)
    if not isinstance(told, int) or isinstance(told, bool):
        return None
    try:
        return datetime.fromtimestamp(told, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def words_of(claims: dict[str, Any], name: str) -> Sequence[str]:
    """Return a list of words of the claims; nothing if it is another thing."""
    told = claims.get(name)
    if not isinstance(told, list) or len(told) > _LONGEST_WORDS:
        return ()
    return tuple(word for word in told if isinstance(word, str))


def _header(token: str) -> dict[str, Any]:
    """Return the header of a token that is signed in a way that is taken.

    Raises:
        ValueError: it is signed in another way, or by nobody.
    """
    first = token.split(".")[0]
    header = json.loads(urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    if not isinstance(header, dict) or header.get("alg") not in SIGNING:
        raise ValueError(token[:10])
    return header


def _key_for(header: dict[str, Any], directory: Directory) -> Key:
    """Return the one key of the provider that a header means.

    Raises:
        ValueError: there is none, or more than one.
    """
    found = _matching(header, directory.keys())
    if not found:
        found = _matching(header, directory.keys(again=True))
    if len(found) != 1:
        raise ValueError(len(found))
    return found[0]


def _matching(header: dict[str, Any], keys: Sequence[Key]) -> list[Key]:
    kid, algorithm = header.get("kid"), header["alg"]
    is_rsa = algorithm[:2] in {"RS", "PS"}
    return [
        key
        for key in keys
        if isinstance(key, RSAKey) is is_rsa
        and (kid is None or key.kid == kid)
        and key.get("alg") in {None, algorithm}
    ]


def _options(provider: Provider) -> dict[str, Any]:
    return {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "sub": {"essential": True},
        "exp": {"essential": True},
        "iat": {"essential": True},
        "nonce": {"essential": True},
    }


def _params(provider: Provider, expected: Expected) -> dict[str, Any]:
    return {
        "client_id": provider.client_id,
        "nonce": expected.nonce,
        "access_token": expected.access_token,
    }


def _check(claims: CodeIDToken, expected: Expected) -> None:
    claims.validate(now=int(expected.now.timestamp()), leeway=LEEWAY)


def _check_own(claims: dict[str, Any], provider: Provider, expected: Expected) -> None:
    """Check what the library leaves open.

    Raises:
        NotTaken: the token is for others too, or its subject is no name.
    """
    subject, audience = claims["sub"], claims["aud"]
    is_name = isinstance(subject, str) and 0 < len(subject) <= LONGEST_SUBJECT
    for_others = isinstance(audience, list) and set(audience) != {provider.client_id}
    nonce = claims["nonce"]
    if (
        not is_name
        or not subject.isprintable()
        or for_others
        or not isinstance(nonce, str)
        or not compare_digest(nonce.encode(), expected.nonce.encode())
    ):
        raise NotTaken(ProviderFault.TOKEN)
