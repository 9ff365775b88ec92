"""What the overview shows: four numbers, the curve, the units, the slowest, the standings."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.domain.classes import Class, Standing, standing_of
from tracker.domain.money import Dong
from tracker.domain.progress import Figures, Ratio, RatioCode
from tracker.domain.projects import Tier
from tracker.domain.units import OrganisationKind
from tracker.queries.overview import Overview
from tracker.queries.progress import Owner
from tracker.queries.slowness import Judged
from tracker.queries.standing_sums import SLOW, Side
from tracker.web.flagging import FlagWords, flag_words, standing_words
from tracker.web.formats import number, percent
from tracker.web.reading import Reading
from tracker.web.speech import named

_STATES = {
    Standing.BEHIND: "slow",
    Standing.AHEAD: "ahead",
    Standing.ON: "on_track",
    Standing.UNKNOWN: "unknown",
}
ORDERS = ("name", "plan", "disbursed", "ratio", "gap", "slow")
MONTHS_SHOWN = 13


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One line of the table the leaders know: the board, the departments, the districts."""

    key: str
    name: str
    sort: str
    url: str
    plan: Dong
    disbursed: Dong
    expected: Dong | None
    projects: int
    slow: int
    rank: int
    owners: tuple[int, ...]

    @property
    def ratio(self) -> Fraction | None:
        """Return TL2."""
        return Fraction(self.disbursed, self.plan) if self.plan > 0 else None

    @property
    def expected_ratio(self) -> Fraction | None:
        """Return what the scenario foresees of the plan."""
        if self.expected is None or self.plan <= 0:
            return None
        return Fraction(self.expected, self.plan)

    @property
    def gap(self) -> Dong | None:
        """Return disbursed less expected; negative when behind."""
        return None if self.expected is None else Dong(self.disbursed - self.expected)

    @property
    def bar_words(self) -> str:
        """Return in words what the bar shows."""
        if self.ratio is None:
            return _("không có kế hoạch")
        if self.expected_ratio is None:
            return _("TL2: đã giải ngân %(done)s", done=percent(self.ratio))
        return _(
            "TL2: đã giải ngân %(done)s, kịch bản %(expected)s",
            done=percent(self.ratio),
            expected=percent(self.expected_ratio),
        )

    @property
    def state(self) -> str:
        """Return the state of the badge by the sign of the gap."""
        return _STATES[standing_of(self.gap)]

    @property
    def state_words(self) -> str:
        """Return the side of the scenario in words: behind it is not yet slow."""
        return standing_words(standing_of(self.gap))


@dataclass(frozen=True, slots=True)
class StandingRow:
    """Projects of one tier on each side of their own path, with the money."""

    tier: Tier
    projects: int
    behind: int
    behind_gap: Dong
    ahead: int
    ahead_gap: Dong
    on: int
    unknown: int


@dataclass(frozen=True, slots=True)
class SlowRow:
    """One of the slowest projects, with its gravest flag."""

    code: str
    name: str
    owner: str
    url: str
    gap: Dong
    ratio: Fraction | None
    flag: FlagWords | None


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """The overview as this person may see it."""

    reading: Reading
    place: str
    figures: Figures
    expected_source: str
    ratios: tuple[tuple[Ratio, str], ...]
    is_province: bool
    pool: Dong
    units: tuple[UnitRow, ...]
    slow: int
    unable: int
    not_enough_data: int
    projects: int
    standings: tuple[StandingRow, ...]
    slowest: tuple[SlowRow, ...]
    order: str
    descending: bool

    @property
    def ratio(self) -> Fraction | None:
        """Return the headline TL2."""
        return self.figures.ratio(RatioCode.TL2).value

    @property
    def gap(self) -> Dong | None:
        """Return disbursed less the scenario of the day."""
        if self.figures.expected is None:
            return None
        return Dong(self.figures.disbursed - self.figures.expected)

    @property
    def expected_ratio(self) -> Fraction | None:
        """Return the scenario of the day as a share of the plan."""
        if self.figures.expected is None or self.figures.plan_province <= 0:
            return None
        return Fraction(self.figures.expected, self.figures.plan_province)

    @property
    def places(self) -> int:
        """Return the decimals of the units' amounts: whole units are large, one is enough."""
        return min(1, self.reading.places)

    def aria(self, order: str) -> str | None:
        """Return how the table is sorted by this column, as ARIA says it; None if it is not."""
        if order != self.order:
            return None
        return "descending" if self.descending else "ascending"

    @property
    def units_total(self) -> UnitRow:
        """Return the sum of the table's rows."""
        expected = [row.expected for row in self.units if row.expected is not None]
        return UnitRow(
            key="total",
            name=ngettext(
                "Tổng %(count)s đơn vị",
                "Tổng %(count)s đơn vị",
                len(self.units),
                count=number(len(self.units)),
            ),
            sort="",
            url="",
            plan=Dong(sum(row.plan for row in self.units) + self.pool),
            disbursed=Dong(sum(row.disbursed for row in self.units)),
            expected=Dong(sum(expected)) if expected else None,
            projects=sum(row.projects for row in self.units),
            slow=sum(row.slow for row in self.units),
            rank=0,
            owners=(),
        )


@named
def ratio_words(code: RatioCode) -> str:
    """Return what a ratio is measured against."""
    return {
        RatioCode.TL1: _("so với kế hoạch Thủ tướng Chính phủ giao"),
        RatioCode.TL2: _("so với kế hoạch tỉnh giao"),
        RatioCode.TL2A: _("so với kế hoạch giao đầu năm"),
        RatioCode.TL3: _("so với tổng kế hoạch, gồm vốn kéo dài"),
        RatioCode.TL4: _("của vốn kéo dài"),
        RatioCode.TL5: _("so với kế hoạch Thủ tướng giao, trừ phần giao sau 30/9"),
        RatioCode.TL6: _("so với kịch bản"),
    }[code]


def overview_page(
    found: Overview, reading: Reading, place: str, order: str, *, descending: bool
) -> OverviewPage:
    """Decide what the overview shows."""
    figures = found.figures
    is_province = found.province is not None
    shown = [
        ratio
        for ratio in figures.ratios()
        if is_province or ratio.code not in {RatioCode.TL1, RatioCode.TL5}
    ]
    standings = found.standings
    return OverviewPage(
        reading=reading,
        place=place,
        figures=figures,
        expected_source=_expected_source(found),
        ratios=tuple((ratio, ratio_words(ratio.code)) for ratio in shown),
        is_province=is_province,
        pool=found.province.pool if found.province else Dong(0),
        units=_ordered(_units(found, reading), order, descending=descending),
        slow=standings.count(*SLOW),
        unable=standings.count(Class.UNABLE),
        not_enough_data=standings.count(Class.NOT_ENOUGH_DATA),
        projects=standings.count(*(set(Class) - {Class.NOT_APPLICABLE})),
        standings=tuple(_standings(standings.sides)),
        slowest=tuple(_slow_row(one, reading) for one in standings.slowest),
        order=order,
        descending=descending,
    )


def _expected_source(found: Overview) -> str:
    if found.scenario is not None:
        return _(
            "kịch bản %(document)s, phiên bản %(version)s",
            document=found.scenario.document
            or (_("của tỉnh") if found.province else _("của đơn vị")),
            version=found.scenario.version,
        )
    return _("tổng kịch bản các dự án")


def _group_key(owner: Owner, found: Overview, *, wide: bool) -> tuple[str, str, str]:
    """Return the row an owner belongs to: its key, its name, its place in the order.

    People who see several districts get one row for each; others get their owners one by one.
    """
    if not wide:
        return f"owner:{owner.id}", owner.short_name, f"1{owner.sort}"
    district = next((d for d in found.districts if owner.unit_path.startswith(d.path)), None)
    if district is not None:
        return f"unit:{district.id}", district.name, f"2{district.sort}"
    if owner.kind is OrganisationKind.PROVINCE_BOARD:
        return f"owner:{owner.id}", owner.short_name, f"0{owner.sort}"
    return "departments", _("Sở, ngành, đơn vị cấp tỉnh"), "1"


def _units(found: Overview, reading: Reading) -> list[UnitRow]:
    owners = found.sums.owners
    places = {
        district.id
        for district in found.districts
        if any(owners[o].unit_path.startswith(district.path) for o in found.sums.by_owner)
    }
    wide = len(places) > 1 or found.province is not None
    rows: dict[str, list[int]] = defaultdict(list)
    names: dict[str, tuple[str, str]] = {}
    for owner_id in found.sums.by_owner:
        key, name, sort = _group_key(owners[owner_id], found, wide=wide)
        rows[key].append(owner_id)
        names[key] = (name, sort)
    made = [
        _unit_row(found, reading, key, names[key], owner_ids) for key, owner_ids in rows.items()
    ]
    ranked = sorted(made, key=lambda row: (-(row.ratio or Fraction(-1)), row.sort))
    ranks = {row.key: place for place, row in enumerate(ranked, start=1)}
    return [_with_rank(row, ranks[row.key]) for row in made]


def _with_rank(row: UnitRow, rank: int) -> UnitRow:
    return UnitRow(
        row.key, row.name, row.sort, row.url, row.plan, row.disbursed, row.expected,
        row.projects, row.slow, rank, row.owners,
    )  # fmt: skip


def _unit_row(
    found: Overview,
    reading: Reading,
    key: str,
    name: tuple[str, str],
    owner_ids: list[int],
) -> UnitRow:
    standings = [found.standings.by_owner[o] for o in owner_ids if o in found.standings.by_owner]
    sums = [found.sums.by_owner[owner_id] for owner_id in owner_ids]
    kind, _colon, number = key.partition(":")
    own = found.unit_scenarios.get(int(number)) if kind == "unit" else None
    if own is not None:
        foreseen: Dong | None = own.scenario.at(found.day, found.rules.calendar)
    else:
        known = [one.expected for one in standings if one.expected is not None]
        foreseen = Dong(sum(known)) if known else None
    codes = [found.sums.owners[owner_id].code for owner_id in owner_ids]
    place = next((d.code for d in found.districts if f"unit:{d.id}" == key), "")
    filters = {"area": place} if place else {"owner": codes[0]} if kind == "owner" else {}
    if key == "departments":
        filters = {"owner": ",".join(sorted(codes))}
    return UnitRow(
        key=key,
        name=name[0],
        sort=name[1],
        url=reading.url("projects.list_projects", **filters),
        plan=Dong(sum(one.plan for one in sums)),
        disbursed=Dong(sum(one.disbursed for one in sums)),
        expected=foreseen,
        projects=sum(one.projects for one in sums),
        slow=sum(one.slow for one in standings),
        rank=0,
        owners=tuple(owner_ids),
    )


def _ordered(rows: list[UnitRow], order: str, *, descending: bool) -> tuple[UnitRow, ...]:
    by_name = sorted(rows, key=lambda row: row.sort)
    if order == "name":
        return tuple(reversed(by_name)) if descending else tuple(by_name)
    values: dict[str, dict[str, Fraction | int | None]] = {
        row.key: {
            "plan": row.plan,
            "disbursed": row.disbursed,
            "ratio": row.ratio,
            "gap": row.gap,
            "slow": row.slow,
        }
        for row in rows
    }
    known = [row for row in by_name if values[row.key][order] is not None]
    unknown = [row for row in by_name if values[row.key][order] is None]
    known.sort(key=lambda row: values[row.key][order] or 0, reverse=descending)
    return (*known, *unknown)


def _standings(sides: Iterable[Side]) -> Iterable[StandingRow]:
    by_tier: dict[Tier, dict[Standing, list[Side]]] = defaultdict(lambda: defaultdict(list))
    for one in sides:
        if one.klass is not Class.NOT_APPLICABLE:
            by_tier[one.tier][one.standing].append(one)
    for tier in Tier:
        if tier not in by_tier:
            continue
        found = by_tier[tier]
        count = {side: sum(one.projects for one in found[side]) for side in Standing}
        gap = {side: Dong(sum(one.gap for one in found[side])) for side in Standing}
        yield StandingRow(
            tier=tier,
            projects=sum(count.values()),
            behind=count[Standing.BEHIND],
            behind_gap=gap[Standing.BEHIND],
            ahead=count[Standing.AHEAD],
            ahead_gap=gap[Standing.AHEAD],
            on=count[Standing.ON],
            unknown=count[Standing.UNKNOWN],
        )


def _slow_row(one: Judged, reading: Reading) -> SlowRow:
    url = reading.url("projects.show_project", code=one.card.code)
    return SlowRow(
        code=one.card.code,
        name=one.card.name,
        owner=one.card.owner,
        url=url,
        gap=one.verdict.gap or Dong(0),
        ratio=Fraction(one.facts.disbursed, one.facts.plan) if one.facts.plan > 0 else None,
        flag=flag_words(one.verdict.flags[0], url) if one.verdict.flags else None,
    )
