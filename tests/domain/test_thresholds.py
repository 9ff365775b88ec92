from datetime import date

import pytest

from tracker.domain.days import DAY, NoRuleInForceError
from tracker.domain.rulebook import THRESHOLDS
from tracker.domain.thresholds import THRESHOLD_CODES, Threshold, ThresholdBook, ThresholdUnit

NEW_DAY = date(2025, 7, 1)
NEW = Threshold("idle_days", 30, ThresholdUnit.DAYS, NEW_DAY, 2)


def test_the_rulebook_names_every_threshold_once() -> None:
    assert sorted(row.code for row in THRESHOLDS) == sorted(THRESHOLD_CODES)


def test_a_threshold_holds_from_its_day_on() -> None:
    book = ThresholdBook((*THRESHOLDS, NEW))
    assert book.on(NEW_DAY - DAY).idle_days.value == 45
    assert book.on(NEW_DAY).idle_days == NEW
    assert book.on(NEW_DAY).update_days.value == 7
    assert book.changes == (NEW_DAY,)


def test_the_newest_version_of_the_same_day_holds() -> None:
    newer = NEW._replace(value=20, version=3)
    for rows in ((*THRESHOLDS, NEW, newer), (newer, NEW, *THRESHOLDS)):
        found = ThresholdBook(rows).on(NEW_DAY)
        assert found.idle_days == newer
        assert found.version == 3


def test_an_old_set_has_its_old_version() -> None:
    book = ThresholdBook((*THRESHOLDS, NEW))
    assert book.on(NEW_DAY - DAY).version == 1


def test_a_code_no_rule_knows_is_left_aside() -> None:
    strange = Threshold("strange", 1, ThresholdUnit.DAYS, NEW_DAY, 9)
    book = ThresholdBook((*THRESHOLDS, strange))
    assert book.changes == ()
    assert book.on(NEW_DAY).version == 1


def test_a_missing_threshold_is_a_fault() -> None:
    with pytest.raises(NoRuleInForceError):
        ThresholdBook(THRESHOLDS[1:])


def test_a_day_before_all_thresholds_is_a_fault() -> None:
    with pytest.raises(NoRuleInForceError):
        ThresholdBook(THRESHOLDS).on(date(1999, 12, 31))


def test_the_book_begins_when_its_last_code_begins() -> None:
    late = [row._replace(valid_from=NEW_DAY) for row in THRESHOLDS[:1]]
    book = ThresholdBook((*late, *THRESHOLDS[1:]))
    assert book.on(NEW_DAY).zero_days.value == 30
    with pytest.raises(NoRuleInForceError):
        book.on(NEW_DAY - DAY)
