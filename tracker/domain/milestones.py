"""The milestones of a project, in order: what is planned, what came, what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.refusals import Refusal


class MilestoneCode(StrEnum):
    """The steps of a project from proposal to settlement, in the order of the handbook.

    Source: docs/sources.md#milestones.
    """

    PROPOSAL = "proposal"
    POLICY_APPRAISAL = "policy_appraisal"
    POLICY_DECISION = "policy_decision"
    PREPARATION_ESTIMATE = "preparation_estimate"
    CONSULTANT_SELECTION = "consultant_selection"
    FEASIBILITY_STUDY = "feasibility_study"
    DETAILED_PLANNING = "detailed_planning"
    ENVIRONMENT = "environment"
    PROJECT_APPRAISAL = "project_appraisal"
    PROJECT_APPROVAL = "project_approval"
    DRAWINGS = "drawings"
    DESIGN_APPRAISAL = "design_appraisal"
    PROCUREMENT_PLAN = "procurement_plan"
    LAND_CLEARANCE = "land_clearance"
    CONTRACT_SIGNED = "contract_signed"
    GROUND_BREAKING = "ground_breaking"
    ACCEPTANCE = "acceptance"
    HAND_OVER = "hand_over"
    SETTLEMENT = "settlement"


ORDER: tuple[MilestoneCode, ...] = tuple(MilestoneCode)
BEFORE_GROUND_BREAKING = (
    MilestoneCode.DESIGN_APPRAISAL,
    MilestoneCode.LAND_CLEARANCE,
    MilestoneCode.CONTRACT_SIGNED,
)
"""What the law wants before works begin: design and estimate, land, a contract.

Source: docs/sources.md#milestones.
"""


@dataclass(frozen=True, slots=True)
class Term:
    """How many days a milestone may take: by law, and as the province asks of itself."""

    legal_days: int | None
    own_days: int | None
    legal_basis: str


@dataclass(frozen=True, slots=True)
class Days:
    """Planned and actual day of one milestone."""

    planned_on: date | None = None
    actual_on: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """One milestone on a day; `late_days` is negative when it came early, None without a plan."""

    code: MilestoneCode
    days: Days
    term: Term | None
    late_days: int | None
    is_next: bool


@dataclass(eq=False)
class MilestoneAhead(Refusal):
    """A milestone cannot have been reached on a day that has not come."""

    day: date
    today: date


def late_days(days: Days, day: date) -> int | None:
    """Return by how many days a milestone came late, or is late by the close of a day.

    Zero while it lies ahead; negative when it came early; None without a planned day.
    """
    if days.planned_on is None:
        return None
    if days.actual_on is not None and days.actual_on <= day:
        return (days.actual_on - days.planned_on).days
    return max(0, (day - days.planned_on).days)


def standings(
    days: Mapping[MilestoneCode, Days], terms: Mapping[MilestoneCode, Term], day: date
) -> Sequence[Standing]:
    """Return every milestone in order; the first not reached after the last reached is next."""
    reached = [place for place, code in enumerate(ORDER) if _is_reached(days.get(code), day)]
    following = max(reached, default=-1) + 1
    return [
        Standing(
            code,
            days.get(code, Days()),
            terms.get(code),
            late_days(days.get(code, Days()), day),
            place == following,
        )
        for place, code in enumerate(ORDER)
    ]


def _is_reached(days: Days | None, day: date) -> bool:
    return days is not None and days.actual_on is not None and days.actual_on <= day
