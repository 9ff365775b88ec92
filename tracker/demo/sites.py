"""What happens on the sites of the demonstration: weeks, milestones, clearance, photographs.

Drawn from what was paid: works are built a little ahead of their money, and a few are not.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from tracker.demo.chance import Dice
from tracker.demo.loading import Loader, Row, iso
from tracker.demo.people import Officers
from tracker.demo.photographs import drawn
from tracker.domain.attachments import KeptFile, Place
from tracker.domain.works import WHOLE
from tracker.files.folder import Folder

FIRST_WEEK, LAST_WEEK = date(2025, 1, 3), date(2025, 6, 27)
BEFORE, AFTER = date(2024, 12, 31), date(2025, 6, 30)
PHOTOGRAPHED = 3
"""Projects with photographs of the last weeks before the day that is shown."""
SHOWN_WEEK, TAKEN_ON = date(2025, 5, 2), date(2025, 4, 29)
CENTRE = Place(20_937_300, 106_314_500)
_VOLUMES = ("Đào, đắp nền", "Xây thô phần thân", "Hoàn thiện, lắp đặt thiết bị")
_CAUSES = ("Chưa thống nhất giá bồi thường", "Chưa có đất tái định cư")
_PLACES = ("Đoạn đầu tuyến", "Đoạn giữa tuyến", "Đoạn cuối tuyến")
_CENTRE_FOR_LAND = "Trung tâm Phát triển quỹ đất"
_AFTERNOON = 30_000
_PROGRESS = (
    "id project_id week_on planned actual parts volumes people machines finish_forecast_on is_late"
    " idempotency_key recorded_by recorded_at"
)
_CLEARANCE = (
    "id project_id day area_total area_done households counted approved paid handed_over"
    " graves_total graves_moved lots_needed lots_ready money_approved money_paid advance_held"
    " advance_on due_on claims_done idempotency_key recorded_by recorded_at"
)
_POINT = "id project_id place cause responsible raised_on due_on recorded_by recorded_at"
_FILE = (
    "id project_id subject subject_id stored name kind size sha256 sent_sha256 width height"
    " taken_at latitude longitude attached_by attached_at"
)
_BUILT = text(
    "SELECT p.id, p.code, p.owner_id, p.started_on, p.finish_planned_on, p.total_investment,"
    " p.sector, p.disbursed_before"
    "  + coalesce(sum(CASE WHEN d.posted_on <= :before THEN d.counted END), 0) AS paid_before,"
    " p.disbursed_before + coalesce(sum(d.counted), 0) AS paid_after"
    " FROM project p LEFT JOIN disbursement d ON d.project_id = p.id AND d.posted_on <= :after"
    " WHERE p.status = 'under_construction' AND p.halt IS NULL AND p.started_on IS NOT NULL"
    " AND p.total_investment > 0 GROUP BY p.id ORDER BY p.id"
)


@dataclass(frozen=True, slots=True)
class Site:
    """One project that is being built, with what was paid of it in hundredths of 1 %."""

    id: int
    clerk: int
    started_on: date
    finish_on: date | None
    total: int
    is_road: bool
    share_before: int
    share_after: int


def write_sites(
    dice: Dice,
    loader: Loader,
    session: Session,
    officers: Officers,
    system_id: int,
    folder: Path | None,
) -> None:
    """Write what happened on every site by the last day; photographs when there is a folder."""
    sites = [_site(row, officers, system_id) for row in _rows(session)]
    newest: dict[int, int] = {}
    loader.insert("progress_entry", _PROGRESS, _weeks(dice, loader, sites, newest))
    loader.insert(
        "milestone_entry",
        "id project_id code planned_on actual_on recorded_by recorded_at",
        _milestones(dice, loader, sites),
    )
    cleared = [site for site in sites if site.is_road]
    loader.insert("clearance_entry", _CLEARANCE, _clearance(dice, loader, cleared))
    loader.insert("clearance_point", _POINT, _points(dice, loader, cleared))
    chosen = sites[:PHOTOGRAPHED] if folder is not None else []
    loader.insert(
        "project_site",
        "id project_id latitude longitude recorded_by recorded_at",
        (
            (loader.key("project_site"), site.id, _north(site), CENTRE.longitude, site.clerk,
             _at(loader, FIRST_WEEK))
            for site in chosen
        ),
    )  # fmt: skip
    if folder is not None:
        loader.insert("attachment", _FILE, _photographs(loader, chosen, newest, Folder(folder)))


def _rows(session: Session) -> Sequence[RowMapping]:
    spans = {"before": BEFORE.isoformat(), "after": AFTER.isoformat()}
    if session.get_bind().dialect.name != "sqlite":
        return session.execute(_BUILT, {"before": BEFORE, "after": AFTER}).mappings().all()
    return session.execute(_BUILT, spans).mappings().all()


def _site(row: RowMapping, officers: Officers, system_id: int) -> Site:
    total = row["total_investment"]
    return Site(
        row["id"],
        officers.by_owner.get(row["owner_id"], system_id),
        _day(row["started_on"]),
        _day(row["finish_planned_on"]) if row["finish_planned_on"] else None,
        total,
        row["sector"] in {"10.3", "10.12"},
        int(row["paid_before"]) * WHOLE // total,
        int(row["paid_after"]) * WHOLE // total,
    )


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _weeks(
    dice: Dice, loader: Loader, sites: Iterable[Site], newest: dict[int, int]
) -> Iterator[Row]:
    whole = (LAST_WEEK - FIRST_WEEK).days
    for site in sites:
        ahead = dice.between(0, 700)
        if dice.happens(4):
            ahead = 2_400 if dice.happens(50) else -2_600
        behind = dice.between(-200, 500)
        if dice.happens(7):
            behind = dice.between(1_050, 2_400)
        people, stage = dice.between(8, 60), dice.below(len(_VOLUMES))
        done, week = 0, FIRST_WEEK
        while week <= LAST_WEEK:
            paid = site.share_before + (
                (site.share_after - site.share_before) * (week - FIRST_WEEK).days // whole
            )
            done = max(done, min(WHOLE - 100, max(0, paid + ahead)))
            planned = min(WHOLE, max(0, done + behind))
            key = loader.key("progress_entry")
            if week == SHOWN_WEEK:
                newest[site.id] = key
            yield (
                key, site.id, week.isoformat(), planned, done, "[]", _VOLUMES[stage], people,
                max(1, people // 8), iso(site.finish_on), False, f"demo-{key}", site.clerk,
                _at(loader, week),
            )  # fmt: skip
            week += timedelta(days=7)


def _milestones(dice: Dice, loader: Loader, sites: Iterable[Site]) -> Iterator[Row]:
    for site in sites:
        begun = site.started_on
        land = begun + timedelta(days=40) if dice.happens(2) else begun - timedelta(days=25)
        reached = (
            ("design_appraisal", begun - timedelta(days=120)),
            ("land_clearance", land),
            ("contract_signed", begun - timedelta(days=12)),
            ("ground_breaking", begun),
        )
        for code, actual_on in reached:
            planned_on = actual_on - timedelta(days=dice.between(0, 20))
            yield (
                loader.key("milestone_entry"), site.id, code, planned_on.isoformat(),
                actual_on.isoformat(), site.clerk, _at(loader, FIRST_WEEK),
            )  # fmt: skip


def _clearance(dice: Dice, loader: Loader, sites: Iterable[Site]) -> Iterator[Row]:
    for site in sites:
        households, area = dice.between(12, 90), dice.between(8_000, 60_000)
        left = dice.between(1, 6) if dice.happens(35) else 0
        is_overdue, is_claimed = dice.happens(30), dice.happens(20)
        advance = site.total // 400 // 1_000_000 * 1_000_000 if left else 0
        approved = site.total // 50 // 1_000_000 * 1_000_000
        for day, still in ((date(2025, 1, 24), left * 3), (date(2025, 4, 18), left)):
            gone = max(0, households - still)
            done = area if still == 0 else area * gone // households
            key = loader.key("clearance_entry")
            due = date(2025, 3, 31) if is_overdue else date(2025, 9, 30)
            yield (
                key, site.id, day.isoformat(), area, done, households, households,
                households, min(households, gone + 1), gone, 12, 12 if still == 0 else 9, 8, 6,
                approved, approved - advance, advance,
                "2024-11-15" if advance else None, due.isoformat(),
                bool(left and is_claimed and day.month > 1), f"demo-{key}", site.clerk,
                _at(loader, day),
            )  # fmt: skip


def _points(dice: Dice, loader: Loader, sites: Iterable[Site]) -> Iterator[Row]:
    for site in sites:
        if not dice.happens(12):
            continue
        due = date(2025, 4, 15) if dice.happens(40) else date(2025, 7, 31)
        yield (
            loader.key("clearance_point"), site.id, dice.pick(_PLACES), dice.pick(_CAUSES),
            _CENTRE_FOR_LAND, "2025-02-10", due.isoformat(), site.clerk,
            _at(loader, date(2025, 2, 10)),
        )  # fmt: skip


def _photographs(
    loader: Loader, sites: Iterable[Site], newest: Mapping[int, int], folder: Folder
) -> Iterator[Row]:
    """Return the rows of two drawings of each site; the second was made a little way off."""
    for number, site in enumerate(sites):
        for turn in range(2):
            kept = folder.take_in(drawn(number * 2 + turn), f"hien-truong-{turn + 1}.jpg")
            yield _file(loader, site, newest[site.id], kept, turn)


def _file(loader: Loader, site: Site, entry: int, kept: KeptFile, turn: int) -> Row:
    seen = kept.seen
    return (
        loader.key("attachment"), site.id, "progress_entry", entry, kept.stored, kept.name,
        kept.kind.value, kept.size, kept.sha256, kept.sent_sha256, seen.width if seen else None,
        seen.height if seen else None, loader.instant(TAKEN_ON.isoformat(), 9_000 + turn * 60),
        _north(site) + turn * 900, CENTRE.longitude, site.clerk, _at(loader, TAKEN_ON),
    )  # fmt: skip


def _north(site: Site) -> int:
    return CENTRE.latitude + site.id % 50 * 1_000


def _at(loader: Loader, day: date) -> str:
    return loader.instant(day.isoformat(), _AFTERNOON)
