"""What was typed into a form that could not be taken now: shown again, ready to be sent again.

For a form sent without a script, whose page is gone once the answer comes. With htmx the page
stays as it is and needs nothing of this.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from flask import Response, request
from flask_babel import gettext as _
from wtforms import BooleanField, FileField, Form, HiddenField, PasswordField
from wtforms.fields.choices import SelectFieldBase
from wtforms.fields.core import UnboundField

from tracker.web.fields import ChosenField
from tracker.web.fragments import show, wants_fragment

TOKEN = "csrf_token"  # noqa: S105 - the name of a field
DOOR = "people"
OF_ONE_USE = frozenset({"code", "answer"})
"""Fields of the door that prove somebody once; asked for anew, as passwords are."""
Fields: TypeAlias = "Mapping[str, UnboundField[Any]]"
CHOSEN = (BooleanField, ChosenField, FileField, HiddenField, SelectFieldBase)
"""Fields whose text no person typed: sent again, not shown."""


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form on its way: where to, what it holds, what is shown of it, what is asked anew."""

    url: str
    fields: tuple[tuple[str, str], ...]
    shown: tuple[tuple[str, str], ...]
    asked: tuple[tuple[str, str], ...]


def is_plain_form() -> bool:
    """Tell whether this request is a form sent without a script."""
    return request.method == "POST" and not wants_fragment()


def has_typed() -> bool:
    """Tell whether a form sent without a script holds anything that could be shown again."""
    return is_plain_form() and bool(_kept().shown)


def kept_form(
    status: int, title: str, text: str, link: Mapping[str, str] | None = None
) -> Response:
    """Answer a form that was not taken by a page that holds it, for sending it again.

    The key of the form goes with it, so that what was taken after all is not taken twice.
    `link` is the address and the words of a place that helps.
    Asks nothing of the database. Only for forms that came from a page of our own: call it after
    the form's token was found right, or when the browser itself says where the form came from.
    """
    return show(
        "errors/kept.html",
        status=status,
        code=status,
        title=title,
        text=text,
        form=_kept(),
        link=link,
    )


def _kept() -> KeptForm:
    sent = [(name, value) for name, value in request.form.items(multi=True) if name != TOKEN]
    fields = _fields_sent(frozenset(name for name, _value in sent))
    secrets = _secrets(fields)
    return KeptForm(
        # A path that begins with two slashes would name another host.
        url="/" + request.full_path.rstrip("?").lstrip("/"),
        fields=tuple(pair for pair in sent if pair[0] not in secrets),
        shown=tuple(
            (_label(fields.get(name)), value)
            for name, value in sent
            if name not in secrets and _is_typed(fields.get(name)) and value.strip()
        ),
        asked=tuple((name, _label(secrets[name])) for name in dict(sent) if name in secrets),
    )


def _fields_sent(names: frozenset[str]) -> Fields:
    """Return the fields of the form that was sent: of those with most of its names, the smallest.

    A form of another room is taken only where none of this room has as many.
    """
    own = f"{__package__}.{request.blueprint}."

    def nearness(form: type[Form]) -> tuple[int, bool, int]:
        fields = _fields_of(form)
        return len(fields.keys() & names), form.__module__.startswith(own), -len(fields)

    return _fields_of(max(_forms(Form), key=nearness))


def _forms(base: type[Form]) -> Iterator[type[Form]]:
    for form in base.__subclasses__():
        yield form
        yield from _forms(form)


@cache
def _fields_of(form: type[Form]) -> Fields:
    found = {name: getattr(form, name) for name in dir(form) if not name.startswith("_")}
    return {name: field for name, field in found.items() if isinstance(field, UnboundField)}


def _secrets(fields: Fields) -> Fields:
    """Return the fields whose text never goes back to a page: every password there is, and more."""
    passwords = {
        name: field
        for form in _forms(Form)
        for name, field in _fields_of(form).items()
        if issubclass(field.field_class, PasswordField)
    }
    if request.blueprint != DOOR:
        return passwords
    return passwords | {name: fields[name] for name in OF_ONE_USE & fields.keys()}


def _is_typed(field: "UnboundField[Any] | None") -> bool:
    """Tell whether a person typed it; a form's rows have fields that no class knows."""
    return field is None or bool(field.args and not issubclass(field.field_class, CHOSEN))


def _label(field: "UnboundField[Any] | None") -> str:
    return str(field.args[0]) if field and field.args else _("Nội dung đã nhập")
