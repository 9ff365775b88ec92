"""What every reading screen takes from its address: the day, the plan year, the unit of money."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import gettext as _

from tracker.db import db
from tracker.domain.days import DAY, FIRST_YEAR, LAST_YEAR, PlanYear, usual_year
from tracker.domain.money import MoneyUnit
from tracker.queries.plans import last_year
from tracker.web.fields import read_day
from tracker.web.formats import PLACES, unit_words
from tracker.web.formats import day as write_day
from tracker.web.session import today

SHARED = ("as_of", "year", "unit")
FIRST_READ = FIRST_YEAR + 1
"""The first plan year that can be read about: every screen also looks at the year before."""
LONGEST = 200
LONGEST_PATH = 2_000


@dataclass(frozen=True, slots=True)
class Reading:
    """The day, plan year and unit a screen shows, and what was wrong in its address.

    `unknown` names parameters the screen does not have, `wrong` those it could not read. `notice`
    says that the day has not come yet, or that no plan reaches the day that was asked for.
    """

    as_of: date
    year: int
    unit: MoneyUnit
    is_latest: bool
    unknown: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    notice: str = ""

    @property
    def params(self) -> dict[str, str]:
        """Return what must stand in a link to keep the day, year and unit."""
        kept: dict[str, str] = {}
        if not self.is_latest:
            kept["as_of"] = self.as_of.isoformat()
        if self.year != usual_year(self.as_of):
            kept["year"] = str(self.year)
        if self.unit is not MoneyUnit.BILLION:
            kept["unit"] = self.unit.value
        return kept

    @property
    def places(self) -> int:
        """Return how many decimals a column of amounts shows, the same in every row."""
        return PLACES[self.unit]

    @property
    def units(self) -> tuple[tuple[str, str], ...]:
        """Return the units of money to choose from."""
        return tuple((unit.value, unit_words(unit)) for unit in reversed(MoneyUnit))

    @property
    def kept(self) -> tuple[tuple[str, str], ...]:
        """Return the other parameters of the address, for a form that changes day or unit."""
        return tuple(
            (name, value)
            for name, value in request.args.items()
            if name not in {"as_of", "unit", "page"}
        )

    def order_url(self, column: str, order: str, descending: bool) -> str:
        """Return this page's address ordered by a column; the other way round the second time."""
        turned = f"-{column}" if column == order and not descending else column
        args = {**request.args.to_dict(), "order": turned}
        return f"{request.path}?{urlencode(args)}"

    def ledger_url(self, **params: object) -> str:
        """Return the list of entries that add up to what was disbursed of the year by the day."""
        return url_for(
            "disbursements.list_entries",
            year=self.year,
            extended=0,
            until=self.as_of.isoformat(),
            **params,  # type: ignore[arg-type]
        )

    def url(self, endpoint: str, **params: object) -> str:
        """Return an address that keeps the day, year and unit."""
        return url_for(endpoint, **{**self.params, **params})  # type: ignore[arg-type]


def read(known: Iterable[str] = ()) -> Reading:
    """Return the reading the address asks for; what cannot be read falls back and is named."""
    names = {*SHARED, *known}
    wrong: list[str] = []
    asked = request.args.get("as_of", "")
    as_of = read_day(asked) if asked else today()
    if as_of is None or usual_year(as_of) < FIRST_READ:
        wrong.append("as_of")
        as_of = today()
    last = last_day(as_of)
    notice = _beyond(as_of, last) if as_of > last else ahead_words(as_of)
    as_of = today() if as_of > last else as_of
    year = _year(request.args.get("year", ""), as_of, wrong)
    unit = MoneyUnit.BILLION
    if asked_unit := request.args.get("unit", ""):
        try:
            unit = MoneyUnit(asked_unit)
        except ValueError:
            wrong.append("unit")
    unknown = tuple(sorted(name[:LONGEST] for name in request.args if name not in names))
    return Reading(as_of, year, unit, as_of == today(), unknown, tuple(wrong), notice)


def ahead_words(day: date) -> str:
    """Return the sentence that a day has not come yet; nothing of a day that has."""
    if day <= today():
        return ""
    return _(
        "Ngày %(day)s ở sau hôm nay (%(today)s): số liệu có thể còn thay đổi.",
        day=write_day(day),
        today=write_day(today()),
    )


def last_day(asked: date) -> date:
    """Return the last day that can be read about: the end of the last plan year, or today.

    The plans are asked only about a day that has not come.
    """
    if asked <= today():
        return today()
    year = last_year(db.session())
    return today() if year is None else max(today(), PlanYear(year).closes - DAY)


def _beyond(day: date, last: date) -> str:
    """Return the sentence that no plan reaches the day that was asked for."""
    return _(
        "Sổ kế hoạch có đến ngày %(last)s, không xem được ngày %(day)s. "
        "Trang đang dùng ngày hôm nay.",
        last=write_day(last),
        day=day.isoformat(),
    )


def _year(text: str, as_of: date, wrong: list[str]) -> int:
    if not text:
        return usual_year(as_of)
    # Longer digits than a year has are not even turned into a number.
    known = text.isascii() and text.isdigit() and len(text) == len("2025")
    if known and FIRST_READ <= int(text) <= LAST_YEAR:
        return int(text)
    wrong.append("year")
    return usual_year(as_of)


def with_wrong(reading: Reading, *names: str) -> Reading:
    """Return the reading with further parameters named as unreadable."""
    return replace(reading, wrong=(*reading.wrong, *names))


def safe_next(text: str) -> str:
    """Return the path to go to next if it is one of this site, else the overview.

    Only a path on this very host passes: no scheme, no host, no backslash, no control character.
    """
    plain = text.isprintable() and "\\" not in text and len(text) <= LONGEST_PATH
    return text if plain and text.startswith("/") and not text.startswith("//") else "/"
