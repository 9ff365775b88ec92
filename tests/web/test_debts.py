"""Report R8 on screen and in its file: the same projects, the same sums, what it counts."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.checks.browsing import readable
from tests.checks.intruding import words_of
from tests.factories.contracts import a_contract, an_acceptance
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import an_organisation
from tracker.domain.act import Act
from tracker.domain.people import Role

pytestmark = pytest.mark.usefixtures("browsers")
BILLION = 10**9


def test_the_report_adds_up_by_owner_and_project_and_says_what_it_counts(
    app: Flask, session: Session, act: Act
) -> None:
    boards = [an_organisation(session, short_name=f"Ban thử {mark}") for mark in "AB"]
    leader = a_browser_of_a(Role.PROVINCE_LEADER, app, session)
    assert "Chưa có dự án nào trong phạm vi được nhập hợp đồng" in readable(leader.get("/debts"))
    for place, board in enumerate(boards, start=1):
        project = a_project(session, owner=board, name=f"Cầu nợ {place}")
        contract = a_contract(session, act, project)
        an_acceptance(session, act, contract, place * BILLION // 10, date(2025, 2, 3))
    session.commit()
    page = leader.get("/debts?as_of=2025-04-29")
    told = readable(page)
    assert "Nợ đọng = lũy kế nghiệm thu của các hợp đồng − lũy kế vốn đã bố trí" in told
    assert "Không in các cột chưa có trong sổ" in told
    assert "Tổng 2 dự án còn nợ" in told
    assert page.text.count('value="300000000"') >= 2  # of both tables
    one = leader.get(f"/debts?as_of=2025-04-29&owner={boards[1].code}")
    assert ("Cầu nợ 2" in readable(one), "Cầu nợ 1" in readable(one)) == (True, False)
    assert "Nhật ký" in readable(one)  # the seal, at the foot of what is printed
    book = words_of(leader.get("/debts.xlsx?as_of=2025-04-29"))
    assert "Cầu nợ 1" in book
    assert "Nợ đọng XDCB (đồng)" in book
    assert "Cầu nợ 1" in readable(leader.get("/debts?as_of=2025-04-29&owner=KHONG-CO"))
    own = a_browser_of_a(Role.OFFICER, app, session, organisation=boards[0])
    mine = readable(own.get("/debts?as_of=2025-04-29"))
    assert ("Cầu nợ 1" in mine, "Cầu nợ 2" in mine) == (True, False)
