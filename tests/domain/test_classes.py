from dataclasses import replace
from datetime import date

import pytest

from tracker.domain.classes import Class, Standing, class_of, standing_of
from tracker.domain.days import PlanYear
from tracker.domain.facts import ProjectFacts
from tracker.domain.flags import FlagCode
from tracker.domain.money import ZERO, Dong
from tracker.domain.projects import Group, Status, Tier

FACTS = ProjectFacts(
    project_id=1,
    day=date(2025, 6, 10),
    year=PlanYear(2025),
    tier=Tier.PROVINCE,
    group=Group.B,
    status=Status.UNDER_CONSTRUCTION,
    plan=Dong(1_000),
    disbursed=Dong(400),
    expected=Dong(400),
    last_updated_on=date(2025, 6, 1),
)


@pytest.mark.parametrize(
    ("changes", "codes", "klass"),
    [
        ({}, set(), Class.GOOD),
        ({}, {FlagCode.F01, FlagCode.F05, FlagCode.F29}, Class.GOOD),
        ({}, {FlagCode.F02}, Class.SLOW),
        ({}, {FlagCode.F02, FlagCode.F07}, Class.UNABLE),
        ({"expected": None}, set(), Class.NOT_ENOUGH_DATA),
        ({"last_updated_on": None}, set(), Class.NOT_ENOUGH_DATA),
        ({"last_updated_on": None}, {FlagCode.F02}, Class.NOT_ENOUGH_DATA),
        ({"expected": None}, {FlagCode.F07}, Class.UNABLE),
        ({"plan": ZERO}, {FlagCode.F18}, Class.NOT_APPLICABLE),
        ({"plan": ZERO, "expected": None}, set(), Class.NOT_APPLICABLE),
    ],
)
def test_the_class_follows_from_the_flags(
    changes: dict[str, object], codes: set[FlagCode], klass: Class
) -> None:
    assert class_of(replace(FACTS, **changes), codes) is klass  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("gap", "standing"),
    [
        (None, Standing.UNKNOWN),
        (-1, Standing.BEHIND),
        (0, Standing.ON),
        (1, Standing.AHEAD),
    ],
)
def test_the_standing_is_the_sign_of_the_gap(gap: int | None, standing: Standing) -> None:
    assert standing_of(None if gap is None else Dong(gap)) is standing
