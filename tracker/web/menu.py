"""What stands around every page: who is here, where they can go, in which language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import get_locale, pgettext
from flask_babel import gettext as _
from flask_login import current_user

from tracker.db import db
from tracker.domain.people import Actor, Permission
from tracker.queries.approval import WaitingSum, waiting_sum
from tracker.web.formats import dong, number
from tracker.web.keeping import read_in_state, requests_waiting
from tracker.web.session import may_ask, settings, today
from tracker.web.words import role_words

PARTS_OF = {
    "plans": "projects",
    "scenarios": "projects",
    "flags": "projects",
    "packages": "projects",
    "movement": "home",
    "debts": "contractors",
}
"""Rooms that are reached through another one, and stand under it in the menu."""

REQUESTS = "requests.list_requests"
CONCERNED = (
    Permission.REQUEST_DECIDE,
    Permission.PEOPLE_MANAGE,
    Permission.PLAN_ASSIGN,
    Permission.DISBURSEMENT_RECORD,
)
"""Who may decide a request, or make one: the others have no use for the list."""
FIGURES = {
    *("home", "projects", "plans", "scenarios", "disbursements", "slowness", "reconciliation"),
    *("flags", "movement", "packages", "contractors", "debts", "brief"),
}
"""Rooms whose screens print what was disbursed, and so say which states that counts."""

LANGUAGES = (("vi", "Tiếng Việt"), ("en", "English"))


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One screen in the main navigation."""

    url: str
    label: str
    key: str
    is_current: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class StatesNote:
    """Which states the figures of a screen count, and what of its scope they leave out."""

    words: str
    waiting: str
    url: str

    @property
    def sentence(self) -> str:
        """Return the whole note, as files carry it."""
        return "; ".join(filter(None, (self.words, self.waiting)))


@dataclass(frozen=True, slots=True)
class Shell:
    """What the base template shows around a page; no person on signed-out pages."""

    person_name: str
    role_words: str
    province_name: str
    menu: tuple[MenuItem, ...]
    language: str
    languages: tuple[tuple[str, str, str], ...]
    today: date
    as_of: date | None
    demo_note: str | None
    sign_out_url: str
    is_signed_in: bool
    viewed: str | None
    states: Callable[[], StatesNote | None]
    has_bell: bool = False
    version: str = "1.0"


def _menu(actor: Actor) -> tuple[MenuItem, ...]:
    screens: tuple[tuple[str, dict[str, Any], str, str, Permission], ...] = (
        ("home.overview", {}, _("Tổng quan"), "g d", Permission.OVERVIEW_READ),
        ("brief.show_brief", {}, _("Báo cáo 5 phút"), "g b", Permission.OVERVIEW_READ),
        ("projects.list_projects", {}, pgettext("nhiều", "Dự án"), "g p", Permission.PROJECT_READ),
        (
            "disbursements.show_day",
            {"day": today()},
            _("Nhập giải ngân"),
            "g n",
            Permission.DISBURSEMENT_RECORD,
        ),
        (
            "approval.list_waiting",
            {},
            _("Chờ duyệt"),
            "g w",
            Permission.DISBURSEMENT_APPROVE,
        ),
        (
            "reconciliation.show_day",
            {"day": today()},
            _("Đối chiếu"),
            "g k",
            Permission.DISBURSEMENT_RECONCILE,
        ),
        ("slowness.list_slow", {}, _("Chậm tiến độ"), "g s", Permission.SLOWNESS_READ),
        ("thresholds.list_thresholds", {}, _("Ngưỡng"), "g m", Permission.THRESHOLD_SET),
        (
            "difficulties.list_difficulties",
            {},
            _("Vướng mắc"),
            "g v",
            Permission.DIFFICULTY_READ,
        ),
        ("directives.list_directives", {}, _("Chỉ đạo"), "g i", Permission.DIRECTIVE_READ),
        (
            "contractors.list_contractors",
            {},
            pgettext("nhiều", "Nhà thầu"),
            "g t",
            Permission.PROJECT_READ,
        ),
        ("timeliness.show_calendar", {}, _("Lịch cập nhật"), "g f", Permission.DISBURSEMENT_READ),
        ("scores.list_scores", {}, _("Điểm đơn vị"), "g e", Permission.SLOWNESS_READ),
        ("periods.list_locks", {}, _("Khóa số liệu"), "g l", Permission.PERIOD_LOCK),
        (REQUESTS, {}, _("Chờ hai người"), "g c", Permission.OVERVIEW_READ),
        ("people.list_people", {}, _("Người dùng"), "g u", Permission.PEOPLE_READ),
        ("history.list_changes", {}, _("Nhật ký"), "g h", Permission.HISTORY_READ),
    )
    room = request.blueprint or ""
    current = PARTS_OF.get(room, room)
    return tuple(
        MenuItem(
            url_for(endpoint, **values),
            label,
            key,
            endpoint.split(".")[0] == current,
            _waiting(actor) if endpoint == REQUESTS else 0,
        )
        for endpoint, values, label, key, right in screens
        if actor.may(right) and endpoint in current_app.view_functions
        if endpoint != REQUESTS or any(map(actor.may, CONCERNED))
    )


def _waiting(actor: Actor) -> int:
    """Return how many requests wait for a person; none while the database cannot be asked."""
    return requests_waiting(actor) if may_ask() else 0


def _shell() -> Shell:
    signed_in = current_user.is_authenticated
    actor: Actor | None = current_user.actor if signed_in else None
    here = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return Shell(
        person_name=actor.name if actor else "",
        role_words=", ".join(sorted(role_words(role) for role in actor.roles)) if actor else "",
        province_name=current_app.config["PROVINCE_NAME"],
        menu=_menu(actor) if actor else (),
        language=str(get_locale()),
        languages=tuple(
            (code, label, url_for("home.choose_language", language=code, next=here))
            for code, label in LANGUAGES
        ),
        today=today(),
        as_of=None,
        demo_note=_("Số liệu mô phỏng, tổng khớp số công bố") if settings().demonstration else None,
        sign_out_url=url_for("people.sign_out"),
        is_signed_in=signed_in,
        viewed=current_user.actor.name if signed_in and current_user.is_viewing else None,
        # Asked only by pages that show it: a page that says no reads nothing.
        has_bell=signed_in and not _is_held_up(),
        states=lambda: _states(actor) if actor and request.blueprint in FIGURES else None,
    )


def _is_held_up() -> bool:
    """Tell whether this person is led elsewhere first, or only looks as another one."""
    held = current_user.must_change_password or current_user.must_enrol
    return bool(current_user.is_viewing or held)


def _states(actor: Actor) -> StatesNote | None:
    """Say what the figures count; the page of one project speaks of that project alone."""
    if not actor.may(Permission.DISBURSEMENT_READ) or not may_ask():
        return None
    code = (request.view_args or {}).get("code")
    scope = actor.scope_of(Permission.DISBURSEMENT_READ)
    who = ("waiting", scope, code)
    return states_note(read_in_state(who, lambda: waiting_sum(db.session(), scope, code)))


def states_note(waiting: WaitingSum) -> StatesNote:
    """Return the note beside figures: they count what is approved, and not what waits."""
    left_out = ""
    if waiting.entries:
        left_out = _(
            "chưa gồm %(count)s bút toán chờ duyệt, %(amount)s",
            count=number(waiting.entries),
            amount=dong(waiting.counted),
        )
    words = _("Số giải ngân gồm bút toán đã duyệt và đã đối chiếu Kho bạc")
    return StatesNote(words, left_out, url_for("approval.list_waiting"))


def init_app(app: Flask) -> None:
    """Put the shell within reach of every template."""

    @app.context_processor
    def shell() -> dict[str, Shell]:
        return {"shell": _shell()}
