"""Reminders of figures that were not updated: to whom, how often, one each working day.

Source: docs/sources.md#reminders (the ministry's own description of its software: remind when not
updated for x days; three times the officer, twice their leader, then the unit above; daily).
"""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from tracker.domain.people import Permission


class Stage(IntEnum):
    """How far up a reminder has come."""

    OFFICER = 1
    LEADER = 2
    COORDINATOR = 3

    @property
    def right(self) -> Permission:
        """Return the right by which those reminded at this stage are known."""
        return {
            Stage.OFFICER: Permission.DISBURSEMENT_RECORD,
            Stage.LEADER: Permission.DISBURSEMENT_APPROVE,
            Stage.COORDINATOR: Permission.PERIOD_LOCK,
        }[self]


@dataclass(frozen=True, slots=True)
class Patience:
    """How many reminders are made to the officer, and then to the leader, before the next."""

    officer: int
    leader: int


@dataclass(frozen=True, slots=True)
class Reminded:
    """What a project has been reminded of since its last news: how often, and on which day last."""

    since_on: date
    times: int
    last_on: date


def remind(kept: Reminded | None, since_on: date, day: date) -> Reminded | None:
    """Return the reminder to make on a working day; None when it was made.

    `since_on` is the day of the last news: news ends the count, and a new silence begins at one.
    """
    if kept is None or kept.since_on != since_on:
        return Reminded(since_on, 1, day)
    if kept.last_on >= day:
        return None
    return Reminded(since_on, kept.times + 1, day)


def stage_of(times: int, patience: Patience) -> Stage:
    """Return how far up the reminder of this number goes; those below hear it too."""
    if times <= patience.officer:
        return Stage.OFFICER
    return Stage.LEADER if times <= patience.officer + patience.leader else Stage.COORDINATOR
