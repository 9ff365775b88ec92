"""What the list of slow projects shows: three blocks, ordered by the money behind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import cast

from flask import request, url_for
from flask_babel import gettext as _

from tracker.domain.flags import RemedyKind
from tracker.domain.ladder import Mandate, answer_to, blame_of, mandate_of, missing_data
from tracker.domain.money import Dong
from tracker.queries.paging import Paged
from tracker.queries.pools import Pool
from tracker.queries.slowness import Judged
from tracker.queries.standing_blocks import BLOCKS, SlowList
from tracker.queries.standing_blocks import Block as BlockSums
from tracker.web.area import Area
from tracker.web.flagging import (
    FlagWords,
    action_words,
    answer_words,
    block_reason_words,
    flag_words,
    path_words,
)
from tracker.web.formats import day, dong
from tracker.web.matters import cause_words
from tracker.web.once_red import NAME as ONCE_RED
from tracker.web.paging import Paging, paging_of
from tracker.web.pledging import pledge_words
from tracker.web.reading import Reading
from tracker.web.slow_lines import REASONS, Beside, responsible_words
from tracker.web.words import group_words, tier_words


@dataclass(frozen=True, slots=True)
class Way:
    """What is missing to judge a project, and the step that fills it."""

    words: str
    step: str
    url: str


@dataclass(frozen=True, slots=True)
class PoolRow:
    """Capital of a unit that was not allocated in time."""

    unit: str
    source: str
    due_on: date
    flag: FlagWords


@dataclass(frozen=True, slots=True)
class Matter:
    """What stands in a project's way and what was directed about it, in the words of its row."""

    url: str
    cause: str
    more_difficulties: int
    responsible: str
    directive: str
    directive_page: str
    more_directives: int
    directive_due: str
    pledge: str
    directive_url: str | None

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is said of the project."""
        return not (self.cause or self.directive or self.pledge)


@dataclass(frozen=True)
class Matters:
    """What is open about the projects shown, and whether this person issues directives."""

    beside: Beside
    may_issue: bool

    def of(self, project_id: int, code: str) -> Matter:
        """Return what the row of a project tells: the first of each."""
        difficulties = self.beside.difficulties.get(project_id, ())
        directives = self.beside.directives.get(project_id, ())
        pledges = self.beside.pledges.get(project_id, ())
        one, order = next(iter(difficulties), None), next(iter(directives), None)
        return Matter(
            url=url_for("difficulties.show_project", code=code),
            cause=cause_words(one.cause) if one else "",
            more_difficulties=len(difficulties) - 1,
            responsible=responsible_words(difficulties),
            directive=_("Chỉ đạo: %(lead)s", lead=order.lead) if order else "",
            directive_page=url_for("directives.show_directive", directive_id=order.id)
            if order
            else "",
            more_directives=len(directives) - 1,
            directive_due=_("hạn %(day)s", day=day(order.due_on)) if order else "",
            pledge=pledge_words(pledges[0]) if pledges else "",
            directive_url=url_for("directives.issue", project=code) if self.may_issue else None,
        )


@dataclass(frozen=True, slots=True)
class SlowRow:
    """One project of a block: `first` is the flag that puts it there, each of `others` with when.

    What can be said once for all who look is words already.
    """

    code: str
    name: str
    about: str
    url: str
    plan: Dong
    disbursed: Dong
    ratio: Fraction | None
    expected: Dong | None
    path: str
    gap: Dong | None
    first: FlagWords | None
    others: tuple[tuple[FlagWords, str], ...]
    missing: tuple[Way, ...]
    demand: str
    done: str
    is_overdue: bool
    blame: str
    matter: "Matter"


@dataclass(frozen=True, slots=True)
class Block:
    """One of the blocks: how many projects, how much money, and the rows shown."""

    code: str
    title: str
    note: str
    count: int
    gap: Dong
    remaining: Dong
    rows: tuple[SlowRow, ...]
    url: str
    paging: Paging | None
    directive_url: str | None

    @property
    def has_more(self) -> bool:
        """Tell whether more projects belong here than are shown."""
        return self.paging is None and self.count > len(self.rows)


@dataclass(frozen=True, slots=True)
class SlownessPage:
    """The list as this person may see it; `chosen` is the only block shown, if there is one."""

    reading: Reading
    area: Area
    blocks: tuple[Block, ...]
    tabs: tuple[dict[str, object], ...]
    chosen: str | None
    judged: int
    pools: tuple[PoolRow, ...]

    def file_url(self, endpoint: str) -> str:
        """Return the address of a file with every project of what is shown here."""
        chosen = {"block": self.chosen} if self.chosen else {}
        return self.reading.url(endpoint, **chosen, **_filters())


def block_titles(code: str) -> tuple[str, str]:
    """Return the title of a block and what it means."""
    return {
        "unable": (
            _("Không có khả năng giải ngân hết"),
            _("nhịp 60 ngày qua không đủ để giải ngân hết trước hạn (F-07)"),
        ),
        "slow": (_("Chậm"), _("dưới kịch bản quá dung sai (F-02)")),
        "ahead": (_("Vượt kịch bản"), _("có thể nhận thêm vốn khi điều chuyển")),
        "unknown": (_("Chưa đủ dữ liệu"), _("chưa có kịch bản hoặc chưa từng cập nhật")),
    }[code]


def slowness_page(
    reading: Reading,
    area: Area,
    found: SlowList,
    chosen: str | None,
    matters: Matters,
) -> SlownessPage:
    """Decide what the list shows.

    An empty block is told by its tab; it takes no room before those with projects.
    """
    return SlownessPage(
        reading=reading,
        area=area,
        blocks=tuple(
            _block(reading, code, found, page, matters, paged=chosen is not None)
            for code, page in found.shown.items()
            if page.rows or chosen is not None
        ),
        tabs=_tabs(reading, found.sums, chosen),
        chosen=chosen,
        judged=found.judged,
        pools=tuple(_pool(one) for one in found.pools) if chosen is None else (),
    )


def _pool(one: Pool) -> PoolRow:
    due_on = one.flag.terms["due_on"]
    return PoolRow(one.unit, one.source, cast("date", due_on), flag_words(one.flag))


def _tabs(
    reading: Reading, sums: Mapping[str, BlockSums], chosen: str | None
) -> tuple[dict[str, object], ...]:
    every: dict[str, object] = {
        "label": _("Tất cả"),
        "url": reading.url("slowness.list_slow", **_filters()),
        "is_current": chosen is None,
    }
    return (
        every,
        *(
            {
                "label": block_titles(code)[0],
                "url": reading.url("slowness.list_slow", block=code, **_filters()),
                "is_current": chosen == code,
                "count": sums[code].count,
            }
            for code in BLOCKS
        ),
    )


_KEPT = frozenset({"tier", "q", "area", ONCE_RED})


def _filters() -> dict[str, str]:
    """Return the filters of the address that stay when a block is chosen."""
    return {name: value for name, value in request.args.items() if name in _KEPT}


def _block(
    reading: Reading,
    code: str,
    found: SlowList,
    page: Paged[Judged],
    matters: Matters,
    *,
    paged: bool,
) -> Block:
    title, note = block_titles(code)
    sums = found.sums[code]
    return Block(
        code=code,
        title=title,
        note=note,
        count=sums.count,
        gap=sums.gap,
        remaining=sums.remaining,
        rows=tuple(_row(reading, one, code, found, matters) for one in page.rows),
        url=reading.url("slowness.list_slow", block=code, **_filters()),
        paging=paging_of(page, _("dự án")) if paged else None,
        directive_url=url_for("directives.issue", block=code, **_filters())  # type: ignore[arg-type]
        # What was red lately is no group that a directive is issued to.
        if matters.may_issue and reading.is_latest and ONCE_RED not in _filters()
        else None,
    )


def _row(reading: Reading, one: Judged, block: str, found: SlowList, matters: Matters) -> SlowRow:
    """Return a row; the reason for its block stands first, then the other flags, gravest first."""
    reason = REASONS.get(one.verdict.klass)
    flags = sorted(one.verdict.flags, key=lambda flag: flag.code is not reason)
    url = reading.url("projects.show_project", code=one.card.code)
    mandate = mandate_of(flags[0], found.limits) if flags else None
    told = (row.answer for row in found.answers.get(one.card.id, ()))
    answer = answer_to(mandate, flags[0].code, told) if mandate else None
    card, plan = one.card, one.facts.plan
    words = [flag_words(flag, url) for flag in flags]
    group = _("nhóm %(group)s", group=group_words(card.group))
    return SlowRow(
        code=card.code,
        name=card.name,
        about=" · ".join((card.code, card.owner, tier_words(card.tier), group)),
        url=url,
        plan=plan,
        disbursed=one.facts.disbursed,
        ratio=Fraction(one.facts.disbursed, plan) if plan > 0 else None,
        expected=one.facts.expected,
        path=path_words(one.facts.path),
        gap=one.verdict.gap,
        first=words[0] if words else None,
        others=tuple((flag, _since(flag)) for flag in words[1:]),
        missing=tuple(_way(kind, one, reading) for kind in missing_data(one.facts))
        if block == "unknown"
        else (),
        demand=_demand(mandate),
        done=answer_words(answer, mandate) if mandate else "",
        is_overdue=mandate is not None and mandate.is_overdue and answer is None,
        blame=_blame(one, found),
        matter=matters.of(one.card.id, one.card.code),
    )


def _since(flag: FlagWords) -> str:
    return _("từ %(day)s", day=day(flag.since)) if flag.since else ""


def _demand(mandate: Mandate | None) -> str:
    if mandate is None:
        return ""
    action = action_words(mandate.action)
    return _("%(action)s, hạn %(day)s", action=action, day=day(mandate.due_on))


def _blame(one: Judged, found: SlowList) -> str:
    """Return what of the gap blocked capital explains; nothing where none is blocked."""
    blocked = found.blocked.get(one.card.id)
    if blocked is None or not one.verdict.gap or one.verdict.gap > 0:
        return ""
    blame = blame_of(Dong(-one.verdict.gap), blocked.amount)
    return _(
        "Vốn bị phong tỏa %(blocked)s (%(why)s); phần của chủ đầu tư: %(owners)s",
        blocked=dong(blocked.amount),
        why=block_reason_words(blocked.cause),
        owners=dong(blame.owners),
    )


def _way(kind: RemedyKind, one: Judged, reading: Reading) -> Way:
    if kind is RemedyKind.APPROVE_SCENARIO:
        return Way(
            _("Chưa có kịch bản"),
            _("lập và duyệt kịch bản"),
            reading.url("scenarios.show_scenario", code=one.card.code),
        )
    return Way(
        _("Chưa từng cập nhật"),
        _("nhập giải ngân hoặc ghi “Không phát sinh”"),
        reading.ledger_url(project=one.card.code),
    )
