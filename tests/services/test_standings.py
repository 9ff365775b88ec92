"""Kept standings are what the rule says of the same facts, whatever happened in between."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import select, text, true
from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.people import the_system
from tests.factories.plans import a_plan_entry, a_plan_line
from tests.factories.projects import a_project
from tests.factories.scenarios import a_scenario
from tests.factories.units import an_organisation, the_province
from tracker.domain.act import Act
from tracker.domain.days import PlanYear
from tracker.domain.flags import FlagCode
from tracker.domain.money import Dong
from tracker.domain.people import EVERYTHING
from tracker.domain.plans import PlanKind
from tracker.domain.projects import Halt
from tracker.domain.slowness import judge
from tracker.models import (
    Disbursement,
    OfficeDay,
    Organisation,
    PlanLine,
    Project,
    QuietDay,
    ScenarioScope,
    StandingDay,
    Threshold,
)
from tracker.queries.contractors import standings_of
from tracker.queries.filters import ProjectFilter
from tracker.queries.rules import rules
from tracker.queries.slowness import judged_projects
from tracker.queries.standing_blocks import WantedBlocks, slow_list
from tracker.queries.standings import KEPT, Standings, below_province, moment_on, standings_at
from tracker.queries.timelines import with_spans
from tracker.services.disbursements import ReverseDisbursement, reverse_disbursement
from tracker.services.kept_verdicts import standing_findings
from tracker.services.owners import AssignOwner, assign_owner
from tracker.services.standings import forget_standings, keep

DAY = date(2025, 4, 30)
YEAR = PlanYear(2025)
MILLION = 1_000_000
STEPS = 30


def kept_on(session: Session, year: PlanYear, day: date) -> Standings | None:
    return moment_on(session, year, day).kept


class Storm:
    """Deeds of every kind on a handful of projects, drawn by chance."""

    def __init__(self, session: Session, act: Act, seed: int) -> None:
        self.session, self.act, self.dice = session, act, Random(seed)
        self.day = DAY
        self.number = 0
        self.deeds: list[Callable[[], object]] = [
            self.pay, self.pay, self.pay, self.take_back, self.say_nothing_paid, self.plan_more,
            self.plan_less, self.open, self.halt, self.give_away, self.foresee,
            self.foresee_for_all, self.move_a_threshold, self.close_the_office, self.rename,
            self.wait, self.plan_for_the_pool,
        ]  # fmt: skip
        for _ in range(3):
            self.open()

    def any_line(self) -> PlanLine:
        lines = self.session.scalars(select(PlanLine).where(PlanLine.project_id.is_not(None)))
        return self.dice.choice(sorted(lines, key=lambda line: line.id))

    def any_project(self) -> Project:
        found = self.session.scalars(select(Project).order_by(Project.id)).all()
        return self.dice.choice(found)

    def a_day(self) -> date:
        return self.day - timedelta(days=self.dice.randrange(100))

    def pay(self) -> None:
        line = self.any_line()
        left = line.planned - line.disbursed
        day = max(self.a_day(), date(line.year, 1, 2))
        if left > 1 and day <= date(line.year + 1, 1, 31):
            a_disbursement(self.session, line, self.dice.randint(1, left), posted_on=day)

    def take_back(self) -> None:
        open_entries = self.session.scalars(
            select(Disbursement)
            .where(
                Disbursement.reverses_id.is_(None),
                Disbursement.id.not_in(
                    select(Disbursement.reverses_id).where(Disbursement.reverses_id.is_not(None))
                ),
            )
            .order_by(Disbursement.id)
        ).all()
        if open_entries:
            self.number += 1
            order = ReverseDisbursement(
                self.dice.choice(open_entries).id, "nhập nhầm số chứng từ", f"đảo {self.number}"
            )
            reverse_disbursement(self.session, self.act, order)

    def say_nothing_paid(self) -> None:
        self.number += 1
        self.session.add(
            QuietDay(
                project_id=self.any_project().id,
                day=self.day - timedelta(days=self.number),
                recorded_by=the_system(self.session).id,
                recorded_at=self.act.at,
            )
        )

    def plan_more(self) -> None:
        deadline = self.day + timedelta(days=self.dice.randint(1, 300))
        a_plan_entry(
            self.session,
            self.any_line(),
            self.dice.randint(1, 900) * MILLION,
            kind=PlanKind.SUPPLEMENT,
            effective_on=self.a_day(),
            deadline_on=deadline,
        )

    def plan_less(self) -> None:
        line = self.any_line()
        if line.planned - line.disbursed > 2:
            a_plan_entry(
                self.session,
                line,
                (line.planned - line.disbursed) // 2,
                kind=PlanKind.DECREASE,
                effective_on=self.a_day(),
            )

    def plan_for_the_pool(self) -> None:
        self.number += 1
        unit = the_province(self.session)
        lines = select(PlanLine).where(PlanLine.unit_id == unit.id)
        line = self.session.scalar(lines) or a_plan_line(self.session, unit=unit, planned=0)
        a_plan_entry(self.session, line, self.dice.randint(1, 5_000) * MILLION)

    def open(self) -> None:
        project = a_project(self.session, owner=an_organisation(self.session))
        a_plan_line(self.session, project, planned=self.dice.randint(1, 3_000) * MILLION)
        if self.dice.random() < 0.3:
            a_plan_line(self.session, project, year=2024, planned=500 * MILLION)

    def halt(self) -> None:
        self.any_project().halt = self.dice.choice([None, *Halt])

    def give_away(self) -> None:
        project, owner = self.any_project(), an_organisation(self.session)
        order = AssignOwner(
            project.id, project.row_version, owner.id, DAY - timedelta(days=5), "Quyết định 77"
        )
        if (
            not self.session.scalars(
                select(Organisation).where(Organisation.id == project.owner_id)
            )
            .one()
            .name.startswith("mới")
        ):
            self.session.flush()
            assign_owner(self.session, self.act, order)
            owner.name = f"mới {owner.id}"

    def foresee(self) -> None:
        project = self.any_project()
        self.number += 1
        a_scenario(
            self.session,
            project,
            tuple(Dong(month * self.number * MILLION) for month in range(1, 14)),
            version=self.number,
            approved_on=self.a_day(),
        )

    def foresee_for_all(self) -> None:
        self.number += 1
        a_scenario(
            self.session,
            self.any_project(),
            tuple(Dong(month * 100 * MILLION) for month in range(1, 14)),
            scope=ScenarioScope.PROVINCE,
            project_id=None,
            unit_id=the_province(self.session).id,
            holder="province",
            version=self.number,
            approved_on=self.a_day(),
        )

    def move_a_threshold(self) -> None:
        self.number += 1
        row = self.session.scalars(
            select(Threshold).where(Threshold.code == "behind_tolerance")
        ).first()
        assert row
        self.session.add(
            Threshold(
                code=row.code,
                value=self.dice.randint(0, 3_000),
                unit=row.unit,
                valid_from=date(2025, 3, 1),
                version=1_000 + self.number,
            )
        )

    def close_the_office(self) -> None:
        self.number += 1
        day = date(2025, 3, 1) + timedelta(days=self.number)
        if self.session.get(OfficeDay, day) is None:
            self.session.add(OfficeDay(day=day, is_working=False, note="nghỉ"))

    def rename(self) -> None:
        self.number += 1
        project = self.any_project()
        project.name_sort = f"{self.number:05d}"

    def wait(self) -> None:
        self.day += timedelta(days=self.dice.randint(1, 40))


def assert_as_judged(session: Session, standings: Standings) -> None:
    year, day = standings.year, standings.day
    known = rules(session, year.year - 1, year.year + 2)
    chosen = select(standings.table).where(standings.of_year)
    rows = session.execute(chosen, standings.given).all()
    kept = {}
    for row in rows:
        facts = standings.facts_in(row, row.project_id)
        kept[row.project_id] = facts, judge(facts, known.thresholds, known.calendar)
    judged = judged_projects(session, true(), year, day)
    assert kept == {one.card.id: (one.facts, one.verdict) for one in judged}
    below = session.scalars(
        select(standings.table.c.project_id).where(
            standings.of_year, below_province(session, standings)
        ),
        standings.given,
    )
    assert set(below) == {one.card.id for one in judged if FlagCode.F03 in one.verdict.codes}


def assert_listed_as_judged(session: Session, standings: Standings) -> None:
    """Since when a flag holds is remembered of what has not changed, and is what it is anew."""
    year, day = standings.year, standings.day
    every = WantedBlocks(ProjectFilter(), None, 1, 50)
    pages = slow_list(session, EVERYTHING, every, moment_on(session, year, day)).shown.values()
    listed = {one.card.id: one for page in pages for one in page.rows}
    judged = judged_projects(session, Project.id.in_(listed), year, day)
    assert listed == {one.card.id: one for one in with_spans(session, judged, year, day)}


@pytest.mark.parametrize("seed", [1, 2])
def test_after_a_storm_of_deeds_the_kept_standings_are_what_the_rule_says(
    session: Session, act: Act, seed: int
) -> None:
    storm = Storm(session, act, seed)
    for _ in range(STEPS):
        storm.dice.choice(storm.deeds)()
        session.flush()
        year = storm.dice.choice([YEAR, YEAR, PlanYear(2024)])
        known = kept_on(session, year, storm.day)
        if known is None and storm.dice.random() < 0.7:
            keep(session, year, storm.day)
            known = kept_on(session, year, storm.day)
            assert known is not None
        if known is not None:
            assert known.table is KEPT
            assert_as_judged(session, known)
            assert_listed_as_judged(session, known)
    keep(session, YEAR, storm.day)
    assert list(standing_findings(session)) == []


def test_nothing_kept_is_shown_between_a_deed_and_the_next_keeping(session: Session) -> None:
    line = a_plan_line(session)
    keep(session, YEAR, DAY)
    assert kept_on(session, YEAR, DAY) is not None
    a_disbursement(session, line)
    assert kept_on(session, YEAR, DAY) is None
    keep(session, YEAR, DAY)
    assert kept_on(session, YEAR, DAY) is not None


def test_of_a_few_projects_the_same_is_said_whether_it_is_kept_or_not(session: Session) -> None:
    lines = [a_plan_line(session, planned=amount) for amount in (10**9, 10**10, 10**11)]
    ids = [line.project_id for line in lines[:2]]
    a_disbursement(session, lines[1])
    keep(session, YEAR, DAY)
    kept = standings_of(session, ids, YEAR, DAY)
    assert set(kept) == set(ids)
    a_disbursement(session, lines[2])  # changes nothing of the two, and everything is due
    assert kept_on(session, YEAR, DAY) is None
    assert standings_of(session, ids, YEAR, DAY) == kept


def test_another_day_is_judged_for_the_reading_alone(session: Session) -> None:
    a_disbursement(session, a_plan_line(session))
    keep(session, YEAR, DAY)
    past = standings_at(session, moment_on(session, YEAR, date(2025, 3, 1)))
    assert past.table is not KEPT
    assert_as_judged(session, past)
    again = standings_at(session, moment_on(session, YEAR, date(2025, 4, 1)))
    assert_as_judged(session, again)
    assert standings_at(session, moment_on(session, YEAR, DAY)).table is KEPT


def test_a_day_that_turned_is_not_shown_as_the_new_one(session: Session) -> None:
    a_plan_line(session)
    keep(session, YEAR, DAY)
    assert kept_on(session, YEAR, DAY + timedelta(days=1)) is None
    keep(session, YEAR, DAY + timedelta(days=1))
    assert kept_on(session, YEAR, DAY) is None


def test_years_kept_side_by_side_follow_the_same_deed(session: Session) -> None:
    project = a_project(session)
    line = a_plan_line(session, project)
    a_plan_line(session, project, year=2024)
    keep(session, YEAR, DAY)
    keep(session, PlanYear(2024), DAY)
    a_disbursement(session, line)
    keep(session, YEAR, DAY)
    for year in (YEAR, PlanYear(2024)):
        standings = kept_on(session, year, DAY)
        assert standings is not None
        assert_as_judged(session, standings)


def test_a_few_changes_judge_a_few_projects(session: Session) -> None:
    lines = [a_plan_line(session) for _ in range(4)]
    keep(session, YEAR, DAY)
    before = {row[0]: row[1] for row in session.execute(select(KEPT.c.project_id, KEPT.c.stamp))}
    a_disbursement(session, lines[0])
    keep(session, YEAR, DAY)
    after = {row[0]: row[1] for row in session.execute(select(KEPT.c.project_id, KEPT.c.stamp))}
    assert {key for key in after if after[key] != before[key]} == {lines[0].project_id}


def test_projects_at_the_ratio_of_the_province_are_told_apart_exactly(session: Session) -> None:
    huge = 10**15
    for paid, planned in ((huge // 3, huge), (huge // 3 - 1, huge), (huge // 3 + 1, huge)):
        project = a_project(session, total_investment=Dong(huge))
        a_disbursement(session, a_plan_line(session, project, planned=planned), paid)
    keep(session, YEAR, DAY)
    standings = kept_on(session, YEAR, DAY)
    assert standings is not None
    assert_as_judged(session, standings)
    tied = session.scalars(select(KEPT.c.pace)).all()
    assert len(set(tied)) < len(tied)


def test_a_kept_verdict_that_was_altered_is_found(session: Session) -> None:
    line = a_plan_line(session)
    keep(session, YEAR, DAY)
    assert list(standing_findings(session)) == []
    session.execute(text("UPDATE project_standing SET klass = 'good', plan = plan + 1"))
    ((table, key, check, expected, found),) = standing_findings(session)
    assert (table, key, check) == (KEPT.name, f"2025/{line.project_id}", "verdict_by_rule")
    assert "plan=1000000000" in expected
    assert "plan=1000000001" in found


def test_what_is_forgotten_is_kept_anew(session: Session) -> None:
    a_plan_line(session)
    keep(session, YEAR, DAY)
    forget_standings(session)
    assert session.scalars(select(StandingDay)).all() == []
    keep(session, YEAR, DAY)
    assert kept_on(session, YEAR, DAY) is not None


@pytest.mark.parametrize("seed", [4])
def test_what_was_judged_before_is_shown_again_only_in_the_same_state_of_the_data(
    session: Session, act: Act, seed: int
) -> None:
    storm = Storm(session, act, seed)
    past = date(2025, 3, 31)
    for _ in range(STEPS):
        keep(session, YEAR, storm.day)
        assert_as_judged(session, standings_at(session, moment_on(session, YEAR, past)))
        storm.dice.choice(storm.deeds)()
        session.flush()
        assert_as_judged(session, standings_at(session, moment_on(session, YEAR, past)))
