"""Imports of organisations: by code and first day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker.domain.imports import Cells, Column, FirstRows, Problem
from tracker.domain.people import Permission
from tracker.domain.projects import Tier
from tracker.domain.text import fold, sort_key
from tracker.domain.units import OrganisationKind
from tracker.models import Organisation
from tracker.services.history import record_change
from tracker.services.imports.prepared import (
    Prepared,
    Reading,
    Span,
    Spans,
    in_span,
    told,
    unit_spans,
)

COLUMNS = (
    Column("code", needed=True),
    Column("name", needed=True),
    Column("short_name"),
    Column("kind", needed=True),
    Column("tier", needed=True),
    Column("unit_code", needed=True),
    Column("parent_code"),
    Column("budget_unit_code"),
    Column("valid_from", needed=True),
    Column("valid_until"),
)

_BUDGET_DIGITS = 7
_LONGEST_CODE = 40

Key = tuple[str, date]


@dataclass(slots=True)
class _Draft:
    cells: Cells
    key: Key
    parent_code: str
    values: dict[str, Any]
    parent: Key | None = None


def prepare(reading: Reading) -> Prepared:
    """Check the rows against one another and against the organisations there are.

    Raises:
        OutOfScope: projects of the whole province are not in the actor's hands.
    """
    reading.needs_everything(Permission.PROJECT_EDIT, "organisation")
    stored = {
        (one.code, one.valid_from): one for one in reading.session.scalars(select(Organisation))
    }
    drafts = _drafts(reading)
    _settle_spans(drafts, stored)
    made = [draft for draft in drafts if draft.key not in stored]
    changed = [
        draft
        for draft in drafts
        if draft.key in stored and _changes(draft, stored[draft.key], stored)
    ]

    def write() -> None:
        for draft in made:
            stored[draft.key] = _make(reading, draft)
        reading.session.flush()  # parents are named by their numbers
        for draft in made:
            if draft.parent:
                stored[draft.key].parent_id = stored[draft.parent].id
        for draft in changed:
            _change(reading, draft, stored)

    return Prepared(len(made), len(changed), len(drafts) - len(made) - len(changed), write)


def _settle_spans(drafts: list[_Draft], stored: dict[Key, Organisation]) -> None:
    """Keep two of a code apart in time, and find the parents that are named."""
    spans = Spans()
    for (code, start), one in stored.items():
        spans.put(code, start, one.valid_until)
    for draft in drafts:
        spans.put(*draft.key, draft.values["valid_until"])
    for draft in drafts:
        spans.refuse_overlap(draft.cells, *draft.key, draft.values["valid_until"])
        _find_parent(draft, spans)


def _drafts(reading: Reading) -> list[_Draft]:
    units = unit_spans(reading.session)
    in_spans: dict[tuple[date, date | None], dict[str, Span]] = {}
    drafts = []
    first = FirstRows()
    for cells in reading.cells():
        valid_from, valid_until = cells.day("valid_from"), cells.day("valid_until", needed=False)
        if valid_from is None:
            continue
        if valid_until is not None and valid_until <= valid_from:
            cells.fail("valid_until", Problem.SPAN)
        there = in_spans.setdefault(
            (valid_from, valid_until), in_span(units, valid_from, valid_until)
        )
        values = {"valid_until": valid_until, **_values(cells, there)}
        code = cells.text("code", needed=True, at_most=_LONGEST_CODE)
        parent_code = cells.text("parent_code", at_most=_LONGEST_CODE)
        key = (code, valid_from)
        if cells.is_sound and first.is_first(cells, "code", key):
            drafts.append(_Draft(cells, key, parent_code, values))
    return drafts


def _values(cells: Cells, units: dict[str, Span]) -> dict[str, Any]:
    name = cells.text("name", needed=True)
    unit = cells.known("unit_code", units)
    budget_code = cells.text("budget_unit_code", at_most=20)
    if budget_code and not (
        budget_code.isascii() and budget_code.isdecimal() and len(budget_code) == _BUDGET_DIGITS
    ):
        cells.fail("budget_unit_code", Problem.MALFORMED, digits=_BUDGET_DIGITS)
    return {
        "name": name,
        "short_name": cells.text("short_name") or name,
        "kind": cells.choice("kind", OrganisationKind),
        "tier": cells.choice("tier", Tier),
        "unit_id": unit.id if unit else None,
        "unit_path": unit.path if unit else None,
        "budget_unit_code": budget_code or None,
    }


def _find_parent(draft: _Draft, spans: Spans) -> None:
    code, start = draft.key
    if not draft.parent_code:
        return
    began = spans.starts_on(draft.parent_code, start)
    if began is None or draft.parent_code == code:
        draft.cells.fail("parent_code", Problem.UNKNOWN_CODE)
    else:
        draft.parent = (draft.parent_code, began)


def _changes(draft: _Draft, one: Organisation, stored: dict[Key, Organisation]) -> dict[str, Any]:
    values = dict(draft.values)
    if draft.parent is None or draft.parent in stored:
        values["parent_id"] = stored[draft.parent].id if draft.parent else None
    return {name: value for name, value in values.items() if getattr(one, name) != value}


def _make(reading: Reading, draft: _Draft) -> Organisation:
    code, valid_from = draft.key
    one = Organisation(
        code=code,
        valid_from=valid_from,
        name_folded=fold(draft.values["name"]),
        name_sort=sort_key(draft.values["name"]),
        **draft.values,
    )
    reading.session.add(one)
    return one


def _change(reading: Reading, draft: _Draft, stored: dict[Key, Organisation]) -> None:
    one = stored[draft.key]
    after = _changes(draft, one, stored)
    before = {name: getattr(one, name) for name in after}
    for name, value in after.items():
        setattr(one, name, value)
    one.name_folded, one.name_sort = fold(one.name), sort_key(one.name)
    record_change(
        reading.session,
        reading.act,
        "organisation.amended",
        one,
        one.id,
        before=told(before),
        after=told(after),
    )
