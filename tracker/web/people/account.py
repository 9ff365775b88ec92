"""What the screen of one account shows, decided before the template sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.accounts import can_manage
from tracker.domain.people import GRANTS, Actor, Permission, Role
from tracker.queries.accounts import Account, Deed, GrantRow
from tracker.queries.grants import LentRow
from tracker.services.reference import SYSTEM
from tracker.web.formats import instant, number
from tracker.web.known import known_words
from tracker.web.people.words import (
    deed_words,
    in_place_words,
    last_day,
    place_words,
    state_words,
)
from tracker.web.words import permission_words, role_words


@dataclass(frozen=True, slots=True)
class GrantLine:
    """One grant of an account; `end_url` is there when this person may end it."""

    role: str
    place: str
    valid_from: date
    last_day: date | None
    given: str
    given_at: datetime
    ended: str | None
    ended_at: datetime | None
    starts_later: bool
    end_url: str | None


@dataclass(frozen=True, slots=True)
class DeedLine:
    """One change of an account in words."""

    by: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One account: who, which roles, what state, what was done."""

    username: str
    name: str
    facts: tuple[tuple[str, str | None], ...]
    state: str
    state_kind: str
    grants: tuple[GrantLine, ...]
    rights: tuple[tuple[str, tuple[str, ...]], ...]
    past: tuple[GrantLine, ...]
    deeds: tuple[DeedLine, ...]
    can_manage: bool
    why_not: str | None
    why_no_role: str
    is_own: bool
    is_disabled: bool
    has_factor: bool


def person_page(
    account: Account,
    deeds: Sequence[Deed],
    lent: Sequence[LentRow],
    actor: Actor,
    day: date,
    *,
    has_factor: bool,
    is_bound: bool = False,
    unused: str | None = None,
) -> PersonPage:
    """Return one account as this person may see and change it.

    `lent` is what others lend it; `unused` tells since when nobody used it.
    """
    is_own = account.id == actor.id
    live = [grant for grant in account.grants if not grant.is_over(day)]
    is_system = account.username == SYSTEM
    manages = not is_system and actor.may(Permission.PEOPLE_MANAGE)
    within = is_own or can_manage(actor, [grant.reach for grant in live])
    state, kind = state_words(account.disabled_at is not None, account.must_change_password)
    may = manages and within
    return PersonPage(
        username=account.username,
        name=known_words(account.name),
        facts=_facts(account, has_factor=has_factor, is_bound=is_bound, unused=unused),
        state=state,
        state_kind=kind,
        grants=tuple(_grant(account, grant, day, can_end=may and not is_own) for grant in live),
        rights=_rights(account, lent, day),
        past=tuple(
            _grant(account, grant, day, can_end=False)
            for grant in account.grants
            if grant.is_over(day)
        ),
        deeds=tuple(
            DeedLine(
                in_place_words(known_words(deed.by), deed.after),
                deed.at,
                deed_words(deed.deed, deed.before, deed.after),
            )
            for deed in deeds
        ),
        can_manage=may,
        why_not=_why_not(is_system=is_system, manages=manages, within=within),
        why_no_role=_why_no_role(account),
        is_own=is_own,
        is_disabled=account.disabled_at is not None,
        has_factor=has_factor,
    )


def unused_words(account: Account, now: datetime, limit: int) -> str | None:
    """Return since when an open account is unused, and after how many days it is shut."""
    days = (now - account.used_at).days
    if not days or account.disabled_at is not None or account.username == SYSTEM:
        return None
    since = _("từ %(at)s (%(number)s ngày)", at=instant(account.used_at), number=number(days))
    if not limit:
        return since
    return _("%(since)s; tự khóa sau %(limit)s ngày", since=since, limit=number(limit))


def _facts(
    account: Account, *, has_factor: bool, is_bound: bool, unused: str | None
) -> tuple[tuple[str, str | None], ...]:
    sessions = (
        _("%(number)s phiên đang mở", number=number(account.open_sessions))
        if account.open_sessions
        else _("không có phiên nào đang mở")
    )
    if not account.has_password and not is_bound:
        waits = account.must_change_password
        sessions = _("chờ đặt mật khẩu") if waits else _("không đăng nhập được")
    return (
        (_("Tài khoản"), account.username),
        (_("Thư điện tử"), account.email),
        (_("Điện thoại"), account.phone),
        (_("Mở ngày"), instant(account.created_at)),
        (_("Dùng lần cuối"), instant(account.seen_at) if account.seen_at else None),
        *(((_("Không dùng"), unused),) if unused else ()),
        (_("Xác thực hai bước"), _("đã bật") if has_factor else _("chưa bật")),
        (_("Đăng nhập"), sessions),
    )


def _rights(
    account: Account, lent: Sequence[LentRow], day: date
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return each right that holds today, with where it holds and through which role."""
    held = [
        (grant.role, place_words(grant.scope_kind, grant.place), "")
        for grant in account.grants
        if grant.valid_from <= day and not grant.is_over(day)
    ]
    held += [
        (one.role, place_words(one.scope_kind, one.place), one.lender)
        for one in lent
        if one.delegate_username == account.username and one.gives_on(day)
    ]
    found = []
    for permission in Permission:
        sources = tuple(_source(*one) for one in held if permission in GRANTS[one[0]])
        if sources:
            found.append((permission_words(permission), sources))
    return tuple(found)


def _source(role: Role, place: str, lender: str) -> str:
    if lender:
        return _(
            "%(place)s (%(role)s, thay %(name)s)", place=place, role=role_words(role), name=lender
        )
    return _("%(place)s (%(role)s)", place=place, role=role_words(role))


def _grant(account: Account, grant: GrantRow, day: date, *, can_end: bool) -> GrantLine:
    end_url = url_for("people.end_grant", username=account.username, grant_id=grant.id)
    return GrantLine(
        role=role_words(grant.role),
        place=place_words(grant.scope_kind, grant.place),
        valid_from=grant.valid_from,
        last_day=last_day(grant.valid_until),
        given=known_words(grant.granted_by),
        given_at=grant.granted_at,
        ended=grant.ended_by and known_words(grant.ended_by),
        ended_at=grant.ended_at,
        starts_later=grant.valid_from > day,
        end_url=end_url if can_end else None,
    )


def _why_no_role(account: Account) -> str:
    if account.username == SYSTEM:
        return _("Phần mềm tự làm việc bằng tài khoản này, không qua vai trò nào.")
    if account.disabled_at is not None:
        return _("Tài khoản này đã khóa và không có vai trò nào.")
    return _("Tài khoản này chưa có vai trò nào, nên đăng nhập được mà không xem được gì.")


def _why_not(*, is_system: bool, manages: bool, within: bool) -> str | None:
    """Return why an account cannot be changed here, and who can; None when it can."""
    if is_system:
        return _("Đây là tài khoản của chính phần mềm: không ai đăng nhập hay sửa được.")
    if not manages:
        return _("Anh/chị chỉ xem. Quản trị viên sửa tài khoản và cấp vai trò.")
    if not within:
        return _(
            "Tài khoản này còn vai trò ngoài phạm vi của anh/chị. Quản trị viên của tỉnh sửa được."
        )
    return None
