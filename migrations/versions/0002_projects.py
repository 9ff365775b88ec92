"""Projects, decisions, owners and locations."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ORDERED = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "capital_source",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", ORDERED, nullable=False),
        sa.Column("path", ORDERED, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("is_foreign", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["capital_source.id"],
            name=op.f("fk_capital_source_parent_id_capital_source"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capital_source")),
        sa.UniqueConstraint("code", name=op.f("uq_capital_source_code")),
        sa.UniqueConstraint("path", name=op.f("uq_capital_source_path")),
    )
    op.create_table(
        "group_limit",
        sa.Column("id", KEY, nullable=False),
        sa.Column("investment_class", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("national_from", sa.BigInteger(), nullable=False),
        sa.Column("a_from", sa.BigInteger(), nullable=False),
        sa.Column("b_from", sa.BigInteger(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.CheckConstraint(
            "national_from > a_from AND a_from > b_from", name=op.f("ck_group_limit_descending")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_limit")),
        sa.UniqueConstraint(
            "investment_class",
            "valid_from",
            name=op.f("uq_group_limit_investment_class_valid_from"),
        ),
    )
    op.create_table(
        "project",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", ORDERED, nullable=False),
        sa.Column("budget_code", sa.String(), nullable=True),
        sa.Column("national_code", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_folded", ORDERED, nullable=False),
        sa.Column("name_sort", ORDERED, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("programme", sa.String(), nullable=True),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("sector", sa.String(), nullable=False),
        sa.Column("investment_class", sa.String(), nullable=False),
        sa.Column("group_computed", sa.String(), nullable=True),
        sa.Column("group_override", sa.String(), nullable=True),
        sa.Column("group_reason", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("halt", sa.String(), nullable=True),
        sa.Column("is_key", sa.Boolean(), nullable=False),
        sa.Column("has_construction", sa.Boolean(), nullable=False),
        sa.Column("year_from", sa.Integer(), nullable=False),
        sa.Column("year_to", sa.Integer(), nullable=False),
        sa.Column("start_planned_on", sa.Date(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("finish_planned_on", sa.Date(), nullable=True),
        sa.Column("finished_on", sa.Date(), nullable=True),
        sa.Column("handed_over_on", sa.Date(), nullable=True),
        sa.Column("first_capital_year", sa.Integer(), nullable=True),
        sa.Column("capital_extended_until", sa.Integer(), nullable=True),
        sa.Column("total_investment", sa.BigInteger(), nullable=False),
        sa.Column("disbursed_before", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("unit_path", ORDERED, nullable=False),
        sa.Column("objective", sa.String(), nullable=True),
        sa.Column("created_by", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "investment_class IN ('i', 'ii', 'iii', 'iv')",
            name=op.f("ck_project_investment_class_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('project', 'planning_task', 'preparation_task', 'programme', 'component', 'land_clearance_component')",
            name=op.f("ck_project_kind_known"),
        ),
        sa.CheckConstraint(
            "status IN ('proposed', 'policy_approved', 'approved_not_started', 'under_construction', 'completed_not_handed_over', 'handed_over', 'settlement_submitted', 'settled_with_debts', 'financial_processing', 'closed', 'awaiting_takeover')",
            name=op.f("ck_project_status_known"),
        ),
        sa.CheckConstraint(
            "tier IN ('province', 'district', 'commune')", name=op.f("ck_project_tier_known")
        ),
        sa.CheckConstraint(
            "disbursed_before >= 0", name=op.f("ck_project_disbursed_before_not_negative")
        ),
        sa.CheckConstraint(
            "group_override IS NULL OR group_reason IS NOT NULL",
            name=op.f("ck_project_override_has_reason"),
        ),
        sa.CheckConstraint(
            "total_investment >= 0", name=op.f("ck_project_total_investment_not_negative")
        ),
        sa.CheckConstraint("year_to >= year_from", name=op.f("ck_project_years")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_project_created_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisation.id"], name=op.f("fk_project_owner_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["project.id"], name=op.f("fk_project_parent_id_project")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_project_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("budget_code", name=op.f("uq_project_budget_code")),
        sa.UniqueConstraint("code", name=op.f("uq_project_code")),
        sa.UniqueConstraint("national_code", name=op.f("uq_project_national_code")),
    )
    op.create_index(op.f("ix_project_name_sort"), "project", ["name_sort"], unique=False)
    op.create_index(op.f("ix_project_owner_id"), "project", ["owner_id"], unique=False)
    op.create_index(op.f("ix_project_parent_id"), "project", ["parent_id"], unique=False)
    op.create_index("ix_project_unit_path_tier", "project", ["unit_path", "tier"], unique=False)
    op.create_table(
        "project_owner",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(), nullable=True),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_project_owner_span")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_project_owner_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_owner_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_owner")),
        sa.UniqueConstraint(
            "project_id", "valid_from", name=op.f("uq_project_owner_project_id_valid_from")
        ),
    )
    op.create_index(
        op.f("ix_project_owner_organisation_id"), "project_owner", ["organisation_id"], unique=False
    )
    op.create_index(
        "uq_project_owner_open",
        "project_owner",
        ["project_id"],
        unique=True,
        sqlite_where=sa.text("valid_until IS NULL"),
        postgresql_where=sa.text("valid_until IS NULL"),
    )
    op.create_table(
        "project_location",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_location_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_project_location_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_location")),
        sa.UniqueConstraint(
            "project_id", "unit_id", name=op.f("uq_project_location_project_id_unit_id")
        ),
    )
    op.create_index(
        op.f("ix_project_location_unit_id"), "project_location", ["unit_id"], unique=False
    )
    op.create_table(
        "decision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("adjustment", sa.Integer(), nullable=False),
        sa.Column("total_investment", sa.BigInteger(), nullable=True),
        sa.Column("year_from", sa.Integer(), nullable=True),
        sa.Column("year_to", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('policy', 'policy_adjustment', 'investment', 'investment_adjustment', 'design_estimate', 'procurement_plan', 'owner_assignment', 'extension', 'land_clearance', 'settlement', 'transfer')",
            name=op.f("ck_decision_kind_known"),
        ),
        sa.CheckConstraint(
            "total_investment IS NULL OR total_investment > 0",
            name=op.f("ck_decision_total_investment_positive"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_decision_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_project_id"), "decision", ["project_id"], unique=False)
    op.create_table(
        "decision_source",
        sa.Column("id", KEY, nullable=False),
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_decision_source_amount_positive")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_decision_source_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["capital_source.id"],
            name=op.f("fk_decision_source_source_id_capital_source"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_source")),
        sa.UniqueConstraint(
            "decision_id", "source_id", name=op.f("uq_decision_source_decision_id_source_id")
        ),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("decision_source")
    op.drop_table("decision")
    op.drop_table("project_location")
    op.drop_table("project_owner")
    op.drop_table("project")
    op.drop_table("group_limit")
    op.drop_table("capital_source")
