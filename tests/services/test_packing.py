"""What is kept of an order comes back as the same order."""

import json
from datetime import date

import pytest

from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.domain.imports import ImportKind
from tracker.domain.money import ZERO, Dong
from tracker.domain.people import Role
from tracker.domain.plans import PlanKind
from tracker.domain.projects import Tier
from tracker.services.disbursements import RecordDisbursement, ReverseDisbursement
from tracker.services.grants import GrantRole
from tracker.services.imports.running import ImportOrder
from tracker.services.packing import packed, unpacked
from tracker.services.periods import ReopenPeriod
from tracker.services.plans import AssignPlan, LineKey, PlanDecision, PlanStep, TransferPlan
from tracker.services.request_kinds import KINDS, RecordMany

DAY = date(2025, 3, 31)
STEP = PlanStep(LineKey(2025, 3, Tier.COMMUNE, project_id=7), PlanKind.DECREASE, Dong(9), DAY)
DECISION = PlanDecision("12/QĐ-UBND", DAY, None, "", "điều chỉnh")
PAYMENT = RecordDisbursement(
    1, DisbursementKind.ADVANCE, Purpose.OTHER, "CT", DAY, DAY, Dong(5), ZERO, "", "key"
)
ORDERS = (
    ReopenPeriod(3),
    AssignPlan(STEP, DECISION, "key"),
    TransferPlan((STEP, STEP, STEP), DECISION, "key"),
    TransferPlan((STEP,), DECISION, "key"),
    ReverseDisbursement(4, "nhập nhầm dự án", "key"),
    RecordMany((PAYMENT, PAYMENT), "key"),
    RecordMany((PAYMENT,), "key"),
    ImportOrder(ImportKind.PLANS, ("a", "b"), ((2, ("x", "y")), (3, ("ă", ""))), "t.csv", "h"),
    ImportOrder(ImportKind.PLANS, ("a",), ((2, ("x",)),), "t.csv", "h"),
    GrantRole(5, Role.ADMIN, DAY),
    GrantRole(5, Role.ADMIN, DAY, DAY, unit_id=3),
)


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: type(order).__name__)
def test_an_order_comes_back_the_same(order: object) -> None:
    stored = json.loads(json.dumps(packed(order)))
    assert unpacked(type(order), stored) == order


def test_every_kind_of_order_is_tried() -> None:
    assert {type(order) for order in ORDERS} == {kind.order for kind in KINDS.values()}


def test_an_order_of_another_version_is_a_fault() -> None:
    with pytest.raises((KeyError, TypeError)):
        unpacked(ReopenPeriod, {"lock": 3})
