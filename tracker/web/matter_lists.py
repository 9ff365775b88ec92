"""What the lists of difficulties and of directives share: inbox, filters, chips, heads, address."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import gettext as _

from tracker.queries.difficulties import Inbox
from tracker.web.chips import Chip
from tracker.web.deeds import DeedForm
from tracker.web.formats import day
from tracker.web.matters import inbox_words
from tracker.web.reading import LONGEST

Value = TypeVar("Value")
Order = TypeVar("Order", bound=StrEnum)
OTHERS = ("inbox", "order", "page", "size")


@dataclass(frozen=True, slots=True)
class Pick:
    """One filter that is chosen from a list."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Head:
    """A column of the list; without an address it cannot be ordered by."""

    words: str
    url: str | None = None
    order: str | None = None
    is_number: bool = False
    hint: str | None = None


@dataclass
class Address:
    """Reads the parameters of a list one by one, and remembers which were not understood."""

    names: tuple[str, ...]
    texts: dict[str, str] = field(init=False)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read what was sent."""
        self.texts = {
            name: " ".join(request.args.get(name, "")[:LONGEST].split()) for name in self.names
        }

    @property
    def unknown(self) -> tuple[str, ...]:
        """Return the parameters that this list does not have."""
        known = {*self.names, *OTHERS}
        return tuple(sorted(name[:LONGEST] for name in request.args if name not in known))

    def one(self, name: str, read: Callable[[str], Value]) -> Value | None:
        """Return what a parameter says; None when it is not there or cannot be read."""
        text = self.texts[name]
        if not text:
            return None
        try:
            return read(text)
        except (ValueError, KeyError):
            self.wrong.append(name)
            self.texts[name] = ""
            return None

    def inbox(self, usual: Inbox) -> Inbox:
        """Return which part of the inbox is asked for."""
        text = request.args.get("inbox", "")
        if text and text not in set(Inbox):
            self.wrong.append("inbox")
            return usual
        return Inbox(text) if text else usual

    def order(self, orders: type[Order], usual: Order) -> tuple[Order, bool]:
        """Return what to order by, and whether from the end."""
        text = request.args.get("order", "") or usual.value
        try:
            return orders(text.removeprefix("-")), text.startswith("-")
        except ValueError:
            self.wrong.append("order")
            return usual, False


def address_of(endpoint: str, /, **changes: str | None) -> str:
    """Return the address of a list as it is asked for now, with some parameters changed.

    What changes the rows begins again at the first page.
    """
    args = {**request.args.to_dict(), "page": None, **changes}
    kept = urlencode({name: value for name, value in args.items() if value})
    return f"{url_for(endpoint)}?{kept}" if kept else url_for(endpoint)


def inbox_tabs(
    endpoint: str, counts: Mapping[Inbox, int], current: Inbox
) -> tuple[dict[str, Any], ...]:
    """Return the parts of the inbox as tabs with how many matters stand in each."""
    return tuple(
        {
            "label": inbox_words(inbox),
            "url": address_of(endpoint, inbox=inbox.value),
            "is_current": inbox is current,
            "count": counts[inbox],
        }
        for inbox in Inbox
    )


def chips_of(endpoint: str, address: Address, picks: Sequence[Pick]) -> tuple[Chip, ...]:
    """Return the filters at work in words."""
    labels = {pick.name: pick.label for pick in picks} | {
        "q": _("Tìm"),
        "project": _("Mã dự án"),
        "from": _("Hạn từ ngày"),
        "to": _("Hạn đến ngày"),
    }
    words = {(pick.name, code): said for pick in picks for code, said in pick.options}
    days = {name: address.texts.get(name) for name in ("from", "to")}
    words |= {(name, on): day(date.fromisoformat(on)) for name, on in days.items() if on}
    return tuple(
        Chip(labels[name], words.get((name, text), text), address_of(endpoint, **{name: None}))
        for name, text in address.texts.items()
        if text
    )


def head_of(
    endpoint: str, words: str, order: StrEnum, now: tuple[StrEnum, bool], **look: Any
) -> Head:
    """Return a head that orders by its column, and turns the order when asked again."""
    is_current = now[0] is order
    turned = is_current and not now[1]
    state = ("descending" if now[1] else "ascending") if is_current else None
    wanted = f"-{order.value}" if turned else order.value
    return Head(words, address_of(endpoint, order=wanted), state, **look)


def codes(of: type[StrEnum], words: Callable[..., str]) -> tuple[tuple[str, str], ...]:
    """Return (code, words) of a whole code list, in its own order."""
    return tuple((one.value, words(one)) for one in of)


def set_apart(form: DeedForm, mark: str) -> DeedForm:
    """Return the form with its elements named by a mark: a page holds several with like fields."""
    for one in form:
        one.id = f"{mark}_{one.name}"
    return form
