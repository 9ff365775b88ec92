"""What has just been done, kept for the next page."""

from typing import cast

from flask import flash
from flask_babel import gettext as _


def keep_done(
    text: str,
    *,
    undo: str | None = None,
    link: tuple[str, str] | None = None,
    kind: str = "done",
) -> None:
    """Keep for the next page what was done; `undo` is where a POST takes it back.

    `link` is the address and the words of a place to go on; `kind` is how it is told.
    """
    told = {
        "text": text,
        "action": None if undo is None else {"url": undo, "label": _("Hoàn tác")},
        "link": None if link is None else {"url": link[0], "label": link[1]},
    }
    # Flask types what is flashed as text, and keeps whatever JSON can hold.
    flash(cast("str", told), kind)
