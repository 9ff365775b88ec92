"""Capital assigned and moved: what is made, what is refused, what is remembered."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from tests.conftest import HISTORY_KEYS
from tests.factories.disbursements import a_disbursement
from tests.factories.people import an_act, the_system
from tests.factories.plans import a_plan_entry, a_plan_line, a_source
from tests.factories.projects import a_project
from tests.factories.units import a_district, the_province
from tracker.db import engine_options, prepare, start_writing
from tracker.domain.act import Act
from tracker.domain.disbursements import InTheFuture
from tracker.domain.money import Dong
from tracker.domain.people import Role
from tracker.domain.plans import (
    AllocationOverInvestment,
    PlanAmountOutOfBounds,
    PlanBelowDisbursed,
    PlanKind,
    PlanSystem,
    TransferUnbalanced,
)
from tracker.domain.projects import Status, Tier
from tracker.domain.refusals import ChangedRequest, OutOfScope, Refusal
from tracker.models import Change, PlanEntry, PlanLine, Project
from tracker.services.plan_books import (
    DeadlineOutOfBounds,
    DecisionNumberMalformed,
    EffectiveLater,
    KindNotForLine,
    PlanAboveProjects,
    SourceNotInForce,
)
from tracker.services.plans import (
    Assigned,
    AssignPlan,
    LineKey,
    PlanDecision,
    PlanStep,
    TransferPlan,
    assign_plan,
    transfer,
)
from tracker.services.reference import system_act

DECISION = PlanDecision("3099/QĐ-UBND", date(2024, 12, 20))


def a_key(session: Session, project: Project, **changes: Any) -> LineKey:
    key = LineKey(2025, a_source(session).id, Tier.PROVINCE, project_id=project.id)
    return replace(key, **changes)


def an_order(
    key: LineKey, amount: int = 1_000, kind: PlanKind = PlanKind.INITIAL, **changes: Any
) -> AssignPlan:
    deadline_on = changes.pop("deadline_on", None)
    step = PlanStep(key, kind, Dong(amount), deadline_on)
    return replace(AssignPlan(step, DECISION, "chìa-1"), **changes)


def entry_of(session: Session, made: Assigned) -> PlanEntry:
    return session.get_one(PlanEntry, made.entry_ids[0])


def test_a_first_assignment_makes_the_line_and_moves_it(session: Session, act: Act) -> None:
    project = a_project(session)
    made = assign_plan(session, act, an_order(a_key(session, project)))
    line = session.get_one(PlanLine, made.line_ids[0])
    assert (line.project_id, line.year, line.planned, line.disbursed) == (
        project.id,
        2025,
        1_000,
        0,
    )
    entry = entry_of(session, made)
    assert (entry.amount, entry.effective_on) == (1_000, DECISION.decided_on)
    assert entry.deadline_on == date(2026, 1, 31)


def test_a_second_assignment_moves_the_same_line(session: Session, act: Act) -> None:
    key = a_key(session, a_project(session))
    first = assign_plan(session, act, an_order(key))
    second = assign_plan(
        session, act, an_order(key, 500, PlanKind.DECREASE, idempotency_key="chìa-2")
    )
    assert first.line_ids == second.line_ids
    assert session.get_one(PlanLine, first.line_ids[0]).planned == 500
    assert entry_of(session, second).amount == -500


def test_the_same_order_again_answers_with_the_first_result(session: Session, act: Act) -> None:
    order = an_order(a_key(session, a_project(session)))
    first = assign_plan(session, act, order)
    again = assign_plan(session, act, order)
    assert again == Assigned(first.entry_ids, first.line_ids, is_replay=True)
    assert session.get_one(PlanLine, first.line_ids[0]).planned == 1_000


def test_the_same_key_with_another_content_is_refused(session: Session, act: Act) -> None:
    key = a_key(session, a_project(session))
    assign_plan(session, act, an_order(key))
    with pytest.raises(ChangedRequest):
        assign_plan(session, act, an_order(key, 2_000))


def test_a_plan_cannot_fall_below_what_is_paid(session: Session, act: Act) -> None:
    line = a_plan_line(session, planned=1_000)
    a_disbursement(session, line, 400)
    key = a_key(session, session.get_one(Project, line.project_id))
    with pytest.raises(PlanBelowDisbursed) as refusal:
        assign_plan(session, act, an_order(key, 601, PlanKind.DECREASE))
    assert (refusal.value.free, refusal.value.asked) == (600, 601)
    assign_plan(session, act, an_order(key, 600, PlanKind.DECREASE))
    session.refresh(line)
    assert line.planned == line.disbursed == 400


def test_no_more_than_the_total_investment_is_allocated(session: Session, act: Act) -> None:
    project = a_project(session, total_investment=Dong(1_000), disbursed_before=Dong(300))
    a_plan_line(session, project, planned=200, year=2024)
    key = a_key(session, project)
    with pytest.raises(AllocationOverInvestment) as refusal:
        assign_plan(session, act, an_order(key, 501))
    assert refusal.value.remaining == 500
    assign_plan(session, act, an_order(key, 500))


def test_extended_capital_was_allocated_already(session: Session, act: Act) -> None:
    project = a_project(session, total_investment=Dong(1_000))
    a_plan_line(session, project, planned=1_000, year=2024)
    key = a_key(session, project, extended=True)
    made = assign_plan(session, act, an_order(key, 300, PlanKind.EXTENSION))
    assert entry_of(session, made).deadline_on == date(2025, 12, 31)


def test_an_unknown_total_investment_sets_no_limit(session: Session, act: Act) -> None:
    project = a_project(session, total_investment=Dong(0))
    assign_plan(session, act, an_order(a_key(session, project), 10**14))


def test_plan_given_after_september_has_the_later_deadline(session: Session, act: Act) -> None:
    key = a_key(session, a_project(session), year=2024)
    late = PlanDecision("2801/QĐ-UBND", date(2024, 10, 1))
    made = assign_plan(session, act, an_order(key, decision=late))
    assert entry_of(session, made).deadline_on == date(2025, 12, 31)


def test_taking_capital_away_late_does_not_prolong_the_line(session: Session, act: Act) -> None:
    line = a_plan_line(session, planned=1_000, year=2024)
    key = a_key(session, session.get_one(Project, line.project_id), year=2024)
    late = PlanDecision("2801/QĐ-UBND", date(2024, 10, 1))
    made = assign_plan(session, act, an_order(key, 10, PlanKind.DECREASE, decision=late))
    assert entry_of(session, made).deadline_on == date(2025, 1, 31)


def test_a_deadline_can_be_decided(session: Session, act: Act) -> None:
    key = a_key(session, a_project(session))
    made = assign_plan(session, act, an_order(key, deadline_on=date(2026, 12, 31)))
    assert entry_of(session, made).deadline_on == date(2026, 12, 31)


def test_the_pool_of_a_unit_and_the_plan_of_the_prime_minister_have_lines(
    session: Session, act: Act
) -> None:
    province = the_province(session)
    source_id = a_source(session, "1.1").id
    pool = LineKey(2025, source_id, Tier.PROVINCE, unit_id=province.id)
    assigned = replace(pool, system=PlanSystem.PM)
    first = assign_plan(session, act, an_order(pool))
    second = assign_plan(session, act, an_order(assigned, 7_000, idempotency_key="chìa-2"))
    assert first.line_ids != second.line_ids
    assert session.get_one(PlanLine, second.line_ids[0]).system is PlanSystem.PM


@pytest.mark.parametrize(
    ("changes", "of_line", "refused"),
    [
        ({"amount": 0}, {}, PlanAmountOutOfBounds),
        ({"amount": -5}, {}, PlanAmountOutOfBounds),
        ({"amount": 10**15 + 1}, {}, PlanAmountOutOfBounds),
        ({"kind": PlanKind.EXTENSION}, {}, KindNotForLine),
        ({"kind": PlanKind.SUPPLEMENT}, {"extended": True}, KindNotForLine),
        ({"deadline_on": date(2024, 12, 31)}, {}, DeadlineOutOfBounds),
        ({"deadline_on": date(2027, 1, 1)}, {}, DeadlineOutOfBounds),
        ({"decision": PlanDecision("ba mươi", date(2024, 12, 20))}, {}, DecisionNumberMalformed),
        ({"decision": PlanDecision("1/QĐ-UBND", date(2025, 5, 1))}, {}, InTheFuture),
        ({"decision": replace(DECISION, effective_on=date(2025, 5, 1))}, {}, EffectiveLater),
        (
            {
                "decision": replace(DECISION, effective_on=date(2025, 5, 1)),
                "kind": PlanKind.DECREASE,
            },
            {},
            EffectiveLater,
        ),
        ({"decision": PlanDecision("1/QĐ-UBND", date(2019, 5, 1))}, {}, SourceNotInForce),
        ({}, {"source_id": 999_999}, SourceNotInForce),
        ({}, {"system": PlanSystem.PM}, PlanAboveProjects),
        ({"kind": PlanKind.CANCELLATION}, {}, PlanBelowDisbursed),
    ],
)
def test_what_cannot_be_is_refused(
    session: Session,
    act: Act,
    changes: dict[str, Any],
    of_line: dict[str, Any],
    refused: type[Refusal],
) -> None:
    key = a_key(session, a_project(session), **of_line)
    with pytest.raises(refused):
        assign_plan(session, act, an_order(key, **changes))
    assert session.scalar(select(func.count()).select_from(PlanEntry)) == 0


def test_the_plan_of_a_coming_year_takes_effect_on_its_first_day_at_the_latest(
    session: Session, act: Act
) -> None:
    key = a_key(session, a_project(session), year=2026)
    first_day = replace(DECISION, effective_on=date(2026, 1, 1))
    assert assign_plan(session, act, an_order(key, decision=first_day))
    later = replace(DECISION, effective_on=date(2026, 1, 2))
    with pytest.raises(EffectiveLater) as refusal:
        assign_plan(session, act, an_order(key, decision=later, idempotency_key="chìa-2"))
    assert refusal.value.latest == date(2026, 1, 1)


@pytest.mark.parametrize("holders", [{}, {"project_id": 1, "unit_id": 1}])
def test_a_line_has_one_holder(holders: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="project or by a unit"):
        LineKey(2025, 1, Tier.PROVINCE, **holders)


def test_only_a_coordinator_assigns_and_only_within_their_scope(session: Session) -> None:
    project = a_project(session)
    district = a_district(session, "288")
    order = an_order(a_key(session, project))
    for someone in (
        an_act(session, Role.OFFICER),
        an_act(session, Role.ADMIN),
        an_act(session, Role.COORDINATOR, unit=district),
    ):
        with pytest.raises(OutOfScope):
            assign_plan(session, someone, order)
    pool = LineKey(2025, a_source(session).id, Tier.PROVINCE, unit_id=the_province(session).id)
    with pytest.raises(OutOfScope):
        assign_plan(session, an_act(session, Role.COORDINATOR, unit=district), an_order(pool))
    with pytest.raises(OutOfScope):
        assign_plan(
            session,
            an_act(session, Role.COORDINATOR),
            an_order(replace(pool, unit_id=None, project_id=999_999)),
        )


def test_the_history_says_what_was_decided(session: Session, act: Act) -> None:
    project = a_project(session)
    made = assign_plan(session, act, an_order(a_key(session, project)))
    change = session.scalars(select(Change).where(Change.project_id == project.id)).one()
    assert (change.deed, change.subject, change.subject_id) == (
        "plan.assigned",
        "plan_entry",
        made.entry_ids[0],
    )
    assert change.after is not None
    assert change.after["amount"] == 1_000


def test_the_first_year_of_capital_is_kept_once_and_not_for_preparation(
    session: Session, act: Act
) -> None:
    works = a_project(session, first_capital_year=None)
    waiting = a_project(session, first_capital_year=None, status=Status.POLICY_APPROVED)
    for place, project in enumerate((works, waiting)):
        order = an_order(a_key(session, project), idempotency_key=f"chìa-{place}")
        assign_plan(session, act, order)
        session.refresh(project)
    assert (works.first_capital_year, waiting.first_capital_year) == (2025, None)
    assign_plan(session, act, an_order(a_key(session, works, year=2026), idempotency_key="sau"))
    session.refresh(works)
    assert works.first_capital_year == 2025


def a_transfer(session: Session, taken: int = 300, given: int = 300) -> TransferPlan:
    slow, fast = a_project(session), a_project(session)
    a_plan_line(session, slow, planned=1_000)
    return TransferPlan(
        (
            PlanStep(a_key(session, fast), PlanKind.INCREASE, Dong(given)),
            PlanStep(a_key(session, slow), PlanKind.DECREASE, Dong(taken)),
        ),
        PlanDecision("812/QĐ-UBND", date(2025, 4, 15)),
        "chuyển-1",
    )


def test_a_transfer_moves_capital_under_one_decision(session: Session, act: Act) -> None:
    order = a_transfer(session)
    made = transfer(session, act, order)
    entries = [session.get_one(PlanEntry, entry_id) for entry_id in made.entry_ids]
    assert [entry.amount for entry in entries] == [-300, 300]
    assert len({entry.transfer_key for entry in entries}) == 1
    planned = [session.get_one(PlanLine, line_id).planned for line_id in made.line_ids]
    assert planned == [700, 300]
    assert transfer(session, act, order).is_replay


def test_an_unbalanced_transfer_is_refused(session: Session, act: Act) -> None:
    with pytest.raises(TransferUnbalanced) as refusal:
        transfer(session, act, a_transfer(session, taken=300, given=301))
    assert (refusal.value.given, refusal.value.taken) == (301, 300)


def test_a_transfer_is_whole_or_nothing(session: Session, act: Act) -> None:
    order = a_transfer(session, taken=1_001, given=1_001)
    before = session.scalar(select(func.count()).select_from(PlanEntry))
    with pytest.raises(PlanBelowDisbursed), session.begin_nested():
        transfer(session, act, order)
    assert session.scalar(select(func.count()).select_from(PlanEntry)) == before


def test_capital_moves_between_the_sources_of_a_project_that_is_fully_allocated(
    session: Session, act: Act
) -> None:
    project = a_project(session, total_investment=Dong(1_000))
    a_plan_line(session, project, planned=1_000)
    to = a_key(session, project, source_id=a_source(session, "2.2").id)
    order = TransferPlan(
        (
            PlanStep(to, PlanKind.INCREASE, Dong(400)),
            PlanStep(a_key(session, project), PlanKind.DECREASE, Dong(400)),
        ),
        PlanDecision("812/QĐ-UBND", date(2025, 4, 15)),
        "chuyển-1",
    )
    transfer(session, act, order)


def test_statements_do_not_grow_with_the_entries_of_a_line(session: Session, act: Act) -> None:
    line = a_plan_line(session)
    for _ in range(20):
        a_plan_entry(session, line, 10, kind=PlanKind.INCREASE)
    key = a_key(session, session.get_one(Project, line.project_id))
    assert assign_plan(session, act, an_order(key)).line_ids == (line.id,)


def test_many_at_once_never_take_what_is_paid_nor_allocate_too_much(database: Any) -> None:
    url = database.copy()
    engine = create_engine(url, **engine_options(url))
    prepare(engine, HISTORY_KEYS)
    with Session(engine) as session:
        start_writing(session)
        project = a_project(session, total_investment=Dong(1_000))
        project_id, source_id = project.id, a_source(session).id
        system = the_system(session)
        deed = system_act(session, system.created_at, date(2025, 4, 30))
        session.commit()

    def give(place: int) -> str:
        key = LineKey(2025, source_id, Tier.PROVINCE, project_id=project_id, extended=False)
        if place % 2:
            key = replace(key, budget_tier=Tier.COMMUNE)
        order = an_order(
            key,
            300,
            PlanKind.SUPPLEMENT,
            decision=replace(DECISION, round=f"đợt {place}"),
            idempotency_key=f"chìa-{place // 2}-{place % 2}",
        )
        with Session(engine) as session:
            start_writing(session)
            try:
                made = assign_plan(session, deed, order)
            except AllocationOverInvestment:
                return "refused"
            session.commit()
            return "replay" if made.is_replay else "made"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(give, list(range(8)) * 2))
    with Session(engine) as session:
        planned = session.scalars(select(PlanLine.planned).order_by(PlanLine.id)).all()
        assert session.scalar(select(func.count()).select_from(PlanEntry)) == 3
    assert sum(planned) == 900
    assert answers.count("made") == 3
    engine.dispose()
