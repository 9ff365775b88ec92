"""The histories of a few judged projects, so that their flags can say since when they hold."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import accumulate

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from tracker.domain.days import PlanYear
from tracker.domain.flags import FlagCode
from tracker.domain.line_ledgers import LineLedger, Payment
from tracker.domain.money import Dong
from tracker.domain.plans import PlanChange, PlanSystem
from tracker.domain.progress import Ratio, RatioCode
from tracker.domain.scenarios import ExpectedPath, MovingPath, ProjectPath
from tracker.domain.timeline import (
    OF_CONTRACTS,
    OF_PROVINCE,
    OF_SITE,
    OF_TREASURY,
    Timeline,
    with_since,
)
from tracker.models import Disbursement, PlanEntry, PlanLine, QuietDay, SourceDay
from tracker.queries.contract_histories import contract_histories
from tracker.queries.contradictions import national_rates, treasury_history
from tracker.queries.disbursements import is_live
from tracker.queries.progress import total
from tracker.queries.rules import Rules, rules
from tracker.queries.scenarios import (
    ApprovedScenario,
    ScopeCurves,
    scenarios_of_projects,
    scope_curves_until,
)
from tracker.queries.site import sites_since
from tracker.queries.slowness import Judged
from tracker.queries.states import states_of


@dataclass(slots=True)
class _Line:
    project_id: int
    given: list[tuple[date, PlanChange]] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    updates: set[date] = field(default_factory=set)


def with_spans(
    session: Session,
    projects: Iterable[Judged],
    year: PlanYear,
    day: date,
    known: Rules | None = None,
) -> list[Judged]:
    """Return the same projects, each flag with the first day of its unbroken span.

    A fixed number of statements, however many projects; fewer when the rules are known.
    """
    listed = list(projects)
    if not listed:
        return []
    known = known or rules(session, year.year - 1, year.year + 2)
    found = []
    asked = {one.card.id: one.verdict.codes for one in listed}
    for one, timeline in with_timelines(session, listed, year, day, known, asked):
        verdict = with_since(one.verdict, timeline, known.thresholds, known.calendar)
        found.append(replace(one, verdict=verdict))
    return found


def with_timelines(
    session: Session,
    listed: list[Judged],
    year: PlanYear,
    day: date,
    known: Rules,
    asked: Mapping[int, frozenset[FlagCode]] | None = None,
) -> Iterator[tuple[Judged, Timeline]]:
    """Yield each of some projects with its history; a fixed number of statements.

    What only some flags look at is read where those are `asked` about, or of all.
    """
    ids = [one.card.id for one in listed]

    def needed(by: Collection[FlagCode]) -> list[int]:
        return [one for one in ids if asked is None or any(code in by for code in asked[one])]

    follow_a_path = asked is None or any(codes - OF_PROVINCE for codes in asked.values())
    lines = _lines(session, ids, year, day)
    updates = _updates(session, ids, day, lines)
    scenarios, curves = _paths(session, ids, year, day, known) if follow_a_path else ({}, [])
    province = _province(session, year, day)
    states = states_of(session, ids)
    national = national_rates(session, year, day)
    treasury = treasury_history(session, needed(OF_TREASURY), year, day)
    contracts = contract_histories(session, needed(OF_CONTRACTS))
    begun = {one.card.id: one.facts.site.started_on for one in listed}
    sites = sites_since(session, {one: begun[one] for one in needed(OF_SITE)}, day)
    for one in listed:
        timeline = _timeline(one, lines, updates, scenarios.get(one.card.id), province, curves)
        yield (
            one,
            replace(
                timeline,
                states=states.get(one.card.id, ()),
                national=national,
                treasury=treasury.get(one.card.id, ()),
                contracts=contracts.get(one.card.id),
                site=sites.get(one.card.id, ()),
            ),
        )


def _paths(
    session: Session, ids: list[int], year: PlanYear, day: date, known: Rules
) -> tuple[Mapping[int, ApprovedScenario], list[tuple[date, ScopeCurves]]]:
    """Return the approved scenarios of projects, and the curves above those that have none."""
    scenarios = scenarios_of_projects(session, ids, year, day)
    if scenarios.keys() >= set(ids):
        return scenarios, []
    return scenarios, scope_curves_until(session, year, day, known.default_curve(day))


def _timeline(
    one: Judged,
    lines: dict[int, _Line],
    updates: dict[int, set[date]],
    approved: ApprovedScenario | None,
    province: tuple[tuple[date, Ratio], ...],
    curves: list[tuple[date, ScopeCurves]],
) -> Timeline:
    own = [line for line in lines.values() if line.project_id == one.card.id]
    changes = tuple(change for line in own for _, change in line.given)
    path: ExpectedPath | MovingPath | None = one.path
    if approved is not None:
        path = ProjectPath(approved.scenario, changes)
    elif curves:
        place = (one.card.owner_id, one.card.unit_path, one.card.tier)
        path = MovingPath(one.facts.year, tuple((on, at.of(*place)) for on, at in curves), changes)
    return Timeline(
        facts=one.facts,
        lines=tuple(LineLedger(tuple(line.given), tuple(line.payments)) for line in own),
        path=path,
        updates=tuple(sorted(updates.get(one.card.id, ()))),
        province=province,
        scenario_on=approved.approved_on if approved else None,
    )


def _lines(session: Session, ids: list[int], year: PlanYear, day: date) -> dict[int, _Line]:
    lines: dict[int, _Line] = {}
    plans = session.execute(
        select(
            PlanLine.id,
            PlanLine.project_id,
            PlanEntry.effective_on,
            PlanEntry.amount,
            PlanEntry.deadline_on,
        )
        .join(PlanEntry, PlanEntry.plan_line_id == PlanLine.id)
        .where(
            PlanLine.project_id.in_(ids),
            PlanLine.year == year.year,
            PlanLine.extended.is_(False),
            PlanEntry.effective_on <= day,
        )
    )
    for line_id, project_id, effective_on, amount, deadline_on in plans:
        if project_id is None:
            continue
        line = lines.setdefault(line_id, _Line(project_id))
        line.given.append((deadline_on, PlanChange(effective_on, amount)))
    paid = session.execute(
        select(
            Disbursement.plan_line_id,
            Disbursement.posted_on,
            total(Disbursement.counted),
            func.count(case((is_live(Disbursement), 1))),
        )
        .where(
            Disbursement.project_id.in_(ids),
            Disbursement.year == year.year,
            Disbursement.extended.is_(False),
            Disbursement.posted_on <= day,
        )
        .group_by(Disbursement.plan_line_id, Disbursement.posted_on)
    )
    for line_id, posted_on, counted, standing in paid:
        if line_id in lines:
            lines[line_id].payments.append(Payment(posted_on, Dong(counted)))
            if standing:
                lines[line_id].updates.add(posted_on)
    return lines


def _updates(
    session: Session, ids: list[int], day: date, lines: dict[int, _Line]
) -> dict[int, set[date]]:
    updates: dict[int, set[date]] = defaultdict(set)
    quiet = session.execute(
        select(QuietDay.project_id, QuietDay.day).where(
            QuietDay.project_id.in_(ids), QuietDay.day <= day
        )
    )
    for project_id, on in quiet:
        updates[project_id].add(on)
    for line in lines.values():
        updates[line.project_id] |= line.updates
    return updates


def _province(session: Session, year: PlanYear, day: date) -> tuple[tuple[date, Ratio], ...]:
    """Return ratio TL2 of the province from each day on which it moved."""
    plan = session.execute(
        select(PlanEntry.effective_on, total(PlanEntry.amount))
        .join(PlanLine, PlanLine.id == PlanEntry.plan_line_id)
        .where(
            PlanLine.system == PlanSystem.PROVINCE,
            PlanLine.year == year.year,
            PlanLine.extended.is_(False),
            PlanEntry.effective_on <= day,
        )
        .group_by(PlanEntry.effective_on)
    )
    paid = session.execute(
        select(SourceDay.day, total(SourceDay.counted))
        .where(SourceDay.year == year.year, SourceDay.extended.is_(False), SourceDay.day <= day)
        .group_by(SourceDay.day)
    )
    moves: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for on, amount in plan:
        moves[on][0] += amount
    for on, amount in paid:
        moves[on][1] += amount
    ordered = sorted(moves.items())
    plans = accumulate(move[0] for _, move in ordered)
    sums = accumulate(move[1] for _, move in ordered)
    return tuple(
        (on, Ratio(RatioCode.TL2, Dong(disbursed), Dong(planned)))
        for (on, _), planned, disbursed in zip(ordered, plans, sums, strict=True)
    )
