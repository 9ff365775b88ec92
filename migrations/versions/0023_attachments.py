"""Documents and photographs of projects; a row never changes but for being withdrawn once."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEPT = (
    "id", "project_id", "subject", "subject_id", "stored", "name", "kind", "size", "sha256",
    "sent_sha256", "width", "height", "taken_at", "latitude", "longitude", "note", "attached_by",
    "attached_at",
)  # fmt: skip
"""What is kept stays as it was kept."""


def _differs(operator: str) -> str:
    return " OR ".join(f"NEW.{name} {operator} OLD.{name}" for name in KEPT)


SQLITE = {
    "attachment_is_withdrawn_once": f"""
        BEFORE UPDATE ON attachment
        WHEN OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL OR {_differs("IS NOT")}
        BEGIN SELECT RAISE(ABORT, 'an attachment is only withdrawn, once'); END""",
    "attachment_refuses_DELETE": """
        BEFORE DELETE ON attachment
        BEGIN SELECT RAISE(ABORT, 'attachment is never deleted'); END""",
}
PG_FUNCTION = f"""
CREATE FUNCTION attachment_is_withdrawn_once() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
    OR {_differs("IS DISTINCT FROM")} THEN
    RAISE EXCEPTION 'an attachment is only withdrawn, once' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$
"""
PG_TRIGGERS = (
    ("attachment_is_withdrawn_once", "BEFORE UPDATE", "attachment_is_withdrawn_once"),
    ("attachment_refuses_change", "BEFORE DELETE", "refuse_change"),
)
REACH = "(SELECT current_setting('tracker.reach', true))"
OF_PROJECT = "EXISTS (SELECT 1 FROM project up WHERE up.id = attachment.project_id)"
POLICY = f"{REACH} = 'all' OR {OF_PROJECT}"


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "attachment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
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
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("attached_by", KEY, nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", KEY, nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('pdf', 'xlsx', 'jpg', 'png')", name=op.f("ck_attachment_kind_known")
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachment_size_positive")),
        sa.CheckConstraint("length(stored) = 32", name=op.f("ck_attachment_stored_spelt")),
        sa.CheckConstraint(
            "length(sha256) = 64 AND length(sent_sha256) = 64",
            name=op.f("ck_attachment_sums_whole"),
        ),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_attachment_place_whole")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)"
            " AND (withdrawn_at IS NULL) = (withdrawn_reason IS NULL)",
            name=op.f("ck_attachment_withdrawal_whole"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_attachment_{column}_{table}")
            )
            for column, table in (
                ("project_id", "project"),
                ("attached_by", "person"),
                ("withdrawn_by", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("stored", name=op.f("uq_attachment_stored")),
    )
    op.create_index(op.f("ix_attachment_project_id"), "attachment", ["project_id"])
    op.create_index("ix_attachment_subject", "attachment", ["subject", "subject_id"])
    live = sa.text("withdrawn_at IS NULL")
    op.create_index(
        "uq_attachment_same",
        "attachment",
        ["subject", "subject_id", "sent_sha256"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    if op.get_bind().dialect.name == "sqlite":
        for name, body in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {body}")
        return
    op.execute(PG_FUNCTION)
    for name, when, function in PG_TRIGGERS:
        op.execute(
            f"CREATE TRIGGER {name} {when} ON attachment FOR EACH ROW EXECUTE FUNCTION {function}()"
        )
    op.execute(
        "CREATE TRIGGER attachment_refuses_truncate BEFORE TRUNCATE ON attachment"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute("ALTER TABLE attachment ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE attachment FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY attachment_within_reach ON attachment USING ({POLICY})")


def downgrade() -> None:
    """Go back."""
    op.drop_table("attachment")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION attachment_is_withdrawn_once()")
