"""PostgreSQL shows a transaction the rows that its settings reach, the owner of the tables too."""

from alembic import op

revision = "0018"
down_revision = "0017"

REACH = "(SELECT current_setting('tracker.reach', true))"
READER = "(SELECT nullif(current_setting('tracker.reader', true), '')::bigint)"


def _array(name: str, kind: str) -> str:
    # In a SELECT of its own, so that it is read once for a statement and not for each row.
    told = f"string_to_array(current_setting('tracker.{name}', true), ',')"
    return f"((SELECT {told})::{kind}[])"


def _within(path: str, owner: str, project: str | None = None) -> str:
    parts = [
        f"{path} ^@ ANY ({_array('units', 'text')})",
        f"{owner} = ANY ({_array('organisations', 'bigint')})",
    ]
    if project is not None:
        parts.append(f"{project} = ANY ({_array('projects', 'bigint')})")
    return " OR ".join(parts)


def _of(parent: str, key: str) -> str:
    return f"EXISTS (SELECT 1 FROM {parent} up WHERE up.id = {key})"  # noqa: S608 - names of ours


def _of_project(table: str) -> str:
    nobodys = f"({REACH} = 'part' AND {table}.project_id IS NULL)"
    return f"{nobodys} OR {_of('project', f'{table}.project_id')}"


def _of_owner(table: str) -> str:
    key = f"{table}.organisation_id"
    return _of("organisation", f"{key} AND ({_within('up.unit_path', 'up.id')})")


CONDITIONS = {
    "project": _within("unit_path", "owner_id", "id"),
    "project_standing": _within("unit_path", "owner_id", "project_id"),
    **{
        table: _of_project(table)
        for table in (
            "project_location",
            "project_month",
            "project_owner",
            "project_past",
            "decision",
            "plan_line",
            "disbursement",
            "quiet_day",
            "scenario",
            "change",
            "submission",
        )
    },
    "plan_entry": _of("plan_line", "plan_line_id"),
    "scenario_month": _of("scenario", "scenario_id"),
    "decision_source": _of("decision", "decision_id"),
    "reconciliation": _of("disbursement", "disbursement_id"),
    **{table: _of_owner(table) for table in ("owner_day", "owner_month", "period_figure")},
    "request": " OR ".join(
        (
            _within("unit_path", "organisation_id", "project_id"),
            f"asked_by = {READER}",
            f"decided_by = {READER}",
        )
    ),
}


WRITTEN_BY_ALL = "standing_day"
"""Sums of the province: everybody reads them, who sees a part of it must not make them."""


def upgrade() -> None:
    """Go forward."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, condition in CONDITIONS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY {table}_within_reach ON {table} USING ({REACH} = 'all' OR {condition})"
        )
    op.execute(f"ALTER TABLE {WRITTEN_BY_ALL} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {WRITTEN_BY_ALL} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY {WRITTEN_BY_ALL}_within_reach ON {WRITTEN_BY_ALL}"
        f" USING (true) WITH CHECK ({REACH} = 'all')"
    )


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in (*CONDITIONS, WRITTEN_BY_ALL):
        op.execute(f"DROP POLICY {table}_within_reach ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
