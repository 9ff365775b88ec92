"""The latest seal of the history, said at the foot of what is printed; a seal put after a deed."""

from flask import Flask, flash, g
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.chain import short
from tracker.domain.seals import SealCause
from tracker.files.seals import keep_seal
from tracker.queries.history import SealRow, latest_seal
from tracker.services.seals import read_seal_key
from tracker.web.formats import instant, number
from tracker.web.session import clock, settings


def seal_words(seal: SealRow | None) -> str:
    """Return the short form of a seal, to be compared by eye with its file."""
    if seal is None:
        return _("Nhật ký chưa được niêm phong.")
    return _(
        "Nhật ký niêm phong đến dòng %(seq)s lúc %(at)s: %(short)s",
        seq=number(seal.seq),
        at=instant(seal.at),
        short=short(seal.hash),
    )


def sealed() -> str:
    """Return the words of the latest seal."""
    return seal_words(latest_seal(db.session()))


def seal_after(cause: SealCause) -> None:
    """Put a seal on what was just committed; if that fails the deed stands, and it is told."""
    why = _why_not_sealed(cause)
    if why:
        flash(_("Chưa niêm phong được nhật ký: %(why)s.", why=why), "warning")


def _why_not_sealed(cause: SealCause) -> str:
    """Return why no seal could be put; nothing when one stands."""
    folder, request = settings().seal_folder, g.get("request_id")
    try:
        key = read_seal_key(settings().seal_key)
    except ValueError:
        key = None
    if folder is None or key is None:
        logs.event("history.not_sealed", request=request, cause=cause.value)
        return _("chưa cài khóa hoặc thư mục niêm phong")
    try:
        with transaction() as session:
            keep_seal(session, folder, key, cause, clock().now())
    except OSError:
        logs.fault("history.not_sealed", request=request, cause=cause.value)
        return _("không ghi được vào thư mục niêm phong")
    except SQLAlchemyError:
        logs.fault("history.not_sealed", request=request, cause=cause.value)
        return _("cơ sở dữ liệu đang bận")
    return ""


def init_app(app: Flask) -> None:
    """Let the pages that are printed say it."""
    app.jinja_env.globals["sealed"] = sealed
