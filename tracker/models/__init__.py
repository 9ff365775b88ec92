"""Tables, a module per noun. Import from here so that every table is registered."""

from tracker.models.approval import ApprovalRule, Reconciliation, Submission
from tracker.models.attachments import Attachment, DirectiveFile
from tracker.models.base import Base
from tracker.models.contracts import (
    Acceptance,
    BidPackage,
    Contract,
    ContractAppendix,
    ContractMember,
    Contractor,
    Guarantee,
)
from tracker.models.difficulties import Difficulty, DifficultyEntry
from tracker.models.directives import (
    Directive,
    DirectiveDifficulty,
    DirectiveEntry,
    DirectiveMeasure,
    DirectivePartner,
    DirectiveProject,
)
from tracker.models.disbursements import Disbursement, Origin, QuietDay
from tracker.models.entrances import Entrance
from tracker.models.factors import (
    Authenticator,
    EntryLink,
    Passkey,
    RecoveryCode,
    SpentChallenge,
)
from tracker.models.history import Change, ChangeHead, ChangeLink, ImportBatch, Seal
from tracker.models.limits import RateCount
from tracker.models.notices import (
    Correspondence,
    DueReminder,
    Mail,
    Notice,
    NoticePreference,
    StaleReminder,
)
from tracker.models.people import (
    AccessReview,
    Delegation,
    Grant,
    Person,
    ScopeKind,
    SignInFailure,
    SignInSession,
    Viewing,
)
from tracker.models.periods import PeriodFigure, PeriodLock
from tracker.models.plans import CapitalSource, PlanEntry, PlanLine
from tracker.models.pledges import PledgeEntry
from tracker.models.progress import DataVersion, OwnerDay, OwnerMonth, ProjectMonth, SourceDay
from tracker.models.projects import (
    Decision,
    DecisionSource,
    GroupLimit,
    Project,
    ProjectLocation,
    ProjectOwner,
    ProjectPast,
)
from tracker.models.requests import Request
from tracker.models.scenarios import Scenario, ScenarioMonth, ScenarioScope
from tracker.models.slowness import (
    BlockedCapital,
    MandateEntry,
    NationalRate,
    OfficeDay,
    Threshold,
)
from tracker.models.standings import ProjectStanding, Reach, RedSpan, StandingDay, StandingDue
from tracker.models.units import Organisation, Unit, UnitShape
from tracker.models.works import (
    ClearanceEntry,
    ClearancePoint,
    MilestoneEntry,
    MilestoneRule,
    ProgressEntry,
    ProjectSite,
)

__all__ = [
    "Acceptance",
    "AccessReview",
    "ApprovalRule",
    "Attachment",
    "Authenticator",
    "Base",
    "BidPackage",
    "BlockedCapital",
    "CapitalSource",
    "Change",
    "ChangeHead",
    "ChangeLink",
    "ClearanceEntry",
    "ClearancePoint",
    "Contract",
    "ContractAppendix",
    "ContractMember",
    "Contractor",
    "Correspondence",
    "DataVersion",
    "Decision",
    "DecisionSource",
    "Delegation",
    "Difficulty",
    "DifficultyEntry",
    "Directive",
    "DirectiveDifficulty",
    "DirectiveEntry",
    "DirectiveFile",
    "DirectiveMeasure",
    "DirectivePartner",
    "DirectiveProject",
    "Disbursement",
    "DueReminder",
    "Entrance",
    "EntryLink",
    "Grant",
    "GroupLimit",
    "Guarantee",
    "ImportBatch",
    "Mail",
    "MandateEntry",
    "MilestoneEntry",
    "MilestoneRule",
    "NationalRate",
    "Notice",
    "NoticePreference",
    "OfficeDay",
    "Organisation",
    "Origin",
    "OwnerDay",
    "OwnerMonth",
    "Passkey",
    "PeriodFigure",
    "PeriodLock",
    "Person",
    "PlanEntry",
    "PlanLine",
    "PledgeEntry",
    "ProgressEntry",
    "Project",
    "ProjectLocation",
    "ProjectMonth",
    "ProjectOwner",
    "ProjectPast",
    "ProjectSite",
    "ProjectStanding",
    "QuietDay",
    "RateCount",
    "Reach",
    "Reconciliation",
    "RecoveryCode",
    "RedSpan",
    "Request",
    "Scenario",
    "ScenarioMonth",
    "ScenarioScope",
    "ScopeKind",
    "Seal",
    "SignInFailure",
    "SignInSession",
    "SourceDay",
    "SpentChallenge",
    "StaleReminder",
    "StandingDay",
    "StandingDue",
    "Submission",
    "Threshold",
    "Unit",
    "UnitShape",
    "Viewing",
]
