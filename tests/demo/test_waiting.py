"""The demonstration has entries that wait for a second person, and they count nowhere."""

from pathlib import Path

from sqlalchemy.orm import Session

from tests.conftest import NOW, TODAY, copy_of, open_engine
from tests.demo.conftest import Ask, Rows
from tracker.db import start_writing
from tracker.domain.act import Act
from tracker.domain.approval import SubmissionState
from tracker.queries.approval import waiting_rows
from tracker.queries.people import actor_named
from tracker.services.approvals import approve_submissions, judge_submissions


def test_the_ledger_holds_nothing_of_what_waits(ask: Ask, rows: Rows) -> None:
    assert ask("SELECT count(*) FROM submission WHERE state = 'sent'") >= 3
    assert ask("SELECT count(*) FROM submission WHERE state = 'draft'") == 1
    assert ask("SELECT count(*) FROM approval_rule") == 1
    common = "SELECT s.id FROM submission s JOIN disbursement d ON d.voucher = s.voucher"
    assert rows(common) == []


def test_the_leader_of_the_district_can_approve_them(demonstration: str, tmp_path: Path) -> None:
    engine = open_engine(copy_of(demonstration, tmp_path))
    with Session(engine) as session:
        start_writing(session)
        leader = actor_named(session, "huyen", TODAY)
        assert leader is not None
        act, scope = Act(leader, NOW, TODAY), leader.grants[0].scope
        waiting = waiting_rows(session, scope, [SubmissionState.SENT])
        verdicts = judge_submissions(session, act, [one.id for one in waiting])
        assert [one for one in verdicts.values() if one.refusal is not None] == []
        assert sum(not one.is_ordinary for one in verdicts.values()) == 1
        done = approve_submissions(session, act, {one.id: one.row_version for one in waiting})
        assert done.entries == len(waiting)
    engine.dispose()
