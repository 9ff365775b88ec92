"""Cells of text to values: what is accepted, what is told."""

from datetime import date

import pytest

from tracker.domain.imports import (
    OLDEST_DAY,
    CellError,
    Cells,
    Column,
    FirstRows,
    places_of,
    sound_rows,
)
from tracker.domain.people import Role

COLUMNS = (Column("a", needed=True), Column("b"))


def a_cell(typed: str) -> tuple[Cells, list[CellError]]:
    errors: list[CellError] = []
    return Cells((7, (typed,)), {"a": 0}, errors), errors


def test_columns_are_found_by_name_whatever_their_order_and_case() -> None:
    assert places_of((" B ", "A"), COLUMNS) == ({"b": 0, "a": 1}, [])


def test_a_header_is_told_all_that_is_wrong_with_it() -> None:
    _, errors = places_of(("b", "b", "c"), COLUMNS)
    assert [(error.column, error.code) for error in errors] == [
        ("b", "repeated_column"),
        ("c", "unknown_column"),
        ("a", "missing_column"),
    ]


@pytest.mark.parametrize("typed", ["2025-04-30", "30/04/2025", " 2025-04-30 "])
def test_days_are_read_in_both_forms(typed: str) -> None:
    assert a_cell(typed)[0].day("a") == date(2025, 4, 30)


@pytest.mark.parametrize(
    "typed",
    ["2025-02-30", "31/04/2025", "4/30/2025", "30-04-2025", "2025/04/30", "٢٠٢٥-٠٤-٣٠", "45777"],
)
def test_what_is_no_day_is_told(typed: str) -> None:
    cell, errors = a_cell(typed)
    assert cell.day("a") is None
    assert errors == [CellError(7, "a", "not_a_day", typed)]
    assert not cell.is_sound


@pytest.mark.parametrize("typed", ["1999-12-31", "15/01/1925", "0001-01-01", "9999-12-31"])
def test_a_day_no_rule_reaches_is_told_with_the_days_that_are_taken(typed: str) -> None:
    cell, errors = a_cell(typed)
    assert cell.day("a") is None
    bounds = (("first", date(2000, 1, 1)), ("last", date(2100, 12, 31)))
    assert errors == [CellError(7, "a", "day_out_of_bounds", typed, bounds)]


def test_what_is_older_than_the_plans_may_have_begun_earlier() -> None:
    assert a_cell("01/01/1997")[0].day("a", since=OLDEST_DAY) == date(1997, 1, 1)
    assert a_cell("31/12/1899")[0].day("a", since=OLDEST_DAY) is None
    assert a_cell("2000-01-01")[0].day("a") == date(2000, 1, 1)
    assert a_cell("2100-12-31")[0].day("a") == date(2100, 12, 31)


@pytest.mark.parametrize(
    ("typed", "amount"), [("1000000", 1_000_000), ("1.000.000", 1_000_000), ("1", 1)]
)
def test_money_is_whole_dong(typed: str, amount: int) -> None:
    assert a_cell(typed)[0].money("a") == amount


@pytest.mark.parametrize(
    ("typed", "flaw"),
    [
        ("1,5", "malformed"),
        ("1,000,000", "malformed"),
        ("1e6", "malformed"),
        ("1_000", "malformed"),
        ("1.00", "malformed"),
        ("-5", "malformed"),
        ("1 tỷ", "malformed"),
        ("0", "zero"),
        ("9" * 17, "too_large"),
        ("=1+1", "malformed"),
        ("١٢٣", "malformed"),
    ],
)
def test_what_is_no_money_is_told_with_its_flaw(typed: str, flaw: str) -> None:
    cell, errors = a_cell(typed)
    assert cell.money("a") is None
    assert [(error.code, error.facts) for error in errors] == [("not_money", (("flaw", flaw),))]


def test_zero_and_less_are_money_where_they_may_be() -> None:
    assert a_cell("0")[0].money("a", zero=True) == 0
    assert a_cell("-1.500")[0].money("a", negative=True) == -1_500


@pytest.mark.parametrize(
    ("typed", "answer"), [("1", True), ("có", True), ("CÓ", True), ("0", False), ("", False)]
)
def test_yes_and_no_are_read(typed: str, answer: bool) -> None:
    cell, errors = a_cell(typed)
    assert cell.flag("a") is answer
    assert errors == []


@pytest.mark.parametrize(
    ("read", "code"),
    [
        (lambda cell: cell.flag("a"), "not_a_flag"),
        (lambda cell: cell.year("a"), "not_a_year"),
        (lambda cell: cell.choice("a", Role), "not_in_list"),
        (lambda cell: cell.known("a", {"b": 1}), "unknown_code"),
        (lambda cell: cell.text("a", at_most=2), "malformed"),
    ],
)
def test_each_reading_tells_what_it_cannot_read(read: object, code: str) -> None:
    cell, errors = a_cell("maybe")
    assert callable(read)
    assert not read(cell)
    assert [error.code for error in errors] == [code]


def test_codes_are_known_however_their_letters_are_composed() -> None:
    assert a_cell("BAN-Đ\u0061\u0323i")[0].known("a", {"BAN-Đại": 7}) == 7


def test_an_empty_cell_is_told_only_where_it_is_needed() -> None:
    cell, errors = a_cell("")
    assert cell.day("a", needed=False) is None
    assert cell.text("a") == ""
    assert cell.choice("a", Role, default=Role.ADMIN) is Role.ADMIN
    assert cell.choice("a", Role, needed=False) is None
    assert cell.known("a", {}, needed=False) is None
    assert errors == []
    for read in (cell.day, cell.year, cell.money):
        assert read("a") is None
    assert {error.code for error in errors} == {"required"}


def test_a_column_the_file_does_not_have_is_empty() -> None:
    assert a_cell("x")[0].raw("b") == ""


def test_text_is_composed_and_hidden_characters_are_refused() -> None:
    assert a_cell("Ho\u0300a  Bi\u0300nh")[0].text("a") == "Hòa Bình"
    cell, errors = a_cell("A\u202eB")
    assert cell.text("a") == ""
    assert errors[0].facts == (("flaw", "forbidden_character"),)


def test_a_long_value_is_cut_in_the_report() -> None:
    cell, errors = a_cell("x" * 500)
    cell.fail("a", "whatever")
    assert len(errors[0].value) == 80


def test_rows_with_another_number_of_cells_are_told() -> None:
    errors: list[CellError] = []
    rows = [(2, ("1", "2")), (3, ("1",)), (4, ("1", "2", "3"))]
    kept = list(sound_rows(rows, {"a": 0, "b": 1}, 2, errors))
    assert [cells.number for cells in kept] == [2]
    assert [(error.row, error.code) for error in errors] == [(3, "cell_count"), (4, "cell_count")]


def test_a_key_met_again_names_the_first_row() -> None:
    first, errors = FirstRows(), list[CellError]()
    one, other = (Cells((row, ("k",)), {"a": 0}, errors) for row in (2, 9))
    assert first.is_first(one, "a", "k")
    assert not first.is_first(other, "a", "k")
    assert errors == [CellError(9, "a", "duplicate_in_file", "k", (("first_row", 2),))]
