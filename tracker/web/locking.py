"""Locks in words, the same on every screen that tells of one."""

from flask_babel import gettext as _

from tracker.domain.periods import Strength
from tracker.domain.projects import Tier
from tracker.queries.periods import LockRow
from tracker.web.formats import day, instant
from tracker.web.known import known_words
from tracker.web.words import tier_words


def strength_words(strength: Strength) -> str:
    """Return how firmly a period is shut."""
    return {Strength.SOFT: _("khóa mềm"), Strength.HARD: _("khóa cứng")}[strength]


def place_words(tier: Tier | None, organisation: str | None) -> str:
    """Return what a lock is about."""
    if tier is not None:
        return _("dự án cấp %(tier)s", tier=tier_words(tier).lower())
    return organisation or _("toàn tỉnh")


def kept_place_words(place: str) -> str:
    """Return what a lock is about from the text its record keeps.

    Raises:
        ValueError: it names a tier there is not.
    """
    kind, _sign, code = place.partition(":")
    if kind == "organisation":
        return _("riêng một chủ đầu tư")
    return place_words(Tier(code) if kind == "tier" else None, None)


def banner_words(row: LockRow) -> str:
    """Return what is shut, how, by whom, since when, and who opens it again."""
    lock = row.lock
    facts = {
        "year": lock.period.year,
        "until": day(lock.period.until_on),
        "place": place_words(lock.place.tier, row.organisation),
        "who": known_words(lock.by),
        "at": instant(lock.at),
    }
    if lock.strength is Strength.HARD:
        return _(
            "Kế hoạch %(year)s, %(place)s: số liệu đến hết %(until)s đã khóa cứng, %(who)s khóa "
            "%(at)s. Không ai ghi thêm được; chuyên viên tổng hợp đề nghị mở lại, người thứ hai "
            "duyệt.",
            **facts,
        )
    return _(
        "Kế hoạch %(year)s, %(place)s: số liệu đến hết %(until)s đã khóa mềm, %(who)s khóa "
        "%(at)s. Chỉ người có quyền khóa số liệu ghi được, kèm lý do.",
        **facts,
    )
