"""What the approval screens say to whoever only reads, and how the settings are found."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.checks.browsing import readable, send
from tests.factories.approval import a_board_of_two, a_submission
from tests.factories.people import a_person
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import an_organisation
from tests.web.test_approval import ticked
from tracker.domain.approval import SubmissionState
from tracker.domain.people import Role
from tracker.models import Submission

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

RULES = "/approval/organisations"


def a_head_with_one_waiting(app: Flask, session: Session) -> tuple[FlaskClient, Submission]:
    """Return the browser of a head of a board, and the entry that waits for them."""
    board = a_board_of_two(session)
    line = a_plan_line(session, a_project(session, owner=board))
    found = a_submission(session, line, a_person(session))
    return a_browser_of_a(Role.UNIT_LEADER, app, session, organisation=board), found


def test_a_reader_is_not_shown_a_check_that_was_not_made_and_learns_who_decides(
    app: Flask, session: Session
) -> None:
    board = a_board_of_two(session)
    line = a_plan_line(session, a_project(session, owner=board))
    a_submission(session, line, a_person(session))
    leader = a_browser_of_a(Role.PROVINCE_LEADER, app, session)
    page = leader.get("/approval").text
    assert "Kiểm tra" not in page
    assert "/people/why?right=disbursement:approve" in page
    assert "Vì sao tôi không duyệt được?" in page
    head = a_browser_of_a(Role.UNIT_LEADER, app, session, organisation=board)
    page = head.get("/approval").text
    assert "Kiểm tra" in page
    assert "Vì sao tôi không duyệt được?" not in page


def test_the_settings_list_those_that_were_set_and_count_the_rest(
    app: Flask, session: Session
) -> None:
    board = a_board_of_two(session)
    a_project(session, owner=board)
    plain = an_organisation(session, name="UBND xã Chưa Có Quy Định")
    a_project(session, owner=plain)
    finance = a_browser_of_a(Role.COORDINATOR, app, session)
    page = finance.get(RULES)
    _form, _panel, table = page.text.partition('id="set"')
    assert board.name in table
    assert plain.name not in table
    assert "1 đơn vị khác chưa có quy định: một người ghi sổ ngay." in readable(page)
    assert f">{plain.name}</option>" in page.text


def test_where_nothing_was_set_the_settings_say_so(app: Flask, session: Session) -> None:
    a_project(session, owner=an_organisation(session))
    finance = a_browser_of_a(Role.COORDINATOR, app, session)
    assert "Chưa đơn vị nào có quy định: mọi bút toán do một người ghi sổ ngay." in readable(
        finance.get(RULES)
    )


def test_who_sets_finds_the_settings_from_the_list_of_what_waits_for_two(
    app: Flask, session: Session
) -> None:
    finance = a_browser_of_a(Role.COORDINATOR, app, session)
    assert f'href="{RULES}"' in finance.get("/requests").text
    leader = a_browser_of_a(Role.PROVINCE_LEADER, app, session)
    assert f'href="{RULES}"' not in leader.get("/requests").text


def test_what_was_unticked_stays_unticked_when_nothing_could_be_done(
    app: Flask, session: Session
) -> None:
    head, found = a_head_with_one_waiting(app, session)
    assert ticked(head.get("/approval").text)
    for deed in ("/approval/approve", "/approval/return"):
        answer = send(head, deed, page="/approval")
        assert answer.status_code == 422
        assert f'value="{found.id}:' in answer.text
        assert not ticked(answer.text)
        assert "Hãy đánh dấu ít nhất một bút toán." in readable(answer)
        assert 'role="alert" tabindex="-1" autofocus' in answer.text


def test_a_reason_that_is_missing_is_asked_for_beside_its_field(
    app: Flask, session: Session
) -> None:
    head, found = a_head_with_one_waiting(app, session)
    sent = {"pick": f"{found.id}:{found.row_version}", "reason": "sai"}
    answer = send(head, "/approval/return", page="/approval", **sent)
    assert answer.status_code == 422
    assert '<a href="#reason">Lý do trả lại: Hãy ghi lý do, ít nhất 10 ký tự.</a>' in answer.text
    assert 'id="reason_error"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert ticked(answer.text)
    assert ">sai</textarea>" in answer.text


def test_a_setting_without_its_organisation_is_refused_in_vietnamese(
    app: Flask, session: Session
) -> None:
    a_project(session, owner=an_organisation(session))
    finance = a_browser_of_a(Role.COORDINATOR, app, session)
    answer = send(finance, RULES, organisation="", people="two", valid_from="2025-04-30")
    assert '<a href="#organisation">Đơn vị: Hãy chọn một đơn vị.</a>' in answer.text
    assert "Organisation" not in answer.text


def test_an_entry_taken_back_meanwhile_is_told_although_its_row_is_gone(
    app: Flask, session: Session
) -> None:
    board = a_board_of_two(session)
    line = a_plan_line(session, a_project(session, owner=board))
    maker = a_person(session)
    gone, left = a_submission(session, line, maker), a_submission(session, line, maker)
    picks = [f"{one.id}:{one.row_version}" for one in (gone, left)]
    head = a_browser_of_a(Role.UNIT_LEADER, app, session, organisation=board)
    gone.state = SubmissionState.DRAFT
    session.commit()
    answer = send(head, "/approval/approve", page="/approval", pick=picks)
    assert answer.status_code == 409
    assert (
        "1 bút toán không còn trong danh sách: người nhập đã rút lại hoặc người khác đã quyết định."
        in readable(answer)
    )
    assert ticked(answer.text) == [picks[1]]


@pytest.mark.parametrize(("entries", "sticks"), [(10, False), (11, True)])
def test_the_button_stays_in_sight_over_a_long_list(
    app: Flask, session: Session, entries: int, sticks: bool
) -> None:
    board = a_board_of_two(session)
    line = a_plan_line(session, a_project(session, owner=board))
    maker = a_person(session)
    for _entry in range(entries):
        a_submission(session, line, maker)
    head = a_browser_of_a(Role.UNIT_LEADER, app, session, organisation=board)
    assert ('class="form-foot" data-stick' in head.get("/approval").text) is sticks
