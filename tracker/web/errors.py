"""Answers when something is refused, missing or broken: in words, with the request's number."""

from collections.abc import Mapping
from math import ceil

from flask import Flask, Response, current_app, g, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException, SecurityError

from tracker import logs
from tracker.db import db, will_pass
from tracker.domain.approval import AlreadyReconciled, SubmissionMoved
from tracker.domain.limits import Limited, TooOften
from tracker.domain.people import Permission
from tracker.domain.refusals import ChangedRequest, OutOfScope, Refusal, StaleEdit
from tracker.web.form_token import keep_owner, most_together
from tracker.web.formats import number
from tracker.web.fragments import show, wants_fragment
from tracker.web.guard import VIEWING, current_actor
from tracker.web.kept_form import has_typed, is_plain_form, kept_form
from tracker.web.refusing import refusal_words
from tracker.web.session import clock, without_database
from tracker.web.words import permission_words

LOCKED = "the period is locked"
"""What the ledger's trigger says; the service says it first, in better words."""
CONFLICTS = (ChangedRequest, StaleEdit, SubmissionMoved, AlreadyReconciled)
PAGES = frozenset({400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503})


def answer(status: int, title: str, text: str, link: Mapping[str, str] | None = None) -> Response:
    """Return the error as a whole page, or as an alert when htmx asked for a part.

    `link` is the address and the words of a place to go to from the alert, in a tab of its own.
    """
    if wants_fragment():
        told = {"kind": "error", "text": text, "title": title}
        apart = {**link, "apart": True} if link else None
        response = show("alerts.html", "alerts", status=status, **told, link=apart)
        response.headers["HX-Retarget"] = "#alerts"
        response.headers["HX-Reswap"] = "innerHTML"
        return response
    return show("errors/error.html", status=status, title=title, text=text, code=status, link=link)


def kept_answer(status: int, title: str, text: str) -> Response:
    """Return the error; what a form without a script brought is kept on the page."""
    return (kept_form if is_plain_form() else answer)(status, title, text)


def _out_of_reach(status: int, title: str, text: str, link: Mapping[str, str] | None) -> Response:
    """Return the error; what somebody typed before they lost a right is theirs to copy."""
    if not g.get("form_is_own") or not has_typed():
        return answer(status, title, text, link)
    kept = _("Chưa có gì được ghi; những gì đã nhập còn ở dưới đây để chép lại.")
    return kept_form(status, title, f"{text} {kept}", link)


def _http(fault: HTTPException) -> Response:
    status = fault.code or 500
    if isinstance(fault.response, Response):
        return fault.response
    titles = {
        400: (_("Yêu cầu không đọc được"), _("Địa chỉ hoặc biểu mẫu gửi lên không đúng.")),
        403: (_("Không có quyền"), _missing_right(fault)),
        404: (
            _("Không tìm thấy"),
            _("Trang này không có, hoặc không thuộc phạm vi anh/chị được xem."),
        ),
        405: (_("Không làm được như vậy"), _("Trang này không nhận cách gửi đó.")),
        413: (_("Gửi quá lớn"), _too_large()),
        414: (_("Địa chỉ quá dài"), _("Hãy bỏ bớt điều kiện tìm rồi thử lại.")),
        422: (
            _("Yêu cầu bị từ chối"),
            _("Có mục được gửi hai lần nên không rõ mục nào đúng. Hãy mở lại trang rồi nhập lại."),
        ),
    }
    title, text = titles.get(
        status, (_("Yêu cầu bị từ chối"), _("Hãy kiểm tra lại rồi thử lần nữa."))
    )
    say = _out_of_reach if status in {403, 404} else answer
    response = say(status, title, text, _why_not(fault))
    if status == 405 and fault.get_headers():
        response.headers.extend([h for h in fault.get_headers() if h[0] == "Allow"])
    return response


def _too_large() -> str:
    view = current_app.view_functions.get(request.endpoint or "")
    if not getattr(view, "takes_files", False):
        return _("Nội dung gửi lên vượt mức cho phép.")
    return _(
        "Các tệp gửi cùng lúc được tối đa %(most)s MB; chưa có gì được ghi. Hãy quay lại trang "
        "trước rồi gửi ít tệp hơn, hoặc ảnh nhỏ hơn.",
        most=number(most_together()),
    )


def _missing_right(fault: HTTPException) -> str:
    if fault.description is VIEWING:
        return _(
            "Anh/chị đang xem như %(name)s: chỉ xem được, không làm được gì thay người đó, và "
            "không xem được việc riêng của họ. Hãy bấm “Thôi xem như” ở đầu trang trước.",
            name=current_actor().name,
        )
    if isinstance(fault.description, Permission):
        return _(
            "Anh/chị chưa có quyền “%(right)s”. Quản trị viên hệ thống có thể cấp quyền này.",
            right=permission_words(fault.description),
        )
    return _("Anh/chị chưa có quyền làm việc này. Quản trị viên hệ thống có thể cấp quyền.")


def _why_not(fault: HTTPException) -> dict[str, str] | None:
    """Return where it is told who can grant the right that was missing."""
    if fault.code != 403 or not isinstance(fault.description, Permission):
        return None
    code = (request.view_args or {}).get("code")
    url = url_for("people.why", right=fault.description.value, project=code)
    return {"url": url, "label": _("Vì sao tôi không làm được, ai cấp được quyền?")}


def _foreign_host(_fault: SecurityError) -> Response:
    """Say so in bare words: under a name that is not ours no address can be written, so no page."""
    return Response(_("Máy chủ này không phục vụ tên miền đó."), 400, mimetype="text/plain")


def _csrf(_fault: CSRFError) -> Response:
    title = _("Biểu mẫu đã cũ")
    if is_plain_form() and request.headers.get("Sec-Fetch-Site") == "same-origin":
        # The browser says that a page of ours sent it: whoever typed it may send it again.
        return kept_form(
            400,
            title,
            _("Phiên làm việc đã đổi từ khi trang này được mở. Hãy xem lại rồi gửi lại."),
        )
    return answer(
        400,
        title,
        _("Phiên làm việc đã đổi từ khi trang này được mở. Hãy mở lại trang rồi gửi lại."),
    )


def _too_often(refusal: TooOften) -> Response:
    words = {
        Limited.WRITE: _("Mỗi phút nhận tối đa %(most)s lần gửi.", most=refusal.most),
        Limited.SEARCH: _("Mỗi phút tìm được tối đa %(most)s lần.", most=refusal.most),
        Limited.EXPORT: _("Mỗi phút tải được tối đa %(most)s tệp.", most=refusal.most),
    }
    seconds = max(1, ceil((refusal.until - clock().now()).total_seconds()))
    wait = _("Hãy thử lại sau %(seconds)s giây.", seconds=seconds)
    response = kept_answer(429, _("Quá nhiều lần trong một phút"), f"{words[refusal.kind]} {wait}")
    response.headers["Retry-After"] = str(seconds)
    return response


def _refusal(refusal: Refusal) -> Response:
    if isinstance(refusal, TooOften):
        return _too_often(refusal)
    if isinstance(refusal, OutOfScope):
        # Not there and not yours must look the same.
        return _out_of_reach(
            404,
            _("Không tìm thấy"),
            _("Trang này không có, hoặc không thuộc phạm vi anh/chị được xem."),
            None,
        )
    status = 409 if isinstance(refusal, CONFLICTS) else 422
    return answer(status, _("Chưa thực hiện được"), refusal_words(refusal))


def _database(fault: DBAPIError) -> Response:
    db.session.rollback()
    if LOCKED in str(fault.orig):
        return answer(
            422,
            _("Kỳ đã khóa"),
            _("Số liệu của kỳ này vừa được khóa. Hãy mở lại trang để xem ai khóa và ai mở lại."),
        )
    if isinstance(fault, IntegrityError):
        logs.fault("database.conflict", request=g.get("request_id"))
        return kept_answer(
            409,
            _("Dữ liệu vừa thay đổi"),
            _("Có người vừa ghi cùng dữ liệu này. Hãy mở lại trang để xem số mới."),
        )
    return _unavailable(fault) if will_pass(fault) else _fault(fault)


def _unavailable(_fault: Exception) -> Response:
    """Say that the database cannot serve this now, without asking it anything more."""
    logs.fault("database.unavailable", request=g.get("request_id"))
    without_database()
    keep_owner()
    if request.method in {"GET", "HEAD"}:
        title = _("Tạm thời chưa mở được")
        text = _("Cơ sở dữ liệu đang bận hoặc đang khởi động lại. Hãy thử lại sau ít giây.")
    else:
        title = _("Tạm thời chưa ghi được")
        text = _(
            "Cơ sở dữ liệu đang bận, hết chỗ hoặc đang khởi động lại; lần gửi này chưa chắc đã "
            "được ghi. Hãy gửi lại sau ít giây: một biểu mẫu gửi hai lần chỉ ghi một lần."
        )
    response = kept_answer(503, title, text)
    response.headers["Retry-After"] = "5"
    return response


def _fault(error: Exception) -> Response:
    logs.fault("request.failed", request=g.get("request_id"), endpoint=request.endpoint)
    if current_app.testing:
        raise error
    return kept_answer(
        500,
        _("Có lỗi trong hệ thống"),
        _("Lỗi đã được ghi lại. Hãy báo mã yêu cầu dưới đây cho quản trị viên."),
    )


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Refusal, _refusal)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(NoConnectionFree, _unavailable)
    app.register_error_handler(Exception, _fault)
