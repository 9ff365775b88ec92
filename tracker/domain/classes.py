"""The class of a project and its standing against the scenario.

Source: docs/sources.md#classes (the Prime Minister's three classes: disbursing well, slow, not
able to disburse all).
"""

from collections.abc import Collection
from enum import StrEnum

from tracker.domain.facts import ProjectFacts
from tracker.domain.flags import FlagCode
from tracker.domain.money import Dong


class Class(StrEnum):
    """How a project disburses; the gravest first."""

    UNABLE = "unable"
    SLOW = "slow"
    NOT_ENOUGH_DATA = "not_enough_data"
    GOOD = "good"
    NOT_APPLICABLE = "not_applicable"


class Standing(StrEnum):
    """On which side of its path a project stands, by the sign of the gap alone."""

    BEHIND = "behind"
    ON = "on"
    AHEAD = "ahead"
    UNKNOWN = "unknown"


def class_of(facts: ProjectFacts, codes: Collection[FlagCode]) -> Class:
    """Return the class that follows from the flags raised on the same facts.

    Without capital in the year there is nothing to judge. Not able: F-07. Without a path, or
    without any news ever, neither slow nor good can be claimed. Slow: F-02. Good: the rest.
    """
    if facts.plan <= 0:
        return Class.NOT_APPLICABLE
    if FlagCode.F07 in codes:
        return Class.UNABLE
    if facts.expected is None or facts.last_updated_on is None:
        return Class.NOT_ENOUGH_DATA
    return Class.SLOW if FlagCode.F02 in codes else Class.GOOD


def standing_of(gap: Dong | None) -> Standing:
    """Return the side of the path: behind for a gap below zero, on it at exactly zero."""
    if gap is None:
        return Standing.UNKNOWN
    if gap == 0:
        return Standing.ON
    return Standing.BEHIND if gap < 0 else Standing.AHEAD
