"""Documents of a project on screen: sent in, listed, handed out harmless, withdrawn."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.checks.browsing import readable, send, token_on
from tests.factories.hostile_files import BOOK_FILE, PDF, SVG, a_photograph
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import an_organisation
from tracker.domain.attachments import MEGABYTE
from tracker.domain.people import Role
from tracker.files.folder import Folder
from tracker.models import Attachment, Change, Project
from tracker.web import form_token

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]
ALONE = "sandbox; default-src 'none'; frame-ancestors 'none'"
SENT = a_photograph(taken="2025:04:29 15:30:00", place=(20.9373, 106.3145))


@pytest.fixture
def project(session: Session) -> Project:
    return a_project(session)


@pytest.fixture
def officer(app: Flask, session: Session) -> FlaskClient:
    return a_browser_of_a(Role.OFFICER, app, session)


def sent(browser: FlaskClient, project: Project, name: str, content: bytes, **more: Any) -> Any:
    url = f"/projects/{project.code}/documents"
    return send(browser, url, file=(BytesIO(content), name), **more)


def the_file(session: Session, project: Project) -> Attachment:
    session.expire_all()
    return session.scalars(select(Attachment).where(Attachment.project_id == project.id)).one()


def test_a_document_is_sent_in_listed_and_handed_out_as_it_came(
    officer: FlaskClient, session: Session, project: Project
) -> None:
    answer = sent(officer, project, "Quyết định (bản ký).pdf", PDF, note="Bản ký số")
    assert answer.status_code == 303
    page = officer.get(answer.location)
    assert "Quyết định (bản ký).pdf" in readable(page)
    assert "Bản ký số" in readable(page)
    row = the_file(session, project)
    with officer.get(f"/files/{row.id}/content") as file:
        assert file.data == PDF
        assert file.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''Quy%E1")
        assert file.headers["Content-Security-Policy"] == ALONE
        assert file.headers["X-Content-Type-Options"] == "nosniff"
        assert file.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert file.headers["Cache-Control"] == "no-store"
        assert file.mimetype == "application/pdf"
    handed = session.scalars(select(Change).where(Change.deed == "access.exported")).one()
    assert handed.after["path"] == f"/files/{row.id}/content"  # type: ignore[index]  # it tells


def test_a_photograph_is_shown_small_and_says_when_it_was_taken(
    officer: FlaskClient, session: Session, project: Project
) -> None:
    assert sent(officer, project, "ảnh.jpg", SENT).status_code == 303
    row = the_file(session, project)
    assert (row.latitude, row.longitude) == (20_937_300, 106_314_500)
    small = officer.get(f"/files/{row.id}/thumbnail")
    assert (small.mimetype, small.data[:2]) == ("image/jpeg", b"\xff\xd8")
    assert small.headers["Content-Security-Policy"] == ALONE
    assert small.headers["Cache-Control"] == "private, max-age=3600"
    assert b"2025:04:29" not in small.data + officer.get(f"/files/{row.id}/content").data
    assert "chụp 15:30 29/04/2025" in readable(officer.get(f"/projects/{project.code}/documents"))


def test_the_same_file_again_is_no_second_one_and_leaves_no_bytes(
    app: Flask, officer: FlaskClient, session: Session, project: Project
) -> None:
    for _ in range(2):
        assert sent(officer, project, "bang.xlsx", BOOK_FILE).status_code == 303
    row = the_file(session, project)
    folder = app.extensions["tracker_settings"].files_folder
    ours = [found for found in folder.rglob("*") if found.is_file()]
    assert [found.name for found in ours if found.name == row.stored] == [row.stored]
    assert not list((folder / "incoming").iterdir())


REFUSED = (
    ("hinh.svg", SVG, "Chỉ nhận tệp pdf, xlsx, jpg, png."),
    ("hinh.png", SVG, "Nội dung tệp không đúng loại như đuôi tên tệp."),
    ("../../a.pdf", PDF, "dấu gạch chéo hoặc ký tự không hiển thị"),
    ("con.pdf", PDF, "Windows dành riêng"),
    ("a" * 300 + ".pdf", PDF, "dài quá 255 byte"),
    ("hai.pdf", PDF + BOOK_FILE, "hai loại"),
)


def test_a_refused_file_is_told_in_a_sentence_beside_the_field(
    officer: FlaskClient, session: Session, project: Project
) -> None:
    for name, content, sentence in REFUSED:
        page = sent(officer, project, name, content, note="ghi chú đã gõ")
        assert page.status_code == 422
        assert sentence in readable(page)
        assert "ghi chú đã gõ" in page.text
    assert "Hãy chọn tệp." in readable(send(officer, f"/projects/{project.code}/documents"))
    assert session.scalars(select(Attachment)).all() == []


def test_only_a_signed_in_person_sends_more_than_a_form_may_hold(
    app: Flask, officer: FlaskClient, project: Project
) -> None:
    url, large = f"/projects/{project.code}/documents", b"%PDF-1.7\n" + b" " * 3 * MEGABYTE
    token = token_on(officer.get(url))

    def posted(browser: FlaskClient, where: str) -> TestResponse:
        file = FileStorage(BytesIO(large), "to.pdf", "file")
        mark, body = encode_multipart({"csrf_token": token, "file": file})
        return browser.post(where, data=body, content_type=f"multipart/form-data; boundary={mark}")

    assert "Tệp hỏng" in readable(posted(officer, url))
    assert posted(officer, "/projects/new").status_code == 413
    assert posted(app.test_client(), url).status_code == 413


def test_files_too_large_together_are_told_with_what_may_be_sent(
    officer: FlaskClient, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(form_token, "MOST_TOGETHER", 3 * MEGABYTE)
    url = f"/projects/{project.code}/documents"
    file = FileStorage(BytesIO(b" " * 4 * MEGABYTE), "to.pdf", "file")
    mark, body = encode_multipart({"csrf_token": token_on(officer.get(url)), "file": file})
    kind = f"multipart/form-data; boundary={mark}"
    answer = officer.post(url, data=body, content_type=kind)
    assert answer.status_code == 413
    assert "Các tệp gửi cùng lúc được tối đa 3 MB" in readable(answer)
    answer = officer.post("/people/delegations", data=body, content_type=kind)
    assert (answer.status_code, "Các tệp" in readable(answer)) == (413, False)
    page = officer.get(f"/projects/{project.code}/works/report")
    assert "mỗi ảnh 20 MB, mỗi lần gửi 3 MB" in readable(page)


def test_what_is_no_picture_has_no_small_one(
    officer: FlaskClient, session: Session, project: Project
) -> None:
    sent(officer, project, "Quyết định.pdf", PDF)
    file = the_file(session, project)
    assert officer.get(f"/files/{file.id}/thumbnail").status_code == 404


def test_a_file_is_withdrawn_with_a_reason_and_handed_out_no_more(
    officer: FlaskClient, session: Session, project: Project
) -> None:
    sent(officer, project, "nham.pdf", PDF)
    row = the_file(session, project)
    url = f"/files/{row.id}/withdraw"
    assert "Hãy ghi lý do, ít nhất 10 ký tự" in readable(send(officer, url, reason="nhầm"))
    assert send(officer, url, reason="Gửi nhầm sang dự án này").status_code == 303
    page = readable(officer.get(f"/projects/{project.code}/documents"))
    assert "đã rút" in page
    assert "Gửi nhầm sang dự án này" in page
    for part in ("content", "thumbnail", "withdraw"):
        assert officer.get(f"/files/{row.id}/{part}").status_code == 404


def test_a_file_beyond_reach_answers_like_one_that_does_not_exist(
    app: Flask, officer: FlaskClient, session: Session, project: Project
) -> None:
    sent(officer, project, "cua-ta.jpg", SENT)
    row = the_file(session, project)
    elsewhere = a_browser_of_a(Role.OFFICER, app, session, organisation=an_organisation(session))
    reader = a_browser_of_a(Role.READER, app, session)

    def answers(browser: FlaskClient, file_id: int) -> list[TestResponse]:
        return [browser.get(f"/files/{file_id}/{part}") for part in ("content", "thumbnail")]

    assert {one.status_code for one in answers(elsewhere, row.id)} == {404}
    assert {one.status_code for one in answers(elsewhere, 9_999_999)} == {404}
    assert {one.status_code for one in answers(reader, row.id)} == {200}
    assert reader.get(f"/files/{row.id}/withdraw").status_code == 403
    assert "Gửi tài liệu" not in readable(reader.get(f"/projects/{project.code}/documents"))


def test_a_changed_file_is_not_handed_out(
    app: Flask, officer: FlaskClient, session: Session, project: Project
) -> None:
    sent(officer, project, "a.pdf", PDF)
    row = the_file(session, project)
    folder = Folder(app.extensions["tracker_settings"].files_folder)
    folder.place_of(row.stored).write_bytes(b"%PDF-1.7 altered")
    assert officer.get(f"/files/{row.id}/content").status_code == 404
    assert list(folder.apart([(row.stored, row.sha256)])) == [(row.stored, "changed")]
