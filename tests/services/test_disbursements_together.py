"""Several orders at once: all or none, each judged by what the earlier ones leave."""

import pytest
from sqlalchemy.orm import Session

from tests.checks.paying import disbursed, order, rows
from tests.checks.queries import statements
from tests.factories.plans import a_plan_line
from tracker.domain.act import Act
from tracker.domain.disbursements import (
    AmountOutOfBounds,
    OverPlan,
    SuspectedDuplicate,
)
from tracker.models import (
    PlanLine,
)
from tracker.services.disbursements import (
    OrdersRefused,
    check_disbursements,
    record_disbursements,
)


def test_several_orders_are_carried_out_together(session: Session, act: Act) -> None:
    lines = [a_plan_line(session), a_plan_line(session)]
    wanted = [order(lines[1], 7), order(lines[0], 5), order(lines[1], 11)]
    recorded = record_disbursements(session, act, wanted)
    assert [one.counted for one in recorded] == [7, 5, 11]
    assert [disbursed(session, one) for one in lines] == [5, 18]
    assert all(one.is_replay for one in record_disbursements(session, act, wanted))
    assert rows(session) == 3


def test_of_several_orders_none_is_carried_out_when_one_is_refused(
    session: Session, act: Act, line: PlanLine
) -> None:
    wanted = [order(line, 600_000_000), order(line, 1), order(line, 400_000_000), order(line, 0)]
    with pytest.raises(OrdersRefused) as refused:
        record_disbursements(session, act, wanted)
    faults = dict(refused.value.faults)
    assert {place: type(fault) for place, fault in faults.items()} == {
        2: OverPlan,
        3: AmountOutOfBounds,
    }
    assert faults[2].data["remaining"] == 399_999_999
    assert (rows(session), disbursed(session, line)) == (0, 0)


def test_two_alike_among_several_orders_are_suspected(
    session: Session, act: Act, line: PlanLine
) -> None:
    wanted = [order(line, 5, voucher="GRV"), order(line, 5, voucher="GRV")]
    faults = check_disbursements(session, act, wanted)
    assert [type(fault) for fault in faults.values()] == [SuspectedDuplicate]
    assert list(faults) == [1]
    assert rows(session) == 0


def test_the_statements_do_not_grow_with_the_orders_until_they_are_stored(
    session: Session, act: Act, line: PlanLine
) -> None:
    with statements(session) as few:
        check_disbursements(session, act, [order(line, 1)])
    with statements(session) as many:
        check_disbursements(session, act, [order(line, 1) for _ in range(40)])
    assert len(many) == len(few) <= 6
