"""What the page of one directive shows: what it says, its thread, what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.directives import (
    Effect,
    Metric,
    Moment,
    effect_of,
    measured_on,
    standing_of,
)
from tracker.domain.money import Dong
from tracker.queries.attachments import ThreadFile
from tracker.queries.difficulties import DifficultyRow
from tracker.queries.directives import DirectiveRow, DirectiveThreadRow
from tracker.web.directive_lines import document_words
from tracker.web.formats import day as day_words
from tracker.web.formats import instant, number
from tracker.web.known import known_words
from tracker.web.matters import (
    STANDING_BADGES,
    cause_words,
    directive_standing_words,
    directive_step_words,
    moment_words,
)
from tracker.web.proofs import Proof, proofs

NOW_MOST = 200
"""Projects of a directive whose figures are measured anew each time its page is opened."""


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the thread, in words."""

    who: str
    at: str
    words: str
    kind: str | None
    text: str | None
    evidence: str | None
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures at one moment; `effect` is what changed since the directive was issued."""

    title: str
    day: date
    plan: Dong
    disbursed: Dong
    rate: Fraction | None
    gap: Dong | None
    flags: int
    effect: Effect | None
    verdict: str
    badge: str


@dataclass(frozen=True, slots=True)
class Linked:
    """A difficulty the directive is to clear away."""

    url: str
    words: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Rights:
    """What this person may do about a directive."""

    answers: bool
    directs: bool


@dataclass(frozen=True)
class DirectivePage:
    """One directive as this person may see it."""

    row: DirectiveRow
    state: str
    badge: str
    document: str
    facts: tuple[tuple[str, str | None], ...]
    steps: tuple[Step, ...]
    measures: tuple[Measured, ...]
    next_measure: str | None
    projects: tuple[tuple[str, str, str], ...]
    projects_count: int
    difficulties: tuple[Linked, ...]
    can_reply: bool
    can_ask: bool
    can_direct: bool
    asks: date | None


def directive_page(
    row: DirectiveRow,
    partners: Sequence[str],
    thread: Sequence[tuple[DirectiveThreadRow, Sequence[ThreadFile]]],
    measures: Sequence[Measured],
    projects: Sequence[tuple[str, str]],
    projects_count: int,
    difficulties: Sequence[DifficultyRow],
    rights: Rights,
    upcoming: tuple[Moment, date] | None,
    day: date,
) -> DirectivePage:
    """Decide what the page shows."""
    standing = standing_of(row.state, row.due_on, row.closed_on, day)
    is_open = row.closed_on is None
    return DirectivePage(
        row=row,
        state=directive_standing_words(standing),
        badge=STANDING_BADGES[standing],
        document=document_words(row),
        facts=_facts(row, partners),
        steps=tuple(_step(row.id, one, files) for one, files in thread),
        measures=tuple(measures),
        next_measure=_(
            "%(moment)s, ngày %(day)s",
            moment=moment_words(upcoming[0]).lower(),
            day=day_words(upcoming[1]),
        )
        if upcoming
        else None,
        projects=tuple(
            (code, name, url_for("difficulties.show_project", code=code)) for code, name in projects
        ),
        projects_count=projects_count,
        difficulties=tuple(
            Linked(
                url_for("difficulties.show_difficulty", difficulty_id=one.id),
                f"{cause_words(one.cause)}: {one.description}",
                one.closed_on is None,
            )
            for one in difficulties
        ),
        can_reply=is_open and rights.answers,
        can_ask=is_open and rights.answers and row.asked_due_on is None,
        can_direct=is_open and rights.directs,
        asks=row.asked_due_on if is_open else None,
    )


def measured(
    row: DirectiveRow,
    kept: Mapping[tuple[Moment, date], Metric],
    day: date,
    after_days: int,
    measure: Callable[[date], Metric],
) -> tuple[Measured, ...]:
    """Return the figures at issue, at the deadline and after it, as far as these days are over.

    What was kept is shown; what is over and not kept yet is measured by the close of its day.
    Before the deadline what came of it until now is shown.
    """
    baseline = kept.get((Moment.BASELINE, row.issued_on))
    if baseline is None:
        return ()
    found = [_measure(moment_words(Moment.BASELINE), baseline, None, final=False)]
    for moment in (Moment.DEADLINE, Moment.AFTER):
        on = measured_on(moment, row.issued_on, row.due_on, after_days)
        if on >= day:
            continue
        metric = kept.get((moment, on)) or measure(on)
        title = moment_words(moment)
        if moment is Moment.AFTER:
            title = _("Sau %(days)s ngày", days=number(after_days))
        found.append(_measure(title, metric, effect_of(baseline, metric), final=True))
    if row.due_on >= day > row.issued_on and baseline.projects <= NOW_MOST:
        metric = measure(day)
        found.append(_measure(_("Đến nay"), metric, effect_of(baseline, metric), final=False))
    return tuple(found)


def upcoming_measure(row: DirectiveRow, day: date, after_days: int) -> tuple[Moment, date] | None:
    """Return when a directive is measured next; None when that is over."""
    for moment in (Moment.DEADLINE, Moment.AFTER):
        on = measured_on(moment, row.issued_on, row.due_on, after_days)
        if on >= day:
            return moment, on
    return None


def _measure(title: str, metric: Metric, effect: Effect | None, *, final: bool) -> Measured:
    verdict, badge = "", "unknown"
    if effect is not None and effect.is_nothing:
        verdict, badge = _("không chuyển biến"), "at_risk" if final else "unknown"
    elif effect is not None:
        verdict, badge = _("có chuyển biến"), "on_track"
    return Measured(
        title,
        metric.day,
        metric.plan,
        metric.disbursed,
        metric.rate,
        metric.gap,
        metric.flags,
        effect,
        verdict,
        badge,
    )


def _facts(row: DirectiveRow, partners: Sequence[str]) -> tuple[tuple[str, str | None], ...]:
    return (
        (_("Về"), row.subject),
        (_("Sản phẩm phải có"), row.product),
        (_("Đơn vị chủ trì"), row.lead),
        (_("Đơn vị phối hợp"), ", ".join(partners) or _("không có")),
        (_("Người chịu trách nhiệm"), row.responsible_person),
        (_("Hạn"), day_words(row.due_on)),
        (_("Người chỉ đạo"), known_words(row.issuer)),
        (_("Văn bản"), document_words(row)),
        *(
            (
                (_("Kết quả"), row.result),
                (_("Minh chứng"), row.evidence),
                (
                    _("Kết thúc"),
                    _(
                        "%(day)s, %(who)s",
                        day=day_words(row.closed_on),
                        who=known_words(row.closer or ""),
                    ),
                ),
            )
            if row.closed_on
            else ()
        ),
    )


def _step(directive_id: int, row: DirectiveThreadRow, files: Sequence[ThreadFile]) -> Step:
    words = directive_step_words(row.kind)
    if row.due_on is not None:
        words = _("%(what)s, hạn %(day)s", what=words, day=day_words(row.due_on))
    kind = {
        "extension_asked": "warning",
        "extension_refused": "warning",
        "reported": "done",
        "closed": "done",
        "replied": None,
    }.get(row.kind.value, "deed")
    found = proofs(
        files,
        partial(_file_url, "directives.hand_out_file", directive_id),
        partial(_file_url, "directives.show_thumbnail", directive_id),
    )
    return Step(known_words(row.by), instant(row.at), words, kind, row.words, row.evidence, found)


def _file_url(endpoint: str, directive_id: int, file_id: int) -> str:
    return url_for(endpoint, directive_id=directive_id, directive_file_id=file_id)
