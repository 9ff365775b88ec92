"""Writes the history of what was loaded, so that every project can say what became of it.

One change for each project, decision, move, plan entry, scenario and quiet day, as the deeds
would have told it; payments, of which there are hundreds of thousands, are told by project and
plan year (docs/decisions/0015).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Date, text
from sqlalchemy.orm import Session

from tracker.demo.loading import Loader
from tracker.domain.act import Act
from tracker.domain.chain import json_text
from tracker.services.chain import link_loaded

_CHANGE = "id at actor_id roles deed subject subject_id project_id before after reason request_id"
_BASIS = "Theo hồ sơ dự án"
_OPENED, _PLANNED, _MORNING, _EVENING = 1_800, 3_000, 7_200, 36_000
"""Seconds after midnight UTC at which projects were opened, plans typed, the rest of the day."""
_FIELDS = (
    "name",
    "kind",
    "tier",
    "sector",
    "investment_class",
    "year_from",
    "year_to",
    "budget_code",
    "group_computed",
    "is_key",
    "has_construction",
    "start_planned_on",
    "started_on",
    "finish_planned_on",
    "finished_on",
    "handed_over_on",
    "first_capital_year",
    "capital_extended_until",
    "disbursed_before",
    "total_investment",
    "code",
    "status",
)
_ENTRY = (
    "plan_line_id",
    "kind",
    "amount",
    "decision_number",
    "decided_on",
    "effective_on",
    "deadline_on",
    "round",
    "note",
    "transfer_key",
    "year",
    "source_id",
    "budget_tier",
)
_BOOLEAN = ("is_key", "has_construction")


class _Told(NamedTuple):
    """One change: the instant as the engine reads it, whose, and what it says."""

    at: str
    deed: str
    subject: str
    subject_id: int
    project_id: int | None
    actor_id: int
    before: dict[str, Any] | None
    after: dict[str, Any]
    reason: str | None = None


def write_history(loader: Loader, session: Session, act: Act) -> None:
    """Write and chain the history of all that was loaded, in the order of time."""
    teller = _Teller(loader, session, act.actor.id)
    told = sorted(teller.tell(), key=lambda one: one.at)
    roles = ",".join(sorted(act.actor.roles))
    first_id = loader.key("change")
    keys = [first_id, *(loader.key("change") for _ in told[1:])]
    loader.insert(
        "change",
        _CHANGE,
        (
            (
                key,
                one.at,
                one.actor_id,
                roles if one.actor_id == act.actor.id else "officer",
                one.deed,
                one.subject,
                one.subject_id,
                one.project_id,
                None if one.before is None else json_text(one.before),
                json_text(one.after),
                one.reason,
                act.request_id,
            )
            for key, one in zip(keys, told, strict=True)
        ),
    )
    link_loaded(session, first_id)


class _Teller:
    """Reads what was loaded and tells it."""

    def __init__(self, loader: Loader, session: Session, system_id: int) -> None:
        self._loader, self._session, self._system_id = loader, session, system_id

    def tell(self) -> Iterator[_Told]:
        """Yield every change, in no order."""
        yield from self._projects()
        yield from self._decisions()
        yield from self._plan()
        yield from self._scenarios()
        yield from self._payments()
        yield from self._quiet_days()

    def _rows(self, sql: str, *days: str) -> Iterable[Any]:
        return self._session.execute(text(sql).columns(**dict.fromkeys(days, Date)))

    def _at(self, day: str, second: int) -> str:
        return self._loader.instant(day, second)

    def _projects(self) -> Iterator[_Told]:
        """Tell how each project was opened, and how its stage and halt moved since."""
        pasts = defaultdict(list)
        for row in self._rows(
            "SELECT project_id, until_on, status, halt FROM project_past ORDER BY until_on",
            "until_on",
        ):
            pasts[row.project_id].append(row)
        places: dict[int, list[str]] = defaultdict(list)
        for project_id, name in self._rows(
            "SELECT l.project_id, u.name FROM project_location l JOIN unit u ON u.id = l.unit_id"
            " ORDER BY u.name_sort, u.id"
        ):
            places[project_id].append(name)
        days = [name for name in _FIELDS if name.endswith("_on")]
        for row in self._rows(
            f"SELECT p.id, p.halt, {', '.join(f'p.{name}' for name in _FIELDS)},"  # noqa: S608 - names of this module
            " o.name AS owner, w.valid_from AS owned_from"
            " FROM project p JOIN organisation o ON o.id = p.owner_id"
            " JOIN project_owner w ON w.project_id = p.id ORDER BY p.id",
            *days,
            "owned_from",
        ):
            opened_on = _opened_on(row.code)
            steps = [one for one in pasts[row.id] if one.until_on.isoformat() > opened_on]
            states = [*((one.status, one.halt) for one in steps), (row.status, row.halt)]
            after = {name: _plain(name, getattr(row, name)) for name in _FIELDS}
            after |= {"status": states[0][0], "owner": row.owner, "locations": places[row.id]}
            after["owned_from"] = row.owned_from.isoformat()
            yield self._of_project(self._at(opened_on, _OPENED), "project.opened", row.id, after)
            for step, one, other in zip(steps, states, states[1:], strict=False):
                at = self._at(step.until_on.isoformat(), _MORNING)
                for place, (name, deed) in enumerate(_MOVES):
                    if one[place] != other[place]:
                        yield self._of_project(
                            at, deed, row.id, {name: other[place]}, {name: one[place]}, _BASIS
                        )

    def _of_project(
        self,
        at: str,
        deed: str,
        project_id: int,
        after: dict[str, Any],
        before: dict[str, Any] | None = None,
        reason: str | None = None,
    ) -> _Told:
        return _Told(
            at, deed, "project", project_id, project_id, self._system_id, before, after, reason
        )

    def _decisions(self) -> Iterator[_Told]:
        parts: dict[int, list[list[int]]] = defaultdict(list)
        for decision_id, source_id, amount in self._rows(
            "SELECT decision_id, source_id, amount FROM decision_source ORDER BY id"
        ):
            parts[decision_id].append([source_id, amount])
        for row in self._rows(
            "SELECT d.*, p.code FROM decision d JOIN project p ON p.id = d.project_id"
            " ORDER BY d.id",
            "issued_on",
        ):
            after = {
                "kind": row.kind,
                "number": row.number,
                "issued_on": row.issued_on.isoformat(),
                "authority": row.authority,
                "adjustment": row.adjustment,
                "decided_total": row.total_investment,
                "decided_from": row.year_from,
                "decided_to": row.year_to,
                "sources": parts[row.id],
            }
            on = max(row.issued_on.isoformat(), _opened_on(row.code))
            yield _Told(
                self._at(on, _OPENED + 60), "decision.recorded", "decision", row.id,
                row.project_id, self._system_id, None, after, row.reason,
            )  # fmt: skip

    def _plan(self) -> Iterator[_Told]:
        days = [name for name in _ENTRY if name.endswith("_on")]
        for row in self._rows(
            "SELECT e.*, l.project_id, l.year, l.source_id, l.budget_tier"
            " FROM plan_entry e JOIN plan_line l ON l.id = e.plan_line_id ORDER BY e.id",
            *days,
        ):
            deed = "plan.transferred" if row.transfer_key else "plan.assigned"
            after = {name: _plain(name, getattr(row, name)) for name in _ENTRY}
            at = self._at(row.effective_on.isoformat(), _PLANNED)
            yield _Told(
                at, deed, "plan_entry", row.id, row.project_id, self._system_id, None, after
            )

    def _scenarios(self) -> Iterator[_Told]:
        months: dict[int, list[int]] = defaultdict(list)
        for scenario_id, amount in self._rows(
            "SELECT scenario_id, cumulative FROM scenario_month ORDER BY scenario_id, month"
        ):
            months[scenario_id].append(amount)
        for row in self._rows("SELECT * FROM scenario ORDER BY id", "approved_on"):
            approved_on = row.approved_on.isoformat()
            proposed = {
                "holder": row.holder,
                "year": row.year,
                "version": row.version,
                "cumulative": months[row.id],
                "document": row.document,
                "committed_by": row.committed_by,
            }
            approved = {"version": row.version, "approved_on": approved_on}
            for second, deed, before, after in (
                (180, "scenario.proposed", None, proposed),
                (240, "scenario.approved", {"approved_on": None}, approved),
            ):
                yield _Told(
                    self._at(approved_on, _MORNING + second), deed, "scenario", row.id,
                    row.project_id, self._system_id, before, after,
                )  # fmt: skip

    def _payments(self) -> Iterator[_Told]:
        """Tell of each project and plan year what was loaded, on the day of its last payment."""
        for row in self._rows(
            "SELECT project_id, year, COUNT(*) AS entries,"
            " CAST(SUM(counted) AS BIGINT) AS counted, MIN(posted_on) AS first_on,"
            " MAX(posted_on) AS last_on FROM disbursement GROUP BY project_id, year",
            "first_on",
            "last_on",
        ):
            last_on = row.last_on.isoformat()
            after = {
                "year": row.year,
                "entries": row.entries,
                "counted": row.counted,
                "first_on": row.first_on.isoformat(),
                "last_on": last_on,
            }
            yield _Told(
                self._at(last_on, _EVENING), "disbursement.loaded", "project", row.project_id,
                row.project_id, self._system_id, None, after,
            )  # fmt: skip

    def _quiet_days(self) -> Iterator[_Told]:
        for row in self._rows("SELECT * FROM quiet_day ORDER BY id", "day"):
            day = row.day.isoformat()
            yield _Told(
                self._at(day, _EVENING + 60), "disbursement.quiet", "quiet_day", row.id,
                row.project_id, row.recorded_by, None, {"day": day},
            )  # fmt: skip


_MOVES = (("status", "project.moved"), ("halt", "project.halted"))


def _opened_on(code: str) -> str:
    """Return the day on which a project came into the books, by the year in its code."""
    return f"{code[3:7]}-01-01"


def _plain(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _BOOLEAN:
        return bool(value)
    return value.isoformat() if name.endswith("_on") else value
