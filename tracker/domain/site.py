"""What is known of a project's site by the close of a day, and how that is kept in one line."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from tracker.domain.clearance import Clearance


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """The site of one project. Percentages are hundredths of 1 %, of the whole project.

    `point_due_on` is the earliest deadline of a sticking point that is open. `ready_on` is when
    the last of the conditions of ground-breaking that are spoken of was met; it is missing while
    one of them is not. `is_ready_known` when any of them is spoken of.
    """

    planned: int | None = None
    actual: int | None = None
    land: Clearance | None = None
    point_due_on: date | None = None
    started_on: date | None = None
    ready_on: date | None = None
    is_ready_known: bool = False

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing at all is known."""
        return self == SiteFacts()


NO_SITE = SiteFacts()


def pack_site(site: SiteFacts) -> Any:
    """Return the facts as JSON values; nothing of nothing."""
    if site.is_blank:
        return None
    land = None if site.land is None else list(map(_plain, asdict(site.land).values()))
    rest = (site.point_due_on, site.started_on, site.ready_on, site.is_ready_known)
    return [site.planned, site.actual, land, *map(_plain, rest)]


def unpack_site(packed: Any) -> SiteFacts:
    """Return the facts that were packed."""
    if packed is None:
        return NO_SITE
    planned, actual, land, point_due_on, started_on, ready_on, is_ready_known = packed
    return SiteFacts(
        planned=planned,
        actual=actual,
        land=None if land is None else Clearance(**_land(land)),
        point_due_on=_day(point_due_on),
        started_on=_day(started_on),
        ready_on=_day(ready_on),
        is_ready_known=is_ready_known,
    )


def _land(packed: list[Any]) -> Mapping[str, Any]:
    names = Clearance.__dataclass_fields__
    days = {"day", "advance_on", "due_on"}
    return {
        name: _day(value) if name in days else value
        for name, value in zip(names, packed, strict=True)
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
