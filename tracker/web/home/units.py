"""The table of units the leaders know: the board, the departments, the districts, the communes."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from flask_babel import gettext as _

from tracker.domain.classes import Standing, standing_of
from tracker.domain.money import Dong
from tracker.domain.projects import Tier
from tracker.domain.units import OrganisationKind
from tracker.queries.overview import Overview
from tracker.queries.progress import Owner
from tracker.web.flagging import standing_words
from tracker.web.formats import percent
from tracker.web.reading import Reading

ORDERS = ("name", "plan", "disbursed", "ratio", "gap", "slow")
_STATES = {
    Standing.BEHIND: "slow",
    Standing.AHEAD: "ahead",
    Standing.ON: "on_track",
    Standing.UNKNOWN: "unknown",
}


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One line of the table the leaders know: the board, the departments, the districts.

    `url` is the list of its projects, `code` that of the unit it is, which can be looked into.
    `climbed` are the places gained since a week before, negative when lost; None if unknown.
    """

    key: str
    name: str
    sort: str
    url: str
    code: str
    plan: Dong
    disbursed: Dong
    expected: Dong | None
    projects: int
    slow: int
    rank: int
    owners: tuple[int, ...]
    climbed: int | None = None

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


def _group_key(owner: Owner, found: Overview, *, wide: bool) -> tuple[str, str, str]:
    """Return the row an owner belongs to: its key, its name, its place in the order.

    People who see several units get one row for each; others get their owners one by one.
    """
    if not wide:
        return f"owner:{owner.id}", owner.short_name, f"1{owner.sort}"
    unit = next((one for one in found.units if owner.unit_path.startswith(one.path)), None)
    if unit is not None:
        return f"unit:{unit.id}", unit.name, f"2{unit.sort}"
    if owner.kind is OrganisationKind.PROVINCE_BOARD or owner.tier is not Tier.PROVINCE:
        return f"owner:{owner.id}", owner.short_name, f"0{owner.sort}"
    return "departments", _("Sở, ngành, đơn vị cấp tỉnh"), "1"


def unit_rows(found: Overview, reading: Reading) -> list[UnitRow]:
    """Return the rows of the table, ranked by TL2, in no order yet."""
    owners = found.sums.owners
    places = {
        unit.id
        for unit in found.units
        if any(owners[o].unit_path.startswith(unit.path) for o in found.sums.by_owner)
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
    ranks = _ranks(made, {row.key: row.ratio for row in made})
    before = _ratios_before(made, found)
    ranks_before = _ranks(made, before) if before else {}
    return [
        replace(
            row,
            rank=ranks[row.key],
            climbed=ranks_before[row.key] - ranks[row.key] if ranks_before else None,
        )
        for row in made
    ]


def _ranks(rows: list[UnitRow], ratios: Mapping[str, Fraction | None]) -> dict[str, int]:
    """Return the places by TL2, the highest first; without a plan last, equals by name."""

    def order(row: UnitRow) -> tuple[bool, Fraction, str]:
        ratio = ratios.get(row.key)
        return ratio is None, -(ratio or Fraction(0)), row.sort

    return {row.key: place for place, row in enumerate(sorted(rows, key=order), start=1)}


def _ratios_before(rows: list[UnitRow], found: Overview) -> dict[str, Fraction | None]:
    """Return TL2 of the rows a week before; nothing when nobody had a plan then."""
    if found.before is None:
        return {}
    ratios: dict[str, Fraction | None] = {}
    for row in rows:
        paces = [found.before[owner] for owner in row.owners if owner in found.before]
        plan = sum(one.plan for one in paces)
        disbursed = sum(one.disbursed for one in paces)
        ratios[row.key] = Fraction(disbursed, plan) if plan > 0 else None
    return ratios if any(one is not None for one in ratios.values()) else {}


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
    own = found.unit_paths.get(int(number)) if kind == "unit" else None
    if own is not None:
        foreseen: Dong | None = own.in_force.scenario.at(found.day, found.rules.calendar)
    else:
        known = [one.expected for one in standings if one.expected is not None]
        foreseen = Dong(sum(known)) if known else None
    codes = [found.sums.owners[owner_id].code for owner_id in owner_ids]
    place = next((one.code for one in found.units if f"unit:{one.id}" == key), "")
    filters = {"area": place} if place else {"owner": codes[0]} if kind == "owner" else {}
    if key == "departments":
        filters = {"owner": ",".join(sorted(codes))}
    return UnitRow(
        key=key,
        name=name[0],
        sort=name[1],
        url=reading.url("projects.list_projects", **filters),
        code=place,
        plan=Dong(sum(one.plan for one in sums)),
        disbursed=Dong(sum(one.disbursed for one in sums)),
        expected=foreseen,
        projects=sum(one.projects for one in sums),
        slow=sum(one.slow for one in standings),
        rank=0,
        owners=tuple(owner_ids),
    )


def ordered(rows: list[UnitRow], order: str, *, descending: bool) -> tuple[UnitRow, ...]:
    """Order rows by a column; where nothing is known of it they come last, by name."""
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
