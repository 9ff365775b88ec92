"""Kept standings of projects, and triggers that tell which of them have to be judged again.

A change of facts writes its project into `standing_due` in its own transaction, whoever makes
it: while a row stands there, no kept standing is shown.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ORDERED = sa.String().with_variant(sa.String(collation="C"), "postgresql")

# Table, events, project and reach of a changed row `fresh`, and what it is joined with.
OWN = "fresh.project_id, 'project'"
SCENARIO = "s.project_id, CASE WHEN s.project_id IS NULL THEN 'all' ELSE 'project' END"
ALL = "NULL, 'all'"
FIGURES = "NULL, 'figures'"
WATCHED = (
    ("project", ("INSERT", "UPDATE"), "fresh.id, 'scope'", ""),
    ("disbursement", ("INSERT",), OWN, ""),
    ("quiet_day", ("INSERT",), OWN, ""),
    (
        "plan_entry",
        ("INSERT",),
        "l.project_id, 'scope'",
        "JOIN plan_line l ON l.id = fresh.plan_line_id",
    ),
    ("scenario", ("INSERT", "UPDATE"), SCENARIO.replace("s.", "fresh."), ""),
    (
        "scenario_month",
        ("INSERT", "UPDATE", "DELETE"),
        SCENARIO,
        "JOIN scenario s ON s.id = fresh.scenario_id",
    ),
    ("threshold", ("INSERT", "UPDATE", "DELETE"), ALL, ""),
    ("office_day", ("INSERT", "UPDATE", "DELETE"), ALL, ""),
    ("organisation", ("INSERT", "UPDATE"), ALL, ""),
    ("unit", ("INSERT", "UPDATE"), ALL, ""),
    # Nobody is judged by these, but they are shown beside what is kept.
    ("capital_source", ("INSERT", "UPDATE", "DELETE"), FIGURES, ""),
    ("national_rate", ("INSERT", "UPDATE", "DELETE"), FIGURES, ""),
    ("decision", ("INSERT", "UPDATE", "DELETE"), FIGURES, ""),
    ("decision_source", ("INSERT", "UPDATE", "DELETE"), FIGURES, ""),
    ("project_owner", ("INSERT", "UPDATE", "DELETE"), FIGURES, ""),
    ("project_location", ("INSERT", "UPDATE", "DELETE"), FIGURES, ""),
)
COLUMNS = {
    "project": ("id",),
    "plan_entry": ("plan_line_id",),
    "scenario": ("project_id",),
    "scenario_month": ("scenario_id",),
}

# One writer at a time: what is due already need not be said again.
SQLITE = """
CREATE TRIGGER {table}_is_judged_on_{event} AFTER {event} ON {table}
BEGIN
  INSERT INTO standing_due (project_id, reach)
  SELECT d.project_id, d.reach FROM (
    SELECT {what} FROM (SELECT {columns}) AS fresh {join}
  ) AS d
  WHERE NOT EXISTS (
    SELECT 1 FROM standing_due o WHERE o.project_id IS d.project_id AND o.reach = d.reach);
END
"""
# Several writers at a time: a row seen may be settled before this transaction is, so each says
# its own.
POSTGRESQL_FUNCTION = """
CREATE FUNCTION {table}_is_judged() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO standing_due (project_id, reach) SELECT DISTINCT {what} FROM fresh {join};
  RETURN NULL;
END
$$
"""
POSTGRESQL = """
CREATE TRIGGER {table}_is_judged_on_{event} AFTER {event} ON {table}
REFERENCING {side} TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_judged()
"""


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "project_standing",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("project_id", KEY, autoincrement=False, nullable=False),
        sa.Column("owner_id", KEY, nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("unit_path", ORDERED, nullable=False),
        sa.Column("name_sort", ORDERED, nullable=False),
        sa.Column("plan", sa.BigInteger(), nullable=False),
        sa.Column("disbursed", sa.BigInteger(), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=True),
        sa.Column("gap", sa.BigInteger(), nullable=True),
        sa.Column("pace", KEY, nullable=True),
        sa.Column("is_paced", sa.Boolean(), nullable=False),
        sa.Column("klass", sa.String(), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("flags", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=True),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("stamp", KEY, nullable=False),
        sa.PrimaryKeyConstraint("year", "project_id", name=op.f("pk_project_standing")),
    )
    for name, columns in (
        ("name", ["year", "name_sort", "project_id"]),
        ("class", ["year", "klass", "gap", "project_id"]),
        ("owner", ["year", "owner_id"]),
    ):
        op.create_index(f"ix_project_standing_{name}", "project_standing", columns)
    op.create_table(
        "standing_day",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("province_disbursed", sa.BigInteger(), nullable=False),
        sa.Column("province_plan", sa.BigInteger(), nullable=False),
        sa.Column("stamp", KEY, nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_standing_day")),
    )
    op.create_table(
        "standing_due",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=True),
        sa.Column("reach", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_due")),
    )
    op.create_index(op.f("ix_standing_due_project_id"), "standing_due", ["project_id"])
    if op.get_bind().dialect.name == "sqlite":
        _watch_on_sqlite()
    else:
        _watch_on_postgresql()


def _watch_on_sqlite() -> None:
    for table, events, what, join in WATCHED:
        for event in events:
            side = "OLD" if event == "DELETE" else "NEW"
            names = COLUMNS.get(table, () if what in (ALL, FIGURES) else ("project_id",))
            columns = ", ".join(f"{side}.{name} AS {name}" for name in names) or "1"
            named = what.replace(", ", " AS project_id, ", 1) + " AS reach"
            op.execute(
                SQLITE.format(table=table, event=event, what=named, join=join, columns=columns)
            )


def _watch_on_postgresql() -> None:
    for table, events, what, join in WATCHED:
        typed = what.replace("NULL, ", "NULL::bigint, ", 1)
        op.execute(POSTGRESQL_FUNCTION.format(table=table, what=typed, join=join))
        for event in events:
            side = "OLD" if event == "DELETE" else "NEW"
            op.execute(POSTGRESQL.format(table=table, event=event, side=side))


def downgrade() -> None:
    """Go back."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, events, _what, _join in WATCHED:
        for event in events:
            name = f"{table}_is_judged_on_{event}"
            op.execute(f"DROP TRIGGER {name}" if on_sqlite else f"DROP TRIGGER {name} ON {table}")
        if not on_sqlite:
            op.execute(f"DROP FUNCTION {table}_is_judged()")
    op.drop_table("standing_due")
    op.drop_table("standing_day")
    op.drop_table("project_standing")
