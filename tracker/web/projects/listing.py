"""What the list of projects shows: rows, totals, chips, columns, pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.domain.classes import Class, Standing
from tracker.domain.days import usual_year
from tracker.domain.flags import KEPT_FLAGS, UNIT_FLAGS, FlagCode
from tracker.domain.money import Dong
from tracker.domain.people import Actor, Permission
from tracker.domain.projects import SECTORS, Group, Halt, Status, Tier
from tracker.queries.paging import Paged
from tracker.queries.projects import Order, Totals
from tracker.queries.standing_lists import ListPart, ListRow
from tracker.web.chips import Chip
from tracker.web.flagging import (
    BADGES,
    class_words,
    flag_name,
    flag_number,
    flag_url,
    standing_words,
)
from tracker.web.formats import money, number, percent
from tracker.web.known import known_words
from tracker.web.once_red import RED, once_red_words
from tracker.web.paging import Paging, paging_of
from tracker.web.projects.filtering import FILTERS, NO_GROUP, WITHOUT_PLAN, Asked, Choices
from tracker.web.reading import Reading
from tracker.web.words import group_words, sector_words, status_words, tier_words

SLOW_OR_UNABLE = "slow,unable"
FIRST_PICKS = frozenset({"tier", "area", "owner", "class"})
"""The filters that stand beside the search; the others are one click away."""
YEARS_BACK, YEARS_AHEAD = 4, 1
LIST = "projects.list_projects"


@dataclass(frozen=True, slots=True)
class FlagMark:
    """A flag in a row: only its number is printed, its name is told."""

    severity: int
    code: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """One row of the list."""

    code: str
    name: str
    owner: str
    url: str
    tier: Tier
    group: Group | None
    status: Status
    halt: Halt | None
    plan: Dong | None
    disbursed: Dong | None
    ratio: Fraction | None
    expected: Dong | None
    gap: Dong | None
    klass: Class
    badge: str
    words: str
    bar: str
    flags: tuple[FlagMark, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """One column one can order by."""

    code: str
    words: str
    url: str
    order: str | None
    is_number: bool
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """One filter with its choices; `blank` is what choosing none of them means."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str
    blank: str


@dataclass(frozen=True)
class ListPage:
    """The list as this person may see it."""

    reading: Reading
    place: str
    texts: dict[str, str]
    picks: tuple[Pick, ...]
    more_picks: tuple[Pick, ...]
    chips: tuple[Chip, ...]
    clear_url: str
    heads: tuple[Head, ...]
    rows: tuple[ProjectLine, ...]
    totals: Totals
    paging: Paging
    with_unplanned_url: str | None
    excel_url: str
    csv_url: str
    new_url: str | None
    directive_url: str | None

    @property
    def is_narrowed(self) -> bool:
        """Tell whether a filter, not the day or the year alone, keeps projects out."""
        return any(self.texts.values())


def list_page(asked: Asked, choices: Choices, part: ListPart, actor: Actor, place: str) -> ListPage:
    """Decide what the list shows."""
    page = part.page
    picks = _picks(asked, choices)
    return ListPage(
        reading=asked.reading,
        place=place,
        texts=dict(asked.texts),
        picks=tuple(pick for pick in picks if pick.name in FIRST_PICKS),
        more_picks=(
            _year_pick(asked.reading),
            *(pick for pick in picks if pick.name not in FIRST_PICKS),
        ),
        chips=_chips(asked, picks),
        clear_url=_address(**dict.fromkeys((*FILTERS, "year"))),
        heads=_heads(asked),
        rows=project_lines(asked.reading, page),
        totals=part.totals,
        paging=paging_of(page, _("dự án")),
        with_unplanned_url=_unplanned_url(asked),
        excel_url=_address("projects.download_workbook"),
        csv_url=_address("projects.download_csv"),
        new_url=url_for("projects.new_project") if actor.may(Permission.PROJECT_EDIT) else None,
        directive_url=_directive_url(asked, actor),
    )


def _directive_url(asked: Asked, actor: Actor) -> str | None:
    """Return where a directive to the one owner, or about the one area, of the list is issued."""
    if not actor.may(Permission.DIRECTIVE_ISSUE) or not asked.reading.is_latest:
        return None
    if asked.wanted.owner_id is not None:
        return url_for("directives.issue", organisation=asked.texts["owner"])
    if asked.wanted.place_path is not None:
        return url_for("directives.issue", unit=asked.texts["area"])
    return None


def project_lines(reading: Reading, page: Paged[ListRow]) -> tuple[ProjectLine, ...]:
    """Return the rows of a page, ready to be laid out."""
    # Each name is looked up once for a page and not once for a row: there may be 1,500.
    names = {code: flag_name(code) for code in {c for row in page.rows for c in row.codes}}
    classes = {klass: class_words(klass) for klass in {row.klass for row in page.rows}}
    return tuple(_line(reading, row, names, classes[row.klass]) for row in page.rows)


def _line(reading: Reading, row: ListRow, names: Mapping[FlagCode, str], words: str) -> ProjectLine:
    url = reading.url("projects.show_project", code=row.card.code)
    return ProjectLine(
        code=row.card.code,
        name=row.card.name,
        owner=row.card.owner,
        url=url,
        tier=row.card.tier,
        group=row.card.group,
        status=row.card.status,
        halt=row.card.halt,
        plan=row.plan,
        disbursed=row.disbursed,
        ratio=row.ratio,
        expected=row.expected,
        gap=row.gap,
        klass=row.klass,
        badge=BADGES[row.klass],
        words=words,
        bar=bar_words(reading, row),
        flags=tuple(
            FlagMark(
                int(mark.severity),
                flag_number(mark.code),
                names[mark.code],
                flag_url(url, mark.code),
            )
            for mark in row.marks
        ),
    )


def bar_words(reading: Reading, row: ListRow) -> str:
    """Return what the bar of a row shows, for those who do not see it."""
    if row.ratio is None or row.plan is None:
        return _("không có kế hoạch trong năm")
    done = percent(row.ratio)
    if row.expected is None:
        return _("TL2: đã giải ngân %(done)s, không có kịch bản", done=done)
    return _(
        "TL2: đã giải ngân %(done)s, kịch bản %(expected)s kế hoạch; chênh lệch %(gap)s",
        done=done,
        expected=percent(Fraction(row.expected, row.plan)),
        gap=money(row.gap or 0, reading.unit),
    )


def _address(endpoint: str = LIST, /, **changes: str | None) -> str:
    """Return the address of the list as it is asked for now, with some parameters changed.

    What changes the rows begins again at the first page.
    """
    # As text: a parameter may be called anything, also what `url_for` keeps for itself.
    args = {**request.args.to_dict(), "page": None, **changes}
    kept = urlencode({name: value for name, value in args.items() if value})
    return f"{url_for(endpoint)}?{kept}" if kept else url_for(endpoint)


def chips_of(asked: Asked, choices: Choices) -> tuple[Chip, ...]:
    """Return the filters at work in words."""
    return _chips(asked, _picks(asked, choices))


def _unplanned_url(asked: Asked) -> str | None:
    if asked.wanted.without_plan or asked.wanted.asks_for_verdicts:
        return None
    return _address(plan=WITHOUT_PLAN)


def _heads(asked: Asked) -> tuple[Head, ...]:
    columns = (
        (Order.NAME, _("Dự án"), False, None),
        (Order.TIER, _("Cấp"), False, None),
        (Order.PLAN, _("Kế hoạch"), True, None),
        (Order.DISBURSED, _("Đã giải ngân"), True, None),
        (Order.RATIO, _("Tỷ lệ"), True, "TL2"),
        (Order.EXPECTED, _("Phải đạt"), True, None),
        (Order.GAP, _("Chênh lệch"), True, None),
        (Order.CLASS, _("Đánh giá"), False, None),
        (Order.FLAGS, _("Cờ"), False, None),
    )
    return tuple(_head(asked, *column) for column in columns)


def _head(asked: Asked, order: Order, words: str, is_number: bool, hint: str | None) -> Head:
    is_current = asked.order is order
    turned = is_current and not asked.descending
    state = None
    if is_current:
        state = "descending" if asked.descending else "ascending"
    url = _address(order=f"-{order.value}" if turned else order.value)
    return Head(order.value, words, url, state, is_number, hint)


def _chips(asked: Asked, picks: Sequence[Pick]) -> tuple[Chip, ...]:
    labels = {pick.name: pick.label for pick in picks} | {"q": _("Tìm"), "plan": _("Kế hoạch")}
    words = {(pick.name, code): name for pick in picks for code, name in pick.options}
    words["plan", WITHOUT_PLAN] = _(
        "gồm cả dự án không có kế hoạch %(year)s", year=asked.reading.year
    )
    chips = [
        Chip(labels[name], words.get((name, text), text), _address(**{name: None}))
        for name, text in asked.texts.items()
        if text
    ]
    if year := asked.reading.params.get("year"):
        chips.append(Chip(_("Năm kế hoạch"), year, _address(year=None)))
    return tuple(chips)


def _year_pick(reading: Reading) -> Pick:
    """Return the choice of the plan year; without a choice the day says which."""
    usual = usual_year(reading.as_of)
    years = {*range(usual - YEARS_BACK, usual + YEARS_AHEAD + 1), reading.year} - {usual}
    options = tuple((str(year), str(year)) for year in sorted(years, reverse=True))
    chosen = reading.params.get("year", "")
    return Pick("year", _("Năm kế hoạch"), options, chosen, str(usual))


def _owner_options(asked: Asked, choices: Choices) -> list[tuple[str, str]]:
    """Return the owners to choose from, before them those the address names together."""
    listed = [(one.code, one.label) for one in choices.owners]
    if count := len(asked.wanted.owner_ids):
        words = ngettext("%(count)s đơn vị", "%(count)s đơn vị", count, count=number(count))
        listed.insert(0, (asked.texts["owner"], words))
    return listed


def _picks(asked: Asked, choices: Choices) -> tuple[Pick, ...]:
    classes = (Class.UNABLE, Class.SLOW, Class.NOT_ENOUGH_DATA, Class.GOOD)
    areas = [(one.code, one.label) for one in choices.areas if one.tier is Tier.DISTRICT]
    areas += [(one.code, one.label) for one in choices.areas if one.tier is Tier.COMMUNE]
    options: dict[str, tuple[str, Sequence[tuple[str, str]]]] = {
        "tier": (_("Cấp"), [(one.value, tier_words(one)) for one in Tier]),
        "area": (_("Địa bàn"), areas),
        "owner": (_("Chủ đầu tư"), _owner_options(asked, choices)),
        "class": (
            _("Đánh giá"),
            [
                (SLOW_OR_UNABLE, _("Chậm hoặc nguy cơ")),
                *((one.value, class_words(one)) for one in classes),
            ],
        ),
        "group": (
            _("Nhóm"),
            [
                *((one.value, group_words(one)) for one in Group),
                (NO_GROUP, group_words(None)),
            ],
        ),
        "sector": (_("Ngành, lĩnh vực"), [(code, sector_words(code)) for code in SECTORS]),
        "source": (_("Nguồn vốn"), [(one.code, known_words(one.name)) for one in choices.sources]),
        "status": (_("Trạng thái"), [(one.value, status_words(one)) for one in Status]),
        "flag": (
            _("Cờ cảnh báo"),
            [
                (one.value, f"{flag_number(one)} {flag_name(one)}")
                for one in KEPT_FLAGS
                if one not in UNIT_FLAGS
            ],
        ),
        "was": (_("Đã từng đỏ"), [(RED, once_red_words(choices.red_days))]),
        "standing": (
            _("So với kịch bản"),
            [(one.value, standing_words(one)) for one in Standing],
        ),
    }
    return tuple(
        Pick(name, label, tuple(listed), asked.texts[name], _("Tất cả"))
        for name, (label, listed) in options.items()
        if listed
    )
