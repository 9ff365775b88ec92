"""What is owed for work that was accepted: arrears of capital construction, and unpaid work.

Source: docs/sources.md#debts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.domain.contract_facts import ContractFact
from tracker.domain.money import ZERO, Dong, total


@dataclass(frozen=True, slots=True)
class Debt:
    """What a project, or several together, owe by the close of a day, in whole đồng.

    `value` is that of the contracts after their appendices; `paid` what was paid for volumes,
    without advances outstanding, whether or not it named a contract. `arrears` is accepted work
    beyond the capital ever allocated, project by project; `owed` accepted work that was not paid,
    `late` the part of it accepted longer ago than may go by.
    """

    projects: int = 0
    contracts: int = 0
    value: Dong = ZERO
    accepted: Dong = ZERO
    allocated: Dong = ZERO
    paid: Dong = ZERO
    outstanding: Dong = ZERO
    arrears: Dong = ZERO
    owed: Dong = ZERO
    late: Dong = ZERO

    def __add__(self, other: "Debt") -> "Debt":
        """Return both together: sums of what each project owes, never of differences."""
        return Debt(
            self.projects + other.projects,
            self.contracts + other.contracts,
            *(
                Dong(getattr(self, name) + getattr(other, name))
                for name in (
                    "value", "accepted", "allocated", "paid", "outstanding", "arrears", "owed",
                    "late",
                )
            ),
        )  # fmt: skip

    @property
    def is_owed(self) -> bool:
        """Tell whether anything is owed."""
        return self.arrears > 0 or self.owed > 0


def debt_of(
    contracts: Iterable[ContractFact], allocated: Dong, unnamed: Dong, payable_by: date
) -> Debt:
    """Return what one project owes.

    What it paid without naming a contract is held to have paid what is owed: nobody is told of a
    debt that may be settled. What one contract was paid beyond its work settles no other.
    `payable_by` is the last day whose accepted work should be paid by now.
    """
    listed = list(contracts)
    accepted = total(one.accepted for one in listed)
    short = [one for one in listed if one.accepted > one.paid]
    late = [one for one in listed if one.accepted_by(payable_by) > one.paid]
    return Debt(
        projects=1,
        contracts=len(listed),
        value=total(one.value for one in listed),
        accepted=accepted,
        allocated=allocated,
        paid=Dong(total(one.paid for one in listed) + unnamed),
        outstanding=total(one.outstanding for one in listed),
        arrears=_above(accepted, allocated),
        owed=_above(sum(one.accepted - one.paid for one in short), unnamed),
        late=_above(sum(one.accepted_by(payable_by) - one.paid for one in late), unnamed),
    )


def _above(amount: int, other: int) -> Dong:
    return Dong(max(0, amount - other))
