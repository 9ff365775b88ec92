"""One project with everything its page shows."""

from datetime import date

from sqlalchemy.orm import Session

from tests.checks.queries import statements
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line, a_source
from tests.factories.projects import a_decision, a_project
from tests.factories.scenarios import EVENLY, a_scenario
from tests.factories.units import a_unit
from tracker.domain.days import PlanYear
from tracker.domain.flags import FlagCode
from tracker.domain.money import Dong
from tracker.domain.people import EVERYTHING, Scope
from tracker.domain.scenarios import PathSource
from tracker.models import Project
from tracker.queries.dossiers import Dossier, dossier_of, project_of
from tracker.queries.scenarios import versions_of_project

YEAR = PlanYear(2025)
DAY = date(2025, 4, 30)


def dossier(session: Session, project: Project, day: date = DAY) -> Dossier:
    found = dossier_of(session, EVERYTHING, project.code, YEAR, day)
    assert found is not None
    return found


def test_a_project_out_of_scope_is_not_there(session: Session) -> None:
    commune = a_unit(session)
    mine, other = a_project(session, unit=commune), a_project(session)
    scope = Scope(unit_paths=frozenset({commune.path}))
    assert project_of(session, scope, mine.code) is not None
    assert project_of(session, scope, other.code) is None
    assert dossier_of(session, scope, other.code, YEAR, DAY) is None
    assert dossier_of(session, EVERYTHING, "KHONG-CO", YEAR, DAY) is None


def test_the_names_behind_the_keys_are_read(session: Session) -> None:
    parent = a_project(session, name="Chương trình mẹ")
    project = a_project(session, parent_id=parent.id)
    detail = dossier(session, project).detail
    assert (detail.parent_name, detail.parent_code) == ("Chương trình mẹ", parent.code)
    assert detail.group is project.group_computed
    assert detail.row_version == project.row_version


def test_decisions_come_newest_first_with_their_sources(session: Session) -> None:
    project = a_project(session)
    a_decision(session, project, {a_source(session, "2.1"): 60, a_source(session, "1.1"): 40})
    late = a_decision(session, project, issued_on=date(2025, 3, 1), total_investment=Dong(7))
    found = dossier(session, project).decisions
    assert found[0].id == late.id
    assert [(code, amount) for code, _, amount in found[1].sources] == [("1.1", 40), ("2.1", 60)]


def test_the_path_of_an_own_scenario_has_all_of_its_months(session: Session) -> None:
    project = a_project(session)
    a_plan_line(session, project, planned=200_000_000)
    a_scenario(session, project)
    found = dossier(session, project)
    assert found.path is not None
    assert found.path.source is PathSource.PROJECT
    ends = [found.path.at(end, found.calendar) for end in YEAR.month_ends]
    assert ends == list(EVENLY)


def test_flags_say_since_when_they_hold(session: Session) -> None:
    project = a_project(session)
    line = a_plan_line(session, project, planned=200_000_000)
    a_scenario(session, project)
    a_disbursement(session, line, 9_000_000, posted_on=date(2025, 1, 20))
    found = dossier(session, project).judged
    assert found is not None
    behind = found.verdict.flag(FlagCode.F02)
    assert behind is not None
    assert behind.since is not None
    assert date(2025, 1, 20) < behind.since < date(2025, 2, 28)


def test_a_year_without_a_plan_has_nothing_to_judge(session: Session) -> None:
    found = dossier(session, a_project(session))
    assert (found.judged, found.path, found.months) == (None, None, {})


def test_versions_come_newest_first_with_who_and_when(session: Session) -> None:
    project = a_project(session)
    a_scenario(session, project)
    waiting = {"approved_by": None, "approved_at": None, "approved_on": None}
    a_scenario(session, project, version=2, **waiting)
    newest, first = versions_of_project(session, project.id, YEAR)
    assert (newest.version, newest.approved_on, newest.approved_by) == (2, None, None)
    assert (first.version, first.approved_on, first.cumulative) == (1, date(2025, 1, 10), EVENLY)
    assert first.approved_by == first.proposed_by == "Hệ thống"
    assert versions_of_project(session, project.id, PlanYear(2024)) == []


def test_the_statements_do_not_grow_with_the_history(session: Session) -> None:
    def taken(payments: int) -> int:
        project = a_project(session)
        line = a_plan_line(session, project)
        a_scenario(session, project)
        for number in range(payments):
            a_decision(session, project)
            a_disbursement(session, line, 1_000, posted_on=date(2025, 1, 2 + number))
        session.flush()
        session.expunge_all()
        with statements(session) as sent:
            dossier_of(session, EVERYTHING, project.code, YEAR, DAY)
        return len(sent)

    assert taken(2) == taken(20)
