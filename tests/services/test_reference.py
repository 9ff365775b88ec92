"""The reference data: complete, loaded once, and true to the published files."""

import csv
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.factories.units import without_units
from tracker.domain.people import Permission
from tracker.models import Change, Person, Threshold, Unit
from tracker.queries.people import actor_named, credentials_of
from tracker.services.reference import FOLDER, SYSTEM, load_reference, system_act

NOW = datetime(2025, 4, 30, 2, 0, tzinfo=UTC)
TODAY = date(2025, 4, 30)
KINDS = ("estimate", "computed", "reported", "comparison")
"""From the first known to the last: a comparison is given a year later."""


def test_loading_again_makes_nothing(session: Session) -> None:
    changes = session.scalar(select(func.count()).select_from(Change))
    assert set(load_reference(session, NOW).values()) == {0}
    assert session.scalar(select(func.count()).select_from(Change)) == changes


def test_what_is_missing_is_added_and_what_was_set_stays(session: Session) -> None:
    session.execute(text("DELETE FROM national_rate WHERE year = 2019"))
    row = session.scalars(select(Threshold).where(Threshold.code == "idle_days")).one()
    session.add(Threshold(code=row.code, value=40, unit=row.unit, valid_from=TODAY, version=2))
    session.flush()
    made = load_reference(session, NOW)
    assert (made["national_rate"], made["threshold"]) == (2, 0)
    values = select(Threshold.value).where(Threshold.code == "idle_days")
    assert sorted(session.scalars(values)) == [40, 45]


def test_units_are_no_reference_data(session: Session) -> None:
    without_units(session)
    assert "unit" not in load_reference(session, NOW)
    assert session.scalar(select(func.count()).select_from(Unit)) == 0


def test_nobody_can_sign_in_as_the_system(session: Session) -> None:
    found = credentials_of(session, SYSTEM)
    assert found is not None
    assert found.password_hash is None
    actor = actor_named(session, SYSTEM, TODAY)
    assert actor is not None
    assert actor.grants == ()


def test_the_system_acts_with_every_right_over_everything(session: Session) -> None:
    act = system_act(session, NOW, TODAY)
    assert all(act.actor.scope_of(permission).everything for permission in Permission)
    assert act.on == TODAY


def test_without_reference_data_there_is_no_system_to_act(session: Session) -> None:
    session.scalars(select(Person).where(Person.username == SYSTEM)).one().username = "khac"
    session.flush()
    with pytest.raises(LookupError):
        system_act(session, NOW, TODAY)


def test_every_national_rate_is_the_last_published_for_its_day() -> None:
    with (FOLDER / "published/national_by_month.csv").open(encoding="utf-8") as lines:
        published = [
            row
            for row in csv.DictReader(lines)
            if row["series"] == "treasury" and row["basis"] == "pm_plan" and row["pct"]
        ]
    newest: dict[tuple[str, str], dict[str, str]] = {}
    for row in sorted(published, key=lambda row: KINDS.index(row["kind"])):
        newest[row["budget_year"], row["as_of"]] = row
    with (FOLDER / "reference/national_rates.csv").open(encoding="utf-8") as lines:
        shipped = list(csv.DictReader(lines))
    assert [(row["year"], row["day"]) for row in shipped] == sorted(newest)
    for row in shipped:
        source = newest[row["year"], row["day"]]
        assert int(row["rate"]) == round(float(source["pct"]) * 100)
        assert (row["kind"], row["source"]) == (source["kind"], source["source_url"])
