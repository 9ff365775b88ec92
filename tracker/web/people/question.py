"""What a browser carries while its person is at the identity provider: sealed, short, used once."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from tracker.identity.asking import Question
from tracker.web.form_token import NOBODY
from tracker.web.reading import safe_next
from tracker.web.session import clock, settings, vault

PATIENCE = timedelta(minutes=10)
"""How long somebody may take at the provider."""
LONGEST_ONWARD = 1_500
"""Characters: a browser keeps a cookie of four kilobytes."""
_ABOUT = "question to the identity provider"
_LONGEST = 4_096


@dataclass(frozen=True, slots=True)
class Away:
    """A question on its way, where its person wanted to be, and who only proves themselves anew."""

    question: Question
    onward: str
    asked_at: datetime
    person_id: int = NOBODY

    @property
    def expires_at(self) -> datetime:
        """Return until when an answer is taken."""
        return self.asked_at + PATIENCE

    @property
    def mark(self) -> str:
        """Return what tells the question again, and nothing of it."""
        return vault().fingerprint(self.question.state, _ABOUT)


def cookie_name() -> str:
    """Return the cookie's name; over HTTPS the browser ties `__Host-` to this host alone."""
    return "__Host-oidc" if settings().secure_cookies else "oidc"


def carry(response: Response | AnyResponse, away: Away) -> None:
    """Give the browser its question."""
    told = {
        "question": asdict(away.question),
        "onward": away.onward if len(away.onward) <= LONGEST_ONWARD else "/",
        "asked_at": away.asked_at.isoformat(),
        "person_id": away.person_id,
    }
    response.set_cookie(
        cookie_name(),
        vault().seal(json.dumps(told), _ABOUT),
        max_age=int(PATIENCE.total_seconds()),
        secure=settings().secure_cookies,
        httponly=True,
        samesite="Lax",  # the provider leads back from its own site
    )


def carried() -> Away | None:
    """Return the question of this browser, if it has one that may still be answered."""
    sealed = request.cookies.get(cookie_name(), "")
    told = vault().open(sealed, _ABOUT) if len(sealed) <= _LONGEST else None
    if told is None:
        return None
    kept = json.loads(told)
    away = Away(
        Question(**kept["question"]),
        safe_next(kept["onward"]),
        datetime.fromisoformat(kept["asked_at"]),
        kept["person_id"],
    )
    return away if away.expires_at > clock().now() else None


def drop(response: Response | AnyResponse) -> None:
    """Take the question back."""
    response.delete_cookie(
        cookie_name(), secure=settings().secure_cookies, httponly=True, samesite="Lax"
    )
