"""Turns drafts and their lives into rows: projects, owners, places, decisions."""

from collections.abc import Mapping, Sequence
from datetime import date

from tracker.demo.chance import Dice
from tracker.demo.drafts import Draft
from tracker.demo.lifecycle import Life, Ruling
from tracker.demo.loading import Loader, Row, iso
from tracker.demo.places import Owner
from tracker.domain.text import fold, fold_case, sort_key

_PROJECT = (
    "id code code_folded budget_code name name_folded name_sort kind tier sector investment_class"
    " group_computed status halt is_key has_construction year_from year_to start_planned_on"
    " started_on finish_planned_on finished_on handed_over_on first_capital_year"
    " capital_extended_until total_investment disbursed_before owner_id unit_id unit_path"
    " created_by created_at row_version"
)
_DECISION = (
    "id project_id kind number issued_on authority adjustment total_investment year_from year_to"
    " reason"
)


class Records:
    """Writes the records of the projects through a loader."""

    def __init__(self, loader: Loader, system_id: int, sources: Mapping[str, int]) -> None:
        self._loader = loader
        self._system_id = system_id
        self._sources = sources

    def projects(self, dice: Dice, drafts: Sequence[Draft], lives: Sequence[Life]) -> None:
        """Write the projects with their owners, places and decisions."""
        loader = self._loader
        numbers = {2024: 0, 2025: 0}
        rows: list[Row] = []
        for draft, life in zip(drafts, lives, strict=True):
            draft.id = loader.key("project")
            year = 2024 if draft.in_2024 else 2025
            numbers[year] += 1
            rows.append(self._project(draft, life, f"HD-{year}-{numbers[year]:04d}", year))
        loader.insert("project", _PROJECT, rows)
        loader.insert(
            "project_owner",
            "id project_id organisation_id valid_from basis",
            (
                (loader.key("project_owner"), d.id, d.owner.id, iso(_begins(life)), None)
                for d, life in zip(drafts, lives, strict=True)
            ),
        )
        loader.insert(
            "project_location",
            "id project_id unit_id",
            (
                (loader.key("project_location"), draft.id, place.id)
                for draft in drafts
                for place in draft.places
            ),
        )
        self._decisions(dice, drafts, lives)

    def _project(self, draft: Draft, life: Life, code: str, year: int) -> Row:
        place = draft.owner.place
        return (
            draft.id,
            code,
            fold_case(code),
            f"79{draft.number + 1:05d}",
            draft.name,
            fold(draft.name),
            sort_key(draft.name),
            "project",
            draft.owner.tier,
            draft.work.sector,
            draft.work.klass,
            life.group.value,
            life.status.value,
            life.halt,
            life.is_key,
            True,
            life.year_from,
            life.year_to,
            iso(life.start_planned_on),
            iso(life.started_on),
            iso(life.finish_planned_on),
            iso(life.finished_on),
            iso(life.handed_over_on),
            life.first_year,
            life.extended_until,
            life.total,
            life.before,
            draft.owner.id,
            place.id,
            place.path,
            self._system_id,
            self._loader.instant(f"{year}-01-01", 1_800),
            1,
        )

    def _decisions(self, dice: Dice, drafts: Sequence[Draft], lives: Sequence[Life]) -> None:
        decisions: list[Row] = []
        shares: list[Row] = []
        for draft, life in zip(drafts, lives, strict=True):
            authority = _authority(draft.owner)
            for ruling in life.rulings:
                key = self._loader.key("decision")
                decisions.append(
                    _decision(key, draft, life, ruling, dice.between(112, 3986), authority)
                )
                shares.extend(
                    (self._loader.key("decision_source"), key, self._sources[source], amount)
                    for source, amount in ruling.sources.items()
                )
        self._loader.insert("decision", _DECISION, decisions)
        self._loader.insert("decision_source", "id decision_id source_id amount", shares)


def _begins(life: Life) -> date:
    return life.rulings[0].issued_on


def _authority(owner: Owner) -> str:
    if owner.tier == "province":
        return "UBND tỉnh Hải Dương"
    return f"UBND {owner.place.spoken}"


def _decision(
    key: int, draft: Draft, life: Life, ruling: Ruling, number: int, authority: str
) -> Row:
    return (
        key,
        draft.id,
        ruling.kind,
        f"{number}/QĐ-UBND",
        iso(ruling.issued_on),
        authority,
        1 if ruling.kind == "investment_adjustment" else 0,
        ruling.total,
        life.year_from,
        life.year_to,
        ruling.reason,
    )
