"""Deeds for two: what one may do alone, how the others are asked for, decided and done."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.checks.deciding import BILLION, WHY
from tests.factories.disbursements import a_disbursement
from tests.factories.people import an_act
from tests.factories.plans import a_plan_entry, a_plan_line
from tests.factories.units import a_unit, an_organisation
from tracker.domain.act import Act
from tracker.domain.money import Dong
from tracker.domain.people import Role
from tracker.domain.plans import PlanBelowDisbursed, PlanKind
from tracker.domain.refusals import ChangedRequest, OutOfScope, ReasonRequired
from tracker.domain.requests import (
    AskerGone,
    NeedsSecondPerson,
    OwnRequest,
    RequestKind,
    RequestOutdated,
    RequestOver,
    RequestState,
)
from tracker.models import (
    Change,
    Grant,
    Organisation,
    Person,
    PlanEntry,
    PlanLine,
    Project,
    Request,
    Threshold,
    Unit,
)
from tracker.queries.people import actor_named
from tracker.queries.requests import count_waiting, made_by, request_numbered, waiting_for
from tracker.services.owners import AssignOwner, assign_owner
from tracker.services.plans import (
    AssignPlan,
    LineKey,
    PlanDecision,
    PlanStep,
    TransferPlan,
    assign_plan,
    transfer,
)
from tracker.services.requests import Asked, approve, ask, do_or_ask, refuse, withdraw


def a_decrease(line: PlanLine, billions: int, key: str = "giam") -> AssignPlan:
    named = LineKey(line.year, line.source_id, line.budget_tier, project_id=line.project_id)
    step = PlanStep(named, PlanKind.DECREASE, Dong(billions * BILLION))
    return AssignPlan(step, PlanDecision("12/QĐ-UBND", date(2025, 4, 1)), key)


def asked_for(session: Session, act: Act, order: AssignPlan) -> int:
    done = do_or_ask(session, act, assign_plan, order, WHY)
    assert isinstance(done, Asked)
    return done.request_id


def planned(session: Session, line: PlanLine) -> int:
    session.refresh(line)
    return line.planned // BILLION


def test_a_small_decrease_goes_at_once(session: Session, maker: Act, line: PlanLine) -> None:
    done = do_or_ask(session, maker, assign_plan, a_decrease(line, 5), "")
    assert not isinstance(done, Asked)
    assert planned(session, line) == 45
    assert session.scalar(select(Request.id)) is None


def test_a_large_decrease_waits_for_another_person(
    session: Session, maker: Act, second: Act, line: PlanLine
) -> None:
    number = asked_for(session, maker, a_decrease(line, 6))
    assert planned(session, line) == 50
    approve(session, second, number)
    assert planned(session, line) == 44
    entry = session.scalars(select(PlanEntry).order_by(PlanEntry.id.desc()).limit(1)).one()
    assert entry.recorded_by == maker.actor.id
    request = session.get_one(Request, number)
    assert (request.state, request.decided_by) == (RequestState.APPROVED, second.actor.id)


def test_the_threshold_is_that_of_the_day(session: Session, maker: Act, line: PlanLine) -> None:
    session.add(
        Threshold(
            code="two_person_plan_decrease",
            value=20 * BILLION,
            unit="dong",
            valid_from=date(2025, 4, 15),
            version=1,
        )
    )
    session.flush()
    before = replace(maker, on=date(2025, 4, 14))
    with pytest.raises(NeedsSecondPerson) as refusal:
        assign_plan(session, before, a_decrease(line, 6))
    assert (refusal.value.limit, refusal.value.asked) == (5 * BILLION, 6 * BILLION)
    assign_plan(session, maker, a_decrease(line, 6))


def test_a_rise_of_any_size_goes_at_once(session: Session, maker: Act, line: PlanLine) -> None:
    order = a_decrease(line, 40)
    rise = replace(order, step=replace(order.step, kind=PlanKind.SUPPLEMENT))
    assert not isinstance(do_or_ask(session, maker, assign_plan, rise, ""), Asked)


def test_a_transfer_takes_away_too(session: Session, maker: Act, second: Act) -> None:
    here, there = (a_plan_line(session, planned=50 * BILLION) for _ in range(2))
    down, up = a_decrease(here, 6).step, a_decrease(there, 6).step
    steps = (down, replace(up, kind=PlanKind.INCREASE))
    order = TransferPlan(steps, PlanDecision("13/QĐ-UBND", date(2025, 4, 1)), "chuyen")
    done = do_or_ask(session, maker, transfer, order, WHY)
    assert isinstance(done, Asked)
    assert session.get_one(Request, done.request_id).kind is RequestKind.TRANSFER_PLAN
    approve(session, second, done.request_id)
    assert (planned(session, here), planned(session, there)) == (44, 56)


def test_nobody_decides_their_own_request(session: Session, line: PlanLine) -> None:
    both = an_act(session, Role.COORDINATOR)
    person = session.get_one(Person, both.actor.id)
    number = asked_for(session, both, a_decrease(line, 6))
    # The same person through another session, with every role there is.
    again = actor_named(session, person.username, both.on)
    assert again is not None
    for act in (both, Act(again, both.at, both.on)):
        with pytest.raises(OwnRequest):
            approve(session, act, number)
        with pytest.raises(OwnRequest):
            refuse(session, act, number, WHY)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.OFFICER, Role.READER])
def test_only_those_who_may_decide_do(
    session: Session, maker: Act, line: PlanLine, role: Role
) -> None:
    number = asked_for(session, maker, a_decrease(line, 6))
    with pytest.raises(OutOfScope):
        approve(session, an_act(session, role), number)


def test_the_right_to_decide_reaches_its_own_place(
    session: Session, maker: Act, line: PlanLine
) -> None:
    number = asked_for(session, maker, a_decrease(line, 6))
    elsewhere = an_act(session, Role.UNIT_LEADER, unit=a_unit(session))
    with pytest.raises(OutOfScope):
        approve(session, elsewhere, number)
    assert request_numbered(session, elsewhere.actor, number, elsewhere.at) is None
    project = session.get_one(Project, line.project_id)
    own = an_act(session, Role.UNIT_LEADER, unit=session.get_one(Unit, project.unit_id))
    approve(session, own, number)


def test_who_the_project_was_taken_from_decides_nothing_about_it_any_more(
    session: Session, maker: Act, second: Act, line: PlanLine
) -> None:
    project = session.get_one(Project, line.project_id)
    before = session.get_one(Organisation, project.owner_id)
    number = asked_for(session, maker, a_decrease(line, 6))
    old = an_act(session, Role.UNIT_LEADER, organisation=before)
    assert [one.id for one in waiting_for(session, old.actor, old.at)] == [number]
    owner = an_organisation(session, unit=a_unit(session))
    order = AssignOwner(project.id, project.row_version, owner.id, date(2025, 4, 1), WHY)
    assign_owner(session, an_act(session, Role.COORDINATOR), order)
    assert waiting_for(session, old.actor, old.at) == []
    assert request_numbered(session, old.actor, number, old.at) is None
    for deed in (approve, refuse):
        with pytest.raises(OutOfScope):
            deed(session, old, number, WHY)
    with pytest.raises(RequestOutdated):
        approve(session, second, number)
    assert planned(session, line) == 50


def test_a_request_is_decided_once(
    session: Session, maker: Act, second: Act, line: PlanLine
) -> None:
    number = asked_for(session, maker, a_decrease(line, 6))
    refuse(session, second, number, "Chưa đủ căn cứ")
    for decide in (
        lambda: approve(session, second, number),
        lambda: withdraw(session, maker, number),
    ):
        with pytest.raises(RequestOver) as refusal:
            decide()
        assert refusal.value.state is RequestState.REFUSED
    assert planned(session, line) == 50


def test_a_refusal_says_why(session: Session, maker: Act, second: Act, line: PlanLine) -> None:
    number = asked_for(session, maker, a_decrease(line, 6))
    with pytest.raises(ReasonRequired):
        refuse(session, second, number, "không")


def test_one_takes_back_only_what_one_asked_for(
    session: Session, maker: Act, second: Act, line: PlanLine
) -> None:
    number = asked_for(session, maker, a_decrease(line, 6))
    with pytest.raises(OutOfScope):
        withdraw(session, second, number)
    withdraw(session, maker, number)
    with pytest.raises(RequestOver):
        approve(session, second, number)
    assert asked_for(session, maker, a_decrease(line, 6)) != number


def test_a_request_waits_for_so_many_days(
    session: Session, maker: Act, second: Act, line: PlanLine
) -> None:
    number = asked_for(session, maker, a_decrease(line, 6))
    late = replace(second, at=second.at + timedelta(days=14))
    with pytest.raises(RequestOver) as refusal:
        approve(session, late, number)
    assert refusal.value.state is RequestState.EXPIRED
    assert waiting_for(session, second.actor, late.at) == []
    assert [one.state for one in made_by(session, maker.actor, late.at)] == [RequestState.EXPIRED]
    again = asked_for(session, replace(maker, at=late.at), a_decrease(line, 6))
    approve(session, late, again)
    assert session.get_one(Request, number).state is RequestState.EXPIRED


def test_a_form_sent_twice_asks_once(session: Session, maker: Act, line: PlanLine) -> None:
    number = asked_for(session, maker, a_decrease(line, 6))
    assert asked_for(session, maker, a_decrease(line, 6)) == number
    with pytest.raises(ChangedRequest):
        asked_for(session, maker, a_decrease(line, 7))


def test_a_form_sent_again_after_it_was_done_asks_for_nothing(
    session: Session, maker: Act, second: Act, line: PlanLine
) -> None:
    approve(session, second, asked_for(session, maker, a_decrease(line, 6)))
    done = do_or_ask(session, maker, assign_plan, a_decrease(line, 6), WHY)
    assert not isinstance(done, Asked)
    assert done.is_replay


def test_what_cannot_be_is_not_asked_for(session: Session, maker: Act, line: PlanLine) -> None:
    a_disbursement(session, line, 45 * BILLION)
    with pytest.raises(PlanBelowDisbursed):
        asked_for(session, maker, a_decrease(line, 6))
    assert session.scalar(select(Request.id)) is None


def test_a_request_needs_a_reason(session: Session, maker: Act, line: PlanLine) -> None:
    with pytest.raises(ReasonRequired):
        ask(session, maker, a_decrease(line, 6), "  ngắn  ")


def test_rules_are_asked_again_at_the_decision(
    session: Session, maker: Act, second: Act, line: PlanLine
) -> None:
    number = asked_for(session, maker, a_decrease(line, 6))
    a_disbursement(session, line, 45 * BILLION)
    with pytest.raises(PlanBelowDisbursed), session.begin_nested():
        approve(session, second, number)
    session.expire_all()
    assert session.get_one(Request, number).state is RequestState.WAITING


def test_a_request_about_what_changed_is_outdated(
    session: Session, maker: Act, second: Act, line: PlanLine
) -> None:
    number = asked_for(session, maker, a_decrease(line, 6))
    a_plan_entry(session, line, 3 * BILLION, kind=PlanKind.SUPPLEMENT)
    with pytest.raises(RequestOutdated):
        approve(session, second, number)


def test_who_asked_must_still_have_the_right(
    session: Session, maker: Act, second: Act, line: PlanLine
) -> None:
    number = asked_for(session, maker, a_decrease(line, 6))
    grant = session.scalars(select(Grant).where(Grant.person_id == maker.actor.id)).one()
    grant.ended_at, grant.ended_by = maker.at, second.actor.id
    with pytest.raises(OutOfScope), session.begin_nested():
        approve(session, second, number)
    session.get_one(Person, maker.actor.id).disabled_at = maker.at
    with pytest.raises(AskerGone):
        approve(session, second, number)


def test_each_step_is_remembered(session: Session, maker: Act, second: Act, line: PlanLine) -> None:
    number = asked_for(session, maker, a_decrease(line, 6))
    approve(session, second, number, "Đồng ý theo tờ trình")
    told = session.execute(
        select(Change.deed, Change.actor_id, Change.reason)
        .where(Change.subject == "request", Change.subject_id == number)
        .order_by(Change.id)
    ).all()
    assert [tuple(row) for row in told] == [
        ("request.asked", maker.actor.id, WHY),
        ("request.approved", second.actor.id, "Đồng ý theo tờ trình"),
    ]


def test_what_waits_is_counted_for_those_who_may_decide_it(
    session: Session, maker: Act, second: Act, line: PlanLine
) -> None:
    asked_for(session, maker, a_decrease(line, 6))
    counts: list[Callable[[], int]] = [
        lambda one=one: count_waiting(session, one.actor, one.at)  # type: ignore[misc]  # bound now
        for one in (second, maker, an_act(session, Role.OFFICER), an_act(session, Role.ADMIN))
    ]
    assert [count() for count in counts] == [1, 0, 0, 0]
    assert session.scalars(select(func.count()).select_from(Request)).one() == 1
