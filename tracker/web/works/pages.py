"""What the progress of the works shows: the weeks, the curve beside the money, the photographs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from tracker.clock import OFFICE
from tracker.domain.attachments import Place
from tracker.domain.days import MONTHS, PlanYear
from tracker.domain.money import Dong
from tracker.domain.people import Actor, Permission
from tracker.domain.works import ENOUGH_PHOTOGRAPHS, WHOLE, metres_between, week_of
from tracker.drawing.s_curve import NARROW, WIDE, Curve, CurveKind, CurvePoint, Today, s_curve
from tracker.drawing.svg import Size
from tracker.queries.attachments import FileRow
from tracker.queries.dossiers import ProjectDetail
from tracker.queries.works import WeekRow
from tracker.web.formats import day, number, percent
from tracker.web.reading import Reading
from tracker.web.words import month_words

MOST_SHOWN = 12
MOST_WEEKS = 12
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WeekLine:
    """One week of the table; `gap` is actual less planned, of 1."""

    row: WeekRow
    planned: Fraction
    actual: Fraction
    gap: Fraction
    money: Fraction | None
    photographs: int
    correct_url: str | None


@dataclass(frozen=True, slots=True)
class PhotoCard:
    """One photograph of the site and what is odd about it."""

    row: FileRow
    week_on: date
    metres: int | None
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class WorksPage:
    """The progress of the works of a project as this person may see it."""

    reading: Reading
    project: ProjectDetail
    latest: WeekLine | None
    lines: tuple[WeekLine, ...]
    older_url: str | None
    photos: tuple[PhotoCard, ...]
    more_photos: int
    warnings: tuple[str, ...]
    curve: Markup | None
    curve_narrow: Markup | None
    site: Place | None
    report_url: str | None
    site_url: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """What was read of the works of a project up to a day."""

    weeks: Sequence[WeekRow]
    site: Place | None
    files: Mapping[int, Sequence[FileRow]]
    week_of_entry: Mapping[int, date]
    paid: Sequence[tuple[date, Dong]]
    most_metres: int


def works_page(project: ProjectDetail, found: Found, reading: Reading, actor: Actor) -> WorksPage:
    """Decide what the page shows."""
    may_report = actor.scope_of(Permission.WORKS_RECORD).covers(
        project.unit_path, project.owner_id, project.id
    )
    photos = _photos(found)
    counted: dict[date, int] = {}
    for photo in photos:
        counted[photo.week_on] = counted.get(photo.week_on, 0) + 1
    lines = tuple(_line(row, project, found, counted, may_report) for row in found.weeks)
    drawn = _curves(project, found, reading)
    return WorksPage(
        reading=reading,
        project=project,
        latest=lines[0] if lines else None,
        lines=lines[:MOST_WEEKS],
        older_url=_older_url(project, lines, reading),
        photos=photos[:MOST_SHOWN],
        more_photos=max(0, len(photos) - MOST_SHOWN),
        warnings=_warnings(lines, reading.as_of),
        curve=_drawing(reading, drawn, WIDE) if drawn else None,
        curve_narrow=_drawing(reading, drawn, NARROW) if drawn else None,
        site=found.site,
        report_url=url_for("works.report", code=project.code) if may_report else None,
        site_url=url_for("works.place", code=project.code) if may_report else None,
    )


def _older_url(project: ProjectDetail, lines: Sequence[WeekLine], reading: Reading) -> str | None:
    """Return the page as it was in the week before the oldest one shown."""
    if len(lines) <= MOST_WEEKS:
        return None
    before = lines[MOST_WEEKS].row.week_on
    return reading.url("works.show_works", code=project.code, as_of=before.isoformat())


def _line(
    row: WeekRow,
    project: ProjectDetail,
    found: Found,
    counted: Mapping[date, int],
    may_report: bool,
) -> WeekLine:
    return WeekLine(
        row,
        Fraction(row.planned, WHOLE),
        Fraction(row.actual, WHOLE),
        Fraction(row.actual - row.planned, WHOLE),
        _paid_by(project, found.paid, row.week_on),
        counted.get(row.week_on, 0),
        url_for("works.report", code=project.code, week=row.week_on.isoformat())
        if may_report
        else None,
    )


def _paid_by(
    project: ProjectDetail, paid: Sequence[tuple[date, Dong]], day: date
) -> Fraction | None:
    """Return what was disbursed by a day, of the total investment; None without a total."""
    if project.total_investment <= 0:
        return None
    counted = project.disbursed_before + sum(amount for on, amount in paid if on <= day)
    return Fraction(counted, project.total_investment)


def _photos(found: Found) -> tuple[PhotoCard, ...]:
    """Return the photographs of the weeks read, one that came again with a correction once."""
    shown = {row.week_on for row in found.weeks}
    apart: dict[tuple[date, str], PhotoCard] = {}
    for entry_id, rows in found.files.items():
        week_on = found.week_of_entry.get(entry_id)
        for row in rows:
            if row.kind.is_image and week_on in shown:
                apart.setdefault((week_on, row.sent_sha256), _card(row, week_on, found))
    cards = apart.values()
    return tuple(sorted(cards, key=lambda card: (card.week_on, card.row.id), reverse=True))


def _card(row: FileRow, week_on: date, found: Found) -> PhotoCard:
    warnings = []
    metres = metres_between(found.site, row.place) if found.site and row.place else None
    if row.taken_at is None:
        warnings.append(_("ảnh không ghi giờ chụp"))
    else:
        taken_on = row.taken_at.astimezone(OFFICE).date()
        if not week_on - WEEK < taken_on <= week_on:
            warnings.append(_("chụp ngày %(day)s, ngoài tuần báo cáo", day=day(taken_on)))
    if row.place is None:
        warnings.append(_("ảnh không ghi nơi chụp"))
    elif metres is not None and metres > found.most_metres:
        warnings.append(_("chụp cách công trường %(metres)s m", metres=number(metres)))
    return PhotoCard(row, week_on, metres, tuple(warnings))


def _warnings(lines: Sequence[WeekLine], day_of: date) -> tuple[str, ...]:
    """Return what is missing of the report in force."""
    if not lines:
        return ()
    newest, found = lines[0], []
    if newest.row.week_on < week_of(day_of) - WEEK:
        found.append(
            _(
                "Báo cáo gần nhất là của tuần đến %(day)s; các tuần sau chưa có.",
                day=day(newest.row.week_on),
            )
        )
    if newest.photographs < ENOUGH_PHOTOGRAPHS:
        found.append(
            _(
                "Tuần gần nhất có %(count)s ảnh hiện trường; cần ít nhất %(least)s ảnh.",
                count=newest.photographs,
                least=ENOUGH_PHOTOGRAPHS,
            )
        )
    return tuple(found)


def _curves(project: ProjectDetail, found: Found, reading: Reading) -> list[Curve]:
    """Return actual, planned and money as shares of the whole, within the plan year."""
    year = PlanYear(reading.year)
    rows = [row for row in reversed(found.weeks) if row.week_on in year]
    if not rows:
        return []
    actual = [CurvePoint(row.week_on, Fraction(row.actual, WHOLE)) for row in rows]
    planned = [CurvePoint(row.week_on, Fraction(row.planned, WHOLE)) for row in rows]
    curves = [
        Curve(CurveKind.ACTUAL, _named(_("Thi công"), actual), tuple(actual)),
        Curve(CurveKind.SCENARIO, _named(_("Kế hoạch"), planned), tuple(planned)),
    ]
    money = _money_points(project, found, year, reading.as_of)
    if money:
        curves.append(Curve(CurveKind.NATIONAL, _named(_("Giải ngân"), money), tuple(money)))
    return curves


def _money_points(
    project: ProjectDetail, found: Found, year: PlanYear, day_of: date
) -> list[CurvePoint]:
    if project.total_investment <= 0:
        return []
    sums = accumulate((amount for _on, amount in found.paid), initial=project.disbursed_before)
    next(sums)
    whole = project.total_investment
    points = [
        CurvePoint(on, Fraction(total, whole))
        for (on, _amount), total in zip(found.paid, sums, strict=True)
        if on in year
    ]
    if points and points[-1].on < day_of and day_of in year:
        points.append(CurvePoint(day_of, points[-1].share))
    return points


def _named(words: str, points: Sequence[CurvePoint]) -> str:
    return f"{words} {percent(points[-1].share)}"


def _drawing(reading: Reading, curves: Sequence[Curve], size: Size) -> Markup:
    year = PlanYear(reading.year)
    return s_curve(
        reading.year,
        curves,
        title=_("Tiến độ thi công năm %(year)s", year=reading.year),
        description="; ".join(curve.label for curve in curves),
        today=Today(reading.as_of, day(reading.as_of)) if reading.as_of in year else None,
        size=size,
        months=tuple(map(month_words, range(1, MONTHS + 1))),
    )
