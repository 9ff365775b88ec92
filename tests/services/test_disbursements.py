"""The deeds on the ledger: what is entered, what is refused, what is undone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.checks.paying import DAY, REASON, disbursed, order, reverse, rows
from tests.factories.people import an_act
from tests.factories.plans import a_plan_entry, a_plan_line, a_source
from tests.factories.projects import a_project, an_assignment
from tests.factories.units import a_district, an_organisation, the_province
from tracker.domain.act import Act
from tracker.domain.disbursements import (
    AmountOutOfBounds,
    BeforePlanYear,
    BelowZero,
    DisbursementKind,
    InTheFuture,
    LineClosed,
    OverAdvance,
    OverInvestment,
    OverPlan,
    RecoveryNotPossible,
    SuspectedDuplicate,
)
from tracker.domain.money import MAX_ENTRY, Dong
from tracker.domain.people import Role
from tracker.domain.plans import PlanKind
from tracker.domain.refusals import ChangedRequest, OutOfScope
from tracker.models import (
    Change,
    DataVersion,
    Disbursement,
    OwnerDay,
    PlanLine,
    ProjectMonth,
    ProjectOwner,
)
from tracker.services.disbursements import (
    check_disbursements,
    record_disbursement,
    record_quiet_day,
    undo_disbursement,
)


def test_a_payment_moves_the_line_the_sums_and_the_version(
    session: Session, act: Act, line: PlanLine
) -> None:
    version = select(DataVersion.version)
    before = session.scalar(version) or 0
    recorded = record_disbursement(session, act, order(line))
    assert disbursed(session, line) == 400_000_000
    assert session.scalars(select(ProjectMonth.counted)).one() == 400_000_000
    assert session.scalars(select(OwnerDay.day)).one() == DAY
    assert session.scalar(version) == before + 1
    assert recorded.counted == 400_000_000
    assert not recorded.is_replay


def test_a_payment_leaves_a_history_entry_that_names_it(
    session: Session, act: Act, line: PlanLine
) -> None:
    recorded = record_disbursement(session, act, order(line))
    change = session.scalars(select(Change).where(Change.deed == "disbursement.recorded")).one()
    assert (change.subject, change.subject_id) == ("disbursement", recorded.id)
    assert change.project_id == recorded.project_id
    assert change.after is not None
    assert change.after["counted"] == 400_000_000


def test_the_amount_that_is_left_fits_and_one_dong_more_does_not(
    session: Session, act: Act, line: PlanLine
) -> None:
    record_disbursement(session, act, order(line, 999_999_999))
    with pytest.raises(OverPlan) as refusal:
        record_disbursement(session, act, order(line, 2))
    assert (refusal.value.remaining, refusal.value.asked) == (1, 2)
    record_disbursement(session, act, order(line, 1))
    assert disbursed(session, line) == 1_000_000_000


def test_a_plan_that_was_lowered_allows_less(session: Session, act: Act, line: PlanLine) -> None:
    a_plan_entry(session, line, 700_000_000, kind=PlanKind.DECREASE)
    with pytest.raises(OverPlan) as refusal:
        record_disbursement(session, act, order(line))
    assert refusal.value.remaining == 300_000_000


def test_the_same_key_and_content_make_one_row(session: Session, act: Act, line: PlanLine) -> None:
    wanted = order(line)
    first = record_disbursement(session, act, wanted)
    second = record_disbursement(session, act, wanted)
    assert second == replace(first, is_replay=True)
    assert (rows(session), disbursed(session, line)) == (1, 400_000_000)


def test_a_replay_is_answered_though_the_plan_is_used_up_by_now(
    session: Session, act: Act, line: PlanLine
) -> None:
    wanted = order(line, 1_000_000_000)
    record_disbursement(session, act, wanted)
    assert record_disbursement(session, act, wanted).is_replay


def test_the_same_key_with_another_content_is_refused(
    session: Session, act: Act, line: PlanLine
) -> None:
    wanted = order(line)
    record_disbursement(session, act, wanted)
    with pytest.raises(ChangedRequest):
        record_disbursement(session, act, replace(wanted, amount=Dong(1)))
    assert rows(session) == 1


def test_keys_of_two_people_do_not_meet(session: Session, act: Act, line: PlanLine) -> None:
    wanted = order(line)
    record_disbursement(session, act, wanted)
    other = an_act(session)
    again = record_disbursement(session, other, replace(wanted, voucher="GRV-khác"))
    assert not again.is_replay


@pytest.mark.parametrize(
    ("amount", "kind"),
    [
        (0, DisbursementKind.VOLUME_PAYMENT),
        (-1, DisbursementKind.VOLUME_PAYMENT),
        (0, DisbursementKind.ADJUSTMENT),
        (MAX_ENTRY + 1, DisbursementKind.VOLUME_PAYMENT),
        (-MAX_ENTRY - 1, DisbursementKind.ADJUSTMENT),
        (2**63, DisbursementKind.VOLUME_PAYMENT),
    ],
)
def test_amounts_out_of_bounds_are_refused(
    session: Session, act: Act, line: PlanLine, amount: int, kind: DisbursementKind
) -> None:
    with pytest.raises(AmountOutOfBounds):
        record_disbursement(session, act, order(line, amount, kind=kind))


def test_the_total_investment_is_a_ceiling_over_all_lines(session: Session, act: Act) -> None:
    project = a_project(session, total_investment=1_500, disbursed_before=200)
    first = a_plan_line(session, project, planned=1_000)
    second = a_plan_line(session, project, planned=1_000, source_id=a_source(session, "2.2").id)
    record_disbursement(session, act, order(first, 1_000))
    with pytest.raises(OverInvestment) as refusal:
        record_disbursement(session, act, order(second, 301))
    assert refusal.value.remaining == 300
    record_disbursement(session, act, order(second, 300))


def test_a_total_investment_not_yet_approved_is_no_ceiling(session: Session, act: Act) -> None:
    line = a_plan_line(session, a_project(session, total_investment=0))
    assert record_disbursement(session, act, order(line)).counted == 400_000_000


def test_only_new_money_counts(session: Session, act: Act, line: PlanLine) -> None:
    record_disbursement(session, act, order(line, 300, kind=DisbursementKind.ADVANCE))
    record_disbursement(session, act, order(line, 500, recovered=Dong(200)))
    record_disbursement(session, act, order(line, 100, kind=DisbursementKind.ADVANCE_RECOVERY))
    assert disbursed(session, line) == 600
    assert session.scalars(select(ProjectMonth.advance)).one() == 0
    with pytest.raises(OverAdvance) as refusal:
        record_disbursement(session, act, order(line, 50, recovered=Dong(50)))
    assert refusal.value.outstanding == 0


def test_a_recovery_beyond_the_payment_is_refused(
    session: Session, act: Act, line: PlanLine
) -> None:
    with pytest.raises(RecoveryNotPossible):
        record_disbursement(session, act, order(line, 100, recovered=Dong(101)))


def test_a_refund_lowers_what_counts_but_not_below_nothing(
    session: Session, act: Act, line: PlanLine
) -> None:
    record_disbursement(session, act, order(line, 500))
    record_disbursement(session, act, order(line, 200, kind=DisbursementKind.REFUND))
    assert disbursed(session, line) == 300
    with pytest.raises(BelowZero):
        record_disbursement(session, act, order(line, 301, kind=DisbursementKind.REFUND))


def test_both_halves_of_an_adjustment_can_be_entered(
    session: Session, act: Act, line: PlanLine
) -> None:
    other = a_plan_line(session)
    record_disbursement(session, act, order(line, 500))
    kind = DisbursementKind.ADJUSTMENT
    record_disbursement(session, act, order(line, -500, kind=kind))
    record_disbursement(session, act, order(other, 500, kind=kind))
    assert (disbursed(session, line), disbursed(session, other)) == (0, 500)


def test_a_day_that_has_not_come_is_refused(session: Session, act: Act, line: PlanLine) -> None:
    with pytest.raises(InTheFuture):
        record_disbursement(session, act, order(line, posted_on=act.on + timedelta(days=1)))


def test_a_line_is_not_paid_before_its_plan_was_given(session: Session, act: Act) -> None:
    line = a_plan_line(session, effective_on=date(2025, 3, 10))
    with pytest.raises(BeforePlanYear) as refusal:
        record_disbursement(session, act, order(line, posted_on=date(2025, 3, 9)))
    assert refusal.value.opens_on == date(2025, 3, 10)
    record_disbursement(session, act, order(line, posted_on=date(2025, 3, 10)))


def test_in_january_the_plans_of_two_years_are_paid(session: Session, act: Act) -> None:
    old, new = a_plan_line(session, year=2024), a_plan_line(session, year=2025)
    for line in (old, new):
        record_disbursement(session, act, order(line, posted_on=date(2025, 1, 31)))
    years = session.scalars(select(Disbursement.year).order_by(Disbursement.year)).all()
    assert years == [2024, 2025]
    with pytest.raises(LineClosed):
        record_disbursement(session, act, order(old, 1, posted_on=date(2025, 2, 1)))


def test_after_the_deadline_what_was_paid_can_still_be_put_right(
    session: Session, act: Act
) -> None:
    line = a_plan_line(session, year=2024)
    record_disbursement(session, act, order(line, posted_on=date(2025, 1, 31)))
    refund = order(line, 100, kind=DisbursementKind.REFUND, posted_on=date(2025, 2, 20))
    record_disbursement(session, act, refund)
    assert disbursed(session, line) == 399_999_900


def test_a_longer_deadline_keeps_the_line_open(session: Session, act: Act) -> None:
    line = a_plan_line(session, year=2024)
    a_plan_entry(
        session,
        line,
        5,
        kind=PlanKind.SUPPLEMENT,
        effective_on=date(2024, 10, 10),
        deadline_on=date(2025, 12, 31),
    )
    assert record_disbursement(session, act, order(line, 5)).id


def test_the_same_voucher_amount_and_day_ask_for_a_second_word(
    session: Session, act: Act, line: PlanLine
) -> None:
    first = order(line, 100)
    entry = record_disbursement(session, act, first)
    twin = order(line, 100, voucher=first.voucher)
    with pytest.raises(SuspectedDuplicate) as refusal:
        record_disbursement(session, act, twin)
    assert refusal.value.entry_id == entry.id
    record_disbursement(session, act, replace(twin, duplicate_confirmed=True))
    assert disbursed(session, line) == 200


def test_what_was_reversed_is_no_twin(session: Session, act: Act, line: PlanLine) -> None:
    wanted = order(line, 100)
    reverse(session, act, record_disbursement(session, act, wanted).id)
    again = replace(wanted, idempotency_key="another form")
    assert not record_disbursement(session, act, again).is_replay


def test_the_owner_of_the_posting_day_stands_on_the_entry(session: Session, act: Act) -> None:
    before, after = an_organisation(session), an_organisation(session)
    project = a_project(session, owner=after)
    moved_on = date(2025, 4, 1)
    owned = update(ProjectOwner).where(ProjectOwner.project_id == project.id)
    session.execute(owned.values(valid_from=moved_on))
    an_assignment(session, project, before, valid_until=moved_on)
    line = a_plan_line(session, project)
    record_disbursement(session, act, order(line, 1, posted_on=date(2025, 3, 31)))
    record_disbursement(session, act, order(line, 2, posted_on=moved_on))
    stored = session.execute(select(Disbursement.amount, Disbursement.organisation_id)).all()
    assert {tuple(row) for row in stored} == {(1, before.id), (2, after.id)}


def test_a_stranger_can_neither_pay_nor_reverse_nor_speak_of_the_day(
    session: Session, act: Act, line: PlanLine
) -> None:
    stranger = an_act(session, organisation=an_organisation(session))
    entry = record_disbursement(session, act, order(line))
    with pytest.raises(OutOfScope):
        record_disbursement(session, stranger, order(line))
    with pytest.raises(OutOfScope):
        reverse(session, stranger, entry.id)
    with pytest.raises(OutOfScope):
        undo_disbursement(session, stranger, entry.id, REASON)
    with pytest.raises(OutOfScope):
        record_quiet_day(session, stranger, [entry.project_id], DAY)
    with pytest.raises(OutOfScope):
        check_disbursements(session, stranger, [order(line)])
    assert rows(session) == 1


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OFFICER])
def test_no_other_role_writes_in_the_ledger(session: Session, line: PlanLine, role: Role) -> None:
    with pytest.raises(OutOfScope):
        record_disbursement(session, an_act(session, role), order(line))


def test_what_does_not_exist_answers_like_what_is_out_of_reach(
    session: Session, act: Act, line: PlanLine
) -> None:
    nothing = replace(order(line), plan_line_id=2**62)
    with pytest.raises(OutOfScope):
        record_disbursement(session, act, nothing)
    with pytest.raises(OutOfScope):
        reverse(session, act, 2**62)


def test_the_pool_of_a_unit_cannot_be_paid_from(session: Session, act: Act) -> None:
    pool = a_plan_line(session, unit=a_district(session))
    with pytest.raises(OutOfScope):
        record_disbursement(session, act, order(pool))


def test_an_officer_of_the_unit_above_can_record(session: Session, line: PlanLine) -> None:
    above = an_act(session, unit=the_province(session))
    assert record_disbursement(session, above, order(line)).id
