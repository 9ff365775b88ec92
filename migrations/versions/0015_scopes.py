"""Grants over a single project, delegation, reviews of access."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("everything", "unit", "organisation")


def upgrade() -> None:
    """Go forward."""
    _rebuild(("ck_role_grant_scope_kind_known",), (*KINDS, "project"), has_project=True)
    op.create_table(
        "delegation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("grant_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("delegate_id", KEY, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("granted_by", KEY, nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", KEY, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("person_id <> delegate_id", name=op.f("ck_delegation_to_another")),
        sa.CheckConstraint("valid_until > valid_from", name=op.f("ck_delegation_span")),
        *(_key("delegation", column, "person") for column in
          ("person_id", "delegate_id", "granted_by", "ended_by")),
        _key("delegation", "grant_id", "role_grant"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )  # fmt: skip
    for column in ("grant_id", "person_id", "delegate_id"):
        op.create_index(op.f(f"ix_delegation_{column}"), "delegation", [column], unique=False)
    op.create_table(
        "access_review",
        sa.Column("id", KEY, nullable=False),
        sa.Column("reviewed_by", KEY, nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("grants", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        _key("access_review", "reviewed_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_review")),
    )


def downgrade() -> None:
    """Go back; grants over a single project have no place in the older tables."""
    for table in ("access_review", "delegation"):
        op.drop_table(table)
    op.execute("DELETE FROM role_grant WHERE scope_kind = 'project'")
    _rebuild(
        ("ck_role_grant_scope_kind_known", "ck_role_grant_project_scope"), KINDS, has_project=False
    )


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
    )


def _rebuild(dropped: tuple[str, ...], kinds: tuple[str, ...], *, has_project: bool) -> None:
    """Let role_grant know these kinds of scope, with a project or without one."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    stands = _role_grant(KINDS if has_project else (*KINDS, "project"), has_project=not has_project)
    with op.batch_alter_table("role_grant", copy_from=stands) as table:
        for name in dropped:
            table.drop_constraint(op.f(name), type_="check")
        table.create_check_constraint(
            op.f("ck_role_grant_scope_kind_known"), f"scope_kind IN ({listed})"
        )
        if has_project:
            table.add_column(sa.Column("project_id", KEY, nullable=True))
            table.create_foreign_key(
                op.f("fk_role_grant_project_id_project"), "project", ["project_id"], ["id"]
            )
            table.create_check_constraint(
                op.f("ck_role_grant_project_scope"),
                "(scope_kind = 'project') = (project_id IS NOT NULL)",
            )
        else:
            table.drop_constraint(op.f("fk_role_grant_project_id_project"), type_="foreignkey")
            table.drop_column("project_id")


def _role_grant(kinds: tuple[str, ...], *, has_project: bool) -> sa.Table:
    """Return role_grant as it stands, with its checks: SQLite cannot be asked for them."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    single = (
        sa.Column("project_id", KEY, nullable=True),
        sa.CheckConstraint(
            "(scope_kind = 'project') = (project_id IS NOT NULL)",
            name=op.f("ck_role_grant_project_scope"),
        ),
        _key("role_grant", "project_id", "project"),
    )
    return sa.Table(
        "role_grant",
        sa.MetaData(),
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
        *(single if has_project else ()),
        sa.CheckConstraint(
            "(scope_kind = 'organisation') = (organisation_id IS NOT NULL)",
            name=op.f("ck_role_grant_organisation_scope"),
        ),
        sa.CheckConstraint(
            "(scope_kind = 'unit') = (unit_id IS NOT NULL)", name=op.f("ck_role_grant_unit_scope")
        ),
        sa.CheckConstraint(
            "role IN ('admin', 'province_leader', 'coordinator', 'officer', 'unit_leader', "
            "'reader')",
            name=op.f("ck_role_grant_role_known"),
        ),
        sa.CheckConstraint(
            f"scope_kind IN ({listed})", name=op.f("ck_role_grant_scope_kind_known")
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_role_grant_span")
        ),
        *(_key("role_grant", column, "person") for column in
          ("person_id", "granted_by", "ended_by")),
        _key("role_grant", "organisation_id", "organisation"),
        _key("role_grant", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.Index(op.f("ix_role_grant_person_id"), "person_id", unique=False),
    )  # fmt: skip
