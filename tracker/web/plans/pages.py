"""What the page of a project's plan shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.money import Dong
from tracker.domain.people import Actor, Permission
from tracker.queries.dossiers import ProjectDetail
from tracker.queries.plans import Allocation, LineRow
from tracker.web.formats import day, unit_words
from tracker.web.reading import Reading


@dataclass(frozen=True)
class Line:
    """One plan line with the address of the form that adjusts it."""

    row: LineRow
    assign_url: str | None

    @property
    def ratio(self) -> Fraction | None:
        """Return what was disbursed of the line's plan."""
        return Fraction(self.row.disbursed, self.row.plan) if self.row.plan > 0 else None


@dataclass(frozen=True, slots=True)
class Sums:
    """The lines of one kind of capital together."""

    plan: Dong
    disbursed: Dong
    remaining: Dong


@dataclass(frozen=True, slots=True)
class YearLink:
    """Another plan year of the project."""

    year: int
    url: str
    is_current: bool


@dataclass(frozen=True)
class PlanPage:
    """The plan of a project as this person may see it; `later` entries come after the day."""

    reading: Reading
    project: ProjectDetail
    basis: tuple[str, ...]
    lines: tuple[Line, ...]
    own: Sums
    extended: Sums | None
    later: int
    years: tuple[YearLink, ...]
    allocation: Allocation
    ledger_url: str
    assign_url: str | None
    transfer_url: str | None


def plan_page(
    project: ProjectDetail,
    lines: Sequence[LineRow],
    years: Sequence[int],
    allocation: Allocation,
    reading: Reading,
    actor: Actor,
) -> PlanPage:
    """Decide what the page shows."""
    assigning = actor.scope_of(Permission.PLAN_ASSIGN)
    may_assign = assigning.covers(project.unit_path, project.owner_id, project.id)
    own = [line for line in lines if not line.extended]
    extended = [line for line in lines if line.extended]
    code = project.code
    return PlanPage(
        reading=reading,
        project=project,
        basis=basis_of(project, reading),
        lines=tuple(
            Line(
                line,
                url_for("plans.assign", code=code, year=line.year, line=line.id)
                if may_assign
                else None,
            )
            for line in lines
            if line.entries
        ),
        own=_sums(own),
        extended=_sums(extended) if extended else None,
        later=sum(line.later for line in lines),
        years=tuple(
            YearLink(
                year,
                reading.url("plans.show_plan", code=code, year=year),
                year == reading.year,
            )
            for year in sorted({*years, reading.year}, reverse=True)
        ),
        allocation=allocation,
        ledger_url=reading.ledger_url(project=code),
        assign_url=url_for("plans.assign", code=code, year=reading.year) if may_assign else None,
        transfer_url=url_for("plans.transfer", code=code, year=reading.year)
        if may_assign and own
        else None,
    )


def basis_of(project: ProjectDetail, reading: Reading) -> tuple[str, ...]:
    """Return the phrases under the name of the project."""
    return (
        project.code,
        project.owner,
        _("kế hoạch vốn %(year)s", year=reading.year),
        _("đến %(day)s", day=day(reading.as_of)),
        _("theo phần mềm"),
        unit_words(reading.unit),
    )


def _sums(lines: Iterable[LineRow]) -> Sums:
    listed = list(lines)
    return Sums(
        Dong(sum(line.plan for line in listed)),
        Dong(sum(line.disbursed for line in listed)),
        Dong(sum(line.remaining for line in listed)),
    )


@dataclass(frozen=True)
class AssignPage:
    """What stands beside the form: the project, its lines today, the deadline if none is typed."""

    project: ProjectDetail
    year: int
    lines: tuple[LineRow, ...]
    allocation: Allocation
    deadline_words: str


def deadline_words(ordinary: date, cut: date, late: date) -> str:
    """Return which deadline a plan gets when nobody names one."""
    return _(
        "để trống: %(ordinary)s; quyết định sau ngày %(cut)s thì %(late)s; "
        "khi giảm thì giữ hạn của dòng vốn",
        ordinary=day(ordinary),
        cut=day(cut),
        late=day(late),
    )


def line_numbered(lines: Sequence[LineRow], number: str) -> LineRow | None:
    """Return the line with this number among those of the project, or None."""
    return next((line for line in lines if str(line.id) == number), None)
