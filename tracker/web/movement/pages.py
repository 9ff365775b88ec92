"""What the page of changes shows: the cohort by movement, and the projects of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from tracker.domain.classes import Class
from tracker.domain.money import Dong
from tracker.domain.movement import Judgement, Moved, Movement, MovementSum
from tracker.queries.cards import ProjectCard
from tracker.queries.movement import Cohort, MovementPart
from tracker.web.area import Area
from tracker.web.flagging import BADGES, class_words
from tracker.web.paging import Paging, paging_of
from tracker.web.reading import Reading
from tracker.web.speech import named


@dataclass(frozen=True, slots=True)
class SumRow:
    """One movement with its sums; the address opens its projects."""

    code: str
    words: str
    note: str
    sums: MovementSum
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class State:
    """How a project was judged on one day."""

    badge: str
    words: str
    gap: Dong | None


@dataclass(frozen=True, slots=True)
class Line:
    """One project with what it was and what it is."""

    code: str
    name: str
    owner: str
    url: str
    plan: Dong
    before: State | None
    after: State | None
    gap_change: Dong


@dataclass(frozen=True, slots=True)
class MovementPage:
    """What changed between two days, as this person may see it."""

    reading: Reading
    place: str
    first: date
    rows: tuple[SumRow, ...]
    total: MovementSum
    chosen: str
    lines: tuple[Line, ...]
    paging: Paging | None
    url: str


@named
def movement_words(movement: Movement) -> str:
    """Return the name of a movement."""
    return {
        Movement.WORSENED: _("Xấu đi"),
        Movement.IMPROVED: _("Tốt lên"),
        Movement.NEW: _("Mới có kế hoạch"),
        Movement.CLOSED: _("Không còn xét"),
        Movement.UNCHANGED: _("Không đổi"),
    }[movement]


@named
def movement_note(movement: Movement) -> str:
    """Return what a movement means."""
    return {
        Movement.WORSENED: _("sang nhóm nặng hơn"),
        Movement.IMPROVED: _("sang nhóm nhẹ hơn"),
        Movement.NEW: _("ngày đầu chưa có kế hoạch, ngày sau có"),
        Movement.CLOSED: _("ngày đầu có kế hoạch, ngày sau không còn"),
        Movement.UNCHANGED: _("vẫn nhóm ấy"),
    }[movement]


def movement_page(
    reading: Reading,
    area: Area,
    first: date,
    found: Cohort,
    chosen: Movement,
    part: MovementPart,
) -> MovementPage:
    """Decide what the page shows."""
    sums = found.sums
    return MovementPage(
        reading=reading,
        place=area.name,
        first=first,
        rows=tuple(
            SumRow(
                one.value,
                movement_words(one),
                movement_note(one),
                sums[one],
                address(reading, area, first, one),
                one is chosen,
            )
            for one in Movement
        ),
        total=_total(sums),
        chosen=movement_words(chosen),
        lines=tuple(
            _line(one, part.cards[one.project_id], reading)
            for one in part.page.rows
            if one.project_id in part.cards
        ),
        paging=paging_of(part.page, _("dự án")),
        url=reading.url("movement.show_changes", **{"from": first.isoformat()}, **area.filters),
    )


def address(reading: Reading, area: Area, first: date, movement: Movement) -> str:
    """Return the address of the projects of a movement."""
    chosen = {"from": first.isoformat(), "show": movement.value, **area.filters}
    return reading.url("movement.show_changes", **chosen)


def _total(sums: Mapping[Movement, MovementSum]) -> MovementSum:
    return MovementSum(
        sum(one.projects for one in sums.values()),
        Dong(sum(one.plan for one in sums.values())),
        Dong(sum(one.gap_change for one in sums.values())),
    )


def _line(one: Moved, card: ProjectCard, reading: Reading) -> Line:
    return Line(
        card.code,
        card.name,
        card.owner,
        reading.url("projects.show_project", code=card.code),
        one.plan,
        _state(one.before),
        _state(one.after),
        one.gap_change,
    )


def _state(judgement: Judgement | None) -> State | None:
    if judgement is None or judgement.klass is Class.NOT_APPLICABLE:
        return None
    return State(BADGES[judgement.klass], class_words(judgement.klass), judgement.gap)
