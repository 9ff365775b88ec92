"""Packages, contracts and what happens to them: who may, what is refused, what is told."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests.factories.contracts import (
    MILLION,
    a_contract,
    a_guarantee,
    a_package,
    a_tax_code,
    an_acceptance,
    an_appendix,
    contract_details,
    package_details,
)
from tests.factories.people import an_act
from tests.factories.projects import a_project
from tests.factories.units import a_district, a_unit, an_organisation
from tracker.domain.act import Act
from tracker.domain.contracts import (
    AcceptanceKind,
    AcceptanceReversed,
    AdvanceNeedsDecision,
    BeforeSigning,
    BelowAccepted,
    ContractOver,
    ContractState,
    NothingChanged,
    OverContract,
    SignedBeforeResult,
    TaxCodeWrong,
)
from tracker.domain.disbursements import InTheFuture
from tracker.domain.money import Dong
from tracker.domain.packages import PackageCannotMove, PackageNeeds, PackageState
from tracker.domain.people import Role
from tracker.domain.refusals import (
    AlreadyTaken,
    ChangedRequest,
    OutOfScope,
    ReasonRequired,
    Refusal,
    StaleEdit,
)
from tracker.models import (
    Acceptance,
    BidPackage,
    Change,
    Contract,
    ContractMember,
    Contractor,
    Project,
    StandingDue,
)
from tracker.services.contract_events import ReverseAcceptance, reverse_acceptance
from tracker.services.contract_records import WarningCode
from tracker.services.contractors import (
    AmendContractor,
    ContractorUnknown,
    Member,
    amend_contractor,
)
from tracker.services.contracts import (
    AmendContract,
    SignContract,
    TerminateContract,
    amend_contract,
    sign_contract,
    terminate_contract,
)
from tracker.services.packages import (
    AmendPackage,
    MovePackage,
    PlanPackage,
    amend_package,
    move_package,
    plan_package,
)

DAY = date(2025, 4, 1)
WHY = "Sửa theo bản hợp đồng gốc"


@pytest.fixture
def project(session: Session) -> Project:
    return a_project(session, total_investment=Dong(3_000 * MILLION))


def deeds_of(session: Session, project: Project) -> list[str]:
    found = session.scalars(
        select(Change.deed).where(Change.project_id == project.id).order_by(Change.id)
    )
    return list(found)


def test_from_the_plan_of_selection_to_the_last_acceptance(
    session: Session, act: Act, project: Project
) -> None:
    package = a_package(session, act, project, result_on=None, award=None)
    begun = MovePackage(package.id, package.row_version, PackageState.SELECTING, DAY)
    move_package(session, act, begun)
    with pytest.raises(PackageNeeds):
        a_contract(session, act, project, package=package)
    details = package_details(number=package.number, award=Dong(990 * MILLION))
    amend_package(session, act, AmendPackage(package.id, package.row_version, details))
    first, second = a_tax_code(), a_tax_code()
    contract = a_contract(
        session,
        act,
        project,
        Member(first, 6_000, "Công ty Một", "Số 1", "Ông Một"),
        Member(second, 4_000, "Công ty Hai"),
        package=package,
    )
    session.refresh(package)
    assert (package.state, contract.state) == (PackageState.UNDER_WAY, ContractState.UNDER_WAY)
    assert contract.ends_on == date(2026, 5, 30)
    an_appendix(session, act, contract, DAY, value_after=Dong(1_100 * MILLION))
    an_acceptance(session, act, contract, 700 * MILLION, DAY)
    with pytest.raises(OverContract) as over:
        an_acceptance(session, act, contract, 401 * MILLION, DAY)
    assert over.value.remaining == 400 * MILLION
    last = an_acceptance(session, act, contract, 400 * MILLION, DAY, kind=AcceptanceKind.COMPLETION)
    session.refresh(package)
    assert (last.turn, contract.over_on, package.state) == (2, DAY, PackageState.COMPLETED)
    with pytest.raises(ContractOver):
        an_appendix(session, act, contract, DAY, value_after=Dong(1))
    assert deeds_of(session, project) == [
        "package.planned", "package.moved", "package.amended", "contractor.entered",
        "contractor.entered", "contract.signed", "package.moved", "contract.appended",
        "acceptance.recorded", "acceptance.recorded", "contract.moved", "package.moved",
    ]  # fmt: skip


def test_a_completion_reversed_sets_everything_under_way_again(
    session: Session, act: Act, project: Project
) -> None:
    contract = a_contract(session, act, project)
    done = an_acceptance(session, act, contract, MILLION, DAY, kind=AcceptanceKind.COMPLETION)
    with pytest.raises(ReasonRequired):
        reverse_acceptance(session, act, ReverseAcceptance(done.id, "nhầm", "short"))
    order = ReverseAcceptance(done.id, WHY, "k2")
    undone = reverse_acceptance(session, act, order)
    assert reverse_acceptance(session, act, order) == replace(undone, is_replay=True)
    reversal = session.get_one(Acceptance, undone.id)
    package = session.get_one(BidPackage, contract.package_id, populate_existing=True)
    assert (reversal.amount, reversal.turn, reversal.accepted_on) == (-MILLION, 2, DAY)
    assert (contract.state, contract.over_on) == (ContractState.UNDER_WAY, None)
    assert package.state is PackageState.UNDER_WAY
    for key in (done.id, undone.id):
        with pytest.raises(AcceptanceReversed):
            reverse_acceptance(session, act, ReverseAcceptance(key, WHY, f"again {key}"))


def test_the_same_key_is_the_same_deed_and_nothing_else(
    session: Session, act: Act, project: Project
) -> None:
    order = PlanPackage(project.id, package_details(), "once")
    first = plan_package(session, act, order)
    assert plan_package(session, act, order) == replace(first, is_replay=True, oddities=())
    with pytest.raises(ChangedRequest):
        plan_package(session, act, replace(order, details=package_details()))
    sign = SignContract(first.id, contract_details(), "signed")
    assert sign_contract(session, act, sign).id == sign_contract(session, act, sign).id
    with pytest.raises(ChangedRequest):
        sign_contract(session, act, replace(sign, details=contract_details()))
    assert session.scalar(select(func.count()).select_from(Contract)) == 1


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"signed_on": date(2024, 5, 19)}, SignedBeforeResult),
        ({"signed_on": date(2025, 5, 1)}, InTheFuture),
        ({"advance_limit": Dong(300 * MILLION + 1)}, AdvanceNeedsDecision),
        ({"members": (Member("0100109107", 10_000, "Sai"),)}, TaxCodeWrong),
        ({"members": (Member("0100109106", 10_000),)}, ContractorUnknown),
    ],
)
def test_a_contract_that_cannot_be_is_refused(
    session: Session, act: Act, project: Project, changes: dict[str, object], refusal: type[Refusal]
) -> None:
    package = a_package(session, act, project)
    details = replace(contract_details(), **changes)  # type: ignore[arg-type]
    with pytest.raises(refusal):
        sign_contract(session, act, SignContract(package.id, details, "k"))


def test_what_is_odd_is_said_and_not_refused(session: Session, act: Act, project: Project) -> None:
    a_package(session, act, project, price=Dong(2_500 * MILLION))
    details = package_details(price=Dong(501 * MILLION), award=Dong(502 * MILLION))
    made = plan_package(session, act, PlanPackage(project.id, details, "odd"))
    assert {(one.code, one.amount, one.limit) for one in made.oddities} == {
        (WarningCode.PACKAGES_OVER_INVESTMENT, 3_001 * MILLION, 3_000 * MILLION),
        (WarningCode.AWARD_OVER_PRICE, 502 * MILLION, 501 * MILLION),
    }
    given = contract_details(
        value=Dong(600 * MILLION),
        advance_limit=Dong(200 * MILLION),
        advance_decision="7/QĐ-UBND",
    )
    signed = sign_contract(session, act, SignContract(made.id, given, "signed"))
    assert [one.code for one in signed.oddities] == [
        WarningCode.VALUE_OVER_PRICE,
        WarningCode.ADVANCE_OVER_SHARE,
    ]


def test_an_appendix_changes_something_and_not_below_what_was_accepted(
    session: Session, act: Act, project: Project
) -> None:
    contract = a_contract(session, act, project)
    an_acceptance(session, act, contract, 600 * MILLION, DAY)
    for changes, refusal in (
        ({}, NothingChanged),
        ({"value_after": Dong(599 * MILLION)}, BelowAccepted),
    ):
        with pytest.raises(refusal):
            an_appendix(session, act, contract, DAY, **changes)
    with pytest.raises(BeforeSigning):
        an_appendix(session, act, contract, date(2024, 5, 31), value_after=Dong(1))
    an_appendix(session, act, contract, DAY, number="PL1", value_after=Dong(600 * MILLION))
    with pytest.raises(AlreadyTaken):
        an_appendix(session, act, contract, DAY, number="PL1", value_after=Dong(700 * MILLION))
    with pytest.raises(OverContract):
        an_acceptance(session, act, contract, 1, DAY)


def test_amending_and_terminating_look_at_the_version_and_need_a_reason(
    session: Session, act: Act, project: Project
) -> None:
    contract = a_contract(session, act, project)
    details = contract_details(Member(a_tax_code(), 10_000, "Công ty Khác"), days=30)
    version = contract.row_version
    with pytest.raises(ReasonRequired):
        amend_contract(session, act, AmendContract(contract.id, version, details, "sai"))
    amend_contract(session, act, AmendContract(contract.id, version, details, WHY))
    assert contract.ends_on == date(2024, 7, 9)
    members = session.scalars(
        select(Contractor.name)
        .join(ContractMember, ContractMember.contractor_id == Contractor.id)
        .where(ContractMember.contract_id == contract.id)
    )
    assert list(members) == ["Công ty Khác"]
    change = session.scalars(select(Change).where(Change.deed == "contract.amended")).one()
    assert change.before is not None
    assert change.after is not None
    assert (change.before["days"], change.after["days"]) == (720, 30)
    assert change.before["members"] != change.after["members"]
    end = TerminateContract(contract.id, version, DAY, WHY)
    with pytest.raises(StaleEdit):
        terminate_contract(session, act, end)
    terminate_contract(session, act, replace(end, row_version=contract.row_version))
    assert (contract.state, contract.over_on) == (ContractState.TERMINATED, DAY)


def test_a_cancelled_package_may_be_selected_anew_but_not_one_with_a_contract(
    session: Session, act: Act, project: Project
) -> None:
    package = a_package(session, act, project)
    cancel = MovePackage(package.id, package.row_version, PackageState.CANCELLED, DAY, WHY)
    move_package(session, act, cancel)
    assert (package.award, package.result_on, package.cancelled_on) == (None, None, DAY)
    back = MovePackage(package.id, package.row_version, PackageState.PLANNED, DAY)
    move_package(session, act, back)
    assert package.cancelled_on is None
    signed = a_contract(session, act, project)
    other = session.get_one(BidPackage, signed.package_id, populate_existing=True)
    with pytest.raises(PackageCannotMove):
        move_package(session, act, replace(cancel, package_id=other.id, row_version=2))
    taken_away = package_details(number=other.number, award=None)
    with pytest.raises(PackageNeeds):
        amend_package(session, act, AmendPackage(other.id, other.row_version, taken_away))


def test_nobody_touches_the_contracts_of_others(session: Session, act: Act) -> None:
    here, there = a_unit(session), a_unit(session, a_district(session, "290"))
    project = a_project(session, an_organisation(session, here), here)
    contract = a_contract(session, act, project)
    member = session.scalars(
        select(ContractMember).where(ContractMember.contract_id == contract.id)
    ).one()
    contractor = session.get_one(Contractor, member.contractor_id)
    amended = AmendContractor(contractor.id, contractor.row_version, "Tên khác")
    for stranger in (an_act(session, Role.OFFICER, unit=there), an_act(session, Role.UNIT_LEADER)):
        with pytest.raises(OutOfScope):
            plan_package(session, stranger, PlanPackage(project.id, package_details(), "k"))
        with pytest.raises(OutOfScope):
            an_acceptance(session, stranger, contract, 1, DAY)
        with pytest.raises(OutOfScope):
            amend_contractor(session, stranger, amended)
    own = an_act(session, Role.OFFICER, unit=here)
    an_acceptance(session, own, contract, 1, DAY)
    amend_contractor(session, own, amended)
    assert contractor.name == "Tên khác"


def test_the_database_keeps_what_is_added_up_and_has_the_project_judged_again(
    session: Session, act: Act, project: Project
) -> None:
    contract = a_contract(session, act, project)
    a_guarantee(session, act, contract, date(2026, 1, 1))
    an_acceptance(session, act, contract, MILLION, DAY)
    due = session.scalars(select(StandingDue.project_id).where(StandingDue.reach == "project"))
    assert project.id in set(due)
    for statement in (
        "UPDATE acceptance SET amount = 2",
        "DELETE FROM acceptance",
        "DELETE FROM contract",
        "DELETE FROM guarantee",
    ):
        with pytest.raises(DatabaseError), session.begin_nested():
            session.execute(text(statement))
