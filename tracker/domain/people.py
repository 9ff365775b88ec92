"""Roles, permissions and scopes: who may do what, to which records."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is in the work of public investment."""

    ADMIN = "admin"
    PROVINCE_LEADER = "province_leader"
    COORDINATOR = "coordinator"
    OFFICER = "officer"
    UNIT_LEADER = "unit_leader"
    READER = "reader"


class Permission(StrEnum):
    """What a person may do; named `subject:verb`."""

    OVERVIEW_READ = "overview:read"
    PROJECT_READ = "project:read"
    PROJECT_EDIT = "project:edit"
    PLAN_READ = "plan:read"
    PLAN_ASSIGN = "plan:assign"
    SCENARIO_READ = "scenario:read"
    SCENARIO_PROPOSE = "scenario:propose"
    SCENARIO_APPROVE = "scenario:approve"
    DISBURSEMENT_READ = "disbursement:read"
    DISBURSEMENT_RECORD = "disbursement:record"
    PERIOD_LOCK = "period:lock"
    REQUEST_DECIDE = "request:decide"
    DISBURSEMENT_APPROVE = "disbursement:approve"
    DISBURSEMENT_RECONCILE = "disbursement:reconcile"
    APPROVAL_SET = "approval:set"
    SLOWNESS_READ = "slowness:read"
    HISTORY_READ = "history:read"
    PEOPLE_READ = "people:read"
    PEOPLE_MANAGE = "people:manage"


_READINGS = frozenset(
    {
        Permission.OVERVIEW_READ,
        Permission.PROJECT_READ,
        Permission.PLAN_READ,
        Permission.SCENARIO_READ,
        Permission.DISBURSEMENT_READ,
        Permission.SLOWNESS_READ,
        Permission.HISTORY_READ,
    }
)

GRANTS: dict[Role, frozenset[Permission]] = {
    # An administrator runs the system and touches no money (SECURITY: separation of duties).
    Role.ADMIN: _READINGS | {Permission.PEOPLE_READ, Permission.PEOPLE_MANAGE},
    Role.PROVINCE_LEADER: _READINGS | {Permission.REQUEST_DECIDE},
    Role.COORDINATOR: _READINGS
    | {
        Permission.PROJECT_EDIT,
        Permission.PLAN_ASSIGN,
        Permission.SCENARIO_PROPOSE,
        Permission.SCENARIO_APPROVE,
        Permission.PERIOD_LOCK,
        Permission.REQUEST_DECIDE,
        # The department of finance compares the books with the treasury's, and says who needs
        # a second person: neither is for the board whose books they are.
        Permission.DISBURSEMENT_RECONCILE,
        Permission.APPROVAL_SET,
    },
    Role.OFFICER: _READINGS | {Permission.SCENARIO_PROPOSE, Permission.DISBURSEMENT_RECORD},
    # The head approves what the unit's own officers type.
    Role.UNIT_LEADER: _READINGS
    | {
        Permission.SCENARIO_APPROVE,
        Permission.DISBURSEMENT_APPROVE,
        Permission.REQUEST_DECIDE,
    },
    Role.READER: _READINGS,
}
"""The one table of rights: the guard, the screens and the tests are made from it."""

MONEY_PERMISSIONS = frozenset(
    {
        Permission.PROJECT_EDIT,
        Permission.PLAN_ASSIGN,
        Permission.SCENARIO_PROPOSE,
        Permission.SCENARIO_APPROVE,
        Permission.DISBURSEMENT_RECORD,
        Permission.PERIOD_LOCK,
        Permission.REQUEST_DECIDE,
        Permission.DISBURSEMENT_APPROVE,
        Permission.DISBURSEMENT_RECONCILE,
        Permission.APPROVAL_SET,
    }
)
"""What changes money or what it is measured by; never in one hand with the accounts."""

SENSITIVE_ROLES = frozenset({Role.ADMIN, Role.PROVINCE_LEADER})


def touches_money(role: Role) -> bool:
    """Tell whether the role may change money or what it is measured by."""
    return bool(GRANTS[role] & MONEY_PERMISSIONS)


@dataclass(frozen=True, slots=True)
class Place:
    """What one grant is about: the whole province, a unit with all below it, an organisation.

    Nothing given: the whole province. An organisation comes with the path of its unit.
    """

    unit_path: str | None = None
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The records a right reaches: all, subtrees of units, organisations.

    A unit path is written `/1/5/`; the closing slash keeps `/1/5/` apart from `/1/50/`.
    """

    everything: bool = False
    unit_paths: frozenset[str] = frozenset()
    organisation_ids: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at all is within reach."""
        return not (self.everything or self.unit_paths or self.organisation_ids)

    def covers(self, unit_path: str, organisation_id: int | None = None) -> bool:
        """Tell whether a record of this unit, owned by this organisation, is within reach."""
        return (
            self.everything
            or organisation_id in self.organisation_ids
            or any(unit_path.startswith(path) for path in self.unit_paths)
        )

    def reaches(self, place: Place) -> bool:
        """Tell whether everything the place holds is within reach."""
        if place.unit_path is None:
            return self.everything
        return self.covers(place.unit_path, place.organisation_id)


EVERYTHING = Scope(everything=True)
NOTHING = Scope()


def union(scopes: Iterable[Scope]) -> Scope:
    """Return the scope that reaches whatever any of the scopes reaches."""
    listed = list(scopes)
    return Scope(
        any(scope.everything for scope in listed),
        frozenset[str]().union(*(scope.unit_paths for scope in listed)),
        frozenset[int]().union(*(scope.organisation_ids for scope in listed)),
    )


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """One role held over one scope."""

    role: Role
    scope: Scope


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person with the grants that hold now."""

    id: int
    username: str
    name: str
    grants: tuple[RoleGrant, ...] = ()
    rights_version: int = 0

    @property
    def roles(self) -> frozenset[Role]:
        """Return the roles held over any scope."""
        return frozenset(grant.role for grant in self.grants)

    def may(self, permission: Permission) -> bool:
        """Tell whether some grant gives the permission, over whatever scope."""
        return any(permission in GRANTS[grant.role] for grant in self.grants)

    def scope_of(self, permission: Permission) -> Scope:
        """Return the records over which the permission holds; empty when it is not held."""
        return union(grant.scope for grant in self.grants if permission in GRANTS[grant.role])
