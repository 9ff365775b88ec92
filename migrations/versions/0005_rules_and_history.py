"""Thresholds, national rates, office days, history and imports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "threshold",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("value", KEY, nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=True),
        sa.Column("changed_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["person.id"], name=op.f("fk_threshold_changed_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threshold")),
        sa.UniqueConstraint(
            "code", "valid_from", "version", name=op.f("uq_threshold_code_valid_from_version")
        ),
    )
    op.create_table(
        "national_rate",
        sa.Column("id", KEY, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.CheckConstraint("rate >= 0", name=op.f("ck_national_rate_rate_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_national_rate")),
        sa.UniqueConstraint("year", "day", name=op.f("uq_national_rate_year_day")),
    )
    op.create_table(
        "office_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_office_day")),
    )
    op.create_table(
        "change",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", KEY, nullable=False),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("deed", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=True),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["person.id"], name=op.f("fk_change_actor_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_change_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    op.create_index(op.f("ix_change_actor_id"), "change", ["actor_id"], unique=False)
    op.create_index("ix_change_project_id", "change", ["project_id", "id"], unique=False)
    op.create_index(
        "ix_change_subject_subject_id", "change", ["subject", "subject_id", "id"], unique=False
    )
    op.create_table(
        "import_batch",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_hash", sa.String(), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_made", sa.Integer(), nullable=False),
        sa.Column("rows_changed", sa.Integer(), nullable=False),
        sa.Column("accepted_by", KEY, nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["accepted_by"], ["person.id"], name=op.f("fk_import_batch_accepted_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("import_batch")
    op.drop_table("change")
    op.drop_table("office_day")
    op.drop_table("national_rate")
    op.drop_table("threshold")
