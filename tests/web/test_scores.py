"""The score of a unit on screen: what directives cost it, for those who hear them."""

import html
import re
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.checks.browsing import readable
from tests.factories.matters import a_directive
from tests.factories.people import an_act
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import an_organisation
from tracker.domain.people import Role
from tracker.services.directives import CloseDirective, close_directive

pytestmark = pytest.mark.usefixtures("browsers")


def test_points_lost_by_directives_open_the_list_of_exactly_those(
    app: Flask, session: Session
) -> None:
    board, beside = an_organisation(session), an_organisation(session)
    project, other = a_project(session, owner=board), a_project(session, owner=beside)
    for one in (project, other):
        a_plan_line(session, one)
    chair = replace(an_act(session, Role.PROVINCE_LEADER), on=date(2025, 2, 3))
    made = [
        a_directive(session, chair, project, board, due_on=date(2025, 3, 3), content=words)
        for words in ("Làm kịp thời hạn", "Làm muộn thời hạn", "Bỏ quên việc này")
    ]
    for one, on in zip(made, (date(2025, 3, 3), date(2025, 3, 4)), strict=False):
        closing = CloseDirective(one.id, one.row_version, "Xong", "1/BB")
        close_directive(session, replace(chair, on=on), closing)
    session.commit()
    leader = a_browser_of_a(Role.PROVINCE_LEADER, app, session)
    page = leader.get(f"/scores?owner={board.code}")
    told = readable(page)
    assert "1 trong 3 chỉ đạo đến hạn từ 01/01/2025 đến" in told
    assert "Chỉ đạo quá hạn 03/03/2025, chưa kết thúc" in told
    assert "Chỉ đạo kết thúc sau hạn 03/03/2025" in told
    link = re.search(r'href="(/directives\?[^"]+)"', page.text)
    assert link
    listed = readable(leader.get(html.unescape(link.group(1))))
    assert "Không hiểu" not in listed
    assert [words in listed for words in ("Làm kịp", "Làm muộn", "Bỏ quên")] == [False, True, True]
    assert "2 chỉ đạo đã lọc" in listed
    assert "chưa có chỉ đạo để tính" in readable(leader.get(f"/scores?owner={beside.code}"))
    reader = a_browser_of_a(Role.READER, app, session)
    deaf = readable(reader.get(f"/scores?owner={board.code}"))
    assert "Anh/chị không xem chỉ đạo" in deaf
    assert "Bỏ quên việc này" not in deaf
    assert "chỉ đạo đến hạn từ" not in deaf
    assert "Anh/chị không xem chỉ đạo" in readable(reader.get("/scores"))


def test_a_day_that_is_asked_for_is_said_not_to_be_heard(app: Flask, session: Session) -> None:
    a_plan_line(session, a_project(session))
    session.commit()
    page = a_browser_of_a(Role.PROVINCE_LEADER, app, session).get("/scores?as_of=2025-02-01")
    assert "tham số không dùng ở trang này: as_of" in readable(page)
    assert "as_of=" not in page.text
