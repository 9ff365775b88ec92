"""The list of projects with its orders and its totals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tracker.domain.classes import Class
from tracker.domain.days import PlanYear
from tracker.domain.flags import FlagCode, Severity
from tracker.domain.money import Dong
from tracker.domain.people import Scope
from tracker.domain.projects import Group, Tier
from tracker.domain.text import sort_key
from tracker.models import Organisation, Project
from tracker.queries.cards import CARD, ProjectCard, card_of
from tracker.queries.filters import ProjectFilter, narrowed
from tracker.queries.slowness import Judged, judged_projects
from tracker.queries.states import states_on


class Mark(NamedTuple):
    """A flag of a row of a list: only which, and how grave."""

    code: FlagCode
    severity: Severity


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of the list; `judged` is None when the project has no plan in the year."""

    card: ProjectCard
    judged: Judged | None

    @property
    def plan(self) -> Dong | None:
        """Return the plan of the year as it stands."""
        return self.judged.facts.plan if self.judged else None

    @property
    def disbursed(self) -> Dong | None:
        """Return what was counted of that plan."""
        return self.judged.facts.disbursed if self.judged else None

    @property
    def expected(self) -> Dong | None:
        """Return what should have been counted by the day; None where no path is known."""
        return self.judged.facts.expected if self.judged else None

    @property
    def gap(self) -> Dong | None:
        """Return disbursed less expected: negative when behind."""
        return self.judged.facts.gap if self.judged else None

    @property
    def ratio(self) -> Fraction | None:
        """Return ratio TL2; None when nothing was planned."""
        return Fraction(self.disbursed or 0, self.plan) if self.plan else None

    @property
    def klass(self) -> Class:
        """Return the class; not applicable without a plan."""
        return self.judged.verdict.klass if self.judged else Class.NOT_APPLICABLE

    @property
    def codes(self) -> frozenset[FlagCode]:
        """Return which flags are raised."""
        return self.judged.verdict.codes if self.judged else frozenset()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Return the flags, gravest first."""
        flags = self.judged.verdict.flags if self.judged else ()
        return tuple(Mark(flag.code, flag.severity) for flag in flags)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over every row of a list, however many of them a page shows.

    `expected` and `gap` are over the projects whose path is known; `unknown` counts the others
    that have a plan, `unplanned` those that have none.
    """

    projects: int
    plan: Dong
    disbursed: Dong
    expected: Dong
    gap: Dong
    unknown: int
    unplanned: int

    @property
    def ratio(self) -> Fraction | None:
        """Return ratio TL2 of all of them together."""
        return Fraction(self.disbursed, self.plan) if self.plan > 0 else None


class Order(StrEnum):
    """What a list of projects can be ordered by."""

    NAME = "name"
    OWNER = "owner"
    TIER = "tier"
    GROUP = "group"
    PLAN = "plan"
    DISBURSED = "disbursed"
    RATIO = "ratio"
    EXPECTED = "expected"
    GAP = "gap"
    CLASS = "class"
    FLAGS = "flags"


_TIERS = {tier: place for place, tier in enumerate(Tier)}
_GROUPS = {group: place for place, group in enumerate(Group)}
_CLASSES = {klass: place for place, klass in enumerate(Class)}
_KEYS: dict[Order, Callable[[Listed], Any]] = {
    Order.TIER: lambda row: _TIERS[row.card.tier],
    Order.GROUP: lambda row: None if row.card.group is None else _GROUPS[row.card.group],
    Order.PLAN: lambda row: row.plan,
    Order.DISBURSED: lambda row: row.disbursed,
    Order.RATIO: lambda row: row.ratio,
    Order.EXPECTED: lambda row: row.expected,
    Order.GAP: lambda row: row.gap,
    Order.CLASS: lambda row: _CLASSES[row.klass],
    Order.FLAGS: lambda row: row.judged and (row.judged.verdict.severity or 0),
}


def listed_projects(
    session: Session, scope: Scope, wanted: ProjectFilter, year: PlanYear, day: date
) -> list[Listed]:
    """List the projects within the scope that the filter wants, in Vietnamese order of names."""
    condition = narrowed(scope, wanted, year, day)
    judged = judged_projects(session, condition, year, day)
    rows = [Listed(one.card, one) for one in judged if wanted.keeps(one.verdict)]
    if wanted.without_plan and not wanted.asks_for_verdicts:
        known = {one.card.id for one in judged}
        cards = _cards(session, condition, day)
        rows += [Listed(card, None) for card in cards if card.id not in known]
        rows.sort(key=lambda row: (row.card.name_sort, row.card.id))
    return rows


def ordered(rows: Sequence[Listed], by: Order, *, descending: bool = False) -> list[Listed]:
    """Return the rows in an order; what is unknown comes last, equals keep the order of names."""
    if by is Order.NAME:
        return list(reversed(rows)) if descending else list(rows)
    key = _owner_key(rows) if by is Order.OWNER else _KEYS[by]
    known = [row for row in rows if key(row) is not None]
    unknown = [row for row in rows if key(row) is None]
    return sorted(known, key=key, reverse=descending) + unknown


def _owner_key(rows: Sequence[Listed]) -> Callable[[Listed], Any]:
    keys = {name: sort_key(name) for name in {row.card.owner for row in rows}}
    return lambda row: keys[row.card.owner]


def totals_of(rows: Sequence[Listed]) -> Totals:
    """Add up the rows of a list."""
    facts = [row.judged.facts for row in rows if row.judged]
    followed = [one for one in facts if one.expected is not None]
    return Totals(
        projects=len(rows),
        plan=Dong(sum(one.plan for one in facts)),
        disbursed=Dong(sum(one.disbursed for one in facts)),
        expected=Dong(sum(one.expected or 0 for one in followed)),
        gap=Dong(sum(one.gap or 0 for one in followed)),
        unknown=len(facts) - len(followed),
        unplanned=len(rows) - len(facts),
    )


def _cards(session: Session, condition: ColumnElement[bool], day: date) -> list[ProjectCard]:
    states = states_on(session, condition, day)
    rows = session.execute(
        select(*CARD, Organisation.short_name.label("owner"))
        .join(Organisation, Organisation.id == Project.owner_id)
        .where(condition)
    )
    return [card_of(row, states.get(row.id)) for row in rows]
