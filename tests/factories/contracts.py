"""Packages, contractors, contracts and what happens to them, entered by their own deeds."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.counting import a_number
from tracker.domain.act import Act
from tracker.domain.contracts import AcceptanceKind, AppendixKind, GuaranteeKind, with_check
from tracker.domain.money import Dong
from tracker.domain.packages import (
    ContractType,
    PackageField,
    SelectionForm,
    SelectionMethod,
)
from tracker.models import Acceptance, BidPackage, Contract, Project
from tracker.services.contract_events import (
    RecordAcceptance,
    RecordAppendix,
    RecordGuarantee,
    record_acceptance,
    record_appendix,
    record_guarantee,
)
from tracker.services.contractors import Member
from tracker.services.contracts import ContractDetails, SignContract, sign_contract
from tracker.services.packages import PackageDetails, PlanPackage, plan_package

MILLION = 10**6


def a_tax_code() -> str:
    """Return a tax code that nobody had before."""
    return next(code for _ in range(3) if (code := with_check(f"08{a_number():07d}")))


def package_details(**changes: Any) -> PackageDetails:
    """Return a package of works whose contractor was found in May 2024, with changes."""
    given: dict[str, Any] = {
        "number": f"XL-{a_number():04d}",
        "name": "Thi công xây dựng công trình",
        "field": PackageField.WORKS,
        "price": Dong(1_000 * MILLION),
        "plan_decision": "12/QĐ-BQLDA",
        "plan_decided_on": date(2024, 2, 1),
        "selection_form": SelectionForm.OPEN_BIDDING,
        "selection_method": SelectionMethod.ONE_STAGE_TWO_ENVELOPES,
        "contract_type": ContractType.LUMP_SUM,
        "selection_due_on": date(2024, 6, 30),
        "days": 720,
        "is_online": True,
        "result_decision": "45/QĐ-BQLDA",
        "result_on": date(2024, 5, 20),
        "award": Dong(1_000 * MILLION),
        **changes,
    }
    return PackageDetails(**given)


def contract_details(*members: Member, **changes: Any) -> ContractDetails:
    """Return a contract of a thousand million over two years from June 2024, with changes."""
    given: dict[str, Any] = {
        "number": f"{a_number()}/2024/HĐ-XD",
        "signed_on": date(2024, 6, 1),
        "value": Dong(1_000 * MILLION),
        "type": ContractType.LUMP_SUM,
        "starts_on": date(2024, 6, 10),
        "days": 720,
        "members": members or (Member(a_tax_code(), 10_000, "Công ty Xây lắp Thử nghiệm"),),
        **changes,
    }
    return ContractDetails(**given)


def a_package(session: Session, act: Act, project: Project, **changes: Any) -> BidPackage:
    """Plan a package."""
    order = PlanPackage(project.id, package_details(**changes), f"package-{a_number()}")
    return session.get_one(BidPackage, plan_package(session, act, order).id)


def a_contract(
    session: Session,
    act: Act,
    project: Project,
    *members: Member,
    package: BidPackage | None = None,
    **changes: Any,
) -> Contract:
    """Sign a contract, on a package of its own unless one is given."""
    package = package or a_package(session, act, project)
    details = contract_details(*members, **changes)
    order = SignContract(package.id, details, f"contract-{a_number()}")
    return session.get_one(Contract, sign_contract(session, act, order).id)


def an_appendix(
    session: Session, act: Act, contract: Contract, signed_on: date, **changes: Any
) -> int:
    """Append a change of value or last day; return its number."""
    given: dict[str, Any] = {
        "number": f"PL{a_number()}",
        "kind": AppendixKind.PRICE,
        "value_after": None,
        "ends_on_after": None,
        "reason": "Điều chỉnh theo khối lượng thực tế",
        "idempotency_key": f"appendix-{a_number()}",
        **changes,
    }
    return record_appendix(
        session, act, RecordAppendix(contract.id, signed_on=signed_on, **given)
    ).id


def an_acceptance(
    session: Session, act: Act, contract: Contract, amount: int, on: date, **changes: Any
) -> Acceptance:
    """Accept work."""
    kind = changes.pop("kind", AcceptanceKind.STAGE)
    key, note = f"acceptance-{a_number()}", changes.pop("note", "")
    order = RecordAcceptance(contract.id, on, Dong(amount), kind, note, key)
    return session.get_one(Acceptance, record_acceptance(session, act, order).id)


def a_guarantee(
    session: Session, act: Act, contract: Contract, valid_until: date, **changes: Any
) -> int:
    """Enter a guarantee of performance; return its key."""
    given: dict[str, Any] = {
        "kind": GuaranteeKind.PERFORMANCE,
        "number": f"BL-{a_number()}",
        "bank": "Ngân hàng Thử nghiệm",
        "value": Dong(50 * MILLION),
        "issued_on": date(2024, 6, 1),
        "idempotency_key": f"guarantee-{a_number()}",
        **changes,
    }
    order = RecordGuarantee(contract.id, valid_until=valid_until, **given)
    return record_guarantee(session, act, order).id
