"""One project of the slow list by the columns of form R4, as lists and files of it show it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext as _

from tracker.db import db
from tracker.domain.classes import Class
from tracker.domain.flags import FlagCode
from tracker.domain.ladder import Attribution
from tracker.domain.money import Dong
from tracker.domain.people import Actor
from tracker.domain.projects import Group, Tier
from tracker.files.sheets import Cell, Column, Kind
from tracker.queries.difficulties import DifficultyRow, difficulties_of
from tracker.queries.directives import DirectiveRow, open_directives_of
from tracker.queries.pledges import PledgeRow, pledges_of
from tracker.queries.slowness import Judged
from tracker.web.flagging import FlagWords, cause_words, flag_words
from tracker.web.formats import day as day_words
from tracker.web.pledging import pledge_words
from tracker.web.reading import Reading
from tracker.web.words import group_words, tier_words

REASONS = {Class.UNABLE: FlagCode.F07, Class.SLOW: FlagCode.F02}
"""The flag that puts a project into its block of the slow list."""
_HUNDREDTHS = 10_000


@dataclass(frozen=True)
class Beside:
    """What is known of projects besides their figures, by project.

    What is open is known of today alone; pledges are those made by the day, the one in force first.
    """

    difficulties: Mapping[int, Sequence[DifficultyRow]]
    directives: Mapping[int, Sequence[DirectiveRow]]
    pledges: Mapping[int, Sequence[PledgeRow]]


@dataclass(frozen=True, slots=True)
class SlowLine:
    """One project with the columns of form R4; amounts in đồng, `works` the share built."""

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
    cause: str
    responsible: str
    pledge: PledgeRow | None
    directive: DirectiveRow | None
    proposal: str

    @property
    def ratio(self) -> Fraction | None:
        """Return TL2."""
        return Fraction(self.disbursed, self.plan) if self.plan > 0 else None

    @property
    def promised(self) -> str | None:
        """Return the pledge in force, and how it stands."""
        return pledge_words(self.pledge) if self.pledge else None

    @property
    def directed(self) -> str:
        """Return the first open directive about the project, and its deadline."""
        row = self.directive
        if row is None:
            return ""
        until = _("hạn %(day)s", day=day_words(row.due_on))
        return f"{row.lead}: {row.content} ({until})"


def beside_of(actor: Actor, ids: Collection[int], reading: Reading) -> Beside:
    """Return what this person may know of projects besides their figures."""
    session = db.session()
    difficulties: dict[int, list[DifficultyRow]] = defaultdict(list)
    now = ids if reading.is_latest else ()
    for row in difficulties_of(session, actor, now, open_only=True):
        difficulties[row.project_id].append(row)
    return Beside(
        difficulties,
        open_directives_of(session, actor, now),
        pledges_of(session, ids, reading.year, reading.as_of),
    )


def slow_line(
    one: Judged,
    years: tuple[int, int] | None,
    cause: Attribution | None,
    beside: Beside,
    reading: Reading,
) -> SlowLine:
    """Return a project as form R4 has it; the reason for its block stands first among its flags."""
    card, facts = one.card, one.facts
    url = reading.url("projects.show_project", code=card.code)
    reason = REASONS.get(one.verdict.klass)
    flags = sorted(one.verdict.flags, key=lambda flag: flag.code is not reason)
    told = tuple(flag_words(flag, url) for flag in flags)
    directives = beside.directives.get(card.id, ())
    pledges = beside.pledges.get(card.id, ())
    works, last = facts.site.actual, facts.last_positive_on
    return SlowLine(
        code=card.code,
        name=card.name,
        owner=card.owner,
        url=url,
        tier=card.tier,
        group=card.group,
        investment=facts.total_investment,
        years="–".join(map(str, years)) if years else "",
        plan=facts.plan,
        disbursed=facts.disbursed,
        expected=facts.expected,
        gap=one.verdict.gap,
        idle_days=None if last is None else (facts.day - last).days,
        works=None if works is None else Fraction(works, _HUNDREDTHS),
        flags=told,
        cause=cause_words(cause) if cause else _("chưa rõ"),
        responsible=responsible_words(beside.difficulties.get(card.id, ())),
        pledge=pledges[0] if pledges else None,
        directive=directives[0] if directives else None,
        proposal=told[0].remedy if told else "",
    )


def slow_columns(unit: str) -> tuple[Column, ...]:
    """Return the columns of form R4, money in the unit named."""

    def money(words: str) -> Column:
        return Column(f"{words} ({unit})", Kind.MONEY, 16)

    return (
        Column(_("TT"), Kind.COUNT, 5),
        Column(_("Mã"), width=16),
        Column(_("Dự án"), width=48),
        Column(_("Chủ đầu tư"), width=30),
        Column(_("Cấp"), width=9),
        Column(_("Nhóm"), width=9),
        money(_("Tổng mức đầu tư")),
        Column(_("Thời gian thực hiện"), width=12),
        money(_("Kế hoạch năm")),
        money(_("Đã giải ngân")),
        Column(_("Tỷ lệ TL2"), Kind.RATIO, 10),
        money(_("Kịch bản")),
        money(_("Chênh lệch so với kịch bản")),
        Column(_("Số ngày không phát sinh"), Kind.COUNT, 12),
        Column(_("Tiến độ thi công"), Kind.RATIO, 10),
        Column(_("Cờ cảnh báo"), width=48),
        Column(_("Nguyên nhân"), width=20),
        Column(_("Đơn vị, cá nhân chịu trách nhiệm"), width=36),
        Column(_("Cam kết (ngày, số tiền)"), width=24),
        Column(_("Chỉ đạo và hạn"), width=44),
        Column(_("Đề xuất"), width=44),
    )


def slow_cells(place: int, one: SlowLine) -> tuple[Cell, ...]:
    """Return the cells of a project under the columns of form R4."""
    return (
        place,
        one.code,
        one.name,
        one.owner,
        tier_words(one.tier),
        group_words(one.group),
        one.investment,
        one.years,
        one.plan,
        one.disbursed,
        one.ratio,
        one.expected,
        one.gap,
        one.idle_days,
        one.works,
        "; ".join(f"{flag.code} {flag.name}" for flag in one.flags),
        one.cause,
        one.responsible,
        one.promised,
        one.directed,
        one.proposal,
    )


def responsible_words(rows: Sequence[DifficultyRow]) -> str:
    """Return who answers for the gravest open difficulty, and until when."""
    if not rows:
        return ""
    first = rows[0]
    until = _("hạn %(day)s", day=day_words(first.due_on))
    return f"{first.responsible_organisation}, {first.responsible_person} · {until}"
