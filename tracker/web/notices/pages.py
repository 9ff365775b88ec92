"""What the inbox and the page of preferences show."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext as _

from tracker.domain.notices import CHOICES, NoticeKind, Way, usual_way, ways_for
from tracker.mail.tongue import Tongue
from tracker.mail.words import kind_words, sentence
from tracker.queries.notices import Address, Inbox, NoticeRow
from tracker.queries.paging import Paged
from tracker.web.formats import number
from tracker.web.paging import Paging, here, paging_of
from tracker.web.reading import LONGEST
from tracker.web.session import today
from tracker.web.telling import tongue, way_words

KNOWN = ("show", "kind", "page", "size")
UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Line:
    """One notice in words, and where it leads."""

    id: int
    kind: str
    words: str
    told_at: datetime
    read_at: datetime | None
    url: str
    open_url: str
    target_words: str


@dataclass(frozen=True, slots=True)
class Tab:
    """One choice above the list."""

    label: str
    url: str
    is_current: bool
    count: int


@dataclass(frozen=True, slots=True)
class InboxPage:
    """The inbox as it was asked for; the rest of the fields say what was wrong in its address."""

    lines: tuple[Line, ...]
    unread: int
    tabs: tuple[Tab, ...]
    kinds: tuple[tuple[str, str], ...]
    chosen: str
    paging: Paging
    is_filtered: bool
    unknown: tuple[str, ...]
    wrong: tuple[str, ...] = ()
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """How one kind is told, and what else there is."""

    kind: str
    words: str
    way: str
    ways: tuple[tuple[str, str], ...]
    is_always: bool


@dataclass(frozen=True, slots=True)
class PreferencesPage:
    """How a person is told of what, and where they are written to."""

    groups: tuple[tuple[str, tuple[Choice, ...]], ...]
    address: Address
    has_relay: bool
    languages: tuple[tuple[str, str], ...]


def inbox_page(inbox: Inbox, kind: NoticeKind | None, *, unread: bool, wrong: bool) -> InboxPage:
    """Decide what the inbox shows."""
    every = sum(inbox.by_kind.values())
    found: Paged[NoticeRow] = inbox.page
    speech = tongue()
    kinds = sorted(
        (kind_words(one, speech), one.value, many) for one, many in inbox.by_kind.items()
    )
    return InboxPage(
        lines=tuple(_line(row, speech) for row in found.rows),
        unread=inbox.unread,
        tabs=(
            Tab(_("Tất cả"), here(show=None, page=None), not unread, every),
            Tab(_("Chưa đọc"), here(show=UNREAD, page=None), unread, inbox.unread),
        ),
        kinds=tuple((code, f"{words} ({number(many)})") for words, code, many in kinds),
        chosen=kind.value if kind else "",
        paging=paging_of(found, _("thông báo")),
        is_filtered=unread or kind is not None,
        unknown=tuple(sorted(name[:LONGEST] for name in request.args if name not in KNOWN)),
        wrong=("kind",) if wrong else (),
    )


def notice_line(row: NoticeRow) -> Line:
    """Return one notice in words."""
    return _line(row, tongue())


def preferences_page(
    chosen: Mapping[NoticeKind, Way], address: Address, *, has_relay: bool
) -> PreferencesPage:
    """Decide what can be chosen."""
    titles = {
        "work": _("Việc chờ và việc đã xong"),
        "time": _("Hạn và số liệu"),
        "matters": _("Vướng mắc và chỉ đạo"),
    }
    speech = tongue()
    return PreferencesPage(
        tuple(
            (titles[code], tuple(_choice(kind, chosen, speech) for kind in kinds))
            for code, kinds in CHOICES.items()
        ),
        address,
        has_relay,
        (("vi", "Tiếng Việt"), ("en", "English")),
    )


def target_of(row: NoticeRow) -> str:
    """Return the page where what a notice tells can be looked at or done."""
    return _TARGETS.get(row.kind, _followed)(row, row.facts)


def _choice(kind: NoticeKind, chosen: Mapping[NoticeKind, Way], speech: Tongue) -> Choice:
    ways = ways_for(kind)
    way = chosen.get(kind, usual_way(kind))
    return Choice(
        kind.value,
        kind_words(kind, speech),
        way.value,
        tuple((one.value, way_words(one)) for one in ways),
        Way.OFF not in ways,
    )


def _line(row: NoticeRow, speech: Tongue) -> Line:
    return Line(
        row.id,
        kind_words(row.kind, speech),
        sentence(row.kind, row.facts, speech),
        row.told_at,
        row.read_at,
        url_for("notices.show_notice", notice_id=row.id),
        url_for("notices.open_notice", notice_id=row.id),
        _("Mở"),
    )


Facts = Mapping[str, Any]
_SUBJECTS = {
    "directive": ("directives.show_directive", "directive_id"),
    "difficulty": ("difficulties.show_difficulty", "difficulty_id"),
}
"""Pages of what other rooms tell of; a room that is not there leads to the project."""


def _followed(row: NoticeRow, facts: Facts) -> str:
    endpoint, name = _SUBJECTS.get(row.subject, ("", ""))
    if endpoint in current_app.view_functions and row.subject_id is not None:
        return url_for(endpoint, **{name: row.subject_id})  # type: ignore[arg-type]
    if facts.get("code"):
        return url_for("projects.show_project", code=facts["code"])
    return url_for("home.overview")


def _of_one(row: NoticeRow, facts: Facts, endpoint: str) -> str:
    if facts["projects"] == 1:
        return url_for(endpoint, code=facts["some_codes"][0])
    return _projects(row, facts)


def _projects(row: NoticeRow, facts: Facts, flag: str | None = None) -> str:
    if "code" in facts:
        return url_for("projects.show_project", code=facts["code"]) + "#flags"
    within = {"owner": facts.get("owner_code"), "area": facts.get("unit_code")}
    named = {name: code for name, code in within.items() if code}
    return url_for("projects.list_projects", flag=flag, **named)


_TARGETS: dict[NoticeKind, Callable[[NoticeRow, Facts], str]] = {
    NoticeKind.ENTRY_WAITING: lambda *_: url_for("approval.list_waiting"),
    NoticeKind.ENTRY_RETURNED: lambda _row, facts: url_for(
        "disbursements.show_day", day=date.fromisoformat(facts["day"])
    ),
    NoticeKind.REQUEST_WAITING: lambda row, _: url_for(
        "requests.show_request", request_id=row.subject_id
    ),
    NoticeKind.REQUEST_DECIDED: lambda row, _: url_for(
        "requests.show_request", request_id=row.subject_id
    ),
    NoticeKind.PERIOD_LOCKED: lambda *_: url_for("periods.list_locks"),
    NoticeKind.PERIOD_REOPENED: lambda *_: url_for("periods.list_locks"),
    NoticeKind.PERIOD_NEAR: lambda *_: url_for("disbursements.show_day", day=today()),
    NoticeKind.DEADLINE_NEAR: lambda row, facts: _projects(row, facts, "f08"),
    NoticeKind.MILESTONE_NEAR: lambda row, facts: _of_one(row, facts, "land.show_milestones"),
    NoticeKind.MILESTONE_OVERDUE: lambda row, facts: _of_one(row, facts, "land.show_milestones"),
    NoticeKind.PLEDGE_NEAR: lambda row, facts: _of_one(row, facts, "pledges.list_pledges"),
    NoticeKind.PLEDGE_BROKEN: lambda row, facts: _of_one(row, facts, "pledges.list_pledges"),
    NoticeKind.STALE: lambda *_: url_for("disbursements.show_day", day=today(), show="late"),
    NoticeKind.STALE_ESCALATED: lambda row, facts: _projects(row, facts, "f29"),
}
