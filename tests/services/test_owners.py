"""A project given to another owner: spans, place, and the sums that follow it."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.people import an_act
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.units import a_unit, an_organisation
from tracker.domain.act import Act
from tracker.domain.disbursements import DisbursementKind, InTheFuture
from tracker.domain.lifecycle import OwnerTooEarly, SameOwner
from tracker.domain.people import Role
from tracker.domain.refusals import OutOfScope, ReasonRequired, StaleEdit
from tracker.models import Change, Organisation, OwnerDay, OwnerMonth, Project, ProjectOwner
from tracker.services.owners import AssignOwner, assign_owner
from tracker.services.progress import true_sums

BASIS = "Quyết định 77/QĐ-UBND ngày 01/04/2025"


def an_order(project: Project, owner: Organisation, **changes: Any) -> AssignOwner:
    given: dict[str, Any] = {
        "project_id": project.id,
        "row_version": project.row_version,
        "owner_id": owner.id,
        "valid_from": date(2025, 4, 1),
        "basis": BASIS,
    }
    return AssignOwner(**{**given, **changes})


def differences(session: Session) -> list[object]:
    """Return every row of the owners' sums that the entries do not give."""
    session.flush()
    found: list[object] = []
    for table, computed in true_sums().items():
        if table not in (OwnerDay, OwnerMonth):
            continue
        names = [column.name for column in computed.selected_columns]
        kept = {tuple(row) for row in session.execute(select(*(getattr(table, n) for n in names)))}
        found += kept ^ {tuple(row) for row in session.execute(computed)}
    return found


def test_the_project_moves_with_its_place_and_its_span(session: Session, act: Act) -> None:
    commune = a_unit(session)
    project, owner = a_project(session), an_organisation(session, unit=commune)
    before = project.owner_id
    assign_owner(session, act, an_order(project, owner))
    assert (project.owner_id, project.unit_id, project.unit_path) == (
        owner.id,
        commune.id,
        commune.path,
    )
    spans = session.execute(
        select(ProjectOwner.organisation_id, ProjectOwner.valid_from, ProjectOwner.valid_until)
        .where(ProjectOwner.project_id == project.id)
        .order_by(ProjectOwner.valid_from)
    ).all()
    assert [tuple(span) for span in spans] == [
        (before, date(2024, 1, 1), date(2025, 4, 1)),
        (owner.id, date(2025, 4, 1), None),
    ]
    deed = session.scalars(select(Change).where(Change.project_id == project.id)).one()
    assert (deed.deed, deed.reason, deed.after["owner"]) == (
        "project.owner_assigned",
        BASIS,
        owner.name,
    )


def test_all_it_ever_disbursed_moves_to_the_new_owner(session: Session, act: Act) -> None:
    old = an_organisation(session)
    moved, kept = a_project(session, owner=old), a_project(session, owner=old)
    for year in (2024, 2025):
        line, other = a_plan_line(session, moved, year=year), a_plan_line(session, kept, year=year)
        for day in (date(year, 2, 3), date(year, 2, 20), date(year, 3, 15)):
            a_disbursement(session, line, 1_000, posted_on=day)
            a_disbursement(session, line, 500, kind=DisbursementKind.ADVANCE, posted_on=day)
        a_disbursement(session, other, 70, posted_on=date(year, 2, 3))
    extended = a_plan_line(session, moved, extended=True)
    a_disbursement(session, extended, 9, posted_on=date(2025, 2, 3))
    owner = an_organisation(session)
    assign_owner(session, act, an_order(moved, owner))
    assert differences(session) == []
    back = an_order(moved, old, valid_from=date(2025, 4, 2))
    assign_owner(session, act, back)
    assert differences(session) == []


def test_a_sum_that_is_zero_stays_where_entries_are_behind_it(session: Session, act: Act) -> None:
    old = an_organisation(session)
    moved, kept = a_project(session, owner=old), a_project(session, owner=old)
    day = date(2025, 2, 3)
    a_disbursement(session, a_plan_line(session, moved), 50, posted_on=day)
    other = a_plan_line(session, kept)
    a_disbursement(session, other, 50, posted_on=day)
    a_disbursement(session, other, 50, kind=DisbursementKind.REFUND, posted_on=day)
    assign_owner(session, act, an_order(moved, an_organisation(session)))
    assert differences(session) == []


def test_what_cannot_be_is_refused(session: Session, act: Act) -> None:
    project, owner = a_project(session), an_organisation(session)
    now = session.get_one(Organisation, project.owner_id)
    for refusal, order in (
        (SameOwner, an_order(project, now)),
        (OwnerTooEarly, an_order(project, owner, valid_from=date(2024, 1, 1))),
        (InTheFuture, an_order(project, owner, valid_from=date(2025, 5, 1))),
        (ReasonRequired, an_order(project, owner, basis="ngắn")),
        (StaleEdit, an_order(project, owner, row_version=project.row_version - 1)),
        (OutOfScope, an_order(project, owner, owner_id=10**9)),
    ):
        with pytest.raises(refusal):
            assign_owner(session, act, order)
    assert project.owner_id == now.id


def test_nobody_gives_away_beyond_their_scope(session: Session) -> None:
    commune = a_unit(session)
    act = an_act(session, Role.COORDINATOR, unit=commune)
    mine = a_project(session, owner=an_organisation(session, unit=commune), unit=commune)
    with pytest.raises(OutOfScope):
        assign_owner(session, act, an_order(mine, an_organisation(session)))
    with pytest.raises(OutOfScope):
        assign_owner(session, act, an_order(a_project(session), an_organisation(session)))
