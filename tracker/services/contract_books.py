"""The contracts that entries of the ledger may name: whose they are, what is advanced on them."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from tracker.domain.contracts import BeforeSigning, ContractElsewhere, check_recovery
from tracker.domain.disbursements import Effect
from tracker.domain.money import Dong
from tracker.models import Contract, Disbursement


class _Known(NamedTuple):
    project_id: int
    signed_on: date


class ContractBooks:
    """The contracts of some projects with their outstanding advances, counted on by order.

    Nothing is read until an entry names a contract. Who opens these books has locked the projects.
    """

    def __init__(self, session: Session, project_ids: Collection[int]) -> None:
        self._session = session
        self._project_ids = sorted(project_ids)
        self._known: dict[int, _Known] = {}
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

    def take(self, contract_id: int | None, effect: Effect) -> None:
        """Count an accepted entry before the next one is judged."""
        if contract_id is not None:
            self._advance[contract_id] += effect.advance

    def _read(self) -> None:
        if self._known:
            return
        advance = (
            select(cast(func.coalesce(func.sum(Disbursement.advance), 0), BigInteger))
            .where(Disbursement.contract_id == Contract.id)
            .scalar_subquery()
        )
        rows = self._session.execute(
            select(Contract.id, Contract.project_id, Contract.signed_on, advance)
            .where(Contract.project_id.in_(self._project_ids))
            .order_by(Contract.id)
        )
        for contract_id, project_id, signed_on, outstanding in rows:
            self._known[contract_id] = _Known(project_id, signed_on)
            self._advance[contract_id] = outstanding
