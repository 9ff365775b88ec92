"""Whom one thing is gathered for, and in which way a kind is told."""

import pytest

from tracker.domain.notices import (
    ALWAYS,
    About,
    Crowd,
    Event,
    NoticeKind,
    Way,
    gather,
    usual_way,
    way_of,
    ways_for,
)
from tracker.domain.people import EVERYTHING, NOTHING, Permission, Place, Scope

PROJECTS = [About(1, "/1/2/", 10), About(2, "/1/2/", 10), About(3, "/1/20/", 11)]


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        (NOTHING, []),
        (EVERYTHING, [(Place(), [1, 2, 3])]),
        (Scope(unit_paths=frozenset({"/1/2/"})), [(Place("/1/2/"), [1, 2])]),
        (Scope(organisation_ids=frozenset({11})), [(Place("", 11), [3])]),
        (Scope(unit_paths=frozenset({"/1/", "/1/20/"})), [(Place("/1/"), [1, 2, 3])]),
        (Scope(project_ids=frozenset({2})), [(Place("/1/2/", 10, 2), [2])]),
        (
            Scope(organisation_ids=frozenset({11}), project_ids=frozenset({1, 3})),
            [(Place("", 11), [3]), (Place("/1/2/", 10, 1), [1])],
        ),
    ],
)
def test_one_notice_holds_what_its_reader_sees_and_no_more(
    scope: Scope, told: list[tuple[Place, list[int]]]
) -> None:
    found = gather(scope, Crowd.of(PROJECTS))
    assert [(one.place, [p.project_id for p in one.projects]) for one in found] == told
    assert all(scope.reaches(one.place) for one in found)
    assert len({one.key for one in found}) == len(found)


@pytest.mark.parametrize("kind", NoticeKind)
def test_what_somebody_waits_for_cannot_be_switched_off(kind: NoticeKind) -> None:
    is_always = kind in ALWAYS
    assert (Way.OFF not in ways_for(kind)) is is_always
    assert way_of(kind, Way.OFF) is (Way.APP if is_always else Way.OFF)
    assert way_of(kind, None) is usual_way(kind)
    assert usual_way(kind) in ways_for(kind)


def test_a_place_without_a_right_is_no_event() -> None:
    for right, place in ((None, Place()), (Permission.PROJECT_READ, None)):
        with pytest.raises(ValueError, match="by a right"):
            Event(NoticeKind.STALE, "key", "project", right=right, place=place)
