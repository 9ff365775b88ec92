"""Roles, permissions and scopes: who may do what, to which records."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
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
    THRESHOLD_SET = "threshold:set"
    SLOWNESS_READ = "slowness:read"
    DIFFICULTY_READ = "difficulty:read"
    DIFFICULTY_RAISE = "difficulty:raise"
    DIFFICULTY_REPLY = "difficulty:reply"
    DIFFICULTY_CLOSE = "difficulty:close"
    DIRECTIVE_READ = "directive:read"
    DIRECTIVE_ISSUE = "directive:issue"
    DIRECTIVE_REPLY = "directive:reply"
    HISTORY_READ = "history:read"
    CONTRACT_EDIT = "contract:edit"
    PEOPLE_READ = "people:read"
    PEOPLE_MANAGE = "people:manage"
    FILE_READ = "file:read"
    FILE_ATTACH = "file:attach"
    WORKS_READ = "works:read"
    WORKS_RECORD = "works:record"


_READINGS = frozenset(
    {
        Permission.OVERVIEW_READ,
        Permission.PROJECT_READ,
        Permission.PLAN_READ,
        Permission.SCENARIO_READ,
        Permission.DISBURSEMENT_READ,
        Permission.SLOWNESS_READ,
        Permission.DIFFICULTY_READ,
        Permission.HISTORY_READ,
        Permission.FILE_READ,
        Permission.WORKS_READ,
    }
)

_LEADING = frozenset(
    {
        Permission.DIFFICULTY_REPLY,
        Permission.DIFFICULTY_CLOSE,
        Permission.DIRECTIVE_READ,
        Permission.DIRECTIVE_ISSUE,
    }
)
"""Leaders and those who write for them direct, look at what came of it, and close."""
_ANSWERING = frozenset(
    {
        Permission.DIFFICULTY_RAISE,
        Permission.DIFFICULTY_REPLY,
        Permission.DIRECTIVE_READ,
        Permission.DIRECTIVE_REPLY,
    }
)
"""Boards and units say what stands in their way, and answer those who direct them.

Directives are between those who issue them and those who answer: readers and administrators are
neither, however wide their scope.
"""

GRANTS: dict[Role, frozenset[Permission]] = {
    # An administrator runs the system and touches no money (SECURITY: separation of duties).
    Role.ADMIN: _READINGS | {Permission.PEOPLE_READ, Permission.PEOPLE_MANAGE},
    Role.PROVINCE_LEADER: _READINGS | _LEADING | {Permission.REQUEST_DECIDE},
    Role.COORDINATOR: _READINGS
    | _LEADING
    | {
        Permission.DIFFICULTY_RAISE,
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
        Permission.THRESHOLD_SET,
        Permission.CONTRACT_EDIT,
        Permission.FILE_ATTACH,
        Permission.WORKS_RECORD,
    },
    # The board that buys keeps its own packages and contracts.
    Role.OFFICER: _READINGS
    | _ANSWERING
    | {
        Permission.SCENARIO_PROPOSE,
        Permission.DISBURSEMENT_RECORD,
        Permission.CONTRACT_EDIT,
        Permission.FILE_ATTACH,
        Permission.WORKS_RECORD,
    },
    # The head approves what the unit's own officers type.
    Role.UNIT_LEADER: _READINGS
    | _ANSWERING
    | {
        # A head says that a difficulty of the unit is over; the officer who raised it does not.
        Permission.DIFFICULTY_CLOSE,
        Permission.SCENARIO_APPROVE,
        Permission.DISBURSEMENT_APPROVE,
        Permission.REQUEST_DECIDE,
        Permission.FILE_ATTACH,
        Permission.WORKS_RECORD,
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
        Permission.THRESHOLD_SET,
        Permission.CONTRACT_EDIT,
        Permission.FILE_ATTACH,
        Permission.WORKS_RECORD,
    }
)
"""What changes money or what it is measured by; never in one hand with the accounts."""

SENSITIVE_ROLES = frozenset({Role.ADMIN, Role.PROVINCE_LEADER})


def touches_money(role: Role) -> bool:
    """Tell whether the role may change money or what it is measured by."""
    return bool(GRANTS[role] & MONEY_PERMISSIONS)


@dataclass(frozen=True, slots=True)
class Place:
    """What one grant is about: the whole province, a unit's subtree, an organisation, a project.

    Nothing given: the whole province. An organisation comes with the path of its unit, a project
    with the path of its unit and its owner.
    """

    unit_path: str | None = None
    organisation_id: int | None = None
    project_id: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The records a right reaches: all, subtrees of units, organisations, single projects.

    A unit path is written `/1/5/`; the closing slash keeps `/1/5/` apart from `/1/50/`.
    """

    everything: bool = False
    unit_paths: frozenset[str] = frozenset()
    organisation_ids: frozenset[int] = frozenset()
    project_ids: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at all is within reach."""
        return self == NOTHING

    def covers(
        self, unit_path: str, organisation_id: int | None = None, project_id: int | None = None
    ) -> bool:
        """Tell whether a record of this unit, this owner, this project is within reach.

        Whoever names no project asks about more than one: no single project reaches that.
        """
        return (
            self.everything
            or project_id in self.project_ids
            or organisation_id in self.organisation_ids
            or any(unit_path.startswith(path) for path in self.unit_paths)
        )

    def reaches(self, place: Place) -> bool:
        """Tell whether everything the place holds is within reach."""
        if place.unit_path is None:
            return self.everything
        return self.covers(place.unit_path, place.organisation_id, place.project_id)


EVERYTHING = Scope(everything=True)
NOTHING = Scope()


def union(scopes: Iterable[Scope]) -> Scope:
    """Return the scope that reaches whatever any of the scopes reaches."""
    listed = list(scopes)
    return Scope(
        any(scope.everything for scope in listed),
        frozenset[str]().union(*(scope.unit_paths for scope in listed)),
        frozenset[int]().union(*(scope.organisation_ids for scope in listed)),
        frozenset[int]().union(*(scope.project_ids for scope in listed)),
    )


@dataclass(frozen=True, slots=True)
class Lender:
    """Somebody in whose place another acts."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """One role held over one scope; `lender` is there when it is another's, lent for a time."""

    role: Role
    scope: Scope
    lender: Lender | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person with the grants that hold now, their own and those lent to them."""

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

    @property
    def reach(self) -> Scope:
        """Return every record that some right of this person reaches."""
        return union(grant.scope for grant in self.grants)

    @property
    def by_own_right(self) -> "Actor":
        """Return the same person without what others lent them."""
        return replace(self, grants=tuple(one for one in self.grants if one.lender is None))

    def acts_for(self, permission: Permission, place: Place | None) -> Lender | None:
        """Return in whose place this person uses a right over a place; None for their own right.

        One's own right comes first. Without a place, holding the right anywhere is enough.
        """
        if all(grant.lender is None for grant in self.grants):
            return None
        own, lent = self.by_own_right, [one for one in self.grants if one.lender is not None]
        if own.may(permission) if place is None else own.scope_of(permission).reaches(place):
            return None
        for grant in lent:
            gives = permission in GRANTS[grant.role]
            if gives and (place is None or grant.scope.reaches(place)):
                return grant.lender
        return None


RIGHTS_OF_DEEDS: dict[str, Permission] = {
    "acceptance": Permission.CONTRACT_EDIT,
    "approval": Permission.APPROVAL_SET,
    "contract": Permission.CONTRACT_EDIT,
    "contractor": Permission.CONTRACT_EDIT,
    "decision": Permission.PROJECT_EDIT,
    "difficulty": Permission.DIFFICULTY_REPLY,
    "difficulty.amended": Permission.DIFFICULTY_RAISE,
    "difficulty.closed": Permission.DIFFICULTY_CLOSE,
    "difficulty.raised": Permission.DIFFICULTY_RAISE,
    "directive": Permission.DIRECTIVE_ISSUE,
    "directive.extension_asked": Permission.DIRECTIVE_REPLY,
    "directive.replied": Permission.DIRECTIVE_REPLY,
    "disbursement": Permission.DISBURSEMENT_RECORD,
    "disbursement.approved": Permission.DISBURSEMENT_APPROVE,
    "disbursement.reconciled": Permission.DISBURSEMENT_RECONCILE,
    "guarantee": Permission.CONTRACT_EDIT,
    "import.disbursements": Permission.DISBURSEMENT_RECORD,
    "import.organisations": Permission.PROJECT_EDIT,
    "import.plans": Permission.PLAN_ASSIGN,
    "import.projects": Permission.PROJECT_EDIT,
    "import.scenarios": Permission.SCENARIO_PROPOSE,
    "import.units": Permission.PROJECT_EDIT,
    "mandate": Permission.DIFFICULTY_REPLY,
    "organisation": Permission.PROJECT_EDIT,
    "package": Permission.CONTRACT_EDIT,
    "people": Permission.PEOPLE_MANAGE,
    "period": Permission.PERIOD_LOCK,
    "plan": Permission.PLAN_ASSIGN,
    "pledge": Permission.DIFFICULTY_REPLY,
    "project": Permission.PROJECT_EDIT,
    "scenario": Permission.SCENARIO_PROPOSE,
    "scenario.approved": Permission.SCENARIO_APPROVE,
    "threshold": Permission.THRESHOLD_SET,
    "submission": Permission.DISBURSEMENT_RECORD,
    "submission.returned": Permission.DISBURSEMENT_APPROVE,
    "unit": Permission.PROJECT_EDIT,
    "file": Permission.FILE_ATTACH,
    "works": Permission.WORKS_RECORD,
}
"""The right by which a deed is done, by its name or by its room."""

OWN_DEEDS = frozenset(
    {
        "access.denied",
        "access.exported",
        "database.backed_up",
        "database.restored",
        "history.opened",
        "history.verified",
        "mail.sent_again",
        "notices.address_asked",
        "notices.address_proved",
        "notices.chosen",
        "people.delegated",
        "people.delegation_ended",
        "people.factor_added",
        "people.factor_removed",
        "people.password_changed",
        "people.password_set",
        "people.recovery_codes_made",
        "people.reviewed",
        "people.session_ended",
        "people.session_renewed",
        "people.sign_in_failed",
        "people.signed_in",
        "people.signed_out",
        "reference.loaded",
    }
)
"""What people do to their own affairs, and the product itself: by no right anybody can lend."""


def right_of(deed: str) -> Permission | None:
    """Return the right by which a deed is done; None for what needs none that can be lent."""
    if deed in OWN_DEEDS:
        return None
    return RIGHTS_OF_DEEDS.get(deed) or RIGHTS_OF_DEEDS.get(deed.partition(".")[0])
