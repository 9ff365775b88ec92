"""A record that was changed while its form was open: both versions, merged field by field.

Every form that changes a record with a version goes this way. The form carries what the record was
when it was opened; when another version is stored by now, nothing is overwritten: what one side
alone changed is merged, what both changed is shown side by side and chosen.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.form import BaseForm
from wtforms.validators import InputRequired

from tracker.domain.merging import Merge, merge
from tracker.web.fields import DayField, DongField, SpokenForm
from tracker.web.formats import day, dong

TAKE = "take_"
STORED, TYPED = "stored", "typed"
VERSION, BASE, UNDECIDED = "row_version", "base", "undecided"
OF_THE_DEED = frozenset({VERSION, BASE, UNDECIDED, "csrf_token", "key", "reason", "basis"})
"""Fields of a form that are not of the record."""
_LONGEST = 100_000

Said = Callable[[Field, Any], str | None]


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it is kept now: its version, what its form is filled with, what else it shows.

    `facts` are labels and words of what the form does not hold: of them a person sees what they
    were and what they have become.
    """

    version: int
    given: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)


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

    is_there: bool = False
    rows: tuple[Difference, ...] = ()


NO_CONFLICT = Conflict()


def said_plainly(asked: Field, value: Any) -> str | None:
    """Return a value of a field as the page says it, or None where there is none."""
    if isinstance(asked, BooleanField):
        return _("có") if value else _("không")
    if value in (None, ""):
        return None
    if isinstance(asked, SelectField | SelectMultipleField):
        listed = _choices_of(asked)
        many = value if isinstance(value, list | tuple) else [value]
        return "; ".join(listed.get(str(one), str(one)) for one in many) or None
    if isinstance(asked, DongField) and isinstance(value, int):
        return dong(value)
    if isinstance(asked, DayField):
        return _day_words(value)
    return str(value)


def _day_words(value: Any) -> str:
    """Return a day in words; what the form says it was when it was opened is text."""
    try:
        return day(value if isinstance(value, date) else date.fromisoformat(str(value)))
    except ValueError:
        return str(value)


class Edit:
    """One form on one record: what the record was, what it is, what of both is chosen."""

    def __init__(
        self,
        form: SpokenForm,
        read: Callable[[], Stored],
        said: Said = said_plainly,
        *,
        is_sent: bool | None = None,
    ) -> None:
        """Let a form remember the record it is opened on; what is sent back is read again.

        `read` tells what is stored now; it is asked again when somebody was quicker. `is_sent`
        tells whether this form was sent, where a page has others too.
        """
        self.form, self._stored, self._reading, self._said = form, read(), read, said
        self.conflict = NO_CONFLICT
        sent = request.form if (form.is_submitted() if is_sent is None else is_sent) else None
        for name in (BASE, UNDECIDED):
            _add(form, name, HiddenField(), sent)
        asked = str(form[UNDECIDED].data or "").split(",")
        for one in self.of_record:
            if one.name in asked:
                self._ask(one.name, sent)
        if sent is None:
            self._remember()

    @property
    def of_record(self) -> list[Field]:
        """Return the fields of the record itself."""
        return [
            one
            for one in self.form
            if one.name not in OF_THE_DEED and not one.name.startswith(TAKE)
        ]

    def is_current(self) -> bool:
        """Tell whether the form was filled on what is stored; what was chosen is then put in.

        Otherwise both versions are merged, and `conflict` tells of it.
        """
        sent = str(self.form[VERSION].data or "")
        # What is no version at all is for the rules of the form, and of the service.
        if sent.isdecimal() and sent != str(self._stored.version):
            self.merge()
            return False
        for one in list(self.form):
            if one.name.startswith(TAKE) and one.data == STORED:
                name = one.name.removeprefix(TAKE)
                _put(self.form[name], self._stored.given.get(name))
        return True

    def merge(self) -> None:
        """Merge what was typed with what is stored by now, in the form itself.

        What only the other person changed is taken over; what both changed keeps what was typed
        until it is chosen. Nothing typed is lost.
        """
        self._stored = self._reading()
        given, fields = self._stored.given, self.of_record if self._stored.given else []
        was = _read(self.form[BASE].data)
        base, facts = was.get("given", {}), was.get("facts", {})
        stored = {one.name: _plain(given.get(one.name)) for one in fields}
        typed = {one.name: _plain(one.data) for one in fields}
        # What is said is said before a field takes another value.
        told = {
            one.name: (
                self._said(one, base.get(one.name)),
                self._said(one, given.get(one.name)),
                self._said(one, one.data),
            )
            for one in fields
        }
        found = merge(base, stored, typed)
        for name in found.theirs:
            _put(self.form[name], given.get(name))
        for name in [one.name for one in self.form if one.name.startswith(TAKE)]:
            BaseForm.__delitem__(self.form, name)
        for name in found.both:
            self._ask(name, None)
        self._remember()
        self.form[UNDECIDED].data = ",".join(found.both)
        rows = (*self._differences(found, told), *_changed(facts, self._stored.facts))
        self.conflict = Conflict(is_there=True, rows=rows)

    def _remember(self) -> None:
        given = self._stored.given
        fields = {one.name: _plain(given.get(one.name)) for one in self.of_record if given}
        was = {"given": fields, "facts": dict(self._stored.facts)}
        self.form[BASE].data = json.dumps(was, ensure_ascii=False, separators=(",", ":"))
        self.form[VERSION].data = str(self._stored.version)
        self.form[VERSION].raw_data = None

    def _ask(self, name: str, sent: Any) -> None:
        choice = RadioField(
            str(self.form[name].label.text),
            [InputRequired(_("Hãy chọn lấy bản nào."))],
            choices=lambda: [(STORED, _("bản đang lưu")), (TYPED, _("bản của tôi"))],
        )
        _add(self.form, TAKE + name, choice, sent)

    def _differences(
        self, found: Merge, told: Mapping[str, tuple[str | None, str | None, str | None]]
    ) -> list[Difference]:
        ends = {
            **dict.fromkeys(found.theirs, _("lấy bản đang lưu: chỉ người khác sửa")),
            **dict.fromkeys(found.mine, _("giữ bản của anh/chị: chỉ anh/chị sửa")),
        }
        return [
            Difference(
                str(self.form[name].label.text),
                base,
                stored,
                typed,
                ends.get(name, ""),
                self.form[TAKE + name] if name in found.both else None,
            )
            for name, (base, stored, typed) in told.items()
            if name in found.fields
        ]


def _changed(was: Mapping[str, Any], now: Mapping[str, str]) -> list[Difference]:
    """Return what became of facts that the form does not hold; all of them when nothing did."""
    changed = {label: words for label, words in now.items() if was.get(label) != words}
    return [
        Difference(label, _text(was.get(label)), words, None, _("người khác vừa sửa"), None)
        for label, words in changed.items()
    ] or [
        Difference(label, words, words, None, _("không đổi"), None) for label, words in now.items()
    ]


def _add(form: SpokenForm, name: str, unbound: Any, sent: Any) -> None:
    """Give one form, not its class, another field, filled with what was sent."""
    BaseForm.__setitem__(form, name, unbound)
    form[name].process(sent)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _choices_of(asked: Any) -> dict[str, str]:
    """Return code and words of what a field lets choose, in groups or not."""
    listed = asked.choices or ()
    groups = listed.values() if isinstance(listed, dict) else [listed]
    return {str(one[0]): str(one[1]) for group in groups for one in group}


def _plain(value: Any) -> Any:
    """Return a value as JSON keeps it; nothing, however it is said, is empty text."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return sorted(value)
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    return value or ""


def _read(text: str | None) -> dict[str, dict[str, Any]]:
    """Return what the form says the record was; nothing when that cannot be read."""
    try:
        found = json.loads(text or "{}") if len(text or "") <= _LONGEST else {}
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: part for name, part in found.items() if isinstance(part, dict)}


def _put(asked: Field, value: Any) -> None:
    """Set a field as if this value had been typed in it."""
    asked.data, asked.raw_data, asked.process_errors = value, None, []
    if isinstance(asked, BooleanField):
        asked.data = bool(value)
    elif isinstance(asked, SelectMultipleField):
        asked.data = list(value or ())
        asked.raw_data = [str(one) for one in asked.data]
    elif value not in (None, ""):
        reader: Any = getattr(asked, "_value", None)
        asked.raw_data = [str(value) if reader is None else reader()]
