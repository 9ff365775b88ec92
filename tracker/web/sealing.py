"""The latest seal of the history, said at the foot of whatever is printed or handed out."""

from flask import Flask
from flask_babel import gettext as _

from tracker.db import db
from tracker.domain.chain import short
from tracker.queries.history import SealRow, latest_seal
from tracker.web.formats import instant, number


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


def init_app(app: Flask) -> None:
    """Let the pages that are printed say it."""
    app.jinja_env.globals["sealed"] = sealed
