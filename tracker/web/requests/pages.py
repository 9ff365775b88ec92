"""What the screens of requests show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.people import Actor, Permission
from tracker.domain.requests import RequestState, right_to_decide
from tracker.queries.requests import RequestRow
from tracker.web.formats import instant
from tracker.web.known import known_words
from tracker.web.request_words import Line, changes, kind_words, state_words, subject_words
from tracker.web.words import permission_words

_KINDS = {
    RequestState.WAITING: "strong",
    RequestState.APPROVED: "done",
    RequestState.REFUSED: "stopped",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One request in a list."""

    url: str
    kind: str
    subject: str
    reason: str
    asker: str
    asked_at: datetime
    expires_at: datetime
    state: str
    state_kind: str | None


@dataclass(frozen=True, slots=True)
class ListPage:
    """What waits for this person, what they asked for, what they decided."""

    waiting_count: int
    waiting: tuple[Entry, ...]
    made: tuple[Entry, ...]
    decided: tuple[Entry, ...]
    rules_url: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a request."""

    who: str
    at: str
    words: str
    kind: str


@dataclass(frozen=True)
class RequestPage:
    """One request: what it changes, who asked and why, and what this person may do."""

    row: RequestRow
    title: str
    changes: tuple[Line, ...]
    facts: tuple[tuple[str, str | None], ...]
    steps: tuple[Step, ...]
    state: str
    state_kind: str | None
    project_url: str | None
    is_waiting: bool
    can_decide: bool
    is_own: bool
    right: str


def list_page(
    count: int,
    waiting: Sequence[RequestRow],
    made: Sequence[RequestRow],
    decided: Sequence[RequestRow],
    actor: Actor,
) -> ListPage:
    """Decide what the lists show; `count` is how many wait in all."""
    may_set = actor.may(Permission.APPROVAL_SET)
    return ListPage(
        count,
        tuple(map(_entry, waiting)),
        tuple(map(_entry, made)),
        tuple(map(_entry, decided)),
        url_for("approval.list_rules") if may_set else "",
    )


def request_page(row: RequestRow, actor: Actor, *, may_decide: bool) -> RequestPage:
    """Decide what the page of one request shows."""
    is_waiting, is_own = row.state is RequestState.WAITING, row.asker_id == actor.id
    code = row.project_code
    return RequestPage(
        row=row,
        title=kind_words(row.kind),
        changes=tuple(changes(row)),
        facts=(
            (_("Người đề nghị"), known_words(row.asker)),
            (_("Lý do"), row.reason),
            *(((_("Theo quyết định"), row.after["decision"]),) if "decision" in row.after else ()),
            (_("Chờ đến"), instant(row.expires_at)),
        ),
        steps=tuple(_steps(row)),
        state=state_words(row.state),
        state_kind=_KINDS.get(row.state),
        project_url=url_for("projects.show_project", code=code) if code else None,
        is_waiting=is_waiting,
        can_decide=is_waiting and may_decide and not is_own,
        is_own=is_own,
        right=permission_words(right_to_decide(row.kind)),
    )


def _entry(row: RequestRow) -> Entry:
    return Entry(
        url=url_for("requests.show_request", request_id=row.id),
        kind=kind_words(row.kind),
        subject=subject_words(row),
        reason=row.reason,
        asker=known_words(row.asker),
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        state=state_words(row.state),
        state_kind=_KINDS.get(row.state),
    )


def _steps(row: RequestRow) -> list[Step]:
    steps = [
        Step(
            known_words(row.asker),
            instant(row.asked_at),
            _("Đề nghị: %(why)s", why=row.reason),
            "deed",
        )
    ]
    if row.decided_at is None:
        return steps
    words = state_words(row.state)
    if row.answer:
        words = _("%(state)s: %(why)s", state=words, why=row.answer)
    is_good = row.state is RequestState.APPROVED
    kind = "done" if is_good else "warning"
    return [
        *steps,
        Step(known_words(row.decider or row.asker), instant(row.decided_at), words, kind),
    ]
