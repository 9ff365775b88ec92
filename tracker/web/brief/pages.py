"""What the brief tells of the figures: where the money stands, the worst, the newly worse.

Every number leads to the page that shows the same number for the same day. Texts are templates.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.classes import Class
from tracker.domain.ladder import Attribution
from tracker.domain.money import Dong
from tracker.domain.movement import Judgement, Moved, Movement
from tracker.domain.progress import RatioCode
from tracker.queries.brief import Brief
from tracker.queries.cards import ProjectCard
from tracker.queries.movement import MovementPart
from tracker.queries.slowness import Judged
from tracker.queries.standing_sums import SLOW
from tracker.web.area import Area
from tracker.web.flagging import BADGES, FlagWords, cause_words, class_words, flag_words
from tracker.web.reading import Reading
from tracker.web.slow_lines import REASONS


@dataclass(frozen=True, slots=True)
class Head:
    """Where the money stands: the amounts of the overview, and where each is found."""

    plan: Dong
    disbursed: Dong
    ratio: Fraction | None
    expected: Dong | None
    gap: Dong | None
    state: str
    slow: int
    projects: int
    unable: int
    unable_left: Dong
    overview_url: str
    ledger_url: str
    unable_url: str


@dataclass(frozen=True, slots=True)
class WorstRow:
    """One of the projects with the most money behind, and why in one sentence."""

    name: str
    owner: str
    url: str
    gap: Dong
    gap_url: str
    flag: FlagWords | None
    cause: str


@dataclass(frozen=True, slots=True)
class WorsenedRow:
    """One project that moved to a graver class: from what to what, and the gap that was added."""

    name: str
    owner: str
    url: str
    before: str
    after: str
    badge: str
    gap_change: Dong


@dataclass(frozen=True, slots=True)
class FiguresPart:
    """What the brief tells of the figures; the same for everybody who reaches the same."""

    head: Head
    unknown: int
    unknown_url: str
    worst: tuple[WorstRow, ...]
    worst_url: str
    worst_left: int


@dataclass(frozen=True, slots=True)
class WorsenedPart:
    """The projects that moved to a graver class since a day: the first of them, and how many."""

    rows: tuple[WorsenedRow, ...]
    left: int


def worsened_url(reading: Reading, area: Area, first: date) -> str:
    """Return the list of all projects that moved to a graver class since a day."""
    chosen = {"from": first.isoformat(), "show": Movement.WORSENED.value, **area.filters}
    return reading.url("movement.show_changes", **chosen)


def worsened_part(found: MovementPart, reading: Reading) -> WorsenedPart:
    """Decide what the brief tells of the projects that moved to a graver class."""
    rows = tuple(
        _worsened(one, found.cards[one.project_id], reading)
        for one in found.page.rows
        if one.project_id in found.cards
    )
    return WorsenedPart(rows, found.page.total - len(rows))


def figures_part(found: Brief, reading: Reading, area: Area) -> FiguresPart:
    """Decide what the brief tells of the figures."""
    slow = {"class": "slow,unable", "order": "gap", **area.filters}
    unknown = found.blocks["unknown"].count
    head = _head(found, reading, area)
    return FiguresPart(
        head=head,
        unknown=unknown,
        unknown_url=reading.url("slowness.list_slow", block="unknown", **area.filters),
        worst=tuple(_worst(one, found.causes, reading, area) for one in found.worst),
        worst_url=reading.url("projects.list_projects", **slow),
        worst_left=head.slow - len(found.worst),
    )


def _head(found: Brief, reading: Reading, area: Area) -> Head:
    figures, standings = found.overview.figures, found.overview.standings
    gap = None if figures.expected is None else Dong(figures.disbursed - figures.expected)
    unable = found.blocks["unable"]
    return Head(
        plan=figures.plan_province,
        disbursed=figures.disbursed,
        ratio=figures.ratio(RatioCode.TL2).value,
        expected=figures.expected,
        gap=gap,
        state=_side(gap),
        slow=standings.count(*SLOW),
        projects=standings.count(*(set(Class) - {Class.NOT_APPLICABLE})),
        unable=unable.count,
        unable_left=unable.remaining,
        overview_url=reading.url("home.overview", **area.filters),
        ledger_url=reading.ledger_url(**area.filters),
        unable_url=reading.url("slowness.list_slow", block="unable", **area.filters),
    )


def _side(gap: Dong | None) -> str:
    if gap is None:
        return "unknown"
    return "slow" if gap < 0 else "ahead" if gap > 0 else "on_track"


def _worst(
    one: Judged, causes: Mapping[int, Attribution], reading: Reading, area: Area
) -> WorstRow:
    code = one.card.code
    url = reading.url("projects.show_project", code=code)
    reason = one.verdict.flag(REASONS[one.verdict.klass])
    known = causes.get(one.card.id)
    return WorstRow(
        name=one.card.name,
        owner=one.card.owner,
        url=url,
        gap=one.verdict.gap or Dong(0),
        gap_url=reading.url("slowness.list_slow", q=code, **area.filters),
        flag=None if reason is None else flag_words(reason, url),
        cause=cause_words(known) if known else _("chưa rõ"),
    )


def _worsened(one: Moved, card: ProjectCard, reading: Reading) -> WorsenedRow:
    return WorsenedRow(
        name=card.name,
        owner=card.owner,
        url=reading.url("projects.show_project", code=card.code),
        before=_judged(one.before),
        after=_judged(one.after),
        badge=BADGES[one.after.klass] if one.after else "unknown",
        gap_change=one.gap_change,
    )


def _judged(judgement: Judgement | None) -> str:
    return class_words(judgement.klass) if judgement else ""


def today_url(area: Area) -> str:
    """Return the brief of today about the same place."""
    return url_for("brief.show_brief", **area.filters)  # type: ignore[arg-type]
