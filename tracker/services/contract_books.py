"""The contracts that entries of the ledger may name: whose they are, what was paid on them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ScalarSelect, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.domain.contracts import (
    Appendix,
    BeforeSigning,
    ContractElsewhere,
    advance_allowed,
    check_recovery,
    value_on,
)
from tracker.domain.cross_checks import ContractSide
from tracker.domain.disbursements import Effect
from tracker.domain.money import Dong
from tracker.models import Acceptance, Contract, ContractAppendix, Disbursement


class _Known(NamedTuple):
    project_id: int
    signed_on: date
    value: Dong
    advance_limit: Dong | None
    accepted: Dong


class ContractBooks:
    """The contracts of some projects with what was paid on them, counted on by order.

    Nothing is read until an entry names a contract. Who opens these books has locked the projects.
    """

    def __init__(self, session: Session, project_ids: Collection[int]) -> None:
        self._session = session
        self._project_ids = sorted(project_ids)
        self._known: dict[int, _Known] = {}
        self._appendices: dict[int, list[Appendix]] = defaultdict(list)
        self._counted: dict[int, int] = {}
        self._advance: dict[int, int] = {}

    def check(
        self, contract_id: int | None, project_id: int, effect: Effect, posted_on: date | None
    ) -> None:
        """Accept an entry that names a contract, or none.

        Without a day it is a reversal, which undoes what was accepted before.

        Raises:
            ContractElsewhere: there is no such contract of the project.
            BeforeSigning: it is posted before the contract was signed.
            OverContractAdvance: it clears more advance than the contract has outstanding.
        """
        if contract_id is None:
            return
        self._read()
        known = self._known.get(contract_id)
        if known is None or known.project_id != project_id:
            raise ContractElsewhere(contract_id)
        if posted_on is not None and posted_on < known.signed_on:
            raise BeforeSigning(known.signed_on)
        check_recovery(Dong(self._advance[contract_id]), effect.advance)

    def side(self, contract_id: int | None, posted_on: date, share: int) -> ContractSide | None:
        """Return what the cross-checks hold an entry of a day against; None without a contract.

        `share` of its value may be advanced, in basis points. To be asked for after `check` has
        accepted the contract.
        """
        if contract_id is None:
            return None
        known = self._known[contract_id]
        value = value_on(known.value, self._appendices[contract_id], posted_on)
        return ContractSide(
            disbursed=Dong(self._counted[contract_id]),
            outstanding=Dong(self._advance[contract_id]),
            accepted=known.accepted,
            allowed=advance_allowed(value, known.advance_limit, share),
        )

    def take(self, contract_id: int | None, effect: Effect) -> None:
        """Count an accepted entry before the next one is judged."""
        if contract_id is not None:
            self._counted[contract_id] += effect.counted
            self._advance[contract_id] += effect.advance

    def _read(self) -> None:
        if self._known:
            return
        rows = self._session.execute(
            select(
                Contract.id,
                Contract.project_id,
                Contract.signed_on,
                Contract.value,
                Contract.advance_limit,
                _sum_of(Acceptance.amount, Acceptance.contract_id).label("accepted"),
                _sum_of(Disbursement.counted, Disbursement.contract_id).label("counted"),
                _sum_of(Disbursement.advance, Disbursement.contract_id).label("outstanding"),
            )
            .where(Contract.project_id.in_(self._project_ids))
            .order_by(Contract.id)
        )
        for row in rows:
            self._known[row.id] = _Known(
                row.project_id, row.signed_on, row.value, row.advance_limit, Dong(row.accepted)
            )
            self._counted[row.id], self._advance[row.id] = row.counted, row.outstanding
        appended = self._session.execute(
            select(
                ContractAppendix.contract_id,
                ContractAppendix.signed_on,
                ContractAppendix.value_after,
                ContractAppendix.ends_on_after,
            )
            .where(ContractAppendix.contract_id.in_(self._known))
            .order_by(ContractAppendix.signed_on, ContractAppendix.id)
        )
        for contract_id, signed_on, value, ends_on in appended:
            self._appendices[contract_id].append(Appendix(signed_on, value, ends_on))


def _sum_of(
    amount: InstrumentedAttribute[Dong], contract_id: InstrumentedAttribute[Any]
) -> ScalarSelect[int]:
    """Return the sum of a column over the rows of a contract."""
    whole = cast(func.coalesce(func.sum(amount), 0), BigInteger)
    return select(whole).where(contract_id == Contract.id).scalar_subquery()
