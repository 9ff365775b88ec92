"""Deeds on directives: issue, answer, ask for and decide about more time, close with evidence."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.attachments import KeptFile
from tracker.domain.difficulties import AlreadyClosed, DueTooEarly, EvidenceRequired
from tracker.domain.directives import (
    DirectiveState,
    DirectiveStep,
    ExtensionNotLater,
    ExtensionWaits,
    NoExtensionAsked,
    Side,
)
from tracker.domain.people import Permission, Place
from tracker.domain.refusals import ChangedRequest, OutOfScope, ReasonRequired, StaleEdit
from tracker.models import Directive, DirectiveEntry, DirectivePartner, Organisation
from tracker.services.history import record_change
from tracker.services.progress import bump_version
from tracker.services.project_records import plain
from tracker.services.proofs import proof_told, prove_directive_step, stored_names
from tracker.services.telling_matters import tell_directive

LEAST_REASON = 10


@dataclass(frozen=True, slots=True)
class ReplyToDirective:
    """The order to answer a directive: how it stands, or with evidence that it is done.

    `files` lie in their folder; `most` is how many bytes those of one directive may take together,
    0 for as many as there are.
    """

    directive_id: int
    words: str
    idempotency_key: str
    evidence: str | None = None
    is_waiting: bool = False
    is_done: bool = False
    files: tuple[KeptFile, ...] = ()
    most: int = 0


@dataclass(frozen=True, slots=True)
class RemarkOnDirective:
    """The order of the issuing side to write into the thread; the addressees are asked next."""

    directive_id: int
    words: str
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class AskExtension:
    """The order to ask for a later deadline, and why."""

    directive_id: int
    row_version: int
    due_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class DecideExtension:
    """The order to grant the later deadline that was asked for, or not, and why."""

    directive_id: int
    row_version: int
    is_granted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class CloseDirective:
    """The order to close a directive: what came of it, and what proves it: words, files, or both.

    `files` and `most` as in an answer.
    """

    directive_id: int
    row_version: int
    result: str
    evidence: str
    files: tuple[KeptFile, ...] = ()
    most: int = 0


@dataclass(frozen=True, slots=True)
class Answered:
    """The entry of the thread that is kept; `is_replay` when the same form came before.

    `spare` names the files in the folder that no row names: the caller drops them.
    """

    id: int
    is_replay: bool = False
    spare: tuple[str, ...] = ()


def reply_to_directive(session: Session, act: Act, order: ReplyToDirective) -> Answered:
    """Answer a directive in the place of an organisation it is addressed to.

    The first answer begins it. An answer that it is done names its evidence, and then whoever
    issued it is asked to look.

    Raises:
        OutOfScope: it is not addressed to anybody within the actor's scope, or does not exist.
        AlreadyClosed: it is closed.
        EvidenceRequired: it is said to be done, and nothing proves it.
        ChangedRequest: the key came before with other words.
        FileRefused: the files of the directive would take too much room.
    """
    directive = _locked(session, act, order.directive_id, Permission.DIRECTIVE_REPLY)
    known = _known(session, act, directive, order.idempotency_key, order.words)
    if known is not None:
        return Answered(known.id, is_replay=True, spare=stored_names(order.files))
    if order.is_done and not proof_told(order.evidence, order.files):
        raise EvidenceRequired
    before = _movable(directive)
    directive.state = DirectiveState.WAITING if order.is_waiting else DirectiveState.IN_PROGRESS
    directive.side = Side.ISSUER if order.is_done else Side.ADDRESSEE
    directive.last_reply_on = act.on
    kind = DirectiveStep.REPORTED if order.is_done else DirectiveStep.REPLIED
    step = add_step(
        session,
        act,
        directive,
        kind,
        words=order.words,
        evidence=order.evidence,
        idempotency_key=order.idempotency_key,
    )
    told = {"words": order.words, "evidence": order.evidence}
    _tell(session, act, directive, "directive.replied", before, told)
    right = Permission.DIRECTIVE_REPLY
    spare = prove_directive_step(session, act, directive, step, order.files, order.most, right)
    return Answered(step.id, spare=spare)


def remark_on_directive(session: Session, act: Act, order: RemarkOnDirective) -> Answered:
    """Write into the thread as the issuing side.

    Raises:
        OutOfScope, AlreadyClosed, ChangedRequest.
    """
    directive = _locked(session, act, order.directive_id, Permission.DIRECTIVE_ISSUE)
    known = _known(session, act, directive, order.idempotency_key, order.words)
    if known is not None:
        return Answered(known.id, is_replay=True)
    before = _movable(directive)
    directive.side = Side.ADDRESSEE
    step = add_step(
        session,
        act,
        directive,
        DirectiveStep.REMARKED,
        words=order.words,
        idempotency_key=order.idempotency_key,
    )
    _tell(session, act, directive, "directive.remarked", before, {"words": order.words})
    return Answered(step.id)


def ask_extension(session: Session, act: Act, order: AskExtension) -> None:
    """Ask for a later deadline; the one there is holds until the answer.

    Raises:
        OutOfScope, AlreadyClosed, StaleEdit, ReasonRequired.
        ExtensionWaits: one was asked for already.
        ExtensionNotLater, DueTooEarly: the day cannot be.
    """
    directive = _locked(
        session, act, order.directive_id, Permission.DIRECTIVE_REPLY, order.row_version
    )
    if directive.asked_due_on is not None:
        raise ExtensionWaits(directive.asked_due_on)
    if order.due_on <= directive.due_on:
        raise ExtensionNotLater(directive.due_on)
    if order.due_on < act.on:
        raise DueTooEarly(order.due_on, act.on)
    _check_reason(order.reason, "directive.extension_asked")
    before = _movable(directive)
    directive.asked_due_on, directive.side = order.due_on, Side.ISSUER
    directive.last_reply_on = act.on
    kind = DirectiveStep.EXTENSION_ASKED
    add_step(session, act, directive, kind, words=order.reason, due_on=order.due_on)
    told = {"words": order.reason}
    _tell(session, act, directive, "directive.extension_asked", before, told, order.reason)


def decide_extension(session: Session, act: Act, order: DecideExtension) -> None:
    """Grant the later deadline that was asked for, or refuse it.

    Raises:
        OutOfScope, AlreadyClosed, StaleEdit, ReasonRequired.
        NoExtensionAsked: none is asked for.
    """
    directive = _locked(
        session, act, order.directive_id, Permission.DIRECTIVE_ISSUE, order.row_version
    )
    asked = directive.asked_due_on
    if asked is None:
        raise NoExtensionAsked
    if not order.is_granted:
        _check_reason(order.reason, "directive.extension_refused")
    before = _movable(directive)
    directive.asked_due_on, directive.side = None, Side.ADDRESSEE
    if order.is_granted:
        directive.due_on = asked
    is_granted = order.is_granted
    kind = DirectiveStep.EXTENSION_GRANTED if is_granted else DirectiveStep.EXTENSION_REFUSED
    add_step(session, act, directive, kind, words=order.reason or None, due_on=asked)
    told = {"words": order.reason or None}
    _tell(session, act, directive, f"directive.{kind.value}", before, told, order.reason or None)


def close_directive(session: Session, act: Act, order: CloseDirective) -> Answered:
    """Close a directive with its result and what proves it, words or files.

    Raises:
        OutOfScope, AlreadyClosed, StaleEdit, FileRefused.
        EvidenceRequired: nothing proves it, or no result is told.
    """
    directive = _locked(
        session, act, order.directive_id, Permission.DIRECTIVE_ISSUE, order.row_version
    )
    proof = proof_told(order.evidence, order.files)
    if not proof or not order.result:
        raise EvidenceRequired
    before = {**_movable(directive), "closed_on": None}
    directive.state, directive.side = DirectiveState.DONE, Side.ISSUER
    directive.asked_due_on = None
    directive.result, directive.evidence = order.result, proof
    directive.closed_by, directive.closed_at = act.actor.id, act.at
    directive.closed_on = act.on
    kind = DirectiveStep.CLOSED
    step = add_step(
        session, act, directive, kind, words=order.result, evidence=order.evidence or None
    )
    told = {
        "words": order.result,
        "closed_on": plain(act.on),
        "result": order.result,
        "evidence": proof,
    }
    _tell(session, act, directive, "directive.closed", before, told)
    right = Permission.DIRECTIVE_ISSUE
    spare = prove_directive_step(session, act, directive, step, order.files, order.most, right)
    return Answered(step.id, spare=spare)


def add_step(
    session: Session, act: Act, directive: Directive, kind: DirectiveStep, **told: Any
) -> DirectiveEntry:
    """Add an entry to the thread of a directive, tell whom it concerns, and return it."""
    step = DirectiveEntry(
        directive_id=directive.id,
        kind=kind,
        done_on=act.on,
        done_at=act.at,
        done_by=act.actor.id,
        **told,
    )
    session.add(step)
    session.flush()  # the entry is named by its number
    tell_directive(session, act, directive, step)
    return step


def _locked(
    session: Session,
    act: Act,
    directive_id: int,
    permission: Permission,
    row_version: int | None = None,
) -> Directive:
    """Lock an open directive that is the actor's to answer, or to direct."""
    directive = session.scalar(
        select(Directive)
        .where(Directive.id == directive_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if directive is None or not _is_concerned(session, act, directive, permission):
        raise OutOfScope(permission, "directive")
    if directive.closed_on is not None:
        raise AlreadyClosed(directive.closed_on)
    if row_version is not None and row_version != directive.row_version:
        raise StaleEdit(row_version, directive.row_version)
    return directive


def _is_concerned(session: Session, act: Act, directive: Directive, permission: Permission) -> bool:
    """Tell whether a right reaches an organisation addressed; who directs reaches the lead.

    Whoever issued it and still may issue goes on directing it, wherever they are now.
    """
    scope = act.actor.scope_of(permission)
    if permission is Permission.DIRECTIVE_ISSUE:
        if directive.issued_by == act.actor.id and act.actor.may(permission):
            return True
        wanted = Organisation.id == directive.lead_id
    else:
        partners = select(DirectivePartner.organisation_id).where(
            DirectivePartner.directive_id == directive.id
        )
        wanted = (Organisation.id == directive.lead_id) | Organisation.id.in_(partners)
    places = session.execute(select(Organisation.unit_path, Organisation.id).where(wanted))
    return any(scope.covers(path, number) for path, number in places)


def _known(
    session: Session, act: Act, directive: Directive, key: str, words: str
) -> DirectiveEntry | None:
    """Return what the same form wrote before."""
    known = session.scalar(
        select(DirectiveEntry).where(
            DirectiveEntry.done_by == act.actor.id, DirectiveEntry.idempotency_key == key
        )
    )
    if known is not None and (known.directive_id != directive.id or known.words != words):
        raise ChangedRequest("reply")
    return known


def _check_reason(reason: str, deed: str) -> None:
    if len(reason) < LEAST_REASON:
        raise ReasonRequired(deed)


def _movable(directive: Directive) -> dict[str, Any]:
    """Return what deeds move of a directive, as the history keeps it."""
    names = ("state", "side", "due_on", "asked_due_on", "last_reply_on")
    return {name: plain(getattr(directive, name)) for name in names}


def _tell(
    session: Session,
    act: Act,
    directive: Directive,
    deed: str,
    before: dict[str, Any],
    told: dict[str, Any],
    reason: str | None = None,
) -> None:
    """Keep what moved and what was said; of no project, whose history others may read."""
    after = _movable(directive)
    moved = [name for name in after if after[name] != before[name]]
    lead = session.get_one(Organisation, directive.lead_id)
    session.flush()
    record_change(
        session,
        act,
        deed,
        directive,
        directive.id,
        before={name: value for name, value in before.items() if name in (*moved, "closed_on")},
        after={**{name: after[name] for name in moved}, **told},
        reason=reason,
        place=Place(lead.unit_path, lead.id),
    )
    bump_version(session)
