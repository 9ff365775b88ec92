"""Projects opened and amended: what is stored, what is refused, what is remembered."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.people import an_act
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_decision, a_project
from tests.factories.units import a_unit, an_organisation
from tracker.domain.act import Act
from tracker.domain.lifecycle import (
    DayRequired,
    DaysOutOfOrder,
    InvestmentBelowDisbursed,
    NotThere,
    OwnAncestor,
)
from tracker.domain.money import Dong
from tracker.domain.people import Role
from tracker.domain.projects import (
    Group,
    Halt,
    InvestmentClass,
    MoveNotAllowed,
    ProjectKind,
    Status,
    Tier,
)
from tracker.domain.refusals import AlreadyTaken, OutOfScope, ReasonRequired, StaleEdit
from tracker.models import Change, Organisation, Project, ProjectLocation, ProjectOwner
from tracker.services.projects import (
    AmendProject,
    OpenProject,
    ProjectFields,
    amend_project,
    open_project,
)

FROM = date(2025, 1, 10)
BASIS = "Quyết định 12/QĐ-UBND ngày 10/01/2025"


def some_fields(**changes: Any) -> ProjectFields:
    given: dict[str, Any] = {
        "name": "Đường tỉnh 391",
        "kind": ProjectKind.PROJECT,
        "tier": Tier.PROVINCE,
        "sector": "10.3",
        "investment_class": InvestmentClass.II,
        "year_from": 2025,
        "year_to": 2027,
    }
    return ProjectFields(**{**given, **changes})


def an_opening(owner: Organisation, **changes: Any) -> OpenProject:
    return OpenProject(some_fields(**changes), owner.id, FROM)


def fields_of(project: Project, **changes: Any) -> ProjectFields:
    names = set(ProjectFields.__dataclass_fields__) - {"parent_code", "location_ids"}
    return replace(ProjectFields(**{name: getattr(project, name) for name in names}), **changes)


def an_amendment(project: Project, **changes: Any) -> AmendProject:
    order = {
        "status": changes.pop("status", project.status),
        "halt": changes.pop("halt", project.halt),
        "basis": changes.pop("basis", None),
        "row_version": changes.pop("row_version", project.row_version),
    }
    return AmendProject(project_id=project.id, fields=fields_of(project, **changes), **order)


def deeds_on(session: Session, project_id: int) -> list[Change]:
    return list(
        session.scalars(select(Change).where(Change.project_id == project_id).order_by(Change.id))
    )


def test_a_project_is_opened_under_its_owner_and_unit(session: Session, act: Act) -> None:
    owner = an_organisation(session, unit=a_unit(session))
    commune = a_unit(session)
    order = an_opening(owner, location_ids=frozenset({commune.id}))
    made = open_project(session, act, order)
    project = session.get_one(Project, made.id)
    assert (project.owner_id, project.unit_id, project.unit_path) == (
        owner.id,
        owner.unit_id,
        owner.unit_path,
    )
    assert (project.name_folded, project.group_computed) == ("duong tinh 391", None)
    span = session.scalars(select(ProjectOwner).where(ProjectOwner.project_id == made.id)).one()
    assert (span.organisation_id, span.valid_from, span.valid_until) == (owner.id, FROM, None)
    placed = session.scalars(
        select(ProjectLocation.unit_id).where(ProjectLocation.project_id == made.id)
    )
    assert list(placed) == [commune.id]
    (deed,) = deeds_on(session, made.id)
    assert (deed.deed, deed.after["owner"]) == ("project.opened", owner.name)


def test_codes_follow_one_another_within_a_year(session: Session, act: Act) -> None:
    owner = an_organisation(session)
    codes = [
        open_project(session, act, an_opening(owner, name=f"Dự án {n}")).code for n in range(3)
    ]
    first = int(codes[0].rsplit("-", 1)[1])
    assert codes == [f"HD-2025-{first + n:04d}" for n in range(3)]
    other = open_project(session, act, an_opening(owner, name="Năm khác", year_from=2024))
    assert other.code.startswith("HD-2024-")


def test_a_name_an_owner_has_already_is_refused(session: Session, act: Act) -> None:
    owner = an_organisation(session)
    open_project(session, act, an_opening(owner))
    with pytest.raises(AlreadyTaken) as refusal:
        open_project(session, act, an_opening(owner, name="ĐƯỜNG TỈNH 391"))
    assert refusal.value.field == "name"
    open_project(session, act, an_opening(an_organisation(session)))


@pytest.mark.parametrize(("there", "typed"), [("P1", "p1"), ("đt-07", "ĐT-07")])
def test_codes_that_differ_by_case_alone_are_the_same(
    session: Session, act: Act, there: str, typed: str
) -> None:
    taken = a_project(session, code=there)
    with pytest.raises(AlreadyTaken) as refusal:
        open_project(session, act, replace(an_opening(an_organisation(session)), code=typed))
    assert (refusal.value.field, refusal.value.holder_id) == ("code", taken.id)


def test_the_next_code_counts_those_typed_in_small_letters(session: Session, act: Act) -> None:
    a_project(session, code="hd-2025-8123")
    made = open_project(session, act, an_opening(an_organisation(session)))
    assert made.code == "HD-2025-8124"


def test_a_budget_code_belongs_to_one_project(session: Session, act: Act) -> None:
    taken = a_project(session, budget_code="7004686")
    with pytest.raises(AlreadyTaken) as refusal:
        open_project(session, act, an_opening(an_organisation(session), budget_code="7004686"))
    assert (refusal.value.field, refusal.value.holder_id) == ("budget_code", taken.id)
    amend_project(session, act, an_amendment(taken, name="Tên khác"))


def test_an_owner_out_of_scope_is_refused(session: Session) -> None:
    commune = a_unit(session)
    act = an_act(session, Role.COORDINATOR, unit=commune)
    with pytest.raises(OutOfScope):
        open_project(session, act, an_opening(an_organisation(session)))
    open_project(session, act, an_opening(an_organisation(session, unit=commune)))


def test_only_what_changed_is_remembered(session: Session, act: Act) -> None:
    project = a_project(session, name="Tên cũ")
    version = project.row_version
    saved = amend_project(session, act, an_amendment(project, name="Tên mới", is_key=True))
    assert saved.row_version > version
    (deed,) = deeds_on(session, project.id)
    assert deed.before == {"name": "Tên cũ", "is_key": False}
    assert deed.after == {"name": "Tên mới", "is_key": True}
    assert session.get_one(Project, project.id).name_folded == "ten moi"


def test_saving_without_a_change_remembers_nothing(session: Session, act: Act) -> None:
    project = a_project(session)
    amend_project(session, act, an_amendment(project))
    assert deeds_on(session, project.id) == []


def test_places_are_added_and_taken_away(session: Session, act: Act) -> None:
    project, one, other = a_project(session), a_unit(session), a_unit(session)
    for ids in ({one.id}, {one.id, other.id}, {other.id}, set()):
        amend_project(session, act, an_amendment(project, location_ids=frozenset(ids)))
        placed = session.scalars(
            select(ProjectLocation.unit_id).where(ProjectLocation.project_id == project.id)
        )
        assert set(placed) == ids
    assert len(deeds_on(session, project.id)) == 4
    with pytest.raises(NotThere):
        amend_project(session, act, an_amendment(project, location_ids=frozenset({10**9})))


def test_an_edit_of_an_old_version_is_refused(session: Session, act: Act) -> None:
    project = a_project(session)
    stale = an_amendment(project, name="Của người thứ hai")
    amend_project(session, act, an_amendment(project, name="Của người thứ nhất"))
    with pytest.raises(StaleEdit) as refusal:
        amend_project(session, act, stale)
    assert refusal.value.expected < refusal.value.found
    assert session.get_one(Project, project.id).name == "Của người thứ nhất"


def test_a_change_of_places_alone_makes_other_edits_stale(session: Session, act: Act) -> None:
    project = a_project(session)
    stale = an_amendment(project, name="Muộn")
    places = frozenset({a_unit(session).id})
    amend_project(session, act, an_amendment(project, location_ids=places))
    with pytest.raises(StaleEdit):
        amend_project(session, act, stale)


def test_a_project_out_of_scope_is_refused_like_a_missing_one(session: Session) -> None:
    project = a_project(session)
    act = an_act(session, Role.COORDINATOR, unit=a_unit(session))
    with pytest.raises(OutOfScope) as foreign:
        amend_project(session, act, an_amendment(project))
    with pytest.raises(OutOfScope) as missing:
        amend_project(session, act, replace(an_amendment(project), project_id=10**9))
    assert foreign.value.data == missing.value.data


def test_a_stage_moves_only_where_it_may_and_with_its_basis(session: Session, act: Act) -> None:
    project = a_project(session, started_on=FROM)
    with pytest.raises(MoveNotAllowed):
        amend_project(session, act, an_amendment(project, status=Status.CLOSED, basis=BASIS))
    done = {"finished_on": date(2025, 4, 1)}
    to = Status.COMPLETED_NOT_HANDED_OVER
    with pytest.raises(DayRequired):
        amend_project(session, act, an_amendment(project, status=to, basis=BASIS))
    with pytest.raises(ReasonRequired):
        amend_project(session, act, an_amendment(project, status=to, **done))
    amend_project(session, act, an_amendment(project, status=to, basis=BASIS, **done))
    moved = deeds_on(session, project.id)[0]
    assert (moved.deed, moved.before, moved.after, moved.reason) == (
        "project.moved",
        {"status": "under_construction"},
        {"status": "completed_not_handed_over"},
        BASIS,
    )


def test_a_halt_needs_its_basis_and_can_be_lifted(session: Session, act: Act) -> None:
    project = a_project(session)
    with pytest.raises(ReasonRequired):
        amend_project(session, act, an_amendment(project, halt=Halt.PAUSED))
    amend_project(session, act, an_amendment(project, halt=Halt.PAUSED, basis=BASIS))
    amend_project(session, act, an_amendment(project, halt=None, basis=BASIS))
    assert [deed.deed for deed in deeds_on(session, project.id)] == ["project.halted"] * 2


def test_days_out_of_order_are_refused(session: Session, act: Act) -> None:
    project = a_project(session)
    changes = {"started_on": date(2025, 2, 2), "finished_on": date(2025, 2, 1)}
    with pytest.raises(DaysOutOfOrder):
        amend_project(session, act, an_amendment(project, **changes))


def test_the_group_follows_class_and_law_of_the_day_of_decision(session: Session, act: Act) -> None:
    project = a_project(session, total_investment=Dong(150 * 10**9), group_computed=None)
    a_decision(session, project, issued_on=date(2024, 12, 31))
    amend_project(session, act, an_amendment(project))
    assert project.group_computed is Group.B  # 80 tỷ and more under the old law
    a_decision(session, project, issued_on=date(2025, 1, 1))
    amend_project(session, act, an_amendment(project))
    assert project.group_computed is Group.C  # below 160 tỷ under the new law
    amend_project(session, act, an_amendment(project, investment_class=InvestmentClass.IV))
    assert project.group_computed is Group.B  # 90 tỷ and more for class IV


def test_a_group_set_by_hand_needs_its_reason(session: Session, act: Act) -> None:
    project = a_project(session)
    for reason in (None, "ngắn"):
        order = an_amendment(project, group_override=Group.A, group_reason=reason)
        with pytest.raises(ReasonRequired):
            amend_project(session, act, order)
    reason = "Theo Nghị quyết riêng của Hội đồng nhân dân tỉnh"
    order = an_amendment(project, group_override=Group.A, group_reason=reason)
    amend_project(session, act, order)
    assert (project.group_override, project.group_computed) == (Group.A, Group.C)
    (deed,) = deeds_on(session, project.id)
    assert deed.after == {"group_override": "a", "group_reason": reason}


def test_a_project_is_no_part_of_itself(session: Session, act: Act) -> None:
    parent, child = a_project(session), a_project(session)
    amend_project(session, act, an_amendment(child, parent_code=parent.code))
    assert child.parent_id == parent.id
    for code, own in ((child.code, parent), (parent.code, parent)):
        with pytest.raises(OwnAncestor):
            amend_project(session, act, an_amendment(own, parent_code=code))
    with pytest.raises(NotThere):
        amend_project(session, act, an_amendment(child, parent_code="KHONG-CO"))


def test_what_was_paid_before_and_since_stays_within_the_total_investment(
    session: Session, act: Act
) -> None:
    project = a_project(session, total_investment=Dong(10_000))
    a_disbursement(session, a_plan_line(session, project, planned=9_000), 8_000)
    with pytest.raises(InvestmentBelowDisbursed) as refused, session.begin_nested():
        amend_project(session, act, an_amendment(project, disbursed_before=Dong(2_001)))
    assert refused.value.data == {
        "field": "disbursed_before", "disbursed": 10_001, "investment": 10_000,
    }  # fmt: skip
    amend_project(session, act, an_amendment(project, disbursed_before=Dong(2_000)))
    # A record that came with too much paid is amended in everything else, and put right.
    project.disbursed_before = Dong(5_000)
    session.flush()
    amend_project(session, act, an_amendment(project, name="Đường tỉnh 392"))
    amend_project(session, act, an_amendment(project, disbursed_before=Dong(4_000)))
    assert (project.name, project.disbursed_before) == ("Đường tỉnh 392", 4_000)
