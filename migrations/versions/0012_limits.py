"""How often something was done within a minute, shared by all workers."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ORDERED = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "rate_count",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("who", ORDERED, nullable=False),
        sa.Column("minute", NUMBER, autoincrement=False, nullable=False),
        sa.Column("times", NUMBER, nullable=False),
        sa.CheckConstraint(
            "kind IN ('write', 'search', 'export')", name=op.f("ck_rate_count_kind_known")
        ),
        sa.CheckConstraint("times > 0", name=op.f("ck_rate_count_times_positive")),
        sa.PrimaryKeyConstraint("kind", "who", "minute", name=op.f("pk_rate_count")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("rate_count")
