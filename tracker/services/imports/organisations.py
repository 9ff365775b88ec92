"""Imports of organisations: by code and first day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker.domain.imports import OLDEST_DAY, Cells, Column, FirstRows, Problem
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
    """A row; without a key when its code or its first day has a fault."""

    cells: Cells
    key: Key | None
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
    sound = [(draft.key, draft) for draft in drafts if draft.key and draft.cells.is_sound]
    made = {key: draft for key, draft in sound if key not in stored}
    changed = {
        key: draft for key, draft in sound if key in stored and _changes(draft, stored[key], stored)
    }

    def write() -> None:
        for key, draft in made.items():
            stored[key] = _make(reading, key, draft)
        reading.session.flush()  # parents are named by their numbers
        for key, draft in made.items():
            if draft.parent:
                stored[key].parent_id = stored[draft.parent].id
        for key, draft in changed.items():
            _change(reading, draft, stored[key], stored)

    return Prepared(len(made), len(changed), len(sound) - len(made) - len(changed), write)


def _settle_spans(drafts: list[_Draft], stored: dict[Key, Organisation]) -> None:
    """Keep two of a code apart in time, and find the parents that are named."""
    spans, parents = Spans(), Spans()
    for (code, start), one in stored.items():
        spans.put(code, start, one.valid_until)
        parents.put(code, start, one.valid_until)
    for draft in drafts:
        if draft.key:
            parents.put(*draft.key, draft.values["valid_until"])
            if draft.cells.is_sound_in("valid_until"):
                spans.put(*draft.key, draft.values["valid_until"])
    for draft in drafts:
        if draft.key and draft.cells.is_sound_in("valid_until"):
            spans.refuse_overlap(draft.cells, *draft.key, draft.values["valid_until"])
        _find_parent(draft, parents)


def _drafts(reading: Reading) -> list[_Draft]:
    units = unit_spans(reading.session)
    in_spans: dict[tuple[date, date | None], dict[str, Span]] = {}
    ever = {code: spans[0] for code, spans in units.items()}
    drafts = []
    first = FirstRows()
    for cells in reading.cells():
        valid_from = cells.day("valid_from", since=OLDEST_DAY)
        valid_until = cells.day("valid_until", needed=False, since=OLDEST_DAY)
        there = ever
        if valid_from is not None and cells.is_sound_in("valid_until"):
            if valid_until is not None and valid_until <= valid_from:
                cells.fail("valid_until", Problem.SPAN)
            span = (valid_from, valid_until)
            there = in_spans.setdefault(span, in_span(units, *span))
        values = {"valid_until": valid_until, **_values(cells, there)}
        code = cells.text("code", needed=True, at_most=_LONGEST_CODE)
        parent_code = cells.text("parent_code", at_most=_LONGEST_CODE)
        key = (code, valid_from) if code and valid_from else None
        if key is None or first.is_first(cells, "code", key):
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
    if not draft.parent_code:
        return
    if draft.key is None:
        if not spans.knows(draft.parent_code):
            draft.cells.fail("parent_code", Problem.UNKNOWN_CODE)
        return
    code, start = draft.key
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


def _make(reading: Reading, key: Key, draft: _Draft) -> Organisation:
    code, valid_from = key
    one = Organisation(
        code=code,
        valid_from=valid_from,
        name_folded=fold(draft.values["name"]),
        name_sort=sort_key(draft.values["name"]),
        **draft.values,
    )
    reading.session.add(one)
    return one


def _change(
    reading: Reading, draft: _Draft, one: Organisation, stored: dict[Key, Organisation]
) -> None:
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
