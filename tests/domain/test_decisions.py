"""Numbers of decisions as the papers carry them."""

import pytest

from tracker.domain.decisions import is_decision_number


@pytest.mark.parametrize(
    "text",
    [
        "1947/QĐ-UBND",
        "1508/QĐ-TTg",
        "42/2024/QĐ-TTg",
        "15/NQ-HĐND",
        "4738/BTC-TH",
        "165/KH-UBND",
        "12a/QĐ-SKHĐT",
    ],
)
def test_numbers_of_all_authorities_are_known(text: str) -> None:
    assert is_decision_number(text)


@pytest.mark.parametrize(
    "text", ["", "1947", "QĐ-UBND", "1947/", "1947/ QĐ-UBND", "١٢/QĐ-UBND", "1/<b>"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    assert not is_decision_number(text)
