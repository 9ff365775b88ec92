"""Accounts from the command line: the way to the first administrator, and out of a lock-out."""

import argparse
from collections.abc import Callable

from sqlalchemy.orm import Session

from tracker.cli.database import act_of_system, check_schema, opened, read_settings, writing
from tracker.cli.speech import CannotGoOn, Exit, say
from tracker.domain.act import Act
from tracker.domain.people import Role
from tracker.domain.refusals import Refusal
from tracker.queries.imports import organisation_coded, unit_coded
from tracker.queries.people import credentials_of, list_people
from tracker.services.grants import GrantRole, grant_role
from tracker.services.people import AddPerson, add_person, disable_person

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
                lines = _DEEDS[asked.user_deed](session, act, asked)
            except Refusal as refusal:
                raise CannotGoOn(_REFUSALS.get(refusal.name, str(refusal))) from None
    for line in lines:  # only after the commit: what is said has happened
        say(line)
    return Exit.DONE


def _add(session: Session, act: Act, asked: argparse.Namespace) -> list[str]:
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
    issued = add_person(session, act, AddPerson(asked.username, asked.name))
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
        f"Mật khẩu dùng một lần, phải đổi khi đăng nhập: {issued.password}",
    ]


def _list(session: Session, act: Act, _: argparse.Namespace) -> list[str]:
    people = list_people(session, act.on)
    return [
        f"{one.username:20} {'đã khóa' if one.is_disabled else 'đang dùng':10} {one.name}"
        + "".join(f"; {ROLES[held.role]} {held.place}".rstrip() for held in one.grants)
        for one in people
    ]


def _disable(session: Session, act: Act, asked: argparse.Namespace) -> list[str]:
    account = credentials_of(session, asked.username)
    if account is None:
        raise CannotGoOn(f"Không có tài khoản {asked.username}.")
    if account.is_disabled:
        return [f"Tài khoản {asked.username} đã khóa từ trước."]
    disable_person(session, act, account.person_id)
    return [f"Đã khóa tài khoản {asked.username} và kết thúc mọi phiên của tài khoản này."]


_DEEDS: dict[str, Callable[[Session, Act, argparse.Namespace], list[str]]] = {
    "add": _add,
    "list": _list,
    "disable": _disable,
}
