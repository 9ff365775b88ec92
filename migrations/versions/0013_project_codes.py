"""Codes of projects that differ by case alone are the same: their folded form is unique."""

from unicodedata import normalize

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

ORDERED = sa.String().with_variant(sa.String(collation="C"), "postgresql")
NAME = "uq_project_code_folded"


def upgrade() -> None:
    """Go forward. Projects that differ by case alone stay; the later ones get a form of their own.

    The index comes last: the column begins empty.
    """
    op.add_column(
        "project", sa.Column("code_folded", ORDERED, nullable=False, server_default=sa.text("''"))
    )
    connection = op.get_bind()
    project = sa.table("project", sa.column("id"), sa.column("code"), sa.column("code_folded"))
    taken: set[str] = set()
    rows = []
    for key, code in connection.execute(sa.select(project.c.id, project.c.code).order_by("id")):
        folded = normalize("NFC", code).casefold()
        folded = f"{folded} {key}" if folded in taken else folded
        taken.add(folded)
        rows.append({"key": key, "folded": folded})
    if rows:
        connection.execute(
            sa.update(project)
            .where(project.c.id == sa.bindparam("key"))
            .values(code_folded=sa.bindparam("folded")),
            rows,
        )
    op.create_index(NAME, "project", ["code_folded"], unique=True)


def downgrade() -> None:
    """Go back."""
    op.drop_index(NAME, "project")
    op.drop_column("project", "code_folded")
