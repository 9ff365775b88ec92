"""The screens of two people: drafts sent together, ordinary rows ticked, figures that say so."""

import re
from datetime import date
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checks.browsing import readable, send
from tests.checks.paying import URL, fields, post, rows, typed_in, value_of
from tests.checks.queries import statements
from tests.factories.approval import a_board_of_two, a_second_person_rule, a_submission
from tests.factories.disbursements import a_disbursement
from tests.factories.people import a_grant, a_person
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser, a_browser_of_a
from tests.factories.units import an_organisation
from tracker.domain.people import Role
from tracker.models import Disbursement, Organisation, PlanLine, Submission

pytestmark = pytest.mark.usefixtures("browsers")

LIST = "/approval"
REASON = "Số chứng từ chưa khớp với Kho bạc"


@pytest.fixture
def board(session: Session) -> Organisation:
    return a_board_of_two(session)


@pytest.fixture
def line(session: Session, board: Organisation) -> PlanLine:
    return a_plan_line(session, a_project(session, owner=board, name="Cải tạo đường tỉnh 391"))


@pytest.fixture
def officer(app: Flask, session: Session, board: Organisation) -> FlaskClient:
    return a_browser_of_a(Role.OFFICER, app, session, organisation=board)


@pytest.fixture
def head(app: Flask, session: Session, board: Organisation) -> FlaskClient:
    return a_browser_of_a(Role.UNIT_LEADER, app, session, organisation=board)


def ticked(html: str) -> list[str]:
    """Return what the approve form would send as it was opened."""
    return re.findall(r'name="pick" value="([^"]+)"[^>]* checked', html)


def the_submission(session: Session) -> Submission:
    return session.scalars(select(Submission)).one()


def test_a_saved_row_is_a_draft_and_is_sent_with_the_others(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    answer = post(officer, fields(line))
    assert (answer.status_code, rows(session)) == (303, 0)
    page = officer.get(URL)
    assert "Đã lưu nháp 1.234.567 đồng" in readable(page)
    assert "nháp, chưa gửi" in readable(page)
    assert value_of(page.text, "day_sum") == 0
    assert value_of(page.text, "drafted") == 1_234_567
    assert send(officer, "/approval/send/2025-04-30", page=URL).status_code == 303
    assert the_submission(session).state == "sent"
    text = readable(officer.get(URL))
    assert "chờ duyệt" in text
    assert "Đã gửi duyệt 1 bút toán." in text


def test_htmx_gets_the_row_with_its_state(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    answer = post(officer, fields(line), htmx=True)
    assert answer.status_code == 200
    assert "nháp, chưa gửi" in answer.text
    assert 'id="send"' in answer.text
    assert f'id="amount_{line.id}" value=""' in answer.text


def test_an_advance_above_30_percent_of_the_investment_is_told_and_not_ticked(
    officer: FlaskClient, head: FlaskClient, session: Session, board: Organisation
) -> None:
    project = a_project(session, owner=board, total_investment=1_000_000_000)
    advanced = a_plan_line(session, project)
    for number, amount in enumerate(("300.000.000", "1.500.000")):
        post(officer, fields(advanced, amount, kind="advance", voucher=f"TU-{number}"))
        send(officer, "/approval/send/2025-04-30", page=URL)
        page = head.get(LIST)
        if not number:
            assert len(ticked(page.text)) == 1
            send(head, "/approval/approve", page=LIST, pick=ticked(page.text))
    assert ticked(page.text) == []
    assert "K9: Dư tạm ứng của dự án 301.500.000 đồng vượt 30,0% tổng mức" in readable(page)
    assert "tạm ứng trong mức được phép" in readable(page)


def test_three_clicks_approve_what_is_ordinary(
    officer: FlaskClient, head: FlaskClient, session: Session, line: PlanLine
) -> None:
    for number in range(3):
        post(officer, fields(line, voucher=f"GRV-{number}"))
    post(officer, fields(line, voucher="GRV-lạ", voucher_on="2025-05-02"))
    send(officer, "/approval/send/2025-04-30", page=URL)
    page = head.get(LIST)
    text = readable(page)
    assert "K8: Ngày chứng từ 02/05/2025 sau ngày hạch toán 30/04/2025." in text
    assert (len(ticked(page.text)), rows(session)) == (3, 0)
    assert value_of(page.text, "ticked") == 3 * 1_234_567
    answer = send(head, "/approval/approve", page=LIST, pick=ticked(page.text))
    assert (answer.status_code, rows(session)) == (303, 3)
    after = readable(head.get(LIST))
    assert "Đã duyệt 3 bút toán, tính giải ngân 3.703.701 đồng." in after
    assert "GRV-lạ" in after
    entry = session.scalars(select(Disbursement).order_by(Disbursement.id)).first()
    assert entry is not None
    told = readable(head.get(f"/disbursements/entries/{entry.id}"))
    assert "đã duyệt bởi" in told
    assert "Duyệt bút toán do" in told


def test_a_returned_row_stands_on_top_with_its_reason_and_is_changed_in_its_row(
    officer: FlaskClient, head: FlaskClient, session: Session, line: PlanLine
) -> None:
    post(officer, fields(line))
    send(officer, "/approval/send/2025-04-30", page=URL)
    picks = ticked(head.get(LIST).text)
    short = send(head, "/approval/return", page=LIST, pick=picks, reason="sai")
    assert short.status_code == 422
    assert ticked(short.text) == picks
    send(head, "/approval/return", page=LIST, pick=picks, reason=REASON)
    page = officer.get(URL)
    assert "Bị trả lại, cần sửa" in readable(page)
    assert REASON in page.text
    found = the_submission(session)
    edit = f"/disbursements/2025-04-30?edit={found.id}"
    opened = officer.get(edit).text
    assert f'id="amount_{line.id}" value="1.234.567"' in opened
    better = fields(line, "2.000.111", submission=found.id, version=found.row_version)
    assert post(officer, better).status_code == 303
    session.expire_all()
    assert (found.state, found.amount) == ("draft", 2_000_111)
    stale = post(officer, fields(line, "3", submission=found.id, version=1))
    assert stale.status_code == 409


def test_a_draft_that_was_changed_elsewhere_keeps_what_was_typed(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    post(officer, fields(line))
    found = the_submission(session)
    old = {"submission": found.id, "version": found.row_version}
    post(officer, fields(line, "2.000.111", **old))
    late = fields(line, "3.000.333", voucher="GRV-07", note="đợt hai", **old)
    answer = post(officer, late)
    assert answer.status_code == 409
    assert "bản đã lưu là 2.000.111 đồng, chứng từ GRV-01/2025" in readable(answer)
    key = typed_in(answer.text, line, late)
    assert key != late["key"]
    assert post(officer, late, htmx=True).status_code == 409
    session.expire_all()
    assert f'name="version" value="{found.row_version}"' in answer.text
    again = {**late, "key": key, "version": found.row_version}
    assert post(officer, again).status_code == 303
    session.expire_all()
    assert (the_submission(session).amount, found.voucher) == (3_000_333, "GRV-07")


def test_a_draft_that_was_sent_meanwhile_keeps_what_was_typed(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    post(officer, fields(line))
    found = the_submission(session)
    send(officer, "/approval/send/2025-04-30", page=URL)
    session.expire_all()
    for version in (found.row_version - 1, found.row_version):
        late = fields(line, "3.000.333", note="sửa", submission=found.id, version=version)
        answer = post(officer, late)
        assert answer.status_code == 409
        assert "nay ở trạng thái “chờ duyệt”" in readable(answer)
        assert typed_in(answer.text, line, late) != late["key"]
        assert f'name="submission" value="{found.id}"' in answer.text
    assert the_submission(session).amount == 1_234_567


def test_a_draft_that_was_given_up_meanwhile_can_be_entered_anew(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    post(officer, fields(line))
    found = the_submission(session)
    late = fields(line, "3.000.333", submission=found.id, version=found.row_version)
    url = re.search(r'action="(/approval/entries/\d+/\d+/discard)"', officer.get(URL).text)
    assert url
    send(officer, url[1], page=URL)
    answer = post(officer, late)
    assert answer.status_code == 409
    key = typed_in(answer.text, line, late)
    assert 'name="submission"' not in answer.text
    assert post(officer, {**late, "key": key, "submission": "", "version": ""}).status_code == 303
    amounts = session.scalars(select(Submission.amount).order_by(Submission.id)).all()
    assert amounts == [1_234_567, 3_000_333]


def test_a_draft_that_counts_less_says_its_sign(app: Flask, session: Session) -> None:
    board = an_organisation(session)
    line = a_plan_line(session, a_project(session, owner=board))
    a_disbursement(session, line, 500_000_000, posted_on=date(2025, 4, 1))
    a_second_person_rule(session, board, valid_from=date(2025, 4, 15))
    officer = a_browser_of_a(Role.OFFICER, app, session, organisation=board)
    post(officer, fields(line, "4.000.000", kind="refund"))
    words = readable(officer.get(URL))
    assert "Đã lưu nháp −4.000.000 đồng (âm bốn triệu đồng) cho" in words


def test_a_suspected_unit_and_a_suspected_twin_each_ask_a_second_time(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    slip = fields(line, "1.000.000")
    asked = post(officer, slip)
    assert asked.status_code == 422
    assert "K7: Có thể nhầm đơn vị: 1.000.000 đồng đúng bằng 1.000.000.000 đồng" in readable(asked)
    assert 'name="unit_confirmed"' in asked.text
    assert post(officer, {**slip, "unit_confirmed": "y"}).status_code == 303
    again = {**slip, "unit_confirmed": "y", "key": "b" * 32}
    twin = post(officer, again)
    assert twin.status_code == 422
    assert 'name="confirmed"' in twin.text
    assert post(officer, {**again, "confirmed": "y"}).status_code == 303


def test_the_maker_takes_back_what_was_sent(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    post(officer, fields(line))
    send(officer, "/approval/send/2025-04-30", page=URL)
    url = re.search(r'action="(/approval/entries/\d+/\d+/recall)"', officer.get(URL).text)
    assert url
    answer = send(officer, url[1], page=URL)
    assert answer.location == f"/disbursements/2025-04-30#line_{line.id}"
    assert the_submission(session).state == "draft"
    assert send(officer, url[1], page=URL).status_code == 409
    url = re.search(r'action="(/approval/entries/\d+/\d+/discard)"', officer.get(URL).text)
    assert url
    send(officer, url[1], page=URL)
    assert the_submission(session).state == "withdrawn"


def test_one_person_with_both_roles_sees_their_own_without_a_tick(
    app: Flask, session: Session, board: Organisation, line: PlanLine
) -> None:
    both = a_person(session)
    for role in (Role.OFFICER, Role.UNIT_LEADER):
        a_grant(session, both, role, organisation=board)
    found = a_submission(session, line, both)
    browser = a_browser(app, session, both)
    page = browser.get(LIST)
    assert 'name="pick"' not in page.text
    assert "người khác duyệt" in readable(page)
    pick = f"{found.id}:{found.row_version}"
    answer = send(browser, "/approval/approve", page=LIST, pick=pick)
    assert (answer.status_code, rows(session)) == (409, 0)
    assert "người khác duyệt" in readable(answer)


def test_what_moved_meanwhile_is_said_in_its_row_and_nothing_is_approved(
    head: FlaskClient, session: Session, line: PlanLine
) -> None:
    made = [a_submission(session, line, a_person(session), amount) for amount in (5_003, 7_001)]
    session.commit()
    picks = ticked(head.get(LIST).text)
    made[0].row_version += 1
    session.commit()
    answer = send(head, "/approval/approve", page=LIST, pick=picks)
    assert (answer.status_code, rows(session)) == (409, 0)
    assert "vừa được người khác sửa" in readable(answer)
    assert len(ticked(answer.text)) == 1


@pytest.mark.parametrize(
    "page", ["/", "/projects", "/slowness", URL, "/disbursements/entries", "/projects/{code}"]
)
def test_every_figure_says_which_states_it_counts(
    head: FlaskClient, session: Session, line: PlanLine, page: str
) -> None:
    a_disbursement(session, line, 9_000_000, origin="imported")
    project = a_project(session, owner=None)
    url = page.format(code=session.get_one(type(project), line.project_id).code)
    note = "Số giải ngân gồm bút toán đã duyệt và đã đối chiếu Kho bạc"
    assert f"{note}." in readable(head.get(url))
    maker = a_person(session)
    for amount in (3_000_001, 4_000_001):
        a_submission(session, line, maker, amount)
    # What waits elsewhere is not this reader's.
    a_submission(session, a_plan_line(session, project), maker, 5)
    session.commit()
    told = readable(head.get(url))
    assert f"{note}; chưa gồm 2 bút toán chờ duyệt, 7.000.002 đồng ." in told


@pytest.mark.parametrize("url", ["/disbursements/entries.csv", "/projects.csv"])
def test_files_say_it_too(head: FlaskClient, session: Session, line: PlanLine, url: str) -> None:
    a_submission(session, line, a_person(session), 7_000_002)
    session.commit()
    assert "chưa gồm 1 bút toán chờ duyệt, 7.000.002 đồng" in head.get(url).text


def test_the_list_asks_the_same_number_of_statements_for_many(
    head: FlaskClient, session: Session, line: PlanLine
) -> None:
    maker = a_person(session)
    a_submission(session, line, maker, 5_001)
    session.commit()
    with statements(session) as few:
        head.get(LIST)
    for _ in range(40):
        a_submission(session, line, maker, 5_001)
    other = a_plan_line(session, a_project(session, owner=session.get(Organisation, 0) or None))
    a_submission(session, other, maker, 5)
    session.commit()
    with statements(session) as many:
        assert head.get(LIST).text.count('name="pick"') == 41
    assert len(few) == len(many)


def test_a_reversal_is_asked_for_and_approved(
    officer: FlaskClient, head: FlaskClient, session: Session, line: PlanLine
) -> None:
    post(officer, fields(line))
    send(officer, "/approval/send/2025-04-30", page=URL)
    send(head, "/approval/approve", page=LIST, pick=ticked(head.get(LIST).text))
    entry = session.scalars(select(Disbursement)).one()
    url = f"/disbursements/entries/{entry.id}"
    assert send(officer, f"{url}/undo", page=url).status_code == 303
    assert rows(session) == 1
    answer = send(officer, url, reason=REASON, key="k-dao")
    assert (answer.status_code, rows(session)) == (303, 1)
    assert "Đã gửi đề nghị đảo bút toán" in readable(officer.get(url))
    page = head.get(LIST)
    assert ticked(page.text) == []
    picks = re.findall(r'name="pick" value="([^"]+)"', page.text)
    send(head, "/approval/approve", page=LIST, pick=picks)
    assert rows(session) == 2


def test_the_setting_is_made_by_finance_with_a_day_and_a_reason(
    app: Flask, session: Session, board: Organisation, line: PlanLine
) -> None:
    finance = a_browser_of_a(Role.COORDINATOR, app, session)
    url = "/approval/organisations"
    page = readable(finance.get(url))
    assert "Hai người từ 01/01/2025: Quy chế kiểm soát nội bộ" in page
    wanted = {"organisation": board.id, "people": "one", "valid_from": "2025-04-30"}
    wrong = send(finance, url, **wanted, reason="vì")
    assert wrong.status_code == 422
    past = send(finance, url, **{**wanted, "valid_from": "2025-04-29"}, reason=REASON)
    assert "Quy định chỉ có hiệu lực từ hôm nay" in readable(past)
    assert send(finance, url, **wanted, reason=REASON).status_code == 303
    text = unescape(readable(finance.get(url)))
    assert "Một người từ 30/04/2025" in text
    assert "Hai người từ 01/01/2025" in text


def test_entries_are_ticked_off_against_the_statement(
    app: Flask, session: Session, line: PlanLine
) -> None:
    finance = a_browser_of_a(Role.COORDINATOR, app, session)
    entry = a_disbursement(session, line, 5_000_001, origin="imported")
    session.commit()
    url = "/reconciliation/2025-03-15"
    assert value_of(finance.get(url).text, "reconciled") == 0
    assert send(finance, url, entry=entry.id, statement="").status_code == 422
    assert send(finance, url, statement="BK-03").status_code == 422
    assert send(finance, url, entry=entry.id, statement="BK-03/2025").status_code == 303
    page = finance.get(url)
    assert value_of(page.text, "reconciled") == 5_000_001
    assert "BK-03/2025" in page.text
    assert send(finance, url, entry=entry.id, statement="BK-04").status_code == 422
    told = readable(finance.get(f"/disbursements/entries/{entry.id}"))
    assert "đã đối chiếu Kho bạc (BK-03/2025)" in told


def test_the_sheet_works_in_english(officer: FlaskClient, line: PlanLine) -> None:
    post(officer, fields(line))
    officer.set_cookie("language", "en")
    assert "draft" in readable(officer.get(URL))
