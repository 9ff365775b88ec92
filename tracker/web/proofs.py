"""Files that prove a step of a thread: the field that takes them, the deed, how they are shown."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.db import transaction
from tracker.domain.act import Act
from tracker.domain.attachments import MOST_PROOFS, FileKind
from tracker.domain.refusals import Refusal
from tracker.web.deeds import act, lazy_gettext, refused
from tracker.web.form_token import most_together
from tracker.web.uploads import FilesField, file_size, folder, room_of_project, taken_in

PROOFS = "image/jpeg,image/png,application/pdf,.xlsx"
"""Told as kinds of content, telephones offer their camera beside the files they hold."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One file of a step, as its thread shows it."""

    name: str
    size: str
    url: str
    thumbnail_url: str | None
    taken_at: datetime | None


class _Kept(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> FileKind: ...
    @property
    def size(self) -> int: ...
    @property
    def taken_at(self) -> datetime | None: ...


class _Done(Protocol):
    @property
    def spare(self) -> tuple[str, ...]: ...


class ProofsField(FilesField):
    """Photographs and documents as evidence."""

    @property
    def hint(self) -> str:
        """Return what the field takes, and that after a refusal the files are chosen anew."""
        said = _(
            "tối đa %(most)s tệp pdf, xlsx, jpg, png; mỗi tệp 20 MB, mỗi lần gửi %(all)s MB",
            most=self.most,
            all=most_together(),
        )
        return self.hint_with(said)


def proof_field() -> ProofsField:
    """Return the field of a form that takes evidence."""
    return ProofsField(
        lazy_gettext("Ảnh, tệp minh chứng"), accept=PROOFS, most=MOST_PROOFS, required=False
    )


def proofs(
    rows: Iterable[_Kept], hand_out: Callable[[int], str], thumbnail: Callable[[int], str]
) -> tuple[Proof, ...]:
    """Return the files of a step, each with its addresses."""
    return tuple(
        Proof(
            row.name,
            file_size(row.size),
            hand_out(row.id),
            thumbnail(row.id) if row.kind.is_image else None,
            row.taken_at,
        )
        for row in rows
    )


def carry_out(
    form: Any,
    order: Any,
    deed: Callable[[Session, Act, Any], Any],
    why: Callable[[Refusal], str],
    where: Callable[[Refusal], str | None],
    conflicts: tuple[type[Refusal], ...],
) -> int | None:
    """Do a deed, with the files where its form takes them, all or nothing; None when it is done.

    Otherwise the refusal stands on the form, as `deeds.refused` says, and no file is kept.
    """
    if "files" not in form:
        return refused(form, lambda session: deed(session, act(), order), why, where, conflicts)
    try:
        with taken_in(form.files.data) as kept:
            told = replace(order, files=tuple(kept), most=room_of_project())
            with transaction() as session:
                done: _Done = deed(session, act(), told)
    except Refusal as refusal:
        form.refuse(refusal, why(refusal), where(refusal))
        return 409 if isinstance(refusal, conflicts) else 422
    for stored in done.spare:
        folder().drop(stored)
    return None
