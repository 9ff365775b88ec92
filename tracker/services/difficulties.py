"""Deeds on difficulties: raise, amend, reply, pass to the next level, close with what proves it."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.attachments import KeptFile
from tracker.domain.difficulties import (
    AlreadyClosed,
    DifficultyFacts,
    DifficultyStep,
    DueTooEarly,
    EvidenceRequired,
    Level,
    NothingAbove,
)
from tracker.domain.disbursements import InTheFuture
from tracker.domain.notices import NoticeKind
from tracker.domain.people import Permission
from tracker.domain.refusals import ChangedRequest, OutOfScope, ReasonRequired, StaleEdit
from tracker.models import Difficulty, DifficultyEntry, Project
from tracker.queries.requests import value_on
from tracker.services.history import record_change
from tracker.services.progress import bump_version
from tracker.services.project_records import plain
from tracker.services.proofs import proof_told, prove_difficulty_step, stored_names
from tracker.services.telling_matters import tell_difficulty

STEP_DAYS = "difficulty_step_days"
"""The threshold of the days a level has after a difficulty was passed to it."""
LEAST_REASON = 10


@dataclass(frozen=True, slots=True)
class RaiseDifficulty:
    """The order to raise a difficulty of a project, to be solved at a level."""

    project_id: int
    facts: DifficultyFacts
    level: Level
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class AmendDifficulty:
    """The order to say something else of a difficulty; `row_version` is that of the one read."""

    difficulty_id: int
    row_version: int
    facts: DifficultyFacts
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReplyToDifficulty:
    """The order to add a reply to the thread.

    `files` lie in their folder; `most` is how many bytes those of one project may take together.
    """

    difficulty_id: int
    words: str
    idempotency_key: str
    evidence: str | None = None
    files: tuple[KeptFile, ...] = ()
    most: int = 0


@dataclass(frozen=True, slots=True)
class EscalateDifficulty:
    """The order to pass a difficulty to the next level, and why."""

    difficulty_id: int
    row_version: int
    reason: str


@dataclass(frozen=True, slots=True)
class CloseDifficulty:
    """The order to close a difficulty: what came of it, and what proves it: words, files, or both.

    `files` and `most` as in a reply.
    """

    difficulty_id: int
    row_version: int
    result: str
    evidence: str
    files: tuple[KeptFile, ...] = ()
    most: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """The difficulty or step that is kept; `is_replay` when the same form came before.

    `spare` names the files in the folder that no row names: the caller drops them.
    """

    id: int
    is_replay: bool = False
    spare: tuple[str, ...] = ()


def raise_difficulty(session: Session, act: Act, order: RaiseDifficulty) -> Kept:
    """Keep a new difficulty of a project; the same key again is the same one.

    Raises:
        OutOfScope: the project is outside the actor's scope, or does not exist.
        ChangedRequest: the key came before with another content.
        InTheFuture, DueTooEarly: the days cannot be.
    """
    project = session.get(Project, order.project_id)
    _check_reach(act, project, Permission.DIFFICULTY_RAISE)
    known = session.scalar(
        select(Difficulty).where(
            Difficulty.raised_by == act.actor.id,
            Difficulty.idempotency_key == order.idempotency_key,
        )
    )
    if known is not None:
        if known.project_id != order.project_id or known.description != order.facts.description:
            raise ChangedRequest("difficulty")
        return Kept(known.id, is_replay=True)
    _check_days(act, order.facts, act.on)
    difficulty = Difficulty(
        project_id=order.project_id,
        **asdict(order.facts),
        first_level=order.level,
        level=order.level,
        level_until_on=order.facts.due_on,
        raised_by=act.actor.id,
        raised_at=act.at,
        raised_on=act.on,
        text_folded=order.facts.folded,
        idempotency_key=order.idempotency_key,
    )
    session.add(difficulty)
    session.flush()  # its thread and the history name it
    _step(
        session, act, difficulty, DifficultyStep.RAISED, level=order.level, due_on=difficulty.due_on
    )
    _tell(
        session,
        act,
        difficulty,
        "difficulty.raised",
        after={
            **_plain(order.facts),
            "first_level": order.level.value,
            "level": order.level.value,
            "level_until_on": plain(difficulty.level_until_on),
            "raised_on": plain(act.on),
        },
    )
    tell_difficulty(session, act, difficulty, NoticeKind.DIFFICULTY_RAISED)
    return Kept(difficulty.id)


def amend_difficulty(session: Session, act: Act, order: AmendDifficulty) -> None:
    """Say something else of an open difficulty; only what changed is told.

    A reason is needed where the deadline moves.

    Raises:
        OutOfScope, AlreadyClosed, StaleEdit, InTheFuture, DueTooEarly, ReasonRequired.
    """
    difficulty = _locked(
        session, act, order.difficulty_id, Permission.DIFFICULTY_RAISE, order.row_version
    )
    _check_days(act, order.facts, min(act.on, difficulty.due_on))
    wanted = _plain(order.facts)
    before = {name: plain(getattr(difficulty, name)) for name in wanted}
    changed = [name for name in wanted if wanted[name] != before[name]]
    if not changed:
        return
    is_moved = "due_on" in changed
    if is_moved and len(order.reason) < LEAST_REASON:
        raise ReasonRequired("difficulty.amended")
    for name in changed:
        setattr(difficulty, name, getattr(order.facts, name))
    difficulty.text_folded = order.facts.folded
    if is_moved:
        before["level_until_on"] = plain(difficulty.level_until_on)
        difficulty.level_until_on = wanted_until = order.facts.due_on
        wanted["level_until_on"] = plain(wanted_until)
        changed.append("level_until_on")
    due_on = order.facts.due_on if is_moved else None
    _step(
        session, act, difficulty, DifficultyStep.AMENDED, words=order.reason or None, due_on=due_on
    )
    _tell(
        session,
        act,
        difficulty,
        "difficulty.amended",
        before={name: before[name] for name in changed},
        after={name: wanted[name] for name in changed},
        reason=order.reason or None,
    )


def reply_to_difficulty(session: Session, act: Act, order: ReplyToDifficulty) -> Kept:
    """Add a reply to the thread of an open difficulty; the same key again is the same reply.

    Raises:
        OutOfScope, AlreadyClosed.
        ChangedRequest: the key came before with other words.
    """
    difficulty = _locked(session, act, order.difficulty_id, Permission.DIFFICULTY_REPLY)
    known = session.scalar(
        select(DifficultyEntry).where(
            DifficultyEntry.done_by == act.actor.id,
            DifficultyEntry.idempotency_key == order.idempotency_key,
        )
    )
    if known is not None:
        if known.difficulty_id != difficulty.id or known.words != order.words:
            raise ChangedRequest("reply")
        return Kept(known.id, is_replay=True, spare=stored_names(order.files))
    step = _step(
        session,
        act,
        difficulty,
        DifficultyStep.REPLIED,
        words=order.words,
        evidence=order.evidence,
        idempotency_key=order.idempotency_key,
    )
    told = {"words": order.words, "evidence": order.evidence}
    _tell(session, act, difficulty, "difficulty.replied", after=told)
    return Kept(step.id, spare=prove_difficulty_step(session, act, step, order.files, order.most))


def escalate_difficulty(session: Session, act: Act, order: EscalateDifficulty) -> None:
    """Pass an open difficulty to the next level; every level below keeps it on its screen.

    Raises:
        OutOfScope, AlreadyClosed, StaleEdit.
        ReasonRequired: no reason of ten characters or more.
        NothingAbove: it is at the highest level already.
    """
    difficulty = _locked(
        session, act, order.difficulty_id, Permission.DIFFICULTY_REPLY, order.row_version
    )
    if len(order.reason) < LEAST_REASON:
        raise ReasonRequired("difficulty.escalated")
    _pass_on(session, act, difficulty, order.reason)


def escalate_overdue(session: Session, act: Act) -> int:
    """Pass on every open difficulty whose level let its time go by; return how many.

    The deadline itself stays, so the difficulty stays overdue. Done again on the same day it
    passes nothing on: the next level has its own days. For the product itself, every night.
    """
    late = session.scalars(
        select(Difficulty)
        .where(
            Difficulty.closed_on.is_(None),
            Difficulty.level_until_on < act.on,
            Difficulty.level != Level.CENTRAL,
        )
        .order_by(Difficulty.id)
        .with_for_update()
    ).all()
    for difficulty in late:
        _pass_on(session, act, difficulty, None)
    return len(late)


def close_difficulty(session: Session, act: Act, order: CloseDifficulty) -> Kept:
    """Close a difficulty with its result and what proves it, words or files.

    Raises:
        OutOfScope, AlreadyClosed, StaleEdit, FileRefused.
        EvidenceRequired: nothing proves it, or no result is told.
    """
    difficulty = _locked(
        session, act, order.difficulty_id, Permission.DIFFICULTY_CLOSE, order.row_version
    )
    proof = proof_told(order.evidence, order.files)
    if not proof or not order.result:
        raise EvidenceRequired
    difficulty.result, difficulty.evidence = order.result, proof
    difficulty.closed_by, difficulty.closed_at = act.actor.id, act.at
    difficulty.closed_on = act.on
    kind = DifficultyStep.CLOSED
    step = _step(
        session, act, difficulty, kind, words=order.result, evidence=order.evidence or None
    )
    told = {"closed_on": plain(act.on), "result": order.result, "evidence": proof}
    _tell(session, act, difficulty, "difficulty.closed", before={"closed_on": None}, after=told)
    tell_difficulty(session, act, difficulty, NoticeKind.DIFFICULTY_CLOSED)
    return Kept(step.id, spare=prove_difficulty_step(session, act, step, order.files, order.most))


def _pass_on(session: Session, act: Act, difficulty: Difficulty, reason: str | None) -> None:
    above = difficulty.level.above
    if above is None:
        raise NothingAbove(difficulty.level)
    days = timedelta(days=value_on(session, STEP_DAYS, act.on))
    before = {"level": difficulty.level.value, "level_until_on": plain(difficulty.level_until_on)}
    difficulty.level = above
    difficulty.level_until_on = max(difficulty.level_until_on, act.on + days)
    _step(
        session,
        act,
        difficulty,
        DifficultyStep.ESCALATED,
        words=reason,
        level=above,
        is_automatic=reason is None,
    )
    after = {"level": above.value, "level_until_on": plain(difficulty.level_until_on)}
    _tell(
        session, act, difficulty, "difficulty.escalated", before=before, after=after, reason=reason
    )
    kind = NoticeKind.DIFFICULTY_OVERDUE if reason is None else NoticeKind.DIFFICULTY_RAISED
    tell_difficulty(session, act, difficulty, kind)


def _locked(
    session: Session,
    act: Act,
    difficulty_id: int,
    permission: Permission,
    row_version: int | None = None,
) -> Difficulty:
    """Lock an open difficulty of a project over which the right is held."""
    difficulty = session.scalar(
        select(Difficulty)
        .where(Difficulty.id == difficulty_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    project = None if difficulty is None else session.get(Project, difficulty.project_id)
    _check_reach(act, project, permission)
    if difficulty is None:
        raise OutOfScope(permission, "difficulty")
    if difficulty.closed_on is not None:
        raise AlreadyClosed(difficulty.closed_on)
    if row_version is not None and row_version != difficulty.row_version:
        raise StaleEdit(row_version, difficulty.row_version)
    return difficulty


def _check_reach(act: Act, project: Project | None, permission: Permission) -> None:
    scope = act.actor.scope_of(permission)
    if project is None or not scope.covers(project.unit_path, project.owner_id, project.id):
        raise OutOfScope(permission, "project")


def _check_days(act: Act, facts: DifficultyFacts, earliest: date) -> None:
    if facts.arose_on > act.on:
        raise InTheFuture(facts.arose_on, act.on)
    if facts.due_on < max(earliest, facts.arose_on):
        raise DueTooEarly(facts.due_on, max(earliest, facts.arose_on))


def _plain(facts: DifficultyFacts) -> dict[str, Any]:
    return {name: plain(value) for name, value in asdict(facts).items()}


def _step(
    session: Session, act: Act, difficulty: Difficulty, kind: DifficultyStep, **told: Any
) -> DifficultyEntry:
    step = DifficultyEntry(
        difficulty_id=difficulty.id,
        project_id=difficulty.project_id,
        kind=kind,
        done_on=act.on,
        done_at=act.at,
        done_by=act.actor.id,
        **told,
    )
    session.add(step)
    session.flush()  # the reply is named by its number
    return step


def _tell(session: Session, act: Act, difficulty: Difficulty, deed: str, **told: Any) -> None:
    record_change(
        session, act, deed, difficulty, difficulty.id, project_id=difficulty.project_id, **told
    )
    bump_version(session)
