"""One backup for each of the last days, weeks and months is kept; the rest may go."""

from datetime import UTC, datetime, timedelta

import pytest

from tracker.domain.backups import Keep, backup_name, made_at, read_keep, superfluous

NOW = datetime(2025, 4, 30, 2, 0, tzinfo=UTC)


def nightly(days: int) -> list[str]:
    return [backup_name(NOW - timedelta(days=day), "db.enc") for day in range(days)]


def test_a_name_tells_when_it_was_made() -> None:
    assert backup_name(NOW, "dump") == "tracker-20250430T020000Z.dump"
    assert made_at("tracker-20250430T020000Z.dump") == NOW
    for other in ("tracker.db", "tracker-20259930T020000Z.db", "tracker-20250430T020000Z.txt"):
        assert made_at(other) is None


def test_the_rule_keeps_days_weeks_and_months() -> None:
    names = nightly(400)
    gone = superfluous(names, Keep(7, 4, 12))
    kept = sorted(set(names) - set(gone), reverse=True)
    assert kept[:7] == names[:7]
    months = {name[8:14] for name in kept}
    assert len(months) == 12
    assert 7 + 12 <= len(kept) <= 7 + 4 + 12


def test_of_a_day_the_newest_stays_and_the_newest_of_all_always() -> None:
    names = [backup_name(NOW - timedelta(hours=hour), "db") for hour in range(3)]
    assert superfluous(names, Keep(1, 0, 0)) == sorted(names[1:])
    assert superfluous(nightly(3), Keep(0, 0, 1)) == sorted(nightly(3)[1:])


def test_what_is_no_backup_is_never_named() -> None:
    assert superfluous(["notes.txt", "tracker.db", *nightly(1)], Keep(1, 0, 0)) == []


@pytest.mark.parametrize("text", ["", "7", "7,4", "0,0,0", "-1,1,1", "a,b,c"])
def test_a_rule_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_keep(text)


def test_a_rule_is_three_numbers() -> None:
    assert read_keep("14, 8, 24") == Keep(14, 8, 24)
