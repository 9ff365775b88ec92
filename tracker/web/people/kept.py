"""What somebody was typing when their session ended: carried through the door, sent again inside.

Nothing of it is stored here: the browser carries it as hidden fields. It goes on only if the token
among its fields was given, in this browser, to the person who has come in.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app, request

from tracker.web.form_token import FIELD, NOBODY, owner_of
from tracker.web.guard import CARRIED
from tracker.web.reading import safe_next

ADDRESS, MARK = "kept_address", CARRIED


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that was not taken: where it was sent, and every field in order.

    `has_files` says that it came with files, which cannot be carried.
    """

    address: str
    fields: tuple[tuple[str, str], ...]
    has_files: bool = False

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        """Return the hidden fields that carry it through a page of the door."""
        marked = ((f"{MARK}{name}", text) for name, text in self.fields)
        return ((ADDRESS, self.address), *marked)

    @property
    def typed(self) -> tuple[tuple[str, str], ...]:
        """Return the fields without the token, which is given anew."""
        return tuple((name, text) for name, text in self.fields if name != FIELD)

    @property
    def owner(self) -> int:
        """Return to whom the form was shown in this browser; NOBODY if that is not known."""
        return owner_of(dict(self.fields).get(FIELD, "")) or NOBODY


def typed_here() -> Kept | None:
    """Return the form of this request, unless nothing of it may be shown again."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "POST" or not getattr(view, "keeps_typed", False):
        return None
    found = Kept(
        request.full_path.rstrip("?"), tuple(request.form.items(multi=True)), bool(request.files)
    )
    return found if found.owner != NOBODY else None


def carried() -> Kept | None:
    """Return the form that a page of the door carries along."""
    address = request.form.get(ADDRESS)
    if address is None:
        return None
    fields = tuple(
        (name.removeprefix(MARK), text)
        for name, text in request.form.items(multi=True)
        if name.startswith(MARK)
    )
    found = Kept(safe_next(address), fields)
    return found if found.owner != NOBODY else None


def own_fields(names: Iterable[str]) -> list[str]:
    """Return the names of fields that a form of the door has itself."""
    return [name for name in names if name != ADDRESS and not name.startswith(MARK)]
