"""Files that prove a step of a directive; days on which projects were red; what flags demanded.

What is kept about a demanded action has what was read before read anew, as steps of directives do.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LEDGERS = ("directive_file", "mandate_entry")
REACH = "(SELECT current_setting('tracker.reach', true))"
OF_DIRECTIVE = "EXISTS (SELECT 1 FROM directive up WHERE up.id = {table}.directive_id)"
OF_PROJECT = "EXISTS (SELECT 1 FROM project up WHERE up.id = {table}.project_id)"
POLICIES = {"directive_file": OF_DIRECTIVE, "red_span": OF_PROJECT, "mandate_entry": OF_PROJECT}


def upgrade() -> None:
    """Go forward."""
    _make_files()
    _make_red_spans()
    _make_mandates()
    if op.get_bind().dialect.name == "sqlite":
        _watch_on_sqlite()
    else:
        _watch_on_postgresql()


def _make_files() -> None:
    op.create_table(
        "directive_file",
        sa.Column("id", KEY, nullable=False),
        sa.Column("directive_id", KEY, nullable=False),
        sa.Column("step_id", KEY, nullable=False),
        sa.Column("stored", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("size", KEY, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("sent_sha256", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("latitude", sa.Integer(), nullable=True),
        sa.Column("longitude", sa.Integer(), nullable=True),
        sa.Column("attached_by", KEY, nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('pdf', 'xlsx', 'jpg', 'png')", name=op.f("ck_directive_file_kind_known")
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_directive_file_size_positive")),
        sa.CheckConstraint("length(stored) = 32", name=op.f("ck_directive_file_stored_spelt")),
        sa.CheckConstraint(
            "length(sha256) = 64 AND length(sent_sha256) = 64",
            name=op.f("ck_directive_file_sums_whole"),
        ),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_directive_file_place_whole")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_directive_file_{column}_{table}")
            )
            for column, table in (
                ("directive_id", "directive"),
                ("step_id", "directive_step"),
                ("attached_by", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directive_file")),
        sa.UniqueConstraint("stored", name=op.f("uq_directive_file_stored")),
        sa.UniqueConstraint(
            "step_id", "sent_sha256", name=op.f("uq_directive_file_step_id_sent_sha256")
        ),
    )
    op.create_index(op.f("ix_directive_file_directive_id"), "directive_file", ["directive_id"])


def _make_red_spans() -> None:
    op.create_table(
        "red_span",
        sa.Column("id", KEY, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_red_span_ends_after_it_begins")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_red_span")),
    )
    op.create_index("ix_red_span_project_id", "red_span", ["project_id", "year", "last_on"])
    op.create_index("ix_red_span_year", "red_span", ["year", "last_on"])


def _make_mandates() -> None:
    op.create_table(
        "mandate_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("flag", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("demanded_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("recorded_by", KEY, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.CheckConstraint(
            "action IN ('explain', 'catch_up', 'review', 'put_right')",
            name=op.f("ck_mandate_entry_action_known"),
        ),
        sa.CheckConstraint(
            "done_on >= demanded_on", name=op.f("ck_mandate_entry_done_after_demanded")
        ),
        sa.CheckConstraint(
            "due_on >= demanded_on", name=op.f("ck_mandate_entry_due_after_demanded")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_mandate_entry_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_mandate_entry_recorded_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate_entry")),
        sa.UniqueConstraint(
            "recorded_by",
            "idempotency_key",
            name=op.f("uq_mandate_entry_recorded_by_idempotency_key"),
        ),
    )
    op.create_index(op.f("ix_mandate_entry_project_id"), "mandate_entry", ["project_id"])


def _watch_on_sqlite() -> None:
    for table in LEDGERS:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    op.execute(
        "CREATE TRIGGER mandate_entry_is_judged_on_INSERT AFTER INSERT ON mandate_entry BEGIN"
        " INSERT INTO standing_due (project_id, reach) SELECT NULL, 'figures'"
        " WHERE NOT EXISTS (SELECT 1 FROM standing_due o"
        " WHERE o.project_id IS NULL AND o.reach = 'figures'); END"
    )


def _watch_on_postgresql() -> None:
    for table in LEDGERS:
        op.execute(
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        "CREATE FUNCTION mandate_entry_is_judged() RETURNS trigger LANGUAGE plpgsql"
        " SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN"
        " INSERT INTO standing_due (project_id, reach) VALUES (NULL, 'figures');"
        " RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER mandate_entry_is_judged_on_insert AFTER INSERT ON mandate_entry"
        " FOR EACH STATEMENT EXECUTE FUNCTION mandate_entry_is_judged()"
    )
    for table, condition in POLICIES.items():
        within = condition.format(table=table)
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY {table}_within_reach ON {table} USING ({REACH} = 'all' OR {within})"
        )


def downgrade() -> None:
    """Go back."""
    op.drop_table("mandate_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION mandate_entry_is_judged()")
    op.drop_table("red_span")
    op.drop_table("directive_file")
