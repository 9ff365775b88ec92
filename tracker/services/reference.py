"""Loads what the product ships with for every province: sources, rules, days, national rates.

Every row has its key and its effective day; a row that is there is left as it is, so that
what an administrator changed survives the next start. Values of a rule are never rewritten:
a new value is a new row with a later day or a higher version.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.domain.act import Act
from tracker.domain.money import Dong
from tracker.domain.people import EVERYTHING, Actor, Role, RoleGrant
from tracker.domain.projects import Group, InvestmentClass
from tracker.domain.text import fold, nfc, sort_key
from tracker.domain.thresholds import ThresholdUnit
from tracker.models import (
    Base,
    CapitalSource,
    GroupLimit,
    MilestoneRule,
    NationalRate,
    OfficeDay,
    Person,
    Threshold,
)
from tracker.services.history import record_change
from tracker.services.progress import bump_version

FOLDER = Path(__file__).parent.parent.parent / "data"
"""Where the public data stands beside the package."""

SYSTEM = "hethong"
"""The account in whose name the product itself acts. It has no password: nobody signs in by it."""

_SYSTEM_NAME = "Hệ thống"
_SYSTEM_ROLES = (Role.ADMIN, Role.COORDINATOR, Role.OFFICER, Role.UNIT_LEADER)

Loader = Callable[[Session, Path], int]


def load_reference(session: Session, at: datetime, folder: Path = FOLDER) -> dict[str, int]:
    """Add whatever is missing of the reference data; return the rows made, by table.

    `at` is the present instant. Loading again makes nothing and changes nothing.
    """
    system, made_system = _system_person(session, at)
    made = {"person": made_system}
    for table, load in _LOADERS.items():
        made[table] = load(session, folder)
    if any(made.values()):
        act = Act(_actor(system), at, at.date())
        record_change(session, act, "reference.loaded", system, system.id, after=dict(made))
        bump_version(session)
    return made


def system_act(session: Session, at: datetime, on: date) -> Act:
    """Return the act of the product itself: every right, over everything.

    Raises:
        LookupError: the reference data was not loaded.
    """
    system = session.scalar(select(Person).where(Person.username == SYSTEM))
    if system is None:
        raise LookupError(SYSTEM)
    return Act(_actor(system), at, on)


def _actor(system: Person) -> Actor:
    grants = tuple(RoleGrant(role, EVERYTHING) for role in _SYSTEM_ROLES)
    return Actor(system.id, system.username, system.name, grants, system.rights_version)


def _system_person(session: Session, at: datetime) -> tuple[Person, int]:
    found = session.scalar(select(Person).where(Person.username == SYSTEM))
    if found is not None:
        return found, 0
    system = Person(
        username=SYSTEM,
        name=_SYSTEM_NAME,
        password_hash=None,
        name_folded=fold(_SYSTEM_NAME),
        name_sort=sort_key(_SYSTEM_NAME),
        created_at=at,
    )
    session.add(system)
    session.flush()  # the history entry names the row
    return system, 1


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a file of the product's own data, as text by column, composed."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [{name: nfc(text) for name, text in row.items()} for row in csv.DictReader(lines)]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _add_missing(
    session: Session, key: Sequence[InstrumentedAttribute[Any]], rows: Iterable[Base]
) -> int:
    """Store the rows whose key is not there, and return how many they were."""
    there = {tuple(row) for row in session.execute(select(*key))}
    names = [column.key for column in key]
    fresh = [row for row in rows if tuple(getattr(row, name) for name in names) not in there]
    session.add_all(fresh)
    session.flush()
    return len(fresh)


def _load_sources(session: Session, folder: Path) -> int:
    rows = rows_of(folder / "reference/capital_sources.csv")
    there = {source.code: source for source in session.scalars(select(CapitalSource))}
    made = 0
    for row in rows:  # a parent stands before its children
        if row["code"] in there:
            continue
        parent = there[row["parent_code"]] if row["parent_code"] else None
        source = CapitalSource(
            code=row["code"],
            path=f"{parent.path if parent else '/'}{row['code']}/",
            name=row["name"],
            parent_id=parent.id if parent else None,
            is_foreign=row["is_foreign"] == "1",
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_until=_day(row["valid_until"]),
        )
        session.add(source)
        session.flush()  # its children name it
        there[source.code] = source
        made += 1
    return made


def _load_group_limits(session: Session, folder: Path) -> int:
    limits = (
        GroupLimit(
            investment_class=InvestmentClass(row["investment_class"]),
            valid_from=date.fromisoformat(row["valid_from"]),
            national_from=Dong(int(row["national_from"])),
            a_from=Dong(int(row["a_from"])),
            b_from=Dong(int(row["b_from"])),
            legal_basis=row["legal_basis"],
        )
        for row in rows_of(folder / "reference/group_limits.csv")
    )
    return _add_missing(session, (GroupLimit.investment_class, GroupLimit.valid_from), limits)


def _load_thresholds(session: Session, folder: Path) -> int:
    thresholds = (
        Threshold(
            code=row["code"],
            value=int(row["value"]),
            unit=ThresholdUnit(row["unit"]).value,
            valid_from=date.fromisoformat(row["valid_from"]),
            version=int(row["version"]),
            legal_basis=row["legal_basis"] or None,
        )
        for row in rows_of(folder / "reference/thresholds.csv")
    )
    key = (Threshold.code, Threshold.valid_from, Threshold.version)
    return _add_missing(session, key, thresholds)


def _load_office_days(session: Session, folder: Path) -> int:
    days = (
        OfficeDay(
            day=date.fromisoformat(row["day"]),
            is_working=row["is_working"] == "1",
            note=row["note"],
        )
        for row in rows_of(folder / "reference/office_days.csv")
    )
    return _add_missing(session, (OfficeDay.day,), days)


def _load_national_rates(session: Session, folder: Path) -> int:
    rates = (
        NationalRate(
            year=int(row["year"]),
            day=date.fromisoformat(row["day"]),
            rate=int(row["rate"]),
            kind=row["kind"],
            source=row["source"],
        )
        for row in rows_of(folder / "reference/national_rates.csv")
    )
    return _add_missing(session, (NationalRate.year, NationalRate.day), rates)


def _load_milestones(session: Session, folder: Path) -> int:
    rules = (
        MilestoneRule(
            code=row["code"],
            place=int(row["place"]),
            project_group=Group(row["project_group"]),
            legal_days=int(row["legal_days"]) if row["legal_days"] else None,
            own_days=int(row["own_days"]) if row["own_days"] else None,
            legal_basis=row["legal_basis"],
            valid_from=date.fromisoformat(row["valid_from"]),
        )
        for row in rows_of(folder / "reference/milestones.csv")
    )
    key = (MilestoneRule.code, MilestoneRule.project_group, MilestoneRule.valid_from)
    return _add_missing(session, key, rules)


_LOADERS: dict[str, Loader] = {
    "capital_source": _load_sources,
    "group_limit": _load_group_limits,
    "threshold": _load_thresholds,
    "office_day": _load_office_days,
    "national_rate": _load_national_rates,
    "milestone_rule": _load_milestones,
}
