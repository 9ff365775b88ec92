"""The chain of the history, its head, and the seals that are put on it.

A link is added beside its change, never into it: older changes can be chained too, and no row
of `change` is ever touched. The head moves forward only, to a link that is there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("change_link", "seal")
START = "0" * 64

SQLITE_REFUSE = """
CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
SQLITE_HEAD = """
CREATE TRIGGER change_head_follows_links BEFORE UPDATE ON change_head
WHEN NEW.id <> OLD.id OR NEW.seq <= OLD.seq
  OR NOT EXISTS (SELECT 1 FROM change_link WHERE seq = NEW.seq AND hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'change_head follows the links'); END
"""
PG_REFUSE_ROW = """
CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""
PG_REFUSE_TRUNCATE = """
CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""
PG_HEAD = """
CREATE FUNCTION change_head_follows_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NEW.id <> OLD.id OR NEW.seq <= OLD.seq OR NOT EXISTS (
    SELECT 1 FROM change_link WHERE seq = NEW.seq AND hash = NEW.hash) THEN
    RAISE EXCEPTION 'change_head follows the links' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$
"""
PG_HEAD_ROW = """
CREATE TRIGGER change_head_follows_links BEFORE UPDATE OR DELETE ON change_head
FOR EACH ROW EXECUTE FUNCTION change_head_follows_links()
"""


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "change_link",
        sa.Column("seq", KEY, autoincrement=False, nullable=False),
        sa.Column("change_id", KEY, nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["change.id"], name=op.f("fk_change_link_change_id_change")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_change_link")),
        sa.UniqueConstraint("change_id", name=op.f("uq_change_link_change_id")),
    )
    head = op.create_table(
        "change_head",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("seq", KEY, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_change_head_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_head")),
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": START}])
    op.create_table(
        "seal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("seq", KEY, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
    )
    op.create_index("ix_change_at", "change", ["at", "id"], unique=False)
    op.create_index("ix_change_deed", "change", ["deed", "id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                op.execute(SQLITE_REFUSE.format(table=table, verb=verb))
        op.execute(SQLITE_HEAD)
        op.execute(SQLITE_REFUSE.format(table="change_head", verb="DELETE"))
    else:
        for table in APPEND_ONLY:
            op.execute(PG_REFUSE_ROW.format(table=table))
        for table in (*APPEND_ONLY, "change_head"):
            op.execute(PG_REFUSE_TRUNCATE.format(table=table))
        op.execute(PG_HEAD)
        op.execute(PG_HEAD_ROW)


def downgrade() -> None:
    """Go back; with the tables go their triggers."""
    op.drop_index("ix_change_deed", "change")
    op.drop_index("ix_change_at", "change")
    op.drop_table("seal")
    op.drop_table("change_head")
    op.drop_table("change_link")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION change_head_follows_links()")
