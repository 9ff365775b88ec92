"""The accounts of the demonstration, one for each role."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.demo.loading import Loader, Row
from tracker.demo.places import Place, Province
from tracker.domain.people import Role
from tracker.domain.text import fold, sort_key
from tracker.services.passwords import hash_password

HIRED = "2023-12-01"
_AT = 7_200

_PERSON = (
    "id username name password_hash must_change_password rights_version row_version name_folded"
    " name_sort created_at"
)
_GRANT = "id person_id role scope_kind unit_id organisation_id valid_from granted_by granted_at"


@dataclass(frozen=True, slots=True)
class _Account:
    username: str
    name: str
    roles: tuple[Role, ...]
    scope: str = "everything"


_ACCOUNTS = (
    _Account("quantri", "Quản trị hệ thống", (Role.ADMIN,)),
    _Account("lanhdao", "Lãnh đạo UBND tỉnh", (Role.PROVINCE_LEADER,)),
    _Account("tonghop", "Chuyên viên tổng hợp Sở Tài chính", (Role.COORDINATOR,)),
    _Account("canbo", "Cán bộ Ban QLDA tỉnh", (Role.OFFICER,), "board"),
    _Account("huyen", "Lãnh đạo UBND {district}", (Role.UNIT_LEADER,), "district"),
    _Account("xa", "Cán bộ UBND {commune}", (Role.OFFICER, Role.UNIT_LEADER), "commune"),
    _Account("chidoc", "Tài khoản chỉ đọc", (Role.READER,)),
)

DISTRICT, COMMUNE = "294", "10816"
"""Where the accounts of a district and of a commune are: Thanh Hà, and Hồng Lạc in it."""


@dataclass(frozen=True, slots=True)
class Officers:
    """Who types what: the key of a person by the key of an organisation, and by username.

    `commune_id` is the organisation of the commune that has accounts.
    """

    by_owner: Mapping[int, int]
    accounts: Mapping[str, int]
    commune_id: int


def employ(
    loader: Loader, province: Province, system_id: int, passwords: Mapping[str, str]
) -> Officers:
    """Create the accounts with their rights, and tell who types for whom.

    Raises:
        KeyError: an account has no password.
    """
    district = province.districts[DISTRICT]
    commune = next(p for p in province.communes[DISTRICT] if p.code == COMMUNE)
    board = province.province_owners[0]
    names = {"district": district.spoken, "commune": commune.spoken}
    scopes: dict[str, tuple[str, int | None, int | None]] = {
        "everything": ("everything", None, None),
        "board": ("organisation", None, board.id),
        "district": ("unit", district.id, None),
        "commune": ("unit", commune.id, None),
    }
    at = loader.instant(HIRED, _AT)
    people: list[Row] = []
    grants: list[Row] = []
    keys: dict[str, int] = {}
    for account in _ACCOUNTS:
        key = keys[account.username] = loader.key("person")
        name = account.name.format(**names)
        kept = hash_password(passwords[account.username])
        people.append(
            (key, account.username, name, kept, False, 1, 1, fold(name), sort_key(name), at)
        )
        for role in account.roles:
            grant = loader.key("role_grant")
            scope = scopes[account.scope]
            grants.append((grant, key, role.value, *scope, HIRED, system_id, at))
    loader.insert("person", _PERSON, people)
    loader.insert("role_grant", _GRANT, grants)
    commune_id = _owner_of(province, commune)
    return Officers({board.id: keys["canbo"], commune_id: keys["xa"]}, keys, commune_id)


def _owner_of(province: Province, place: Place) -> int:
    return next(owner.id for owner in province.commune_owners if owner.place is place)
