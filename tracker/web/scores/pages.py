"""What the list of scores and the score of one unit show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.classes import Class
from tracker.domain.scores import Cause, Cost, Criterion, Part, Score
from tracker.queries.paging import Paged
from tracker.queries.scores import ScoredDirective, ScoredProject, UnitSums
from tracker.web.formats import day as write_day
from tracker.web.formats import number, percent, points
from tracker.web.paging import Paging, paging_of
from tracker.web.reading import Reading

MOST = 100
"""Records a page spells out; those beyond cost the least."""


@dataclass(frozen=True, slots=True)
class PartLine:
    """One criterion in words and numbers of a hundred."""

    words: str
    meaning: str
    weight: str
    share: str
    points: str
    lost: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class CostLine:
    """One record that costs points, where it is opened, what mending it gains."""

    words: str
    what: str
    url: str
    lost: str
    gain: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit in the ranking."""

    rank: int
    name: str
    url: str
    points: str
    parts: tuple[str, ...]
    projects: int
    blocked: int


@dataclass(frozen=True, slots=True)
class RankingPage:
    """The units of the reader, the best first."""

    reading: Reading
    rows: tuple[UnitRow, ...]
    heads: tuple[str, ...]
    paging: Paging | None
    spread: bool
    hears: bool


@dataclass(frozen=True, slots=True)
class UnitPage:
    """The score of one unit and everything behind it."""

    reading: Reading
    unit: UnitSums
    points: str
    parts: tuple[PartLine, ...]
    hears: bool
    costs: tuple[CostLine, ...]
    more: int
    calendar_url: str
    projects_url: str


def criterion_words(criterion: Criterion) -> str:
    """Return what a part of a score is called."""
    return {
        Criterion.VOLUME: _("Khối lượng giải ngân"),
        Criterion.ACCURACY: _("Sát kịch bản"),
        Criterion.FRESHNESS: _("Cập nhật số liệu"),
        Criterion.QUALITY: _("Chất lượng số liệu"),
        Criterion.DIRECTIVES: _("Thực hiện chỉ đạo"),
    }[criterion]


def ranking_page(
    reading: Reading, ranked: Paged[tuple[UnitSums, Score]], *, spread: bool, hears: bool
) -> RankingPage:
    """Decide what the ranking shows; units without anything to go by stand last, unranked.

    `spread` when no unit has a directive that was due, `hears` when this person may read them.
    """
    rows = tuple(
        UnitRow(
            ranked.first + place,
            unit.name,
            url_for("scores.list_scores", owner=unit.code),
            _of_hundred(score.points),
            tuple(_of_hundred(part.share and part.share * 100) for part in _counted(score, spread)),
            unit.sums.projects,
            unit.blocked,
        )
        for place, (unit, score) in enumerate(ranked.rows)
    )
    heads = tuple(
        criterion_words(one) for one in Criterion if not (spread and one is Criterion.DIRECTIVES)
    )
    paging = paging_of(ranked, _("đơn vị")) if ranked.pages > 1 else None
    return RankingPage(reading, rows, heads, paging, spread, hears)


def unit_page(
    reading: Reading,
    unit: UnitSums,
    score: Score,
    costs: Sequence[Cost],
    projects: Sequence[ScoredProject],
    directives: Sequence[ScoredDirective],
    span: tuple[date, date],
    *,
    hears: bool,
) -> UnitPage:
    """Decide what the page of one unit shows; directives are due within the span."""
    known = {one.record.project_id: one for one in projects}
    told = {one.due.directive_id: one.content for one in directives}
    return UnitPage(
        reading,
        unit,
        _of_hundred(score.points),
        tuple(_part(one, unit, span) for one in score.parts),
        hears,
        tuple(_cost(reading, unit, one, known, told) for one in costs[:MOST]),
        max(0, len(costs) - MOST),
        url_for("timeliness.show_calendar", owner=unit.code),
        url_for("projects.list_projects", owner=unit.code),
    )


def _counted(score: Score, spread: bool) -> list[Part]:
    return [one for one in score.parts if not (spread and one.criterion is Criterion.DIRECTIVES)]


def _part(part: Part, unit: UnitSums, span: tuple[date, date]) -> PartLine:
    meanings = {
        Criterion.VOLUME: _("phần đã giải ngân trong số phải đạt đến nay theo kịch bản"),
        Criterion.ACCURACY: _("độ lệch giữa giải ngân và kịch bản, cả chậm và vượt"),
        Criterion.FRESHNESS: _("các ngày làm việc gần đây được nhập đúng hạn"),
        Criterion.QUALITY: _("dự án không có số liệu vượt mức, không thiếu dữ liệu"),
        Criterion.DIRECTIVES: _("chưa có chỉ đạo để tính; trọng số chia cho các mục còn lại"),
    }
    is_counted = part.share is not None
    if is_counted and part.criterion is Criterion.DIRECTIVES:
        meanings[part.criterion] = _(
            "%(done)s trong %(due)s chỉ đạo đến hạn từ %(since)s đến %(until)s kết thúc đúng hạn",
            done=number(unit.sums.directives_done),
            due=number(unit.sums.directives),
            since=write_day(span[0]),
            until=write_day(span[1]),
        )
    return PartLine(
        criterion_words(part.criterion),
        meanings[part.criterion],
        _of_hundred(part.weight) if is_counted else "–",
        _of_hundred(part.share * 100) if part.share is not None else "–",
        _of_hundred(part.points) if is_counted else "–",
        _of_hundred(part.lost) if is_counted else "–",
        _missed_url(unit, span)
        if is_counted and part.lost and part.criterion is Criterion.DIRECTIVES
        else None,
    )


def _missed_url(unit: UnitSums, span: tuple[date, date]) -> str:
    """Return the address of the list of exactly the directives that cost points."""
    narrowed: dict[str, Any] = {"from": span[0].isoformat(), "to": span[1].isoformat()}
    return url_for(
        "directives.list_directives", inbox="all", lead=unit.code, standing="missed", **narrowed
    )


def _cost(
    reading: Reading,
    unit: UnitSums,
    cost: Cost,
    known: dict[int, ScoredProject],
    told: dict[int, str],
) -> CostLine:
    gain = points(cost.gain / 100) if cost.gain else _("không lấy lại được")
    if cost.directive_id is not None:
        what = told[cost.directive_id]
        url = url_for("directives.show_directive", directive_id=cost.directive_id)
        words = _directive_words(cost)
    elif cost.day is not None:
        span = {"owner": unit.code, "from": cost.day.isoformat(), "to": cost.day.isoformat()}
        words = {
            Cause.LATE_DAY: _("Nhập chậm, trong thời gian cho phép"),
            Cause.MISSING_DAY: _(
                "Chưa nhập: nhập hoặc ghi không phát sinh trong thời gian cho phép"
            ),
        }[cost.cause]
        url = url_for("disbursements.list_entries", **span)  # type: ignore[arg-type]
        if cost.gain:
            url = url_for("disbursements.show_day", day=cost.day)
        what = write_day(cost.day)
    else:
        project = known[cost.project_id or 0]
        what = f"{project.code} {project.name}"
        url = url_for("projects.show_project", code=project.code)
        words = _project_words(reading, cost, project)
    return CostLine(words, what, url, points(-cost.lost / 100), gain)


def _directive_words(cost: Cost) -> str:
    due = write_day(cost.day) if cost.day else ""
    if cost.cause is Cause.OVERDUE_DIRECTIVE:
        return _("Chỉ đạo quá hạn %(day)s, chưa kết thúc", day=due)
    return _("Chỉ đạo kết thúc sau hạn %(day)s", day=due)


def _project_words(reading: Reading, cost: Cost, project: ScoredProject) -> str:
    if cost.cause is Cause.FAULTY:
        if project.klass is Class.NOT_ENOUGH_DATA:
            return _("Chưa đủ dữ liệu để đánh giá: lập kịch bản hoặc nhập giải ngân")
        return _("Số liệu vượt kế hoạch hoặc tổng mức: sửa bút toán hoặc kế hoạch")
    amount = _("%(amount)s đồng", amount=number(cost.amount))
    if cost.cause is Cause.BEHIND:
        return _("Chậm so với kịch bản: giải ngân thêm %(amount)s", amount=amount)
    return _("Vượt kịch bản %(amount)s: điều chỉnh kịch bản cho sát", amount=amount)


def _of_hundred(value: Fraction | None) -> str:
    """Write points of a hundred with one decimal."""
    return "–" if value is None else percent(value / 100).removesuffix("%")
