"""Judges a project: its flags, its class, its standing. Pure, fast, the same for every screen."""

from collections.abc import Callable
from dataclasses import dataclass

from tracker.domain import ability, contract_flags, overdue, pace, records, site_flags, terms
from tracker.domain.classes import Class, Standing, class_of, standing_of
from tracker.domain.days import WorkingCalendar
from tracker.domain.facts import ProjectFacts
from tracker.domain.flags import Flag, FlagCode, Severity, gravest_first
from tracker.domain.money import Dong
from tracker.domain.thresholds import ThresholdBook, Thresholds

FlagRule = Callable[[ProjectFacts, Thresholds, WorkingCalendar], Flag | None]

RULES: tuple[tuple[FlagCode, FlagRule], ...] = (
    (FlagCode.F01, pace.nothing_disbursed),
    (FlagCode.F02, pace.behind_scenario),
    (FlagCode.F03, pace.below_province),
    (FlagCode.F04, pace.below_nation),
    (FlagCode.F05, pace.below_milestone),
    (FlagCode.F06, pace.idle),
    (FlagCode.F07, ability.not_able),
    (FlagCode.F08, terms.deadline_near),
    (FlagCode.F11, terms.no_scenario),
    (FlagCode.F12, terms.too_many_years),
    (FlagCode.F13, terms.not_completed),
    (FlagCode.F15, terms.not_settled),
    (FlagCode.F18, terms.over_plan),
    (FlagCode.F18, terms.over_investment),
    (FlagCode.F18, terms.over_allocated),
    (FlagCode.F27, overdue.difficulty_overdue),
    (FlagCode.F29, terms.no_news),
    (FlagCode.F30, records.apart_from_treasury),
    (FlagCode.F36, terms.not_taken_over),
    (FlagCode.F38, records.in_another_unit),
    (FlagCode.F38, records.paid_in_full),
    (FlagCode.F16, contract_flags.arrears),
    (FlagCode.F17, contract_flags.unpaid_work),
    (FlagCode.F19, contract_flags.paid_beyond_work),
    (FlagCode.F20, contract_flags.advance_over),
    (FlagCode.F21, contract_flags.advance_after_end),
    (FlagCode.F21, contract_flags.advance_after_payment),
    (FlagCode.F21, contract_flags.advance_idle),
    (FlagCode.F23, contract_flags.selection_late),
    (FlagCode.F23, contract_flags.selection_cancelled),
    (FlagCode.F24, contract_flags.contract_late),
    (FlagCode.F25, contract_flags.guarantee_near),
    (FlagCode.F25, contract_flags.guarantee_over),
    (FlagCode.F14, site_flags.works_behind),
    (FlagCode.F22, site_flags.advance_unpaid),
    (FlagCode.F26, site_flags.land_late),
    (FlagCode.F32, site_flags.money_and_works_apart),
    (FlagCode.F34, site_flags.begun_too_early),
)
"""Every rule with the code it may raise. A rule raises one flag at most."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is held of one project on one day. `gap` is disbursed less expected."""

    project_id: int
    flags: tuple[Flag, ...]
    klass: Class
    standing: Standing
    gap: Dong | None

    @property
    def severity(self) -> Severity | None:
        """Return the gravest severity; None without flags."""
        return self.flags[0].severity if self.flags else None

    @property
    def codes(self) -> frozenset[FlagCode]:
        """Return which flags are raised."""
        return frozenset(flag.code for flag in self.flags)

    def flag(self, code: FlagCode) -> Flag | None:
        """Return the gravest flag of a code, or None."""
        return next((flag for flag in self.flags if flag.code is code), None)


def judge(facts: ProjectFacts, book: ThresholdBook, calendar: WorkingCalendar) -> Verdict:
    """Return the verdict on a project by the thresholds of the day of the facts.

    Raises:
        NoRuleInForceError: the thresholds begin after that day.
    """
    limits = book.on(facts.day)
    raised = [flag for _, rule in RULES if (flag := rule(facts, limits, calendar)) is not None]
    gap = facts.gap
    klass = class_of(facts, {flag.code for flag in raised})
    return Verdict(facts.project_id, gravest_first(raised), klass, standing_of(gap), gap)


def gravest(
    code: FlagCode, facts: ProjectFacts, book: ThresholdBook, calendar: WorkingCalendar
) -> int:
    """Return the gravest severity of one code in any variant; 0 when the facts do not raise it."""
    limits = book.on(facts.day)
    found = (rule(facts, limits, calendar) for known, rule in RULES if known is code)
    return max((int(flag.severity) for flag in found if flag is not None), default=0)


def raised(
    code: FlagCode,
    variant: str,
    facts: ProjectFacts,
    book: ThresholdBook,
    calendar: WorkingCalendar,
) -> Flag | None:
    """Return the flag of one code and variant if the facts raise it; no other is looked at."""
    limits = book.on(facts.day)
    for known, rule in RULES:
        if known is code:
            flag = rule(facts, limits, calendar)
            if flag is not None and flag.variant == variant:
                return flag
    return None
