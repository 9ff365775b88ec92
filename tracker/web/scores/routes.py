"""The address of the scores: the ranking of the units one sees, or one of them."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from flask import Blueprint, Response, abort, request

from tracker.db import db
from tracker.domain.days import DAY, WorkingCalendar
from tracker.domain.people import Actor, Permission, Scope
from tracker.domain.scores import (
    Criterion,
    Score,
    Weights,
    costs_of,
    score_of,
    with_days,
    with_directives,
)
from tracker.domain.timeliness import DayMark, Grace, marks
from tracker.queries.paging import page_of
from tracker.queries.rules import Rules, rules, value_among
from tracker.queries.scores import (
    UnitSums,
    directives_due,
    directives_due_to,
    scored_projects,
    unit_sums,
)
from tracker.queries.standings import Moment
from tracker.queries.timeliness import day_records
from tracker.web.fragments import show
from tracker.web.guard import current_actor, needs
from tracker.web.keeping import moment_of
from tracker.web.paging import asked_page
from tracker.web.reading import LONGEST, Reading, read
from tracker.web.scores.pages import ranking_page, unit_page
from tracker.web.session import today

bp = Blueprint("scores", __name__)
RIGHT = Permission.SLOWNESS_READ


class _Ground:
    """What every score of a request stands on: the weights, the days, who asks."""

    def __init__(self, actor: Actor, scope: Scope, moment: Moment) -> None:
        self.actor, self.scope, self.moment = actor, scope, moment
        year = moment.year.year
        self.span = (date(year, 1, 1), min(moment.day, date(year, 12, 31)))
        known = rules(db.session(), moment.day.year - 1, moment.day.year + 1)
        self.calendar = known.calendar
        self.weights: Weights = {
            one: value_among(known.values, f"score_{one.value}", moment.day) for one in Criterion
        }
        self.grace = Grace(*(_days(known, name, moment.day) for name in ("on_time", "grace")))
        self.window = _window(known, moment.day)

    def scored(self, units: list[UnitSums]) -> list[tuple[UnitSums, Score, list[DayMark]]]:
        """Return the units with their scores and the days behind them; two statements."""
        owners = [one.id for one in units]
        since, until = self.window[0], self.window[-1]
        records = day_records(db.session(), self.scope, owners, since, until)
        due = directives_due(db.session(), self.actor, self.span, self.moment.day)
        found = []
        for bare in units:
            unit = replace(bare, sums=with_directives(bare.sums, *due.get(bare.id, (0, 0))))
            days = marks(
                self.window,
                records.get(unit.id, ()),
                self.moment.day,
                self.grace,
                self.calendar,
            )
            score = score_of(with_days(unit.sums, days), self.weights)
            found.append((unit, score, days))
        return found

    def last_chance(self) -> date:
        """Return the first day whose figures can still be entered within the grace."""
        return next(
            (
                one
                for one in self.window
                if _after(self.calendar, one, self.moment.day) <= self.grace.grace
            ),
            self.moment.day,
        )


@bp.get("/scores")
@needs(RIGHT)
def list_scores() -> Response:
    """Show the units by their scores, or one of them with the records that cost it."""
    reading = _today_alone(read(("owner", "page", "size")))
    session, actor = db.session(), current_actor()
    scope, hears = actor.scope_of(RIGHT), actor.may(Permission.DIRECTIVE_READ)
    ground = _Ground(actor, scope, moment_of(reading.year, today()))
    code = request.args.get("owner", "")[:LONGEST]
    units = ground.scored(unit_sums(session, scope, ground.moment, code))
    if code and not units:
        abort(404)
    if len(units) == 1:
        unit, score, days = units[0]
        projects = scored_projects(session, scope, ground.moment, unit.id)
        records = [one.record for one in projects]
        told = directives_due_to(session, actor, unit.id, ground.span, ground.moment.day)
        due = [one.due for one in told]
        costs = costs_of(records, days, ground.weights, ground.last_chance(), due)
        page = unit_page(reading, unit, score, costs, projects, told, ground.span, hears=hears)
        return show("scores/unit.html", page=page)
    ranked = sorted(
        ((unit, score) for unit, score, _ in units),
        key=lambda one: (
            -(one[1].points if one[1].points is not None else Fraction(-1)),
            one[0].id,
        ),
    )
    number, size = asked_page()
    spread = all(unit.sums.directives == 0 for unit, _ in ranked)
    page_now = page_of(ranked, number, size)
    return show(
        "scores/list.html", page=ranking_page(reading, page_now, spread=spread, hears=hears)
    )


def _today_alone(reading: Reading) -> Reading:
    """Return the reading of today: a day that was asked for is named as not heard."""
    if "as_of" not in request.args:
        return reading
    return replace(reading, as_of=today(), is_latest=True, unknown=("as_of", *reading.unknown))


def _days(known: Rules, name: str, day: date) -> int:
    return value_among(known.values, f"freshness_{name}", day)


def _window(known: Rules, day: date) -> list[date]:
    """Return the last working days up to a day, as many as the threshold says."""
    wanted = value_among(known.values, "freshness_window", day)
    days: list[date] = []
    while len(days) < wanted:
        if known.calendar.is_working(day):
            days.append(day)
        day -= timedelta(days=1)
    return days[::-1]


def _after(calendar: WorkingCalendar, day: date, now: date) -> int:
    return calendar.working_days(day + DAY, now + DAY)
