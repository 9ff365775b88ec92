"""What the maker still has to do on top of the sheet: drafts to send, entries sent back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from tracker.domain.approval import SubmissionState
from tracker.domain.money import ZERO, Dong, total
from tracker.queries.approval import WaitingRow
from tracker.web.disbursements.rows import RowMaker, WaitingEntry


@dataclass(frozen=True, slots=True)
class ReturnedEntry:
    """An entry that the approver sent back, with the project it is of."""

    entry: WaitingEntry
    project: str
    posted_on: date


@dataclass(frozen=True, slots=True)
class Mine:
    """How many drafts are kept and sent, what they count, and what was sent back."""

    drafts: int
    drafted: Dong
    sent: int
    waiting: Dong
    returned: tuple[ReturnedEntry, ...]
    send_url: str

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing of this person is under way."""
        return not (self.drafts or self.sent or self.returned)


NOTHING = Mine(0, ZERO, 0, ZERO, (), "")


def mine_of(day: date, rows: Sequence[WaitingRow], maker: RowMaker) -> Mine:
    """Decide what stands on top of the sheet of what this person made."""
    of_state = {
        state: [row for row in rows if row.state is state]
        for state in (SubmissionState.DRAFT, SubmissionState.SENT, SubmissionState.RETURNED)
    }
    drafts, sent = of_state[SubmissionState.DRAFT], of_state[SubmissionState.SENT]
    return Mine(
        drafts=len(drafts),
        drafted=total(row.counted for row in drafts),
        sent=len(sent),
        waiting=total(row.counted for row in sent),
        returned=tuple(
            ReturnedEntry(
                maker.waiting(row), f"{row.project_code} {row.project_name}", row.posted_on
            )
            for row in of_state[SubmissionState.RETURNED]
        ),
        send_url=url_for("approval.send", day=day),
    )
