"""What every form of this room shares: shown, checked, done or refused, all by one template."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Response, g, redirect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import transaction
from tracker.domain.refusals import Refusal, StaleEdit
from tracker.services.contract_records import Kept
from tracker.web.deeds import DeedForm, keep_done
from tracker.web.fragments import show
from tracker.web.merging import NO_CONFLICT, Conflict, Edit, Stored
from tracker.web.packages.refusals import oddity_words, where, why


@dataclass(frozen=True)
class FormPage:
    """A form as it is laid out: groups of fields beside each other, and where it leads."""

    title: str
    basis: tuple[str, ...]
    crumbs: tuple[dict[str, str | None], ...]
    groups: tuple[tuple[str, ...], ...]
    submit: str
    cancel_url: str
    deed: str
    done: str
    hints: dict[str, str] = field(default_factory=dict)
    now: tuple[tuple[str, str], ...] = ()


def new_key() -> str:
    """Return a key for a form that was just opened."""
    return secrets.token_hex(16)


def submit(
    form: DeedForm,
    page: FormPage,
    do: Callable[[Session], Kept],
    to: Callable[[Kept], str],
    read: Callable[[], Stored] | None = None,
) -> AnyResponse:
    """Show a form, or do what it says and go on; what is refused stands beside its field.

    `read` tells of the record that the form changes: who was overtaken sees both versions (409).
    """
    edit = None if read is None else Edit(form, read)
    if not form.is_submitted():
        return shown(form, page, 200)
    if edit is not None and not edit.is_current():
        return shown(form, page, 409, edit.conflict)
    if not form.validate():
        return shown(form, page, 422)
    try:
        with transaction() as writing:
            kept = do(writing)
    except Refusal as refusal:
        if edit is not None and isinstance(refusal, StaleEdit):
            edit.merge()
            return shown(form, page, 409, edit.conflict)
        form.refuse(refusal, why(refusal), where(refusal))
        return shown(form, page, 422)
    logs.event(page.deed, request=g.get("request_id"), record=kept.id)
    keep_done(" ".join((page.done, *map(oddity_words, kept.oddities))))
    return redirect(to(kept), 303)


def shown(
    form: DeedForm, page: FormPage, status: int, conflict: Conflict = NO_CONFLICT
) -> Response:
    """Show a form."""
    return show("packages/form.html", status=status, form=form, page=page, conflict=conflict)
