"""One request to the provider: over HTTPS, soon answered, not long, not sent on elsewhere."""

import json
import ssl
import time
from collections.abc import Mapping
from email.message import Message
from http.client import HTTPException, HTTPResponse
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from tracker.domain.provider import ProviderDown, is_safe

PATIENCE = 4
"""Seconds that one step of a request may take."""
IN_ALL = 8
"""Seconds that a request may take."""
LONGEST_ANSWER = 256 * 2**10
_PIECE = 16 * 2**10
_REFUSALS = range(400, 500)


class _NotElsewhere(HTTPRedirectHandler):
    """Follows nothing: what is asked of the provider, secrets among it, is for nobody else."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        """Say that there is nothing to follow."""


# The system knows which certificates an office trusts.
_opener = build_opener(_NotElsewhere, HTTPSHandler(context=ssl.create_default_context()))


def ask(
    address: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the JSON object that an address answers; also one with which it refuses (4xx).

    Raises:
        ProviderDown: there is no answer, or another kind of answer.
    """
    if not is_safe(address):
        raise ProviderDown
    body = None if form is None else urlencode(form).encode()
    asked = Request(  # noqa: S310 - its scheme was just looked at
        address, data=body, headers={"Accept": "application/json", **(headers or {})}
    )
    until = time.monotonic() + IN_ALL
    try:
        try:
            with _opener.open(asked, timeout=PATIENCE) as answer:
                return _object(_read(answer, until))
        except HTTPError as refusal:
            with refusal:
                if refusal.code not in _REFUSALS:
                    raise ProviderDown from None
                return {"error": "refused", **_object(_read(refusal, until))}
    except (OSError, HTTPException, ValueError, TypeError, RecursionError) as fault:
        raise ProviderDown from fault


def _read(answer: "HTTPResponse | HTTPError", until: float) -> bytes:
    """Return the body of an answer.

    Raises:
        ValueError: it is longer, or takes longer, than an answer may.
    """
    read = b""
    while piece := answer.read1(_PIECE):
        read += piece
        if len(read) > LONGEST_ANSWER or time.monotonic() > until:
            raise ValueError(len(read))
    return read


def _object(body: bytes) -> dict[str, Any]:
    """Return the JSON object of a body.

    Raises:
        ValueError: it is no JSON.
        TypeError: it is no object.
    """
    told = json.loads(body)
    if not isinstance(told, dict):
        raise TypeError(type(told))
    return told
