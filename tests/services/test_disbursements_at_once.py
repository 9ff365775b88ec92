"""Fifty people save on one plan line at the same time: the plan holds and nothing is lost.

Each has a connection of their own and commits; half of their orders are sent twice, as a double
click or a retry does.
"""

import random
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.checks.committing import carried_out
from tests.conftest import NOW, TODAY
from tests.factories.people import a_grant, a_person
from tests.factories.plans import a_plan_line, a_source
from tests.factories.projects import a_project
from tracker.db import start_writing
from tracker.domain.act import Act
from tracker.domain.disbursements import DisbursementKind, OverInvestment, OverPlan, Purpose
from tracker.domain.money import ZERO, Dong
from tracker.domain.people import EVERYTHING, Actor, Role, RoleGrant
from tracker.models import (
    Change,
    DataVersion,
    Disbursement,
    OwnerDay,
    PlanLine,
    Project,
    ProjectMonth,
)
from tracker.services.disbursements import (
    RecordDisbursement,
    ReverseDisbursement,
    record_disbursement,
    record_disbursements,
    reverse_disbursement,
)
from tracker.services.verification import verify

PEOPLE, ORDERS = 50, 4
PLAN = 1_000_000_000
MOST = 20_000_000
"""Two hundred orders of ten million on average ask for twice the plan."""
DAY = date(2025, 4, 29)
SEED = 391


@dataclass
class Heard:
    """What one person was told: rows by key, and what was refused with what was left then."""

    recorded: dict[str, set[int]] = field(default_factory=dict)
    refused: list[tuple[int, int]] = field(default_factory=list)


@pytest.fixture
def pool() -> Mapping[str, int]:
    """A connection for each of them."""
    return {"pool_size": PEOPLE, "max_overflow": 0}


@pytest.fixture
def people(engine: Engine) -> list[Actor]:
    """Fifty officers."""
    with Session(engine) as session:
        start_writing(session)
        made = [a_person(session) for _ in range(PEOPLE)]
        for person in made:
            a_grant(session, person, Role.OFFICER)
        grants = (RoleGrant(Role.OFFICER, EVERYTHING),)
        actors = [Actor(one.id, one.username, one.name, grants) for one in made]
        session.commit()
    return actors


def a_line(engine: Engine, planned: int = PLAN, lines: int = 1) -> list[int]:
    """Make lines of one project and return their numbers."""
    with Session(engine) as session:
        start_writing(session)
        project = a_project(session)
        codes = ("2.1", "2.2", "2.3")[:lines]
        made = [
            a_plan_line(session, project, planned=planned, source_id=a_source(session, code).id).id
            for code in codes
        ]
        session.commit()
    return made


def an_order(line_id: int, key: str, amount: int) -> RecordDisbursement:
    return RecordDisbursement(
        plan_line_id=line_id,
        kind=DisbursementKind.VOLUME_PAYMENT,
        purpose=Purpose.CONSTRUCTION,
        voucher=f"GRV-{key}",
        voucher_on=DAY,
        posted_on=DAY,
        amount=Dong(amount),
        recovered=ZERO,
        note="",
        idempotency_key=key,
    )


def send(engine: Engine, actor: Actor, order: RecordDisbursement, heard: Heard) -> None:
    """Send one order in a transaction of its own, as a request does."""

    def deed(session: Session) -> int:
        return record_disbursement(session, Act(actor, NOW, TODAY), order).id

    try:
        recorded = carried_out(engine, deed)
    except OverPlan as refusal:
        heard.refused.append((refusal.remaining, refusal.asked))
    else:
        heard.recorded.setdefault(order.idempotency_key, set()).add(recorded)


def test_fifty_people_at_once_never_exceed_the_plan(engine: Engine, people: list[Actor]) -> None:
    (line_id,) = a_line(engine)
    start = Barrier(PEOPLE)

    def work(place: int) -> tuple[Heard, dict[str, int]]:
        chance, heard, asked = random.Random(SEED + place), Heard(), {}
        start.wait()
        for number in range(ORDERS):
            order = an_order(line_id, f"{place}-{number}", chance.randint(1, MOST))
            asked[order.idempotency_key] = order.amount
            for _ in range(chance.randint(1, 2)):
                send(engine, people[place], order, heard)
        return heard, asked

    with ThreadPoolExecutor(PEOPLE) as pool:
        told = list(pool.map(work, range(PEOPLE)))

    accepted = {key: ids for heard, _ in told for key, ids in heard.recorded.items()}
    wanted = {key: amount for _, asked in told for key, amount in asked.items()}
    refused = [one for heard, _ in told for one in heard.refused]
    with Session(engine) as session:
        line = session.get_one(PlanLine, line_id)
        rows = session.execute(
            select(Disbursement.idempotency_key, Disbursement.id, Disbursement.amount)
        ).all()
        # None lost, none double: each accepted order is one row, and each row an accepted order.
        assert {key: {number} for key, number, _ in rows} == accepted
        assert {key: amount for key, _, amount in rows} == {key: wanted[key] for key in accepted}
        # Never above the plan, and the counter is what the entries say.
        assert line.disbursed == sum(amount for _, _, amount in rows) <= PLAN
        # Nothing was refused that would have fitted: room only ever becomes less.
        assert refused
        assert all(left < asked for left, asked in refused)
        assert min(left for left, _ in refused) >= line.planned - line.disbursed
        assert session.scalars(select(ProjectMonth.counted)).one() == line.disbursed
        assert session.scalars(select(OwnerDay.counted)).one() == line.disbursed
        deeds = select(func.count()).where(Change.deed == "disbursement.recorded")
        assert session.scalars(deeds).one() == len(rows)
        assert session.scalars(select(DataVersion.version)).one() >= len(rows)
        assert [one for one in verify(session, TODAY) if one.table != "trigger"] == []


def test_one_form_sent_fifty_times_at_once_makes_one_row(
    engine: Engine, people: list[Actor]
) -> None:
    (line_id,) = a_line(engine)
    heard, start = Heard(), Barrier(PEOPLE)
    order = an_order(line_id, "one form", 7)

    def click(_: int) -> None:
        start.wait()
        send(engine, people[0], order, heard)

    with ThreadPoolExecutor(PEOPLE) as pool:
        list(pool.map(click, range(PEOPLE)))
    with Session(engine) as session:
        assert session.scalars(select(func.count()).select_from(Disbursement)).one() == 1
        assert session.get_one(PlanLine, line_id).disbursed == 7
    assert len(heard.recorded["one form"]) == 1


def test_single_rows_pasted_rows_and_reversals_do_not_block_each_other(
    engine: Engine, people: list[Actor]
) -> None:
    """Two projects of different owners, three lines each: every order in which to lock."""
    lines = a_line(engine, lines=3) + a_line(engine, lines=3)
    start = Barrier(24)

    def work(place: int) -> int:
        chance = random.Random(SEED + place)
        act = Act(people[place], NOW, TODAY)
        start.wait()
        written = 0
        for number in range(3):
            picked = chance.sample(lines, chance.choice([1, 1, 6]))
            orders = [an_order(one, f"{place}-{number}-{one}", 1_100) for one in picked]
            recorded = carried_out(
                engine, lambda session, orders=orders: record_disbursements(session, act, orders)
            )
            written += len(recorded)
            if chance.random() < 0.5:
                wanted = ReverseDisbursement(
                    recorded[-1].id, "Nhập nhầm dự án", f"r-{place}-{number}"
                )
                carried_out(
                    engine,
                    lambda session, wanted=wanted: reverse_disbursement(session, act, wanted),
                )
                written += 1
        return written

    with ThreadPoolExecutor(24) as pool:
        written = sum(pool.map(work, range(24)))
    with Session(engine) as session:
        assert session.scalars(select(func.count()).select_from(Disbursement)).one() == written
        assert [one for one in verify(session, TODAY) if one.table != "trigger"] == []


def test_the_total_investment_holds_across_the_lines_of_a_project(
    engine: Engine, people: list[Actor]
) -> None:
    lines = a_line(engine, lines=3)
    with Session(engine) as session:
        start_writing(session)
        project_id = session.get_one(PlanLine, lines[0]).project_id
        session.get_one(Project, project_id).total_investment = Dong(100)
        session.commit()
    start = Barrier(20)

    def work(place: int) -> bool:
        start.wait()
        order = an_order(lines[place % 3], f"k{place}", 30)
        act = Act(people[place], NOW, TODAY)
        try:
            carried_out(engine, lambda session: record_disbursement(session, act, order))
        except OverInvestment:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(work, range(20))) == 3
