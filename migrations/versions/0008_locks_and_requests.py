"""Locks on reported periods and requests that two people carry.

On both engines: no entry goes into a locked period, however it is written; a lock is opened only
by an approved request; a request is decided once, and never by the person who asked.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ORDERED = sa.String().with_variant(sa.String(collation="C"), "postgresql")
FIGURES = ("planned", "planned_extended", "disbursed", "disbursed_extended")

ASKED = (
    "id", "kind", "subject", "subject_id", "unit_path", "organisation_id", "project_id",
    "payload", "before", "after", "reason", "idempotency_key", "asked_by", "asked_at", "expires_at",
)  # fmt: skip
"""What is asked stays as it was asked."""
LOCKED = (
    "id", "year", "month", "until_on", "strength", "scope", "tier", "organisation_id", "place",
    "note", "locked_by", "locked_at",
)  # fmt: skip
"""What was locked stays as it was locked."""

# A lock holds what its project's owner of then, or of now, posted by its last day.
IS_LOCKED = """
  SELECT 1 FROM period_lock AS l JOIN project AS p ON p.id = NEW.project_id
  WHERE l.year = NEW.year AND l.until_on >= NEW.posted_on AND l.reopened_at IS NULL
    AND (l.strength = 'hard' OR coalesce(length(NEW.late_reason), 0) < 10)
    AND (l.scope = 'everything' OR l.tier = p.tier
         OR l.organisation_id IN (NEW.organisation_id, p.owner_id))
"""
IS_APPROVED = """
  SELECT 1 FROM request AS r
  WHERE r.id = NEW.reopened_by_request_id AND r.kind = 'reopen_period'
    AND r.state = 'approved' AND r.subject_id = NEW.id
"""


def _differs(columns: tuple[str, ...], operator: str) -> str:
    return " OR ".join(f"NEW.{name} {operator} OLD.{name}" for name in columns)


SQLITE = {
    "disbursement_respects_locks": f"""
        BEFORE INSERT ON disbursement WHEN EXISTS ({IS_LOCKED})
        BEGIN SELECT RAISE(ABORT, 'the period is locked'); END""",
    "period_lock_opens_once": f"""
        BEFORE UPDATE ON period_lock
        WHEN OLD.reopened_at IS NOT NULL OR NEW.reopened_at IS NULL
          OR {_differs(LOCKED, "IS NOT")} OR NOT EXISTS ({IS_APPROVED})
        BEGIN SELECT RAISE(ABORT, 'a lock is opened once, by an approved request'); END""",
    "period_lock_starts_shut": """
        BEFORE INSERT ON period_lock WHEN NEW.reopened_at IS NOT NULL
        BEGIN SELECT RAISE(ABORT, 'a lock starts shut'); END""",
    "request_ends_once": f"""
        BEFORE UPDATE ON request
        WHEN OLD.state <> 'waiting' OR NEW.state = 'waiting' OR {_differs(ASKED, "IS NOT")}
        BEGIN SELECT RAISE(ABORT, 'a request ends once'); END""",
    "request_starts_waiting": """
        BEFORE INSERT ON request WHEN NEW.state <> 'waiting'
        BEGIN SELECT RAISE(ABORT, 'a request starts waiting'); END""",
    "period_lock_refuses_delete": """
        BEFORE DELETE ON period_lock
        BEGIN SELECT RAISE(ABORT, 'period_lock is never deleted'); END""",
    "request_refuses_delete": """
        BEFORE DELETE ON request
        BEGIN SELECT RAISE(ABORT, 'request is never deleted'); END""",
    "period_figure_refuses_update": """
        BEFORE UPDATE ON period_figure
        BEGIN SELECT RAISE(ABORT, 'period_figure is append-only'); END""",
    "period_figure_refuses_delete": """
        BEFORE DELETE ON period_figure
        BEGIN SELECT RAISE(ABORT, 'period_figure is append-only'); END""",
} | {
    f"period_figure_{name}_is_whole": f"""
        AFTER INSERT ON period_figure WHEN typeof(NEW.{name}) <> 'integer'
        BEGIN SELECT RAISE(ABORT, 'period_figure.{name} is whole đồng'); END"""
    for name in FIGURES
}

# Writers of a plan year hold the lock of the year together, a locker alone: who locks waits for
# those who write, and those who come after wait for the lock and then see it.
PG_FUNCTIONS = {
    "disbursement_respects_locks": f"""
        PERFORM pg_advisory_xact_lock_shared(7001, NEW.year);
        IF EXISTS ({IS_LOCKED}) THEN
          RAISE EXCEPTION 'the period is locked' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;""",
    "period_lock_guards": f"""
        PERFORM pg_advisory_xact_lock(7001, NEW.year);
        IF TG_OP = 'INSERT' THEN
          IF NEW.reopened_at IS NOT NULL THEN
            RAISE EXCEPTION 'a lock starts shut' USING ERRCODE = 'restrict_violation';
          END IF;
        ELSIF OLD.reopened_at IS NOT NULL OR NEW.reopened_at IS NULL
          OR {_differs(LOCKED, "IS DISTINCT FROM")} OR NOT EXISTS ({IS_APPROVED}) THEN
          RAISE EXCEPTION 'a lock is opened once, by an approved request'
            USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;""",
    "request_guards": f"""
        IF TG_OP = 'INSERT' THEN
          IF NEW.state <> 'waiting' THEN
            RAISE EXCEPTION 'a request starts waiting' USING ERRCODE = 'restrict_violation';
          END IF;
        ELSIF OLD.state <> 'waiting' OR NEW.state = 'waiting'
          OR {_differs(ASKED, "IS DISTINCT FROM")} THEN
          RAISE EXCEPTION 'a request ends once' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;""",
}
PG_TRIGGERS = (
    ("disbursement_respects_locks", "BEFORE INSERT", "disbursement", "disbursement_respects_locks"),
    ("period_lock_guards", "BEFORE INSERT OR UPDATE", "period_lock", "period_lock_guards"),
    ("request_guards", "BEFORE INSERT OR UPDATE", "request", "request_guards"),
    ("period_lock_refuses_delete", "BEFORE DELETE", "period_lock", "refuse_change"),
    ("request_refuses_delete", "BEFORE DELETE", "request", "refuse_change"),
    ("period_figure_refuses_change", "BEFORE UPDATE OR DELETE", "period_figure", "refuse_change"),
)


def upgrade() -> None:
    """Go forward."""
    op.execute("ALTER TABLE disbursement ADD COLUMN late_reason VARCHAR")
    _create_request()
    _create_period_lock()
    op.create_table(
        "period_figure",
        sa.Column("id", KEY, nullable=False),
        sa.Column("lock_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in FIGURES),
        sa.Column("ratios", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["lock_id"], ["period_lock.id"], name=op.f("fk_period_figure_lock_id_period_lock")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_period_figure_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_figure")),
        sa.UniqueConstraint(
            "lock_id", "organisation_id", name=op.f("uq_period_figure_lock_id_organisation_id")
        ),
    )
    if op.get_bind().dialect.name == "sqlite":
        for name, body in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {body}")
        return
    for name, body in PG_FUNCTIONS.items():
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
            f" SET search_path = public, pg_temp AS $$ BEGIN {body} END $$"
        )
    for name, when, table, function in PG_TRIGGERS:
        op.execute(
            f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
        )


def _create_request() -> None:
    op.create_table(
        "request",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", KEY, nullable=True),
        sa.Column("unit_path", ORDERED, nullable=False),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("project_id", KEY, nullable=True),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("asked_by", KEY, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('reopen_period', 'lower_plan', 'transfer_plan', 'reverse_disbursement', 'record_many', 'import_rows', 'grant_role')",
            name=op.f("ck_request_kind_known"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'approved', 'refused', 'withdrawn', 'expired')",
            name=op.f("ck_request_state_known"),
        ),
        sa.CheckConstraint("decided_by <> asked_by", name=op.f("ck_request_two_people")),
        sa.CheckConstraint(
            "(state IN ('approved', 'refused')) = (decided_by IS NOT NULL)",
            name=op.f("ck_request_decided_by_one"),
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_request_ended_once")
        ),
        sa.CheckConstraint("length(reason) >= 10", name=op.f("ck_request_reason_given")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_request_{column}_{table}")
            )
            for column, table in (
                ("organisation_id", "organisation"),
                ("project_id", "project"),
                ("asked_by", "person"),
                ("decided_by", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
    )
    op.create_index("ix_request_state", "request", ["state", "expires_at"])
    op.create_index("ix_request_asked_by", "request", ["asked_by", "id"])
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "uq_request_waiting",
        "request",
        ["asked_by", "idempotency_key"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def _create_period_lock() -> None:
    op.create_table(
        "period_lock",
        sa.Column("id", KEY, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("strength", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=True),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("locked_by", KEY, nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reopened_by_request_id", KEY, nullable=True),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "strength IN ('soft', 'hard')", name=op.f("ck_period_lock_strength_known")
        ),
        sa.CheckConstraint(
            "scope IN ('everything', 'tier', 'organisation')",
            name=op.f("ck_period_lock_scope_known"),
        ),
        sa.CheckConstraint(
            "tier IN ('province', 'district', 'commune')", name=op.f("ck_period_lock_tier_known")
        ),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name=op.f("ck_period_lock_year_range")),
        sa.CheckConstraint("month BETWEEN 1 AND 13", name=op.f("ck_period_lock_month_range")),
        sa.CheckConstraint(
            "(scope = 'tier') = (tier IS NOT NULL)", name=op.f("ck_period_lock_tier_scope")
        ),
        sa.CheckConstraint(
            "(scope = 'organisation') = (organisation_id IS NOT NULL)",
            name=op.f("ck_period_lock_organisation_scope"),
        ),
        sa.CheckConstraint(
            "place = CASE scope WHEN 'everything' THEN 'everything' WHEN 'tier' THEN 'tier:' || tier ELSE 'organisation:' || organisation_id END",
            name=op.f("ck_period_lock_place_spelt"),
        ),
        sa.CheckConstraint(
            "(reopened_at IS NULL) = (reopened_by_request_id IS NULL)",
            name=op.f("ck_period_lock_reopened_on_request"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_period_lock_{column}_{table}")
            )
            for column, table in (
                ("organisation_id", "organisation"),
                ("locked_by", "person"),
                ("reopened_by_request_id", "request"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_lock")),
    )
    op.create_index("ix_period_lock_year", "period_lock", ["year", "until_on"])
    in_force = sa.text("reopened_at IS NULL")
    op.create_index(
        "uq_period_lock_in_force",
        "period_lock",
        ["year", "month", "strength", "place"],
        unique=True,
        sqlite_where=in_force,
        postgresql_where=in_force,
    )


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "sqlite":
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
    else:
        for name, _when, table, _function in PG_TRIGGERS:
            op.execute(f"DROP TRIGGER {name} ON {table}")
        for name in PG_FUNCTIONS:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("period_figure")
    op.drop_table("period_lock")
    op.drop_table("request")
    op.execute("ALTER TABLE disbursement DROP COLUMN late_reason")
