"""Of which milestones and pledges was told that their day is near or has passed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ORDERED = sa.String().with_variant(sa.String(collation="C"), "postgresql")
AT = sa.DateTime(timezone=True)
UNREAD = sa.text("read_at IS NULL")
TABLE = "due_reminder"
REACH = "(SELECT current_setting('tracker.reach', true))"
OF_PROJECT = "EXISTS (SELECT 1 FROM project up WHERE up.id = due_reminder.project_id)"

FRESH = ("milestone_near", "milestone_overdue", "pledge_near", "pledge_broken")
BEFORE = (
    *("entry_waiting", "entry_returned", "request_waiting", "request_decided", "period_locked"),
    *("period_reopened", "period_near", "deadline_near"),
)
AFTER = (
    *("stale", "stale_escalated", "difficulty_raised", "difficulty_overdue"),
    *("difficulty_closed", "directive_issued", "directive_replied"),
    *("directive_extension_asked", "directive_extension_granted", "directive_near"),
    *("directive_overdue", "directive_escalated", "directive_closed"),
)
TOLD = (
    *("id", "person_id", "kind", "key", "subject", "subject_id", "permission", "unit_path"),
    *("organisation_id", "project_id", "facts", "way", "told_at"),
)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        TABLE,
        sa.Column("project_id", KEY, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.CheckConstraint(f"kind IN ({_listed(FRESH)})", name=op.f(f"ck_{TABLE}_kind_of_a_day")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f(f"fk_{TABLE}_project_id_project")
        ),
        sa.PrimaryKeyConstraint(
            "project_id", "kind", "subject", "due_on", name=op.f(f"pk_{TABLE}")
        ),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY {TABLE}_within_reach ON {TABLE} USING ({REACH} = 'all' OR {OF_PROJECT})"
        )
    _know((*BEFORE, *FRESH, *AFTER), (*BEFORE, *AFTER))


def downgrade() -> None:
    """Go back while nobody was told of such a day: what was told is never taken away.

    Raises:
        RuntimeError: somebody was, or chose how to be told.
    """
    for name in ("notice", "notice_preference"):
        table = sa.table(name, sa.column("kind"))
        of_days = sa.select(table.c.kind).where(table.c.kind.in_(FRESH)).limit(1)
        if op.get_bind().execute(of_days).first():
            raise RuntimeError(f"{name} tells of days of milestones and pledges: restore a backup")
    op.drop_table(TABLE)
    _know((*BEFORE, *AFTER), (*BEFORE, *FRESH, *AFTER))


def _listed(kinds: tuple[str, ...]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


def _know(kinds: tuple[str, ...], until_now: tuple[str, ...]) -> None:
    """Let notices and preferences be of these kinds."""
    for table, stands in (("notice", _notice(until_now)), ("notice_preference", _way(until_now))):
        name = op.f(f"ck_{table}_kind_known")
        with op.batch_alter_table(table, copy_from=stands) as batch:
            batch.drop_constraint(name, type_="check")
            batch.create_check_constraint(name, f"kind IN ({_listed(kinds)})")
    if op.get_bind().dialect.name == "sqlite":  # its triggers went with the table
        told = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in TOLD)
        again = "OLD.read_at IS NOT NULL AND NEW.read_at IS NOT OLD.read_at"
        mailed = "OLD.mail_id IS NOT NULL AND NEW.mail_id IS NOT OLD.mail_id"
        op.execute(
            "CREATE TRIGGER notice_stays_as_told BEFORE UPDATE ON notice"
            f" WHEN {told} OR ({again}) OR ({mailed})"
            " BEGIN SELECT RAISE(ABORT, 'a notice stays as it was told'); END"
        )
        op.execute(
            "CREATE TRIGGER notice_refuses_delete BEFORE DELETE ON notice WHEN TRUE"
            " BEGIN SELECT RAISE(ABORT, 'a notice is never deleted'); END"
        )


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
    )


def _notice(kinds: tuple[str, ...]) -> sa.Table:
    """Return notice as it stands, with its checks: SQLite cannot be asked for them."""
    stands = sa.Table(
        "notice",
        sa.MetaData(),
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", KEY, nullable=True),
        sa.Column("permission", sa.String(), nullable=True),
        sa.Column("unit_path", ORDERED, nullable=True),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("project_id", KEY, nullable=True),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("told_at", AT, nullable=False),
        sa.Column("read_at", AT, nullable=True),
        sa.Column("mail_id", KEY, nullable=True),
        sa.CheckConstraint(f"kind IN ({_listed(kinds)})", name=op.f("ck_notice_kind_known")),
        sa.CheckConstraint("way IN ('app', 'mail', 'digest')", name=op.f("ck_notice_way_tells")),
        sa.CheckConstraint(
            "permission IS NOT NULL OR (unit_path IS NULL AND organisation_id IS NULL"
            " AND project_id IS NULL)",
            name=op.f("ck_notice_place_by_permission"),
        ),
        _key("notice", "person_id", "person"),
        _key("notice", "organisation_id", "organisation"),
        _key("notice", "project_id", "project"),
        _key("notice", "mail_id", "mail"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_notice_person_id_key")),
    )
    sa.Index("ix_notice_mail_id", stands.c.mail_id)
    sa.Index("ix_notice_subject", stands.c.subject, stands.c.subject_id, stands.c.kind)
    sa.Index("ix_notice_unread", stands.c.person_id, sqlite_where=UNREAD, postgresql_where=UNREAD)
    return stands


def _way(kinds: tuple[str, ...]) -> sa.Table:
    """Return notice_preference as it stands."""
    return sa.Table(
        "notice_preference",
        sa.MetaData(),
        sa.Column("person_id", KEY, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.CheckConstraint(
            f"kind IN ({_listed(kinds)})", name=op.f("ck_notice_preference_kind_known")
        ),
        sa.CheckConstraint(
            "way IN ('app', 'mail', 'digest', 'off')", name=op.f("ck_notice_preference_way_known")
        ),
        _key("notice_preference", "person_id", "person"),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_notice_preference")),
    )
