"""Since when a flag holds: the history of one project, searched by halves and not day by day.

Between two events nothing but time moves. There a flag that holds keeps holding: expected
amounts only rise, days since a payment only grow, deadlines only come nearer. So each stretch
between events has at most one day on which the flag begins, and that day is found by halves.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Generic, TypeVar

from tracker.domain.ability import TRAILING_DAYS
from tracker.domain.contract_facts import ContractHistory
from tracker.domain.days import DAY, WorkingCalendar
from tracker.domain.deadlines import Left
from tracker.domain.facts import ProjectFacts, TreasuryState
from tracker.domain.flags import Flag, FlagCode
from tracker.domain.line_ledgers import LineLedger
from tracker.domain.money import Dong, total
from tracker.domain.pace import milestones, payable_from
from tracker.domain.progress import Ratio
from tracker.domain.scenarios import ExpectedPath, MovingPath
from tracker.domain.site import NO_SITE, SiteFacts
from tracker.domain.slowness import Verdict, gravest, raised
from tracker.domain.states import ProjectState
from tracker.domain.thresholds import ThresholdBook

Item = TypeVar("Item")
OF_CONTRACTS = frozenset(
    {
        *(FlagCode.F16, FlagCode.F17, FlagCode.F19, FlagCode.F20),
        *(FlagCode.F21, FlagCode.F23, FlagCode.F24, FlagCode.F25),
    }
)
"""Flags about contracts: their events are looked at for these alone."""
OF_SITE = frozenset({FlagCode.F14, FlagCode.F22, FlagCode.F26, FlagCode.F32, FlagCode.F34})
"""Flags about what happens on the site: likewise."""
OF_TREASURY = frozenset({FlagCode.F30})
"""The flag about what the Treasury told: likewise."""
OF_PROVINCE = frozenset({FlagCode.F03})
"""The flag that holds a project against the province: it does not look at the project's path."""
_TRAILING = timedelta(days=TRAILING_DAYS)


@dataclass(frozen=True)
class Timeline:
    """The history of one project in one plan year, up to the day of `facts`.

    What has no history here is taken from `facts` for every day. Lists of states hold each
    state with its first day; before the first one the state of `facts` is taken, and of the
    province none.
    """

    facts: ProjectFacts
    lines: tuple[LineLedger, ...]
    path: ExpectedPath | MovingPath | None = None
    updates: tuple[date, ...] = ()
    states: tuple[tuple[date, ProjectState], ...] = ()
    province: tuple[tuple[date, Ratio], ...] = ()
    scenario_on: date | None = None
    national: tuple[tuple[date, int], ...] = ()
    treasury: tuple[tuple[date, TreasuryState], ...] = ()
    contracts: ContractHistory | None = None
    site: tuple[tuple[date, SiteFacts], ...] = ()

    @cached_property
    def _positives(self) -> list[date]:
        return sorted(p.on for line in self.lines for p in line.payments if p.amount > 0)

    @cached_property
    def _updates(self) -> list[date]:
        return sorted(self.updates)

    def facts_on(self, day: date, calendar: WorkingCalendar) -> ProjectFacts:
        """Return the facts by the close of a day."""
        return self.with_contracts(self.facts_without_contracts(day, calendar))

    def with_contracts(self, facts: ProjectFacts) -> ProjectFacts:
        """Return the facts of a day together with the contracts as they were by its close."""
        if self.contracts is None:
            return facts
        return replace(facts, contracts=self.contracts.on(facts.day))

    def facts_without_contracts(self, day: date, calendar: WorkingCalendar) -> ProjectFacts:
        """Return the facts by the close of a day; what they say of contracts is of today.

        Most flags do not look at contracts, and those of a past day are dear to make.
        """
        now = self.facts
        plan = total(line.plan.by(day) for line in self.lines)
        paid = total(line.paid.by(day) for line in self.lines)
        before = total(line.paid.by(day - _TRAILING) for line in self.lines)
        path = self.path.on(day) if isinstance(self.path, MovingPath) else self.path
        national_on, national_rate = self._past_nation.on(day) or (None, None)
        return replace(
            now,
            **self._as_it_was(day),
            day=day,
            plan=plan,
            disbursed=paid,
            expected=None if path is None else path.at(day, calendar),
            path=path.source if isinstance(self.path, MovingPath) and path else now.path,
            trailing_60=Dong(paid - before),
            deadlines=self._left(day),
            province=self._past_province.on(day),
            has_scenario=self.scenario_on is not None and self.scenario_on <= day,
            last_positive_on=_last(self._positives, day, now.last_positive_on),
            last_updated_on=_last(self._updates, day, now.last_updated_on),
            allocated_total=Dong(now.allocated_total + plan - self._plan_now),
            disbursed_total=Dong(now.disbursed_total + paid - self._paid_now),
            national_rate=national_rate,
            national_on=national_on,
            treasury=self._past_treasury.on(day),
            site=(self._past_site.on(day) or NO_SITE) if self.site else now.site,
        )

    def _as_it_was(self, day: date) -> dict[str, Any]:
        """Return what the state of a day says of the facts."""
        state = self._past_states.on(day)
        if state is None:
            return {}
        return {
            "group": state.group,
            "status": state.status,
            "halt": state.halt,
            "total_investment": state.total_investment or None,
            "extension_until": state.capital_extended_until,
            "planned_end_on": state.planned_end_on,
            "status_since": stage_since(self.states, day),
        }

    @cached_property
    def _past_states(self) -> "_Past[ProjectState]":
        return _Past(self.states)

    @cached_property
    def _past_province(self) -> "_Past[Ratio]":
        return _Past(self.province)

    @cached_property
    def _past_nation(self) -> "_Past[tuple[date, int]]":
        return _Past((on, (on, rate)) for on, rate in self.national)

    @cached_property
    def _past_treasury(self) -> "_Past[TreasuryState]":
        return _Past(self.treasury)

    @cached_property
    def _past_site(self) -> "_Past[SiteFacts]":
        return _Past(self.site)

    def _left(self, day: date) -> Left:
        """Return what remains at each deadline of all lines."""
        if len(self.lines) == 1:
            return self.lines[0].left(day)
        left: dict[date, int] = defaultdict(int)
        for line in self.lines:
            for on, amount in line.left(day):
                left[on] += amount
        return tuple((on, Dong(amount)) for on, amount in sorted(left.items()))

    @cached_property
    def _plan_now(self) -> Dong:
        return total(line.plan.by(self.facts.day) for line in self.lines)

    @cached_property
    def _paid_now(self) -> Dong:
        return total(line.paid.by(self.facts.day) for line in self.lines)

    def breaks(self, code: FlagCode, book: ThresholdBook) -> list[date]:
        """Return the days, in order, on which something other than time may change a flag."""
        days = {*self._event_days(), *self._calendar_days(), *self._days_of(code), *book.changes}
        if code is FlagCode.F04:
            days |= self._stale_days(book)
        return sorted(day for day in days if day <= self.facts.day)

    def _stale_days(self, book: ThresholdBook) -> set[date]:
        """Return the days from which a national rate is too old to be compared with."""
        allowed = {row.value for row in book.rows if row.code == "national_days"}
        return {on + timedelta(days=most) + DAY for on, _ in self.national for most in allowed}

    def _event_days(self) -> Iterable[date]:
        for line in self.lines:
            yield from (on + DAY for on in line.deadlines)
            yield from (change.effective_on for change in line.changes)
            yield from (payment.on for payment in line.payments)
        yield from (day for day, _ in self.states if day > date.min)
        yield from self.path.breaks if self.path else ()

    def _days_of(self, code: FlagCode) -> Iterable[date]:
        """Return the days that matter to one flag alone: there may be hundreds of them."""
        match code:
            case FlagCode.F03:
                return [day for day, _ in self.province]
            case FlagCode.F04:
                return [day for day, _ in self.national]
            case FlagCode.F30:
                return [day for day, _ in self.treasury]
            case FlagCode.F07:  # a payment leaves the sixty days
                return [p.on + _TRAILING for line in self.lines for p in line.payments]
            case FlagCode.F29:
                return self.updates
            case _ if code in OF_CONTRACTS and self.contracts is not None:
                return self.contracts.days
            case _ if code in OF_SITE:
                return _days_of_site(self.site)
            case _:
                return ()

    def _calendar_days(self) -> Iterable[date]:
        now = self.facts
        year = now.year
        known = (
            now.handed_over_on,
            now.last_updated_on,
            now.last_positive_on,
            self.scenario_on,
            payable_from(now),
        )
        yield from (day for day in known if day is not None)
        yield from (year.opens, year.month_end(11) + DAY, year.closes)
        yield from (milestone.day for milestone in milestones(year))
        ends = {now.planned_end_on, *(state.planned_end_on for _, state in self.states)}
        yield from (end + DAY for end in ends if end is not None)
        first = now.first_capital_year or year.year
        yield from (date(y, 1, 1) for y in range(first, now.day.year + 1))


@dataclass(frozen=True)
class Lookback:
    """Looks up in one history, by one book of thresholds, since when flags hold.

    The facts of a day are made once, whichever flags ask for them.
    """

    timeline: Timeline
    book: ThresholdBook
    calendar: WorkingCalendar
    _days: dict[date, ProjectFacts] = field(default_factory=dict, init=False)
    _days_with_contracts: dict[date, ProjectFacts] = field(default_factory=dict, init=False)

    def since(self, flag: Flag) -> date | None:
        """Return the first day of the unbroken span, up to today, in which the flag holds.

        The same code and variant count as the same flag, whatever the severity. None when the
        history does not raise the flag at all: history and facts disagree.
        """
        return self._first_day(flag, least=1)

    def graded(self, flag: Flag, since: date | None) -> date | None:
        """Return the first day from which on the flag was as grave as it is, or graver.

        `since` is what `since` found: mostly a flag was as grave on its first day already.
        """
        if since is None or self._severity(flag, since) >= flag.severity:
            return since
        return self._first_day(flag, least=flag.severity)

    def severity_on(self, code: FlagCode, day: date) -> int:
        """Return how grave a code was by the close of a day, in whatever variant; 0 if not."""
        return gravest(code, self._facts(code, day), self.book, self.calendar)

    def breaks(self, code: FlagCode) -> list[date]:
        """Return the days, in order, on which something other than time may change a flag."""
        return self.timeline.breaks(code, self.book)

    def _first_day(self, flag: Flag, least: int) -> date | None:
        def holds(day: date) -> bool:
            return self._severity(flag, day) >= least

        return first_of_span(holds, self.breaks(flag.code), flag.day)

    def _severity(self, flag: Flag, day: date) -> int:
        """Return how grave the same code and variant was by the close of a day; 0 if not raised."""
        facts = self._facts(flag.code, day)
        found = raised(flag.code, flag.variant, facts, self.book, self.calendar)
        return 0 if found is None else int(found.severity)

    def _facts(self, code: FlagCode, day: date) -> ProjectFacts:
        facts = self._days.get(day)
        if facts is None:
            facts = self._days[day] = self.timeline.facts_without_contracts(day, self.calendar)
        if code not in OF_CONTRACTS:
            return facts
        whole = self._days_with_contracts.get(day)
        if whole is None:
            whole = self._days_with_contracts[day] = self.timeline.with_contracts(facts)
        return whole


def stage_since(states: Sequence[tuple[date, ProjectState]], day: date) -> date | None:
    """Return the first day of the stage a project is in by the close of a day.

    None where it was never known in another.
    """
    since, stage = None, None
    for start, state in sorted(states, key=lambda one: one[0]):
        if start > day:
            break
        if stage is not None and state.status is not stage:
            since = start
        stage = state.status
    return since


def first_of_span(holds: Callable[[date], bool], breaks: Sequence[date], day: date) -> date | None:
    """Return the first day of the unbroken span ending with `day` in which a claim holds.

    Between two of the ordered `breaks` a claim that holds must keep holding. Nothing before
    the first break is looked at. None when the claim does not hold on `day`.
    """
    if not holds(day):
        return None
    since = day
    for start in reversed(breaks[: bisect_right(breaks, day)]):
        # The claim holds on `since`, the last day looked at of the stretch from `start`.
        if not holds(start):
            return _first_true(holds, start, since)
        since = start
        if start == breaks[0] or not holds(start - DAY):
            return start
        since = start - DAY
    return since


def _first_true(holds: Callable[[date], bool], low: date, high: date) -> date:
    """Return the first day that holds, between one that does not and one that does."""
    while (high - low).days > 1:
        middle = low + (high - low) // 2
        if holds(middle):
            high = middle
        else:
            low = middle
    return high


def _days_of_site(states: Sequence[tuple[date, SiteFacts]]) -> Iterable[date]:
    """Return the days on which what is known of a site changes, and those its deadlines pass."""
    for day, site in states:
        if day > date.min:
            yield day
        land_due = site.land.due_on if site.land else None
        for on in (land_due, site.point_due_on):
            if on is not None:
                yield on + DAY
        for on in (site.started_on, site.ready_on):
            if on is not None:
                yield on


class _Past(Generic[Item]):
    """States by the day each began; the later of two that began on one day holds."""

    def __init__(self, states: Iterable[tuple[date, Item]]) -> None:
        ordered = sorted(states, key=lambda one: one[0])
        self._days = [day for day, _ in ordered]
        self._states = [state for _, state in ordered]

    def on(self, day: date) -> Item | None:
        """Return the last state that had begun by a day, or None."""
        place = bisect_right(self._days, day)
        return self._states[place - 1] if place else None


def _last(days: Sequence[date], day: date, otherwise: date | None) -> date | None:
    """Return the last of the ordered days up to a day, or what is known from elsewhere."""
    place = bisect_right(days, day)
    if place:
        return days[place - 1]
    return otherwise if otherwise is not None and otherwise <= day else None


def with_since(
    verdict: Verdict, timeline: Timeline, book: ThresholdBook, calendar: WorkingCalendar
) -> Verdict:
    """Return the verdict with the first day of every flag filled in."""
    past = Lookback(timeline, book, calendar)
    flags = []
    for flag in verdict.flags:
        since = past.since(flag)
        flags.append(flag._replace(since=since, graded=past.graded(flag, since)))
    return replace(verdict, flags=tuple(flags))
