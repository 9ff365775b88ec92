"""Builds the demonstration province in one transaction, the same every time for a seed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.demo.calibration import ENTRIES
from tracker.demo.chance import Dice
from tracker.demo.chronicle import write_history
from tracker.demo.contracts import Contracts
from tracker.demo.drafts import Draft, Drafting
from tracker.demo.financing import finance
from tracker.demo.ledgers import Clerk, keep_ledgers
from tracker.demo.lifecycle import live
from tracker.demo.loading import Loader
from tracker.demo.matters import write_matters
from tracker.demo.office import FIRST, LAST, Office
from tracker.demo.pasts import write_pasts
from tracker.demo.payments_2024 import pay_2024
from tracker.demo.payments_2025 import pay_2025
from tracker.demo.people import DISTRICT, employ
from tracker.demo.places import Province, found_owners, read_province
from tracker.demo.planbook import PlanBook
from tracker.demo.plans_2024 import plan_2024, table_2024
from tracker.demo.plans_2025 import plan_2025
from tracker.demo.quiet import quiet_days
from tracker.demo.records import Records
from tracker.demo.sites import write_sites
from tracker.demo.targets import targets_2024, targets_2025, write_targets
from tracker.demo.told import tell_some
from tracker.demo.units import load_units
from tracker.demo.vouchers import write_vouchers
from tracker.demo.waiting import send_some
from tracker.demo.watching import watch_some
from tracker.domain.act import Act
from tracker.domain.days import PlanYear
from tracker.models import Unit
from tracker.queries.rules import deadline_rules, group_limits, working_calendar
from tracker.services.history import record_change
from tracker.services.progress import rebuild_sums
from tracker.services.standings import forget_standings, keep

RED_ON = date(2025, 3, 14)
"""A Friday six weeks before the day that is shown."""


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """How many rows the demonstration consists of."""

    units: int
    organisations: int
    people: int
    projects: int
    plan_lines: int
    plan_entries: int
    scenarios: int
    disbursements: int
    quiet_days: int


def build_demo(
    session: Session,
    act: Act,
    *,
    seed: int = 2025,
    scale: float = 1.0,
    passwords: Mapping[str, str],
    files: Path | None = None,
) -> DemoSummary:
    """Insert the demonstration province and return how large it is.

    The reference data must have been loaded. `scale` changes how many entries there are, not
    what they add up to. `passwords` holds the password of each account by its username, `files` the
    folder of photographs; without one there are none.

    Raises:
        LookupError: an account has no password.
    """
    load_units(session)
    session.flush()
    dice, loader = Dice(seed), Loader(session)
    province = read_province(session)
    found_owners(loader, province)
    officers = employ(loader, province, act.actor.id, passwords)
    drafts, foreseen = _draw_up(dice, province)
    sources = _sources(session)
    lives = live(dice, drafts, group_limits(session))
    Records(loader, act.actor.id, sources).projects(dice, drafts, lives)
    write_pasts(loader, drafts, lives, group_limits(session))
    book = PlanBook(loader, act.actor.id, sources, deadline_rules(session))
    book.open_lines(drafts, province.place.id)
    targets = targets_2024(dice, drafts) + targets_2025(dice, province, drafts, foreseen)
    write_targets(loader, act.actor.id, targets)
    office = Office(working_calendar(session, FIRST.year, LAST.year))
    lines = [line for draft in drafts for line in draft.lines]
    vouchers = write_vouchers(dice, office, lines, int(ENTRIES * scale))
    # With dice of their own: what was there before falls as it always did.
    writing = Contracts(Dice(seed + 1), office, loader, officers, act.actor.id)
    contracts = writing.write(drafts, lives, vouchers)
    clerk = Clerk(dice, office, loader, drafts, officers, act.actor.id, contracts)
    with loader.unindexed("disbursement"):
        keep_ledgers(book, clerk, vouchers)
    loader.insert(
        "quiet_day",
        "id project_id day recorded_by recorded_at",
        quiet_days(dice, loader, drafts, vouchers, office, officers, act.actor.id),
    )
    send_some(loader, session, officers)
    write_sites(Dice(seed + 1), loader, session, officers, act.actor.id, files)
    write_history(loader, session, act)
    summary = _summary(loader, province)
    loader.close()
    _write_change(session, act, province, seed, summary)
    rebuild_sums(session)
    _look_anew(session)
    watch_some(session, officers)
    write_matters(session, officers, DISTRICT, files)
    tell_some(session, act)
    remember_red(session)
    return summary


def _look_anew(session: Session) -> None:
    """Let PostgreSQL count what was loaded: until it has, it plans as if the tables were empty."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE"))


def remember_red(session: Session) -> None:
    """Judge every project as of some weeks before: what was red then can be asked for."""
    keep(session, PlanYear(RED_ON.year), RED_ON)
    forget_standings(session)


def _draw_up(dice: Dice, province: Province) -> tuple[list[Draft], dict[int, int]]:
    """Return the drafts with all their amounts, and what the province's foresee for April."""
    drafts = Drafting(dice, province).draw_up()
    lines = finance(dice, drafts)
    table = table_2024()
    plan_2024(dice, lines, table)
    pay_2024(dice, drafts, lines, table)
    plan_2025(dice, drafts, lines)
    return drafts, pay_2025(dice, drafts, lines)


def _sources(session: Session) -> dict[str, int]:
    rows = session.execute(text("SELECT code, id FROM capital_source ORDER BY code"))
    return {code: key for code, key in rows}  # noqa: C416 - typed


def _summary(loader: Loader, province: Province) -> DemoSummary:
    counts = loader.counts
    return DemoSummary(
        1 + len(province.districts) + sum(map(len, province.communes.values())),
        counts["organisation"],
        counts["person"],
        counts["project"],
        counts["plan_line"],
        counts["plan_entry"],
        counts["scenario"],
        counts["disbursement"],
        counts.get("quiet_day", 0),
    )


def _write_change(
    session: Session, act: Act, province: Province, seed: int, summary: DemoSummary
) -> None:
    root = session.get_one(Unit, province.place.id)
    told = {"seed": seed, **asdict(summary)}
    record_change(session, act, "demo.loaded", root, root.id, after=told)
