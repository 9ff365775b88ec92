"""The overview's drawings and the tables beside them."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flask_babel import gettext as _
from markupsafe import Markup

from tracker.domain.days import MONTHS
from tracker.domain.money import Dong
from tracker.drawing.heat_map import Heat, HeatCell, HeatRow, heat_map
from tracker.drawing.s_curve import NARROW, WIDE, Curve, CurveKind, CurvePoint, Today, s_curve
from tracker.drawing.svg import Size
from tracker.queries.overview import Overview
from tracker.queries.progress import MonthSum
from tracker.web.formats import day, percent
from tracker.web.home.units import UnitRow
from tracker.web.words import month_words

AT_RISK = Fraction(7, 10)
NEAR = Fraction(1, 100)
"""Within this share of the scenario a month counts as on it; only the map's colours use it."""
WIDE_MAP = 560
NARROW_MAP = 358


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month of the table beside the curve."""

    label: str
    on: date
    actual: Fraction | None
    scenario: Fraction | None
    past: Fraction | None


@dataclass(frozen=True, slots=True)
class Charts:
    """The drawings of the overview, wide for a screen and narrow for a phone."""

    curve: Markup
    curve_narrow: Markup
    months: tuple[MonthRow, ...]
    heat: Markup
    heat_narrow: Markup


def charts(found: Overview, units: tuple[UnitRow, ...]) -> Charts:
    """Draw the overview's charts."""
    curves = _curves(found)
    title = _("Giải ngân lũy kế năm %(year)s", year=found.year.year)
    words = "; ".join(curve.label for curve in curves)
    today = None
    if found.day in found.year:
        today = Today(found.day, day(found.day))
    columns, rows = _heat(found, units)
    heat_title = _("Mức đạt kịch bản theo đơn vị và tháng")
    now = len(columns) - 1 if columns else None
    months = tuple(map(month_words, range(1, MONTHS + 1)))

    def drawn(size: Size) -> Markup:
        return s_curve(
            found.year.year,
            curves,
            title=title,
            description=words,
            today=today,
            size=size,
            months=months,
        )

    return Charts(
        curve=drawn(WIDE),
        curve_narrow=drawn(NARROW),
        months=_months(found),
        heat=heat_map(
            columns, rows, title=heat_title, description=heat_title, width=WIDE_MAP, now=now
        ),
        heat_narrow=heat_map(
            columns, rows, title=heat_title, description=heat_title, width=NARROW_MAP, now=now
        ),
    )


def _share(amount: int, plan: int) -> Fraction | None:
    return Fraction(amount, plan) if plan > 0 else None


def _month_points(
    found: Overview, months: list[MonthSum], plan: int, last: date
) -> tuple[CurvePoint, ...]:
    if plan <= 0:
        return ()
    return tuple(
        CurvePoint(min(found.year.month_end(one.month), last), Fraction(one.cumulative, plan))
        for one in months
    )


def _curves(found: Overview) -> list[Curve]:
    plan = found.figures.plan_province
    actual = _month_points(found, found.curve, plan, found.day)
    curves = [_curve(CurveKind.ACTUAL, _("Thực tế"), actual)]
    if found.scenario is not None and plan > 0:
        amounts = found.scenario.scenario.cumulative
        points = tuple(
            CurvePoint(found.year.month_end(month), Fraction(amount, plan))
            for month, amount in enumerate(amounts, start=1)
        )
        curves.append(_curve(CurveKind.SCENARIO, _("Kịch bản"), points))
    if found.province is not None:
        national = tuple(CurvePoint(one.day, one.share) for one in found.national)
        curves.append(_curve(CurveKind.NATIONAL, _("Cả nước"), national))
    past = _month_points(found, found.curve_before, found.plan_before, found.year.month_end(13))
    curves.append(_curve(CurveKind.LAST_YEAR, _("Năm trước"), past))
    return [curve for curve in curves if curve.points]


def _curve(kind: CurveKind, name: str, points: tuple[CurvePoint, ...]) -> Curve:
    label = f"{name} {percent(points[-1].share)}" if points else name
    return Curve(kind, label, points)


def _months(found: Overview) -> tuple[MonthRow, ...]:
    plan = found.figures.plan_province
    before = {one.month: one.cumulative for one in found.curve_before}
    rows = []
    for one in found.curve:
        on = min(found.year.month_end(one.month), found.day)
        target = _foreseen(found, on)
        past = None
        if one.month in before:
            past = _share(before[one.month], found.plan_before)
        rows.append(
            MonthRow(
                month_words(one.month),
                on,
                _share(one.cumulative, plan),
                None if target is None else _share(target, plan),
                past,
            )
        )
    return tuple(rows)


def _foreseen(found: Overview, on: date) -> int | None:
    """Return what was foreseen by a day; without an own scenario only that of the viewed day."""
    if on == found.day:
        return found.expected
    return None if found.scenario is None else found.scenario.scenario.at(on, found.rules.calendar)


def _heat(found: Overview, units: tuple[UnitRow, ...]) -> tuple[list[str], list[HeatRow]]:
    months = range(1, found.year.month_of(found.day) + 1)
    rows = []
    for unit in units:
        running, cells = 0, []
        for month in months:
            running += sum(found.own_months.get(o, {}).get(month, 0) for o in unit.owners)
            last = month == found.year.month_of(found.day)
            done = unit.disbursed if last else Dong(running)
            target = (unit.expected or 0) if last else _target(found, unit, month)
            cells.append(_cell(done, target))
        rows.append(HeatRow(unit.name, tuple(cells)))
    return [month_words(month) for month in months], rows


def _target(found: Overview, unit: UnitRow, month: int) -> int:
    """Return what was expected of a unit at the end of a month that is over, as known then."""
    kind, _colon, number = unit.key.partition(":")
    own = found.unit_paths.get(int(number)) if kind == "unit" else None
    if own is not None and month in own.targets:
        return own.targets[month]
    standings = (found.standings.by_owner.get(owner) for owner in unit.owners)
    return sum(one.by_month.get(month, 0) for one in standings if one is not None)


def _cell(done: int, target: int) -> HeatCell:
    share, heat = reached(done, target)
    return HeatCell("–" if share is None else percent(share, 0), heat)


def reached(done: int, target: int) -> tuple[Fraction | None, Heat]:
    """Return TL6, disbursed as a share of what was foreseen, and the state that it is."""
    if target <= 0:
        return None, Heat.UNKNOWN
    share = Fraction(done, target)
    if share < AT_RISK:
        return share, Heat.AT_RISK
    if share < 1 - NEAR:
        return share, Heat.SLOW
    return share, Heat.AHEAD if share > 1 + NEAR else Heat.ON_TRACK
