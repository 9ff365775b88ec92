"""What waits for the decision of whoever looks, in words: how much of each kind, with its list.

The overview and the brief show the same block.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.db import db
from tracker.domain.people import Actor
from tracker.queries.directive_parts import Asks
from tracker.queries.pending import PendingCounts, may_decide, pending_counts
from tracker.web.formats import dong, number
from tracker.web.keeping import read_in_state, requests_waiting
from tracker.web.session import today


@dataclass(frozen=True, slots=True)
class PendingLine:
    """One kind of what waits: how many, what is to be done, and the list of exactly those.

    `amount` is the money of it in words, where it is about money.
    """

    code: str
    count: str
    words: str
    url: str
    amount: str = ""


@dataclass(frozen=True, slots=True)
class PendingBlock:
    """What waits for one person; no lines when nothing does."""

    counts: PendingCounts
    lines: tuple[PendingLine, ...]

    @property
    def total(self) -> int:
        """Return how many things wait in all."""
        return self.counts.total


def pending_block(actor: Actor) -> PendingBlock | None:
    """Return what waits for this person now; None for those for whom nothing ever can."""
    if not may_decide(actor):
        return None
    requests = requests_waiting(actor)
    who = ("pending", actor.id, actor.rights_version, actor.grants, requests)
    counts = read_in_state(who, lambda: pending_counts(db.session(), actor, requests, today()))
    return PendingBlock(counts, tuple(_lines(counts)))


def _lines(counts: PendingCounts) -> Iterator[PendingLine]:
    """Yield the kinds of which something waits, in the order of the menu."""
    if count := counts.requests:
        yield PendingLine(
            "requests",
            ngettext("%(count)s đề nghị", "%(count)s đề nghị", count, count=number(count)),
            _("cần người thứ hai duyệt"),
            url_for("requests.list_requests"),
        )
    if count := counts.entries.entries:
        yield PendingLine(
            "entries",
            ngettext("%(count)s bút toán", "%(count)s bút toán", count, count=number(count)),
            _("chờ anh/chị duyệt"),
            url_for("approval.list_waiting", whom="me"),
            dong(counts.entries.counted),
        )
    if count := counts.difficulties:
        yield PendingLine(
            "difficulties",
            ngettext("%(count)s vướng mắc", "%(count)s vướng mắc", count, count=number(count)),
            _("đang mở ở cấp anh/chị giải quyết"),
            url_for("difficulties.list_difficulties", inbox="mine", level="mine"),
        )
    words = {
        Asks.EXTENSION: _("xin anh/chị gia hạn"),
        Asks.CLOSING: _("báo đã hoàn thành, chờ anh/chị kết thúc"),
    }
    for asks, count in counts.asks.items():
        if count:
            yield PendingLine(
                asks.value,
                ngettext("%(count)s chỉ đạo", "%(count)s chỉ đạo", count, count=number(count)),
                words[asks],
                asked_url(asks),
            )


def asked_url(asks: Asks) -> str:
    """Return the list of the directives that ask something of whoever looks, who issued them."""
    return url_for("directives.list_directives", inbox="all", whose="issued", asks=asks.value)
