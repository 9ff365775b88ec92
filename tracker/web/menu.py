"""What stands around every page: who is here, where they can go, in which language."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import get_locale, pgettext
from flask_babel import gettext as _
from flask_login import current_user

from tracker.domain.people import Actor, Permission
from tracker.web.session import settings, today
from tracker.web.words import role_words

PARTS_OF = {"plans": "projects", "scenarios": "projects"}
"""Rooms that are reached through another one, and stand under it in the menu."""

LANGUAGES = (("vi", "Tiếng Việt"), ("en", "English"))


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One screen in the main navigation."""

    url: str
    label: str
    key: str
    is_current: bool


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
    version: str = "1.0"


def _menu(actor: Actor) -> tuple[MenuItem, ...]:
    screens: tuple[tuple[str, dict[str, Any], str, str, Permission], ...] = (
        ("home.overview", {}, _("Tổng quan"), "g d", Permission.OVERVIEW_READ),
        ("projects.list_projects", {}, pgettext("nhiều", "Dự án"), "g p", Permission.PROJECT_READ),
        (
            "disbursements.show_day",
            {"day": today()},
            _("Nhập giải ngân"),
            "g n",
            Permission.DISBURSEMENT_RECORD,
        ),
        ("slowness.list_slow", {}, _("Chậm tiến độ"), "g s", Permission.SLOWNESS_READ),
        ("people.list_people", {}, _("Người dùng"), "g u", Permission.PEOPLE_READ),
        ("history.list_changes", {}, _("Nhật ký"), "g h", Permission.HISTORY_READ),
    )
    room = request.blueprint or ""
    current = PARTS_OF.get(room, room)
    return tuple(
        MenuItem(url_for(endpoint, **values), label, key, endpoint.split(".")[0] == current)
        for endpoint, values, label, key, right in screens
        if actor.may(right) and endpoint in current_app.view_functions
    )


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
    )


def init_app(app: Flask) -> None:
    """Put the shell within reach of every template."""

    @app.context_processor
    def shell() -> dict[str, Shell]:
        return {"shell": _shell()}
