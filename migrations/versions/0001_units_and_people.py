"""Units, organisations, people and what they are granted."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ORDERED = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "unit",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_name", sa.String(), nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("path", ORDERED, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("legal_basis", sa.String(), nullable=True),
        sa.Column("name_folded", ORDERED, nullable=False),
        sa.Column("name_sort", ORDERED, nullable=False),
        sa.CheckConstraint(
            "tier IN ('province', 'district', 'commune')", name=op.f("ck_unit_tier_known")
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_unit_span")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("path", name=op.f("uq_unit_path")),
    )
    op.create_index(op.f("ix_unit_parent_id"), "unit", ["parent_id"], unique=False)
    op.create_index("uq_unit_code_in_time", "unit", ["tier", "code", "valid_from"], unique=True)
    op.create_table(
        "organisation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("budget_unit_code", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("unit_path", ORDERED, nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("name_folded", ORDERED, nullable=False),
        sa.Column("name_sort", ORDERED, nullable=False),
        sa.CheckConstraint(
            "kind IN ('province_committee', 'province_office', 'finance_department', 'sector_department', 'province_board', 'special_board', 'district_board', 'district_committee', 'district_finance', 'commune_committee', 'treasury', 'land_fund_centre', 'public_service', 'other')",
            name=op.f("ck_organisation_kind_known"),
        ),
        sa.CheckConstraint(
            "tier IN ('province', 'district', 'commune')", name=op.f("ck_organisation_tier_known")
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_organisation_span")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organisation.id"], name=op.f("fk_organisation_parent_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_organisation_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_index(op.f("ix_organisation_parent_id"), "organisation", ["parent_id"], unique=False)
    op.create_index(op.f("ix_organisation_unit_id"), "organisation", ["unit_id"], unique=False)
    op.create_index(op.f("ix_organisation_unit_path"), "organisation", ["unit_path"], unique=False)
    op.create_index(
        "uq_organisation_code_in_time", "organisation", ["code", "valid_from"], unique=True
    )
    op.create_table(
        "person",
        sa.Column("id", KEY, nullable=False),
        sa.Column("username", ORDERED, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rights_version", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("name_folded", ORDERED, nullable=False),
        sa.Column("name_sort", ORDERED, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("username", name=op.f("uq_person_username")),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("scope_kind", sa.String(), nullable=False),
        sa.Column("unit_id", KEY, nullable=True),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("granted_by", KEY, nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", KEY, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(scope_kind = 'organisation') = (organisation_id IS NOT NULL)",
            name=op.f("ck_role_grant_organisation_scope"),
        ),
        sa.CheckConstraint(
            "(scope_kind = 'unit') = (unit_id IS NOT NULL)", name=op.f("ck_role_grant_unit_scope")
        ),
        sa.CheckConstraint(
            "role IN ('admin', 'province_leader', 'coordinator', 'officer', 'unit_leader', 'reader')",
            name=op.f("ck_role_grant_role_known"),
        ),
        sa.CheckConstraint(
            "scope_kind IN ('everything', 'unit', 'organisation')",
            name=op.f("ck_role_grant_scope_kind_known"),
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_role_grant_span")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["person.id"], name=op.f("fk_role_grant_ended_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["person.id"], name=op.f("fk_role_grant_granted_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_role_grant_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id_person")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_role_grant_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index(op.f("ix_role_grant_person_id"), "role_grant", ["person_id"], unique=False)
    op.create_table(
        "sign_in_session",
        sa.Column("id", KEY, nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("browser", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sign_in_session_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_session_token_hash")),
    )
    op.create_index(
        op.f("ix_sign_in_session_person_id"), "sign_in_session", ["person_id"], unique=False
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("id", KEY, nullable=False),
        sa.Column("username", ORDERED, nullable=False),
        sa.Column("network", ORDERED, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failure")),
    )
    op.create_index(
        "ix_sign_in_failure_network_at", "sign_in_failure", ["network", "at"], unique=False
    )
    op.create_index(
        "ix_sign_in_failure_username_at", "sign_in_failure", ["username", "at"], unique=False
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("sign_in_failure")
    op.drop_table("sign_in_session")
    op.drop_table("role_grant")
    op.drop_table("person")
    op.drop_table("organisation")
    op.drop_table("unit")
