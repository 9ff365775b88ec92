"""What the list for the meeting shows: projects by form R4, directives by form R12, and why.

Nothing is edited here; what is listed is chosen in the address.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import gettext as _

from tracker.domain.money import Dong
from tracker.domain.projects import Group, Tier
from tracker.queries.difficulties import DifficultyRow
from tracker.queries.directives import DirectiveRow
from tracker.queries.meeting import Agenda, Why
from tracker.queries.slowness import Judged
from tracker.web.area import Area
from tracker.web.brief.pages import REASONS
from tracker.web.directive_lines import DirectiveLine
from tracker.web.flagging import FlagWords, cause_words, class_words, flag_words
from tracker.web.formats import day as day_words
from tracker.web.matters import cause_words as difficulty_words
from tracker.web.reading import Reading
from tracker.web.speech import named

HUNDREDTHS = 10_000
TAKES = (5, 10, 20)
"""How many of each kind may be asked for."""


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """One project to be talked about, with the columns of form R4; amounts in đồng."""

    code: str
    name: str
    owner: str
    url: str
    tier: Tier
    group: Group | None
    investment: Dong | None
    years: str
    plan: Dong
    disbursed: Dong
    expected: Dong | None
    gap: Dong | None
    idle_days: int | None
    works: Fraction | None
    flags: tuple[FlagWords, ...]
    reasons: tuple[str, ...]
    cause: str
    responsible: str
    directive: DirectiveRow | None
    proposal: str
    drop_url: str

    @property
    def ratio(self) -> Fraction | None:
        """Return TL2."""
        return Fraction(self.disbursed, self.plan) if self.plan > 0 else None


@dataclass(frozen=True, slots=True)
class MatterLine:
    """One directive to be talked about, by form R12, and why it is listed."""

    line: DirectiveLine
    reasons: tuple[str, ...]
    drop_url: str


@dataclass(frozen=True)
class MeetingPage:
    """The list for the meeting as this person may see it."""

    reading: Reading
    area: Area
    wanted: tuple[Why, ...]
    take: int
    projects: tuple[ProjectLine, ...]
    directives: tuple[MatterLine, ...]
    left_out: tuple[str, ...]
    all_url: str
    brief_url: str
    may_issue: bool

    @staticmethod
    def address(endpoint: str, **changes: str) -> str:
        """Return another address of exactly this list: a file of it."""
        return address(endpoint, **changes)

    @property
    def choices(self) -> tuple[tuple[str, str, bool], ...]:
        """Return every reason to be listed: its code, its words, whether it is asked for."""
        return tuple((one.value, why_words(one), one in self.wanted) for one in Why)


@dataclass(frozen=True)
class Beside:
    """What is known of the projects today besides their figures, by project."""

    difficulties: Mapping[int, Sequence[DifficultyRow]]
    directives: Mapping[int, Sequence[DirectiveRow]]
    waiting: Mapping[int, DifficultyRow]


@named
def why_words(why: Why) -> str:
    """Return why something is listed."""
    return {
        Why.WORST: _("nhiều tiền bị chậm nhất"),
        Why.WORSENED: _("mới xấu đi trong 7 ngày"),
        Why.DIFFICULTY: _("có vướng mắc chờ anh/chị"),
        Why.LATE: _("chỉ đạo quá hạn"),
        Why.ASKED: _("chỉ đạo chờ anh/chị trả lời"),
    }[why]


def address(endpoint: str = "brief.show_meeting", /, **changes: str | None) -> str:
    """Return this list's address as it is asked for now, with some parameters changed."""
    args = [(name, value) for name, value in request.args.items(multi=True) if name not in changes]
    args += [(name, value) for name, value in changes.items() if value]
    return f"{url_for(endpoint)}?{urlencode(args)}" if args else url_for(endpoint)


def without(left_out: Sequence[str], code: str) -> str:
    """Return the address of the list without one more line."""
    return address(without=",".join((*left_out, code)))


def project_lines(
    found: Agenda, beside: Beside, reading: Reading, left_out: Sequence[str]
) -> tuple[ProjectLine, ...]:
    """Return the projects to be talked about, those left out of the list left out."""
    return tuple(
        _project(one, found, beside, reading, left_out)
        for one in found.projects
        if one.card.code not in left_out
    )


def directive_lines(
    lines: Sequence[tuple[DirectiveLine, tuple[str, ...]]], left_out: Sequence[str]
) -> tuple[MatterLine, ...]:
    """Return the directives to be talked about, each once with every reason."""
    kept: dict[str, MatterLine] = {}
    for line, reasons in lines:
        code = directive_code(line.row)
        known = kept.get(code)
        if known is not None:
            kept[code] = replace(known, reasons=(*known.reasons, *reasons))
        elif code not in left_out:
            kept[code] = MatterLine(line, reasons, without(left_out, code))
    return tuple(kept.values())


def directive_code(row: DirectiveRow) -> str:
    """Return what an address calls a directive that is left out."""
    return f"directive-{row.id}"


def _project(
    one: Judged, found: Agenda, beside: Beside, reading: Reading, left_out: Sequence[str]
) -> ProjectLine:
    card, facts, number = one.card, one.facts, one.card.id
    url = reading.url("projects.show_project", code=card.code)
    reason = REASONS.get(one.verdict.klass)
    flags = sorted(one.verdict.flags, key=lambda flag: flag.code is not reason)
    told = tuple(flag_words(flag, url) for flag in flags)
    difficulties = beside.difficulties.get(number, ())
    directives = beside.directives.get(number, ())
    works = facts.site.actual
    return ProjectLine(
        code=card.code,
        name=card.name,
        owner=card.owner,
        url=url,
        tier=card.tier,
        group=card.group,
        investment=facts.total_investment,
        years="–".join(map(str, found.years[number])) if number in found.years else "",
        plan=facts.plan,
        disbursed=facts.disbursed,
        expected=facts.expected,
        gap=one.verdict.gap,
        idle_days=_days(facts.last_positive_on, facts.day),
        works=None if works is None else Fraction(works, HUNDREDTHS),
        flags=told,
        reasons=tuple(_reasons(one, found, beside)),
        cause=cause_words(found.causes[number]) if number in found.causes else _("chưa rõ"),
        responsible=_responsible(difficulties),
        directive=directives[0] if directives else None,
        proposal=told[0].remedy if told else "",
        drop_url=without(left_out, card.code),
    )


def _days(last: date | None, day: date) -> int | None:
    return None if last is None else (day - last).days


def _reasons(one: Judged, found: Agenda, beside: Beside) -> list[str]:
    """Return in words why a project is listed."""
    number, reasons = one.card.id, []
    if number in found.worst:
        reasons.append(_("nhiều tiền bị chậm nhất, thứ %(place)s", place=found.worst[number]))
    moved = found.worsened.get(number)
    if moved is not None and moved.before and moved.after:
        reasons.append(
            _(
                "mới xấu đi: %(before)s → %(after)s",
                before=class_words(moved.before.klass),
                after=class_words(moved.after.klass),
            )
        )
    if waits := beside.waiting.get(number):
        reasons.append(_("vướng mắc chờ anh/chị: %(cause)s", cause=difficulty_words(waits.cause)))
    return reasons


def _responsible(rows: Sequence[DifficultyRow]) -> str:
    """Return who answers for the gravest open difficulty, and until when."""
    if not rows:
        return ""
    first = rows[0]
    until = _("hạn %(day)s", day=day_words(first.due_on))
    return f"{first.responsible_organisation}, {first.responsible_person} · {until}"
