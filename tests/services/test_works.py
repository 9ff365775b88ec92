"""Reports of physical progress: by week, never falling without a reason, set right once."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.factories.people import an_act
from tests.factories.projects import a_project
from tests.factories.units import an_organisation
from tracker.domain.act import Act
from tracker.domain.attachments import Place
from tracker.domain.money import Dong
from tracker.domain.refusals import ChangedRequest, OutOfScope, ReasonRequired
from tracker.domain.works import (
    Part,
    PercentOutOfBounds,
    ProgressFalls,
    WeekNotBegun,
    WeekReported,
)
from tracker.models import Change, ProgressEntry, Project, StandingDue
from tracker.queries.works import site_of, weeks_of
from tracker.services.works import PlaceSite, ReportProgress, place_site, report_progress

FRIDAY = date(2025, 4, 25)
NEXT = date(2025, 5, 2)
WHY = "Đo lại khối lượng tại hiện trường"


@pytest.fixture
def project(session: Session) -> Project:
    return a_project(session)


def order(
    project: Project, week_on: date, actual: int, key: str, **changes: object
) -> ReportProgress:
    wanted = ReportProgress(project.id, week_on, 5_000, actual, key)
    return replace(wanted, **changes)  # type: ignore[arg-type]  # names of real fields


def test_a_week_is_reported_once_and_the_same_form_again_is_no_second_one(
    session: Session, act: Act, project: Project
) -> None:
    session.query(StandingDue).delete()
    first = report_progress(session, act, order(project, FRIDAY, 4_000, "k1", people=12))
    again = report_progress(session, act, order(project, FRIDAY, 4_000, "k1", people=12))
    assert (again.id, again.is_replay, first.is_late) == (first.id, True, True)
    with pytest.raises(ChangedRequest):
        report_progress(session, act, order(project, FRIDAY, 4_100, "k1"))
    with pytest.raises(WeekReported):
        report_progress(session, act, order(project, FRIDAY, 4_100, "k2"))
    [row] = weeks_of(session, project.id, act.on)
    assert (row.planned, row.actual, row.people) == (5_000, 4_000, 12)
    assert session.scalars(select(StandingDue.project_id)).all() == [project.id]
    change = session.scalars(select(Change).where(Change.deed == "works.reported")).one()
    assert change.after["actual_share"] == 4_000  # type: ignore[index]  # it tells something


def test_a_report_before_friday_evening_is_in_time_and_one_after_it_is_late(
    session: Session, act: Act, project: Project
) -> None:
    evening = datetime(2025, 5, 2, 10, 0, tzinfo=UTC)  # 17:00 in Vietnam
    in_time = replace(act, at=evening, on=NEXT)
    late = replace(act, at=evening.replace(second=1), on=NEXT)
    other = a_project(session)
    assert not report_progress(session, in_time, order(project, NEXT, 1, "a")).is_late
    assert report_progress(session, late, order(other, NEXT, 1, "b")).is_late


def test_a_correction_names_what_it_sets_right_and_says_why(
    session: Session, act: Act, project: Project
) -> None:
    first = report_progress(session, act, order(project, FRIDAY, 4_000, "k1")).id
    corrected = order(project, FRIDAY, 3_000, "k2", corrects_id=first)
    with pytest.raises(ReasonRequired):
        report_progress(session, act, corrected)
    second = report_progress(session, act, replace(corrected, reason=WHY)).id
    with pytest.raises(WeekReported):
        report_progress(session, act, replace(corrected, key="k3", reason=WHY))
    [row] = weeks_of(session, project.id, act.on)
    assert (row.id, row.actual, row.reason, row.corrects_id) == (second, 3_000, WHY, first)
    change = session.scalars(select(Change).where(Change.deed == "works.corrected")).one()
    assert (change.before["actual_share"], change.reason) == (4_000, WHY)  # type: ignore[index]  # both tell


def test_what_is_built_never_falls_without_a_reason(
    session: Session, act: Act, project: Project
) -> None:
    report_progress(session, act, order(project, FRIDAY, 4_000, "k1"))
    with pytest.raises(ProgressFalls) as refusal:
        report_progress(session, act, order(project, NEXT, 3_999, "k2"))
    assert (refusal.value.week_on, refusal.value.before) == (FRIDAY, 4_000)
    earlier = date(2025, 4, 18)
    with pytest.raises(ProgressFalls):
        report_progress(session, act, order(project, earlier, 4_001, "k3"))
    report_progress(session, act, order(project, NEXT, 3_999, "k4", reason=WHY))
    assert [row.actual for row in weeks_of(session, project.id, NEXT)] == [3_999, 4_000]


def test_what_cannot_be_is_refused(session: Session, act: Act, project: Project) -> None:
    with pytest.raises(WeekNotBegun):
        report_progress(session, act, order(project, date(2025, 5, 9), 1, "k1"))
    with pytest.raises(WeekNotBegun):
        report_progress(session, act, order(project, date(2025, 4, 24), 1, "k1"))
    with pytest.raises(PercentOutOfBounds):
        report_progress(session, act, order(project, FRIDAY, 10_001, "k1"))
    elsewhere = an_act(session, organisation=an_organisation(session))
    with pytest.raises(OutOfScope):
        report_progress(session, elsewhere, order(project, FRIDAY, 1, "k1"))


def test_components_weigh_by_their_value(session: Session, act: Act, project: Project) -> None:
    parts = (Part("Nền", Dong(300), 8_000, 5_000), Part("Mặt", Dong(100), 2_000, 1))
    report_progress(session, act, order(project, FRIDAY, 0, "k1", parts=parts))
    [row] = weeks_of(session, project.id, act.on)
    assert (row.planned, row.actual, row.parts) == (6_500, 3_750, parts)


@pytest.mark.parametrize("statement", [
    "UPDATE progress_entry SET actual = 9000 WHERE id = :id",
    "DELETE FROM progress_entry WHERE id = :id",
])  # fmt: skip
def test_the_database_itself_keeps_an_entry_as_it_was(
    session: Session, act: Act, project: Project, statement: str
) -> None:
    entry_id = report_progress(session, act, order(project, FRIDAY, 4_000, "k1")).id
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(statement), {"id": entry_id})
    assert session.get_one(ProgressEntry, entry_id).actual == 4_000


def test_the_last_place_told_is_where_the_works_stand(
    session: Session, act: Act, project: Project
) -> None:
    for latitude in (20_900_000, 20_900_000, 20_937_300):
        place_site(session, act, PlaceSite(project.id, Place(latitude, 106_314_500)))
    assert site_of(session, project.id) == Place(20_937_300, 106_314_500)
    told = session.scalars(select(Change).where(Change.deed == "works.site_placed")).all()
    assert len(told) == 2
