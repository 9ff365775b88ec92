"""The plan ledger and the disbursement scenarios."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "plan_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("project_id", KEY, nullable=True),
        sa.Column("unit_id", KEY, nullable=True),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("budget_tier", sa.String(), nullable=False),
        sa.Column("planned", sa.BigInteger(), nullable=False),
        sa.Column("disbursed", sa.BigInteger(), nullable=False),
        sa.Column("last_plan_entry_id", KEY, nullable=False),
        sa.Column("last_disbursement_id", KEY, nullable=False),
        sa.CheckConstraint(
            "budget_tier IN ('province', 'district', 'commune')",
            name=op.f("ck_plan_line_budget_tier_known"),
        ),
        sa.CheckConstraint(
            "system = 'province' OR project_id IS NULL",
            name=op.f("ck_plan_line_pm_plan_above_projects"),
        ),
        sa.CheckConstraint("system IN ('pm', 'province')", name=op.f("ck_plan_line_system_known")),
        sa.CheckConstraint(
            "(project_id IS NULL) <> (unit_id IS NULL)", name=op.f("ck_plan_line_one_holder")
        ),
        sa.CheckConstraint("disbursed <= planned", name=op.f("ck_plan_line_disbursed_within_plan")),
        sa.CheckConstraint("disbursed >= 0", name=op.f("ck_plan_line_disbursed_not_negative")),
        sa.CheckConstraint("planned >= 0", name=op.f("ck_plan_line_planned_not_negative")),
        sa.CheckConstraint(
            "project_id IS NOT NULL OR disbursed = 0", name=op.f("ck_plan_line_pool_pays_nothing")
        ),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name=op.f("ck_plan_line_year_range")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_plan_line_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["capital_source.id"], name=op.f("fk_plan_line_source_id_capital_source")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_line_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_line")),
        sa.UniqueConstraint(
            "id",
            "project_id",
            "year",
            "extended",
            name=op.f("uq_plan_line_id_project_id_year_extended"),
        ),
    )
    op.create_index("ix_plan_line_year_project", "plan_line", ["year", "project_id"], unique=False)
    op.create_index(
        "uq_plan_line_of_project",
        "plan_line",
        ["project_id", "year", "extended", "source_id", "budget_tier"],
        unique=True,
        sqlite_where=sa.text("project_id IS NOT NULL"),
        postgresql_where=sa.text("project_id IS NOT NULL"),
    )
    op.create_index(
        "uq_plan_line_of_unit",
        "plan_line",
        ["unit_id", "system", "year", "extended", "source_id", "budget_tier"],
        unique=True,
        sqlite_where=sa.text("unit_id IS NOT NULL"),
        postgresql_where=sa.text("unit_id IS NOT NULL"),
    )
    op.create_table(
        "plan_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_line_id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("decision_number", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("deadline_on", sa.Date(), nullable=False),
        sa.Column("round", sa.String(), nullable=True),
        sa.Column("transfer_key", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("recorded_by", KEY, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(amount < 0) = (kind IN ('decrease', 'advance_plan_recovery', 'cancellation'))",
            name=op.f("ck_plan_entry_sign_of_kind"),
        ),
        sa.CheckConstraint(
            "kind IN ('initial', 'supplement', 'increase', 'decrease', 'extension', 'advance_plan', 'advance_plan_recovery', 'cancellation')",
            name=op.f("ck_plan_entry_kind_known"),
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_plan_entry_amount_not_zero")),
        sa.ForeignKeyConstraint(
            ["plan_line_id"], ["plan_line.id"], name=op.f("fk_plan_entry_plan_line_id_plan_line")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_plan_entry_recorded_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_entry")),
        sa.UniqueConstraint(
            "recorded_by", "idempotency_key", name=op.f("uq_plan_entry_recorded_by_idempotency_key")
        ),
    )
    op.create_index(
        "ix_plan_entry_plan_line_id_effective_on",
        "plan_entry",
        ["plan_line_id", "effective_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_plan_entry_transfer_key"), "plan_entry", ["transfer_key"], unique=False
    )
    op.create_table(
        "scenario",
        sa.Column("id", KEY, nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("project_id", KEY, nullable=True),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("unit_id", KEY, nullable=True),
        sa.Column("tier", sa.String(), nullable=True),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=True),
        sa.Column("committed_by", sa.String(), nullable=True),
        sa.Column("proposed_by", KEY, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", KEY, nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(scope = 'organisation') = (organisation_id IS NOT NULL)",
            name=op.f("ck_scenario_organisation_scope"),
        ),
        sa.CheckConstraint(
            "(scope = 'project') = (project_id IS NOT NULL)", name=op.f("ck_scenario_project_scope")
        ),
        sa.CheckConstraint(
            "(scope = 'tier') = (tier IS NOT NULL)", name=op.f("ck_scenario_tier_scope")
        ),
        sa.CheckConstraint(
            "(scope IN ('unit', 'tier', 'province')) = (unit_id IS NOT NULL)",
            name=op.f("ck_scenario_unit_scope"),
        ),
        sa.CheckConstraint(
            "scope IN ('project', 'organisation', 'unit', 'tier', 'province')",
            name=op.f("ck_scenario_scope_known"),
        ),
        sa.CheckConstraint(
            "(approved_by IS NULL) = (approved_on IS NULL)", name=op.f("ck_scenario_approval_whole")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["person.id"], name=op.f("fk_scenario_approved_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_scenario_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_scenario_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["person.id"], name=op.f("fk_scenario_proposed_by_person")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_scenario_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario")),
        sa.UniqueConstraint(
            "year", "holder", "version", name=op.f("uq_scenario_year_holder_version")
        ),
    )
    op.create_index("ix_scenario_project_id_year", "scenario", ["project_id", "year"], unique=False)
    op.create_table(
        "scenario_month",
        sa.Column("scenario_id", KEY, nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cumulative", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "cumulative >= 0", name=op.f("ck_scenario_month_cumulative_not_negative")
        ),
        sa.CheckConstraint("month BETWEEN 1 AND 13", name=op.f("ck_scenario_month_month_range")),
        sa.ForeignKeyConstraint(
            ["scenario_id"], ["scenario.id"], name=op.f("fk_scenario_month_scenario_id_scenario")
        ),
        sa.PrimaryKeyConstraint("scenario_id", "month", name=op.f("pk_scenario_month")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("scenario_month")
    op.drop_table("scenario")
    op.drop_table("plan_entry")
    op.drop_table("plan_line")
