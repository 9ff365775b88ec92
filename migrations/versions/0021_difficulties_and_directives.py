"""Difficulties and directives: their threads, what was measured, who may see which.

A step in the thread of a difficulty has its project judged again; every step has what was read
before read anew. Kept standings are thrown away: the facts they are packed with have grown.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
ORDERED = sa.String().with_variant(sa.String(collation="C"), "postgresql")
LEDGERS = ("difficulty_step", "directive_step", "directive_measure")
WHOLE = {
    "difficulty": ("capital_at_stake",),
    "directive_measure": ("plan", "disbursed", "gap"),
}
# What is judged or read again after a step: its project, or the figures beside all of them.
DUE = {"difficulty_step": ("{row}.project_id", "project"), "directive_step": ("NULL", "figures")}

REACH = "(SELECT current_setting('tracker.reach', true))"
READER = "(SELECT nullif(current_setting('tracker.reader', true), '')::bigint)"
OF_PROJECT = "EXISTS (SELECT 1 FROM project up WHERE up.id = {table}.project_id)"
OF_DIRECTIVE = "EXISTS (SELECT 1 FROM directive up WHERE up.id = {table}.directive_id)"


def _told(name: str) -> str:
    # An empty text has no parts: whoever has no such scope hears nothing by it.
    return f"unnest(string_to_array(current_setting('tracker.{name}', true), ','))"


POLICIES = {
    **dict.fromkeys(("difficulty", "difficulty_step"), OF_PROJECT),
    "directive": (
        f"issued_by = {READER}"  # noqa: S608 - names of ours
        f" OR EXISTS (SELECT 1 FROM {_told('units')} AS told"
        " WHERE strpos(audience, '|' || told) > 0)"
        f" OR EXISTS (SELECT 1 FROM {_told('organisations')} AS told"
        " WHERE strpos(audience, '#' || told || '#') > 0)"
    ),
    **dict.fromkeys(
        (
            "directive_partner",
            "directive_project",
            "directive_difficulty",
            "directive_step",
            "directive_measure",
        ),
        OF_DIRECTIVE,
    ),
}
CHANGES = f"({REACH} = 'part' AND change.project_id IS NULL) OR {OF_PROJECT.format(table='change')}"
"""Whose history anything is, as 0018 says it."""
OF_DIRECTIVES = (
    "subject <> 'directive' OR EXISTS (SELECT 1 FROM directive up WHERE up.id = change.subject_id)"
)
"""The history of a directive is for those who see the directive."""


def _known(table: str, column: str, codes: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{code}'" for code in codes.split())
    name = op.f(f"ck_{table}_{column}_known")
    return sa.CheckConstraint(f"{column} IN ({listed})", name=name)


def _points(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, KEY, nullable=False)


def upgrade() -> None:
    """Go forward."""
    _make_difficulties()
    _make_directives()
    op.execute("DELETE FROM project_standing")
    op.execute("DELETE FROM standing_day")
    if op.get_bind().dialect.name == "sqlite":
        _watch_on_sqlite()
    else:
        _watch_on_postgresql()
        _keep_within_reach()


def _make_difficulties() -> None:
    op.create_table(
        "difficulty",
        _key("id"),
        _key("project_id"),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("arose_on", sa.Date(), nullable=False),
        sa.Column("gravity", sa.String(), nullable=False),
        sa.Column("capital_at_stake", sa.BigInteger(), nullable=False),
        sa.Column("days_of_delay", sa.Integer(), nullable=False),
        sa.Column("responsible_organisation", sa.String(), nullable=False),
        sa.Column("responsible_person", sa.String(), nullable=False),
        sa.Column("first_level", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("level_until_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("proposal", sa.String(), nullable=True),
        _key("raised_by"),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("closed_by", KEY, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.Column("text_folded", ORDERED, nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        _known(
            "difficulty",
            "cause",
            "planning appraisal adjustment procurement land_price land_origin resettlement utilities owner_capacity contractor_capacity commune_staff late_allocation land_fee_shortfall materials prices treasury_returned hand_over weather other",
        ),
        _known("difficulty", "first_level", "owner local department province central"),
        _known("difficulty", "gravity", "low medium high urgent"),
        _known("difficulty", "level", "owner local department province central"),
        sa.CheckConstraint(
            "(closed_on IS NULL) = (closed_by IS NULL) AND (closed_on IS NULL) = (result IS NULL) AND (closed_on IS NULL) = (evidence IS NULL)",
            name=op.f("ck_difficulty_closed_whole"),
        ),
        sa.CheckConstraint(
            "capital_at_stake >= 0", name=op.f("ck_difficulty_capital_not_negative")
        ),
        sa.CheckConstraint("days_of_delay >= 0", name=op.f("ck_difficulty_delay_not_negative")),
        sa.CheckConstraint("due_on >= arose_on", name=op.f("ck_difficulty_due_after_arising")),
        _points("difficulty", "closed_by", "person"),
        _points("difficulty", "project_id", "project"),
        _points("difficulty", "raised_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_difficulty")),
        sa.UniqueConstraint(
            "raised_by", "idempotency_key", name=op.f("uq_difficulty_raised_by_idempotency_key")
        ),
    )
    op.create_index("ix_difficulty_closed_on", "difficulty", ["closed_on", "due_on", "id"])
    op.create_index("ix_difficulty_project_id", "difficulty", ["project_id", "closed_on", "due_on"])
    op.create_table(
        "difficulty_step",
        _key("id"),
        _key("difficulty_id"),
        _key("project_id"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("done_at", INSTANT, nullable=False),
        _key("done_by"),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("idempotency_key", sa.String(), nullable=True),
        _known("difficulty_step", "kind", "raised amended replied escalated closed"),
        _points("difficulty_step", "difficulty_id", "difficulty"),
        _points("difficulty_step", "done_by", "person"),
        _points("difficulty_step", "project_id", "project"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_difficulty_step")),
        sa.UniqueConstraint(
            "done_by", "idempotency_key", name=op.f("uq_difficulty_step_done_by_idempotency_key")
        ),
    )
    op.create_index("ix_difficulty_step_difficulty_id", "difficulty_step", ["difficulty_id", "id"])
    op.create_index("ix_difficulty_step_project_id", "difficulty_step", ["project_id"])


def _make_directives() -> None:
    op.create_table(
        "directive",
        _key("id"),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("project_id", KEY, nullable=True),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("unit_id", KEY, nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("document_on", sa.Date(), nullable=True),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        _key("lead_id"),
        sa.Column("responsible_person", sa.String(), nullable=True),
        _key("issued_by"),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("last_reply_on", sa.Date(), nullable=True),
        sa.Column("closed_by", KEY, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.Column("audience", ORDERED, nullable=False),
        sa.Column("text_folded", ORDERED, nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'done') = (closed_on IS NOT NULL) AND (closed_on IS NULL) = (closed_by IS NULL) AND (closed_on IS NULL) = (evidence IS NULL)",
            name=op.f("ck_directive_closed_whole"),
        ),
        _known("directive", "about", "project flag organisation unit list"),
        sa.CheckConstraint(
            "form IN ('remark', 'meeting') OR (number IS NOT NULL AND document_on IS NOT NULL)",
            name=op.f("ck_directive_document_whole"),
        ),
        _known("directive", "form", "remark meeting conclusion official_letter telegram"),
        _known("directive", "side", "addressee issuer"),
        _known("directive", "state", "not_begun in_progress waiting done"),
        sa.CheckConstraint(
            "asked_due_on IS NULL OR asked_due_on > due_on",
            name=op.f("ck_directive_extension_later"),
        ),
        sa.CheckConstraint("due_on >= issued_on", name=op.f("ck_directive_due_after_issue")),
        _points("directive", "closed_by", "person"),
        _points("directive", "issued_by", "person"),
        _points("directive", "lead_id", "organisation"),
        _points("directive", "organisation_id", "organisation"),
        _points("directive", "project_id", "project"),
        _points("directive", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directive")),
        sa.UniqueConstraint(
            "issued_by", "idempotency_key", name=op.f("uq_directive_issued_by_idempotency_key")
        ),
    )
    op.create_index("ix_directive_closed_on", "directive", ["closed_on", "due_on", "id"])
    op.create_index(op.f("ix_directive_issued_by"), "directive", ["issued_by"])
    op.create_index(op.f("ix_directive_lead_id"), "directive", ["lead_id"])
    op.create_index(op.f("ix_directive_project_id"), "directive", ["project_id"])
    op.create_table(
        "directive_partner",
        _key("directive_id"),
        _key("organisation_id"),
        _points("directive_partner", "directive_id", "directive"),
        _points("directive_partner", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint(
            "directive_id", "organisation_id", name=op.f("pk_directive_partner")
        ),
    )
    op.create_table(
        "directive_project",
        _key("directive_id"),
        _key("project_id"),
        _points("directive_project", "directive_id", "directive"),
        _points("directive_project", "project_id", "project"),
        sa.PrimaryKeyConstraint("directive_id", "project_id", name=op.f("pk_directive_project")),
    )
    op.create_index(op.f("ix_directive_project_project_id"), "directive_project", ["project_id"])
    op.create_table(
        "directive_difficulty",
        _key("directive_id"),
        _key("difficulty_id"),
        _points("directive_difficulty", "difficulty_id", "difficulty"),
        _points("directive_difficulty", "directive_id", "directive"),
        sa.PrimaryKeyConstraint(
            "directive_id", "difficulty_id", name=op.f("pk_directive_difficulty")
        ),
    )
    op.create_index(
        op.f("ix_directive_difficulty_difficulty_id"), "directive_difficulty", ["difficulty_id"]
    )
    op.create_table(
        "directive_step",
        _key("id"),
        _key("directive_id"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("done_at", INSTANT, nullable=False),
        _key("done_by"),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("idempotency_key", sa.String(), nullable=True),
        _known(
            "directive_step",
            "kind",
            "issued replied reported remarked extension_asked extension_granted extension_refused closed",
        ),
        _points("directive_step", "directive_id", "directive"),
        _points("directive_step", "done_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directive_step")),
        sa.UniqueConstraint(
            "done_by", "idempotency_key", name=op.f("uq_directive_step_done_by_idempotency_key")
        ),
    )
    op.create_index("ix_directive_step_directive_id", "directive_step", ["directive_id", "id"])
    op.create_table(
        "directive_measure",
        _key("id"),
        _key("directive_id"),
        sa.Column("moment", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("projects", sa.Integer(), nullable=False),
        sa.Column("plan", sa.BigInteger(), nullable=False),
        sa.Column("disbursed", sa.BigInteger(), nullable=False),
        sa.Column("gap", sa.BigInteger(), nullable=True),
        sa.Column("flags", sa.Integer(), nullable=False),
        sa.Column("measured_at", INSTANT, nullable=False),
        _known("directive_measure", "moment", "baseline deadline after"),
        _points("directive_measure", "directive_id", "directive"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directive_measure")),
        sa.UniqueConstraint(
            "directive_id",
            "moment",
            "day",
            name=op.f("uq_directive_measure_directive_id_moment_day"),
        ),
    )


def _watch_on_sqlite() -> None:
    for table in LEDGERS:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    for table, columns in WHOLE.items():
        for column in columns:
            for verb in ("INSERT", "UPDATE"):
                op.execute(
                    f"CREATE TRIGGER {table}_{column}_is_whole_on_{verb.lower()}"
                    f" AFTER {verb} ON {table}"
                    f" WHEN typeof(NEW.{column}) NOT IN ('integer', 'null')"
                    f" BEGIN SELECT RAISE(ABORT, '{table}.{column} is whole đồng'); END"
                )
    for table, (project, reach) in DUE.items():
        whose = project.format(row="NEW")
        op.execute(
            f"CREATE TRIGGER {table}_is_judged_on_INSERT AFTER INSERT ON {table} BEGIN"  # noqa: S608
            f" INSERT INTO standing_due (project_id, reach) SELECT {whose}, '{reach}'"
            " WHERE NOT EXISTS (SELECT 1 FROM standing_due o"
            f" WHERE o.project_id IS {whose} AND o.reach = '{reach}'); END"
        )


def _watch_on_postgresql() -> None:
    for table in LEDGERS:
        op.execute(
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table, (project, reach) in DUE.items():
        whose = project.format(row="fresh").replace("NULL", "NULL::bigint")
        op.execute(
            f"CREATE FUNCTION {table}_is_judged() RETURNS trigger LANGUAGE plpgsql"  # noqa: S608
            " SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN"
            " INSERT INTO standing_due (project_id, reach)"
            f" SELECT DISTINCT {whose}, '{reach}' FROM fresh; RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_judged_on_insert AFTER INSERT ON {table}"
            " REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT"
            f" EXECUTE FUNCTION {table}_is_judged()"
        )


def _keep_within_reach() -> None:
    for table, condition in POLICIES.items():
        within = condition.format(table=table)
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY {table}_within_reach ON {table} USING ({REACH} = 'all' OR {within})"
        )
    _let_read_changes(f"({CHANGES}) AND ({OF_DIRECTIVES})")


def _let_read_changes(condition: str) -> None:
    op.execute(f"ALTER POLICY change_within_reach ON change USING ({REACH} = 'all' OR {condition})")


def downgrade() -> None:
    """Go back."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        _let_read_changes(CHANGES)
    for table in (
        "directive_measure",
        "directive_step",
        "directive_difficulty",
        "directive_project",
        "directive_partner",
        "directive",
        "difficulty_step",
        "difficulty",
    ):
        op.drop_table(table)
    if on_postgresql:
        for table in DUE:
            op.execute(f"DROP FUNCTION {table}_is_judged()")
    op.execute("DELETE FROM project_standing")
    op.execute("DELETE FROM standing_day")
