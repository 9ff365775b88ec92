"""What the overview shows: four numbers, the curve, the units, the slowest, the standings."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.domain.classes import Class, Standing
from tracker.domain.money import Dong
from tracker.domain.progress import Figures, Ratio, RatioCode
from tracker.domain.projects import Tier
from tracker.queries.overview import Overview
from tracker.queries.slowness import Judged
from tracker.queries.standing_sums import SLOW, Side
from tracker.web.area import Area
from tracker.web.flagging import FlagWords, flag_words
from tracker.web.formats import number
from tracker.web.home.units import UnitRow, ordered, unit_rows
from tracker.web.reading import Reading
from tracker.web.speech import named

MONTHS_SHOWN = 13


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
    area: Area
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

    @property
    def has_places(self) -> bool:
        """Tell whether there are units to be shown on a map."""
        return any(row.code for row in self.units)

    def list_url(self, endpoint: str, **filters: str) -> str:
        """Return a list of what this page is about."""
        return self.reading.url(endpoint, **{**self.area.filters, **filters})

    def unit_url(self, row: UnitRow) -> str:
        """Return where the figures of a row are told one by one: the unit's own page, or a list."""
        return self.reading.url("home.overview", area=row.code) if row.code else row.url

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
            code="",
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
    found: Overview, reading: Reading, area: Area, order: str, *, descending: bool
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
        area=area,
        figures=figures,
        expected_source=_expected_source(found),
        ratios=tuple((ratio, ratio_words(ratio.code)) for ratio in shown),
        is_province=is_province,
        pool=found.province.pool if found.province else Dong(0),
        units=ordered(unit_rows(found, reading), order, descending=descending),
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
