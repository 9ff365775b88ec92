"""Every project of the demonstration tells in its history what was loaded of it."""

from tests.demo.conftest import Ask, Rows


def test_every_project_tells_plan_scenario_decisions_and_payments(rows: Rows, ask: Ask) -> None:
    told = dict(
        rows("SELECT deed, COUNT(*) FROM change WHERE project_id IS NOT NULL GROUP BY deed")
    )
    assert told["project.opened"] == ask("SELECT COUNT(*) FROM project")
    assert told["decision.recorded"] == ask("SELECT COUNT(*) FROM decision")
    assert told["plan.assigned"] + told["plan.transferred"] == ask(
        "SELECT COUNT(*) FROM plan_entry e JOIN plan_line l ON l.id = e.plan_line_id"
        " WHERE l.project_id IS NOT NULL"
    )
    own = "SELECT COUNT(*) FROM scenario WHERE project_id IS NOT NULL"
    assert told["scenario.proposed"] == told["scenario.approved"] == ask(own)
    assert told["disbursement.quiet"] == ask("SELECT COUNT(*) FROM quiet_day")


def test_the_payments_of_a_year_are_told_as_they_stand_in_the_ledger(rows: Rows) -> None:
    wrong = rows(
        "SELECT c.project_id FROM change c JOIN ("
        " SELECT project_id, year, COUNT(*) AS entries, SUM(counted) AS counted"
        " FROM disbursement GROUP BY project_id, year) d ON d.project_id = c.project_id"
        " AND d.year = json_extract(c.after, '$.year')"
        " WHERE c.deed = 'disbursement.loaded' AND (json_extract(c.after, '$.entries') <> d.entries"
        " OR json_extract(c.after, '$.counted') <> d.counted)"
    )
    assert wrong == []
    [(years, told)] = rows(
        "SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM disbursement GROUP BY project_id, year)),"
        " (SELECT COUNT(*) FROM change WHERE deed = 'disbursement.loaded')"
    )
    assert years == told > 0


def test_the_history_was_made_in_the_order_of_time_and_is_chained(rows: Rows, ask: Ask) -> None:
    opened = ask("SELECT MIN(id) FROM change WHERE deed = 'project.opened'")
    loaded = ask("SELECT id FROM change WHERE deed = 'demo.loaded'")
    # What leaders and statements bring was done by the deeds themselves, after all this.
    for which in (
        "id >= :opened AND id < :loaded",
        "id > :loaded AND subject IN ('difficulty', 'directive')",
    ):
        at = rows(
            f"SELECT at FROM change WHERE {which} ORDER BY id",  # noqa: S608 - words of ours
            **{name: value for name, value in (("opened", opened), ("loaded", loaded))
               if f":{name}" in which},
        )  # fmt: skip
        assert at == sorted(at)
        assert at
    assert ask("SELECT COUNT(*) FROM change") == ask("SELECT COUNT(*) FROM change_link")


def test_what_projects_were_leads_to_what_they_are(rows: Rows, ask: Ask) -> None:
    assert ask("SELECT COUNT(*) FROM project_past WHERE status = 'under_construction'") > 50
    unmoved = rows(
        "SELECT p.id FROM project p JOIN change c ON c.project_id = p.id"
        " WHERE c.deed = 'project.opened' AND json_extract(c.after, '$.status') <> p.status"
        " AND NOT EXISTS (SELECT 1 FROM change m WHERE m.project_id = p.id"
        " AND m.deed = 'project.moved' AND json_extract(m.after, '$.status') = p.status)"
    )
    assert unmoved == []
