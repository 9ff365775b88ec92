"""Answers when something is refused, missing or broken: in words, with the request's number."""

from flask import Flask, Response, current_app, g, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, IntegrityError
from werkzeug.exceptions import HTTPException, SecurityError

from tracker import logs
from tracker.db import db
from tracker.domain.people import Permission
from tracker.domain.refusals import ChangedRequest, OutOfScope, Refusal, StaleEdit
from tracker.web.fragments import show, wants_fragment
from tracker.web.refusing import refusal_words
from tracker.web.words import permission_words

CONFLICTS = (ChangedRequest, StaleEdit)
PAGES = frozenset({400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503})


def answer(status: int, title: str, text: str, link: tuple[str, str] | None = None) -> Response:
    """Return the error as a whole page, or as an alert when htmx asked for a part.

    `link` is the address and the words of a page that tells more.
    """
    if wants_fragment():
        response = show(
            "alerts.html", "alerts", status=status, kind="error", text=text, title=title, link=link
        )
        response.headers["HX-Retarget"] = "#alerts"
        response.headers["HX-Reswap"] = "innerHTML"
        return response
    return show("errors/error.html", status=status, title=title, text=text, code=status, link=link)


def _http(fault: HTTPException) -> Response:
    status = fault.code or 500
    if isinstance(fault.response, Response):
        return fault.response
    titles = {
        400: (_("Yêu cầu không đọc được"), _("Địa chỉ hoặc biểu mẫu gửi lên không đúng.")),
        401: (_("Cần đăng nhập"), _("Phiên làm việc đã hết. Hãy đăng nhập lại.")),
        403: (_("Không có quyền"), _missing_right(fault)),
        404: (
            _("Không tìm thấy"),
            _("Trang này không có, hoặc không thuộc phạm vi anh/chị được xem."),
        ),
        405: (_("Không làm được như vậy"), _("Trang này không nhận cách gửi đó.")),
        413: (_("Gửi quá lớn"), _("Nội dung gửi lên vượt mức cho phép.")),
    }
    title, text = titles.get(
        status, (_("Yêu cầu bị từ chối"), _("Hãy kiểm tra lại rồi thử lần nữa."))
    )
    response = answer(status, title, text, _why_not(fault))
    if status == 405 and fault.get_headers():
        response.headers.extend([h for h in fault.get_headers() if h[0] == "Allow"])
    return response


def _missing_right(fault: HTTPException) -> str:
    if isinstance(fault.description, Permission):
        return _(
            "Anh/chị chưa có quyền “%(right)s”. Quản trị viên hệ thống có thể cấp quyền này.",
            right=permission_words(fault.description),
        )
    return _("Anh/chị chưa có quyền làm việc này. Quản trị viên hệ thống có thể cấp quyền.")


def _why_not(fault: HTTPException) -> tuple[str, str] | None:
    """Return where it is told who can grant the right that was missing."""
    if fault.code != 403 or not isinstance(fault.description, Permission):
        return None
    code = (request.view_args or {}).get("code")
    url = url_for("people.why", right=fault.description.value, project=code)
    return url, _("Vì sao tôi không làm được, ai cấp được quyền?")


def _foreign_host(_fault: SecurityError) -> Response:
    """Say so in bare words: under a name that is not ours no address can be written, so no page."""
    return Response(_("Máy chủ này không phục vụ tên miền đó."), 400, mimetype="text/plain")


def _csrf(_fault: CSRFError) -> Response:
    return answer(
        400,
        _("Biểu mẫu đã cũ"),
        _("Phiên làm việc đã đổi từ khi trang này được mở. Hãy mở lại trang rồi gửi lại."),
    )


def _refusal(refusal: Refusal) -> Response:
    if isinstance(refusal, OutOfScope):
        # Not there and not yours must look the same.
        return answer(
            404,
            _("Không tìm thấy"),
            _("Trang này không có, hoặc không thuộc phạm vi anh/chị được xem."),
        )
    status = 409 if isinstance(refusal, CONFLICTS) else 422
    return answer(status, _("Chưa thực hiện được"), refusal_words(refusal))


def _database(fault: DBAPIError) -> Response:
    logs.fault("database.unavailable", request=g.get("request_id"))
    db.session.rollback()
    if isinstance(fault, IntegrityError):
        return answer(
            409,
            _("Dữ liệu vừa thay đổi"),
            _("Có người vừa ghi cùng dữ liệu này. Hãy mở lại trang để xem số mới."),
        )
    response = answer(
        503,
        _("Tạm thời chưa ghi được"),
        _("Cơ sở dữ liệu đang bận hoặc đang khởi động lại. Hãy thử lại sau ít giây."),
    )
    response.headers["Retry-After"] = "5"
    return response


def _fault(_error: Exception) -> Response:
    logs.fault("request.failed", request=g.get("request_id"), path=request.path)
    if current_app.testing:
        raise _error
    return answer(
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
    app.register_error_handler(Exception, _fault)
