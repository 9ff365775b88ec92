"""Who signs in at the identity provider, and for whom signing in here is switched off."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "entrance",
        sa.Column("person_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("may_bind_by", sa.String(), nullable=True),
        sa.Column("issuer", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("bound_at", INSTANT, nullable=True),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("local_off_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "may_bind_by IN ('email', 'username')", name=op.f("ck_entrance_may_bind_by_known")
        ),
        sa.CheckConstraint(
            "(issuer IS NULL) = (subject IS NULL) AND (issuer IS NULL) = (bound_at IS NULL)",
            name=op.f("ck_entrance_bound_whole"),
        ),
        sa.CheckConstraint(
            "issuer IS NULL OR may_bind_by IS NULL", name=op.f("ck_entrance_bound_once")
        ),
        sa.CheckConstraint(
            "local_off_at IS NULL OR issuer IS NOT NULL OR may_bind_by IS NOT NULL",
            name=op.f("ck_entrance_some_way_in"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_entrance_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_entrance")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_entrance_issuer_subject")),
    )
    op.add_column("sign_in_session", sa.Column("issuer", sa.String(), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.drop_column("sign_in_session", "issuer")
    op.drop_table("entrance")
