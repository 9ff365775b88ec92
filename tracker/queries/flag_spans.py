"""Projects judged with since when each flag holds, remembered until something about them changes.

A row of the standings is stamped anew whenever it is judged, and it is judged again whenever
anything its verdict follows from has changed: what was looked up under a stamp still holds. Only
F-03 moves with the whole province; it is judged and looked up at each reading.
"""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.flags import FlagCode, gravest_first
from tracker.domain.pace import below_province
from tracker.domain.progress import Ratio
from tracker.models import Project
from tracker.queries.remembered import Remembered
from tracker.queries.rules import Rules
from tracker.queries.slowness import Judged, judged_by, judged_under
from tracker.queries.standings import Moment, Standings
from tracker.queries.timelines import with_spans

_MOST = 4_000
_KNOWN: Remembered[Judged] = Remembered(_MOST)


def judged_with_spans(
    session: Session, stamps: Mapping[int, int], moment: Moment, province: Ratio, known: Rules
) -> dict[int, Judged]:
    """Return the projects of these rows of the standings, every flag with its first day.

    `stamps` are those of the rows by project, `province` its ratio at that moment. A fixed number
    of statements.
    """
    year, day = moment.year, moment.day
    keys = {number: (stamp, number, year, day) for number, stamp in stamps.items()}
    found = {number: one for number, key in keys.items() if (one := _KNOWN.get(key))}
    missing = [number for number in stamps if number not in found]
    if missing:
        fresh = [one for number in missing if (one := judged_under(stamps[number], number))]
        unknown = set(missing) - {one.card.id for one in fresh}
        if unknown:
            fresh += judged_by(session, Project.id.in_(unknown), year, day, known)
        alone = [_without_province(one) for one in fresh]
        for one in with_spans(session, alone, year, day, known):
            found[one.card.id] = _KNOWN.put(keys[one.card.id], one)
    return _beside_province(session, found, moment, province, known)


def kept_with_spans(
    session: Session, project_id: int, moment: Moment, kept: Standings, known: Rules
) -> Judged | None:
    """Return one project by its kept row; None when it has no plan of the year."""
    table = kept.table
    stamp = session.scalar(
        select(table.c.stamp).where(kept.of_year, table.c.project_id == project_id)
    )
    if stamp is None:
        return None
    found = judged_with_spans(session, {project_id: stamp}, moment, kept.province, known)
    return found.get(project_id)


def _without_province(one: Judged) -> Judged:
    flags = tuple(flag for flag in one.verdict.flags if flag.code is not FlagCode.F03)
    return replace(one, verdict=replace(one.verdict, flags=flags))


def _beside_province(
    session: Session, found: dict[int, Judged], moment: Moment, province: Ratio, known: Rules
) -> dict[int, Judged]:
    """Return the same projects held against the province as it is now."""
    limits = known.thresholds.on(moment.day)
    below = []
    for number, one in found.items():
        facts = replace(one.facts, province=province)
        found[number] = replace(one, facts=facts)
        flag = below_province(facts, limits, known.calendar)
        if flag is not None:
            below.append(replace(found[number], verdict=replace(one.verdict, flags=(flag,))))
    for told in with_spans(session, below, moment.year, moment.day, known):
        one = found[told.card.id]
        flags = gravest_first((*one.verdict.flags, *told.verdict.flags))
        found[told.card.id] = replace(one, verdict=replace(one.verdict, flags=flags))
    return found
