"""A project that was changed while its form was open: both versions, merged field by field."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectMultipleField
from wtforms.validators import InputRequired

from tracker.domain.merging import Merge, merge
from tracker.web.change_fields import field_words
from tracker.web.changes import value_words
from tracker.web.deeds import lazy_gettext
from tracker.web.projects.forms import AmendForm

TAKE = "take_"
STORED, TYPED = "stored", "typed"
_OWN = frozenset({"row_version", "csrf_token", "basis", "base", "undecided"})
"""Fields of the form that are not of the record."""
_LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which two versions differ; `choice` is the field to choose by, or none."""

    label: str
    base: str | None
    stored: str | None
    typed: str | None
    told: str
    choice: Field | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Everything in which what is stored and what was typed differ."""

    rows: tuple[Difference, ...] = ()

    @property
    def to_choose(self) -> int:
        """Return how many fields a person must decide about."""
        return sum(row.choice is not None for row in self.rows)


class MergingForm(AmendForm):
    """A form that remembers what the record was when it was opened."""

    base = HiddenField(lazy_gettext("Phiên bản"))
    undecided = HiddenField(lazy_gettext("Phiên bản"))

    @property
    def of_record(self) -> list[Field]:
        """Return the fields of the record itself."""
        return [one for one in self if one.name not in _OWN and not one.name.startswith(TAKE)]


def merging_form(sent: Mapping[str, str], given: Mapping[str, Any]) -> MergingForm:
    """Return the form of a project, with a choice for each field that was left undecided."""
    known = {name for name in given if hasattr(MergingForm, name) and name not in _OWN}
    asked = [name for name in sent.get("undecided", "").split(",") if name in known]
    form = _form_with(asked)(data=given)
    if not form.is_submitted():
        form.base.data = _packed(form, given)
    return form


def take_choices(form: MergingForm, given: Mapping[str, Any]) -> None:
    """Put in the stored value wherever a person chose it."""
    for name in list(form.data):
        if name.startswith(TAKE) and form[name].data == STORED:
            field = form[name.removeprefix(TAKE)]
            _put(field, given.get(field.name))


def merged(
    form: MergingForm, given: Mapping[str, Any], version: int
) -> tuple[MergingForm, Conflict]:
    """Merge what was typed with what is stored by now; return the form to go on with.

    What only the other person changed is taken over; what both changed keeps what was typed
    until it is chosen. Nothing typed is lost.
    """
    stored = {one.name: _plain(given.get(one.name)) for one in form.of_record}
    typed = {one.name: _plain(one.data) for one in form.of_record}
    base = _read(form.base.data)
    found = merge(base, stored, typed)
    again = _form_with(found.both)(data=given)
    again.offered = form.offered
    again.locations.choices = form.locations.choices
    again.status.choices = form.status.choices
    for field in form.of_record:
        if field.name not in found.theirs:
            _copy(field, again[field.name])
    for field in again.of_record:
        if field.name in found.theirs:
            _put(field, given.get(field.name))
    _copy(form.basis, again.basis)
    again.row_version.data = str(version)
    again.base.data = _packed(again, given)
    again.undecided.data = ",".join(found.both)
    return again, Conflict(_differences(again, found, base, stored, typed))


def _form_with(names: Iterable[str]) -> type[MergingForm]:
    choices = {
        TAKE + name: RadioField(
            field_words(name),
            [InputRequired(lazy_gettext("Hãy chọn lấy bản nào."))],
            choices=lambda: [(STORED, _("bản đang lưu")), (TYPED, _("bản của tôi"))],
        )
        for name in names
    }
    return type("MergingFormByField", (MergingForm,), choices)


def _differences(
    form: MergingForm,
    found: Merge,
    base: Mapping[str, Any],
    stored: Mapping[str, Any],
    typed: Mapping[str, Any],
) -> tuple[Difference, ...]:
    places = {place: str(name) for place, name in form.offered}
    told = {
        **dict.fromkeys(found.theirs, _("lấy bản đang lưu: chỉ người khác sửa")),
        **dict.fromkeys(found.mine, _("giữ bản của anh/chị: chỉ anh/chị sửa")),
    }
    return tuple(
        Difference(
            field_words(name),
            _said(name, base.get(name), places),
            _said(name, stored[name], places),
            _said(name, typed[name], places),
            told.get(name, ""),
            form[TAKE + name] if name in found.both else None,
        )
        for name in typed
        if name in found.fields
    )


def _said(name: str, value: Any, places: Mapping[int, str]) -> str | None:
    if isinstance(value, list):
        return "; ".join(sorted(places.get(one, str(one)) for one in value)) or None
    if name in {"is_key", "has_construction"}:
        value = bool(value)
    return value_words("project", name, value)


def _plain(value: Any) -> Any:
    """Return a value as JSON keeps it; nothing, however it is said, is empty text."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return sorted(value)
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    return value or ""


def _packed(form: MergingForm, given: Mapping[str, Any]) -> str:
    told = {one.name: _plain(given.get(one.name)) for one in form.of_record}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _read(text: str | None) -> dict[str, Any]:
    """Return what the form says the record was; nothing when that cannot be read."""
    try:
        found = json.loads(text or "{}") if len(text or "") <= _LONGEST else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _copy(typed: Field, again: Field) -> None:
    again.data, again.raw_data = typed.data, typed.raw_data
    again.process_errors = list(typed.process_errors)


def _put(field: Field, value: Any) -> None:
    """Set a field as if this value had been typed in it."""
    field.data, field.raw_data, field.process_errors = value, None, []
    if isinstance(field, BooleanField):
        field.data = bool(value)
    elif isinstance(field, SelectMultipleField):
        field.data = list(value or ())
        field.raw_data = [str(one) for one in field.data]
    elif value not in (None, ""):
        reader: Any = getattr(field, "_value", None)
        field.raw_data = [str(value) if reader is None else reader()]


NO_CONFLICT = Conflict()
