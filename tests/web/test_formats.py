"""Numbers, days and amounts as the reader's language writes them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from flask import Flask

from tests.conftest import Database, settings_for
from tracker.app import create_app
from tracker.domain.money import MoneyUnit
from tracker.web import formats

DAY = date(2025, 4, 30)
INSTANT = datetime(2025, 1, 24, 7, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def house(sqlite_database: Database) -> Flask:
    """The application on a database of its own: nothing here depends on the engine."""
    return create_app(settings_for(sqlite_database.copy()))


@pytest.fixture
def language(house: Flask, request: pytest.FixtureRequest) -> Iterator[None]:
    """A request of somebody who reads this language."""
    with house.test_request_context(headers={"Cookie": f"language={request.param}"}):
        yield


vietnamese = pytest.mark.parametrize("language", ["vi"], indirect=True)
english = pytest.mark.parametrize("language", ["en"], indirect=True)


@vietnamese
@pytest.mark.usefixtures("language")
def test_vietnamese_separates_thousands_by_dots_and_decimals_by_a_comma() -> None:
    assert formats.money(1_234_567) == "1.234.567"
    assert formats.money(1_234_567_891, MoneyUnit.BILLION) == "1,235"
    assert formats.money(-1_500_000_000, MoneyUnit.BILLION) == "−1,5"
    assert formats.percent(Fraction(236, 1000)) == "23,6%"
    assert formats.dong(1_000) == "1.000 đồng"


@english
@pytest.mark.usefixtures("language")
def test_english_separates_thousands_by_commas_and_decimals_by_a_dot() -> None:
    assert formats.money(1_234_567) == "1,234,567"
    assert formats.money(1_234_567_891, MoneyUnit.BILLION) == "1.235"
    assert formats.percent(Fraction(236, 1000)) == "23.6%"
    assert formats.dong(1_000) == "1,000 VND"


@vietnamese
@pytest.mark.usefixtures("language")
def test_vietnamese_writes_a_day_in_numbers() -> None:
    assert formats.day(DAY) == "30/04/2025"
    assert formats.instant(INSTANT) == "14:05 24/01/2025"


@english
@pytest.mark.usefixtures("language")
def test_english_names_the_month() -> None:
    assert formats.day(DAY) == "30 Apr 2025"
    assert formats.day(date(2025, 2, 3)) == "3 Feb 2025"
    assert formats.instant(INSTANT) == "14:05, 24 Jan 2025"


@vietnamese
@pytest.mark.usefixtures("language")
def test_an_amount_is_spelt_in_vietnamese() -> None:
    assert formats.spelled(1_005) == "một nghìn không trăm linh năm"


@english
@pytest.mark.usefixtures("language")
def test_an_amount_is_spelt_in_english() -> None:
    assert formats.spelled(1_005) == "one thousand and five"


@vietnamese
@pytest.mark.usefixtures("language")
@pytest.mark.parametrize(
    ("ratio", "places", "written"),
    [
        (Fraction(1, 2000), 1, "0,1%"),
        (Fraction(-1, 2000), 1, "−0,1%"),
        (Fraction(1, 200), 0, "1%"),
        (Fraction(2, 3), 2, "66,67%"),
        (Fraction(0), 1, "0,0%"),
    ],
)
def test_rates_are_rounded_half_up(ratio: Fraction, places: int, written: str) -> None:
    assert formats.percent(ratio, places) == written


@vietnamese
@pytest.mark.usefixtures("language")
def test_points_carry_their_sign() -> None:
    assert formats.points(Fraction(15, 1000)) == "+1,5 điểm"
    assert formats.points(Fraction(-15, 1000)) == "−1,5 điểm"
