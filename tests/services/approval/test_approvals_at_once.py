"""Two people decide at the same instant: an entry is posted once, or not at all."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories.approval import a_second_person_rule, a_sent
from tests.factories.people import an_act
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.units import an_organisation
from tracker.db import start_writing
from tracker.domain.act import Act
from tracker.domain.approval import SubmissionState
from tracker.domain.people import Role
from tracker.domain.refusals import Refusal
from tracker.models import Disbursement, PlanLine, Submission
from tracker.services.approvals import approve_submissions, return_submissions
from tracker.services.submissions import recall_submission

ENTRIES = 5
REASON = "Chứng từ chưa khớp với Kho bạc"


@dataclass(frozen=True)
class Board:
    """A maker, two checkers, and what the maker has sent: version by number."""

    maker: Act
    checkers: tuple[Act, Act]
    sent: dict[int, int]
    line_id: int


@pytest.fixture
def board(engine: Engine) -> Board:
    with Session(engine) as session:
        start_writing(session)
        organisation = an_organisation(session)
        a_second_person_rule(session, organisation)
        line = a_plan_line(session, a_project(session, owner=organisation))
        maker = an_act(session, organisation=organisation)
        one, two = (an_act(session, Role.UNIT_LEADER, organisation=organisation) for _ in "12")
        sent = [a_sent(session, maker, line) for _ in range(ENTRIES)]
        made = Board(maker, (one, two), {entry.id: entry.row_version for entry in sent}, line.id)
        session.commit()
    return made


def together(engine: Engine, *deeds: Callable[[Session], object]) -> list[object]:
    """Do deeds at the same instant, each on a connection of its own; return what came of each."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[Session], object]) -> object:
        with Session(engine) as session:
            start.wait()
            start_writing(session)
            try:
                done = deed(session)
            except Refusal as refusal:
                return refusal
            session.commit()
            return done

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def state_of(engine: Engine, board: Board) -> tuple[list[SubmissionState], int, int]:
    """Return the states, how many entries were posted, and what the line's counter says."""
    with Session(engine) as session:
        states = list(session.scalars(select(Submission.state).order_by(Submission.id)))
        posted = session.scalars(select(func.count()).select_from(Disbursement)).one()
        return states, posted, session.get_one(PlanLine, board.line_id).disbursed


def test_two_approvers_at_once_post_once(engine: Engine, board: Board) -> None:
    told = together(
        engine,
        *(
            lambda session, by=by: approve_submissions(session, by, board.sent)
            for by in board.checkers
        ),
    )
    assert len([one for one in told if isinstance(one, Refusal)]) == 1
    states, posted, disbursed = state_of(engine, board)
    assert (set(states), posted) == ({SubmissionState.APPROVED}, ENTRIES)
    assert disbursed == ENTRIES * 1_234_567


def test_the_same_approval_sent_twice_at_once_posts_once(engine: Engine, board: Board) -> None:
    by = board.checkers[0]
    told = together(
        engine, *(lambda session: approve_submissions(session, by, board.sent) for _ in range(4))
    )
    assert not [one for one in told if isinstance(one, Refusal)]
    assert state_of(engine, board)[1] == ENTRIES


def test_taking_back_and_approving_at_once_leaves_one_of_both(engine: Engine, board: Board) -> None:
    for number, version in board.sent.items():
        told = together(
            engine,
            lambda session, n=number, v=version: recall_submission(session, board.maker, n, v),
            lambda session, n=number, v=version: approve_submissions(
                session, board.checkers[0], {n: v}
            ),
        )
        assert len([one for one in told if isinstance(one, Refusal)]) == 1
    states, posted, disbursed = state_of(engine, board)
    approved = states.count(SubmissionState.APPROVED)
    assert approved + states.count(SubmissionState.DRAFT) == ENTRIES
    assert (posted, disbursed) == (approved, approved * 1_234_567)


def test_approving_and_returning_at_once_leaves_one_of_both(engine: Engine, board: Board) -> None:
    one, two = board.checkers
    told = together(
        engine,
        lambda session: approve_submissions(session, one, board.sent),
        lambda session: return_submissions(session, two, board.sent, REASON),
    )
    assert len([found for found in told if isinstance(found, Refusal)]) == 1
    states, posted, _ = state_of(engine, board)
    assert (set(states), posted) in (
        ({SubmissionState.APPROVED}, ENTRIES),
        ({SubmissionState.RETURNED}, 0),
    )
