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
    form: DeedForm, page: FormPage, do: Callable[[Session], Kept], to: Callable[[Kept], str]
) -> AnyResponse:
    """Show a form, or do what it says and go on; what is refused stands beside its field."""
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                with transaction() as writing:
                    kept = do(writing)
            except StaleEdit as stale:
                form["row_version"].data = str(stale.found)
                form.form_errors.append(why(stale))
                status = 409
            except Refusal as refusal:
                form.refuse(refusal, why(refusal), where(refusal))
            else:
                logs.event(page.deed, request=g.get("request_id"), record=kept.id)
                keep_done(" ".join((page.done, *map(oddity_words, kept.oddities))))
                return redirect(to(kept), 303)
    return shown(form, page, status)


def shown(form: DeedForm, page: FormPage, status: int) -> Response:
    """Show a form."""
    return show("packages/form.html", status=status, form=form, page=page)
