"""Deeds for two by kind: reversals, periods, roles, files."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.checks.deciding import BILLION, MARCH, WHY
from tests.factories.disbursements import a_disbursement
from tests.factories.imports import a_file
from tests.factories.people import an_act
from tests.factories.plans import a_plan_line
from tests.factories.units import a_unit
from tracker.domain.act import Act
from tracker.domain.disbursements import AlreadyReversed
from tracker.domain.imports import ImportKind
from tracker.domain.people import Role
from tracker.domain.periods import NotLocked
from tracker.domain.refusals import OutOfScope
from tracker.domain.requests import (
    TooManyRows,
)
from tracker.files.tables import read_table
from tracker.models import (
    Disbursement,
    Grant,
    ImportBatch,
    PeriodLock,
    PlanLine,
    Project,
)
from tracker.queries.requests import waiting_for
from tracker.services.disbursements import (
    ReverseDisbursement,
    reverse_disbursement,
    undo_disbursement,
)
from tracker.services.grants import GrantRole, grant_role
from tracker.services.imports.running import ImportOrder, import_rows
from tracker.services.periods import ReopenPeriod, lock_period, reopen_period
from tracker.services.requests import Asked, approve, ask, do_or_ask


def test_a_small_reversal_goes_at_once_and_a_large_one_waits(
    session: Session, second: Act, line: PlanLine
) -> None:
    officer = an_act(session, Role.OFFICER)
    small, large = (a_disbursement(session, line, amount) for amount in (BILLION, BILLION + 1))
    reverse_disbursement(session, officer, ReverseDisbursement(small.id, WHY, "nho"))
    order = ReverseDisbursement(large.id, WHY, "lon")
    done = do_or_ask(session, officer, reverse_disbursement, order, order.reason)
    assert isinstance(done, Asked)
    (shown,) = waiting_for(session, second.actor, second.at)
    assert (shown.before["counted"], shown.after["counted"]) == (BILLION + 1, 0)
    approve(session, second, done.request_id)
    undone = select(Disbursement.recorded_by).where(Disbursement.reverses_id == large.id)
    assert session.scalars(undone).one() == officer.actor.id
    with pytest.raises(AlreadyReversed):
        ask(session, officer, ReverseDisbursement(large.id, WHY, "nua"), WHY)


def test_ones_own_entry_just_made_is_taken_back_alone(session: Session, line: PlanLine) -> None:
    officer = an_act(session, Role.OFFICER)
    entry = a_disbursement(session, line, 9 * BILLION, recorded_by=officer.actor.id)
    assert undo_disbursement(session, officer, entry.id, "Hoàn tác ngay sau khi nhập").id


def test_a_period_is_opened_by_two(session: Session, maker: Act, second: Act) -> None:
    lock_id = lock_period(session, maker, MARCH)
    done = do_or_ask(session, maker, reopen_period, ReopenPeriod(lock_id), WHY)
    assert isinstance(done, Asked)
    approve(session, second, done.request_id)
    session.expire_all()
    assert session.get_one(PeriodLock, lock_id).reopened_by_request_id == done.request_id
    with pytest.raises(NotLocked):
        reopen_period(session, maker, ReopenPeriod(lock_id))
    assert lock_period(session, maker, MARCH) != lock_id


@pytest.mark.parametrize("role", [Role.ADMIN, Role.PROVINCE_LEADER])
def test_nobody_makes_an_administrator_or_a_leader_alone(session: Session, role: Role) -> None:
    one, other = (an_act(session, Role.ADMIN) for _ in range(2))
    person = an_act(session, Role.READER).actor
    order = GrantRole(person.id, role, one.on)
    done = do_or_ask(session, one, grant_role, order, WHY)
    assert isinstance(done, Asked)
    with pytest.raises(OutOfScope):  # money is decided by others, and so are accounts
        approve(session, an_act(session, Role.COORDINATOR), done.request_id)
    tomorrow = replace(other, on=other.on + timedelta(days=1), at=other.at + timedelta(days=1))
    approve(session, tomorrow, done.request_id)
    held = session.scalars(select(Grant).where(Grant.person_id == person.id, Grant.role == role))
    grant = held.one()
    assert (grant.granted_by, grant.valid_from) == (one.actor.id, tomorrow.on)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OFFICER, Role.UNIT_LEADER, Role.READER])
def test_other_roles_are_granted_alone(session: Session, role: Role) -> None:
    person = an_act(session, Role.READER, unit=a_unit(session)).actor
    admin = an_act(session, Role.ADMIN)
    assert grant_role(session, admin, GrantRole(person.id, role, admin.on))


def test_the_products_own_account_makes_the_first_administrator(session: Session, act: Act) -> None:
    person = an_act(session, Role.READER).actor
    assert grant_role(session, act, GrantRole(person.id, Role.ADMIN, act.on))


def test_a_large_file_of_money_waits_and_is_taken_by_the_decision(
    session: Session, second: Act
) -> None:
    line = a_plan_line(session, planned=BILLION)
    project = session.get_one(Project, line.project_id)
    officer = an_act(session, Role.OFFICER)
    few, many = (an_order_to_import(project.code, rows) for rows in (200, 201))
    assert not isinstance(do_or_ask(session, officer, import_rows, few, WHY), Asked)
    done = do_or_ask(session, officer, import_rows, many, WHY)
    assert not isinstance(done, Asked)  # all but one are there already
    more = an_order_to_import(project.code, 500)
    waits = do_or_ask(session, officer, import_rows, more, WHY)
    assert isinstance(waits, Asked)
    counted = select(func.count()).select_from(Disbursement)
    assert session.scalars(counted).one() == 201
    approve(session, second, waits.request_id)
    assert session.scalars(counted).one() == 500
    batch = session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc()).limit(1)).one()
    assert batch.accepted_by == officer.actor.id


def test_a_file_beyond_what_a_request_keeps_is_refused(session: Session) -> None:
    with pytest.raises(TooManyRows):
        ask(session, an_act(session, Role.OFFICER), an_order_to_import("DA", 10_001), WHY)


def an_order_to_import(code: str, rows: int) -> ImportOrder:
    text = a_file(
        {
            "project_code": code, "year": 2025, "source_code": "2.1", "budget_tier": "province",
            "kind": "volume_payment", "voucher": f"CT-{number}", "voucher_on": "2025-04-01",
            "posted_on": "2025-04-01", "amount": 1_234,
        }
        for number in range(rows)
    )  # fmt: skip
    table = read_table(text.encode())
    return ImportOrder(
        ImportKind.DISBURSEMENTS, table.header, table.rows, f"{rows}.csv", f"hash{rows}"
    )
