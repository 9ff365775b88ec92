"""The buttons about the ways in of an account: at the identity provider, and here."""

from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker.db import transaction
from tracker.domain.people import Permission
from tracker.domain.provider import BindBy
from tracker.queries.accounts import Account
from tracker.services import entrances
from tracker.web.guard import current_actor, needs
from tracker.web.people.confirming import confirm_first
from tracker.web.people.door import act_of
from tracker.web.people.notices import keep_done
from tracker.web.people.pressing import press
from tracker.web.people.single import back_to


@needs(Permission.PEOPLE_MANAGE)
def allow_binding_by_email(username: str) -> AnyResponse:
    """Let an account be bound once to the identity with its verified e-mail."""
    return _allow(username, BindBy.EMAIL)


@needs(Permission.PEOPLE_MANAGE)
def allow_binding_by_name(username: str) -> AnyResponse:
    """Let an account be bound once to the identity with its account name."""
    return _allow(username, BindBy.USERNAME)


@needs(Permission.PEOPLE_MANAGE)
def forget_binding(username: str) -> AnyResponse:
    """Part an account from its identity."""

    def deed(account: Account) -> AnyResponse:
        with transaction() as session:
            entrances.forget_binding(session, act_of(current_actor()), account.id)
        keep_done(_("Đã bỏ gắn tài khoản của %(name)s, kết thúc mọi phiên.", name=account.name))
        return back_to(username)

    return confirm_first() or press(username, "people.binding_forgotten", deed)


@needs(Permission.PEOPLE_MANAGE)
def switch_local_off(username: str) -> AnyResponse:
    """Let nothing of ours open an account."""

    def deed(account: Account) -> AnyResponse:
        with transaction() as session:
            entrances.switch_local_off(session, act_of(current_actor()), account.id)
        keep_done(_("Đã tắt đăng nhập tại đây của %(name)s.", name=account.name))
        return back_to(username)

    return confirm_first() or press(username, "people.local_off", deed)


@needs(Permission.PEOPLE_MANAGE)
def switch_local_on(username: str) -> AnyResponse:
    """Let what is ours open an account again."""

    def deed(account: Account) -> AnyResponse:
        with transaction() as session:
            entrances.switch_local_on(session, act_of(current_actor()), account.id)
        keep_done(_("Đã bật lại đăng nhập tại đây của %(name)s.", name=account.name))
        return back_to(username)

    return confirm_first() or press(username, "people.local_on", deed)


def _allow(username: str, by: BindBy) -> AnyResponse:
    def deed(account: Account) -> AnyResponse:
        with transaction() as session:
            entrances.allow_binding(session, act_of(current_actor()), account.id, by)
        keep_done(_("Tài khoản của %(name)s được gắn ở lần đăng nhập tới.", name=account.name))
        return back_to(username)

    return confirm_first() or press(username, "people.binding_allowed", deed)
