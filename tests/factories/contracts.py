"""Packages, contractors, contracts and what happens to them, entered by their own deeds."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.counting import a_number
from tests.factories.people import AT, the_system
from tracker.domain.act import Act
from tracker.domain.contracts import (
    AcceptanceKind,
    AppendixKind,
    ContractState,
    GuaranteeKind,
    with_check,
)
from tracker.domain.money import Dong
from tracker.domain.packages import (
    ContractType,
    PackageField,
    PackageState,
    SelectionForm,
    SelectionMethod,
)
from tracker.domain.text import fold, sort_key
from tracker.models import (
    Acceptance,
    BidPackage,
    Contract,
    ContractAppendix,
    ContractMember,
    Contractor,
    Guarantee,
    Project,
)
from tracker.services.contract_events import (
    RecordAcceptance,
    RecordAppendix,
    RecordGuarantee,
    record_acceptance,
    record_appendix,
    record_guarantee,
)
from tracker.services.contractors import Member
from tracker.services.contracts import TYPED as CONTRACT_FIELDS
from tracker.services.contracts import ContractDetails, SignContract, sign_contract
from tracker.services.packages import TYPED as PACKAGE_FIELDS
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


def a_full_contract(
    session: Session, project: Project, base: int, texts: Mapping[str, str], amount: int
) -> None:
    """Store a contract with all it can have, and a package still planned, numbered from `base`.

    `amount` is the value of the contract in đồng; every text is one of `texts`.
    """
    made = {"created_by": the_system(session).id, "created_at": AT, "request_hash": ""}
    kept = {"recorded_by": the_system(session).id, "recorded_at": AT, "request_hash": ""}
    given = {name: getattr(package_details(), name) for name in PACKAGE_FIELDS}
    given |= {"price": Dong(amount), "award": Dong(amount), "name": texts["works"]}
    planned = {**given, "number": f"{texts['works']}2", "award": None, "result_on": None}
    under_way, still = PackageState.UNDER_WAY, PackageState.PLANNED
    key = texts["works"]
    session.add_all(
        [
            BidPackage(
                id=base, project_id=project.id, state=under_way, idempotency_key=f"{key}1",
                **{**given, "number": f"{key}1"}, **made,
            ),
            BidPackage(
                id=base + 1, project_id=project.id, state=still, idempotency_key=f"{key}2",
                **planned, **made,
            ),
            Contractor(
                id=base, tax_code=str(base).zfill(10), name=texts["firm"],
                name_folded=fold(texts["firm"]), name_sort=sort_key(texts["firm"]),
                address=texts["address"], representative=texts["head"],
            ),
        ]
    )  # fmt: skip
    session.flush()
    terms = contract_details()
    own = {name: getattr(terms, name) for name in CONTRACT_FIELDS}
    own |= {"number": texts["contract"], "value": Dong(amount)}
    session.add(
        Contract(
            id=base, project_id=project.id, package_id=base, ends_on=date(2026, 5, 30),
            state=ContractState.UNDER_WAY, idempotency_key=key, **own, **made,
        )
    )  # fmt: skip
    session.flush()
    of = {"project_id": project.id, "contract_id": base}
    session.add(ContractMember(contractor_id=base, place=1, share=10_000, **of))
    session.add(
        ContractAppendix(
            number=texts["appendix"], signed_on=date(2025, 1, 2), kind=AppendixKind.SCHEDULE,
            ends_on_after=date(2026, 8, 1), reason=texts["later"], idempotency_key=key,
            **of, **kept,
        )
    )  # fmt: skip
    session.add(
        Guarantee(
            id=base, kind=GuaranteeKind.PERFORMANCE, number=texts["bond"], bank=texts["bank"],
            value=Dong(amount // 10), issued_on=date(2024, 6, 1), valid_until=date(2026, 9, 1),
            idempotency_key=key, **of, **kept,
        )
    )  # fmt: skip
    session.add(
        Acceptance(
            id=base, turn=1, accepted_on=date(2025, 2, 3), amount=Dong(amount // 4),
            kind=AcceptanceKind.STAGE, note=texts["turn"], idempotency_key=key, **of, **kept,
        )
    )  # fmt: skip
    session.flush()
