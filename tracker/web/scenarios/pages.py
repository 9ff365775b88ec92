"""What the page of a project's scenario shows: the versions beside each other, and what came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.days import MONTHS, PlanYear
from tracker.domain.money import Dong
from tracker.domain.people import Actor, Permission
from tracker.domain.scenarios import PathSource
from tracker.queries.dossiers import ProjectDetail
from tracker.queries.plans import LineRow
from tracker.queries.scenarios import VersionRow
from tracker.web.flagging import path_words
from tracker.web.formats import day, unit_words
from tracker.web.reading import Reading
from tracker.web.scenarios.months import month_words

SHOWN = 4
"""Versions that stand beside each other."""


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month end: what each shown version foresees, what was counted, how far apart."""

    words: str
    on: date
    targets: tuple[Dong, ...]
    share: Fraction | None
    actual: Dong | None
    gap: Dong | None


@dataclass(frozen=True)
class ScenarioPage:
    """The scenario of a project as this person may see it.

    `in_force` is the version in force on the day, `waiting` the newest if it waits for approval.
    """

    reading: Reading
    project: ProjectDetail
    basis: tuple[str, ...]
    plan: Dong
    versions: tuple[VersionRow, ...]
    older: int
    in_force: VersionRow | None
    waiting: VersionRow | None
    path: str
    months: tuple[MonthRow, ...]
    propose_url: str | None
    approve_url: str | None


def own_sums(lines: Sequence[LineRow]) -> tuple[Dong, Dong]:
    """Return plan and disbursement of the year's own capital."""
    own = [line for line in lines if not line.extended]
    return Dong(sum(line.plan for line in own)), Dong(sum(line.disbursed for line in own))


def done_by(
    year: PlanYear, day: date, months: dict[int, Dong], disbursed: Dong
) -> tuple[Dong, ...]:
    """Return what was counted by each month end up to the month of the day, cumulated."""
    if day < year.opens:
        return ()
    now, running, done = year.month_of(day), 0, []
    for month in range(1, now):
        running += months.get(month, 0)
        done.append(Dong(running))
    return (*done, disbursed)


def months_over(year: PlanYear, day: date) -> int:
    """Return how many months of the plan year are over by the close of a day."""
    return sum(end <= day for end in year.month_ends)


def scenario_page(
    project: ProjectDetail,
    versions: Sequence[VersionRow],
    lines: Sequence[LineRow],
    months: dict[int, Dong],
    followed: PathSource | None,
    reading: Reading,
    actor: Actor,
) -> ScenarioPage:
    """Decide what the page shows."""
    plan, disbursed = own_sums(lines)
    in_force = version_on(versions, reading.as_of)
    newest = versions[0] if versions else None
    waiting = newest if newest is not None and newest.approved_on is None else None
    shown = tuple(versions[:SHOWN])
    if in_force is not None and in_force not in shown:
        shown = (*shown[: SHOWN - 1], in_force)
    year = PlanYear(reading.year)
    done, over = done_by(year, reading.as_of, months, disbursed), months_over(year, reading.as_of)
    return ScenarioPage(
        reading=reading,
        project=project,
        basis=basis_of(project, reading),
        plan=plan,
        versions=shown,
        older=len(versions) - len(shown),
        in_force=in_force,
        waiting=waiting,
        path=path_words(PathSource.PROJECT if in_force else followed),
        months=tuple(
            _month(year, month, shown, in_force, plan, done, month <= over)
            for month in range(1, MONTHS + 1)
        ),
        propose_url=_propose_url(project, reading, actor),
        approve_url=_approve_url(project, waiting, reading, actor),
    )


def version_on(versions: Sequence[VersionRow], day: date) -> VersionRow | None:
    """Return the version in force on a day; versions come newest first."""
    return next(
        (one for one in versions if one.approved_on is not None and one.approved_on <= day), None
    )


def basis_of(project: ProjectDetail, reading: Reading) -> tuple[str, ...]:
    """Return the phrases under the name of the project."""
    return (
        project.code,
        project.owner,
        _("kịch bản giải ngân %(year)s", year=reading.year),
        _("đến %(day)s", day=day(reading.as_of)),
        unit_words(reading.unit),
    )


def _month(
    year: PlanYear,
    month: int,
    shown: Sequence[VersionRow],
    in_force: VersionRow | None,
    plan: Dong,
    done: Sequence[Dong],
    is_over: bool,
) -> MonthRow:
    target = in_force.cumulative[month - 1] if in_force else None
    actual = done[month - 1] if month <= len(done) else None
    return MonthRow(
        words=month_words(month),
        on=year.month_end(month),
        targets=tuple(one.cumulative[month - 1] for one in shown),
        share=Fraction(target, plan) if target is not None and plan > 0 else None,
        actual=actual,
        gap=Dong(actual - target)
        if is_over and actual is not None and target is not None
        else None,
    )


def _propose_url(project: ProjectDetail, reading: Reading, actor: Actor) -> str | None:
    scope = actor.scope_of(Permission.SCENARIO_PROPOSE)
    if not scope.covers(project.unit_path, project.owner_id, project.id):
        return None
    return url_for("scenarios.propose", code=project.code, year=reading.year)


def _approve_url(
    project: ProjectDetail, waiting: VersionRow | None, reading: Reading, actor: Actor
) -> str | None:
    scope = actor.scope_of(Permission.SCENARIO_APPROVE)
    if waiting is None or not scope.covers(project.unit_path, project.owner_id, project.id):
        return None
    return url_for(
        "scenarios.approve", code=project.code, version=waiting.version, year=reading.year
    )


@dataclass(frozen=True)
class ProposePage:
    """What stands beside the form: plan, version before, what was counted."""

    project: ProjectDetail
    year: int
    plan: Dong
    latest: VersionRow | None
    done: tuple[Dong, ...]
    ends: tuple[date, ...]
    curve: str
    fill: str
    fills: tuple[tuple[str, str, str], ...]


def fills_of(code: str, year: int, latest: VersionRow | None) -> tuple[tuple[str, str, str], ...]:
    """Return the ways to fill the form: code, words, address."""
    ways = [
        ("curve", _("Điền theo đường cong")),
        ("rest", _("Giữ số thực tế, phần còn lại theo đường cong")),
    ]
    if latest is not None:
        ways.append(("latest", _("Chép phiên bản %(version)s", version=latest.version)))
    return tuple(
        (name, words, url_for("scenarios.propose", code=code, year=year, fill=name))
        for name, words in ways
    )
