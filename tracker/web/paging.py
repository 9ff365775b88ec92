"""The links between the pages of a list, and what its address asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext as _

from tracker.queries.paging import SIZES, Paged
from tracker.web.formats import number

Row = TypeVar("Row")
ALL = "all"
FAR = 10_000
AROUND = 2


@dataclass(frozen=True, slots=True)
class Link:
    """A page or a page size; without an address it is a gap."""

    label: str
    url: str | None
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Paging:
    """What `ui.paging` shows."""

    summary: str
    previous_url: str | None
    next_url: str | None
    links: tuple[Link, ...]
    sizes: tuple[Link, ...]


def here(**changes: object) -> str:
    """Return this page's address with some parameters changed; None takes one away.

    Put together as text: a parameter may be called anything, also what `url_for` keeps for itself.
    """
    args: dict[str, object] = {**request.args.to_dict(), **changes}
    kept = {name: str(value) for name, value in args.items() if value is not None}
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def asked_page() -> tuple[int, int | None]:
    """Return the page number and size the address asks for; None asks for every row."""
    text = request.args.get("page", "1")
    # Longer digits than any list has pages are not even turned into a number.
    known = text.isascii() and text.isdigit() and len(text) <= len(str(FAR))
    size = request.args.get("size", str(SIZES[0]))
    if size == ALL:
        return 1, None
    page = max(1, min(int(text), FAR)) if known else 1
    return page, int(size) if size in map(str, SIZES) else SIZES[0]


def paging_of(page: Paged[Row], noun: str) -> Paging:
    """Return the links of a page; `noun` names what is listed ("dự án")."""
    return Paging(
        summary=_(
            "%(first)s–%(last)s trong %(total)s %(noun)s",
            first=number(page.first),
            last=number(page.last),
            total=number(page.total),
            noun=noun,
        ),
        previous_url=here(page=page.number - 1) if page.number > 1 else None,
        next_url=here(page=page.number + 1) if page.number < page.pages else None,
        links=tuple(_links(page)),
        sizes=(
            *(Link(str(size), here(size=size, page=None), size == page.size) for size in SIZES),
            Link(_("tất cả"), here(size=ALL, page=None), page.size is None),
        ),
    )


def _links(page: Paged[Row]) -> Iterator[Link]:
    near = range(page.number - AROUND, page.number + AROUND + 1)
    last = 0
    for place in sorted({1, page.pages, *near}):
        if not 1 <= place <= page.pages:
            continue
        if place > last + 1:
            yield Link("…", None)
        yield Link(number(place), here(page=place), place == page.number)
        last = place
