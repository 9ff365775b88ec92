"""Files that prove a step in the thread of a directive; on which days projects were red."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0025"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LEDGERS = ("directive_file",)
REACH = "(SELECT current_setting('tracker.reach', true))"
OF_DIRECTIVE = "EXISTS (SELECT 1 FROM directive up WHERE up.id = {table}.directive_id)"
OF_PROJECT = "EXISTS (SELECT 1 FROM project up WHERE up.id = {table}.project_id)"
POLICIES = {"directive_file": OF_DIRECTIVE, "red_span": OF_PROJECT}


def upgrade() -> None:
    """Go forward."""
    _make_files()
    _make_red_spans()
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


def _watch_on_sqlite() -> None:
    for table in LEDGERS:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
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
    for table, condition in POLICIES.items():
        within = condition.format(table=table)
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY {table}_within_reach ON {table} USING ({REACH} = 'all' OR {within})"
        )


def downgrade() -> None:
    """Go back."""
    op.drop_table("red_span")
    op.drop_table("directive_file")
