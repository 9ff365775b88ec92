"""Milestones and site clearance: told by day, the last in force, points settled once."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.factories.people import an_act
from tests.factories.projects import a_project
from tests.factories.units import an_organisation
from tracker.domain.act import Act
from tracker.domain.clearance import BeforeLast, Clearance, PointSettled, StepBeyond
from tracker.domain.difficulties import DueTooEarly
from tracker.domain.disbursements import InTheFuture
from tracker.domain.milestones import Days, MilestoneAhead, MilestoneCode
from tracker.domain.money import Dong
from tracker.domain.projects import Group
from tracker.domain.refusals import ChangedRequest, OutOfScope, ReasonRequired
from tracker.models import Change, Project
from tracker.queries.works import clearances_of, milestones_of, points_of, terms_of
from tracker.services.land import (
    RaisePoint,
    ReportClearance,
    SettlePoint,
    TellMilestones,
    raise_point,
    report_clearance,
    settle_point,
    tell_milestones,
)

SIGNED, BEGUN = MilestoneCode.CONTRACT_SIGNED, MilestoneCode.GROUND_BREAKING
DAY = date(2025, 4, 30)
FOUND = Clearance(
    DAY, 1_000, 400, households=10, counted=8, approved=6, paid=4, handed_over=2,
    money_approved=Dong(100), money_paid=Dong(60), advance_held=Dong(7),
    advance_on=date(2025, 1, 2),
)  # fmt: skip


@pytest.fixture
def project(session: Session) -> Project:
    return a_project(session)


def test_only_milestones_that_changed_are_written_and_days_told_change_with_a_reason(
    session: Session, act: Act, project: Project
) -> None:
    days = {SIGNED: Days(date(2025, 3, 1), None), BEGUN: Days()}
    assert tell_milestones(session, act, TellMilestones(project.id, days)) == 1
    assert tell_milestones(session, act, TellMilestones(project.id, days)) == 0
    reached = {SIGNED: Days(date(2025, 3, 1), date(2025, 3, 9))}
    assert tell_milestones(session, act, TellMilestones(project.id, reached)) == 1
    moved = {SIGNED: Days(date(2025, 4, 1), date(2025, 3, 9))}
    with pytest.raises(ReasonRequired):
        tell_milestones(session, act, TellMilestones(project.id, moved))
    told = TellMilestones(project.id, moved, "Điều chỉnh kế hoạch của chủ đầu tư")
    assert tell_milestones(session, act, told) == 1
    assert milestones_of(session, project.id) == moved
    changes = session.scalars(select(Change).where(Change.deed == "works.milestone_told")).all()
    assert [change.before is None for change in changes] == [True, False, False]
    ahead = {BEGUN: Days(None, date(2025, 5, 1))}
    with pytest.raises(MilestoneAhead):
        tell_milestones(session, act, TellMilestones(project.id, ahead))


def test_the_terms_are_those_of_the_group_and_the_province_s_own(session: Session) -> None:
    terms = terms_of(session, Group.A, DAY)[MilestoneCode.PROJECT_APPRAISAL]
    assert (terms.legal_days, terms.own_days) == (40, 35)
    terms = terms_of(session, None, DAY)[MilestoneCode.PROJECT_APPRAISAL]
    assert (terms.legal_days, terms.own_days) == (20, 17)
    assert set(terms_of(session, Group.B, DAY)) == set(MilestoneCode)


def test_clearance_is_told_by_day_and_the_last_entry_is_in_force(
    session: Session, act: Act, project: Project
) -> None:
    earlier = replace(FOUND, day=date(2025, 4, 1), area_done=100)
    for found, key in ((earlier, "k1"), (FOUND, "k2")):
        assert report_clearance(session, act, ReportClearance(project.id, found, key))
    assert not report_clearance(session, act, ReportClearance(project.id, FOUND, "k2"))
    with pytest.raises(ChangedRequest):
        report_clearance(session, act, ReportClearance(project.id, earlier, "k2"))
    with pytest.raises(BeforeLast):
        report_clearance(session, act, ReportClearance(project.id, earlier, "k3"))
    ahead, beyond = replace(FOUND, day=date(2025, 5, 1)), replace(FOUND, paid=7)
    with pytest.raises(InTheFuture):
        report_clearance(session, act, ReportClearance(project.id, ahead, "k4"))
    with pytest.raises(StepBeyond):
        report_clearance(session, act, ReportClearance(project.id, beyond, "k5"))
    assert [row.found for row in clearances_of(session, project.id, DAY)] == [FOUND, earlier]
    assert [row.found for row in clearances_of(session, project.id, date(2025, 4, 29))] == [earlier]


@pytest.mark.parametrize("change", ["paid = 7", "handed_over = -1", "advance_on = NULL"])
def test_the_database_itself_refuses_counts_that_cannot_be(
    session: Session, act: Act, project: Project, change: str
) -> None:
    report_clearance(session, act, ReportClearance(project.id, FOUND, "k1"))
    column, value = change.split(" = ")
    names = ["project_id", *Clearance.__dataclass_fields__, "recorded_by", "recorded_at"]
    taken = ", ".join(value if name == column else name for name in names)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(
            text(
                f"INSERT INTO clearance_entry ({', '.join(names)}, idempotency_key)"  # noqa: S608
                f" SELECT {taken}, 'other' FROM clearance_entry"
            )
        )


def test_a_sticking_point_is_settled_once_and_told_how(
    session: Session, act: Act, project: Project
) -> None:
    raised = RaisePoint(project.id, "Km 1+200", "chưa đồng thuận", "UBND xã", date(2025, 6, 1))
    point_id = raise_point(session, act, raised)
    with pytest.raises(DueTooEarly) as refused:
        raise_point(session, act, replace(raised, due_on=date(2025, 4, 29)))
    assert refused.value.earliest == act.on
    assert raise_point(session, act, replace(raised, due_on=act.on, place="Km 2")) != point_id
    with pytest.raises(ReasonRequired):
        settle_point(session, act, SettlePoint(point_id, "xong"))
    settle_point(session, act, SettlePoint(point_id, "Đã chi trả và nhận mặt bằng"))
    with pytest.raises(PointSettled):
        settle_point(session, act, SettlePoint(point_id, "Đã chi trả và nhận mặt bằng"))
    point = next(one for one in points_of(session, project.id, DAY) if one.id == point_id)
    assert (point.settled_on, point.settled_how) == (act.on, "Đã chi trả và nhận mặt bằng")


def test_nobody_reports_beyond_their_scope(session: Session, act: Act, project: Project) -> None:
    elsewhere = an_act(session, organisation=an_organisation(session))
    raised = RaisePoint(project.id, "Km 1", "vướng", "UBND xã", date(2025, 6, 1))
    point_id = raise_point(session, act, raised)
    for deed in (
        lambda: tell_milestones(session, elsewhere, TellMilestones(project.id, {})),
        lambda: report_clearance(session, elsewhere, ReportClearance(project.id, FOUND, "k")),
        lambda: raise_point(session, elsewhere, raised),
        lambda: settle_point(session, elsewhere, SettlePoint(point_id, "Đã chi trả đủ")),
        lambda: settle_point(session, act, SettlePoint(2**62, "Đã chi trả đủ")),
    ):
        with pytest.raises(OutOfScope):
            deed()
