"""What the page of a flag shows, and that of blocked capital."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.difficulties import EvidenceRequired
from tracker.domain.flags import Flag, Operand, Quantity, printed
from tracker.domain.ladder import (
    RIGHT_OF,
    UNRECORDED,
    AlreadyAnswered,
    Blame,
    Blocked,
    DoneBeforeDemanded,
    Mandate,
    NothingDemanded,
    answer_to,
    blame_of,
    mandate_of,
)
from tracker.domain.money import Dong
from tracker.domain.people import Actor, Permission
from tracker.domain.progress import RatioCode
from tracker.domain.refusals import Refusal
from tracker.domain.thresholds import Threshold
from tracker.queries.blocked import BlockedRow
from tracker.queries.dossiers import ProjectDetail
from tracker.queries.flag_files import FlagFile
from tracker.queries.mandates import AnswerRow
from tracker.queries.tuning import SetThreshold
from tracker.web.flagging import (
    FlagWords,
    action_words,
    answer_words,
    block_reason_words,
    cause_words,
    flag_name,
    flag_number,
    flag_words,
    severity_words,
)
from tracker.web.flags.rule_words import rule_words
from tracker.web.flags.sources import OF_WORKS, source_of
from tracker.web.formats import day, instant, unit_words
from tracker.web.known import known_words
from tracker.web.operands import operand_words, written
from tracker.web.reading import Reading
from tracker.web.refusing import refusal_words
from tracker.web.tuning import threshold_name, threshold_value


@dataclass(frozen=True, slots=True)
class Input:
    """One operand with the place it comes from; no address where it follows from the others."""

    name: str
    hint: str
    value: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Used:
    """One threshold of the rule: its value, since when it holds, who set it and why."""

    name: str
    value: str
    since: date
    version: int
    who: str
    why: str
    url: str


@dataclass(frozen=True, slots=True)
class Demand:
    """What the grade demands: the action, until when, by which threshold."""

    action: str
    since: date
    due_on: date
    days: str
    is_overdue: bool
    url: str
    done: str
    record_url: str | None


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One action that was done: what, when, in time or not, what shows it, who kept it."""

    action: str
    done_on: date
    due_on: date
    is_late: bool
    evidence: str
    who: str


@dataclass(frozen=True, slots=True)
class Raised:
    """One variant of the flag as it was raised."""

    words: FlagWords
    grade: str
    rule: str
    inputs: tuple[Input, ...]
    used: tuple[Used, ...]
    demand: Demand | None
    blame: Blame | None


@dataclass(frozen=True, slots=True)
class Span:
    """Days on which the flag held without a break at one grade; `is_open`: it still does."""

    first: date
    last: date
    days: int
    severity: int
    grade: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class FlagPage:
    """One flag of one project as this person may see it."""

    reading: Reading
    project: ProjectDetail
    number: str
    name: str
    slug: str
    basis: tuple[str, ...]
    raised: tuple[Raised, ...]
    history: tuple[Span, ...]
    answers: tuple[AnswerLine, ...]
    cause: str
    blocked: Blocked | None
    blocked_words: str
    blocked_url: str
    project_url: str


@dataclass(frozen=True, slots=True)
class BlockedPage:
    """What of a project's plan is blocked, and what was kept about it."""

    reading: Reading
    project: ProjectDetail
    basis: tuple[str, ...]
    rows: tuple[tuple[BlockedRow, str], ...]
    remaining: Dong
    can_block: bool


def flag_page(found: FlagFile, reading: Reading, actor: Actor) -> FlagPage:
    """Decide what the page of a flag shows."""
    project = found.project
    versions = {_key(one.threshold): one for one in found.versions}
    last = found.history[-1].last if found.history else None
    return FlagPage(
        reading=reading,
        project=project,
        number=flag_number(found.code),
        name=flag_name(found.code),
        slug=found.code.value,
        basis=_basis(project, reading),
        raised=tuple(_raised(flag, found, versions, reading, actor) for flag in found.flags),
        history=tuple(
            Span(
                one.first,
                one.last,
                one.days,
                one.severity,
                severity_words(one.severity),
                one.last == last and bool(found.flags),
            )
            for one in reversed(found.history)
        ),
        answers=tuple(map(_answer, reversed(found.answers))),
        cause=cause_words(found.cause),
        blocked=found.blocked,
        blocked_words=block_reason_words(found.blocked.cause) if found.blocked else "",
        blocked_url=reading.url("flags.show_blocked", code=project.code),
        project_url=reading.url("projects.show_project", code=project.code),
    )


def blocked_page(
    project: ProjectDetail,
    rows: Sequence[BlockedRow],
    remaining: Dong,
    reading: Reading,
    actor: Actor,
) -> BlockedPage:
    """Decide what the page of blocked capital shows."""
    scope = actor.scope_of(Permission.PLAN_ASSIGN)
    return BlockedPage(
        reading,
        project,
        _basis(project, reading),
        tuple((row, block_reason_words(row.blocked.cause)) for row in rows),
        remaining,
        scope.covers(project.unit_path, project.owner_id, project.id),
    )


def _basis(project: ProjectDetail, reading: Reading) -> tuple[str, ...]:
    return (
        project.name,
        project.code,
        project.owner,
        _("kế hoạch vốn %(year)s", year=reading.year),
        _("đến %(day)s", day=day(reading.as_of)),
        _("theo phần mềm"),
        unit_words(reading.unit),
    )


def _raised(
    flag: Flag,
    found: FlagFile,
    versions: Mapping[tuple[str, date, int], SetThreshold],
    reading: Reading,
    actor: Actor,
) -> Raised:
    mandate = mandate_of(flag, found.limits)
    amount = found.blocked.amount if found.blocked else Dong(0)
    return Raised(
        words=flag_words(flag),
        grade=severity_words(int(flag.severity)),
        rule=rule_words(flag.code, flag.variant),
        inputs=tuple(_input(one, flag, found.project.code, reading) for one in flag.operands),
        used=tuple(_used(one, versions, reading) for one in flag.thresholds),
        demand=None if mandate is None else _demand(mandate, found, reading, actor),
        blame=blame_of(flag.gap, amount) if flag.gap else None,
    )


def _input(operand: Operand, flag: Flag, code: str, reading: Reading) -> Input:
    is_year = operand.name == "first_capital_year"
    return Input(
        operand_words(operand.name),
        _ratio_of(operand),
        str(operand.value) if is_year else written(printed(operand)),
        source_of(operand.name, flag, code, reading),
    )


def _ratio_of(operand: Operand) -> str:
    """Return the code of the ratio that a percentage is; nothing for other numbers."""
    if operand.quantity is not Quantity.PERCENT or operand.name in OF_WORKS:
        return ""
    return (RatioCode.TL1 if operand.name == "national_rate" else RatioCode.TL2).value.upper()


def _key(threshold: Threshold) -> tuple[str, date, int]:
    return threshold.code, threshold.valid_from, threshold.version


def _used(
    threshold: Threshold,
    versions: Mapping[tuple[str, date, int], SetThreshold],
    reading: Reading,
) -> Used:
    known = versions.get(_key(threshold))
    return Used(
        threshold_name(threshold.code),
        threshold_value(threshold),
        threshold.valid_from,
        threshold.version,
        setter_words(known),
        known_words((known.reason or known.legal_basis) if known else None) or "",
        reading.url("thresholds.show_threshold", name=threshold.code),
    )


def setter_words(known: SetThreshold | None) -> str:
    """Return who set a threshold and when; the product itself when it came with it."""
    if known is None or known.who is None or known.at is None:
        return _("có sẵn từ đầu")
    return f"{known_words(known.who)}, {instant(known.at)}"


def _demand(mandate: Mandate, found: FlagFile, reading: Reading, actor: Actor) -> Demand:
    project = found.project
    answer = answer_to(mandate, found.code, (row.answer for row in found.answers))
    scope = actor.scope_of(RIGHT_OF[mandate.action])
    may_record = (
        answer is None
        and reading.is_latest
        and found.code not in UNRECORDED
        and scope.covers(project.unit_path, project.owner_id, project.id)
    )
    return Demand(
        action_words(mandate.action),
        mandate.since,
        mandate.due_on,
        threshold_value(mandate.threshold),
        answer is None and mandate.is_overdue,
        reading.url("thresholds.show_threshold", name=mandate.threshold.code),
        answer_words(answer, mandate),
        url_for(
            "flags.answer",
            code=project.code,
            flag=found.code.value,
            action=mandate.action.value,
            year=reading.year,
        )
        if may_record
        else None,
    )


def _answer(row: AnswerRow) -> AnswerLine:
    one = row.answer
    return AnswerLine(
        action_words(one.action),
        one.done_on,
        row.due_on,
        one.done_on > row.due_on,
        one.evidence,
        f"{known_words(row.who)}, {instant(row.at)}",
    )


def answer_refusal_words(refusal: Refusal) -> str:
    """Return why it is not kept that an action was done."""
    if isinstance(refusal, NothingDemanded):
        return _("Cờ này không còn đòi hỏi việc ấy: đã hết cờ hoặc đã đổi mức. Hãy mở lại cờ.")
    if isinstance(refusal, AlreadyAnswered):
        one = refusal.answer
        return _(
            "Việc này đã được ghi ngày %(day)s (%(evidence)s). Hãy mở lại cờ để xem.",
            day=day(one.done_on),
            evidence=one.evidence,
        )
    if isinstance(refusal, DoneBeforeDemanded):
        since = day(refusal.since)
        return _("Cờ ở mức này từ %(day)s. Hãy nhập từ ngày đó trở đi.", day=since)
    if isinstance(refusal, EvidenceRequired):
        return _("Hãy ghi minh chứng: số văn bản hoặc nơi xem được.")
    return refusal_words(refusal)
