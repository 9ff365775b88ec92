"""What of a project changes from a day on, and what it was before.

A record holds the state of now. What was before is kept as spans that have ended: each holds for
the days before its `until_on`, back to the end of the span before it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from tracker.domain.money import Dong
from tracker.domain.projects import Group, Halt, Status

DECEMBER = 12


@dataclass(frozen=True, slots=True)
class ProjectState:
    """The stage of a project and what was decided about it, by the close of a day."""

    status: Status
    halt: Halt | None
    total_investment: Dong
    group_computed: Group | None
    group_override: Group | None
    year_to: int
    finish_planned_on: date | None
    capital_extended_until: int | None

    @property
    def group(self) -> Group | None:
        """Return the group that counts: the one set by hand, or else the computed one."""
        return self.group_override or self.group_computed

    @property
    def planned_end_on(self) -> date:
        """Return the day by which the works are to be done."""
        return self.finish_planned_on or date(self.year_to, DECEMBER, 31)


STATE = tuple(ProjectState.__dataclass_fields__)
"""The names of the fields, the same in the record and in what is kept of the past."""


class Past(NamedTuple):
    """What a project was until a day, that day not included."""

    until_on: date
    state: ProjectState


Change = Callable[[date | None, ProjectState], ProjectState]
"""Gives the new state of a span from its end, None for the one that lasts, and its old state."""


def spans_of(rows: Iterable[Past]) -> list[Past]:
    """Return the spans in order; of several rows of one span, the one told last counts."""
    return sorted({row.until_on: row for row in rows}.values(), key=lambda span: span.until_on)


def state_on(past: Sequence[Past], now: ProjectState, day: date) -> ProjectState:
    """Return the state by the close of a day; `past` in order."""
    return next((span.state for span in past if span.until_on > day), now)


def states_since(past: Sequence[Past], now: ProjectState) -> tuple[tuple[date, ProjectState], ...]:
    """Return each state with its first day; the first one has held ever since there are days."""
    starts = [date.min, *(span.until_on for span in past)]
    return tuple(zip(starts, [*(span.state for span in past), now], strict=True))


def told(past: Sequence[Past], before: ProjectState, on: date, change: Change) -> list[Past]:
    """Return the rows to keep when a change is told that holds from a day on.

    It holds until now, whatever was told of the days between; what it does not touch stays as
    it was on each of them.
    """
    spans = spans_of(past)
    later = [span for span in spans if span.until_on > on]
    prior, until_on = (later[0].state, later[0].until_on) if later else (before, None)
    added = []
    if on not in {span.until_on for span in spans} and change(until_on, prior) != prior:
        added.append(Past(on, prior))
    for span in later:
        state = change(span.until_on, span.state)
        if state != span.state:
            added.append(Past(span.until_on, state))
    return added


def looking_back(
    now: ProjectState, changes: Sequence[tuple[date, Mapping[str, Any]]]
) -> list[Past]:
    """Return the spans before now, from what some fields were before each of some days.

    Of several changes of one day the first given came first.
    """
    state, spans = now, []
    in_order = sorted(changes, key=lambda one: one[0])
    for on, fields in reversed(in_order):
        earlier = replace(state, **fields)
        if earlier != state:
            spans.append(Past(on, earlier))
        state = earlier
    return spans_of(spans)


_STEPS = (
    (Status.UNDER_CONSTRUCTION, "started_on", Status.APPROVED_NOT_STARTED),
    (Status.COMPLETED_NOT_HANDED_OVER, "finished_on", Status.UNDER_CONSTRUCTION),
    (Status.HANDED_OVER, "handed_over_on", Status.COMPLETED_NOT_HANDED_OVER),
)
"""Stages with the day on which a project enters them, and the stage it was in before."""
_ENTERED = {stage: name for stage, name, _ in _STEPS}


def stages_before(
    status: Status, days: Mapping[str, date | None]
) -> list[tuple[date, dict[str, Status]]]:
    """Return, from the days of the works, in which stage a project was before each of them.

    For projects that are told of when they have been through some stages already. A project
    awaiting its takeover tells nothing of its stages.
    """
    if status is Status.AWAITING_TAKEOVER:
        return []
    found: list[tuple[date, dict[str, Status]]] = []
    for stage, name, before in _STEPS:
        on = days.get(name)
        if on is not None and stage.number <= status.number and (not found or found[-1][0] < on):
            found.append((on, {"status": before}))
    return found


def entered_on(
    status: Status, days: Mapping[str, date | None], last_on: date | None, today: date
) -> date:
    """Return since when a project is in a stage it is told to have entered.

    Since the day of the works that opens the stage, unless that was before the last change of
    stage: works found wanting go back to the site today, not on the day they once began.
    """
    on = days.get(_ENTERED.get(status, ""))
    if on is None or (last_on is not None and on <= last_on):
        return today
    return on


def last_move_on(past: Sequence[Past], now: ProjectState) -> date | None:
    """Return the day of the last change of stage; None when none is known."""
    states = states_since(past, now)
    moves = [on for (_, one), (on, other) in pairwise(states) if one.status is not other.status]
    return moves[-1] if moves else None
