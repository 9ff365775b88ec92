"""Computes every total anew from the entries and tells what differs. Changes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from tracker.domain.days import MONTHS
from tracker.domain.lifecycle import INVESTING
from tracker.models import (
    Base,
    Decision,
    DecisionSource,
    Disbursement,
    Organisation,
    PeriodLock,
    PlanEntry,
    PlanLine,
    Project,
    ProjectOwner,
    ProjectPast,
    Scenario,
    ScenarioMonth,
    Submission,
    Unit,
)
from tracker.services.foundations import foundation_findings, page_findings
from tracker.services.kept_verdicts import standing_findings
from tracker.services.progress import true_sums

Rows = Select[*tuple[Any, ...]]

MOST = 1_000
"""Findings of one check at most: beyond it the number says no more."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One row that is not as its entries say. `check` is the stable name of what was compared."""

    table: str
    key: str
    check: str
    expected: str
    found: str


def verify(session: Session, on: date, *, pages: bool = False) -> list[Finding]:
    """Recompute every total and every fact kept twice; return what differs, empty when nothing.

    `on` is the day on which owners are looked up. Set by set, never row by row. With `pages` a
    SQLite file is also read whole for damage.
    """
    found = [
        Finding(table, str(key), check, str(expected), str(actual))
        for table, check, wanted in _comparisons(on)
        for key, expected, actual in session.execute(wanted.limit(MOST))
    ]
    for table, computed in true_sums().items():
        found += _sums_apart(session, table, computed)
    found += [Finding(*facts) for facts in standing_findings(session)][:MOST]
    found += [Finding(*facts) for facts in foundation_findings(session)]
    if pages:
        found += [Finding(*facts) for facts in page_findings(session)]
    return found


def _comparisons(on: date) -> Iterator[tuple[str, str, Rows]]:
    """Yield table, check, and a select of key, expected and found of the rows that differ.

    Those that read the whole ledger name no order: with one, PostgreSQL would walk an index row
    by row for the sake of the first few.
    """
    yield "plan_line", "planned_by_entries", _line_sum(PlanEntry, PlanEntry.amount, "planned")
    yield (
        "plan_line",
        "disbursed_by_entries",
        _line_sum(Disbursement, Disbursement.counted, "disbursed"),
    )
    yield "plan_line", "within_ceiling", _over_ceiling()
    yield "disbursement", "reversal_is_opposite", _unlike_reversals()
    yield "disbursement", "line_facts", _strange_lines()
    yield "disbursement", "effect_of_kind", _strange_effects()
    yield "submission", "approved_is_posted", _unposted_submissions()
    yield "plan_entry", "transfer_balances", _unbalanced_transfers()
    yield "scenario", "months_complete", _incomplete_scenarios()
    yield "scenario_month", "never_falls", _falling_scenarios()
    yield "decision", "sources_add_up", _decisions_apart()
    yield "project_past", "total_by_decisions", _totals_apart()
    yield "project_past", "in_the_past", _past_to_come(on)
    yield "project_owner", "one_at_a_time", _overlapping_owners()
    yield "project", "owner_in_force", _owners_apart(on)
    yield "project", "unit_path", _paths_apart(Project)
    yield "organisation", "unit_path", _paths_apart(Organisation)
    yield "unit", "path", _unit_paths_apart()


def _unposted_submissions() -> Rows:
    behind = and_(
        Disbursement.recorded_by == Submission.maker_id,
        Disbursement.idempotency_key == Submission.idempotency_key,
        Disbursement.counted == Submission.counted,
    )
    return (
        select(Submission.id, Submission.counted, func.coalesce(Disbursement.counted, 0))
        .outerjoin(Disbursement, behind)
        .where(Submission.state == "approved", Disbursement.id.is_(None))
        .order_by(Submission.id)
    )


def _sum(column: Any) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def _line_sum(ledger: type[Base], amount: Any, counter: str) -> Rows:
    line_id = ledger.metadata.tables[ledger.__tablename__].c.plan_line_id
    sums = select(line_id, _sum(amount).label("amount")).group_by(line_id).subquery()
    expected = func.coalesce(sums.c.amount, 0)
    column = getattr(PlanLine, counter)
    return (
        select(PlanLine.id, expected, column)
        .join(sums, sums.c.plan_line_id == PlanLine.id, isouter=True)
        .where(column != expected)
        .order_by(PlanLine.id)
    )


def _over_ceiling() -> Rows:
    return (
        select(PlanLine.id, PlanLine.planned, PlanLine.disbursed)
        .where(or_(PlanLine.disbursed < 0, PlanLine.disbursed > PlanLine.planned))
        .order_by(PlanLine.id)
    )


def _unlike_reversals() -> Rows:
    first = aliased(Disbursement)
    # What was in a locked period by then is undone on a later day.
    was_locked = exists().where(
        PeriodLock.year == first.year,
        PeriodLock.until_on >= first.posted_on,
        PeriodLock.locked_at <= Disbursement.recorded_at,
        or_(PeriodLock.reopened_at.is_(None), PeriodLock.reopened_at >= Disbursement.recorded_at),
    )
    opposite = and_(
        Disbursement.plan_line_id == first.plan_line_id,
        Disbursement.kind == first.kind,
        or_(
            Disbursement.posted_on == first.posted_on,
            and_(Disbursement.posted_on > first.posted_on, was_locked),
        ),
        Disbursement.organisation_id == first.organisation_id,
        Disbursement.amount == -first.amount,
        Disbursement.recovered == -first.recovered,
        Disbursement.counted == -first.counted,
        Disbursement.advance == -first.advance,
        first.reverses_id.is_(None),
    )
    return (
        select(Disbursement.id, -first.amount, Disbursement.amount)
        .join(first, first.id == Disbursement.reverses_id)
        .where(~opposite)
    )


def _strange_lines() -> Rows:
    return (
        select(
            Disbursement.id,
            cast(PlanLine.project_id, String) + literal("/") + cast(PlanLine.year, String),
            cast(Disbursement.project_id, String) + literal("/") + cast(Disbursement.year, String),
        )
        .join(PlanLine, PlanLine.id == Disbursement.plan_line_id)
        .where(
            or_(
                func.coalesce(PlanLine.project_id, 0) != Disbursement.project_id,
                PlanLine.year != Disbursement.year,
                PlanLine.extended != Disbursement.extended,
            )
        )
    )


def _strange_effects() -> Rows:
    """Select entries whose counted amount does not follow from kind, amount and recovered."""
    entry = Disbursement
    expected = case(
        (entry.kind == "volume_payment", entry.amount - entry.recovered),
        (entry.kind == "advance_recovery", 0),
        (entry.kind == "refund", -entry.amount),
        else_=entry.amount,
    )
    return select(entry.id, expected, entry.counted).where(entry.counted != expected)


def _unbalanced_transfers() -> Rows:
    return (
        select(PlanEntry.transfer_key, literal(0), _sum(PlanEntry.amount))
        .where(PlanEntry.transfer_key.is_not(None))
        .group_by(PlanEntry.transfer_key)
        .having(func.sum(PlanEntry.amount) != 0)
        .order_by(PlanEntry.transfer_key)
    )


def _incomplete_scenarios() -> Rows:
    count = func.count(ScenarioMonth.month)
    return (
        select(Scenario.id, literal(MONTHS), count)
        .join(ScenarioMonth, ScenarioMonth.scenario_id == Scenario.id, isouter=True)
        .group_by(Scenario.id)
        .having(count != MONTHS)
        .order_by(Scenario.id)
    )


def _falling_scenarios() -> Rows:
    before = aliased(ScenarioMonth)
    return (
        select(
            cast(ScenarioMonth.scenario_id, String)
            + literal("/")
            + cast(ScenarioMonth.month, String),
            before.cumulative,
            ScenarioMonth.cumulative,
        )
        .join(
            before,
            and_(
                before.scenario_id == ScenarioMonth.scenario_id,
                before.month == ScenarioMonth.month - 1,
            ),
        )
        .where(ScenarioMonth.cumulative < before.cumulative)
        .order_by(ScenarioMonth.scenario_id, ScenarioMonth.month)
    )


def _decisions_apart() -> Rows:
    return (
        select(Decision.id, Decision.total_investment, _sum(DecisionSource.amount))
        .join(DecisionSource, DecisionSource.decision_id == Decision.id)
        .group_by(Decision.id, Decision.total_investment)
        .having(func.coalesce(Decision.total_investment, 0) != func.sum(DecisionSource.amount))
        .order_by(Decision.id)
    )


def _totals_apart() -> Rows:
    """Select investment decisions whose total the project did not have on their day."""
    later = aliased(Decision)
    settles = (Decision.kind.in_(INVESTING), Decision.total_investment.is_not(None))
    on_that_day = (
        select(ProjectPast.total_investment)
        .where(
            ProjectPast.project_id == Decision.project_id,
            ProjectPast.until_on > Decision.issued_on,
        )
        .order_by(ProjectPast.until_on, ProjectPast.id.desc())
        .limit(1)
        .correlate(Decision)
        .scalar_subquery()
    )
    had = func.coalesce(on_that_day, Project.total_investment)
    outdone = exists().where(
        later.project_id == Decision.project_id,
        later.kind.in_(INVESTING),
        later.total_investment.is_not(None),
        later.issued_on == Decision.issued_on,
        later.id > Decision.id,
    )
    return (
        select(Decision.id, Decision.total_investment, had)
        .join(Project, Project.id == Decision.project_id)
        .where(*settles, ~outdone, had != Decision.total_investment)
        .order_by(Decision.id)
    )


def _past_to_come(on: date) -> Rows:
    """Select spans that are told to have ended on a day that has not come."""
    past = ProjectPast
    return (
        select(past.id, literal(on.isoformat()), cast(past.until_on, String))
        .where(past.until_on > on)
        .order_by(past.id)
    )


def _overlapping_owners() -> Rows:
    later = aliased(ProjectOwner)
    return (
        select(ProjectOwner.project_id, later.valid_from, ProjectOwner.valid_until)
        .join(
            later,
            and_(
                later.project_id == ProjectOwner.project_id,
                later.valid_from > ProjectOwner.valid_from,
            ),
        )
        .where(
            or_(
                ProjectOwner.valid_until.is_(None),
                ProjectOwner.valid_until > later.valid_from,
            )
        )
        .order_by(ProjectOwner.project_id, later.valid_from)
    )


def _owners_apart(on: date) -> Rows:
    in_force = and_(
        ProjectOwner.project_id == Project.id,
        ProjectOwner.valid_from <= on,
        or_(ProjectOwner.valid_until.is_(None), ProjectOwner.valid_until > on),
    )
    return (
        select(Project.id, ProjectOwner.organisation_id, Project.owner_id)
        .join(ProjectOwner, in_force, isouter=True)
        .where(func.coalesce(ProjectOwner.organisation_id, 0) != Project.owner_id)
        .order_by(Project.id)
    )


def _paths_apart(table: type[Project] | type[Organisation]) -> Rows:
    return (
        select(table.id, Unit.path, table.unit_path)
        .join(Unit, Unit.id == table.unit_id)
        .where(Unit.path != table.unit_path)
        .order_by(table.id)
    )


def _unit_paths_apart() -> Rows:
    parent = aliased(Unit)
    expected = func.coalesce(parent.path, "/") + cast(Unit.id, String) + literal("/")
    return (
        select(Unit.id, expected, Unit.path)
        .join(parent, parent.id == Unit.parent_id, isouter=True)
        .where(Unit.path != expected)
        .order_by(Unit.id)
    )


def _sums_apart(session: Session, table: type[Base], computed: Rows) -> list[Finding]:
    """Compare one table of sums with the select that computes it, in one statement."""
    kept = table.metadata.tables[table.__tablename__]
    true = computed.subquery("computed")
    keys = [column.name for column in kept.primary_key]
    names = [column.name for column in computed.selected_columns if column.name not in keys]
    same_key = and_(*(true.c[name] == kept.c[name] for name in keys))
    apart = or_(
        true.c[keys[0]].is_(None),
        kept.c[keys[0]].is_(None),
        *(true.c[name].is_distinct_from(kept.c[name]) for name in names),
    )
    wanted = (
        select(
            *(func.coalesce(true.c[name], kept.c[name]) for name in keys),
            *(true.c[name] for name in (keys[0], *names)),
            *(kept.c[name] for name in (keys[0], *names)),
        )
        .select_from(true.join(kept, same_key, full=True))
        .where(apart)
        .limit(MOST)
    )
    found = []
    for row in session.execute(wanted):
        key = "/".join(str(part) for part in row[: len(keys)])
        expected, actual = row[len(keys) : len(keys) + 1 + len(names)], row[-1 - len(names) :]
        told = [_told(names, side) for side in (expected, actual)]
        found.append(Finding(kept.name, key, "sum_of_entries", *told))
    return sorted(found, key=lambda one: one.key)


def _told(names: Sequence[str], side: Sequence[Any]) -> str:
    """Spell one side of a comparison; a dash where there is no row."""
    if side[0] is None:
        return "–"
    return ", ".join(f"{name}={value}" for name, value in zip(names, side[1:], strict=True))
