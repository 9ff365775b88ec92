"""What the page of a project's pledges shows."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from tracker.domain.days import DAY, PlanYear
from tracker.domain.money import Dong
from tracker.domain.pledges import PledgeState
from tracker.queries.dossiers import ProjectDetail
from tracker.queries.pledges import PledgeRow
from tracker.web.formats import day, dong
from tracker.web.pledging import pledge_state_words
from tracker.web.reading import Reading

TAGS = {PledgeState.OPEN: "", PledgeState.KEPT: "done", PledgeState.BROKEN: "stopped"}


@dataclass(frozen=True, slots=True)
class PledgeLine:
    """One pledge with its state in words, and the look of that."""

    row: PledgeRow
    state: str
    look: str
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class PledgesPage:
    """The pledges of a project for a plan year, the one in force first.

    `bounds` says between which amounts one may be promised today, `closed` why none may.
    """

    project: ProjectDetail
    reading: Reading
    lines: tuple[PledgeLine, ...]
    can_record: bool
    bounds: str
    closed: str


def pledges_page(
    project: ProjectDetail,
    rows: list[PledgeRow],
    reading: Reading,
    capital: tuple[Dong, Dong],
    today: date,
    *,
    can_record: bool,
) -> PledgesPage:
    """Return the page; `capital` is the plan of the year and what was disbursed of it by today."""
    plan, disbursed = capital
    lines = tuple(
        PledgeLine(row, pledge_state_words(row.outcome.state), TAGS[row.outcome.state], place == 0)
        for place, row in enumerate(rows)
    )
    bounds = _(
        "trên %(disbursed)s đã giải ngân, không quá kế hoạch %(plan)s",
        disbursed=dong(disbursed),
        plan=dong(plan),
    )
    closed = _closed(PlanYear(reading.year), plan, disbursed, today)
    return PledgesPage(project, reading, lines, can_record, bounds, closed)


def _closed(year: PlanYear, plan: Dong, disbursed: Dong, today: date) -> str:
    """Return why nothing can be promised about a plan year; nothing while something can."""
    if today >= year.closes:
        return _(
            "Kế hoạch năm %(year)s đã hết ngày giải ngân (%(last)s): không còn gì để cam kết.",
            year=year.year,
            last=day(year.closes - DAY),
        )
    if not plan:
        return _("Dự án chưa được giao kế hoạch vốn năm %(year)s.", year=year.year)
    if disbursed >= plan:
        return _("Đã giải ngân hết kế hoạch năm %(year)s: không còn gì để cam kết.", year=year.year)
    return ""
