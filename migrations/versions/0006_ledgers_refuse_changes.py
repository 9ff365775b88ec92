"""Ledgers are only ever added to, and they alone move the amounts of a plan line.

On both engines: UPDATE and DELETE of a ledger row are refused; an entry moves its line's
counter in the same statement; nobody moves a counter by hand. The line's CHECKs then hold the
ceiling, however many people write at once.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

LEDGERS = ("plan_entry", "disbursement", "quiet_day", "change")

# ledger, column of the line, amount of the entry, last entry seen by the line
MOVES = (
    ("plan_entry", "planned", "amount", "last_plan_entry_id"),
    ("disbursement", "disbursed", "counted", "last_disbursement_id"),
)
WHOLE = {
    "plan_line": ("planned", "disbursed"),
    "plan_entry": ("amount",),
    "disbursement": ("amount", "recovered", "counted", "advance"),
    "scenario_month": ("cumulative",),
    "project": ("total_investment", "disbursed_before"),
    "decision_source": ("amount",),
}

SQLITE_REFUSE = """
CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
# `last_…_id` grows with every entry and names one that exists, so a movement can neither be
# made by hand nor be made twice.
SQLITE_MOVE = """
CREATE TRIGGER {ledger}_moves_line AFTER INSERT ON {ledger}
BEGIN
  UPDATE plan_line SET {counter} = {counter} + NEW.{amount}, {last} = NEW.id
  WHERE id = NEW.plan_line_id;
END
"""
SQLITE_GUARD = """
CREATE TRIGGER plan_line_guards_{counter} BEFORE UPDATE OF {counter}, {last} ON plan_line
WHEN NEW.{last} <= OLD.{last}
  OR NEW.{counter} - OLD.{counter} IS NOT (
    SELECT {amount} FROM {ledger} WHERE id = NEW.{last} AND plan_line_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'plan_line.{counter} is moved by {ledger} alone'); END
"""
SQLITE_START = """
CREATE TRIGGER plan_line_starts_empty BEFORE INSERT ON plan_line
WHEN NEW.planned <> 0 OR NEW.disbursed <> 0
  OR NEW.last_plan_entry_id <> 0 OR NEW.last_disbursement_id <> 0
BEGIN SELECT RAISE(ABORT, 'plan_line starts empty'); END
"""
# SQLite keeps what it is given, whatever the column's type says.
SQLITE_WHOLE = """
CREATE TRIGGER {table}_{column}_is_whole_on_{event} AFTER {verb} ON {table}
WHEN typeof(NEW.{column}) <> 'integer'
BEGIN SELECT RAISE(ABORT, '{table}.{column} is whole đồng'); END
"""

PG_REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END
$$
"""
PG_REFUSE_ROW = """
CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""
PG_REFUSE_TRUNCATE = """
CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""
PG_MOVE = """
CREATE FUNCTION {ledger}_moves_line() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE plan_line SET {counter} = {counter} + NEW.{amount}, {last} = greatest({last}, NEW.id)
  WHERE id = NEW.plan_line_id;
  RETURN NULL;
END
$$
"""
PG_MOVE_ROW = """
CREATE TRIGGER {ledger}_moves_line AFTER INSERT ON {ledger}
FOR EACH ROW EXECUTE FUNCTION {ledger}_moves_line()
"""
# Called from a ledger's trigger the depth is two; by hand it is one.
PG_GUARD = """
CREATE FUNCTION plan_line_guards_counters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 THEN
    IF TG_OP = 'INSERT' AND (NEW.planned <> 0 OR NEW.disbursed <> 0
       OR NEW.last_plan_entry_id <> 0 OR NEW.last_disbursement_id <> 0) THEN
      RAISE EXCEPTION 'plan_line starts empty' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.planned <> OLD.planned OR NEW.disbursed <> OLD.disbursed) THEN
      RAISE EXCEPTION 'plan_line is moved by its ledgers alone'
        USING ERRCODE = 'restrict_violation';
    END IF;
  END IF;
  RETURN NEW;
END
$$
"""
PG_GUARD_ROW = """
CREATE TRIGGER plan_line_guards_counters BEFORE INSERT OR UPDATE ON plan_line
FOR EACH ROW EXECUTE FUNCTION plan_line_guards_counters()
"""


def _names(move: tuple[str, str, str, str]) -> dict[str, str]:
    return dict(zip(("ledger", "counter", "amount", "last"), move, strict=True))


def _upgrade_sqlite() -> None:
    for table in LEDGERS:
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_REFUSE.format(table=table, verb=verb))
    op.execute(SQLITE_START)
    for move in MOVES:
        op.execute(SQLITE_GUARD.format(**_names(move)))
        op.execute(SQLITE_MOVE.format(**_names(move)))
    for table, columns in WHOLE.items():
        for column in columns:
            for verb, event in (("INSERT", "insert"), (f"UPDATE OF {column}", "update")):
                op.execute(SQLITE_WHOLE.format(table=table, column=column, verb=verb, event=event))


def _upgrade_postgresql() -> None:
    op.execute(PG_REFUSE)
    for table in LEDGERS:
        op.execute(PG_REFUSE_ROW.format(table=table))
        op.execute(PG_REFUSE_TRUNCATE.format(table=table))
    op.execute(PG_GUARD)
    op.execute(PG_GUARD_ROW)
    for move in MOVES:
        op.execute(PG_MOVE.format(**_names(move)))
        op.execute(PG_MOVE_ROW.format(ledger=move[0]))


def upgrade() -> None:
    """Go forward."""
    if op.get_bind().dialect.name == "sqlite":
        _upgrade_sqlite()
    else:
        _upgrade_postgresql()


def _downgrade_sqlite() -> None:
    for table in LEDGERS:
        for verb in ("UPDATE", "DELETE"):
            op.execute(f"DROP TRIGGER {table}_refuses_{verb}")
    op.execute("DROP TRIGGER plan_line_starts_empty")
    for ledger, counter, _amount, _last in MOVES:
        op.execute(f"DROP TRIGGER plan_line_guards_{counter}")
        op.execute(f"DROP TRIGGER {ledger}_moves_line")
    for table, columns in WHOLE.items():
        for column in columns:
            for event in ("insert", "update"):
                op.execute(f"DROP TRIGGER {table}_{column}_is_whole_on_{event}")


def _downgrade_postgresql() -> None:
    for ledger, *_ in MOVES:
        op.execute(f"DROP TRIGGER {ledger}_moves_line ON {ledger}")
        op.execute(f"DROP FUNCTION {ledger}_moves_line()")
    op.execute("DROP TRIGGER plan_line_guards_counters ON plan_line")
    op.execute("DROP FUNCTION plan_line_guards_counters()")
    for table in LEDGERS:
        op.execute(f"DROP TRIGGER {table}_refuses_truncate ON {table}")
        op.execute(f"DROP TRIGGER {table}_refuses_change ON {table}")
    op.execute("DROP FUNCTION refuse_change()")


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "sqlite":
        _downgrade_sqlite()
    else:
        _downgrade_postgresql()
