"""Payments while their project changes hands: every đồng stands under the owner of today."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.conftest import NOW, TODAY
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.units import an_organisation
from tracker.db import start_writing
from tracker.domain.act import Act
from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.domain.money import ZERO, Dong
from tracker.models import PlanLine, Project
from tracker.services.disbursements import RecordDisbursement, record_disbursement
from tracker.services.owners import AssignOwner, assign_owner
from tracker.services.reference import system_act
from tracker.services.verification import verify

PAYMENTS, HANDS, PAYERS = 12, 6, 3
FIRST = date(2025, 3, 1)


def written(engine: Engine, deed: Callable[[Session, Act], object]) -> None:
    with Session(engine) as session:
        start_writing(session)
        deed(session, system_act(session, NOW, TODAY))
        session.commit()


def test_payments_and_a_change_of_owner_at_once_keep_the_sums_true(engine: Engine) -> None:
    with Session(engine) as session:
        start_writing(session)
        project = a_project(session)
        line_id = a_plan_line(session, project).id
        owners = [project.owner_id, an_organisation(session).id]
        project_id = project.id
        session.commit()

    def pay(payer: int) -> None:
        for number in range(PAYMENTS):
            key = f"{payer}-{number}"
            order = RecordDisbursement(
                line_id,
                DisbursementKind.VOLUME_PAYMENT,
                Purpose.CONSTRUCTION,
                f"GRV-{key}",
                FIRST,
                FIRST + timedelta(days=number % 4),
                Dong(1_100 + number),
                ZERO,
                "",
                key,
            )
            written(
                engine, lambda session, act, order=order: record_disbursement(session, act, order)
            )

    def hand_over() -> None:
        for number in range(HANDS):

            def give(session: Session, act: Act, number: int = number) -> None:
                version = session.get_one(Project, project_id).row_version
                day = FIRST + timedelta(days=number)
                basis = "Quyết định 77/QĐ-UBND"
                owner = owners[(number + 1) % 2]
                assign_owner(session, act, AssignOwner(project_id, version, owner, day, basis))

            written(engine, give)

    with ThreadPoolExecutor(PAYERS + 1) as pool:
        running = [pool.submit(pay, payer) for payer in range(PAYERS)] + [pool.submit(hand_over)]
        for one in running:
            one.result()
    with Session(engine) as session:
        expected = PAYERS * sum(1_100 + number for number in range(PAYMENTS))
        assert session.get_one(PlanLine, line_id).disbursed == expected
        assert session.get_one(Project, project_id).owner_id == owners[0]
        assert verify(session, TODAY) == []
