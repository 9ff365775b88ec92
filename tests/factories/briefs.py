"""A district and a province with something in every part of the brief."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from tests.factories.approval import a_submission
from tests.factories.disbursements import a_disbursement
from tests.factories.matters import a_kept_difficulty, a_kept_directive
from tests.factories.people import a_grant, a_person
from tests.factories.periods import a_request
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.scenarios import a_scenario
from tests.factories.units import a_district, an_organisation
from tracker.domain.act import Act
from tracker.domain.difficulties import Cause, Level
from tracker.domain.directives import DirectiveState, Side
from tracker.domain.people import Role
from tracker.domain.projects import Tier
from tracker.models import Organisation, Person, Project, Unit

MILLION = 1_000_000
DUE = date(2025, 4, 25)
"""The deadline of the first directive that is late; each next one's is a day earlier."""
LOCKED = {"tier": None, "organisation": None, "year": 2025, "month": 3, "strength": "hard"}


@dataclass(frozen=True)
class World:
    """Three people who read briefs, and the projects of the two districts."""

    leader: Person
    of_district: Person
    of_board: Person
    district: Unit
    board: Organisation
    own: tuple[Project, ...]
    others: tuple[Project, ...]


def projects_of(
    session: Session, board: Organisation, unit: Unit, name: str, slow: int, worse: int
) -> tuple[Project, ...]:
    """Make slow projects, some of them since this week alone, one ahead and one nobody knows of."""
    made = []
    for place in range(slow + worse + 2):
        project = a_project(session, owner=board, unit=unit, name=f"{name} số {place}")
        line = a_plan_line(session, project, planned=(900 + place) * MILLION)
        made.append(project)
        if place == slow + worse + 1:
            continue
        a_scenario(session, project)
        paid = 36 * MILLION + place if place >= slow else (1 + place) * MILLION
        if place == slow + worse:
            paid = 300 * MILLION
        a_disbursement(session, line, paid, posted_on=date(2025, 4, 15))
    return tuple(made)


def a_brief_world(session: Session, act: Act, size: int = 4) -> World:
    """Fill two districts; each is seen by its own leader and board, both by the province's."""
    district = a_district(session)
    board = an_organisation(session, district, name="Ban dự án Thanh Hà")
    elsewhere = a_district(session, "293")
    beside = an_organisation(session, elsewhere, name="Ban dự án bên cạnh")
    own = projects_of(session, board, district, "Đường nhà", size, size)
    others = projects_of(session, beside, elsewhere, "Cầu bạn", size - 1, size - 1)
    leader, of_district, of_board = (a_person(session) for _ in range(3))
    a_grant(session, leader, Role.PROVINCE_LEADER)
    a_grant(session, of_district, Role.UNIT_LEADER, unit=district)
    a_grant(session, of_board, Role.UNIT_LEADER, organisation=board)
    a_grant(session, of_board, Role.OFFICER, organisation=board)
    maker = a_person(session)
    for project, lead in ((own[0], board), (own[1], board), (others[0], beside)):
        said = {"cause": Cause.APPRAISAL, "level": Level.PROVINCE, "first_level": Level.OWNER}
        at_top = a_kept_difficulty(session, act, project, **said, due_on=date(2025, 5, 9))
        a_kept_difficulty(session, act, project, due_on=date(2025, 5, 10))
        line = a_plan_line(session, project, planned=50 * MILLION, budget_tier=Tier.DISTRICT)
        a_submission(session, line, maker, 2 * MILLION)
        for place, issuer in enumerate((leader, maker, leader)):
            late = {"due_on": DUE - timedelta(days=place), "issued_by": issuer.id}
            told = {"content": f"Thanh toán khối lượng đợt {place} của {project.name}"}
            a_kept_directive(
                session, act, project, lead, at_top, issued_on=date(2025, 4, 10), **late, **told
            )
        asked = {"issued_by": leader.id, "due_on": date(2025, 5, 3), "side": Side.ISSUER}
        a_kept_directive(
            session, act, project, lead, at_top, **asked, asked_due_on=date(2025, 5, 20)
        )
        a_kept_directive(
            session, act, project, lead, at_top, **asked, state=DirectiveState.IN_PROGRESS
        )
    for _ in range(2):
        a_request(session, before=LOCKED)
    session.commit()
    return World(leader, of_district, of_board, district, board, own, others)
