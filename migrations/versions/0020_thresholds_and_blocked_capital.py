"""Who set a threshold and why; capital that is blocked; statements and national rates are judged.

A threshold is only ever followed by another version. National rates now raise a flag of every
project, statements of the treasury one of theirs, so both have verdicts made again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REASONS = (
    "'land_revenue', 'policy_change', 'inspection', 'reorganisation', 'force_majeure', 'other'"
)
RATE_EVENTS = ("INSERT", "UPDATE", "DELETE")

SQLITE_DUE = """
CREATE TRIGGER {table}_is_judged_on_{event} AFTER {event} ON {table}
BEGIN
  INSERT INTO standing_due (project_id, reach)
  SELECT d.project_id, d.reach FROM ({what}) AS d
  WHERE NOT EXISTS (
    SELECT 1 FROM standing_due o WHERE o.project_id IS d.project_id AND o.reach = d.reach);
END
"""
SQLITE_ALL = "SELECT NULL AS project_id, '{reach}' AS reach"
SQLITE_MATCHED = (
    "SELECT e.project_id, 'project' AS reach FROM disbursement e WHERE e.id = NEW.disbursement_id"
)
SQLITE_GUARDS = (
    "CREATE TRIGGER threshold_refuses_UPDATE BEFORE UPDATE ON threshold"
    " BEGIN SELECT RAISE(ABORT, 'threshold is append-only'); END",
    "CREATE TRIGGER threshold_refuses_DELETE BEFORE DELETE ON threshold"
    " WHEN OLD.changed_by IS NOT NULL"
    " BEGIN SELECT RAISE(ABORT, 'threshold is append-only'); END",
    *(
        f"CREATE TRIGGER blocked_capital_refuses_{verb} BEFORE {verb} ON blocked_capital"
        " BEGIN SELECT RAISE(ABORT, 'blocked_capital is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    *(
        f"CREATE TRIGGER blocked_capital_amount_is_whole_on_{verb.lower()} AFTER {verb}"
        " ON blocked_capital WHEN typeof(NEW.amount) <> 'integer'"
        " BEGIN SELECT RAISE(ABORT, 'blocked_capital.amount is whole đồng'); END"
        for verb in ("INSERT", "UPDATE")
    ),
)

FUNCTION = """
CREATE OR REPLACE FUNCTION {table}_is_judged() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO standing_due (project_id, reach) SELECT DISTINCT {what} FROM fresh {join};
  RETURN NULL;
END
$$
"""
MATCHED_JOIN = "JOIN disbursement e ON e.id = fresh.disbursement_id"
POSTGRESQL = (
    FUNCTION.format(table="national_rate", what="NULL::bigint, 'all'", join=""),
    FUNCTION.format(table="reconciliation", what="e.project_id, 'project'", join=MATCHED_JOIN),
    FUNCTION.format(table="blocked_capital", what="NULL::bigint, 'figures'", join=""),
    *(
        f"CREATE TRIGGER {table}_is_judged_on_insert AFTER INSERT ON {table}"
        f" REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_judged()"
        for table in ("reconciliation", "blocked_capital")
    ),
    "CREATE TRIGGER threshold_refuses_change BEFORE UPDATE ON threshold"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER threshold_refuses_delete BEFORE DELETE ON threshold"
    " FOR EACH ROW WHEN (OLD.changed_by IS NOT NULL) EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER blocked_capital_refuses_change BEFORE UPDATE OR DELETE ON blocked_capital"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER blocked_capital_refuses_truncate BEFORE TRUNCATE ON blocked_capital"
    " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    "ALTER TABLE blocked_capital ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE blocked_capital FORCE ROW LEVEL SECURITY",
    "CREATE POLICY blocked_capital_within_reach ON blocked_capital USING ("
    "(SELECT current_setting('tracker.reach', true)) = 'all'"
    " OR EXISTS (SELECT 1 FROM project up WHERE up.id = blocked_capital.project_id))",
)


def upgrade() -> None:
    """Go forward."""
    op.add_column("threshold", sa.Column("reason", sa.String(), nullable=True))
    op.add_column("threshold", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reconciliation", sa.Column("found_on", sa.Date(), nullable=True))
    op.create_table(
        "blocked_capital",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_by", KEY, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.CheckConstraint(f"cause IN ({REASONS})", name=op.f("ck_blocked_capital_cause_known")),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_blocked_capital_amount_not_negative")),
        sa.CheckConstraint(
            "year BETWEEN 2000 AND 2100", name=op.f("ck_blocked_capital_year_range")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_blocked_capital_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_blocked_capital_recorded_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocked_capital")),
        sa.UniqueConstraint(
            "recorded_by",
            "idempotency_key",
            name=op.f("uq_blocked_capital_recorded_by_idempotency_key"),
        ),
    )
    op.create_index(
        "ix_blocked_capital_project_id_year",
        "blocked_capital",
        ["project_id", "year", "effective_on", "id"],
    )
    # What was kept of verdicts lacks what they are now made from.
    op.execute("DELETE FROM project_standing")
    op.execute("DELETE FROM standing_day")
    for statement in _sqlite() if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def _sqlite() -> list[str]:
    statements = list(SQLITE_GUARDS)
    for event in RATE_EVENTS:
        statements.append(f"DROP TRIGGER national_rate_is_judged_on_{event}")
        statements.append(_rate_trigger(event, "all"))
    for table, what in (
        ("reconciliation", SQLITE_MATCHED),
        ("blocked_capital", SQLITE_ALL.format(reach="figures")),
    ):
        statements.append(SQLITE_DUE.format(table=table, event="INSERT", what=what))
    return statements


def _rate_trigger(event: str, reach: str) -> str:
    what = SQLITE_ALL.format(reach=reach)
    return SQLITE_DUE.format(table="national_rate", event=event, what=what)


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "sqlite":
        for event in RATE_EVENTS:
            op.execute(f"DROP TRIGGER national_rate_is_judged_on_{event}")
            op.execute(_rate_trigger(event, "figures"))
        for name in (
            "reconciliation_is_judged_on_INSERT",
            "threshold_refuses_UPDATE",
            "threshold_refuses_DELETE",
        ):
            op.execute(f"DROP TRIGGER {name}")
        op.drop_table("blocked_capital")
    else:
        op.execute(FUNCTION.format(table="national_rate", what="NULL::bigint, 'figures'", join=""))
        op.execute("DROP TRIGGER reconciliation_is_judged_on_insert ON reconciliation")
        for name in ("change", "delete"):
            op.execute(f"DROP TRIGGER threshold_refuses_{name} ON threshold")
        op.drop_table("blocked_capital")
        for table in ("reconciliation", "blocked_capital"):
            op.execute(f"DROP FUNCTION {table}_is_judged()")
    op.drop_column("reconciliation", "found_on")
    op.drop_column("threshold", "changed_at")
    op.drop_column("threshold", "reason")
    op.execute("DELETE FROM project_standing")
    op.execute("DELETE FROM standing_day")
