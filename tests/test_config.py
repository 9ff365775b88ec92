"""Settings about signing in."""

import pytest

from tracker.config import Settings, SettingsError, load_settings
from tracker.domain.people import Role

GIVEN = {
    "TRACKER_DATABASE_URL": "sqlite:////tmp/never-opened.db",
    "TRACKER_SECRET_KEY": "một khoá bí mật đủ dài để thử nghiệm",
    "TRACKER_HISTORY_KEY": "h" * 48,
    "TRACKER_HOSTS": "vidu.vn",
}


def loaded(**more: str) -> Settings:
    return load_settings({**GIVEN, **more})


def test_everybody_has_two_steps_but_in_the_demonstration() -> None:
    assert loaded().second_factor_roles == set(Role)
    assert loaded(TRACKER_DEMO="1").second_factor_roles == set()


@pytest.mark.parametrize(
    ("told", "roles"),
    [
        ("all", set(Role)),
        ("none", set()),
        ("admin", {Role.ADMIN}),
        ("admin, province_leader", {Role.ADMIN, Role.PROVINCE_LEADER}),
    ],
)
def test_the_roles_that_have_to_have_two_steps_are_named(told: str, roles: set[Role]) -> None:
    assert loaded(TRACKER_SECOND_FACTOR_ROLES=told).second_factor_roles == roles


def test_a_role_that_is_not_there_is_told_with_every_other_fault() -> None:
    with pytest.raises(SettingsError) as fault:
        loaded(TRACKER_SECOND_FACTOR_ROLES="vua", TRACKER_STEP_UP_MINUTES="lâu")
    assert len(fault.value.faults) == 2


def test_times_have_defaults_and_can_be_given() -> None:
    usual = loaded()
    assert (usual.idle_minutes, usual.session_hours) == (30, 8)
    assert (usual.step_up_minutes, usual.link_hours) == (10, 24)
    assert loaded(TRACKER_STEP_UP_MINUTES="5").step_up_minutes == 5
