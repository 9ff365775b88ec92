"""What people are told, how they want to be told, the letters that tell them, and reminders."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ORDERED = sa.String().with_variant(sa.String(collation="C"), "postgresql")
AT = sa.DateTime(timezone=True)
UNREAD = sa.text("read_at IS NULL")

KINDS = "'entry_waiting', 'entry_returned', 'request_waiting', 'request_decided', 'period_locked', 'period_reopened', 'period_near', 'deadline_near', 'stale', 'stale_escalated', 'difficulty_raised', 'difficulty_overdue', 'difficulty_closed', 'directive_issued', 'directive_replied', 'directive_extension_asked', 'directive_extension_granted', 'directive_near', 'directive_overdue', 'directive_escalated', 'directive_closed'"
MAIL_KINDS = "'notice', 'digest', 'address'"
STATES = "'waiting', 'claimed', 'sending', 'sent', 'unknown', 'given_up', 'dropped'"
PROBLEMS = "'no_connection', 'not_now', 'refused', 'lost', 'crashed', 'too_old', 'no_address', 'nothing_to_say'"
WAYS = "'app', 'mail', 'digest', 'off'"

REACH = "(SELECT current_setting('tracker.reach', true))"
READER = "(SELECT nullif(current_setting('tracker.reader', true), '')::bigint)"
OWN = ("notice", "mail", "notice_preference", "correspondence")
OF_PROJECT = "stale_reminder"

# A letter that has ended stays as it ended, but for a person's word on one that is unknown; a
# letter that was sent is never sent again. What was told stays as it was told.
TOLD = (
    "id",
    "person_id",
    "kind",
    "key",
    "subject",
    "subject_id",
    "permission",
    "unit_path",
    "organisation_id",
    "project_id",
    "facts",
    "way",
    "told_at",
)


def _guards(dialect: str) -> dict[str, tuple[str, str, str, str]]:
    """Return, by name: when, on which table, the condition that refuses, what is said."""
    differs = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    told = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in TOLD)
    again = f"OLD.read_at IS NOT NULL AND NEW.read_at {differs} OLD.read_at"
    mailed = f"OLD.mail_id IS NOT NULL AND NEW.mail_id {differs} OLD.mail_id"
    moved = (
        f"OLD.state IN ('sent', 'given_up', 'dropped') OR NEW.message_id {differs} OLD.message_id"
        f" OR NEW.person_id {differs} OLD.person_id OR NEW.key {differs} OLD.key"
    )
    return {
        "notice_stays_as_told": (
            "UPDATE",
            "notice",
            f"{told} OR ({again}) OR ({mailed})",
            "a notice stays as it was told",
        ),
        "notice_refuses_delete": ("DELETE", "notice", "TRUE", "a notice is never deleted"),
        "mail_ends_once": ("UPDATE", "mail", moved, "a letter ends once"),
        "mail_refuses_delete": ("DELETE", "mail", "TRUE", "a letter is never deleted"),
    }


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "mail",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("claim", sa.String(), nullable=True),
        sa.Column("lease_until", AT, nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.CheckConstraint(f"kind IN ({MAIL_KINDS})", name=op.f("ck_mail_kind_known")),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_mail_state_known")),
        sa.CheckConstraint(f"problem IN ({PROBLEMS})", name=op.f("ck_mail_problem_known")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_mail_tries_not_negative")),
        sa.CheckConstraint(
            "(state IN ('claimed', 'sending')) = (claim IS NOT NULL)",
            name=op.f("ck_mail_claimed_by_somebody"),
        ),
        sa.CheckConstraint(
            "(claim IS NULL) = (lease_until IS NULL)", name=op.f("ck_mail_claimed_for_a_time")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_mail_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mail_message_id")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_mail_person_id_key")),
    )
    op.create_index("ix_mail_person_id", "mail", ["person_id"])
    op.create_index("ix_mail_state_due_at", "mail", ["state", "due_at"])
    op.create_table(
        "notice",
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
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_notice_kind_known")),
        sa.CheckConstraint("way IN ('app', 'mail', 'digest')", name=op.f("ck_notice_way_tells")),
        sa.CheckConstraint(
            "permission IS NOT NULL OR (unit_path IS NULL AND organisation_id IS NULL"
            " AND project_id IS NULL)",
            name=op.f("ck_notice_place_by_permission"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notice_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_notice_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_notice_project_id_project")
        ),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_notice_mail_id_mail")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_notice_person_id_key")),
    )
    op.create_index("ix_notice_mail_id", "notice", ["mail_id"])
    op.create_index("ix_notice_subject", "notice", ["subject", "subject_id", "kind"])
    op.create_index(
        "ix_notice_unread", "notice", ["person_id"], sqlite_where=UNREAD, postgresql_where=UNREAD
    )
    op.create_table(
        "notice_preference",
        sa.Column("person_id", KEY, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_notice_preference_kind_known")),
        sa.CheckConstraint(f"way IN ({WAYS})", name=op.f("ck_notice_preference_way_known")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notice_preference_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_notice_preference")),
    )
    op.create_table(
        "correspondence",
        sa.Column("person_id", KEY, autoincrement=False, nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("asked_at", AT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", AT, nullable=True),
        sa.CheckConstraint(
            "language IN ('vi', 'en')", name=op.f("ck_correspondence_language_known")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_correspondence_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_correspondence")),
    )
    op.create_table(
        "stale_reminder",
        sa.Column("project_id", KEY, autoincrement=False, nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.CheckConstraint("times > 0", name=op.f("ck_stale_reminder_times_positive")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_stale_reminder_project_id_project")
        ),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_stale_reminder")),
    )
    dialect = op.get_bind().dialect.name
    for name, (deed, table, condition, words) in _guards(dialect).items():
        if dialect == "sqlite":
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {deed} ON {table} WHEN {condition}"
                f" BEGIN SELECT RAISE(ABORT, '{words}'); END"
            )
        else:
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN RAISE EXCEPTION '{words}'; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH ROW"
                f" WHEN ({condition}) EXECUTE FUNCTION {name}()"
            )
    if dialect == "postgresql":
        for table in OWN:
            _policy(table, f"person_id = {READER}")
        _policy(OF_PROJECT, "EXISTS (SELECT 1 FROM project up WHERE up.id = project_id)")


def _policy(table: str, condition: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY {table}_within_reach ON {table} USING ({REACH} = 'all' OR {condition})"
    )


def downgrade() -> None:
    """Go back."""
    dialect = op.get_bind().dialect.name
    for table in ("stale_reminder", "correspondence", "notice_preference", "notice", "mail"):
        op.drop_table(table)
    if dialect == "postgresql":
        for name in _guards(dialect):
            op.execute(f"DROP FUNCTION {name}()")
