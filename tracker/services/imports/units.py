"""Imports of administrative units: by tier, code and first day; parents before children."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker.domain.imports import OLDEST_DAY, Cells, Column, FirstRows, Problem
from tracker.domain.people import Permission
from tracker.domain.projects import Tier
from tracker.domain.text import fold, sort_key
from tracker.models import Unit
from tracker.services.history import record_change
from tracker.services.imports.prepared import Prepared, Reading, Spans, told

COLUMNS = (
    Column("code", needed=True),
    Column("tier", needed=True),
    Column("kind", needed=True),
    Column("name", needed=True),
    Column("short_name"),
    Column("parent_code"),
    Column("valid_from", needed=True),
    Column("valid_until"),
    Column("legal_basis"),
)

_DIGITS = {Tier.PROVINCE: 2, Tier.DISTRICT: 3, Tier.COMMUNE: 5}
_ABOVE = {
    Tier.PROVINCE: (),
    Tier.DISTRICT: (Tier.PROVINCE,),
    # From July 2025 on there are no districts: a commune stands below the province.
    Tier.COMMUNE: (Tier.DISTRICT, Tier.PROVINCE),
}
_MAY_CHANGE = ("kind", "name", "short_name", "valid_until", "legal_basis")

Key = tuple[Tier, str, date]


@dataclass(slots=True)
class _Draft:
    """A row; without a key when its tier, its code or its first day has a fault."""

    cells: Cells
    key: Key | None
    parent_code: str
    values: dict[str, Any]
    parent: Key | None = None


def prepare(reading: Reading) -> Prepared:
    """Check the rows against one another and against the units there are.

    Raises:
        OutOfScope: projects of the whole province are not in the actor's hands.
    """
    reading.needs_everything(Permission.PROJECT_EDIT, "unit")
    units = {
        (unit.tier, unit.code, unit.valid_from): unit
        for unit in reading.session.scalars(select(Unit))
    }
    drafts = _drafts(reading)
    _settle_spans(drafts, units)
    sound = [(draft.key, draft) for draft in drafts if draft.key and draft.cells.is_sound]
    made = {key: draft for key, draft in sound if key not in units}
    changed = {key: draft for key, draft in sound if key in units and _changes(draft, units[key])}

    def write() -> None:
        for key in sorted(made, key=lambda key: list(Tier).index(key[0])):
            units[key] = _make(reading, key, made[key], units)
        for key, draft in changed.items():
            _change(reading, draft, units[key])

    return Prepared(len(made), len(changed), len(sound) - len(made) - len(changed), write)


def _settle_spans(drafts: list[_Draft], units: dict[Key, Unit]) -> None:
    """Keep two of a code apart in time, and find the parents that are named."""
    spans, parents = Spans(), Spans()
    for (tier, code, start), unit in units.items():
        spans.put((tier, code), start, unit.valid_until)
        parents.put((tier, code), start, unit.valid_until)
    for draft in drafts:
        if draft.key:
            parents.put(draft.key[:2], draft.key[2], draft.values["valid_until"])
            if draft.cells.is_sound_in("valid_until"):
                spans.put(draft.key[:2], draft.key[2], draft.values["valid_until"])
    for draft in drafts:
        if draft.key and draft.cells.is_sound_in("valid_until"):
            tier, code, start = draft.key
            spans.refuse_overlap(draft.cells, (tier, code), start, draft.values["valid_until"])
        _find_parent(draft, parents, units)


def _drafts(reading: Reading) -> list[_Draft]:
    drafts = []
    first = FirstRows()
    for cells in reading.cells():
        draft = _read(cells)
        if draft.key is None or first.is_first(cells, "code", draft.key):
            drafts.append(draft)
    return drafts


def _read(cells: Cells) -> _Draft:
    """Judge each cell by itself."""
    tier = cells.choice("tier", Tier)
    code = cells.text("code", needed=True, at_most=10)
    lengths = [_DIGITS[tier]] if tier else list(_DIGITS.values())
    if code and not (code.isascii() and code.isdecimal() and len(code) in lengths):
        cells.fail("code", Problem.MALFORMED, digits="/".join(map(str, lengths)))
    valid_from = cells.day("valid_from", since=OLDEST_DAY)
    valid_until = cells.day("valid_until", needed=False, since=OLDEST_DAY)
    if valid_from and valid_until and valid_until <= valid_from:
        cells.fail("valid_until", Problem.SPAN)
    name = cells.text("name", needed=True)
    kind = cells.text("kind", needed=True, at_most=50)
    values = {
        "kind": kind,
        "name": name,
        "short_name": cells.text("short_name") or name.removeprefix(kind).strip() or name,
        "valid_until": valid_until,
        "legal_basis": cells.text("legal_basis") or None,
    }
    parent_code = cells.text("parent_code", at_most=10)
    key = (tier, code, valid_from) if tier and valid_from and cells.is_sound_in("code") else None
    return _Draft(cells, key, parent_code, values)


def _find_parent(draft: _Draft, spans: Spans, units: dict[Key, Unit]) -> None:
    cells = draft.cells
    if draft.key is None:
        known = any(spans.knows((tier, draft.parent_code)) for tier in Tier)
        if draft.parent_code and not known:
            cells.fail("parent_code", Problem.UNKNOWN_CODE)
        return
    tier, _, start = draft.key
    if bool(draft.parent_code) != bool(_ABOVE[tier]):
        code = Problem.REQUIRED if _ABOVE[tier] else Problem.CANNOT_CHANGE
        cells.fail("parent_code", code)
        return
    for above in _ABOVE[tier]:
        began = spans.starts_on((above, draft.parent_code), start)
        if began is not None and draft.parent is None:
            draft.parent = (above, draft.parent_code, began)
    if draft.parent is None and draft.parent_code:
        cells.fail("parent_code", Problem.UNKNOWN_CODE)
    stored = units.get(draft.key)
    parent = units.get(draft.parent) if draft.parent else None
    if stored is not None and stored.parent_id != (parent.id if parent else None):
        cells.fail("parent_code", Problem.CANNOT_CHANGE)


def _changes(draft: _Draft, unit: Unit) -> dict[str, Any]:
    return {
        name: draft.values[name]
        for name in _MAY_CHANGE
        if getattr(unit, name) != draft.values[name]
    }


def _make(reading: Reading, key: Key, draft: _Draft, units: dict[Key, Unit]) -> Unit:
    tier, code, valid_from = key
    parent = units[draft.parent] if draft.parent else None
    unit = Unit(
        code=code,
        tier=tier,
        valid_from=valid_from,
        parent_id=parent.id if parent else None,
        path=f"new:{tier}:{code}:{valid_from}",
        name_folded=fold(draft.values["name"]),
        name_sort=sort_key(draft.values["short_name"]),
        **draft.values,
    )
    reading.session.add(unit)
    reading.session.flush()  # its path holds its own number
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    return unit


def _change(reading: Reading, draft: _Draft, unit: Unit) -> None:
    after = _changes(draft, unit)
    before = {name: getattr(unit, name) for name in after}
    for name, value in after.items():
        setattr(unit, name, value)
    unit.name_folded, unit.name_sort = fold(unit.name), sort_key(unit.short_name)
    record_change(
        reading.session,
        reading.act,
        "unit.amended",
        unit,
        unit.id,
        before=told(before),
        after=told(after),
    )
