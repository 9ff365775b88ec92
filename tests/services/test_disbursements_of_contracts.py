"""Entries that name the contract they pay: its advances are sums, and no more is recovered."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests.factories.contracts import a_contract, an_acceptance, an_appendix, contract_details
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tracker.domain.act import Act
from tracker.domain.contracts import (
    BeforeSigning,
    ContractElsewhere,
    OverContractAdvance,
    SignedAfterwards,
)
from tracker.domain.cross_checks import Flaw
from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.domain.money import ZERO, Dong
from tracker.models import Contract, Disbursement, PlanLine, Project
from tracker.services.contract_events import ReverseAcceptance, reverse_acceptance
from tracker.services.contracts import AmendContract, amend_contract
from tracker.services.disbursements import (
    OrdersRefused,
    RecordDisbursement,
    ReverseDisbursement,
    record_disbursement,
    record_disbursements,
    reverse_disbursement,
)
from tracker.services.posting import hash_of

DAY = date(2025, 4, 29)
HASH_BEFORE = "47265d0581bad0dada3e75ee520eee1d42ac2162bf6cec79a6cc1cf78525ef94"
"""The fingerprint of an order from before entries could name a contract."""
ADVANCE, PAYMENT = DisbursementKind.ADVANCE, DisbursementKind.VOLUME_PAYMENT


def an_order(line: PlanLine, contract_id: int | None, key: str, amount: int) -> RecordDisbursement:
    return RecordDisbursement(
        line.id, ADVANCE, Purpose.CONSTRUCTION, f"CT-{key}", DAY, DAY, Dong(amount), ZERO, "", key,
        contract_id=contract_id,
    )  # fmt: skip


def test_no_more_is_recovered_on_a_contract_than_was_advanced_on_it(
    session: Session, act: Act, line: PlanLine
) -> None:
    project = session.get_one(Project, line.project_id)
    one, other = a_contract(session, act, project), a_contract(session, act, project)
    advance = record_disbursement(session, act, an_order(line, one.id, "a", 100))
    record_disbursement(session, act, an_order(line, other.id, "b", 500))
    paid = replace(an_order(line, one.id, "c", 300), kind=PAYMENT, recovered=Dong(101))
    with pytest.raises(OverContractAdvance) as over:
        record_disbursement(session, act, paid)
    assert (over.value.outstanding, over.value.asked) == (100, 101)
    record_disbursement(session, act, replace(paid, recovered=Dong(60)))
    undo = ReverseDisbursement(advance.id, "nhập nhầm hợp đồng", "undo")
    with pytest.raises(OverContractAdvance):  # sixty of it were recovered
        reverse_disbursement(session, act, undo)
    # Without a contract the advances of the whole project count, as they always did.
    free = replace(paid, contract_id=None, recovered=Dong(540), idempotency_key="d", voucher="D")
    record_disbursement(session, act, replace(free, amount=Dong(540)))


def test_orders_of_one_act_are_counted_after_each_other(
    session: Session, act: Act, line: PlanLine
) -> None:
    contract = a_contract(session, act, session.get_one(Project, line.project_id))
    record_disbursement(session, act, an_order(line, None, "unnamed", 500))
    first = an_order(line, contract.id, "a", 100)
    back = replace(an_order(line, contract.id, "b", 60), kind=DisbursementKind.ADVANCE_RECOVERY)
    again = replace(back, idempotency_key="c", voucher="C", amount=Dong(41))
    with pytest.raises(OrdersRefused) as refused:
        record_disbursements(session, act, [first, back, again])
    assert [(place, type(why)) for place, why in refused.value.faults] == [(2, OverContractAdvance)]
    record_disbursements(session, act, [first, back, replace(again, amount=Dong(40))])


def test_a_contract_of_another_project_or_another_time_is_refused(
    session: Session, act: Act, line: PlanLine
) -> None:
    stranger = a_contract(session, act, a_project(session))
    for contract_id in (stranger.id, 987_654):
        with pytest.raises(ContractElsewhere):
            record_disbursement(session, act, an_order(line, contract_id, "a", 100))
    own = a_contract(
        session, act, session.get_one(Project, line.project_id), signed_on=DAY, starts_on=DAY
    )
    early = replace(an_order(line, own.id, "b", 100), posted_on=date(2025, 4, 28))
    with pytest.raises(BeforeSigning):
        record_disbursement(session, act, early)


def test_a_reversal_names_the_same_contract_and_the_database_sees_to_whose_it_is(
    session: Session, act: Act, line: PlanLine
) -> None:
    contract = a_contract(session, act, session.get_one(Project, line.project_id))
    made = record_disbursement(session, act, an_order(line, contract.id, "a", 100))
    undone = reverse_disbursement(session, act, ReverseDisbursement(made.id, "ghi nhầm số", "u"))
    assert session.get_one(Disbursement, undone.id).contract_id == contract.id
    other = a_plan_line(session)
    entry = session.get_one(Disbursement, made.id)
    names = [column.name for column in Disbursement.__table__.columns if column.name != "id"]
    forged = {name: getattr(entry, name) for name in names} | {
        "plan_line_id": other.id,
        "project_id": other.project_id,
        "idempotency_key": "forged",
    }
    with session.begin_nested() as savepoint:
        session.add(Disbursement(**forged))
        with pytest.raises(DatabaseError, match="another project"):
            session.flush()
        savepoint.rollback()


def test_naming_no_contract_leaves_the_fingerprint_of_an_order_as_it_was(
    line: PlanLine,
) -> None:
    order = replace(an_order(line, None, "a", 100), plan_line_id=7)
    assert hash_of(order) == HASH_BEFORE
    assert hash_of(replace(order, contract_id=1)) != HASH_BEFORE


def signed_on(session: Session, act: Act, contract: Contract, day: date) -> None:
    """Amend the day on which a contract was signed."""
    details = contract_details(number=contract.number, signed_on=day, starts_on=day)
    why = "Sửa theo bản hợp đồng gốc"
    amend_contract(session, act, AmendContract(contract.id, contract.row_version, details, why))
    session.refresh(contract)


def test_a_contract_is_not_signed_after_what_was_paid_or_done_on_it(
    session: Session, act: Act, line: PlanLine
) -> None:
    contract = a_contract(session, act, session.get_one(Project, line.project_id))
    march = [date(2025, 3, day) for day in range(1, 31)]

    def refuses_after(day: date) -> None:
        signed_on(session, act, contract, day)
        with pytest.raises(SignedAfterwards) as refused:
            signed_on(session, act, contract, day + timedelta(days=1))
        assert refused.value.first_on == day

    paid = record_disbursement(
        session, act, replace(an_order(line, contract.id, "a", 100), posted_on=march[4])
    )
    refuses_after(march[4])
    reverse_disbursement(session, act, ReverseDisbursement(paid.id, "nhập nhầm hợp đồng", "undo"))
    accepted = an_acceptance(session, act, contract, 100, march[9])
    refuses_after(march[9])
    undone = ReverseAcceptance(accepted.id, "nghiệm thu nhầm đợt", "undo")
    reverse_acceptance(session, act, undone)
    an_appendix(session, act, contract, march[14], value_after=Dong(10**9))
    refuses_after(march[14])


def test_an_entry_beyond_what_was_accepted_or_may_be_advanced_is_said(
    session: Session, act: Act, line: PlanLine
) -> None:
    project = session.get_one(Project, line.project_id)
    contract = a_contract(session, act, project, value=Dong(1_000), advance_limit=None)
    an_acceptance(session, act, contract, 200, DAY)

    def said(key: str, amount: int, kind: DisbursementKind = PAYMENT, **more: int) -> list[Flaw]:
        order = replace(an_order(line, contract.id, key, amount), kind=kind)
        order = replace(order, recovered=Dong(more.get("recovered", 0)))
        made = record_disbursement(session, act, order)
        return [one.flaw for one in made.findings]

    assert said("a", 300, ADVANCE) == []
    assert said("b", 1, ADVANCE) == [Flaw.ADVANCE_BEYOND_CONTRACT]
    assert said("c", 150) == []
    assert said("d", 50, recovered=50) == []
    assert said("e", 1) == [Flaw.PAID_BEYOND_ACCEPTANCE]
    an_appendix(session, act, contract, DAY, value_after=Dong(2_000))
    assert said("f", 100, ADVANCE) == []


def test_orders_of_one_act_are_held_against_the_contract_after_each_other(
    session: Session, act: Act, line: PlanLine
) -> None:
    contract = a_contract(session, act, session.get_one(Project, line.project_id))
    an_acceptance(session, act, contract, 200, DAY)
    orders = [replace(an_order(line, contract.id, key, 150), kind=PAYMENT) for key in "ab"]
    first, second = record_disbursements(session, act, orders)
    assert first.findings == ()
    (found,) = second.findings
    assert (found.flaw, found.operands) == (Flaw.PAID_BEYOND_ACCEPTANCE, (300, 200))
