"""Where a screen's figures are from: the province, or the part of it that a person reaches."""

from flask import current_app
from flask_babel import gettext as _

from tracker.db import db
from tracker.domain.people import Scope
from tracker.queries.places import places_of
from tracker.web.formats import number

MOST_NAMED = 2


def place_of(scope: Scope) -> str:
    """Return the name of the place a scope is, as head lines and files say it."""
    if scope.everything:
        return province()
    names = places_of(db.session(), scope)
    if not names:
        return _("Dự án được giao")
    if scope.project_ids:
        names = (*names, _("dự án được giao"))
    if len(names) > MOST_NAMED:
        return _("%(first)s và %(count)s đơn vị khác", first=names[0], count=number(len(names) - 1))
    return ", ".join(names)


def province() -> str:
    """Return the province's name, as the settings say it."""
    name: str = current_app.config["PROVINCE_NAME"]
    return name or _("Toàn tỉnh")
