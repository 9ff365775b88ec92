"""Pages of a list: the same cut for every list, on rows that have a total order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
SIZES = (50, 100, 200)
"""How many rows a page may hold; besides these, all of them."""


@dataclass(frozen=True, slots=True)
class Paged(Generic[Row]):
    """One page of a list. `size` is None when the page holds every row; pages count from 1."""

    rows: tuple[Row, ...]
    total: int
    number: int
    size: int | None

    @property
    def pages(self) -> int:
        """Return how many pages there are; an empty list has one, empty."""
        return 1 if self.size is None else max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Return the place of the page's first row in the list, from 1; 0 in an empty list."""
        return (self.number - 1) * (self.size or 0) + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Return the place of the page's last row in the list; 0 in an empty list."""
        return self.first + len(self.rows) - 1 if self.rows else 0


def page_of(rows: Sequence[Row], number: int, size: int | None) -> Paged[Row]:
    """Return one page of the rows; a number beyond the ends gives the nearest page."""
    if size is None:
        return Paged(tuple(rows), len(rows), 1, None)
    pages = max(1, -(-len(rows) // size))
    number = min(max(1, number), pages)
    start = (number - 1) * size
    return Paged(tuple(rows[start : start + size]), len(rows), number, size)
