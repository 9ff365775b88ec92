"""Puts the daily sheet together: what is read for a page, and for the answer to one row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy.orm import Session

from tracker.domain.approval import OPEN
from tracker.domain.people import Actor, Permission
from tracker.queries.approval import waiting_rows
from tracker.queries.contracts import payable_contracts
from tracker.queries.day_sheet import SheetLine, sheet_lines
from tracker.queries.disbursements import EntryFilter, entry_sums
from tracker.queries.open_lines import (
    SheetCounts,
    SheetFilter,
    Show,
    fresh_from,
    late_projects,
    sheet_counts,
)
from tracker.queries.paging import Paged
from tracker.queries.periods import locks_on_day
from tracker.web.disbursements.asking import Asked
from tracker.web.disbursements.mine import NOTHING, Mine, mine_of
from tracker.web.disbursements.pages import (
    FIRST_LATE,
    DayPage,
    DayTotals,
    day_page,
    day_totals,
    sheet_scope,
)
from tracker.web.disbursements.rows import EntryDraft, RowMaker
from tracker.web.disbursements.wording import sheet_words
from tracker.web.paging import asked_page


@dataclass(frozen=True)
class Sheet:
    """The sheet of one day as one person asks for it."""

    session: Session
    actor: Actor
    day: date
    today: date
    asked: Asked

    @cached_property
    def rows(self) -> RowMaker:
        """Return what makes the rows; its words are looked up when the first row is made."""
        scope = self.actor.scope_of(Permission.DISBURSEMENT_RECORD)
        return RowMaker(self.day, self.asked, scope, sheet_words(), self.actor.id)

    def wanted(self) -> SheetFilter:
        """Return which lines are asked for."""
        oldest = fresh_from(self.session, self.day)
        return SheetFilter(self.day, oldest, self.asked.show, self.asked.words)

    def page(self, drafts: Mapping[int, EntryDraft] | None = None) -> DayPage:
        """Return the page; lines with a draft stand on it wherever the list would put them."""
        wanted, scope = self.wanted(), sheet_scope(self.actor)
        counts = sheet_counts(self.session, scope, wanted)
        found = self._lines(wanted, counts, drafts or {})
        return day_page(
            self.day,
            self.today,
            self.asked,
            found,
            self._totals(wanted, counts),
            self.rows,
            drafts,
            locks_on_day(self.session, scope, self.day),
        )

    def totals(self) -> DayTotals:
        """Return what stands on top of the sheet."""
        wanted = self.wanted()
        counts = sheet_counts(self.session, sheet_scope(self.actor), wanted)
        return self._totals(wanted, counts)

    def lines_of(self, project_ids: tuple[int, ...], show: Show = Show.ALL) -> list[SheetLine]:
        """Return the lines of these projects as they stand now, open or closed."""
        wanted = SheetFilter(self.day, self.day, show, project_ids=project_ids)
        return self._with_contracts(sheet_lines(self.session, sheet_scope(self.actor), wanted))

    def line(self, line_id: int) -> SheetLine | None:
        """Return one line as it stands now, open or closed, or None when it is out of reach."""
        for show in (Show.ALL, Show.CLOSED):
            wanted = SheetFilter(self.day, self.day, show, line_id=line_id)
            found = sheet_lines(self.session, sheet_scope(self.actor), wanted)
            if found:
                return self._with_contracts(found)[0]
        return None

    def _with_contracts(self, lines: list[SheetLine]) -> list[SheetLine]:
        """Let the rows know the contracts of these lines' projects; return the lines."""
        projects = {line.project_id for line in lines}
        self.rows.contracts.update(payable_contracts(self.session, projects, self.day))
        return lines

    def _lines(
        self, wanted: SheetFilter, counts: SheetCounts, drafts: Mapping[int, EntryDraft]
    ) -> Paged[SheetLine]:
        total = counts.lines_of(wanted.show)
        number, size = asked_page()
        pages = 1 if size is None else max(1, -(-total // size))
        number = min(max(1, number), pages)
        lines = sheet_lines(
            self.session,
            sheet_scope(self.actor),
            wanted,
            offset=(number - 1) * (size or 0),
            limit=size,
        )
        known = {line.id for line in lines}
        sent_back = [self.line(line_id) for line_id in drafts if line_id not in known]
        lines = [*(line for line in sent_back if line is not None), *self._with_contracts(lines)]
        return Paged(tuple(lines), max(total, len(lines)), number, size)

    def _totals(self, wanted: SheetFilter, counts: SheetCounts) -> DayTotals:
        sums = entry_sums(
            self.session,
            sheet_scope(self.actor),
            EntryFilter(since=self.day, until=self.day),
        )
        late = late_projects(self.session, sheet_scope(self.actor), wanted, FIRST_LATE)
        late_after = (self.day - wanted.fresh_from).days
        return day_totals(
            self.day, self.asked, sums, counts, late, late_after, self.actor, self._mine()
        )

    def _mine(self) -> Mine:
        """Return what this person made that is not approved yet, of whatever day."""
        scope = self.actor.scope_of(Permission.DISBURSEMENT_RECORD)
        if scope.is_empty:
            return NOTHING
        rows = waiting_rows(self.session, scope, OPEN, maker_id=self.actor.id)
        return mine_of(self.day, rows, self.rows)
