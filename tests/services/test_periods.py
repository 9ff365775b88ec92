"""Locking a period, what it keeps, and what may still be entered."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.people import an_act
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.units import a_unit, an_organisation
from tracker.domain.act import Act
from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.domain.money import ZERO, Dong
from tracker.domain.people import Role
from tracker.domain.periods import AlreadyLocked, MonthNotOver, PeriodLocked, Strength
from tracker.domain.projects import Tier
from tracker.domain.refusals import OutOfScope, ReasonRequired
from tracker.domain.requests import NeedsSecondPerson
from tracker.models import Change, Disbursement, PeriodFigure, PeriodLock, PlanLine, Project
from tracker.services.disbursements import (
    RecordDisbursement,
    ReverseDisbursement,
    record_disbursement,
    reverse_disbursement,
    undo_disbursement,
)
from tracker.services.periods import LockPeriod, ReopenPeriod, lock_period, reopen_period
from tracker.services.verification import verify

INSIDE, TODAY = date(2025, 3, 31), date(2025, 4, 30)
WHY = "Kho bạc báo chứng từ muộn"
MARCH = LockPeriod(2025, 3, Strength.HARD)
SOFTLY = replace(MARCH, strength=Strength.SOFT)


@pytest.fixture
def line(session: Session) -> PlanLine:
    return a_plan_line(session)


def an_order(line: PlanLine, day: date = INSIDE, reason: str = "") -> RecordDisbursement:
    return RecordDisbursement(
        line.id,
        DisbursementKind.VOLUME_PAYMENT,
        Purpose.CONSTRUCTION,
        "CT-1",
        day,
        day,
        Dong(1_100),
        ZERO,
        "",
        f"key-{day}-{reason}",
        late_reason=reason,
    )


def test_nobody_enters_into_a_hard_lock_and_everybody_after_it(
    session: Session, act: Act, line: PlanLine
) -> None:
    lock_period(session, act, MARCH)
    with pytest.raises(PeriodLocked) as refusal:
        record_disbursement(session, act, an_order(line, reason=WHY))
    assert refusal.value.until == INSIDE
    assert refusal.value.by == "Hệ thống"
    assert record_disbursement(session, act, an_order(line, date(2025, 4, 1))).counted == 1_100


def test_a_soft_lock_is_entered_by_those_who_may_lock_with_a_reason(
    session: Session, act: Act, line: PlanLine
) -> None:
    lock_period(session, act, SOFTLY)
    with pytest.raises(PeriodLocked):
        record_disbursement(session, an_act(session, Role.OFFICER), an_order(line, reason=WHY))
    with pytest.raises(ReasonRequired):
        record_disbursement(session, act, an_order(line))
    made = record_disbursement(session, act, an_order(line, reason=WHY))
    assert session.get_one(Disbursement, made.id).late_reason == WHY
    assert record_disbursement(session, act, an_order(line, reason=WHY)).is_replay


def test_an_entry_into_an_open_period_keeps_no_reason(
    session: Session, act: Act, line: PlanLine
) -> None:
    made = record_disbursement(session, act, an_order(line, reason=WHY))
    assert session.get_one(Disbursement, made.id).late_reason is None


@pytest.mark.parametrize("order", [MARCH, SOFTLY], ids=["hard", "soft"])
def test_a_reversal_of_what_is_locked_is_posted_today(
    session: Session, act: Act, line: PlanLine, order: LockPeriod
) -> None:
    made = record_disbursement(session, act, an_order(line))
    lock_period(session, act, order)
    undone = reverse_disbursement(session, act, ReverseDisbursement(made.id, WHY, "r"))
    assert session.get_one(Disbursement, undone.id).posted_on == TODAY
    assert [one for one in verify(session, TODAY) if one.table != "trigger"] == []


@pytest.mark.parametrize("is_undone", [False, True], ids=["standing", "undone"])
def test_after_a_reversal_posted_today_the_last_day_is_that_of_what_stands(
    session: Session, act: Act, line: PlanLine, is_undone: bool
) -> None:
    made = record_disbursement(session, act, an_order(line))
    lock_period(session, act, MARCH)
    reverse_disbursement(session, act, ReverseDisbursement(made.id, WHY, "r"))
    later = record_disbursement(session, act, an_order(line, date(2025, 4, 10)))
    if is_undone:
        reverse_disbursement(session, act, ReverseDisbursement(later.id, WHY, "r2"))
    assert [one for one in verify(session, TODAY) if one.table != "trigger"] == []


def test_a_reversal_of_what_is_open_keeps_its_day(
    session: Session, act: Act, line: PlanLine
) -> None:
    made = record_disbursement(session, act, an_order(line))
    undone = undo_disbursement(session, act, made.id, "Hoàn tác ngay sau khi nhập")
    assert session.get_one(Disbursement, undone.id).posted_on == INSIDE


def test_an_organisation_is_locked_by_those_whose_right_reaches_it(session: Session) -> None:
    unit = a_unit(session)
    own, other = an_organisation(session, unit), an_organisation(session)
    coordinator = an_act(session, Role.COORDINATOR, unit=unit)
    lock_period(session, coordinator, replace(MARCH, organisation_id=own.id))
    for order in (
        MARCH,
        replace(MARCH, tier=Tier.COMMUNE),
        replace(MARCH, organisation_id=other.id),
        replace(MARCH, organisation_id=9_999_999),
    ):
        with pytest.raises(OutOfScope):
            lock_period(session, coordinator, order)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_only_a_coordinator_locks(session: Session, role: Role) -> None:
    with pytest.raises(OutOfScope):
        lock_period(session, an_act(session, role), MARCH)


def test_a_month_that_has_not_ended_is_not_locked(session: Session, act: Act) -> None:
    with pytest.raises(MonthNotOver):
        lock_period(session, act, replace(MARCH, month=4))


def test_the_same_is_locked_again_only_more_firmly(session: Session, act: Act) -> None:
    lock_period(session, act, SOFTLY)
    with pytest.raises(AlreadyLocked):
        lock_period(session, act, SOFTLY)
    lock_period(session, act, MARCH)
    for order in (MARCH, SOFTLY):
        with pytest.raises(AlreadyLocked):
            lock_period(session, act, order)


def test_a_lock_keeps_the_figures_of_that_moment(
    session: Session, act: Act, line: PlanLine
) -> None:
    other = a_plan_line(session, planned=500)
    extended = a_plan_line(session, a_project(session), planned=300, extended=True)
    owner = owner_of(session, line)
    a_disbursement(session, line, 250_000_000, posted_on=INSIDE)
    a_disbursement(session, line, 1_100, posted_on=date(2025, 4, 1))
    a_disbursement(session, extended, 100, posted_on=INSIDE)
    a_plan_line(session, planned=7_000, effective_on=date(2025, 4, 1))
    lock_id = lock_period(session, act, MARCH)
    a_disbursement(session, other, 5, posted_on=date(2025, 4, 2))
    kept = {
        one.organisation_id: one
        for one in session.scalars(select(PeriodFigure).where(PeriodFigure.lock_id == lock_id))
    }
    whole = kept[None]
    assert (whole.planned, whole.disbursed) == (1_000_000_500, 250_000_000)
    assert (whole.planned_extended, whole.disbursed_extended) == (300, 100)
    assert whole.ratios["tl2"] == [250_000_000, 1_000_000_500, "25.00"]
    assert (kept[owner].planned, kept[owner].disbursed) == (1_000_000_000, 250_000_000)
    assert sum(one.planned for key, one in kept.items() if key) == whole.planned


def owner_of(session: Session, line: PlanLine) -> int:
    return session.get_one(Project, line.project_id).owner_id


def test_the_figures_of_a_tier_and_of_an_organisation_are_their_own(
    session: Session, act: Act
) -> None:
    owner = an_organisation(session)
    a_plan_line(session, a_project(session, owner, tier=Tier.COMMUNE), planned=70)
    a_plan_line(session, a_project(session, owner), planned=5)
    a_plan_line(session, planned=900)
    for changes, expected in (({"tier": Tier.COMMUNE}, 70), ({"organisation_id": owner.id}, 75)):
        lock_id = lock_period(session, act, replace(MARCH, **changes))  # type: ignore[arg-type]  # either
        planned = select(PeriodFigure.planned).where(
            PeriodFigure.lock_id == lock_id, PeriodFigure.organisation_id.is_(None)
        )
        assert session.scalars(planned).one() == expected


def test_locking_is_remembered(session: Session, act: Act) -> None:
    lock_id = lock_period(session, act, replace(MARCH, note="Chốt số liệu quý I"))
    told = session.scalars(
        select(Change).where(Change.subject == "period_lock", Change.subject_id == lock_id)
    ).one()
    assert told.deed == "period.locked"
    assert told.reason == "Chốt số liệu quý I"
    assert told.after is not None
    assert told.after["until_on"] == "2025-03-31"


def test_nobody_opens_a_period_alone(session: Session, act: Act) -> None:
    lock_id = lock_period(session, act, MARCH)
    with pytest.raises(NeedsSecondPerson):
        reopen_period(session, act, ReopenPeriod(lock_id))
    assert session.get_one(PeriodLock, lock_id).reopened_at is None


def test_the_history_names_whose_figures_were_locked(session: Session, act: Act) -> None:
    owner = an_organisation(session, name="Ban QLDA huyện Thanh Miện")
    lock_period(session, act, replace(MARCH, organisation_id=owner.id))
    told = session.scalars(select(Change).where(Change.deed == "period.locked")).one()
    assert told.after is not None
    assert told.after["owner"] == owner.name
    lock_period(session, act, MARCH)
    told = session.scalars(select(Change).order_by(Change.id.desc()).limit(1)).one()
    assert "owner" not in (told.after or {})
