"""What happens on the site: progress by week, milestones, site clearance; rows never change."""

from itertools import product

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
AT = sa.DateTime(timezone=True)
OF_PROJECTS = (
    "progress_entry", "project_site", "milestone_entry", "clearance_entry", "clearance_point",
)  # fmt: skip
FOREVER = ("progress_entry", "project_site", "milestone_entry", "clearance_entry")
"""Tables whose rows never change at all."""
JUDGED = ("progress_entry", "milestone_entry", "clearance_entry", "clearance_point")
"""Tables by which projects are judged."""
MONEY = ("money_approved", "money_paid", "advance_held")
RAISED = (
    "id", "project_id", "place", "cause", "responsible", "raised_on", "due_on", "recorded_by",
    "recorded_at",
)  # fmt: skip
REACH = "(SELECT current_setting('tracker.reach', true))"


def _differs(operator: str) -> str:
    return " OR ".join(f"NEW.{name} {operator} OLD.{name}" for name in RAISED)


SQLITE_SETTLED = f"""
CREATE TRIGGER clearance_point_is_settled_once BEFORE UPDATE ON clearance_point
WHEN OLD.settled_on IS NOT NULL OR NEW.settled_on IS NULL OR {_differs("IS NOT")}
BEGIN SELECT RAISE(ABORT, 'a point is settled once'); END
"""
PG_SETTLED = f"""
CREATE FUNCTION clearance_point_is_settled_once() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.settled_on IS NOT NULL OR NEW.settled_on IS NULL
    OR {_differs("IS DISTINCT FROM")} THEN
    RAISE EXCEPTION 'a point is settled once' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$
"""
SQLITE_JUDGED = """
CREATE TRIGGER {table}_is_judged_on_{event} AFTER {event} ON {table}
BEGIN
  INSERT INTO standing_due (project_id, reach)
  SELECT NEW.project_id, 'project'
  WHERE NOT EXISTS (
    SELECT 1 FROM standing_due o WHERE o.project_id = NEW.project_id AND o.reach = 'project');
END
"""
PG_FUNCTION = """
CREATE FUNCTION {table}_is_judged() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO standing_due (project_id, reach)
    SELECT DISTINCT fresh.project_id, 'project' FROM fresh;
  RETURN NULL;
END
$$
"""
PG_JUDGED = """
CREATE TRIGGER {table}_is_judged_on_{event} AFTER {event} ON {table}
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_judged()
"""


def _column(name: str, kind: object, *, optional: bool = False) -> sa.Column:
    return sa.Column(name, kind, nullable=optional)


def _keys(table: str, **parents: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{up}.id"], name=op.f(f"fk_{table}_{column}_{up}"))
        for column, up in parents.items()
    ]


def _check(table: str, name: str, says: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(says, name=op.f(f"ck_{table}_{name}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _create(table: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        *parts,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def upgrade() -> None:
    """Go forward."""
    _create_progress()
    _create_milestones()
    _create_clearance()
    if op.get_bind().dialect.name == "sqlite":
        _guard_on_sqlite()
    else:
        _guard_on_postgresql()


def _create_progress() -> None:
    table = "progress_entry"
    _create(
        table,
        _column("project_id", KEY),
        _column("week_on", sa.Date()),
        _column("planned", sa.Integer()),
        _column("actual", sa.Integer()),
        _column("parts", JSON),
        _column("volumes", sa.String(), optional=True),
        _column("people", sa.Integer(), optional=True),
        _column("machines", sa.Integer(), optional=True),
        _column("assessment", sa.String(), optional=True),
        _column("finish_forecast_on", sa.Date(), optional=True),
        _column("is_late", sa.Boolean()),
        _column("corrects_id", KEY, optional=True),
        _column("reason", sa.String(), optional=True),
        _column("idempotency_key", sa.String()),
        _column("recorded_by", KEY),
        _column("recorded_at", AT),
        _check(
            table,
            "percent_range",
            "planned BETWEEN 0 AND 10000 AND actual BETWEEN 0 AND 10000",
        ),
        _check(table, "counts_not_negative", "people >= 0 AND machines >= 0"),
        _check(table, "correction_says_why", "corrects_id IS NULL OR length(reason) >= 10"),
        *_keys(table, project_id="project", corrects_id="progress_entry", recorded_by="person"),
        _unique(table, "corrects_id"),
        _unique(table, "recorded_by", "idempotency_key"),
    )
    op.create_index("ix_progress_entry_project_id", table, ["project_id", "week_on"])
    table = "project_site"
    _create(
        table,
        _column("project_id", KEY),
        _column("latitude", sa.Integer()),
        _column("longitude", sa.Integer()),
        _column("recorded_by", KEY),
        _column("recorded_at", AT),
        _check(
            table,
            "place_range",
            "latitude BETWEEN -90000000 AND 90000000"
            " AND longitude BETWEEN -180000000 AND 180000000",
        ),
        *_keys(table, project_id="project", recorded_by="person"),
    )
    op.create_index(op.f("ix_project_site_project_id"), table, ["project_id"])


def _create_milestones() -> None:
    table = "milestone_rule"
    _create(
        table,
        _column("code", sa.String()),
        _column("place", sa.Integer()),
        _column("project_group", sa.String()),
        _column("legal_days", sa.Integer(), optional=True),
        _column("own_days", sa.Integer(), optional=True),
        _column("legal_basis", sa.String()),
        _column("valid_from", sa.Date()),
        _check(table, "project_group_known", "project_group IN ('national', 'a', 'b', 'c')"),
        _unique(table, "code", "project_group", "valid_from"),
    )
    table = "milestone_entry"
    _create(
        table,
        _column("project_id", KEY),
        _column("code", sa.String()),
        _column("planned_on", sa.Date(), optional=True),
        _column("actual_on", sa.Date(), optional=True),
        _column("note", sa.String(), optional=True),
        _column("recorded_by", KEY),
        _column("recorded_at", AT),
        _check(table, "some_day_is_told", "planned_on IS NOT NULL OR actual_on IS NOT NULL"),
        *_keys(table, project_id="project", recorded_by="person"),
    )
    op.create_index("ix_milestone_entry_project_id", table, ["project_id", "code"])


def _create_clearance() -> None:
    table = "clearance_entry"
    _create(
        table,
        _column("project_id", KEY),
        _column("day", sa.Date()),
        *(_column(name, KEY) for name in ("area_total", "area_done")),
        *(
            _column(name, sa.Integer())
            for name in (
                *("households", "counted", "approved", "paid", "handed_over"),
                *("graves_total", "graves_moved", "lots_needed", "lots_ready"),
            )
        ),
        *(
            _column(name, sa.BigInteger())
            for name in ("money_approved", "money_paid", "advance_held")
        ),
        _column("advance_on", sa.Date(), optional=True),
        _column("due_on", sa.Date(), optional=True),
        _column("claims_done", sa.Boolean()),
        _column("note", sa.String(), optional=True),
        _column("idempotency_key", sa.String()),
        _column("recorded_by", KEY),
        _column("recorded_at", AT),
        _check(table, "area_within", "area_done BETWEEN 0 AND area_total"),
        _check(
            table,
            "each_step_within",
            "handed_over >= 0 AND handed_over <= paid AND paid <= approved"
            " AND approved <= counted AND counted <= households",
        ),
        _check(table, "graves_within", "graves_moved BETWEEN 0 AND graves_total"),
        _check(table, "lots_not_negative", "lots_needed >= 0 AND lots_ready >= 0"),
        _check(
            table,
            "money_within",
            "money_paid BETWEEN 0 AND money_approved AND advance_held >= 0",
        ),
        _check(table, "advance_has_day", "advance_held = 0 OR advance_on IS NOT NULL"),
        *_keys(table, project_id="project", recorded_by="person"),
        _unique(table, "recorded_by", "idempotency_key"),
    )
    op.create_index("ix_clearance_entry_project_id", table, ["project_id", "day"])
    table = "clearance_point"
    _create(
        table,
        _column("project_id", KEY),
        *(_column(name, sa.String()) for name in ("place", "cause", "responsible")),
        *(_column(name, sa.Date()) for name in ("raised_on", "due_on")),
        _column("recorded_by", KEY),
        _column("recorded_at", AT),
        _column("settled_on", sa.Date(), optional=True),
        _column("settled_by", KEY, optional=True),
        _column("settled_at", AT, optional=True),
        _column("settled_how", sa.String(), optional=True),
        _check(table, "due_after_raised", "due_on >= raised_on"),
        _check(
            table,
            "settled_whole",
            "(settled_on IS NULL) = (settled_by IS NULL)"
            " AND (settled_on IS NULL) = (settled_at IS NULL)"
            " AND (settled_on IS NULL) = (settled_how IS NULL)",
        ),
        *_keys(table, project_id="project", recorded_by="person", settled_by="person"),
    )
    op.create_index(op.f("ix_clearance_point_project_id"), table, ["project_id"])


def _events(table: str) -> tuple[str, ...]:
    return ("INSERT",) if table in FOREVER else ("INSERT", "UPDATE")


def _guard_on_sqlite() -> None:
    for table in OF_PROJECTS:
        for event in ("UPDATE", "DELETE") if table in FOREVER else ("DELETE",):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{event} BEFORE {event} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    for column, event in product(MONEY, ("INSERT", "UPDATE")):
        op.execute(
            f"CREATE TRIGGER clearance_entry_{column}_is_whole_on_{event.lower()}"
            f" AFTER {event} ON clearance_entry WHEN typeof(NEW.{column}) <> 'integer'"
            f" BEGIN SELECT RAISE(ABORT, 'clearance_entry.{column} is whole đồng'); END"
        )
    op.execute(SQLITE_SETTLED)
    for table in JUDGED:
        for event in _events(table):
            op.execute(SQLITE_JUDGED.format(table=table, event=event))


def _guard_on_postgresql() -> None:
    for table in OF_PROJECTS:
        events = "UPDATE OR DELETE" if table in FOREVER else "DELETE"
        op.execute(
            f"CREATE TRIGGER {table}_refuses_change BEFORE {events} ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(PG_SETTLED)
    op.execute(
        "CREATE TRIGGER clearance_point_is_settled_once BEFORE UPDATE ON clearance_point"
        " FOR EACH ROW EXECUTE FUNCTION clearance_point_is_settled_once()"
    )
    for table in JUDGED:
        op.execute(PG_FUNCTION.format(table=table))
        for event in _events(table):
            op.execute(PG_JUDGED.format(table=table, event=event))
    for table in OF_PROJECTS:
        within = f"EXISTS (SELECT 1 FROM project up WHERE up.id = {table}.project_id)"  # noqa: S608 - names of ours
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY {table}_within_reach ON {table} USING ({REACH} = 'all' OR {within})"
        )


def downgrade() -> None:
    """Go back."""
    for table in ("milestone_rule", *OF_PROJECTS):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in JUDGED:
            op.execute(f"DROP FUNCTION {table}_is_judged()")
        op.execute("DROP FUNCTION clearance_point_is_settled_once()")
