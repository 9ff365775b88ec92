"""What was typed into a form that could not be taken now: shown again, ready to be sent again.

For a form sent without a script, whose page is gone once the answer comes. With htmx the page
stays as it is and needs nothing of this.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, request
from flask_babel import gettext as _

from tracker.web.fragments import show, wants_fragment

TOKEN = "csrf_token"  # noqa: S105 - the name of a field
PASSWORDS = frozenset({"password", "old", "new", "again", "code", "answer"})
"""Fields whose text never goes back to a page; it is asked for anew."""
DOOR = "people"
QUIET = frozenset({"project", "line", "key", "next", "row_version", "version"})
"""Fields that no person typed: sent again, not shown."""


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form on its way: where to, what it holds, what is shown of it, what is asked anew."""

    url: str
    fields: tuple[tuple[str, str], ...]
    shown: tuple[tuple[str, str], ...]
    asked: tuple[tuple[str, str], ...]


def is_plain_form() -> bool:
    """Tell whether this request is a form sent without a script."""
    return request.method == "POST" and not wants_fragment()


def has_typed() -> bool:
    """Tell whether a form sent without a script holds anything that could be shown again."""
    return is_plain_form() and bool(_kept().shown)


def kept_form(
    status: int, title: str, text: str, link: Mapping[str, str] | None = None
) -> Response:
    """Answer a form that was not taken by a page that holds it, for sending it again.

    The key of the form goes with it, so that what was taken after all is not taken twice.
    `link` is the address and the words of a place that helps.
    Asks nothing of the database. Only for forms that came from a page of our own: call it after
    the form's token was found right, or when the browser itself says where the form came from.
    """
    return show(
        "errors/kept.html",
        status=status,
        code=status,
        title=title,
        text=text,
        form=_kept(),
        link=link,
    )


def _kept() -> KeptForm:
    sent = [(name, value) for name, value in request.form.items(multi=True) if name != TOKEN]
    secrets = _secrets()
    return KeptForm(
        # A path that begins with two slashes would name another host.
        url="/" + request.full_path.rstrip("?").lstrip("/"),
        fields=tuple(pair for pair in sent if pair[0] not in secrets),
        shown=tuple(
            (_words(name), value)
            for name, value in sent
            if name not in secrets | QUIET and value.strip()
        ),
        asked=tuple((name, _words(name)) for name in dict(sent) if name in secrets),
    )


def _secrets() -> frozenset[str]:
    """Return the fields to be typed once more; a code is a secret at the door alone."""
    return PASSWORDS | {"code"} if request.blueprint == DOOR else PASSWORDS


def _words(name: str) -> str:
    """Return what the forms call a field; its own name if none of them is known here."""
    return {
        "amount": _("Số tiền"),
        "voucher": _("Số chứng từ"),
        "voucher_on": _("Ngày chứng từ"),
        "note": _("Ghi chú"),
        "recovered": _("Thu hồi tạm ứng"),
        "reason": _("Lý do"),
        "text": _("Các dòng đã dán"),
        "words": _("Nội dung"),
        "evidence": _("Minh chứng"),
        "name": _("Tên"),
        "number": _("Số văn bản"),
        "document": _("Văn bản"),
        "username": _("Tài khoản"),
        "password": _("Mật khẩu"),
        "old": _("Mật khẩu đang dùng"),
        "new": _("Mật khẩu mới"),
        "again": _("Nhập lại mật khẩu mới"),
        "code": _("Mã xác nhận"),
    }.get(name, name)
