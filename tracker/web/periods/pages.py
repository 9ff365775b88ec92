"""What the screens of locked periods show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.days import MONTHS
from tracker.domain.people import Actor, Permission
from tracker.domain.periods import LockPlace, Period, Strength, firmest
from tracker.domain.projects import Tier
from tracker.queries.filters import OwnerChoice
from tracker.queries.periods import KeptFigure, LockRow
from tracker.web.formats import day, instant
from tracker.web.known import known_words
from tracker.web.locking import place_words, strength_words
from tracker.web.reading import Reading
from tracker.web.words import month_words, tier_words


@dataclass(frozen=True, slots=True)
class Cell:
    """One month of one place: how firmly it is shut, and the lock that shuts it."""

    month: str
    state: str
    words: str
    url: str | None


@dataclass(frozen=True, slots=True)
class GridRow:
    """One place of the grid with its thirteen months."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class PastLock:
    """One lock that was opened again."""

    words: str
    locked: str
    opened: str
    reason: str | None
    url: str


@dataclass(frozen=True, slots=True)
class YearLink:
    """Another plan year."""

    year: int
    url: str
    is_current: bool


@dataclass(frozen=True)
class LocksPage:
    """The locks of a plan year as this person may see them."""

    reading: Reading
    months: tuple[str, ...]
    rows: tuple[GridRow, ...]
    past: tuple[PastLock, ...]
    years: tuple[YearLink, ...]
    can_lock: bool


@dataclass(frozen=True, slots=True)
class FigureRow:
    """What one owner, or the whole place, had planned and disbursed."""

    name: str
    figure: KeptFigure
    ratio: Fraction | None


@dataclass(frozen=True)
class LockPage:
    """One lock: what it holds, since when, its figures, and the way to open it."""

    row: LockRow
    title: str
    facts: tuple[tuple[str, str | None], ...]
    figures: tuple[FigureRow, ...]
    back_url: str
    is_open: bool
    can_ask: bool
    request_url: str | None


def locks_page(found: Sequence[LockRow], reading: Reading, actor: Actor, today: date) -> LocksPage:
    """Decide what the grid shows: the province, the tiers, then whoever has a lock."""
    in_force = [row for row in found if row.reopened_at is None]
    places: dict[LockPlace, str] = {LockPlace(): _("Toàn tỉnh")}
    places |= {LockPlace(tier=tier): place_words(tier, None) for tier in Tier}
    named = sorted(
        ((row.organisation or "", row.lock.place) for row in in_force if row.organisation),
        key=lambda one: one[0],
    )
    places |= {place: name for name, place in named}
    return LocksPage(
        reading=reading,
        months=tuple(month_words(month) for month in range(1, MONTHS + 1)),
        rows=tuple(
            GridRow(_first_large(name), _cells(place, in_force, reading.year))
            for place, name in places.items()
        ),
        past=tuple(_past(row) for row in found if row.reopened_at is not None),
        years=tuple(
            YearLink(year, url_for("periods.list_locks", year=year), year == reading.year)
            for year in sorted({reading.year, today.year, today.year - 1}, reverse=True)
        ),
        can_lock=actor.may(Permission.PERIOD_LOCK),
    )


def lock_page(
    row: LockRow, figures: Sequence[KeptFigure], waiting: Sequence[int], actor: Actor
) -> LockPage:
    """Decide what the page of one lock shows."""
    lock = row.lock
    scope = actor.scope_of(Permission.PERIOD_LOCK)
    within = (
        scope.everything
        if row.unit_path is None
        else scope.covers(row.unit_path, lock.place.organisation_id)
    )
    place = place_words(lock.place.tier, row.organisation)
    is_open = row.reopened_at is not None
    opened = None
    if row.reopened_at is not None:
        opened = _(
            "%(who)s duyệt mở lại %(at)s",
            who=known_words(row.reopened_by),
            at=instant(row.reopened_at),
        )
    return LockPage(
        row=row,
        title=_(
            "%(strength)s số liệu đến hết %(until)s",
            strength=_first_large(strength_words(lock.strength)),
            until=day(lock.period.until_on),
        ),
        facts=(
            (_("Năm kế hoạch"), str(lock.period.year)),
            (_("Phạm vi"), place),
            (_("Người khóa"), f"{known_words(lock.by)}, {instant(lock.at)}"),
            (_("Ghi chú"), row.note),
            (_("Trạng thái"), opened or _("đang khóa")),
            *(((_("Lý do mở lại"), row.reason),) if is_open else ()),
        ),
        figures=tuple(_figure(one, place) for one in figures),
        back_url=url_for("periods.list_locks", year=lock.period.year),
        is_open=is_open,
        can_ask=within and not is_open and not waiting,
        request_url=url_for("requests.show_request", request_id=waiting[0]) if waiting else None,
    )


def months_over(year: int, today: date) -> list[tuple[int, str]]:
    """List the months of a plan year that have ended, with their last days."""
    ended = []
    for month in range(1, MONTHS + 1):
        until = Period(year, month).until_on
        if until < today:
            ended.append((month, f"{month_words(month)} ({day(until)})"))
    return ended


def places_to_choose(owners: Sequence[OwnerChoice], *, whole: bool) -> list[tuple[str, str]]:
    """Return the places that may be locked as (value, words)."""
    wide = [("everything", _("Toàn tỉnh"))]
    wide += [
        (f"tier:{tier.value}", _first_large(_("dự án cấp %(tier)s", tier=tier_words(tier).lower())))
        for tier in Tier
    ]
    narrow = [(f"organisation:{one.id}", one.name) for one in owners]
    return [("", _("Chọn phạm vi")), *(wide if whole else []), *narrow]


def _cells(place: LockPlace, found: Sequence[LockRow], year: int) -> tuple[Cell, ...]:
    # What is locked for the whole province is locked for each part of it.
    locks = [row.lock for row in found if row.lock.place in (place, LockPlace())]
    cells = []
    for month in range(1, MONTHS + 1):
        end = Period(year, month).until_on
        lock = firmest(one for one in locks if one.period.until_on >= end)
        if lock is None:
            cells.append(Cell(month_words(month), "open", _("mở"), None))
            continue
        words = _("cứng") if lock.strength is Strength.HARD else _("mềm")
        url = url_for("periods.show_lock", lock_id=lock.id)
        cells.append(Cell(month_words(month), lock.strength.value, words, url))
    return tuple(cells)


def _past(row: LockRow) -> PastLock:
    lock = row.lock
    return PastLock(
        words=_(
            "%(place)s, đến hết %(until)s, %(strength)s",
            place=_first_large(place_words(lock.place.tier, row.organisation)),
            until=day(lock.period.until_on),
            strength=strength_words(lock.strength),
        ),
        locked=f"{known_words(lock.by)}, {instant(lock.at)}",
        opened=f"{known_words(row.reopened_by)}, {instant(row.reopened_at)}"
        if row.reopened_at
        else "",
        reason=row.reason,
        url=url_for("periods.show_lock", lock_id=lock.id),
    )


def _figure(one: KeptFigure, place: str) -> FigureRow:
    ratio = Fraction(one.disbursed, one.planned) if one.planned > 0 else None
    return FigureRow(one.organisation or _first_large(place), one, ratio)


def _first_large(text: str) -> str:
    return text[:1].upper() + text[1:]
