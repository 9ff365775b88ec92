"""What the provider tells about itself: its addresses and its keys, asked when needed and kept."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from tracker.domain.provider import Provider, ProviderDown, is_safe, origin_of
from tracker.identity.transport import ask

KEPT = 3600
"""Seconds for which what the provider tells about itself is taken as it was."""
KEYS_AGAIN = 60
"""Seconds before its keys are asked again for one that is not among them."""
REST = 15
"""Seconds for which a provider that did not answer is not asked again: others wait meanwhile."""
SIGNING = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"})
"""How a token may be signed: with a key that only the provider has. Never `none`, never HS256."""

Told = TypeVar("Told")
Key = RSAKey | ECKey


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the provider is asked for what (OpenID Connect Discovery 1.0, section 3)."""

    authorization: str
    token: str
    keys: str
    userinfo: str | None
    leaving: str | None
    posts_secret: bool
    names_itself: bool


@dataclass
class _Kept:
    """What was told, and when; `failed_at` is when nothing was."""

    told: Any = None
    at: float | None = None
    failed_at: float | None = None


class Directory:
    """What one provider tells about itself; one for each process, used by all its threads."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._lock = threading.Lock()
        self._addresses, self._keys = _Kept(), _Kept()

    def addresses(self) -> Addresses:
        """Return where the provider is asked.

        Raises:
            ProviderDown: it does not say, or says what cannot be trusted.
        """
        where = self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
        return self._told(self._addresses, lambda: _addresses(ask(where), self.provider), KEPT)

    def keys(self, *, again: bool = False) -> list[Key]:
        """Return the keys that the provider signs with; `again` if one was not among them.

        Raises:
            ProviderDown: it does not say.
        """
        where = self.addresses().keys
        return self._told(self._keys, lambda: _keys(ask(where)), KEYS_AGAIN if again else KEPT)

    def _told(self, kept: _Kept, asking: Callable[[], Told], seconds: float) -> Told:
        now = time.monotonic()
        with self._lock:
            if kept.at is not None and now - kept.at < seconds:
                told: Told = kept.told
                return told
            if kept.failed_at is not None and now - kept.failed_at < REST:
                raise ProviderDown
            try:
                told = asking()
            except ProviderDown:
                kept.failed_at = time.monotonic()
                raise
            kept.told, kept.at, kept.failed_at = told, time.monotonic(), None
            return told


def _addresses(told: dict[str, Any], provider: Provider) -> Addresses:
    """Return the addresses of a description.

    Raises:
        ProviderDown: it is of another issuer, lacks one, or sends people to another host.
    """
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if told.get("issuer") != provider.issuer or not all(is_safe(told.get(name)) for name in names):
        raise ProviderDown
    userinfo, leaving = told.get("userinfo_endpoint"), told.get("end_session_endpoint")
    if not _is_of(told["authorization_endpoint"], provider):
        raise ProviderDown  # forms of ours may lead to the issuer's host alone
    methods = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Addresses(
        authorization=told["authorization_endpoint"],
        token=told["token_endpoint"],
        keys=told["jwks_uri"],
        userinfo=userinfo if is_safe(userinfo) else None,
        leaving=leaving if _is_of(leaving, provider) else None,
        posts_secret="client_secret_basic" not in methods,
        names_itself=told.get("authorization_response_iss_parameter_supported") is True,
    )


def _is_of(address: object, provider: Provider) -> bool:
    """Tell whether an address is one of the issuer's own host."""
    safe = isinstance(address, str) and is_safe(address)
    return safe and origin_of(str(address)) == provider.origin


def _keys(told: dict[str, Any]) -> list[Key]:
    """Return the public keys of a set that are made for signing; others are left out.

    Raises:
        ProviderDown: it is no set of keys.
    """
    listed = told.get("keys")
    if not isinstance(listed, list):
        raise ProviderDown
    found: list[Key] = []
    for one in listed:
        if not isinstance(one, dict) or one.get("use", "sig") != "sig":
            continue
        if one.get("kty") not in {"RSA", "EC"} or "d" in one:
            continue
        try:
            (key,) = KeySet.import_key_set({"keys": [one]}).keys
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        if isinstance(key, RSAKey | ECKey):
            found.append(key)
    return found
