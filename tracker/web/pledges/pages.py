"""What the page of a project's pledges shows."""

from dataclasses import dataclass

from tracker.domain.pledges import PledgeState
from tracker.queries.dossiers import ProjectDetail
from tracker.queries.pledges import PledgeRow
from tracker.web.pledging import pledge_state_words
from tracker.web.reading import Reading

TAGS = {PledgeState.OPEN: "", PledgeState.KEPT: "done", PledgeState.BROKEN: "stopped"}


@dataclass(frozen=True, slots=True)
class PledgeLine:
    """One pledge with its state in words, and the look of that."""

    row: PledgeRow
    state: str
    look: str
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class PledgesPage:
    """The pledges of a project for a plan year, the one in force first."""

    project: ProjectDetail
    reading: Reading
    lines: tuple[PledgeLine, ...]
    can_record: bool


def pledges_page(
    project: ProjectDetail, rows: list[PledgeRow], reading: Reading, *, can_record: bool
) -> PledgesPage:
    """Return the page."""
    lines = tuple(
        PledgeLine(row, pledge_state_words(row.outcome.state), TAGS[row.outcome.state], place == 0)
        for place, row in enumerate(rows)
    )
    return PledgesPage(project, reading, lines, can_record)
