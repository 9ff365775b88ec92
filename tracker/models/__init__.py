"""Tables, a module per noun. Import from here so that every table is registered."""

from tracker.models.base import Base
from tracker.models.disbursements import Disbursement, Origin, QuietDay
from tracker.models.history import Change, ImportBatch
from tracker.models.people import (
    AccessReview,
    Delegation,
    Grant,
    Person,
    ScopeKind,
    SignInFailure,
    SignInSession,
)
from tracker.models.plans import CapitalSource, PlanEntry, PlanLine
from tracker.models.progress import DataVersion, OwnerDay, OwnerMonth, ProjectMonth, SourceDay
from tracker.models.projects import (
    Decision,
    DecisionSource,
    GroupLimit,
    Project,
    ProjectLocation,
    ProjectOwner,
)
from tracker.models.scenarios import Scenario, ScenarioMonth, ScenarioScope
from tracker.models.slowness import NationalRate, OfficeDay, Threshold
from tracker.models.units import Organisation, Unit

__all__ = [
    "AccessReview",
    "Base",
    "CapitalSource",
    "Change",
    "DataVersion",
    "Decision",
    "DecisionSource",
    "Delegation",
    "Disbursement",
    "Grant",
    "GroupLimit",
    "ImportBatch",
    "NationalRate",
    "OfficeDay",
    "Organisation",
    "Origin",
    "OwnerDay",
    "OwnerMonth",
    "Person",
    "PlanEntry",
    "PlanLine",
    "Project",
    "ProjectLocation",
    "ProjectMonth",
    "ProjectOwner",
    "QuietDay",
    "Scenario",
    "ScenarioMonth",
    "ScenarioScope",
    "ScopeKind",
    "SignInFailure",
    "SignInSession",
    "SourceDay",
    "Threshold",
    "Unit",
]
