"""Evidence as files, as people send it: kept with the answer, refused with a sentence, walled."""

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.checks.browsing import readable, send
from tests.factories.hostile_files import BOOK_FILE, PDF, SVG, a_photograph
from tests.factories.matters import a_difficulty, a_directive
from tests.factories.people import an_act
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import a_unit, an_organisation
from tracker.domain.people import Role
from tracker.models import Attachment, Directive, DirectiveFile, Organisation, Project

pytestmark = pytest.mark.usefixtures("browsers")
PHOTO = a_photograph(taken="2025:04:29 15:30:00", place=(20.9373, 106.3145))
HOSTILE = (
    ("hinh.svg", SVG, "Chỉ nhận tệp pdf, xlsx, jpg, png."),
    ("hinh.png", SVG, "Nội dung tệp không đúng loại như đuôi tên tệp."),
    ("../../a.pdf", PDF, "dấu gạch chéo hoặc ký tự không hiển thị"),
    ("con.pdf", PDF, "Windows dành riêng"),
    ("hai.pdf", PDF + BOOK_FILE, "hai loại"),
)


@pytest.fixture
def board(session: Session) -> Organisation:
    return an_organisation(session, a_unit(session))


@pytest.fixture
def project(session: Session, board: Organisation) -> Project:
    return a_project(session, board)


@pytest.fixture
def directive(session: Session, project: Project, board: Organisation) -> Directive:
    return a_directive(session, an_act(session, Role.PROVINCE_LEADER), project, board)


@pytest.fixture
def clerk(app: Flask, session: Session, board: Organisation) -> FlaskClient:
    return a_browser_of_a(Role.OFFICER, app, session, organisation=board)


@pytest.fixture
def leader(app: Flask, session: Session) -> FlaskClient:
    return a_browser_of_a(Role.PROVINCE_LEADER, app, session)


def posted(
    browser: FlaskClient, page: str, form: str, *files: tuple[str, bytes], **typed: Any
) -> Any:
    sent = [(BytesIO(content), name) for name, content in files]
    return send(browser, f"{page}/{form}", page=page, files=sent, **typed)


def in_the_folder(app: Flask) -> int:
    folder = app.extensions["tracker_settings"].files_folder
    return sum(1 for one in folder.rglob("*") if one.is_file() and len(one.name) == 32)


def test_an_answer_carries_photographs_and_papers_that_the_other_side_opens(
    app: Flask, session: Session, clerk: FlaskClient, leader: FlaskClient, directive: Directive
) -> None:
    page, before = f"/directives/{directive.id}", in_the_folder(app)
    shown = clerk.get(page).text
    assert 'accept="image/jpeg,image/png,application/pdf,.xlsx"' in shown  # camera or files
    assert "multiple" in shown
    typed = {"words": "Đã bàn giao 12 hộ", "standing": "done", "evidence": "", "key": "k1"}
    bare = posted(clerk, page, "reply", **typed)
    assert (bare.status_code, "hoặc gửi kèm tệp" in readable(bare)) == (422, True)
    for name, content, sentence in HOSTILE:
        refused = posted(clerk, page, "reply", ("tốt.pdf", PDF), (name, content), **typed)
        assert refused.status_code == 422
        assert sentence in readable(refused)
        assert f"“{name}”" in readable(refused)
        assert "Đã bàn giao 12 hộ" in refused.text
        assert "hãy chọn lại tệp" in readable(refused)
    assert (in_the_folder(app), session.scalar(select(func.count(DirectiveFile.id)))) == (before, 0)
    for _twice in range(2):
        done = posted(clerk, page, "reply", ("Ảnh 1.jpg", PHOTO), ("Biên bản.pdf", PDF), **typed)
        assert done.status_code == 303
    assert in_the_folder(app) == before + 2  # the form sent again left nothing
    seen = leader.get(page)
    thread = readable(seen).split("Diễn biến")[1]
    for told in ("Ảnh 1.jpg", "Biên bản.pdf", "1 KB", "chụp 15:30 29/04/2025"):
        assert told in thread
    urls = re.findall(rf'href="({page}/files/\d+/content)"', seen.text)
    photo, paper = (leader.get(url) for url in urls)
    assert paper.data == PDF
    assert b"2025:04:29" not in photo.data
    for answer in (photo, paper):
        assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    version = session.get_one(Directive, directive.id, populate_existing=True).row_version
    closing = {"result": "Đã nhận đủ mặt bằng", "row_version": version}
    assert 'value="Ảnh 1.jpg; Biên bản.pdf"' in seen.text  # offered as what proves it
    assert posted(leader, page, "close", **closing, evidence="").status_code == 422
    closed = posted(leader, page, "close", ("Kết luận.pdf", PDF), **closing, evidence="")
    assert closed.status_code == 303
    kept = session.get_one(Directive, directive.id, populate_existing=True)
    assert kept.evidence == "Kết luận.pdf"


def test_files_of_a_thread_answer_404_to_whoever_does_not_see_it(
    app: Flask, session: Session, clerk: FlaskClient, project: Project, board: Organisation,
    directive: Directive,
) -> None:  # fmt: skip
    other = a_directive(session, an_act(session, Role.PROVINCE_LEADER), project, board)
    difficulty = a_difficulty(session, an_act(session, Role.COORDINATOR), project)
    session.commit()
    page, matter = f"/directives/{directive.id}", f"/difficulties/{difficulty.id}"
    typed = {"words": "Đang làm", "evidence": "", "key": "k1"}
    photo = ("Ảnh.jpg", PHOTO)
    assert posted(clerk, page, "reply", photo, standing="waiting", **typed).status_code == 303
    assert posted(clerk, matter, "reply", photo, **typed).status_code == 303
    kept = session.scalars(select(DirectiveFile)).one()
    file = session.scalars(select(Attachment)).one()
    theirs = [f"{page}/files/{kept.id}/{part}" for part in ("content", "thumbnail")]
    shared = [f"/files/{file.id}/{part}" for part in ("content", "thumbnail")]
    elsewhere = a_browser_of_a(Role.OFFICER, app, session, organisation=an_organisation(session))
    reader = a_browser_of_a(Role.READER, app, session)
    assert [clerk.get(url).status_code for url in theirs + shared] == [200] * 4
    assert [elsewhere.get(url).status_code for url in theirs + shared] == [404] * 4
    # Who only reads sees the difficulty with its files, and hears no directive at all.
    assert [reader.get(url).status_code for url in theirs + shared] == [403, 403, 200, 200]
    assert clerk.get(f"/directives/{other.id}/files/{kept.id}/content").status_code == 404
    assert clerk.get(f"{page}/files/{2**62}/content").status_code == 404
    papers = readable(clerk.get(f"/projects/{project.code}/documents"))
    assert papers.count("Ảnh.jpg") == 1  # that of the difficulty: of the directive nothing is told
    assert clerk.get(f"/files/{file.id}/withdraw").status_code == 404  # part of what was said
