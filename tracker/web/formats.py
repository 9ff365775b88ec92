"""Jinja filters: numbers, days and rates in the reader's language, exact to the last digit."""

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction

from flask import Flask
from flask_babel import gettext as _

from tracker.clock import OFFICE
from tracker.domain.money import MoneyUnit
from tracker.domain.numerals import spell, spell_in_english
from tracker.web.speech import VIETNAMESE, language, money_example, named

SIZES = {MoneyUnit.DONG: 1, MoneyUnit.MILLION: 10**6, MoneyUnit.BILLION: 10**9}
PLACES = {MoneyUnit.DONG: 0, MoneyUnit.MILLION: 3, MoneyUnit.BILLION: 3}


def _half_up(amount: int, size: int) -> int:
    """Divide and round to the nearest whole number, halves away from zero."""
    whole = (2 * abs(amount) + size) // (2 * size)
    return whole if amount >= 0 else -whole


def _digits(scaled: int, places: int, *, trim: bool = False) -> str:
    """Write a number given in its last decimal place; `trim` drops zeros after the first."""
    group, decimal = language().marks
    minus = "−" if scaled < 0 else ""
    whole, rest = divmod(abs(scaled), 10**places)
    text = f"{whole:,}".replace(",", group)
    if not places:
        return minus + text
    decimals = f"{rest:0{places}d}"
    if trim:
        decimals = decimals[:1] + decimals[1:].rstrip("0")
    return f"{minus}{text}{decimal}{decimals}"


def money(amount: int, unit: MoneyUnit | str = MoneyUnit.DONG, places: int | None = None) -> str:
    """Write an amount of đồng in a unit, without the unit's name.

    Millions and billions show up to three decimals, at least one; `places` fixes their number.
    """
    unit = MoneyUnit(unit)
    size, most = SIZES[unit], PLACES[unit]
    shown = most if places is None else places
    scaled = _half_up(amount * 10**shown, size)
    return _digits(scaled, shown, trim=places is None)


def dong(amount: int) -> str:
    """Write an amount with its unit: 1.234.567 đồng."""
    return _("%(amount)s đồng", amount=money(amount))


def number(value: int) -> str:
    """Write a count."""
    return _digits(value, 0)


def percent(ratio: Fraction, places: int = 1) -> str:
    """Write a rate as a percentage, rounded half up: 23,6%."""
    return _digits(_half_up(ratio.numerator * 100 * 10**places, ratio.denominator), places) + "%"


def hundredths(share: int) -> str:
    """Write hundredths of one per cent as a percentage: 4550 is 45,5%."""
    return percent(Fraction(share, 10_000))


def points(difference: Fraction, places: int = 1) -> str:
    """Write the difference of two rates in percentage points, with its sign."""
    sign = "+" if difference > 0 else ""
    written = _digits(
        _half_up(difference.numerator * 100 * 10**places, difference.denominator), places
    )
    return _("%(number)s điểm", number=sign + written)


def _months() -> Mapping[int, str] | None:
    """Return the short names of the months where a day is written with one: not in Vietnamese."""
    locale = language().locale
    if locale.language == VIETNAMESE.language:
        return None
    months: Mapping[int, str] = locale.months["format"]["abbreviated"]
    return months


def day(value: date) -> str:
    """Write a day: 30/04/2025, in English 30 Apr 2025."""
    months = _months()
    if months is None:
        return f"{value:%d/%m/%Y}"
    return f"{value.day} {months[value.month]} {value.year}"


def instant(value: datetime) -> str:
    """Write an instant in the office's time: 14:05 24/01/2025, in English 14:05, 24 Jan 2025."""
    local = value.astimezone(OFFICE)
    between = " " if _months() is None else ", "
    return f"{local:%H:%M}{between}{day(local)}"


def spelled(amount: int) -> str:
    """Write a number out in words of the reader's language, without a unit."""
    return spell(amount) if _months() is None else spell_in_english(amount)


@named
def unit_words(unit: MoneyUnit | str) -> str:
    """Return the name of a unit of money."""
    names = {
        MoneyUnit.DONG: _("đồng"),
        MoneyUnit.MILLION: _("triệu đồng"),
        MoneyUnit.BILLION: _("tỷ đồng"),
    }
    return names[MoneyUnit(unit)]


def init_app(app: Flask) -> None:
    """Give the filters to the templates."""
    filters = (money, dong, number, percent, hundredths, points, day, instant, unit_words)
    app.jinja_env.globals["money_example"] = money_example
    app.jinja_env.filters.update({one.__name__: one for one in filters})
