"""What the brief tells of matters: what waits for whoever looks, and the directives that are late.

Known of today alone, whatever day the figures are of.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.clock import OFFICE
from tracker.db import db
from tracker.domain.people import Actor, Permission
from tracker.queries.brief import SHOWN
from tracker.queries.difficulties import DifficultyRow, Inbox
from tracker.queries.directive_parts import Asks, Whose, overdue_by_whose
from tracker.queries.directives import (
    DirectiveFilter,
    DirectiveOrder,
    DirectiveRow,
    directives_page,
    partners_of,
)
from tracker.queries.meeting import Why
from tracker.queries.pending import (
    PendingFirst,
    difficulties_to_solve,
    directives_asking,
    pending_first,
)
from tracker.queries.requests import RequestRow
from tracker.web.directive_lines import DirectiveLine, directive_line
from tracker.web.formats import day as day_words
from tracker.web.formats import instant, number
from tracker.web.known import known_words
from tracker.web.matters import asks_words, cause_words, whose_words
from tracker.web.pending import PendingBlock, PendingLine, pending_block
from tracker.web.request_words import kind_words
from tracker.web.session import clock, today


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits for the person: what it is, about what, and until or since when."""

    kind: str
    titles: tuple[str, ...]
    notes: tuple[str, ...]
    url: str
    until: date
    count: int = 1


@dataclass(frozen=True, slots=True)
class LateRow:
    """One directive that is overdue: what, about what, who leads, by how many days."""

    content: str
    about: str
    lead: str
    late: str
    url: str
    late_url: str


@dataclass(frozen=True, slots=True)
class LateLine:
    """How many overdue directives are one thing to the person, and the list of them."""

    words: str
    count: str
    url: str


@dataclass(frozen=True, slots=True)
class MattersPart:
    """What waits and what is late today; `late` is None without the right to read directives."""

    pending: PendingBlock | None
    items: tuple[Item, ...]
    late: tuple[LateRow, ...] | None
    late_lines: tuple[LateLine, ...]
    late_count: int
    late_url: str

    @property
    def items_left(self) -> int:
        """Return how many more things wait than are shown."""
        return (self.pending.total if self.pending else 0) - sum(one.count for one in self.items)

    @property
    def late_left(self) -> int:
        """Return how many more directives are overdue than are shown."""
        return self.late_count - len(self.late or ())


def matters_part(actor: Actor) -> MattersPart:
    """Return what waits for this person and what is late, in a fixed number of statements."""
    pending = pending_block(actor)
    hears = actor.may(Permission.DIRECTIVE_READ)
    counts = overdue_by_whose(db.session(), actor, today()) if hears else {}
    return MattersPart(
        pending=pending,
        items=_items(actor, pending) if pending is not None and pending.total else (),
        late=_late(actor) if hears else None,
        late_lines=tuple(
            LateLine(whose_words(whose), _directives(count), late_url(whose))
            for whose, count in counts.items()
            if count
        ),
        late_count=sum(counts.values()),
        late_url=late_url(),
    )


def late_url(whose: Whose | None = None) -> str:
    """Return the list of the overdue directives, or of those that are one thing to the person."""
    filters = {} if whose is None else {"whose": whose.value}
    return url_for("directives.list_directives", inbox=Inbox.OVERDUE.value, **filters)  # type: ignore[arg-type]


def overdue_directives(actor: Actor, most: int) -> tuple[DirectiveRow, ...]:
    """Return the visible directives that are overdue for longest."""
    wanted = DirectiveFilter(Inbox.OVERDUE)
    by_due = (DirectiveOrder.DUE, False)
    return directives_page(db.session(), actor, wanted, today(), by_due, (1, most)).rows


def about_words(row: DirectiveRow) -> str:
    """Return what a directive is about, without the figures that were kept with it."""
    return row.subject.partition(". ")[0]


def difficulties_waiting(actor: Actor, most: int) -> dict[int, DifficultyRow]:
    """Return the first of the difficulties that wait for the person, by project."""
    if not actor.may(Permission.DIFFICULTY_REPLY):
        return {}
    found: dict[int, DifficultyRow] = {}
    for row in difficulties_to_solve(db.session(), actor, today(), most):
        found.setdefault(row.project_id, row)
    return found


def directives_for(
    actor: Actor, wanted: Collection[Why], most: int
) -> list[tuple[DirectiveLine, tuple[str, ...]]]:
    """Return the directives of a meeting, each with one reason; one may come twice."""
    told: list[tuple[DirectiveRow, str]] = []
    if Why.LATE in wanted and actor.may(Permission.DIRECTIVE_READ):
        told += [(row, "") for row in overdue_directives(actor, most)]
    if Why.ASKED in wanted and actor.may(Permission.DIRECTIVE_ISSUE):
        for asks in Asks:
            rows = directives_asking(db.session(), actor, asks, today(), most)
            told += [(row, asks_words(asks)) for row in rows]
    partners = partners_of(db.session(), {row.id for row, _why in told})
    lines = ((directive_line(row, partners.get(row.id, ()), today()), why) for row, why in told)
    return [(line, (why or line.late or "",)) for line, why in lines]


def _directives(count: int) -> str:
    return ngettext("%(count)s chỉ đạo", "%(count)s chỉ đạo", count, count=number(count))


def _late(actor: Actor) -> tuple[LateRow, ...]:
    return tuple(
        LateRow(
            row.content,
            about_words(row),
            row.lead,
            directive_line(row, (), today()).late or "",
            url_for("directives.show_directive", directive_id=row.id),
            late_url(),
        )
        for row in overdue_directives(actor, SHOWN)
    )


def _items(actor: Actor, pending: PendingBlock) -> tuple[Item, ...]:
    """Return what ends soonest; the entries to approve are one item, for they are one list."""
    counts, now = pending.counts, clock().now()
    found = list(_of_rows(pending_first(db.session(), actor, counts, now, today(), SHOWN)))
    entries = (line for line in pending.lines if line.code == "entries")
    found += (_to_approve(line, counts.entries.entries) for line in entries)
    return tuple(sorted(found, key=lambda one: one.until)[:SHOWN])


def _to_approve(line: PendingLine, count: int) -> Item:
    """Return the entries as one item of today: what was sent is to be approved within the day."""
    return Item(_("duyệt"), (line.count,), (line.amount,), line.url, today(), count)


def _of_rows(first: PendingFirst) -> Iterator[Item]:
    yield from map(_request, first.requests)
    yield from map(_difficulty, first.difficulties)
    for asks, rows in first.directives.items():
        for row in rows:
            yield _asked(asks, row)


def _request(row: RequestRow) -> Item:
    return Item(
        _("duyệt"),
        (kind_words(row.kind),),
        (known_words(row.asker), _("chờ đến %(at)s", at=instant(row.expires_at))),
        url_for("requests.show_request", request_id=row.id),
        row.expires_at.astimezone(OFFICE).date(),
    )


def _difficulty(row: DifficultyRow) -> Item:
    return Item(
        _("tháo gỡ"),
        (cause_words(row.cause), row.project_name),
        (row.responsible_organisation, _("hạn %(day)s", day=day_words(row.due_on))),
        url_for("difficulties.show_difficulty", difficulty_id=row.id),
        row.due_on,
    )


def _asked(asks: Asks, row: DirectiveRow) -> Item:
    is_extension = asks is Asks.EXTENSION and row.asked_due_on is not None
    note = (
        _("xin gia hạn đến %(day)s", day=day_words(row.asked_due_on))
        if is_extension and row.asked_due_on
        else _("hạn %(day)s", day=day_words(row.due_on))
    )
    return Item(
        _("gia hạn") if is_extension else _("kết thúc"),
        (row.content,),
        (about_words(row), row.lead, note),
        url_for("directives.show_directive", directive_id=row.id),
        row.due_on,
    )
