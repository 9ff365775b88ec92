"""Accounts from the command line: the way to the first administrator, and out of a lock-out."""

import argparse
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from tracker.cli.database import act_of_system, check_schema, opened, read_settings, writing
from tracker.cli.speech import CannotGoOn, Exit, say
from tracker.config import Settings
from tracker.domain.accounts import LONGEST_NAME
from tracker.domain.act import Act
from tracker.domain.people import Role
from tracker.domain.refusals import Refusal
from tracker.queries.imports import organisation_coded, unit_coded
from tracker.queries.people import Credentials, credentials_of, list_people
from tracker.services.entrances import switch_local_on
from tracker.services.factors import reset_factors
from tracker.services.grants import GrantRole, grant_role
from tracker.services.idleness import shut_idle
from tracker.services.people import AddPerson, Issued, add_person, disable_person, reset_password

ROLES = {
    Role.ADMIN: "quản trị",
    Role.PROVINCE_LEADER: "lãnh đạo tỉnh",
    Role.COORDINATOR: "chuyên viên tổng hợp",
    Role.OFFICER: "cán bộ ban, chủ đầu tư",
    Role.UNIT_LEADER: "lãnh đạo đơn vị",
    Role.READER: "chỉ đọc",
}

_REFUSALS = {
    "unusable_username": "Tên đăng nhập chỉ gồm chữ thường không dấu, chữ số và . _ - ở giữa,"
    " từ 2 đến 32 ký tự.",
    "unusable_name": f"Họ và tên (--name) cần có chữ, tối đa {LONGEST_NAME} ký tự, không có ký tự"
    " không hiển thị được.",
    "already_taken": "Tên đăng nhập này đã có người dùng.",
    "last_administrator": "Đây là người quản trị toàn tỉnh cuối cùng: hãy thêm người khác trước.",
    "system_account": "Đây là tài khoản của chính hệ thống: không ai đăng nhập bằng nó.",
    "already_granted": "Tài khoản đã có vai trò này trong phạm vi này.",
}


def user(asked: argparse.Namespace) -> int:
    """Carry out one deed on accounts and return the exit code.

    Raises:
        CannotGoOn: a rule says no; nothing was written.
    """
    settings = read_settings()
    with opened(settings) as engine:
        check_schema(engine)
        with writing(engine) as session:
            act = act_of_system(session, settings)
            try:
                lines = _DEEDS[asked.user_deed](session, act, asked, settings)
            except Refusal as refusal:
                raise CannotGoOn(_REFUSALS.get(refusal.name, str(refusal))) from None
    for line in lines:  # only after the commit: what is said has happened
        say(line)
    return Exit.DONE


def _add(session: Session, act: Act, asked: argparse.Namespace, settings: Settings) -> list[str]:
    unit_id, organisation_id = None, None
    if asked.unit:
        unit_id = unit_coded(session, asked.unit, act.on)
        if unit_id is None:
            raise CannotGoOn(
                f"Không có đơn vị hành chính mã {asked.unit} vào ngày {act.on:%d/%m/%Y}."
            )
    if asked.organisation:
        organisation_id = organisation_coded(session, asked.organisation, act.on)
        if organisation_id is None:
            raise CannotGoOn(
                f"Không có cơ quan, đơn vị mã {asked.organisation} vào ngày {act.on:%d/%m/%Y}."
            )
    lasts = timedelta(hours=settings.link_hours)
    issued = add_person(session, act, AddPerson(asked.username, asked.name), lasts=lasts)
    order = GrantRole(
        issued.person_id,
        Role(asked.role),
        act.on,
        unit_id=unit_id,
        organisation_id=organisation_id,
    )
    grant_role(session, act, order)
    return [
        f"Đã thêm tài khoản {issued.username}: {ROLES[order.role]}.",
        *_link(issued, settings, f"{settings.link_hours} giờ"),
    ]


def _link(issued: Issued, settings: Settings, lasts: str) -> list[str]:
    """Return the link that sets the account's password, and how to use it."""
    path = f"/start?token={issued.token}"
    told = [f"Mở một lần, trong {lasts}, để đặt mật khẩu:"]
    if settings.trusted_hosts:
        scheme = "https" if settings.secure_cookies else "http"
        return [*told, f"  {scheme}://{settings.trusted_hosts[0]}{path}"]
    return [*told, f"  {path} (đặt sau địa chỉ của phần mềm)"]


def _renew(session: Session, act: Act, asked: argparse.Namespace, settings: Settings) -> list[str]:
    person_id = _account(session, asked.username).person_id
    was_off = switch_local_on(session, act, person_id)
    issued = reset_password(session, act, person_id)
    switched = [f"Đăng nhập tại đây của {issued.username} được bật lại."] if was_off else []
    return [
        *switched,
        f"Mật khẩu cũ của {issued.username} không dùng được nữa; mọi phiên đã kết thúc.",
        *_link(issued, settings, "1 giờ"),
    ]


def _reset_factors(
    session: Session, act: Act, asked: argparse.Namespace, _settings: Settings
) -> list[str]:
    reset_factors(session, act, _account(session, asked.username).person_id)
    return [f"Đã bỏ mọi cách xác thực hai bước của {asked.username}; mọi phiên đã kết thúc."]


def _account(session: Session, username: str) -> Credentials:
    account = credentials_of(session, username)
    if account is None:
        raise CannotGoOn(f"Không có tài khoản {username}.")
    return account


def _list(session: Session, act: Act, _asked: argparse.Namespace, _settings: Settings) -> list[str]:
    people = list_people(session, act.on)
    return [
        f"{one.username:20} {'đã khóa' if one.is_disabled else 'đang dùng':10} {one.name}"
        + "".join(f"; {ROLES[held.role]} {held.place}".rstrip() for held in one.grants)
        for one in people
    ]


def _disable(
    session: Session, act: Act, asked: argparse.Namespace, _settings: Settings
) -> list[str]:
    account = _account(session, asked.username)
    if account.is_disabled:
        return [f"Tài khoản {asked.username} đã khóa từ trước."]
    disable_person(session, act, account.person_id)
    return [f"Đã khóa tài khoản {asked.username} và kết thúc mọi phiên của tài khoản này."]


def _idle(session: Session, act: Act, _asked: argparse.Namespace, settings: Settings) -> list[str]:
    days = settings.shut_after_idle_days
    if not days:
        return ["TRACKER_SHUT_AFTER_IDLE_DAYS=0: không khóa tài khoản nào vì lâu không dùng."]
    shut = shut_idle(session, act, days)
    if not shut:
        return [f"Không có tài khoản nào {days} ngày không dùng."]
    return [f"Đã khóa tài khoản {name}: {days} ngày không dùng." for name in shut]


_DEEDS: dict[str, Callable[[Session, Act, argparse.Namespace, Settings], list[str]]] = {
    "add": _add,
    "link": _renew,
    "reset-factors": _reset_factors,
    "list": _list,
    "disable": _disable,
    "idle": _idle,
}
