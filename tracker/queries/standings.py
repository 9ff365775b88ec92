"""Where the standings of a day are read from: the kept table, or rows judged for this reading.

Kept standings are shown only when they are of the day asked for and nothing is due. Otherwise the
rule judges every project of that day here and now, and the rows are given to the statements as a
relation with the same columns; so one set of statements reads both, and no reading writes.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, Table, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from tracker.domain.days import PlanYear
from tracker.domain.facts import ProjectFacts
from tracker.domain.flags import FlagCode
from tracker.domain.money import Dong
from tracker.domain.pace import short_of_province
from tracker.domain.packing import pace_of, pack, pack_flags, unpack
from tracker.domain.progress import Ratio, RatioCode
from tracker.models import DataVersion, Project, ProjectStanding, StandingDay, StandingDue
from tracker.queries.foreseen import KEPT_MONTHS, foreseen, hindsight
from tracker.queries.judged_rows import given, rows_given
from tracker.queries.progress import province_ratio
from tracker.queries.remembered import Remembered
from tracker.queries.rules import rules
from tracker.queries.slowness import Judged, judged_by, remember_judged
from tracker.queries.wall import lifted

Values = dict[str, Any]
KEPT: Table = ProjectStanding.metadata.tables[ProjectStanding.__tablename__]
_GIVEN = tuple(column.name for column in KEPT.columns if column.name != "facts")
"""The columns that statements need of rows judged now: the facts are long and read of a few."""
AT_ONCE = 5_000
"""So many projects are judged together: memory stays bounded, however many there are."""
_TOKENS = 62

# Made once, of the tables and not of the classes: nearly every request sends them.
_DAY = StandingDay.metadata.tables[StandingDay.__tablename__]
_DUE = StandingDue.metadata.tables[StandingDue.__tablename__]
_VERSION = DataVersion.metadata.tables[DataVersion.__tablename__]
_NOTHING_DUE = ~select(_DUE.c.id).exists()
_DAYS = select(
    _DAY.c.year, _DAY.c.day, _DAY.c.province_disbursed, _DAY.c.province_plan, _DAY.c.stamp
).where(_NOTHING_DUE)
_STATE = (
    select(_VERSION.c.version, func.min(_DAY.c.stamp))
    .join(_DAY, true())
    .where(_NOTHING_DUE)
    .group_by(_VERSION.c.version)
)


@dataclass(frozen=True, slots=True)
class Standings:
    """The standings of one plan year at the close of one day, and the province's ratio then.

    Every statement on `table` is executed with `given`: the rows, where they are not kept.
    `facts` holds the packed facts of such rows by project.
    """

    table: FromClause
    year: PlanYear
    day: date
    province: Ratio
    given: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[int, str] = field(default_factory=dict)

    @property
    def of_year(self) -> ColumnElement[bool]:
        """Return the condition that keeps the rows of the year."""
        return self.table.c.year == self.year.year

    @property
    def past_day(self) -> date | None:
        """Return the day as of which projects are read; None when it is that of the records."""
        return None if self.table is KEPT else self.day

    def facts_in(self, row: Row[*tuple[object, ...]], project_id: int) -> ProjectFacts:
        """Return the facts of a project from a row that holds the column `facts`."""
        line = self.facts.get(project_id) or row.facts
        return unpack(line, project_id, self.year, self.day, self.province)


_PAST_DAYS: Remembered[Standings] = Remembered(6)


@dataclass(frozen=True, slots=True)
class Moment:
    """A plan year at the close of a day, and the state of the data in which it is read.

    `stamp` is None while something is due: then nothing is known of what was read before.
    """

    year: PlanYear
    day: date
    kept: Standings | None
    stamp: int | None


def moment_on(session: Session, year: PlanYear, day: date) -> Moment:
    """Return the kept standings if they are of this day and nothing is due, and the data's state.

    One statement.
    """
    rows = session.execute(_DAYS).all()
    kept = None
    for row in rows:
        if row.year == year.year and row.day == day:
            province = Ratio(RatioCode.TL2, row.province_disbursed, row.province_plan)
            kept = Standings(KEPT, year, day, province)
    # Every keeping stamps all the years anew, so one of them tells the state of all the data.
    return Moment(year, day, kept, min((row.stamp for row in rows), default=None))


def state_of_data(session: Session) -> tuple[int, int] | None:
    """Return what tells this state of the data from any other; None while something is due.

    The number grows with every deed, the stamp is drawn anew whenever a figure may have changed.
    """
    row = session.execute(_STATE).one_or_none()
    return None if row is None else (row[0], row[1])


def standings_at(session: Session, moment: Moment) -> Standings:
    """Return where the standings of a moment are read from.

    What is not kept is judged now, or was judged before in the same state of the data.
    """
    if moment.kept is not None:
        return moment.kept
    if moment.stamp is None:
        return _judged_now(session, moment.year, moment.day)
    key = (moment.stamp, moment.year, moment.day)
    known = _PAST_DAYS.get(key)
    return known or _PAST_DAYS.put(key, _judged_now(session, moment.year, moment.day))


def _judged_now(session: Session, year: PlanYear, day: date) -> Standings:
    # Every project is judged, whoever asks: the next who asks reads the same rows, by their scope.
    with lifted(session):
        rows = [row for rows in judged_values(session, year, day) for row in rows]
        province = Ratio(RatioCode.TL2, *province_ratio(session, year, day))
    return Standings(
        rows_given(KEPT, _GIVEN, session.get_bind().dialect.name),
        year,
        day,
        province,
        given(rows, _GIVEN),
        {row["project_id"]: row["facts"] for row in rows},
    )


def judged_values(
    session: Session,
    year: PlanYear,
    day: date,
    ids: list[int] | None = None,
    province: tuple[Dong, Dong] | None = None,
) -> Iterator[list[Values]]:
    """Yield the rows to be kept of a day, some thousand at a time; of these projects, or of all.

    `province` is what `province_ratio` answers, where it was asked already.
    """
    known = rules(session, year.year - 1, year.year + 2)
    past = hindsight(session, year, day, known)
    for condition in parts(session, ids):
        judged = judged_by(session, condition, year, day, known, province)
        if judged:
            months = foreseen(session, condition, judged, past)
            values = [_values(one, months.get(one.card.id, {})) for one in judged]
            if ids is not None:  # a few were touched: whoever asks next looks at them
                for one, row in zip(judged, values, strict=True):
                    remember_judged(row["stamp"], one)
            yield values


def parts(session: Session, ids: list[int] | None) -> Iterator[ColumnElement[bool]]:
    """Yield conditions on Project that together hold for all, or these, some thousand at once."""
    if ids is None:  # by the projects there are: their numbers may lie far apart
        known = list(session.scalars(select(Project.id).order_by(Project.id)))
        for start in range(0, len(known), AT_ONCE):
            part = known[start : start + AT_ONCE]
            yield Project.id.between(part[0], part[-1])
    else:
        for start in range(0, len(ids), AT_ONCE):
            yield Project.id.in_(ids[start : start + AT_ONCE])


def new_stamp() -> int:
    """Return a number that was never drawn before and never will be again."""
    return secrets.randbits(_TOKENS)


def _values(one: Judged, months: Mapping[int, Dong]) -> Values:
    facts = one.facts
    flags = tuple(flag for flag in one.verdict.flags if flag.code is not FlagCode.F03)
    return {
        "year": facts.year.year,
        "project_id": facts.project_id,
        "owner_id": one.card.owner_id,
        "tier": one.card.tier,
        "unit_path": one.card.unit_path,
        "name_sort": one.card.name_sort,
        "plan": facts.plan,
        "disbursed": facts.disbursed,
        "expected": facts.expected,
        "gap": facts.gap,
        "pace": pace_of(facts.disbursed, facts.plan),
        "is_paced": facts.is_live,
        "klass": one.verdict.klass,
        "standing": one.verdict.standing,
        "severity": int(flags[0].severity) if flags else 0,
        "flags": pack_flags(flags),
        "path": facts.path.value if facts.path else None,
        "facts": pack(facts),
        "stamp": new_stamp(),
        **{f"expected_{month}": months.get(month) for month in KEPT_MONTHS},
    }


def below_province(session: Session, standings: Standings) -> ColumnElement[bool]:
    """Return the condition on the rows that flag F-03 holds now, exactly.

    Paces tell smaller from larger; the few rows with the province's own pace are compared by
    whole numbers.
    """
    table, province = standings.table, standings.province
    level = pace_of(province.numerator, province.denominator)
    if level is None:
        return false()
    same = session.execute(
        select(table.c.project_id, table.c.plan, table.c.disbursed).where(
            standings.of_year, table.c.pace == level
        ),
        standings.given,
    )
    tied = [
        project_id
        for project_id, plan, disbursed in same
        if short_of_province(province, plan, disbursed)
    ]
    below = or_(table.c.pace < level, table.c.project_id.in_(tied))
    return and_(table.c.is_paced, table.c.plan < province.denominator, below)
