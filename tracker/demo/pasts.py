"""What the projects were before: their stages by the days of the works, what was decided when."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from tracker.demo.drafts import Draft
from tracker.demo.lifecycle import Life
from tracker.demo.loading import Loader, Row, iso
from tracker.domain.money import Dong
from tracker.domain.projects import GroupLimits, Halt, InvestmentClass, group_of
from tracker.domain.states import ProjectState, looking_back, stages_before

PAUSED_ON = date(2025, 3, 3)
"""The works that stand still were paused on this day."""
_PAST = (
    "id project_id until_on status halt total_investment group_computed group_override year_to"
    " finish_planned_on capital_extended_until"
)


def write_pasts(
    loader: Loader,
    drafts: Sequence[Draft],
    lives: Sequence[Life],
    limits: Sequence[GroupLimits],
) -> None:
    """Write what each project was before it became what its record says."""
    rows = (
        row
        for draft, life in zip(drafts, lives, strict=True)
        for row in _rows(loader, draft, life, limits)
    )
    loader.insert("project_past", _PAST, rows)


def _rows(loader: Loader, draft: Draft, life: Life, limits: Sequence[GroupLimits]) -> Iterator[Row]:
    halt = None if life.halt is None else Halt(life.halt)
    now = ProjectState(
        life.status,
        halt,
        Dong(life.total),
        life.group,
        None,
        life.year_to,
        life.finish_planned_on,
        life.extended_until,
    )
    days = {
        "started_on": life.started_on,
        "finished_on": life.finished_on,
        "handed_over_on": life.handed_over_on,
    }
    changes: list[tuple[date, dict[str, Any]]] = [
        *stages_before(life.status, days),
        *_decided(draft, life, limits),
    ]
    if halt is not None:
        changes.append((PAUSED_ON, {"halt": None}))
    for until_on, state in looking_back(now, changes):
        yield (
            loader.key("project_past"),
            draft.id,
            iso(until_on),
            state.status.value,
            state.halt and state.halt.value,
            state.total_investment,
            state.group_computed and state.group_computed.value,
            None,
            state.year_to,
            iso(state.finish_planned_on),
            state.capital_extended_until,
        )


def _decided(
    draft: Draft, life: Life, limits: Sequence[GroupLimits]
) -> Iterator[tuple[date, dict[str, Any]]]:
    """Yield what total investment and group were before each decision."""
    before: dict[str, Any] = {"total_investment": Dong(0), "group_computed": None}
    for ruling in life.rulings:
        yield ruling.issued_on, before
        total = Dong(ruling.total)
        klass = InvestmentClass(draft.work.klass)
        group = group_of(limits, klass, total, ruling.issued_on)
        before = {"total_investment": total, "group_computed": group}
