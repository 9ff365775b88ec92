"""What the pages of packages and contracts show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.contract_facts import ContractFacts
from tracker.domain.contract_flags import flags_of_contract
from tracker.domain.contracts import WHOLE_SHARE, ContractState, advance_allowed
from tracker.domain.days import PlanYear
from tracker.domain.facts import ProjectFacts
from tracker.domain.money import ZERO, Dong, total
from tracker.domain.packages import MOVES, PackageState
from tracker.domain.people import Actor, Permission
from tracker.domain.thresholds import Thresholds
from tracker.queries.contracts import (
    AcceptanceRow,
    AppendixRow,
    ContractRow,
    GuaranteeRow,
    PackageRow,
)
from tracker.queries.dossiers import ProjectDetail
from tracker.web.flagging import FlagWords, flag_words
from tracker.web.formats import day, percent, unit_words
from tracker.web.reading import Reading


@dataclass(frozen=True, slots=True)
class PackageLine:
    """One package with what may be done with it."""

    package: PackageRow
    is_late: bool
    is_cancelled: bool
    edit_url: str | None
    move_url: str | None
    sign_url: str | None


@dataclass(frozen=True, slots=True)
class ContractLine:
    """One contract with its flags."""

    contract: ContractRow
    url: str
    flags: tuple[FlagWords, ...]
    guarantees: tuple[GuaranteeRow, ...]

    @property
    def who(self) -> str:
        """Return its contractors, the leader first."""
        return " – ".join(member.name for member in self.contract.members)


@dataclass(frozen=True, slots=True)
class PackageSums:
    """The sums of the packages that were not cancelled; `award` and `saving` of those decided."""

    price: Dong
    award: Dong
    saving: Dong


@dataclass(frozen=True, slots=True)
class ContractSums:
    """The sums of all contracts."""

    value: Dong
    disbursed: Dong
    outstanding: Dong
    accepted: Dong


@dataclass(frozen=True)
class ContractsPage:
    """The packages and contracts of a project as this person may see them.

    `over` is by how much the packages exceed the total investment; zero when they do not.
    """

    reading: Reading
    project: ProjectDetail
    basis: tuple[str, ...]
    packages: tuple[PackageLine, ...]
    package_sums: PackageSums
    contracts: tuple[ContractLine, ...]
    sums: ContractSums
    over: Dong
    new_url: str | None
    excel_url: str


def may_edit(project: ProjectDetail, actor: Actor) -> bool:
    """Tell whether this person keeps the contracts of a project."""
    scope = actor.scope_of(Permission.CONTRACT_EDIT)
    return scope.covers(project.unit_path, project.owner_id, project.id)


def basis_of(project: ProjectDetail, reading: Reading) -> tuple[str, ...]:
    """Return the phrases under the name of the project."""
    return (
        project.code,
        project.owner,
        _("gói thầu và hợp đồng"),
        _("đến %(day)s", day=day(reading.as_of)),
        _("theo phần mềm"),
        unit_words(reading.unit),
    )


def contracts_page(
    project: ProjectDetail,
    packages: Sequence[PackageRow],
    contracts: Sequence[ContractRow],
    facts: ContractFacts,
    limits: Thresholds,
    reading: Reading,
    actor: Actor,
) -> ContractsPage:
    """Decide what the page shows."""
    edits = may_edit(project, actor)
    judged = facts_of(project, facts, reading.as_of)
    live = [one for one in packages if one.state is not PackageState.CANCELLED]
    price = total(one.price for one in live)
    investment = project.total_investment
    return ContractsPage(
        reading=reading,
        project=project,
        basis=basis_of(project, reading),
        packages=tuple(_package(project, one, reading.as_of, edits=edits) for one in packages),
        package_sums=PackageSums(
            price,
            total(one.award or ZERO for one in live),
            total(one.saving or ZERO for one in live),
        ),
        contracts=tuple(_contract(reading, judged, one, limits) for one in contracts),
        sums=sums_of(contracts),
        over=Dong(price - investment) if 0 < investment < price else ZERO,
        new_url=url_for("packages.new_package", code=project.code) if edits else None,
        excel_url=reading.url("packages.download_contracts", code=project.code),
    )


def sums_of(contracts: Sequence[ContractRow]) -> ContractSums:
    """Return the sums of contracts by the close of the day they were read for."""
    return ContractSums(
        total(one.fact.value for one in contracts),
        total(one.fact.disbursed for one in contracts),
        total(one.fact.outstanding for one in contracts),
        total(one.fact.accepted for one in contracts),
    )


def facts_of(project: ProjectDetail, facts: ContractFacts, on: date) -> ProjectFacts:
    """Return what the rules about one contract ask of its project."""
    return ProjectFacts(
        project_id=project.id,
        day=on,
        year=PlanYear(on.year),
        tier=project.tier,
        group=project.group,
        status=project.status,
        plan=ZERO,
        disbursed=ZERO,
        halt=project.halt,
        contracts=facts,
    )


def _package(project: ProjectDetail, one: PackageRow, on: date, *, edits: bool) -> PackageLine:
    names: dict[str, Any] = {"code": project.code, "package_id": one.id}
    signs = one.state in (PackageState.PLANNED, PackageState.SELECTING, PackageState.UNDER_WAY)
    undecided = one.result_on is None or one.result_on > on
    cancelled = one.state is PackageState.CANCELLED
    return PackageLine(
        one,
        is_late=undecided and one.selection_due_on < on and not cancelled,
        is_cancelled=cancelled,
        edit_url=url_for("packages.edit_package", **names) if edits else None,
        move_url=url_for("packages.move", **names) if edits and MOVES[one.state] else None,
        sign_url=url_for("packages.sign", **names) if edits and signs else None,
    )


def _contract(
    reading: Reading, facts: ProjectFacts, one: ContractRow, limits: Thresholds
) -> ContractLine:
    url = reading.url("packages.show_contract", code=one.project_code, contract_id=one.id)
    flags = tuple(map(flag_words, flags_of_contract(facts, one.id, limits)))
    return ContractLine(one, url, flags, guarantees_on(one.guarantees, reading.as_of))


def guarantees_on(guarantees: Sequence[GuaranteeRow], on: date) -> tuple[GuaranteeRow, ...]:
    """Return the guarantees that were given and not given back by the close of a day."""
    return tuple(
        one
        for one in guarantees
        if one.issued_on <= on and (one.released_on is None or one.released_on > on)
    )


@dataclass(frozen=True)
class ContractPage:
    """One contract with all that happened to it."""

    reading: Reading
    project: ProjectDetail
    line: ContractLine
    basis: tuple[str, ...]
    appendices: tuple[AppendixRow, ...]
    acceptances: tuple[AcceptanceRow, ...]
    members: tuple[tuple[str, str, str, str], ...]
    advance_allowed: Dong
    unaccepted: Dong
    urls: Mapping[str, str]
    may_edit: bool
    is_running: bool
    ledger_url: str


def contract_page(
    project: ProjectDetail,
    contract: ContractRow,
    facts: ContractFacts,
    limits: Thresholds,
    events: tuple[Sequence[AppendixRow], Sequence[AcceptanceRow]],
    reading: Reading,
    actor: Actor,
) -> ContractPage:
    """Decide what the page of a contract shows."""
    edits = may_edit(project, actor)
    names: dict[str, Any] = {"code": project.code, "contract_id": contract.id}
    fact = contract.fact
    return ContractPage(
        reading=reading,
        project=project,
        line=_contract(reading, facts_of(project, facts, reading.as_of), contract, limits),
        basis=basis_of(project, reading),
        appendices=tuple(events[0]),
        acceptances=tuple(events[1]),
        members=tuple(
            (
                one.name,
                one.tax_code,
                reading.url("contractors.show_contractor", contractor_id=one.contractor_id),
                percent(Fraction(one.share, WHOLE_SHARE), 2),
            )
            for one in contract.members
        ),
        advance_allowed=advance_allowed(fact.value, fact.advance_limit, limits.advance_most.value),
        unaccepted=Dong(fact.value - fact.accepted),
        urls={
            name: url_for(f"packages.{name}", **names)
            for name in ("edit_contract", "terminate", "append", "guarantee", "accept")
        }
        if edits
        else {},
        may_edit=edits,
        is_running=contract.state is ContractState.UNDER_WAY,
        ledger_url=url_for(
            "disbursements.list_entries",
            project=project.code,
            contract=contract.number,
            until=reading.as_of.isoformat(),
        ),
    )
