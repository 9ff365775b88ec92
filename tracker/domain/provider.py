"""Rules about signing in elsewhere: at the identity provider of the office (OpenID Connect).

Source: OpenID Connect Core 1.0, sections 2, 3.1 and 5.7.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from tracker.domain.refusals import Refusal

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
LONGEST_SUBJECT = 255
"""Characters of the name under which a provider knows somebody (Core, section 2)."""


@dataclass(frozen=True, slots=True)
class Provider:
    """The identity provider of an installation, and what its word is taken for.

    `factor_acr` and `factor_amr` are what it says when it asked for a second factor itself; ours
    is then not asked. With neither, ours always is.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    username_claim: str = "preferred_username"
    factor_acr: frozenset[str] = frozenset()
    factor_amr: frozenset[str] = frozenset()

    @property
    def origin(self) -> str:
        """Return scheme and host: where people are sent to and come back from."""
        return origin_of(self.issuer)

    def proved_factor(self, acr: str | None, amr: Collection[str]) -> bool:
        """Tell whether what the provider says of a sign-in is one with a second factor."""
        return acr in self.factor_acr or not self.factor_amr.isdisjoint(amr)


class BindBy(StrEnum):
    """By which claim of the provider an account may be bound to an identity, once."""

    EMAIL = "email"
    USERNAME = "username"


class ProviderFault(StrEnum):
    """Why an answer that came by way of the provider is not taken."""

    STATE = "state"
    DENIED = "denied"
    ISSUER = "issuer"
    CODE = "code"
    TOKEN = "token"  # noqa: S105 - the name of a fault
    USERINFO = "userinfo"
    TOO_OLD = "too_old"
    ANOTHER_PERSON = "another_person"


@dataclass(eq=False)
class NotTaken(Refusal):
    """What came back is no answer to what this browser was sent to ask, just now."""

    fault: ProviderFault


@dataclass(eq=False)
class ProviderDown(Refusal):
    """The provider does not answer, or not as the standard says."""


@dataclass(eq=False)
class NotBound(Refusal):
    """No open account here belongs to the identity; whether one waits for it is not said."""


@dataclass(eq=False)
class AlreadyBound(Refusal):
    """The account belongs to an identity already."""


@dataclass(eq=False)
class NothingToBindBy(Refusal):
    """The account has no e-mail address that could be compared."""


@dataclass(eq=False)
class NoOtherWay(Refusal):
    """Without signing in here, the account needs another way in, and would have none."""


@dataclass(eq=False)
class LocalOff(Refusal):
    """The account does not sign in here, so that a password would open nothing."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider let in, as it says. `email` only if it verified that it is theirs.

    `proved_at` is when the person proved who they are to the provider, if it says so.
    """

    issuer: str
    subject: str
    email: str | None = None
    username: str | None = None
    has_factor: bool = False
    proved_at: datetime | None = None

    def claim(self, by: BindBy) -> str | None:
        """Return what the provider says for a claim, in the form in which it is compared."""
        if by is BindBy.USERNAME:
            return self.username
        return None if self.email is None else plain_email(self.email)


def plain_email(text: str) -> str:
    """Return an address as it is compared: capitals of plain letters do not matter."""
    return text.lower() if text.isascii() else text


def origin_of(address: str) -> str:
    """Return the scheme, the host and the port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def is_safe(address: object) -> bool:
    """Tell whether an address can be asked without others reading along: HTTPS, or this host."""
    if not isinstance(address, str) or not address.isascii() or not address.isprintable():
        return False
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    known = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    plain = not set(parts.netloc) & set("@\\;,' \"") and "\\" not in address
    return known and bool(host) and plain


def read_issuer(text: str) -> str:
    """Return the name of an issuer as its tokens tell it.

    Raises:
        ValueError: it is not an address of HTTPS without query and fragment.
    """
    if not is_safe(text) or "?" in text or "#" in text:
        raise ValueError(text)
    return text
