"""By which ways an account is entered, decided before the template sees it."""

from dataclasses import dataclass

from flask_babel import gettext as _

from tracker.domain.provider import BindBy
from tracker.queries.accounts import Account
from tracker.queries.entrances import EntranceRow
from tracker.web.formats import instant
from tracker.web.people.account import PersonPage
from tracker.web.session import settings


@dataclass(frozen=True, slots=True)
class WaysPage:
    """The ways in of one account, and which of them the reader may change."""

    facts: tuple[tuple[str, str | None], ...]
    can_allow_email: bool
    can_allow_name: bool
    can_forget: bool
    can_switch_off: bool
    can_switch_on: bool


def ways_of(account: Account, page: PersonPage, found: EntranceRow) -> WaysPage | None:
    """Return the ways in; None where there is no provider and nothing is kept."""
    provider = settings().provider
    if not page.can_manage or (provider is None and not found.is_special):
        return None
    local_off = found.local_off_at is not None
    name = _("nhà cung cấp danh tính") if provider is None else provider.name
    may_bind = provider is not None and not found.is_bound
    has_way = found.is_bound or found.may_bind_by is not None
    return WaysPage(
        facts=(
            (_("Qua %(provider)s", provider=name), _bound_words(found)),
            (_("Đăng nhập tại đây"), _("đã tắt") if local_off else _("đang bật")),
        ),
        can_allow_email=may_bind and bool(account.email) and found.may_bind_by is not BindBy.EMAIL,
        can_allow_name=may_bind and found.may_bind_by is not BindBy.USERNAME,
        can_forget=has_way and not local_off,
        can_switch_off=has_way and not local_off and not page.is_own,
        can_switch_on=local_off and not page.is_own,
    )


def _bound_words(found: EntranceRow) -> str:
    """Return whether an account belongs to an identity, and to which."""
    if found.bound_at is not None:
        used = _("chưa dùng") if found.used_at is None else instant(found.used_at)
        return _(
            "đã gắn %(at)s với định danh %(subject)s; dùng lần cuối: %(used)s",
            at=instant(found.bound_at),
            subject=found.subject or "",
            used=used,
        )
    waits = {
        BindBy.EMAIL: _("được gắn ở lần đăng nhập đầu, theo thư điện tử đã xác minh"),
        BindBy.USERNAME: _("được gắn ở lần đăng nhập đầu, theo tên tài khoản"),
    }
    return _("chưa gắn") if found.may_bind_by is None else waits[found.may_bind_by]
