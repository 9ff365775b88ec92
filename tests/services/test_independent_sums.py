"""Sums that screens and files show, against sums made by hand from the rows: random data sets.

`TRACKER_DATA_SETS=500 pytest tests/services/test_independent_sums.py` tries as many as asked for.
"""

import os
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_entry, a_plan_line, a_source
from tests.factories.projects import a_project
from tests.factories.units import a_unit, an_organisation
from tracker.domain.act import Act
from tracker.domain.days import PlanYear
from tracker.domain.disbursements import DisbursementKind
from tracker.domain.people import EVERYTHING, Scope
from tracker.domain.plans import PlanKind
from tracker.models import Organisation, PlanLine
from tracker.queries.disbursements import EntryFilter, entries, entry_sums
from tracker.queries.paces import paces_before
from tracker.queries.progress import monthly_curve, owner_sums
from tracker.queries.projects import Order, ProjectFilter
from tracker.queries.standing_lists import Wanted, list_part
from tracker.queries.standings import moment_on
from tracker.services.disbursements import ReverseDisbursement, reverse_disbursement
from tracker.services.standings import keep

YEAR, TODAY = PlanYear(2025), date(2025, 4, 30)
DATA_SETS = int(os.environ.get("TRACKER_DATA_SETS", "2"))
K = DisbursementKind


@dataclass(frozen=True)
class Moved:
    """One movement of money as it was meant: whose, on which project, when, how much it counts."""

    owner_id: int
    project_id: int
    on: date
    counts: int


class Books:
    """A random province, and the books of it that are kept by hand beside the product's."""

    def __init__(self, session: Session, act: Act, seed: int) -> None:
        self.session, self.act, self.dice = session, act, Random(seed)
        self.plans: list[Moved] = []
        self.paid: list[Moved] = []
        units = [a_unit(session) for _ in range(2)]
        chosen = [self.dice.choice(units) for _ in range(3)]
        self.owners = [an_organisation(session, unit) for unit in chosen]
        self.units = dict(zip((owner.id for owner in self.owners), chosen, strict=True))
        self.unit_path = self.owners[0].unit_path
        for owner in self.owners:
            for _ in range(self.dice.randint(1, 3)):
                self.a_project_of(owner)
        session.flush()

    def a_project_of(self, owner: Organisation) -> None:
        project = a_project(self.session, owner, self.units[owner.id])
        for source in self.dice.sample(("1.1", "2.2"), self.dice.randint(1, 2)):
            planned = self.dice.randint(10**6, 10**12)
            line = a_plan_line(
                self.session, project, planned=planned, source_id=a_source(self.session, source).id
            )
            self.plans.append(Moved(owner.id, project.id, date(2025, 1, 1), planned))
            if self.dice.random() < 0.5:
                more, on = self.dice.randint(1, 10**9), self.any_day()
                a_plan_entry(self.session, line, more, kind=PlanKind.INCREASE, effective_on=on)
                self.plans.append(Moved(owner.id, project.id, on, more))
            self.pay_on(line, owner.id, planned)

    def pay_on(self, line: PlanLine, owner_id: int, planned: int) -> None:
        assert line.project_id is not None
        for _ in range(self.dice.randint(0, 6)):
            amount, on = self.dice.randint(1, planned // 8), self.any_day()
            kind = self.dice.choice((K.VOLUME_PAYMENT, K.VOLUME_PAYMENT, K.ADVANCE))
            entry = a_disbursement(self.session, line, amount, kind=kind, posted_on=on)
            self.paid.append(Moved(owner_id, line.project_id, on, amount))
            if self.dice.random() < 0.2:
                order = ReverseDisbursement(entry.id, "Nhập nhầm dự án khác", f"undo-{entry.id}")
                undone = reverse_disbursement(self.session, self.act, order)
                self.session.flush()
                back = self.session.get_one(type(entry), undone.id)
                self.paid.append(Moved(owner_id, line.project_id, back.posted_on, -amount))

    def any_day(self) -> date:
        return date(2025, 1, 2) + timedelta(self.dice.randrange(118))

    def scopes(self) -> list[tuple[Scope, set[int]]]:
        """Return who may look, with the owners they see by hand."""
        below = {one.id for one in self.owners if one.unit_path == self.unit_path}
        one = self.owners[-1].id
        return [
            (EVERYTHING, {owner.id for owner in self.owners}),
            (Scope(unit_paths=frozenset({self.unit_path})), below),
            (Scope(organisation_ids=frozenset({one})), {one}),
        ]


def by_hand(
    rows: list[Moved], owners: set[int], day: date
) -> tuple[dict[int, int], dict[int, int]]:
    """Add up what happened by the close of a day, by owner and by project."""
    of_owner: dict[int, int] = defaultdict(int)
    of_project: dict[int, int] = defaultdict(int)
    for row in rows:
        if row.owner_id in owners and row.on <= day:
            of_owner[row.owner_id] += row.counts
            of_project[row.project_id] += row.counts
    return dict(of_owner), dict(of_project)


@pytest.mark.parametrize("seed", range(DATA_SETS))
def test_every_sum_is_what_adding_the_rows_by_hand_gives(
    session: Session, act: Act, seed: int
) -> None:
    books = Books(session, act, seed)
    for day in (TODAY, books.any_day()):
        if books.dice.random() < 0.5:
            keep(session, YEAR, TODAY)
        for scope, owners in books.scopes():
            plan, plan_of_project = by_hand(books.plans, owners, day)
            paid, paid_of_project = by_hand(books.paid, owners, day)
            assert_screens(session, scope, day, (plan, paid))
            assert_list(session, scope, day, (plan_of_project, paid_of_project))


def assert_screens(
    session: Session, scope: Scope, day: date, wanted: tuple[dict[int, int], dict[int, int]]
) -> None:
    """Hold the overview, its curve, the ledger and its file against the sums by owner."""
    plan, paid = wanted
    sums = owner_sums(session, scope, YEAR, day).by_owner
    assert {key: one.plan for key, one in sums.items() if one.plan} == plan
    assert {key: one.disbursed for key, one in sums.items() if one.disbursed} == {
        key: one for key, one in paid.items() if one
    }
    week = day - timedelta(days=7)
    if week in YEAR:
        then = owner_sums(session, scope, YEAR, week).by_owner
        told = paces_before(session, scope, YEAR, week, owner_sums(session, scope, YEAR, day), day)
        assert {key: one for key, one in told.items() if any(one)} == {
            key: (one.plan, one.disbursed) for key, one in then.items() if one.plan or one.disbursed
        }
    asked, everything = EntryFilter(until=day), sum(paid.values())
    assert entry_sums(session, scope, asked).counted == everything
    assert sum(one.counted for one in entries(session, scope, asked)) == everything
    curve = monthly_curve(session, scope, YEAR, day)
    assert (curve[-1].cumulative if curve else 0) == everything


def assert_list(
    session: Session, scope: Scope, day: date, wanted: tuple[dict[int, int], dict[int, int]]
) -> None:
    """Hold the list of projects and its totals against the sums by project."""
    plan, paid = wanted
    every = Wanted(ProjectFilter(), Order.NAME, descending=False, number=1, size=None)
    found = list_part(session, scope, every, moment_on(session, YEAR, day))
    assert {row.card.id: row.plan for row in found.page.rows if row.plan} == plan
    assert {row.card.id: row.disbursed for row in found.page.rows if row.disbursed} == {
        key: one for key, one in paid.items() if one
    }
    assert found.totals.plan == sum(plan.values())
    assert found.totals.disbursed == sum(paid.values())
