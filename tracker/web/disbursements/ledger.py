"""What the list of entries shows: the filters, the rows, what they add up to."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.disbursements import DisbursementKind
from tracker.domain.projects import Tier
from tracker.queries.disbursements import EntryOrder, EntrySums, LedgerRow
from tracker.queries.paging import Paged
from tracker.web.chips import Chip
from tracker.web.disbursements.ledger_filter import AskedEntries, Choices
from tracker.web.disbursements.lines import source_words, year_words
from tracker.web.formats import day, number
from tracker.web.known import known_words
from tracker.web.paging import Paging, paging_of
from tracker.web.words import choices as code_choices
from tracker.web.words import disbursement_kind_words, tier_words

LIST = "disbursements.list_entries"


@dataclass(frozen=True, slots=True)
class Pick:
    """One filter that is chosen from a list."""

    name: str
    label: str
    chosen: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Head:
    """A column the list can be ordered by, or not when there is no address."""

    words: str
    url: str | None
    order: str | None
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry in the list."""

    row: LedgerRow
    url: str
    project_url: str
    plan: str
    state: str


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """The list of entries as this person may see it."""

    asked: AskedEntries
    rows: tuple[EntryLine, ...]
    sums: EntrySums
    picks: tuple[Pick, ...]
    chips: tuple[Chip, ...]
    heads: tuple[Head, ...]
    clear_url: str
    csv_url: str
    until: str
    total_words: str
    paging: Paging


def ledger_page(
    asked: AskedEntries, found: Paged[LedgerRow], sums: EntrySums, choices: Choices
) -> LedgerPage:
    """Decide what the list of entries shows."""
    order = {} if asked.order is EntryOrder.NEWEST else {"order": asked.order.value}
    return LedgerPage(
        asked=asked,
        rows=tuple(_line(row) for row in found.rows),
        sums=sums,
        picks=tuple(_picks(asked, choices)),
        chips=tuple(_chips(asked, choices)),
        heads=_heads(asked),
        clear_url=url_for(LIST),
        csv_url=url_for("disbursements.download_entries", **{**asked.params, **order}),
        until=_("đến hết %(day)s", day=day(asked.until)),
        total_words=total_words(sums),
        paging=paging_of(found, _("bút toán")),
    )


def total_words(sums: EntrySums) -> str:
    """Return the name of the total: how many entries, of which plan years."""
    count = number(sums.entries)
    if sums.years is None:
        return _("Tổng %(count)s bút toán đã lọc", count=count)
    years = "–".join(str(year) for year in sorted(set(sums.years)))
    return _("Tổng %(count)s bút toán đã lọc · kế hoạch %(years)s", count=count, years=years)


def plan_words(row: LedgerRow) -> str:
    """Return the plan line of an entry: source, budget tier, plan year."""
    source = source_words(row.source_code, row.source_name, row.budget_tier)
    return f"{source} · {year_words(row.year, extended=row.extended)}"


def _line(row: LedgerRow) -> EntryLine:
    state = ""
    if row.reverses_id is not None:
        state = _("bút toán đảo")
    elif row.reversal_id is not None:
        state = _("đã đảo")
    return EntryLine(
        row,
        url_for("disbursements.show_entry", entry_id=row.id),
        url_for("projects.show_project", code=row.project_code),
        plan_words(row),
        state,
    )


def _heads(asked: AskedEntries) -> tuple[Head, ...]:
    by_day = (EntryOrder.NEWEST, EntryOrder.OLDEST)
    by_size = (EntryOrder.LARGEST, EntryOrder.SMALLEST)
    return (
        _head(asked, _("Ngày hạch toán"), by_day),
        _head(asked, _("Dự án"), (EntryOrder.PROJECT, EntryOrder.PROJECT)),
        Head(_("Dòng vốn"), None, None),
        Head(_("Loại"), None, None),
        Head(_("Chứng từ"), None, None),
        Head(_("Số Kho bạc chấp nhận"), None, None, is_number=True),
        Head(_("Thu hồi tạm ứng"), None, None, is_number=True),
        _head(asked, _("Số tính giải ngân"), by_size, is_number=True),
        Head(_("Người ghi"), None, None),
    )


def _head(
    asked: AskedEntries,
    words: str,
    orders: tuple[EntryOrder, EntryOrder],
    *,
    is_number: bool = False,
) -> Head:
    """Return a head that orders by its column, and turns the order when asked again."""
    falling, rising = orders
    wanted = rising if asked.order is falling else falling
    url = url_for(LIST, **{**asked.params, "order": wanted.value})
    names = {falling: "descending", rising: "ascending"}
    return Head(words, url, names.get(asked.order), is_number)


def _picks(asked: AskedEntries, choices: Choices) -> Iterable[Pick]:
    tiers = tuple(code_choices(Tier, tier_words))
    kinds = tuple(code_choices(DisbursementKind, disbursement_kind_words))
    listed: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
        ("kind", _("Loại"), kinds),
        ("owner", _("Chủ đầu tư"), tuple((one.code, one.label) for one in choices.owners)),
        (
            "source",
            _("Nguồn vốn"),
            tuple((one.code, f"{one.code} {known_words(one.name)}") for one in choices.sources),
        ),
        ("tier", _("Cấp dự án"), tiers),
        ("budget", _("Cấp ngân sách"), tiers),
        ("extended", _("Kế hoạch kéo dài"), (("0", _("không")), ("1", _("có")))),
    )
    for name, label, options in listed:
        yield Pick(name, label, asked.params.get(name, ""), options)


def _chips(asked: AskedEntries, choices: Choices) -> Iterable[Chip]:
    words = {pick.name: dict(pick.options) for pick in _picks(asked, choices)}
    words["area"] = {one.code: one.label for one in choices.areas}
    labels = {
        "q": _("Tìm"),
        "project": _("Mã dự án"),
        "contract": _("Hợp đồng"),
        "from": _("Từ ngày"),
        "to": _("Đến hết ngày"),
        "year": _("Năm kế hoạch"),
        "area": _("Địa bàn"),
        **{pick.name: pick.label for pick in _picks(asked, choices)},
    }
    wanted = asked.wanted
    days = {"from": wanted.since, "to": wanted.until}
    for name, text in asked.params.items():
        found = days.get(name)
        value = day(found) if found else words.get(name, {}).get(text, text)
        rest = {key: kept for key, kept in asked.params.items() if key != name}
        yield Chip(labels[name], value, url_for(LIST, **rest))
