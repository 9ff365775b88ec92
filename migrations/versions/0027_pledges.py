"""What was promised that projects will have disbursed by a day.

What is kept about a promise has what was read before read anew, as demanded actions do.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "pledge_entry"
REACH = "(SELECT current_setting('tracker.reach', true))"
OF_PROJECT = "EXISTS (SELECT 1 FROM project up WHERE up.id = pledge_entry.project_id)"


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        TABLE,
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("pledged_by", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("recorded_by", KEY, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_pledge_entry_amount_positive")),
        sa.CheckConstraint("due_on >= made_on", name=op.f("ck_pledge_entry_due_after_made")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_pledge_entry_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_pledge_entry_recorded_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge_entry")),
        sa.UniqueConstraint(
            "recorded_by",
            "idempotency_key",
            name=op.f("uq_pledge_entry_recorded_by_idempotency_key"),
        ),
    )
    op.create_index("ix_pledge_entry_project_id", TABLE, ["project_id", "year"])
    if op.get_bind().dialect.name == "sqlite":
        _watch_on_sqlite()
    else:
        _watch_on_postgresql()


def _watch_on_sqlite() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {TABLE}_refuses_{verb} BEFORE {verb} ON {TABLE}"
            f" BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
        )
    for event, verb in (("insert", "INSERT"), ("update", "UPDATE OF amount")):
        op.execute(
            f"CREATE TRIGGER {TABLE}_amount_is_whole_on_{event} AFTER {verb} ON {TABLE}"
            " WHEN typeof(NEW.amount) <> 'integer'"
            f" BEGIN SELECT RAISE(ABORT, '{TABLE}.amount is whole đồng'); END"
        )
    op.execute(
        "CREATE TRIGGER pledge_entry_is_judged_on_INSERT AFTER INSERT ON pledge_entry BEGIN"
        " INSERT INTO standing_due (project_id, reach) SELECT NULL, 'figures'"
        " WHERE NOT EXISTS (SELECT 1 FROM standing_due o"
        " WHERE o.project_id IS NULL AND o.reach = 'figures'); END"
    )


def _watch_on_postgresql() -> None:
    op.execute(
        f"CREATE TRIGGER {TABLE}_refuses_change BEFORE UPDATE OR DELETE ON {TABLE}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {TABLE}_refuses_truncate BEFORE TRUNCATE ON {TABLE}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE FUNCTION pledge_entry_is_judged() RETURNS trigger LANGUAGE plpgsql"
        " SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN"
        " INSERT INTO standing_due (project_id, reach) VALUES (NULL, 'figures');"
        " RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {TABLE}_is_judged_on_insert AFTER INSERT ON {TABLE}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_is_judged()"
    )
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY {TABLE}_within_reach ON {TABLE} USING ({REACH} = 'all' OR {OF_PROJECT})"
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table(TABLE)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {TABLE}_is_judged()")
