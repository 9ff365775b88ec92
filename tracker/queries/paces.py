"""Where owners stood on an earlier day, told from where they stand: what moved since is little."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from tracker.domain.days import PlanYear
from tracker.domain.money import Dong
from tracker.domain.people import Scope
from tracker.models import Organisation, OwnerDay, PlanEntry, PlanLine, Project
from tracker.queries.progress import OwnerSums, single_sums, total
from tracker.queries.scoping import visible_organisations, visible_projects


class Pace(NamedTuple):
    """Plan of a year and what was disbursed of it by the close of a day."""

    plan: Dong
    disbursed: Dong


def paces_before(
    session: Session, scope: Scope, year: PlanYear, day: date, sums: OwnerSums, later: date
) -> dict[int, Pace]:
    """Return, by owner, plan and disbursement by the close of a day, without extended capital.

    Only what moved until a later day is read, whose `sums` are known. Two statements.
    """
    span = day, later
    planned = _by_owner(session.execute(_plans_moved(scope, year, *span)))
    paid = _by_owner(session.execute(_paid_between(scope, year, *span)))
    for sign, on in ((1, later), (-1, day)):
        for owner_id, extended, _month, counted in single_sums(session, scope, year, on):
            paid[owner_id] += 0 if extended else sign * counted
    return {
        key: Pace(Dong(one.plan - planned[key]), Dong(one.disbursed - paid[key]))
        for key, one in sums.by_owner.items()
    }


def _by_owner(rows: Iterable[Row[int, int]]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for owner_id, amount in rows:
        found[owner_id] += amount
    return found


def _plans_moved(scope: Scope, year: PlanYear, day: date, later: date) -> Select[int, int]:
    return (
        select(Project.owner_id, total(PlanEntry.amount))
        .join(PlanLine, PlanLine.id == PlanEntry.plan_line_id)
        .join(Project, Project.id == PlanLine.project_id)
        .where(
            PlanLine.year == year.year,
            PlanLine.extended.is_(False),
            PlanEntry.effective_on > day,
            PlanEntry.effective_on <= later,
            visible_projects(scope),
        )
        .group_by(Project.owner_id)
    )


def _paid_between(scope: Scope, year: PlanYear, day: date, later: date) -> Select[int, int]:
    return (
        select(OwnerDay.organisation_id, total(OwnerDay.counted))
        .join(Organisation, Organisation.id == OwnerDay.organisation_id)
        .where(
            OwnerDay.year == year.year,
            OwnerDay.extended.is_(False),
            OwnerDay.day > day,
            OwnerDay.day <= later,
            visible_organisations(scope),
        )
        .group_by(OwnerDay.organisation_id)
    )
