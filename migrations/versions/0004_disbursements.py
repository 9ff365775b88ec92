"""The disbursement ledger, quiet days and the sums kept beside them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "disbursement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_line_id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("voucher", sa.String(), nullable=False),
        sa.Column("voucher_on", sa.Date(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("recovered", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("advance", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("reverses_id", KEY, nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("recorded_by", KEY, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.CheckConstraint(
            "advance = CASE kind WHEN 'advance' THEN amount WHEN 'advance_recovery' THEN -amount WHEN 'volume_payment' THEN -recovered WHEN 'refund' THEN -recovered ELSE 0 END",
            name=op.f("ck_disbursement_advance_by_kind"),
        ),
        sa.CheckConstraint(
            "amount > 0 OR kind = 'adjustment' OR reverses_id IS NOT NULL",
            name=op.f("ck_disbursement_amount_positive"),
        ),
        sa.CheckConstraint(
            "counted = CASE kind WHEN 'volume_payment' THEN amount - recovered WHEN 'advance_recovery' THEN 0 WHEN 'refund' THEN -amount ELSE amount END",
            name=op.f("ck_disbursement_counted_by_kind"),
        ),
        sa.CheckConstraint(
            "kind IN ('advance', 'volume_payment', 'advance_recovery', 'refund', 'book_entry', 'adjustment')",
            name=op.f("ck_disbursement_kind_known"),
        ),
        sa.CheckConstraint(
            "origin IN ('typed', 'imported', 'simulated')",
            name=op.f("ck_disbursement_origin_known"),
        ),
        sa.CheckConstraint(
            "purpose IN ('construction', 'equipment', 'consulting', 'management', 'land_clearance', 'other')",
            name=op.f("ck_disbursement_purpose_known"),
        ),
        sa.CheckConstraint(
            "recovered = 0 OR (kind IN ('volume_payment', 'refund') AND abs(recovered) <= abs(amount))",
            name=op.f("ck_disbursement_recovered_within_amount"),
        ),
        sa.CheckConstraint(
            "(reverses_id IS NULL) = (reason IS NULL)",
            name=op.f("ck_disbursement_reversal_has_reason"),
        ),
        sa.CheckConstraint(
            "abs(amount) <= 1000000000000000", name=op.f("ck_disbursement_amount_bounded")
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_disbursement_amount_not_zero")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_disbursement_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_line_id", "project_id", "year", "extended"],
            ["plan_line.id", "plan_line.project_id", "plan_line.year", "plan_line.extended"],
            name="fk_disbursement_plan_line",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_disbursement_recorded_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"],
            ["disbursement.id"],
            name=op.f("fk_disbursement_reverses_id_disbursement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disbursement")),
        sa.UniqueConstraint(
            "recorded_by",
            "idempotency_key",
            name=op.f("uq_disbursement_recorded_by_idempotency_key"),
        ),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_disbursement_reverses_id")),
    )
    op.create_index(
        "ix_disbursement_plan_line_id_posted_on",
        "disbursement",
        ["plan_line_id", "posted_on"],
        unique=False,
    )
    op.create_index(
        "ix_disbursement_posted_on",
        "disbursement",
        ["posted_on", "year", "project_id", "counted"],
        unique=False,
    )
    op.create_index(
        "ix_disbursement_project_id_posted_on",
        "disbursement",
        ["project_id", "posted_on", "id"],
        unique=False,
    )
    op.create_table(
        "quiet_day",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recorded_by", KEY, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_quiet_day_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_quiet_day_recorded_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiet_day")),
        sa.UniqueConstraint("project_id", "day", name=op.f("uq_quiet_day_project_id_day")),
    )
    op.create_table(
        "project_month",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("advance", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("last_positive_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_month_project_id_project")
        ),
        sa.PrimaryKeyConstraint(
            "year", "project_id", "extended", "month", name=op.f("pk_project_month")
        ),
    )
    op.create_table(
        "owner_month",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("advance", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_owner_month_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint(
            "year", "organisation_id", "extended", "month", name=op.f("pk_owner_month")
        ),
    )
    op.create_table(
        "owner_day",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("advance", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_owner_day_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint(
            "year", "day", "organisation_id", "extended", name=op.f("pk_owner_day")
        ),
    )
    op.create_table(
        "source_day",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("budget_tier", sa.String(), nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["capital_source.id"],
            name=op.f("fk_source_day_source_id_capital_source"),
        ),
        sa.PrimaryKeyConstraint(
            "year", "day", "source_id", "budget_tier", "extended", name=op.f("pk_source_day")
        ),
    )
    op.create_index(
        "ix_source_day_year_source_id", "source_day", ["year", "source_id"], unique=False
    )
    op.create_table(
        "data_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", KEY, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_data_version_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_version")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("data_version")
    op.drop_table("source_day")
    op.drop_table("owner_day")
    op.drop_table("owner_month")
    op.drop_table("project_month")
    op.drop_table("quiet_day")
    op.drop_table("disbursement")
