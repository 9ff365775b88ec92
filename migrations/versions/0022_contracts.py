"""Bid packages, contractors, contracts with what happens to them, and the contract a payment names.

What is added up is only ever added to; what people amend is never deleted. Every change has its
project judged again, and a payment names contracts of its own project alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ORDERED = sa.String().with_variant(sa.String(collation="C"), "postgresql")

TABLES = (
    "bid_package",
    "contractor",
    "contract",
    "contract_member",
    "contract_appendix",
    "guarantee",
    "acceptance",
)
APPEND_ONLY = ("contract_appendix", "acceptance")
KEPT = ("bid_package", "contractor", "contract", "guarantee")
WHOLE = (
    ("bid_package", "price"),
    ("bid_package", "award"),
    ("contract", "value"),
    ("contract", "advance_limit"),
    ("contract_appendix", "value_after"),
    ("guarantee", "value"),
    ("acceptance", "amount"),
)
JUDGED = (
    ("bid_package", ("INSERT", "UPDATE")),
    ("contract", ("INSERT", "UPDATE")),
    ("contract_appendix", ("INSERT",)),
    ("guarantee", ("INSERT", "UPDATE")),
    ("acceptance", ("INSERT",)),
)
"""Tables whose changes may change a verdict, and by which events."""
PAYING = ("disbursement", "submission")

SQLITE_REFUSE = """
CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
SQLITE_WHOLE = """
CREATE TRIGGER {table}_{column}_is_whole_on_{event} AFTER {verb} ON {table}
WHEN typeof(NEW.{column}) NOT IN ('integer', 'null')
BEGIN SELECT RAISE(ABORT, '{table}.{column} is whole đồng'); END
"""
SQLITE_JUDGED = """
CREATE TRIGGER {table}_is_judged_on_{event} AFTER {event} ON {table}
BEGIN
  INSERT INTO standing_due (project_id, reach)
  SELECT NEW.project_id, 'project' WHERE NOT EXISTS (
    SELECT 1 FROM standing_due o WHERE o.project_id IS NEW.project_id AND o.reach = 'project');
END
"""
SQLITE_OWN = """
CREATE TRIGGER {table}_names_own_contract_on_{verb} BEFORE {verb} ON {table}
WHEN NEW.contract_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM contract c WHERE c.id = NEW.contract_id AND c.project_id = NEW.project_id)
BEGIN SELECT RAISE(ABORT, '{table} names a contract of another project'); END
"""
PG_REFUSE_ROW = """
CREATE TRIGGER {table}_refuses_{name} BEFORE {verbs} ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""
PG_REFUSE_TRUNCATE = """
CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""
PG_JUDGED_FUNCTION = """
CREATE FUNCTION {table}_is_judged() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO standing_due (project_id, reach) SELECT DISTINCT project_id, 'project' FROM fresh;
  RETURN NULL;
END
$$
"""
PG_JUDGED = """
CREATE TRIGGER {table}_is_judged_on_{event} AFTER {event} ON {table}
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_judged()
"""
PG_OWN_FUNCTION = """
CREATE FUNCTION names_own_contract() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM contract c WHERE c.id = NEW.contract_id AND c.project_id = NEW.project_id) THEN
    RAISE EXCEPTION '% names a contract of another project', TG_TABLE_NAME
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$
"""
PG_OWN = """
CREATE TRIGGER {table}_names_own_contract BEFORE INSERT OR UPDATE OF contract_id ON {table}
FOR EACH ROW WHEN (NEW.contract_id IS NOT NULL) EXECUTE FUNCTION names_own_contract()
"""

REACH = "(SELECT current_setting('tracker.reach', true))"
OF_PROJECT = "EXISTS (SELECT 1 FROM project up WHERE up.id = {table}.project_id)"
CONDITIONS = {
    **{table: OF_PROJECT.format(table=table) for table in TABLES if table != "contractor"},
    # Named by the contracts one sees: the policy of those narrows the question itself.
    "contractor": "EXISTS (SELECT 1 FROM contract_member m WHERE m.contractor_id = contractor.id)",
}


def upgrade() -> None:
    """Go forward."""
    _make_tables()
    whole = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    for table in PAYING:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN contract_id {whole}"
            f" CONSTRAINT fk_{table}_contract_id_contract REFERENCES contract (id)"
        )
    op.create_index("ix_disbursement_contract_id", "disbursement", ["contract_id", "posted_on"])
    if op.get_bind().dialect.name == "sqlite":
        _guard_on_sqlite()
    else:
        _guard_on_postgresql()
    # What is kept does not know of contracts: the next reader judges anew.
    op.execute("DELETE FROM project_standing")
    op.execute("DELETE FROM standing_day")


def _guard_on_sqlite() -> None:
    for table in APPEND_ONLY:
        op.execute(SQLITE_REFUSE.format(table=table, verb="UPDATE"))
    for table in (*APPEND_ONLY, *KEPT):
        op.execute(SQLITE_REFUSE.format(table=table, verb="DELETE"))
    for table, column in WHOLE:
        for verb, event in (("INSERT", "insert"), (f"UPDATE OF {column}", "update")):
            op.execute(SQLITE_WHOLE.format(table=table, column=column, verb=verb, event=event))
    _watch_on_sqlite()


def _watch_on_sqlite() -> None:
    for table, events in JUDGED:
        for event in events:
            op.execute(SQLITE_JUDGED.format(table=table, event=event))
    for table in PAYING:
        for verb in ("INSERT", "UPDATE"):
            op.execute(SQLITE_OWN.format(table=table, verb=verb))


def _guard_on_postgresql() -> None:
    for table in APPEND_ONLY:
        op.execute(PG_REFUSE_ROW.format(table=table, name="change", verbs="UPDATE OR DELETE"))
    for table in KEPT:
        op.execute(PG_REFUSE_ROW.format(table=table, name="delete", verbs="DELETE"))
    for table in (*APPEND_ONLY, *KEPT):
        op.execute(PG_REFUSE_TRUNCATE.format(table=table))
    for table, events in JUDGED:
        op.execute(PG_JUDGED_FUNCTION.format(table=table))
        for event in events:
            op.execute(PG_JUDGED.format(table=table, event=event))
    op.execute(PG_OWN_FUNCTION)
    for table in PAYING:
        op.execute(PG_OWN.format(table=table))
    for table, condition in CONDITIONS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY {table}_within_reach ON {table} USING ({REACH} = 'all' OR {condition})"
        )


def downgrade() -> None:
    """Go back."""
    op.execute("DELETE FROM project_standing")
    op.execute("DELETE FROM standing_day")
    op.drop_index("ix_disbursement_contract_id", "disbursement")
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in PAYING:
        if on_sqlite:
            for verb in ("INSERT", "UPDATE"):
                op.execute(f"DROP TRIGGER {table}_names_own_contract_on_{verb}")
        else:
            op.execute(f"DROP TRIGGER {table}_names_own_contract ON {table}")
        op.execute(f"ALTER TABLE {table} DROP COLUMN contract_id")
    if not on_sqlite:
        op.execute("DROP POLICY contractor_within_reach ON contractor")
    for table in reversed(TABLES):
        op.drop_table(table)
    if not on_sqlite:
        op.execute("DROP FUNCTION names_own_contract()")
        for table, _events in JUDGED:
            op.execute(f"DROP FUNCTION {table}_is_judged()")


def _make_tables() -> None:
    op.create_table(
        "bid_package",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("plan_decision", sa.String(), nullable=False),
        sa.Column("plan_decided_on", sa.Date(), nullable=False),
        sa.Column("selection_form", sa.String(), nullable=False),
        sa.Column("selection_method", sa.String(), nullable=False),
        sa.Column("is_online", sa.Boolean(), nullable=False),
        sa.Column("notice_number", sa.String(), nullable=True),
        sa.Column("contract_type", sa.String(), nullable=False),
        sa.Column("selection_due_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("bids_closed_on", sa.Date(), nullable=True),
        sa.Column("bids_opened_on", sa.Date(), nullable=True),
        sa.Column("result_decision", sa.String(), nullable=True),
        sa.Column("result_on", sa.Date(), nullable=True),
        sa.Column("award", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("created_by", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_on IS NOT NULL)",
            name=op.f("ck_bid_package_cancelled"),
        ),
        sa.CheckConstraint(
            "contract_type IN ('lump_sum', 'fixed_unit_price', 'adjustable_unit_price', 'time_based', 'percentage', 'cost_plus_fee', 'output_based', 'mixed')",
            name=op.f("ck_bid_package_contract_type_known"),
        ),
        sa.CheckConstraint(
            "field IN ('works', 'consulting', 'services', 'goods', 'mixed')",
            name=op.f("ck_bid_package_field_known"),
        ),
        sa.CheckConstraint(
            "selection_form IN ('open_bidding', 'limited_bidding', 'direct_award', 'short_direct_award', 'shopping', 'direct_purchase', 'own_force', 'community', 'negotiation', 'special')",
            name=op.f("ck_bid_package_selection_form_known"),
        ),
        sa.CheckConstraint(
            "selection_method IN ('one_stage_one_envelope', 'one_stage_two_envelopes', 'two_stages_one_envelope', 'two_stages_two_envelopes')",
            name=op.f("ck_bid_package_selection_method_known"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'selecting', 'under_way', 'completed', 'cancelled')",
            name=op.f("ck_bid_package_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('under_way', 'completed') OR (award IS NOT NULL AND result_on IS NOT NULL)",
            name=op.f("ck_bid_package_signed_with_result"),
        ),
        sa.CheckConstraint(
            "award IS NULL OR award > 0", name=op.f("ck_bid_package_award_positive")
        ),
        sa.CheckConstraint("days > 0", name=op.f("ck_bid_package_days_positive")),
        sa.CheckConstraint("price > 0", name=op.f("ck_bid_package_price_positive")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_bid_package_created_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_bid_package_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid_package")),
        sa.UniqueConstraint(
            "created_by", "idempotency_key", name=op.f("uq_bid_package_created_by_idempotency_key")
        ),
        sa.UniqueConstraint("id", "project_id", name=op.f("uq_bid_package_id_project_id")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_bid_package_project_id_number")),
    )
    op.create_table(
        "contractor",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tax_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_folded", ORDERED, nullable=False),
        sa.Column("name_sort", ORDERED, nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("representative", sa.String(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contractor")),
        sa.UniqueConstraint("tax_code", name=op.f("uq_contractor_tax_code")),
    )
    op.create_index("ix_contractor_name_sort", "contractor", ["name_sort", "id"], unique=False)
    op.create_table(
        "contract",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("package_id", KEY, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("advance_limit", sa.BigInteger(), nullable=True),
        sa.Column("advance_decision", sa.String(), nullable=True),
        sa.Column("warranty_months", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("over_on", sa.Date(), nullable=True),
        sa.Column("over_reason", sa.String(), nullable=True),
        sa.Column("created_by", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'under_way') = (over_on IS NULL)", name=op.f("ck_contract_over")
        ),
        sa.CheckConstraint(
            "state <> 'terminated' OR over_reason IS NOT NULL",
            name=op.f("ck_contract_terminated_with_reason"),
        ),
        sa.CheckConstraint(
            "state IN ('under_way', 'completed', 'terminated')",
            name=op.f("ck_contract_state_known"),
        ),
        sa.CheckConstraint(
            "type IN ('lump_sum', 'fixed_unit_price', 'adjustable_unit_price', 'time_based', 'percentage', 'cost_plus_fee', 'output_based', 'mixed')",
            name=op.f("ck_contract_type_known"),
        ),
        sa.CheckConstraint(
            "advance_limit IS NULL OR advance_limit >= 0",
            name=op.f("ck_contract_limit_not_negative"),
        ),
        sa.CheckConstraint("days > 0", name=op.f("ck_contract_days_positive")),
        sa.CheckConstraint("value > 0", name=op.f("ck_contract_value_positive")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_contract_created_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["package_id", "project_id"],
            ["bid_package.id", "bid_package.project_id"],
            name="fk_contract_package",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_contract_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint(
            "created_by", "idempotency_key", name=op.f("uq_contract_created_by_idempotency_key")
        ),
        sa.UniqueConstraint("id", "project_id", name=op.f("uq_contract_id_project_id")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_contract_project_id_number")),
    )
    op.create_index("ix_contract_package_id", "contract", ["package_id"], unique=False)
    op.create_table(
        "contract_member",
        sa.Column("contract_id", KEY, nullable=False),
        sa.Column("contractor_id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "share > 0 AND share <= 10000", name=op.f("ck_contract_member_share_range")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "project_id"],
            ["contract.id", "contract.project_id"],
            name="fk_contract_member_contract",
        ),
        sa.ForeignKeyConstraint(
            ["contractor_id"],
            ["contractor.id"],
            name=op.f("fk_contract_member_contractor_id_contractor"),
        ),
        sa.PrimaryKeyConstraint("contract_id", "contractor_id", name=op.f("pk_contract_member")),
        sa.UniqueConstraint(
            "contract_id", "place", name=op.f("uq_contract_member_contract_id_place")
        ),
    )
    op.create_index(
        "ix_contract_member_contractor_id",
        "contract_member",
        ["contractor_id", "contract_id"],
        unique=False,
    )
    op.create_table(
        "contract_appendix",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("contract_id", KEY, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value_after", sa.BigInteger(), nullable=True),
        sa.Column("ends_on_after", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_by", KEY, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('price', 'volume', 'schedule', 'other')",
            name=op.f("ck_contract_appendix_kind_known"),
        ),
        sa.CheckConstraint(
            "value_after IS NOT NULL OR ends_on_after IS NOT NULL",
            name=op.f("ck_contract_appendix_changes"),
        ),
        sa.CheckConstraint(
            "value_after IS NULL OR value_after > 0",
            name=op.f("ck_contract_appendix_value_positive"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "project_id"],
            ["contract.id", "contract.project_id"],
            name="fk_contract_appendix_contract",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_contract_appendix_recorded_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_appendix")),
        sa.UniqueConstraint(
            "contract_id", "number", name=op.f("uq_contract_appendix_contract_id_number")
        ),
        sa.UniqueConstraint(
            "recorded_by",
            "idempotency_key",
            name=op.f("uq_contract_appendix_recorded_by_idempotency_key"),
        ),
    )
    op.create_index(
        "ix_contract_appendix_project_id", "contract_appendix", ["project_id"], unique=False
    )
    op.create_table(
        "guarantee",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("contract_id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("bank", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", KEY, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('performance', 'advance', 'warranty')", name=op.f("ck_guarantee_kind_known")
        ),
        sa.CheckConstraint("valid_until >= issued_on", name=op.f("ck_guarantee_span")),
        sa.CheckConstraint("value > 0", name=op.f("ck_guarantee_value_positive")),
        sa.ForeignKeyConstraint(
            ["contract_id", "project_id"],
            ["contract.id", "contract.project_id"],
            name="fk_guarantee_contract",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_guarantee_recorded_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guarantee")),
        sa.UniqueConstraint(
            "contract_id", "kind", "number", name=op.f("uq_guarantee_contract_id_kind_number")
        ),
        sa.UniqueConstraint(
            "recorded_by", "idempotency_key", name=op.f("uq_guarantee_recorded_by_idempotency_key")
        ),
    )
    op.create_index("ix_guarantee_project_id", "guarantee", ["project_id"], unique=False)
    op.create_table(
        "acceptance",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("contract_id", KEY, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("reverses_id", KEY, nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("recorded_by", KEY, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('stage', 'completion')", name=op.f("ck_acceptance_kind_known")
        ),
        sa.CheckConstraint(
            "(amount < 0) = (reverses_id IS NOT NULL)", name=op.f("ck_acceptance_amount_positive")
        ),
        sa.CheckConstraint(
            "(reverses_id IS NULL) = (reason IS NULL)",
            name=op.f("ck_acceptance_reversal_has_reason"),
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_acceptance_amount_not_zero")),
        sa.ForeignKeyConstraint(
            ["contract_id", "project_id"],
            ["contract.id", "contract.project_id"],
            name="fk_acceptance_contract",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_acceptance_recorded_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["acceptance.id"], name=op.f("fk_acceptance_reverses_id_acceptance")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance")),
        sa.UniqueConstraint("contract_id", "turn", name=op.f("uq_acceptance_contract_id_turn")),
        sa.UniqueConstraint(
            "recorded_by", "idempotency_key", name=op.f("uq_acceptance_recorded_by_idempotency_key")
        ),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_acceptance_reverses_id")),
    )
    op.create_index(
        "ix_acceptance_project_id_accepted_on",
        "acceptance",
        ["project_id", "accepted_on", "amount"],
        unique=False,
    )
