"""What the address of the list asks for, and the choices a person may filter by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from flask import request
from sqlalchemy.orm import Session

from tracker.domain.classes import Class, Standing
from tracker.domain.flags import FlagCode
from tracker.domain.people import Scope
from tracker.domain.projects import SECTORS, Group, Status, Tier
from tracker.queries.filters import OwnerChoice, ProjectFilter, owner_choices, search_words
from tracker.queries.projects import Order
from tracker.queries.remembered import Remembered
from tracker.queries.requests import value_on
from tracker.queries.rules import SourceRow, sources
from tracker.queries.standings import Moment
from tracker.queries.units import UnitName, units_on
from tracker.web.once_red import RED, RED_DAYS, red_window
from tracker.web.reading import LONGEST, Reading, read, with_wrong

Value = TypeVar("Value")
FILTERS = (
    "q", "tier", "area", "owner", "class", "group", "sector", "source", "status", "flag",
    "standing", "was", "plan",
)  # fmt: skip
"""The filters in the order in which their chips stand."""
LONGEST_OF = {"owner": 2_000}
"""Several owners may be named at once."""
KNOWN = (*FILTERS, "order", "page", "size")
NO_GROUP = "none"
WITHOUT_PLAN = "any"


@dataclass(frozen=True)
class Choices:
    """What the filters of the list offer to this person."""

    owners: tuple[OwnerChoice, ...]
    areas: tuple[UnitName, ...]
    sources: tuple[SourceRow, ...]
    red_days: int


@dataclass(frozen=True)
class Asked:
    """What the address asks for: the filter, the order, and the texts as they were sent."""

    reading: Reading
    wanted: ProjectFilter
    order: Order
    descending: bool
    texts: Mapping[str, str]


class _Reader:
    """Reads parameters one by one and remembers which could not be read."""

    def __init__(self) -> None:
        self.texts = {
            name: request.args.get(name, "").strip()[: LONGEST_OF.get(name, LONGEST)]
            for name in FILTERS
        }
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


_READ: Remembered[Choices] = Remembered(48)


def choices_at(session: Session, scope: Scope, moment: Moment) -> Choices:
    """Return what `choices_for` does; nothing is read twice in the same state of the data."""
    if moment.stamp is None:
        return choices_for(session, scope, moment.day)
    key = (moment.stamp, scope, moment.day)
    return _READ.get(key) or _READ.put(key, choices_for(session, scope, moment.day))


def choices_for(session: Session, scope: Scope, day: date) -> Choices:
    """Return the owners, units and sources this person may filter by, in four statements.

    With them comes how many days back a project is asked for that was red.
    """
    areas = units_on(session, day, (Tier.DISTRICT, Tier.COMMUNE))
    return Choices(
        tuple(owner_choices(session, scope)),
        tuple(area for area in areas if scope.covers(area.path)),
        tuple(sources(session)),
        value_on(session, RED_DAYS, day),
    )


def asked_reading() -> Reading:
    """Return the day, year and unit that the address of the list asks for."""
    return read(known=KNOWN)


def asked(reading: Reading, choices: Choices) -> Asked:
    """Return what the address asks for; what cannot be read is left out and named."""
    address = _Reader()
    owners = {one.code: one.id for one in choices.owners}
    areas = {one.code: one.path for one in choices.areas}
    paths = {one.code: one.path for one in choices.sources}
    sectors = {code: code for code in SECTORS}
    several = "," in address.texts["owner"]
    lately = {RED: red_window(reading.as_of, choices.red_days)}
    no_group = address.texts["group"] == NO_GROUP
    wanted = ProjectFilter(
        words=search_words(address.texts["q"]),
        tier=address.one("tier", Tier),
        place_path=address.one("area", areas.__getitem__),
        owner_id=None if several else address.one("owner", owners.__getitem__),
        owner_ids=_owners(address, owners) if several else frozenset(),
        group=None if no_group else address.one("group", Group),
        group_is_unknown=no_group,
        sector=address.one("sector", sectors.__getitem__),
        source_path=address.one("source", paths.__getitem__),
        status=address.one("status", Status),
        classes=address.one("class", _classes) or frozenset(),
        flag=address.one("flag", FlagCode),
        standing=address.one("standing", Standing),
        without_plan=bool(address.one("plan", {WITHOUT_PLAN: True}.__getitem__)),
        red_between=address.one("was", lately.__getitem__),
    )
    order, descending = _order(address.wrong)
    if address.wrong:
        reading = with_wrong(reading, *address.wrong)
    return Asked(reading, wanted, order, descending, address.texts)


def _owners(address: _Reader, owners: Mapping[str, int]) -> frozenset[int]:
    """Read the codes of several owners: `STC,SXD`."""
    found = address.one("owner", lambda text: frozenset(owners[code] for code in text.split(",")))
    return found or frozenset()


def _classes(text: str) -> frozenset[Class]:
    """Read one class or several: `slow,unable`."""
    return frozenset(Class(part) for part in text.split(","))


def _order(wrong: list[str]) -> tuple[Order, bool]:
    text = request.args.get("order", Order.NAME.value)
    try:
        return Order(text.removeprefix("-")), text.startswith("-")
    except ValueError:
        wrong.append("order")
        return Order.NAME, False
