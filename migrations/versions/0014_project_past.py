"""What projects were before they changed, and what was expected of them at each month's end.

Filled from the decisions, the days of the works and the history. The rows refuse changes, and a
new one has the project judged again.
"""

import json
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FIELDS = (
    "status",
    "halt",
    "total_investment",
    "group_computed",
    "group_override",
    "year_to",
    "finish_planned_on",
    "capital_extended_until",
)
OFFICE = timezone(timedelta(hours=7))
BATCH = 5_000
MONTHS = range(1, 13)
INVESTING = ("investment", "investment_adjustment")
PROPOSING = ("policy", "policy_adjustment")
STEPS = (
    ("started_on", "approved_not_started"),
    ("finished_on", "under_construction"),
    ("handed_over_on", "completed_not_handed_over"),
)
STAGES = (
    "proposed",
    "policy_approved",
    "approved_not_started",
    "under_construction",
    "completed_not_handed_over",
    "handed_over",
    "settlement_submitted",
    "settled_with_debts",
    "financial_processing",
    "closed",
)

SQLITE = (
    *(
        f"CREATE TRIGGER project_past_refuses_{verb} BEFORE {verb} ON project_past"
        " BEGIN SELECT RAISE(ABORT, 'project_past is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    *(
        f"CREATE TRIGGER project_past_total_investment_is_whole_on_{verb.lower()}"
        f" AFTER {verb} ON project_past WHEN typeof(NEW.total_investment) <> 'integer'"
        " BEGIN SELECT RAISE(ABORT, 'project_past.total_investment is not a whole number'); END"
        for verb in ("INSERT", "UPDATE")
    ),
    """
CREATE TRIGGER project_past_is_judged_on_INSERT AFTER INSERT ON project_past
BEGIN
  INSERT INTO standing_due (project_id, reach) SELECT NEW.project_id, 'project'
  WHERE NOT EXISTS (
    SELECT 1 FROM standing_due o WHERE o.project_id = NEW.project_id AND o.reach = 'project');
END
""",
)
POSTGRESQL = (
    "CREATE TRIGGER project_past_refuses_change BEFORE UPDATE OR DELETE ON project_past"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER project_past_refuses_truncate BEFORE TRUNCATE ON project_past"
    " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    """
CREATE FUNCTION project_past_is_judged() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO standing_due (project_id, reach) SELECT DISTINCT project_id, 'project' FROM fresh;
  RETURN NULL;
END
$$
""",
    "CREATE TRIGGER project_past_is_judged_on_insert AFTER INSERT ON project_past"
    " REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION project_past_is_judged()",
)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "project_past",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("halt", sa.String(), nullable=True),
        sa.Column("total_investment", sa.BigInteger(), nullable=False),
        sa.Column("group_computed", sa.String(), nullable=True),
        sa.Column("group_override", sa.String(), nullable=True),
        sa.Column("year_to", sa.Integer(), nullable=False),
        sa.Column("finish_planned_on", sa.Date(), nullable=True),
        sa.Column("capital_extended_until", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "total_investment >= 0", name=op.f("ck_project_past_total_investment_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_past_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_past")),
    )
    op.create_index(
        "ix_project_past_project_id_until_on", "project_past", ["project_id", "until_on", "id"]
    )
    op.create_index(op.f("ix_project_past_until_on"), "project_past", ["until_on"])
    for month in MONTHS:
        op.add_column("project_standing", sa.Column(f"expected_{month}", sa.BigInteger()))
    # A row without its months is no row: the next reader judges anew.
    op.execute("DELETE FROM project_standing")
    op.execute("DELETE FROM standing_day")
    connection = op.get_bind()
    _fill(connection)
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def _fill(connection: sa.Connection) -> None:
    """Write what is known of the past of every project there is."""
    projects = sa.table(
        "project", *(sa.column(n, sa.Date()) for n in ("finish_planned_on", *dict(STEPS))),
        *(
            sa.column(n)
            for n in ("id", "investment_class", *FIELDS)
            if n != "finish_planned_on"
        ),
    )  # fmt: skip
    changes = _changes(connection)
    for project_id, found in _decisions(connection).items():
        changes[project_id] += found
    past = sa.table(
        "project_past",
        sa.column("project_id"),
        sa.column("until_on", sa.Date()),
        *(sa.column(n, sa.Date() if n == "finish_planned_on" else None) for n in FIELDS),
    )
    rows: list[dict[str, Any]] = []
    for project in connection.execute(sa.select(projects).order_by(projects.c.id)).all():
        own = changes[project.id]
        rows += _spans(project, [*own, *_stages(project, own)])
    for start in range(0, len(rows), BATCH):
        connection.execute(sa.insert(past), rows[start : start + BATCH])


def _spans(
    project: sa.Row[Any], changes: list[tuple[date, dict[str, Any]]]
) -> list[dict[str, Any]]:
    """Walk back from what the project is now; of one day, what was before its first change."""
    state = {name: getattr(project, name) for name in FIELDS}
    spans: dict[date, dict[str, Any]] = {}
    in_order = sorted(changes, key=lambda one: one[0])
    for on, before in reversed(in_order):
        earlier = {**state, **before}
        if earlier != state:
            spans[on] = {"project_id": project.id, "until_on": on, **earlier}
        state = earlier
    return [spans[on] for on in sorted(spans)]


def _stages(
    project: sa.Row[Any], changes: list[tuple[date, dict[str, Any]]]
) -> list[tuple[date, dict[str, Any]]]:
    """Return the stages before the first move that is told of, by the days of the works."""
    moves = [(on, before["status"]) for on, before in changes if "status" in before]
    first_on, status = min(moves, key=lambda move: move[0], default=(date.max, project.status))
    if status not in STAGES:
        return []
    reached = STAGES.index(status)
    found: list[tuple[date, dict[str, Any]]] = []
    for place, (name, before) in enumerate(STEPS, start=STAGES.index("under_construction")):
        on = getattr(project, name)
        last = found[-1][0] if found else date.min
        if on is not None and place <= reached and last < on < first_on:
            found.append((on, {"status": before}))
    return found


def _changes(connection: sa.Connection) -> dict[int, list[tuple[date, dict[str, Any]]]]:
    """Return what the history tells of each project before each change, the oldest first."""
    kept = sa.table(
        "change",
        sa.column("id"),
        sa.column("at", sa.DateTime(timezone=True)),
        *(sa.column(n) for n in ("deed", "project_id", "before")),
    )
    deeds = ("project.moved", "project.halted", "project.amended", "decision.recorded")
    found: dict[int, list[tuple[date, dict[str, Any]]]] = defaultdict(list)
    for row in connection.execute(
        sa.select(kept).where(kept.c.deed.in_(deeds)).order_by(kept.c.id)
    ):
        told = json.loads(row.before) if isinstance(row.before, str) else row.before or {}
        before = {n: v for n, v in told.items() if n in FIELDS and n not in _DECIDED}
        if before.get("finish_planned_on"):
            before["finish_planned_on"] = date.fromisoformat(before["finish_planned_on"])
        if before and row.project_id is not None:
            found[row.project_id].append((_office_day(row.at), before))
    return found


_DECIDED = ("total_investment", "group_computed")


def _office_day(at: datetime) -> date:
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return aware.astimezone(OFFICE).date()


def _decisions(connection: sa.Connection) -> dict[int, list[tuple[date, dict[str, Any]]]]:
    """Return what total investment and group were before each decision that settled them."""
    rows = connection.execute(
        sa.text(
            "SELECT d.project_id, d.kind, d.issued_on, d.total_investment, p.investment_class"
            " FROM decision d JOIN project p ON p.id = d.project_id"
            " WHERE d.total_investment IS NOT NULL ORDER BY d.project_id, d.issued_on, d.id"
        ).columns(issued_on=sa.Date())
    ).all()
    limits = connection.execute(
        sa.text(
            "SELECT investment_class, valid_from, national_from, a_from, b_from FROM group_limit"
            " ORDER BY valid_from"
        ).columns(valid_from=sa.Date())
    ).all()
    found: dict[int, list[tuple[date, dict[str, Any]]]] = defaultdict(list)
    known: dict[int, list[sa.Row[Any]]] = defaultdict(list)
    for row in rows:
        own = known[row.project_id]
        before: dict[str, Any] = {"total_investment": 0, "group_computed": None}
        settling = [one for one in own if one.kind in INVESTING] or [
            one for one in own if one.kind in PROPOSING
        ]
        if settling:
            last = settling[-1]
            before = {
                "total_investment": last.total_investment,
                "group_computed": _group(limits, last),
            }
        if row.kind in (*INVESTING, *PROPOSING):
            own.append(row)
            found[row.project_id].append((row.issued_on, before))
    return found


def _group(limits: Any, decision: sa.Row[Any]) -> str | None:
    known = [
        one
        for one in limits
        if one.investment_class == decision.investment_class
        and one.valid_from <= decision.issued_on
    ]
    if not known:
        return None
    limit = known[-1]
    for name, least in (
        ("national", limit.national_from),
        ("a", limit.a_from),
        ("b", limit.b_from),
    ):
        if decision.total_investment >= least:
            return name
    return "c"


def downgrade() -> None:
    """Go back."""
    for month in MONTHS:
        op.drop_column("project_standing", f"expected_{month}")
    op.drop_table("project_past")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION project_past_is_judged()")
