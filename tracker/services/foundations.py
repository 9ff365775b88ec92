"""What the database itself must hold: foreign keys, triggers, whole pages."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.queries.wall import WALLED

Facts = tuple[str, str, str, str, str]
"""Table, key, check, expected, found."""

WRITTEN_BY_ALL = frozenset({"standing_day"})
"""Tables everybody reads, written only by who sees everything that they sum up."""

LEDGERS = (
    "plan_entry",
    "disbursement",
    "quiet_day",
    "change",
    "change_link",
    "seal",
    "approval_rule",
    "reconciliation",
    "project_past",
    "difficulty_step",
    "directive_step",
    "directive_measure",
    "contract_appendix",
    "acceptance",
    "progress_entry",
    "project_site",
    "milestone_entry",
    "clearance_entry",
    "blocked_capital",
    "directive_file",
    "mandate_entry",
    "pledge_entry",
)
SETTLED = ("attachment", "clearance_point")
"""Tables whose rows are ended once and never deleted."""
MOVERS = ("plan_entry", "disbursement")
WHOLE = {
    "plan_line": ("planned", "disbursed"),
    "plan_entry": ("amount",),
    "disbursement": ("amount", "recovered", "counted", "advance"),
    "scenario_month": ("cumulative",),
    "project": ("total_investment", "disbursed_before"),
    "decision_source": ("amount",),
    "submission": ("amount", "recovered", "counted", "advance"),
    "project_past": ("total_investment",),
    "difficulty": ("capital_at_stake",),
    "directive_measure": ("plan", "disbursed", "gap"),
    "bid_package": ("price", "award"),
    "contract": ("value", "advance_limit"),
    "contract_appendix": ("value_after",),
    "guarantee": ("value",),
    "acceptance": ("amount",),
    "clearance_entry": ("money_approved", "money_paid", "advance_held"),
    "blocked_capital": ("amount",),
    "pledge_entry": ("amount",),
}
"""Columns of money that SQLite must keep whole; PostgreSQL's type does."""

JUDGED = {
    "project": ("INSERT", "UPDATE"),
    "project_past": ("INSERT",),
    "disbursement": ("INSERT",),
    "quiet_day": ("INSERT",),
    "plan_entry": ("INSERT",),
    "scenario": ("INSERT", "UPDATE"),
    "scenario_month": ("INSERT", "UPDATE", "DELETE"),
    "threshold": ("INSERT", "UPDATE", "DELETE"),
    "office_day": ("INSERT", "UPDATE", "DELETE"),
    "organisation": ("INSERT", "UPDATE"),
    "unit": ("INSERT", "UPDATE"),
    "capital_source": ("INSERT", "UPDATE", "DELETE"),
    "national_rate": ("INSERT", "UPDATE", "DELETE"),
    "decision": ("INSERT", "UPDATE", "DELETE"),
    "decision_source": ("INSERT", "UPDATE", "DELETE"),
    "project_owner": ("INSERT", "UPDATE", "DELETE"),
    "project_location": ("INSERT", "UPDATE", "DELETE"),
    "difficulty_step": ("INSERT",),
    "directive_step": ("INSERT",),
    "bid_package": ("INSERT", "UPDATE"),
    "contract": ("INSERT", "UPDATE"),
    "contract_appendix": ("INSERT",),
    "guarantee": ("INSERT", "UPDATE"),
    "acceptance": ("INSERT",),
    "progress_entry": ("INSERT",),
    "milestone_entry": ("INSERT",),
    "clearance_entry": ("INSERT",),
    "clearance_point": ("INSERT", "UPDATE"),
    "reconciliation": ("INSERT",),
    "blocked_capital": ("INSERT",),
    "mandate_entry": ("INSERT",),
    "pledge_entry": ("INSERT",),
}
"""The changes of facts after which standings are judged again."""

_DUE = [f"{table}_is_judged_on_{event}" for table, events in JUDGED.items() for event in events]
LOCKED_FIGURES = ("planned", "planned_extended", "disbursed", "disbursed_extended")
NEVER_DELETED = ("period_lock", "request", "period_figure")
KEPT_RECORDS = ("bid_package", "contractor", "contract", "guarantee")
"""Amended and never deleted."""
PAYING = ("disbursement", "submission")
"""Tables whose rows may name a contract, of their own project alone."""
NOTICE_TRIGGERS = (
    "notice_stays_as_told",
    "notice_refuses_delete",
    "mail_ends_once",
    "mail_refuses_delete",
)

SQLITE_TRIGGERS = frozenset(
    [f"{table}_refuses_{verb}" for table in LEDGERS for verb in ("UPDATE", "DELETE")]
    + ["plan_line_starts_empty", "plan_line_guards_planned", "plan_line_guards_disbursed"]
    + ["change_head_follows_links", "change_head_refuses_DELETE"]
    + [f"{ledger}_moves_line" for ledger in MOVERS]
    + ["submission_refuses_delete", "submission_begins", "submission_moves"]
    + ["disbursement_is_approved"]
    + [
        f"{table}_{column}_is_whole_on_{event}"
        for table, columns in WHOLE.items()
        for column in columns
        for event in ("insert", "update")
    ]
    + _DUE
    + ["disbursement_respects_locks", "period_figure_refuses_update"]
    + ["threshold_refuses_UPDATE", "threshold_refuses_DELETE"]
    + ["period_lock_starts_shut", "period_lock_opens_once"]
    + ["request_starts_waiting", "request_ends_once"]
    + [f"{table}_refuses_delete" for table in NEVER_DELETED]
    + [f"period_figure_{column}_is_whole" for column in LOCKED_FIGURES]
    + [f"{table}_refuses_DELETE" for table in KEPT_RECORDS]
    + [f"{table}_names_own_contract_on_{verb}" for table in PAYING for verb in ("INSERT", "UPDATE")]
    + [f"{table}_refuses_DELETE" for table in SETTLED]
    + ["attachment_is_withdrawn_once", "clearance_point_is_settled_once"]
    + list(NOTICE_TRIGGERS)
)
POSTGRESQL_TRIGGERS = frozenset(
    [f"{table}_refuses_{what}" for table in LEDGERS for what in ("change", "truncate")]
    + ["plan_line_guards_counters"]
    + ["change_head_follows_links", "change_head_refuses_truncate"]
    + [f"{ledger}_moves_line" for ledger in MOVERS]
    + [name.lower() for name in _DUE]
    + ["submission_refuses_delete", "submission_refuses_truncate", "submission_moves"]
    + ["disbursement_is_approved"]
    + ["disbursement_respects_locks", "period_lock_guards", "request_guards"]
    + ["threshold_refuses_change", "threshold_refuses_delete"]
    + ["period_lock_refuses_delete", "request_refuses_delete", "period_figure_refuses_change"]
    + [f"{table}_refuses_{what}" for table in KEPT_RECORDS for what in ("delete", "truncate")]
    + [f"{table}_names_own_contract" for table in PAYING]
    + [f"{table}_refuses_{what}" for table in SETTLED for what in ("change", "truncate")]
    + ["attachment_is_withdrawn_once", "clearance_point_is_settled_once"]
    + list(NOTICE_TRIGGERS)
)
"""The triggers the migrations make: a revision that adds one adds its name here."""


def foundation_findings(session: Session) -> list[Facts]:
    """Return what the database lacks: missing triggers, broken references."""
    if session.get_bind().dialect.name == "sqlite":
        return [*_sqlite_triggers(session), *_sqlite_references(session)]
    return [
        *_postgresql_triggers(session),
        *_postgresql_policies(session),
        *_postgresql_references(session),
    ]


def page_findings(session: Session) -> list[Facts]:
    """Return the damaged pages of a SQLite file; reads all of it, so it is asked for apart.

    PostgreSQL checks its own pages by their checksums.
    """
    if session.get_bind().dialect.name != "sqlite":
        return []
    told = session.scalars(text("PRAGMA quick_check(20)"))
    return [("database", "pages", "integrity", "ok", str(one)) for one in told if one != "ok"]


def _compared(expected: frozenset[str], found: dict[str, str]) -> Iterator[Facts]:
    for name in sorted(expected - found.keys()):
        yield "trigger", name, "trigger_present", "present", "missing"
    for name, state in sorted(found.items()):
        if name not in expected:
            yield "trigger", name, "trigger_present", "missing", "present"
        elif state != "enabled":
            yield "trigger", name, "trigger_present", "enabled", state


def _sqlite_triggers(session: Session) -> Iterator[Facts]:
    names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    return _compared(SQLITE_TRIGGERS, dict.fromkeys(names, "enabled"))


def _sqlite_references(session: Session) -> Iterator[Facts]:
    for table, row, parent, _ in session.execute(text("PRAGMA foreign_key_check")):
        yield table, str(row), "foreign_key", f"a row of {parent}", "none"


def _postgresql_triggers(session: Session) -> Iterator[Facts]:
    rows = session.execute(
        text(
            "SELECT t.tgname, CASE t.tgenabled WHEN 'D' THEN 'disabled' ELSE 'enabled' END AS state"
            " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE NOT t.tgisinternal AND n.nspname = current_schema()"
        )
    )
    return _compared(POSTGRESQL_TRIGGERS, {row.tgname: row.state for row in rows})


def passes_policies(session: Session) -> bool:
    """Tell whether the account that asks is bound by no policy: PostgreSQL's own wall is not there.

    So it is for superusers and BYPASSRLS.
    """
    if session.get_bind().dialect.name == "sqlite":
        return False
    return not session.scalar(text("SELECT row_security_active('project')"))


def _postgresql_policies(session: Session) -> Iterator[Facts]:
    """Return tables without their policy, or with one that does not ask who reads."""
    rows = session.execute(
        text(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS is_forced,"
            " string_agg(p.polname, ',' ORDER BY p.polname) AS names,"
            " bool_and(p.polcmd = '*' AND p.polpermissive AND p.polroles = '{0}'"
            "  AND concat(pg_get_expr(p.polqual, p.polrelid),"
            "   pg_get_expr(p.polwithcheck, p.polrelid)) LIKE '%tracker.reach%') AS asks"
            " FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid"
            " WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"
            " GROUP BY c.relname, c.relrowsecurity, c.relforcerowsecurity ORDER BY c.relname"
        )
    )
    for table, is_forced, names, asks in rows:
        expected = f"{table}_within_reach" if table in WALLED | WRITTEN_BY_ALL else None
        if names != expected:
            yield "policy", table, "policy_present", expected or "none", names or "none"
        elif expected and not asks:
            yield "policy", table, "policy_present", "asks for tracker.reach", "does not"
        elif is_forced != (expected is not None):
            yield "policy", table, "policy_forced", str(expected is not None), str(is_forced)


def _postgresql_references(session: Session) -> Iterator[Facts]:
    names = session.scalars(
        text(
            "SELECT conname FROM pg_constraint WHERE NOT convalidated"
            " AND connamespace = current_schema()::regnamespace ORDER BY conname"
        )
    )
    for name in names:
        yield "constraint", name, "foreign_key", "validated", "not validated"
