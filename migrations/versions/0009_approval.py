"""Entries that a second person approves, the setting for it, and what was reconciled.

The ledger takes an entry of an organisation that needs a second person only when the approved
submission of the same maker and key stands behind it, with the same content.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "'advance', 'volume_payment', 'advance_recovery', 'refund', 'book_entry', 'adjustment'"
PURPOSES = "'construction', 'equipment', 'consulting', 'management', 'land_clearance', 'other'"
APPEND_ONLY = ("approval_rule", "reconciliation")
WHOLE = ("amount", "recovered", "counted", "advance")

TYPED = (
    "plan_line_id",
    "kind",
    "purpose",
    "voucher",
    "voucher_on",
    "posted_on",
    "amount",
    "recovered",
    "counted",
    "advance",
)
"""What was typed; once it is sent it stays as it was sent."""
SAME = ("plan_line_id", "kind", "voucher", "voucher_on", "posted_on", "amount", "recovered")
"""What the ledger takes over from the submission."""

BAD_MOVE = """
     OLD.state IN ('approved', 'withdrawn')
  OR NEW.maker_id <> OLD.maker_id
  OR NEW.idempotency_key <> OLD.idempotency_key
  OR (NEW.state = 'approved' AND OLD.state <> 'sent')
  OR (NEW.state = 'returned' AND OLD.state <> 'sent')
  OR (OLD.state = 'sent' AND NOT ({same}))
"""
# A rule counts from the day on which an entry is posted: both are days at the office.
UNAPPROVED = """
  (
    EXISTS (SELECT 1 FROM submission s
            WHERE s.maker_id = NEW.recorded_by AND s.idempotency_key = NEW.idempotency_key)
    OR (NEW.origin = 'typed' AND COALESCE(
         (SELECT r.second_person FROM approval_rule r
          WHERE r.organisation_id = NEW.organisation_id AND r.valid_from <= NEW.posted_on
          ORDER BY r.valid_from DESC, r.id DESC LIMIT 1), {no}))
  )
  AND NOT EXISTS (
    SELECT 1 FROM submission s
    WHERE s.maker_id = NEW.recorded_by AND s.idempotency_key = NEW.idempotency_key
      AND s.state = 'approved' AND s.checked_by <> NEW.recorded_by
      AND COALESCE(s.reverses_id, 0) = COALESCE(NEW.reverses_id, 0)
      AND {same})
"""

SQLITE = (
    """
CREATE TRIGGER submission_refuses_delete BEFORE DELETE ON submission
BEGIN SELECT RAISE(ABORT, 'submission is never deleted'); END
""",
    """
CREATE TRIGGER submission_begins BEFORE INSERT ON submission
WHEN NEW.state NOT IN ('draft', 'sent')
BEGIN SELECT RAISE(ABORT, 'submission begins as a draft'); END
""",
    """
CREATE TRIGGER submission_moves BEFORE UPDATE ON submission
WHEN {bad_move}
BEGIN SELECT RAISE(ABORT, 'submission cannot move so'); END
""",
    """
CREATE TRIGGER disbursement_is_approved BEFORE INSERT ON disbursement
WHEN {unapproved}
BEGIN SELECT RAISE(ABORT, 'disbursement needs a second person'); END
""",
)
SQLITE_REFUSE = """
CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
SQLITE_WHOLE = """
CREATE TRIGGER submission_{column}_is_whole_on_{event} AFTER {verb} ON submission
WHEN typeof(NEW.{column}) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'submission.{column} is whole đồng'); END
"""

PG_FUNCTIONS = (
    """
CREATE FUNCTION submission_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state NOT IN ('draft', 'sent') THEN
      RAISE EXCEPTION 'submission begins as a draft' USING ERRCODE = 'restrict_violation';
    END IF;
  ELSIF {bad_move} THEN
    RAISE EXCEPTION 'submission cannot move so' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION disbursement_is_approved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {unapproved} THEN
    RAISE EXCEPTION 'disbursement needs a second person' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$
""",
)
PG_TRIGGERS = (
    """
CREATE TRIGGER submission_moves BEFORE INSERT OR UPDATE ON submission
FOR EACH ROW EXECUTE FUNCTION submission_moves()
""",
    """
CREATE TRIGGER submission_refuses_delete BEFORE DELETE ON submission
FOR EACH ROW EXECUTE FUNCTION refuse_change()
""",
    """
CREATE TRIGGER submission_refuses_truncate BEFORE TRUNCATE ON submission
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
""",
    """
CREATE TRIGGER disbursement_is_approved BEFORE INSERT ON disbursement
FOR EACH ROW EXECUTE FUNCTION disbursement_is_approved()
""",
)
PG_REFUSE = (
    """
CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change()
""",
    """
CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
""",
)


def _texts(no: str) -> dict[str, str]:
    sent = " AND ".join(f"NEW.{name} = OLD.{name}" for name in TYPED)
    taken = " AND ".join(f"s.{name} = NEW.{name}" for name in SAME)
    return {
        "bad_move": BAD_MOVE.format(same=sent),
        "unapproved": UNAPPROVED.format(no=no, same=taken),
    }


def _tables() -> None:
    op.create_table(
        "approval_rule",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("second_person", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_by", KEY, nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_approval_rule_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["set_by"], ["person.id"], name=op.f("fk_approval_rule_set_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_rule")),
    )
    op.create_index(
        "ix_approval_rule_organisation_id_valid_from",
        "approval_rule",
        ["organisation_id", "valid_from", "id"],
    )
    op.create_table(
        "submission",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_line_id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("voucher", sa.String(), nullable=False),
        sa.Column("voucher_on", sa.Date(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("recovered", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("advance", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("reverses_id", KEY, nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("duplicate_confirmed", sa.Boolean(), nullable=False),
        sa.Column("unit_confirmed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("maker_id", KEY, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", KEY, nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_by", KEY, nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_reason", sa.String(), nullable=True),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_submission_kind_known")),
        sa.CheckConstraint(f"purpose IN ({PURPOSES})", name=op.f("ck_submission_purpose_known")),
        sa.CheckConstraint(
            "state IN ('draft', 'sent', 'returned', 'approved', 'withdrawn')",
            name=op.f("ck_submission_state_known"),
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_submission_amount_not_zero")),
        sa.CheckConstraint(
            "checked_by IS NULL OR checked_by <> maker_id", name=op.f("ck_submission_two_people")
        ),
        sa.CheckConstraint(
            "checked_by IS NULL OR checked_by <> sent_by",
            name=op.f("ck_submission_not_by_the_sender"),
        ),
        sa.CheckConstraint(
            "(state IN ('approved', 'returned')) = (checked_by IS NOT NULL)",
            name=op.f("ck_submission_checked"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('sent', 'approved', 'returned') OR sent_by IS NOT NULL",
            name=op.f("ck_submission_was_sent"),
        ),
        sa.CheckConstraint(
            "state <> 'returned' OR checked_reason IS NOT NULL",
            name=op.f("ck_submission_returned_with_reason"),
        ),
        sa.CheckConstraint(
            "(reverses_id IS NULL) = (reason IS NULL)",
            name=op.f("ck_submission_reversal_has_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_line_id", "project_id", "year", "extended"],
            ["plan_line.id", "plan_line.project_id", "plan_line.year", "plan_line.extended"],
            name="fk_submission_plan_line",
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"],
            ["disbursement.id"],
            name=op.f("fk_submission_reverses_id_disbursement"),
        ),
        sa.ForeignKeyConstraint(
            ["maker_id"], ["person.id"], name=op.f("fk_submission_maker_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["sent_by"], ["person.id"], name=op.f("fk_submission_sent_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["checked_by"], ["person.id"], name=op.f("fk_submission_checked_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint(
            "maker_id", "idempotency_key", name=op.f("uq_submission_maker_id_idempotency_key")
        ),
    )
    op.create_index(
        "ix_submission_state_project_id", "submission", ["state", "project_id", "counted"]
    )
    op.create_index("ix_submission_plan_line_id_state", "submission", ["plan_line_id", "state"])
    op.create_table(
        "reconciliation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("disbursement_id", KEY, nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("reconciled_by", KEY, nullable=False),
        sa.Column("reconciled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["disbursement_id"],
            ["disbursement.id"],
            name=op.f("fk_reconciliation_disbursement_id_disbursement"),
        ),
        sa.ForeignKeyConstraint(
            ["reconciled_by"], ["person.id"], name=op.f("fk_reconciliation_reconciled_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation")),
        sa.UniqueConstraint("disbursement_id", name=op.f("uq_reconciliation_disbursement_id")),
    )


def _guard_sqlite() -> None:
    texts = _texts("0")
    for trigger in SQLITE:
        op.execute(sa.text(trigger.format(**texts)))
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_REFUSE.format(table=table, verb=verb))
    for column in WHOLE:
        for verb, event in (("INSERT", "insert"), (f"UPDATE OF {column}", "update")):
            op.execute(SQLITE_WHOLE.format(column=column, verb=verb, event=event))


def _guard_postgresql() -> None:
    texts = _texts("FALSE")
    for text in PG_FUNCTIONS:
        op.execute(text.format(**texts))
    for text in PG_TRIGGERS:
        op.execute(text)
    for table in APPEND_ONLY:
        for text in PG_REFUSE:
            op.execute(text.format(table=table))


def upgrade() -> None:
    """Go forward."""
    _tables()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER disbursement_is_approved")
    else:
        op.execute("DROP TRIGGER disbursement_is_approved ON disbursement")
        op.execute("DROP FUNCTION disbursement_is_approved()")
    for table in ("reconciliation", "submission", "approval_rule"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION submission_moves()")
