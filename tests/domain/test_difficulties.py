"""Causes and levels of difficulties."""

from tracker.domain.difficulties import CAUSES, Cause, CauseGroup, Level, levels_of
from tracker.domain.people import Role


def test_every_cause_belongs_to_one_official_group_and_every_group_has_causes() -> None:
    assert set(CAUSES) == set(Cause)
    assert {cause.group for cause in Cause} == set(CauseGroup)


def test_levels_follow_one_another_to_the_highest() -> None:
    levels = list(Level)
    assert [level.above for level in levels] == [*levels[1:], None]
    assert Level.LOCAL.between(Level.PROVINCE) == (Level.LOCAL, Level.DEPARTMENT, Level.PROVINCE)
    assert Level.CENTRAL.between(Level.OWNER) == ()


def test_each_role_is_asked_at_its_own_levels() -> None:
    assert levels_of({Role.OFFICER}) == (Level.OWNER, Level.LOCAL)
    assert levels_of({Role.COORDINATOR, Role.PROVINCE_LEADER}) == (
        Level.DEPARTMENT,
        Level.PROVINCE,
        Level.CENTRAL,
    )
    assert levels_of({Role.READER, Role.ADMIN}) == ()
