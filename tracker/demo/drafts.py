"""Drafts of the 1,500 projects: whose, of what kind, how large, in which years."""

from dataclasses import dataclass, field
from enum import StrEnum

from tracker.demo.calibration import (
    AHEAD,
    BEHIND,
    COMMUNE_PROJECTS,
    DISTRICT_PROJECTS,
    GROUPS_2025,
    NEW_BEHIND,
    ON,
)
from tracker.demo.chance import Dice
from tracker.demo.lines import Line
from tracker.demo.places import Owner, Place, Province
from tracker.demo.works import (
    COMMUNE_WORKS,
    DISTRICT_WORKS,
    PROVINCE_WORKS,
    ROAD,
    ROADS,
    Work,
)

ONLY_2024, ONLY_2025 = 21, 20
"""Per cent of the projects of districts and communes; the others have a plan in both years."""
NEW_IN_JANUARY = 55
"""Per cent of the new projects of communes that had their plan in the second round of 2025."""

_ROOMS = (6, 8, 10, 12, 15, 18)


class Pace(StrEnum):
    """How the payments of a project go."""

    NORMAL = "normal"
    LATE = "late"
    """Nothing until December 2024."""
    STALLED = "stalled"
    """Nothing any more from some month on."""
    UNPAID = "unpaid"
    """Nothing by the end of April 2025."""


_PACES = (*(Pace.NORMAL,) * 84, *(Pace.LATE,) * 4, *(Pace.STALLED,) * 6, *(Pace.UNPAID,) * 6)


@dataclass(slots=True)
class Draft:
    """A project before it has its amounts. `group` is its group of 2025, for the province's."""

    number: int
    owner: Owner
    work: Work
    name: str
    places: list[Place]
    size: int
    in_2024: bool
    in_2025: bool
    pace: Pace = Pace.NORMAL
    group: str = ""
    second_round: bool = False
    id: int = 0
    lines: list[Line] = field(default_factory=list)

    def lines_of(self, year: int) -> list[Line]:
        """Return its plan lines of a year."""
        return [line for line in self.lines if line.year == year]


class Drafting:
    """Makes drafts with names that are never given twice."""

    def __init__(self, dice: Dice, province: Province) -> None:
        self._dice = dice
        self._province = province
        self._names: set[str] = set()
        self._roads = list(ROADS)
        self.drafts: list[Draft] = []

    def draw_up(self) -> list[Draft]:
        """Return the drafts of all tiers, those of the province first."""
        for owner in self._province.province_owners:
            self._draw_province(owner)
        self._group_2025()
        owners = self._province.district_owners
        for number, owner in enumerate(owners):
            count = _portion(DISTRICT_PROJECTS, len(owners), number)
            self._draw_local(owner, DISTRICT_WORKS * 6, count, 500)
        owners = self._province.commune_owners
        for number, owner in enumerate(owners):
            count = _portion(COMMUNE_PROJECTS, len(owners), number)
            self._draw_local(owner, COMMUNE_WORKS, count, 100)
        return self.drafts

    def _draw_province(self, owner: Owner) -> None:
        board = owner.board
        if board is None:
            return
        years = [(True, False)] * board.only_2024 + [(True, True)] * board.both
        years += [(False, True)] * board.only_2025
        is_first = not self.drafts
        years = self._dice.shuffled(years)
        if is_first:  # the road of the search examples has a plan in both years
            years.remove((True, True))
            years.insert(0, (True, True))
        for in_2024, in_2025 in years:
            self._add(owner, PROVINCE_WORKS[board.works], (in_2024, in_2025), self._dice.size(250))

    def _draw_local(self, owner: Owner, works: tuple[Work, ...], count: int, size: int) -> None:
        """Give an owner projects of different kinds; the first one has a plan in both years."""
        kinds = self._dice.sample(works, count)
        for number, work in enumerate(kinds):
            fate = 100 if number == 0 else self._dice.below(100)
            years = (fate >= ONLY_2025, fate < ONLY_2025 or fate >= ONLY_2025 + ONLY_2024)
            weight = self._dice.size() * size * work.size // 10_000
            draft = self._add(owner, (work,), years, weight)
            draft.pace = Pace.NORMAL if number == 0 else self._dice.pick(_PACES)
            is_new = owner.tier == "commune" and not draft.in_2024
            draft.second_round = is_new and self._dice.happens(NEW_IN_JANUARY)

    def _add(
        self, owner: Owner, works: tuple[Work, ...], years: tuple[bool, bool], size: int
    ) -> Draft:
        while True:
            work = self._dice.pick(works)
            name, places = self._road() if self._wants_road(owner) else self._name(owner, work)
            if name not in self._names:
                break
        if "Đường tỉnh" in name:
            work = ROAD
        self._names.add(name)
        draft = Draft(len(self.drafts), owner, work, name, places, size, *years)
        self.drafts.append(draft)
        return draft

    def _wants_road(self, owner: Owner) -> bool:
        is_board = owner.board is not None and owner.board.works == "board"
        return is_board and bool(self._roads) and (not self.drafts or self._dice.happens(20))

    def _road(self) -> tuple[str, list[Place]]:
        road, code = self._roads.pop(0)
        district = self._province.districts[code]
        places = self._dice.sample(self._province.communes[code], 3)
        return ROAD.pattern.format(road=road, d=district.spoken), places

    def _name(self, owner: Owner, work: Work) -> tuple[str, list[Place]]:
        code = owner.district or self._dice.pick(tuple(self._province.districts))
        others = self._dice.sample(self._province.communes[code], 3)
        first = owner.place if owner.tier == "commune" else others[0]
        second = others[1] if others[1] is not first else others[2]
        name = work.pattern.format(
            a=first.spoken,
            b=second.spoken,
            A=first.short_name,
            B=second.short_name,
            d=self._province.districts[code].spoken,
            n=self._dice.between(2, 9),
            f=self._dice.between(2, 5),
            r=self._dice.pick(_ROOMS),
        )
        places = [first] if owner.tier == "commune" else [first, second]
        return name, places

    def _group_2025(self) -> None:
        """Divide the provincial projects of 2025 into those behind, ahead and on the scenario."""
        living = [draft for draft in self.drafts if draft.in_2025]
        new = self._dice.shuffled([draft for draft in living if not draft.in_2024])
        for draft in new[: GROUPS_2025[NEW_BEHIND].projects]:
            draft.group, draft.second_round = NEW_BEHIND, True
        rest = self._dice.shuffled([draft for draft in living if not draft.group])
        groups = [g for g in (BEHIND, AHEAD, ON) for _ in range(GROUPS_2025[g].projects)]
        for draft, group in zip(rest, groups, strict=True):
            draft.group = group


def _portion(total: int, parts: int, number: int) -> int:
    """Return the number-th of so many near-equal whole parts of the total."""
    return total * (number + 1) // parts - total * number // parts
