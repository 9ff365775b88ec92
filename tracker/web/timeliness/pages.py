"""What the freshness calendar shows: one month, board by board."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.days import DAY, WorkingCalendar
from tracker.domain.people import Actor, Permission
from tracker.domain.timeliness import DayMark, DayRecord, DayState, Grace, freshness, marks
from tracker.queries.paging import Paged
from tracker.queries.timeliness import Board
from tracker.web.formats import day as write_day
from tracker.web.formats import number
from tracker.web.paging import Paging, here, paging_of

SHAPES = {
    DayState.IN_TIME: "disc",
    DayState.LATE: "triangle",
    DayState.QUIET: "ring",
    DayState.MISSING: "diamond",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of a board: its state in a word and a shape, and the entries behind it."""

    day: date
    state: str
    shape: str
    words: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One board and its days; the weeks are for a calendar, with empty places before the first."""

    board: Board
    cells: tuple[Cell, ...]
    weeks: tuple[tuple[Cell | None, ...], ...]
    counts: tuple[tuple[str, str, str, int], ...]
    part: str
    sheet_url: str | None


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """A month, the boards of the reader, what was wrong in the address."""

    month: str
    title: str
    days: tuple[date, ...]
    rows: tuple[Row, ...]
    is_single: bool
    earlier_url: str
    later_url: str | None
    legend: tuple[tuple[str, str, str], ...]
    paging: Paging | None
    unknown: tuple[str, ...]
    wrong: tuple[str, ...]
    notice: str = ""


def state_words(state: DayState) -> str:
    """Return how the figures of a day came in."""
    return {
        DayState.IN_TIME: _("đúng hạn"),
        DayState.LATE: _("chậm, trong thời gian cho phép"),
        DayState.QUIET: _("không phát sinh"),
        DayState.MISSING: _("chưa nhập"),
        DayState.PENDING: _("chưa đến hạn"),
        DayState.REST: _("ngày nghỉ"),
    }[state]


def calendar_page(
    first: date,
    found: Paged[Board],
    records: Mapping[int, Sequence[DayRecord]],
    today: date,
    grace: Grace,
    calendar: WorkingCalendar,
    actor: Actor,
    unknown: tuple[str, ...],
    wrong: tuple[str, ...],
) -> CalendarPage:
    """Decide what a month shows."""
    days = tuple(_days_of(first))
    rows = tuple(
        _row(
            board,
            marks(days, records.get(board.id, ()), today, grace, calendar),
            today,
            can_enter=actor.may(Permission.DISBURSEMENT_RECORD),
        )
        for board in found.rows
    )
    after = days[-1] + DAY
    if found.total != 1:  # in a table, a day on which nobody works and nothing came in has no place
        idle = _idle_days(rows)
        days = tuple(one for one in days if one not in idle)
        rows = tuple(
            replace(row, cells=tuple(one for one in row.cells if one.day not in idle))
            for row in rows
        )
    return CalendarPage(
        month=f"{first:%Y-%m}",
        title=_("tháng %(month)s/%(year)s", month=f"{first:%m}", year=first.year),
        days=days,
        rows=rows,
        is_single=found.total == 1,
        earlier_url=here(month=f"{first - DAY:%Y-%m}"),
        later_url=here(month=f"{after:%Y-%m}") if after <= today else None,
        legend=tuple(
            (state.value, shape, state_words(state).capitalize()) for state, shape in SHAPES.items()
        ),
        paging=paging_of(found, _("đơn vị")) if found.pages > 1 else None,
        unknown=unknown,
        wrong=wrong,
    )


def _idle_days(rows: Sequence[Row]) -> set[date]:
    """Return the days that are of rest for every board."""
    worked = {one.day for row in rows for one in row.cells if one.state != DayState.REST.value}
    return {one.day for row in rows for one in row.cells} - worked


def _days_of(first: date) -> list[date]:
    last = (first + timedelta(days=31)).replace(day=1) - DAY
    return [first + timedelta(days=place) for place in range((last - first).days + 1)]


def _row(board: Board, found: Sequence[DayMark], today: date, *, can_enter: bool) -> Row:
    cells = tuple(_cell(board, one) for one in found)
    padded: list[Cell | None] = [None] * found[0].day.weekday() + list(cells)
    weeks = tuple(tuple(padded[start : start + 7]) for start in range(0, len(padded), 7))
    counts = tuple(
        (state.value, shape, state_words(state), sum(one.state is state for one in found))
        for state, shape in SHAPES.items()
    )
    share = freshness(found)
    part = "" if share is None else number(round(share * 100))
    is_short = any(one.state is DayState.MISSING for one in found)
    sheet_url = url_for("disbursements.show_day", day=today) if can_enter and is_short else None
    return Row(board, cells, weeks, counts, part, sheet_url)


def _cell(board: Board, mark: DayMark) -> Cell:
    words = _("%(day)s: %(state)s", day=write_day(mark.day), state=state_words(mark.state))
    record = mark.record
    if record is not None:
        words = _(
            "%(day)s: %(state)s; bút toán %(entries)s, không phát sinh %(quiet)s, nhập từ %(on)s",
            day=write_day(mark.day),
            state=state_words(mark.state),
            entries=number(record.entries),
            quiet=number(record.quiet),
            on=write_day(record.first_on),
        )
    url = None
    if mark.state is not DayState.REST:
        span = {"owner": board.code, "from": mark.day.isoformat(), "to": mark.day.isoformat()}
        url = url_for("disbursements.list_entries", **span)  # type: ignore[arg-type]
    return Cell(mark.day, mark.state.value, SHAPES.get(mark.state, ""), words, url)
