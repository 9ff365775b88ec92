"""What the address of the ledger asks for: the filter, the order, and what was not understood."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from flask import request
from sqlalchemy.orm import Session

from tracker.domain.days import PlanYear
from tracker.domain.disbursements import DisbursementKind
from tracker.domain.people import Scope
from tracker.domain.projects import Tier
from tracker.queries.disbursements import EntryFilter, EntryOrder
from tracker.queries.filters import OwnerChoice, owner_choices, search_words
from tracker.queries.rules import SourceRow, sources
from tracker.queries.units import UnitName, units_on
from tracker.web.fields import read_day
from tracker.web.reading import LONGEST, ahead_words
from tracker.web.session import today

FILTERS = (
    "q", "project", "from", "to", "year", "extended", "kind", "owner", "area", "tier", "source",
    "budget", "contract",
)  # fmt: skip
"""The filters in the order in which their chips stand."""
ALIASES = {"from": ("from", "since"), "to": ("to", "until", "as_of")}
"""Other screens name the day of their figures; a list of entries ends on it."""
OTHERS = ("order", "page", "size", "since", "until", "as_of", "unit")
YEAR_DIGITS = 4

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters of the ledger offer to this person."""

    owners: tuple[OwnerChoice, ...]
    areas: tuple[UnitName, ...]
    sources: tuple[SourceRow, ...]


@dataclass(frozen=True, slots=True)
class AskedEntries:
    """The filter and order of the ledger; `params` are the filters as text, by their names."""

    wanted: EntryFilter
    order: EntryOrder
    params: dict[str, Any]
    unknown: tuple[str, ...]
    wrong: tuple[str, ...]
    until: date
    notice: str


class _Reader:
    """Reads parameters one by one and remembers which could not be read."""

    def __init__(self) -> None:
        self.texts = {name: _text(name) for name in FILTERS}
        self.wrong: list[str] = []

    def one(self, name: str, read_it: Callable[[str], Value]) -> Value | None:
        """Return what a parameter says; None when it is not there or cannot be read."""
        text = self.texts[name]
        if not text:
            return None
        try:
            return read_it(text)
        except (ValueError, KeyError):
            self.wrong.append(name)
            self.texts[name] = ""
            return None


def choices_for(session: Session, scope: Scope) -> Choices:
    """Return the owners, units and sources this person may filter by, in three statements."""
    areas = units_on(session, today(), (Tier.DISTRICT, Tier.COMMUNE))
    return Choices(
        tuple(owner_choices(session, scope)),
        tuple(area for area in areas if scope.covers(area.path)),
        tuple(sources(session)),
    )


def asked_entries(choices: Choices) -> AskedEntries:
    """Return what the address asks for; what cannot be read is left out and named."""
    address = _Reader()
    owners = {one.code: one.id for one in choices.owners}
    areas = {one.code: one.path for one in choices.areas}
    paths = {one.code: one.path for one in choices.sources}
    until = address.one("to", _day) or today()
    wanted = EntryFilter(
        words=search_words(address.texts["q"]),
        project_code=address.one("project", str),
        owner_id=address.one("owner", owners.__getitem__),
        place_path=address.one("area", areas.__getitem__),
        tier=address.one("tier", Tier),
        year=address.one("year", _year),
        extended=address.one("extended", {"0": False, "1": True}.__getitem__),
        source_path=address.one("source", paths.__getitem__),
        budget_tier=address.one("budget", Tier),
        kind=address.one("kind", DisbursementKind),
        since=address.one("from", _day),
        until=until,
        contract_number=address.one("contract", str),
    )
    order = EntryOrder.NEWEST
    try:
        order = EntryOrder(request.args.get("order", EntryOrder.NEWEST.value))
    except ValueError:
        address.wrong.append("order")
    known = {*FILTERS, *OTHERS}
    return AskedEntries(
        wanted,
        order,
        {name: text for name, text in address.texts.items() if text},
        tuple(sorted(name[:LONGEST] for name in request.args if name not in known)),
        tuple(address.wrong),
        until,
        ahead_words(until),
    )


def _text(name: str) -> str:
    for one in ALIASES.get(name, (name,)):
        if text := " ".join(request.args.get(one, "")[:LONGEST].split()):
            return text
    return ""


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == YEAR_DIGITS):
        raise ValueError(text)
    return PlanYear(int(text)).year


def _day(text: str) -> date:
    day = read_day(text)
    if day is None:
        raise ValueError(text)
    return day
