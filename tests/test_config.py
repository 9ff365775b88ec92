"""Settings: what is read, and what is told when it cannot be."""

import pytest

from tracker.config import Settings, SettingsError, load_settings
from tracker.domain.people import Role

GIVEN = {
    "TRACKER_DATABASE_URL": "sqlite:////tmp/never-opened.db",
    "TRACKER_SECRET_KEY": "một khóa bí mật đủ dài để thử nghiệm",
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


def test_administrators_are_signed_out_sooner_but_in_a_demonstration() -> None:
    assert loaded().admin_idle_minutes == 5
    assert loaded(TRACKER_ADMIN_IDLE_MINUTES="3").admin_idle_minutes == 3
    assert loaded(TRACKER_DEMO="1", TRACKER_IDLE_MINUTES="20").admin_idle_minutes == 20


def test_unused_accounts_are_shut_after_45_days_but_in_a_demonstration() -> None:
    assert loaded().shut_after_idle_days == 45
    assert loaded(TRACKER_DEMO="1").shut_after_idle_days == 0
    assert loaded(TRACKER_DEMO="1", TRACKER_SHUT_AFTER_IDLE_DAYS="9").shut_after_idle_days == 9


def test_times_have_defaults_and_can_be_given() -> None:
    usual = loaded()
    assert (usual.idle_minutes, usual.session_hours) == (30, 8)
    assert (usual.step_up_minutes, usual.link_hours) == (10, 24)
    assert loaded(TRACKER_STEP_UP_MINUTES="5").step_up_minutes == 5


RANGES = {
    "TRACKER_PROXIES": (0, 10),
    "TRACKER_IDLE_MINUTES": (1, 1_440),
    "TRACKER_ADMIN_IDLE_MINUTES": (2, 1_440),
    "TRACKER_SESSION_HOURS": (1, 168),
    "TRACKER_SHUT_AFTER_IDLE_DAYS": (0, 3_650),
    "TRACKER_STEP_UP_MINUTES": (1, 240),
    "TRACKER_LINK_HOURS": (1, 720),
    "TRACKER_WRITES_A_MINUTE": (0, 100_000),
    "TRACKER_SEARCHES_A_MINUTE": (0, 100_000),
    "TRACKER_EXPORTS_A_MINUTE": (0, 100_000),
    "TRACKER_BACKUP_TOO_OLD_HOURS": (0, 8_760),
    "TRACKER_VERIFY_TOO_OLD_HOURS": (0, 8_760),
    "WEB_CONCURRENCY": (1, 256),
    "WEB_THREADS": (1, 256),
}


def faults_of(**more: str) -> list[str]:
    """Return what is told of settings that cannot be used."""
    with pytest.raises(SettingsError) as fault:
        loaded(**more)
    return fault.value.faults


@pytest.mark.parametrize("name", RANGES)
def test_a_number_has_a_range_which_the_sentence_names(name: str) -> None:
    least, most = RANGES[name]
    for fine in (least, most):
        loaded(**{name: str(fine)})
    for wrong in (str(least - 1), str(most + 1), "x", "1.5", "\u0661", "1_0"):
        (told,) = faults_of(**{name: wrong})
        assert told.startswith(f"{name}={wrong!r} không hợp lệ")
        assert f"từ {least} đến {most}" in told


def test_a_rule_of_kept_backups_names_its_range() -> None:
    for wrong in ("7,4", "7,4,-1", "0,0,0", "7,4,9999", "a,b,c"):
        (told,) = faults_of(TRACKER_BACKUP_KEEP=wrong)
        assert "TRACKER_BACKUP_KEEP" in told
        assert "từ 0 đến 366" in told


def test_a_setting_that_is_not_there_is_named_with_the_nearest_that_is() -> None:
    told = faults_of(TRACKER_HOST="a.vn", TRACKER_SESION_HOURS="9", TRACKER_ZZZ="1")
    assert told == [
        "TRACKER_HOST: không có cài đặt tên này; có phải TRACKER_HOSTS?",
        "TRACKER_SESION_HOURS: không có cài đặt tên này; có phải TRACKER_SESSION_HOURS?",
        "TRACKER_ZZZ: không có cài đặt tên này.",
    ]


def test_what_only_commands_read_is_no_unknown_setting() -> None:
    loaded(TRACKER_VAR="var", TRACKER_DEMO_PASSWORD="x", TRACKER_SEAL_KEY="x" * 32)


def test_a_value_is_never_told_of_a_secret() -> None:
    told = faults_of(TRACKER_SECRET_KEYS="bí mật", TRACKER_HISTORY_KEY="ngắn quá")
    assert not any("bí mật" in one or "ngắn quá" in one for one in told)


def test_keys_are_taken_to_the_letter() -> None:
    key = " một khóa có dấu cách ở hai đầu, đủ dài "
    assert loaded(TRACKER_SECRET_KEY=key).secret_key == key


OIDC = {
    "TRACKER_OIDC_ISSUER": "https://dangnhap.vidu.vn/realms/tinh",
    "TRACKER_OIDC_CLIENT_ID": "theo-doi",
    "TRACKER_OIDC_CLIENT_SECRET": "bí mật của phép thử",
}


def test_there_is_no_identity_provider_unless_one_is_named() -> None:
    assert loaded().provider is None
    provider = loaded(**OIDC).provider
    assert provider is not None
    assert provider.issuer == "https://dangnhap.vidu.vn/realms/tinh"
    assert provider.origin == "https://dangnhap.vidu.vn"
    assert (provider.name, provider.username_claim) == ("OpenID Connect", "preferred_username")
    assert not provider.proved_factor("anything", ["mfa", "otp"])


def test_an_identity_provider_is_named_and_believed_as_the_office_says() -> None:
    more = {
        "TRACKER_OIDC_NAME": "Cổng cán bộ",
        "TRACKER_OIDC_USERNAME_CLAIM": "samaccountname",
        "TRACKER_OIDC_FACTOR_ACR": "urn:loa:2, urn:loa:3",
        "TRACKER_OIDC_FACTOR_AMR": "mfa",
    }
    provider = loaded(**OIDC, **more).provider
    assert provider is not None
    assert (provider.name, provider.username_claim) == ("Cổng cán bộ", "samaccountname")
    assert provider.proved_factor("urn:loa:3", [])
    assert provider.proved_factor(None, ["pwd", "mfa"])
    assert not provider.proved_factor("urn:loa:1", ["pwd"])


@pytest.mark.parametrize("missing", list(OIDC))
def test_half_an_identity_provider_is_told_with_every_other_fault(missing: str) -> None:
    half = {name: text for name, text in OIDC.items() if name != missing}
    with pytest.raises(SettingsError) as fault:
        loaded(**half, TRACKER_OIDC_NAME="a" * 41, TRACKER_STEP_UP_MINUTES="lâu")
    assert len(fault.value.faults) == 3
    assert sum(f"Thiếu {missing}" in one for one in fault.value.faults) == 1
    assert OIDC["TRACKER_OIDC_CLIENT_SECRET"] not in str(fault.value)


@pytest.mark.parametrize(
    "issuer",
    [
        "http://dangnhap.vidu.vn", "dangnhap.vidu.vn", "https://", "https://a?b", "https://a#b",
        "https://a@b", "https://a b", "https://a:x", "javascript:alert(1)", "https://a;b",
        "https://a\\b",
    ],
)  # fmt: skip
def test_an_issuer_that_others_could_read_along_is_refused(issuer: str) -> None:
    with pytest.raises(SettingsError, match="TRACKER_OIDC_ISSUER"):
        loaded(**{**OIDC, "TRACKER_OIDC_ISSUER": issuer})


def test_an_issuer_on_this_host_may_do_without_https() -> None:
    assert loaded(**{**OIDC, "TRACKER_OIDC_ISSUER": "http://127.0.0.1:9000"}).provider is not None
