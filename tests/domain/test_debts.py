"""What is owed for accepted work: never less than nothing, never one debt paid by another."""

from datetime import date

import pytest

from tracker.domain.contract_facts import ContractFact
from tracker.domain.debts import Debt, debt_of
from tracker.domain.money import Dong

BY = date(2025, 3, 30)


def a_fact(number: int, accepted: int, disbursed: int, **more: int) -> ContractFact:
    recent = ((date(2025, 4, 1), Dong(more.pop("lately", 0))),)
    given = {name: Dong(amount) for name, amount in more.items()}
    return ContractFact(
        number, Dong(1_000), date(2026, 1, 1), is_over=False, accepted=Dong(accepted),
        disbursed=Dong(disbursed), recent=recent, **given,
    )  # fmt: skip


# contracts, allocated, unnamed -> arrears, owed, late, paid
CASES = (
    ([a_fact(1, 500, 500)], 600, 0, (0, 0, 0, 500)),
    ([a_fact(1, 500, 300)], 400, 0, (100, 200, 200, 300)),
    # Accepted after the last day that should be paid by now: owed, and not late.
    ([a_fact(1, 500, 300, lately=150)], 900, 0, (0, 200, 50, 300)),
    # An advance outstanding is no payment for work.
    ([a_fact(1, 500, 500, advanced=200, recovered=50)], 900, 0, (0, 150, 150, 350)),
    # What one contract was paid too much settles no other.
    ([a_fact(1, 100, 900), a_fact(2, 500, 0)], 900, 0, (0, 500, 500, 900)),
    # What names no contract may have paid any of it.
    ([a_fact(1, 500, 0)], 0, 450, (500, 50, 50, 450)),
    ([a_fact(1, 500, 0)], 0, 900, (500, 0, 0, 900)),
)


@pytest.mark.parametrize(("contracts", "allocated", "unnamed", "expected"), CASES)
def test_a_project_owes_what_its_records_say(
    contracts: list[ContractFact], allocated: int, unnamed: int, expected: tuple[int, ...]
) -> None:
    found = debt_of(contracts, Dong(allocated), Dong(unnamed), BY)
    assert (found.arrears, found.owed, found.late, found.paid) == expected
    assert found.is_owed is (expected[0] > 0 or expected[1] > 0)
    assert found.late <= found.owed


def test_totals_add_what_each_owes_and_no_surplus_hides_a_debt() -> None:
    rich = debt_of([a_fact(1, 100, 100)], Dong(10_000), Dong(0), BY)
    poor = debt_of([a_fact(1, 500, 100)], Dong(0), Dong(0), BY)
    both = rich + poor
    assert (both.projects, both.arrears, both.owed) == (2, 500, 400)
    assert both.accepted - both.allocated < 0  # the difference of the sums says something else
    assert both + Debt() == both
