"""The flags about contracts, on both sides of every border; each remedy lifts exactly its flag."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tracker.domain.contract_facts import (
    ContractFact,
    ContractFacts,
    GuaranteeFact,
    PackageFact,
    pack_contracts,
    unpack_contracts,
)
from tracker.domain.contract_flags import (
    advance_after_end,
    advance_after_payment,
    advance_idle,
    advance_over,
    arrears,
    contract_late,
    guarantee_near,
    guarantee_over,
    paid_beyond_work,
    selection_cancelled,
    selection_late,
    unpaid_work,
)
from tracker.domain.contracts import GuaranteeKind
from tracker.domain.days import PlanYear, WorkingCalendar
from tracker.domain.facts import ProjectFacts
from tracker.domain.flags import Flag, FlagCode, RemedyKind, Severity
from tracker.domain.money import Dong
from tracker.domain.packing import pack, unpack
from tracker.domain.projects import Group, Halt, Status, Tier
from tracker.domain.rulebook import THRESHOLDS
from tracker.domain.slowness import FlagRule
from tracker.domain.thresholds import Threshold, ThresholdBook, ThresholdUnit

DAY = date(2025, 6, 10)
LIMITS = ThresholdBook(THRESHOLDS).on(DAY)
LATER = date(2026, 12, 31)


def days(count: int) -> date:
    return DAY + timedelta(days=count)


def a_fact(number: int = 1, **changes: object) -> ContractFact:
    """A contract of 1,000 that runs until 2026, of which nothing is paid or accepted."""
    return ContractFact(number, Dong(1_000), LATER, is_over=False)._replace(**changes)


def facts_of(*contracts: ContractFact, **changes: object) -> ProjectFacts:
    held = ContractFacts(accepted=Dong(sum(c.accepted for c in contracts)), contracts=contracts)
    known = {name: changes.pop(name) for name in tuple(changes) if hasattr(held, name)}
    facts = ProjectFacts(
        project_id=1,
        day=DAY,
        year=PlanYear(2025),
        tier=Tier.PROVINCE,
        group=Group.C,
        status=Status.UNDER_CONSTRUCTION,
        plan=Dong(1_000),
        disbursed=Dong(400),
        allocated_total=Dong(10_000),
        contracts=replace(held, **known),  # type: ignore[arg-type]
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


def judged(rule: FlagRule, facts: ProjectFacts) -> Flag | None:
    return rule(facts, LIMITS, WorkingCalendar())


def raised(rule: FlagRule, facts: ProjectFacts) -> Flag:
    flag = judged(rule, facts)
    assert flag is not None
    return flag


def result_of(flag: Flag) -> int:
    value = flag.equation().result.value
    assert isinstance(value, int)
    return value


@pytest.mark.parametrize(("allocated", "missing"), [(599, 1), (600, None), (601, None), (0, 600)])
def test_arrears_are_work_beyond_the_capital_ever_allocated(
    allocated: int, missing: int | None
) -> None:
    contracts = (a_fact(1, accepted=Dong(400)), a_fact(2, accepted=Dong(200)))
    facts = facts_of(*contracts, allocated_total=Dong(allocated))
    flag = judged(arrears, facts)
    assert (flag.gap if flag else None) == missing
    if flag:
        assert (flag.code, flag.severity) == (FlagCode.F16, Severity.ORANGE)
        assert flag.remedy[:2] == (RemedyKind.PROVIDE, missing)
        short = replace(facts, allocated_total=Dong(allocated + flag.remedy.amount - 1))
        assert judged(arrears, short) is not None
        enough = replace(facts, allocated_total=Dong(allocated + flag.remedy.amount))
        assert judged(arrears, enough) is None


@pytest.mark.parametrize(
    ("accepted_on", "disbursed", "unnamed", "unpaid"),
    [
        (days(-29), 0, 0, None),  # thirty days are not over
        (days(-30), 0, 0, 300),
        (days(-30), 299, 0, 1),
        (days(-30), 300, 0, None),
        (days(-30), 100, 199, 1),  # what names no contract may have paid it
        (days(-30), 100, 200, None),
        (date(2024, 1, 1), 0, 0, 300),
    ],
)
def test_work_is_a_debt_when_thirty_days_passed_unpaid(
    accepted_on: date, disbursed: int, unnamed: int, unpaid: int | None
) -> None:
    recent = ((accepted_on, Dong(300)),) if accepted_on > days(-120) else ()
    contract = a_fact(accepted=Dong(300), disbursed=Dong(disbursed), recent=recent)
    flag = judged(unpaid_work, facts_of(contract, unnamed=Dong(unnamed)))
    assert (flag.remedy.amount if flag else None) == unpaid
    if flag:
        assert result_of(flag) == unpaid
        paid = contract._replace(disbursed=Dong(disbursed + flag.remedy.amount))
        assert judged(unpaid_work, facts_of(paid, unnamed=Dong(unnamed))) is None


def test_an_overpaid_contract_does_not_hide_the_debt_of_another() -> None:
    debt = a_fact(1, accepted=Dong(300))
    over = a_fact(2, accepted=Dong(100), disbursed=Dong(500))
    flag = raised(unpaid_work, facts_of(debt, over))
    assert (flag.gap, flag.terms["contracts"]) == (300, 1)
    assert raised(paid_beyond_work, facts_of(debt, over)).gap == 400


@pytest.mark.parametrize(
    ("disbursed", "advanced", "recovered", "excess"),
    [
        (300, 0, 0, None),
        (301, 0, 0, 1),
        (400, 100, 0, None),  # an advance is no payment for work
        (401, 100, 0, 1),
        (400, 100, 40, 40),  # recovered, it became one
    ],
)
def test_paying_beyond_accepted_work_counts_without_advances(
    disbursed: int, advanced: int, recovered: int, excess: int | None
) -> None:
    contract = a_fact(
        accepted=Dong(300),
        disbursed=Dong(disbursed),
        advanced=Dong(advanced),
        recovered=Dong(recovered),
    )
    flag = judged(paid_beyond_work, facts_of(contract))
    assert (flag.gap if flag else None) == excess
    if flag:
        more = contract._replace(accepted=Dong(300 + flag.remedy.amount))
        less = contract._replace(accepted=Dong(300 + flag.remedy.amount - 1))
        assert judged(paid_beyond_work, facts_of(more)) is None
        assert judged(paid_beyond_work, facts_of(less)) is not None


@pytest.mark.parametrize(
    ("value", "limit", "outstanding", "excess"),
    [
        (1_000, None, 300, None),
        (1_000, None, 301, 1),
        (1_001, None, 300, None),
        (1_001, None, 301, 1),  # a part of a đồng is not allowed
        (1_000, 500, 500, None),  # a decision allows more
        (1_000, 500, 501, 1),
        (1_000, 0, 1, 1),  # or nothing
    ],
)
def test_advances_stay_within_their_ceiling(
    value: int, limit: int | None, outstanding: int, excess: int | None
) -> None:
    allowed = None if limit is None else Dong(limit)
    contract = a_fact(value=Dong(value), advance_limit=allowed, advanced=Dong(outstanding))
    flag = judged(advance_over, facts_of(contract))
    assert (flag.gap if flag else None) == excess
    if flag:
        back = contract._replace(recovered=flag.remedy.amount)
        assert judged(advance_over, facts_of(back)) is None


def test_a_ceiling_of_another_day_counts_on_its_days() -> None:
    newer = Threshold("advance_most", 2_000, ThresholdUnit.BASIS_POINTS, days(0), 2)
    book = ThresholdBook((*THRESHOLDS, newer))
    facts = facts_of(a_fact(advanced=Dong(250)))
    before = replace(facts, day=days(-1))
    assert advance_over(facts, book.on(facts.day), WorkingCalendar()) is not None
    assert advance_over(before, book.on(before.day), WorkingCalendar()) is None


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({}, None),
        ({"end_on": days(0)}, None),
        ({"end_on": days(-1)}, advance_after_end),
        ({"is_over": True}, advance_after_end),
        ({"disbursed": Dong(799)}, None),
        ({"disbursed": Dong(800)}, advance_after_payment),
        ({"moved_on": days(-180)}, None),
        ({"moved_on": days(-181)}, advance_idle),
        ({"moved_on": days(-181), "disbursed": Dong(800), "end_on": days(-1)}, advance_after_end),
    ],
)
def test_an_advance_is_overdue_for_one_cause_at_a_time(
    changes: dict[str, object], cause: FlagRule | None
) -> None:
    contract = a_fact(**{"advanced": Dong(200), "recovered": Dong(50), **changes})
    rules = (advance_after_end, advance_after_payment, advance_idle)
    flags = {rule: judged(rule, facts_of(contract)) for rule in rules}
    assert [rule for rule, flag in flags.items() if flag] == ([cause] if cause else [])
    if cause and (flag := flags[cause]):
        assert (flag.gap, result_of(flag)) == (150, 150)
        back = contract._replace(recovered=Dong(50 + flag.remedy.amount))
        short = contract._replace(recovered=Dong(50 + flag.remedy.amount - 1))
        assert judged(cause, facts_of(back)) is None
        assert judged(cause, facts_of(short)) is not None


@pytest.mark.parametrize(
    ("due", "cancelled", "late", "gone"),
    [
        (days(0), None, None, None),
        (days(-1), None, 1, None),
        (days(-30), days(-3), None, 3),
        (days(40), days(-3), None, 3),
    ],
)
def test_a_selection_is_late_after_its_quarter_or_was_cancelled(
    due: date, cancelled: date | None, late: int | None, gone: int | None
) -> None:
    packages = tuple(one for one in (PackageFact(due, cancelled),) if cancelled or one.due_on < DAY)
    facts = facts_of(packages=packages)
    found = [judged(rule, facts) for rule in (selection_late, selection_cancelled)]
    assert [result_of(flag) if flag else None for flag in found] == [late, gone]
    assert judged(selection_late, replace(facts, halt=Halt.STOPPED)) is None
    assert judged(selection_cancelled, replace(facts, status=Status.HANDED_OVER)) is None


@pytest.mark.parametrize(
    ("end", "is_over", "late"),
    [(days(0), False, None), (days(-1), False, 1), (days(-1), True, None), (days(-31), False, 31)],
)
def test_a_contract_is_late_after_its_last_day_until_it_is_accepted(
    end: date, is_over: bool, late: int | None
) -> None:
    contract = a_fact(end_on=end, is_over=is_over, accepted=Dong(400))
    flag = judged(contract_late, facts_of(contract, a_fact(2)))
    assert (result_of(flag) if flag else None) == late
    if flag:
        assert (flag.gap, flag.terms["contracts"]) == (600, 1)
        assert flag.remedy.kind is RemedyKind.FINISH_CONTRACT


@pytest.mark.parametrize(
    ("until", "near", "over"),
    [
        (days(31), None, None),
        (days(30), 30, None),
        (days(0), 0, None),
        (days(-1), None, 1),
    ],
)
def test_a_guarantee_is_named_thirty_days_before_its_end(
    until: date, near: int | None, over: int | None
) -> None:
    facts = facts_of(guarantees=(GuaranteeFact(1, GuaranteeKind.PERFORMANCE, until),))
    found = [judged(rule, facts) for rule in (guarantee_near, guarantee_over)]
    assert [result_of(flag) if flag else None for flag in found] == [near, over]
    assert [flag.severity for flag in found if flag] == [
        Severity.YELLOW if near is not None else Severity.ORANGE
    ] * (near is not None or over is not None)


def test_facts_of_contracts_are_packed_and_unpacked_unchanged() -> None:
    contract = a_fact(
        7, advance_limit=Dong(9), moved_on=days(-3), recent=((days(-3), Dong(5)),), accepted=Dong(5)
    )
    facts = facts_of(
        contract,
        unnamed=Dong(12),
        packages=(PackageFact(days(-9)), PackageFact(days(9), days(-1))),
        guarantees=(GuaranteeFact(7, GuaranteeKind.ADVANCE, LATER),),
    )
    assert unpack_contracts(pack_contracts(facts.contracts)) == facts.contracts
    assert unpack(pack(facts), 1, facts.year, DAY, None) == facts
    assert pack_contracts(ContractFacts()) is None
