"""Everything the flags need to know of one project, as of the close of one day."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tracker.domain.contract_facts import NO_CONTRACTS, ContractFacts
from tracker.domain.days import PlanYear
from tracker.domain.money import ZERO, Dong
from tracker.domain.progress import Ratio
from tracker.domain.projects import Group, Halt, Status, Tier
from tracker.domain.scenarios import PathSource
from tracker.domain.site import NO_SITE, SiteFacts


class TreasuryState(NamedTuple):
    """What the books and the treasury's statements say up to the same day.

    `by` is the last posting day found on a statement so far, `in_books` all that was counted by
    it, `on_statements` what of that was found on a statement.
    """

    by: date
    in_books: Dong
    on_statements: Dong


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """One project in one plan year, by the close of `day`, according to the software.

    Plan and disbursed amounts are of the plan year alone, without capital extended from the
    year before. `trailing_60` is what was counted on the sixty days ending with `day`.
    `deadlines` holds, for each deadline among the project's plan lines, what remains on them.
    `province` is ratio TL2 of the whole province, this project included. `expected` is what
    the path foresees by the close of `day`; None where no path is known. `first_capital_year`
    and `extension_until` are years: the first with capital for the works, and the last one a
    decision still allows. `national_rate` is the newest rate of the whole country, in hundredths
    of one per cent, published for `national_on`. `status_since` is the first day of the stage;
    None where the project was never known in another. `difficulty_due_on` is the earliest
    deadline of an open difficulty.
    """

    project_id: int
    day: date
    year: PlanYear
    tier: Tier
    group: Group | None
    status: Status
    plan: Dong
    disbursed: Dong
    expected: Dong | None = None
    path: PathSource | None = None
    halt: Halt | None = None
    is_new_start: bool = False
    initial_plan: Dong = ZERO
    plan_decided_on: date | None = None
    last_positive_on: date | None = None
    last_updated_on: date | None = None
    trailing_60: Dong = ZERO
    deadlines: tuple[tuple[date, Dong], ...] = ()
    has_scenario: bool = False
    province: Ratio | None = None
    first_capital_year: int | None = None
    extension_until: int | None = None
    planned_end_on: date | None = None
    handed_over_on: date | None = None
    total_investment: Dong | None = None
    allocated_total: Dong = ZERO
    disbursed_total: Dong = ZERO
    national_rate: int | None = None
    national_on: date | None = None
    status_since: date | None = None
    treasury: TreasuryState | None = None
    difficulty_due_on: date | None = None
    contracts: ContractFacts = NO_CONTRACTS
    site: SiteFacts = NO_SITE

    @property
    def remaining(self) -> Dong:
        """Return what the plan still allows; negative when it is exceeded."""
        return Dong(self.plan - self.disbursed)

    @property
    def gap(self) -> Dong | None:
        """Return disbursed less expected: negative when behind, None without a path."""
        return None if self.expected is None else Dong(self.disbursed - self.expected)

    @property
    def is_live(self) -> bool:
        """Tell whether the pace of the project is judged: not once stopped or cancelled."""
        return self.halt is None or self.halt is Halt.PAUSED

    @property
    def is_handed_over(self) -> bool:
        """Tell whether the works were in use by the close of the day."""
        handed_over = self.handed_over_on is not None and self.handed_over_on <= self.day
        return handed_over or self.status.is_handed_over

    @property
    def is_completed(self) -> bool:
        """Tell whether the works were done by the close of the day."""
        return self.status.is_completed or self.is_handed_over
