"""Being told: what people are told of, in which way, and whom one thing is gathered for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tracker.domain.people import Permission, Place, Scope


class NoticeKind(StrEnum):
    """What a notice is about."""

    ENTRY_WAITING = "entry_waiting"
    ENTRY_RETURNED = "entry_returned"
    REQUEST_WAITING = "request_waiting"
    REQUEST_DECIDED = "request_decided"
    PERIOD_LOCKED = "period_locked"
    PERIOD_REOPENED = "period_reopened"
    PERIOD_NEAR = "period_near"
    DEADLINE_NEAR = "deadline_near"
    MILESTONE_NEAR = "milestone_near"
    MILESTONE_OVERDUE = "milestone_overdue"
    PLEDGE_NEAR = "pledge_near"
    PLEDGE_BROKEN = "pledge_broken"
    STALE = "stale"
    STALE_ESCALATED = "stale_escalated"
    DIFFICULTY_RAISED = "difficulty_raised"
    DIFFICULTY_OVERDUE = "difficulty_overdue"
    DIFFICULTY_CLOSED = "difficulty_closed"
    DIRECTIVE_ISSUED = "directive_issued"
    DIRECTIVE_REPLIED = "directive_replied"
    DIRECTIVE_EXTENSION_ASKED = "directive_extension_asked"
    DIRECTIVE_EXTENSION_GRANTED = "directive_extension_granted"
    DIRECTIVE_NEAR = "directive_near"
    DIRECTIVE_OVERDUE = "directive_overdue"
    DIRECTIVE_ESCALATED = "directive_escalated"
    DIRECTIVE_CLOSED = "directive_closed"


class Way(StrEnum):
    """How a person wants to be told of a kind; everything but `OFF` stands in the inbox."""

    APP = "app"
    MAIL = "mail"
    DIGEST = "digest"
    OFF = "off"


_K = NoticeKind
ALWAYS = frozenset(
    {
        _K.ENTRY_RETURNED,
        _K.REQUEST_WAITING,
        _K.STALE,
        _K.STALE_ESCALATED,
        _K.DIRECTIVE_ISSUED,
        _K.DIRECTIVE_OVERDUE,
        _K.DIRECTIVE_ESCALATED,
    }
)
"""Kinds nobody can switch off: somebody else waits for what they ask."""
_AT_ONCE = frozenset(
    {
        _K.ENTRY_RETURNED,
        _K.REQUEST_WAITING,
        _K.STALE_ESCALATED,
        _K.DIRECTIVE_ISSUED,
        _K.DIRECTIVE_OVERDUE,
        _K.DIRECTIVE_ESCALATED,
    }
)
_IN_APP = frozenset({_K.REQUEST_DECIDED, _K.PERIOD_REOPENED, _K.DIFFICULTY_CLOSED})

CHOICES: dict[str, tuple[NoticeKind, ...]] = {
    "work": (_K.ENTRY_WAITING, _K.ENTRY_RETURNED, _K.REQUEST_WAITING, _K.REQUEST_DECIDED),
    "time": (
        _K.STALE,
        _K.STALE_ESCALATED,
        *(_K.DEADLINE_NEAR, _K.MILESTONE_NEAR, _K.MILESTONE_OVERDUE),
        *(_K.PLEDGE_NEAR, _K.PLEDGE_BROKEN),
        _K.PERIOD_NEAR,
        _K.PERIOD_LOCKED,
        _K.PERIOD_REOPENED,
    ),
    "matters": (
        *(_K.DIRECTIVE_ISSUED, _K.DIRECTIVE_REPLIED, _K.DIRECTIVE_EXTENSION_ASKED),
        *(_K.DIRECTIVE_EXTENSION_GRANTED, _K.DIRECTIVE_NEAR, _K.DIRECTIVE_OVERDUE),
        *(
            _K.DIRECTIVE_ESCALATED,
            _K.DIRECTIVE_CLOSED,
            _K.DIFFICULTY_RAISED,
            _K.DIFFICULTY_OVERDUE,
            _K.DIFFICULTY_CLOSED,
        ),
    ),
}
"""The kinds people choose a way for."""


def usual_way(kind: NoticeKind) -> Way:
    """Return how people are told of a kind who never chose."""
    if kind in _AT_ONCE:
        return Way.MAIL
    return Way.APP if kind in _IN_APP else Way.DIGEST


def way_of(kind: NoticeKind, chosen: Way | None) -> Way:
    """Return how a person is told of a kind; what cannot be off stays in the inbox."""
    if chosen is None:
        return usual_way(kind)
    return Way.APP if chosen is Way.OFF and kind in ALWAYS else chosen


def ways_for(kind: NoticeKind) -> tuple[Way, ...]:
    """Return the ways there are to choose from."""
    return tuple(way for way in Way if way is not Way.OFF or kind not in ALWAYS)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to be told: it tells one person once, by its key.

    `right` and `place` say who may see it: whoever holds the right over the whole place, when it
    is told, shown and mailed. Without a place it is everybody's. `facts` hold what the sentence
    needs: whole numbers, text, days as text.
    """

    kind: NoticeKind
    key: str
    subject: str
    subject_id: int | None = None
    right: Permission | None = None
    place: Place | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what is of a place and needs no right, or the other way round.

        Raises:
            ValueError: only one of the two is given.
        """
        if (self.right is None) != (self.place is None):
            raise ValueError("a place is seen by a right")


@dataclass(frozen=True, slots=True)
class About:
    """One project that something is told of: where it stands, whose it is."""

    project_id: int
    unit_path: str
    owner_id: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """Projects that one person is told of in one notice, and the smallest place that has all."""

    place: Place
    projects: tuple[About, ...]

    @property
    def key(self) -> str:
        """Return the place in one word."""
        if self.place.project_id is not None:
            return f"project:{self.place.project_id}"
        if self.place.organisation_id is not None:
            return f"owner:{self.place.organisation_id}"
        return "everything" if self.place.unit_path is None else f"unit:{self.place.unit_path}"


NO_UNIT = ""
"""The path of an owner's place whose projects lie in any unit: no unit reaches it."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Projects by the place they are of, so that many readers are asked about few places."""

    by_place: Mapping[tuple[str, int], tuple[About, ...]]
    by_id: Mapping[int, About]
    of_owner: Mapping[int, tuple[tuple[str, int], ...]]

    @classmethod
    def of(cls, projects: Iterable[About]) -> "Crowd":
        """Return the projects in the order of their numbers."""
        listed = sorted(projects, key=lambda one: one.project_id)
        places: dict[tuple[str, int], list[About]] = defaultdict(list)
        for one in listed:
            places[one.unit_path, one.owner_id].append(one)
        owners: dict[int, list[tuple[str, int]]] = defaultdict(list)
        for place in places:
            owners[place[1]].append(place)
        return cls(
            {place: tuple(some) for place, some in places.items()},
            {one.project_id: one for one in listed},
            {owner_id: tuple(some) for owner_id, some in owners.items()},
        )

    def near(self, scope: Scope) -> Iterable[tuple[str, int]]:
        """Return the places that the scope may reach whole; only units ask about all of them."""
        if scope.everything or scope.unit_paths:
            return self.by_place
        return (place for owner in scope.organisation_ids for place in self.of_owner.get(owner, ()))


def gather(scope: Scope, crowd: Crowd) -> list[Gathered]:
    """Return what of these projects the scope reaches, in as few notices as it allows.

    Who reaches everything is told once, who reaches a unit or an owner once for each, and who
    reaches single projects once for each: no notice counts what its reader may not see.
    """
    places: dict[Place, list[About]] = defaultdict(list)
    for path, owner_id in crowd.near(scope):
        place = _place_of(scope, path, owner_id)
        if place is not None:
            places[place] += crowd.by_place[path, owner_id]
    for number in sorted(scope.project_ids & crowd.by_id.keys()):
        one = crowd.by_id[number]
        if _place_of(scope, one.unit_path, one.owner_id) is None:
            places[Place(one.unit_path, one.owner_id, one.project_id)].append(one)
    return [Gathered(place, tuple(some)) for place, some in places.items()]


def _place_of(scope: Scope, unit_path: str, owner_id: int) -> Place | None:
    """Return the widest place through which the scope reaches all of an owner's projects there."""
    if scope.everything:
        return Place()
    paths = [path for path in scope.unit_paths if unit_path.startswith(path)]
    if paths:
        return Place(min(paths, key=len))
    if owner_id in scope.organisation_ids:
        return Place(NO_UNIT, owner_id)
    return None
