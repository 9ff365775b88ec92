"""How people are told, in words: ways of being told, and what they did about it."""

from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from tracker.domain.notices import NoticeKind, Way
from tracker.mail.tongue import Tongue
from tracker.mail.words import kind_words
from tracker.web.formats import day, number

DEED_WORDS = {
    "notices.chosen": lazy_gettext("Chọn cách nhận thông báo"),
    "notices.address_asked": lazy_gettext("Xin mã xác nhận địa chỉ thư"),
    "notices.address_proved": lazy_gettext("Xác nhận địa chỉ thư"),
    "mail.sent_again": lazy_gettext("Cho gửi lại một thư không rõ đã đi hay chưa"),
}


def tongue() -> Tongue:
    """Return the language of the reader."""
    return Tongue(_, day, number)


def way_words(way: Way) -> str:
    """Return a way of being told."""
    return {
        Way.APP: _("trong phần mềm"),
        Way.MAIL: _("trong phần mềm và thư ngay"),
        Way.DIGEST: _("trong phần mềm và thư gộp mỗi ngày"),
        Way.OFF: _("không nhận"),
    }[way]


def told_field_words(name: str) -> str:
    """Return what a field of a choice is called; the code itself when it is none."""
    known = next((kind for kind in NoticeKind if kind.value == name), None)
    return name if known is None else kind_words(known, tongue())


CODES: dict[str, Callable[[str], str]] = {
    kind.value: lambda code: way_words(Way(code)) for kind in NoticeKind
}
"""How the values of a choice are read, by kind."""
