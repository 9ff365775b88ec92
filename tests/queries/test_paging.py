"""Pages of a list."""

import pytest

from tracker.queries.paging import page_of

ROWS = list(range(1, 121))


@pytest.mark.parametrize(
    ("number", "size", "rows", "first", "last"),
    [
        (1, 50, 50, 1, 50),
        (3, 50, 20, 101, 120),
        (9, 50, 20, 101, 120),
        (0, 50, 50, 1, 50),
        (7, None, 120, 1, 120),
    ],
)
def test_a_page_holds_its_rows(
    number: int, size: int | None, rows: int, first: int, last: int
) -> None:
    page = page_of(ROWS, number, size)
    assert (len(page.rows), page.first, page.last, page.total) == (rows, first, last, 120)
    assert page.rows[0] == first


def test_an_empty_list_has_one_empty_page() -> None:
    page = page_of([], 1, 50)
    assert (page.pages, page.first, page.last, page.rows) == (1, 0, 0, ())


def test_every_row_stands_on_exactly_one_page() -> None:
    pages = page_of(ROWS, 1, 7).pages
    assert [row for n in range(1, pages + 1) for row in page_of(ROWS, n, 7).rows] == ROWS
